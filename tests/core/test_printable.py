"""A student's words, made fit for one line of a terminal or a report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.printable import MAX_LENGTH, printable, printable_line, readable_name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ""),
        ("Año 2: ¿p = 1? 💡", "Año 2: ¿p = 1? 💡"),
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("a\x00b\x07c\x7f", "a�b�c�"),
        ("right\u202eto left\u2066", "right�to left�"),
        ("zero\u200bwidth", "zero�width"),
        ("half \ud800 character", "half � character"),
    ],
)
def test_words_become_one_harmless_line(words: str, expected: str) -> None:
    assert printable(words) == expected


def test_long_words_are_cut() -> None:
    assert printable("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    assert printable("x" * (MAX_LENGTH + 1)) == "x" * (MAX_LENGTH - 1) + "…"
    assert printable("abcdef", 4) == "abc…"


@given(st.text(st.characters()))
def test_nothing_else_gets_through(words: str) -> None:
    line = printable(words)
    assert line.isprintable()
    assert len(line) <= MAX_LENGTH
    assert printable(line) == line


def test_a_line_of_source_keeps_its_blanks() -> None:
    assert printable_line("\tif x:  # \x1b[31m\u202e") == "        if x:  # �[31m�"
    assert printable_line("x" * (MAX_LENGTH + 1)) == "x" * (MAX_LENGTH - 1) + "…"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ana", "ana"), ("ñandú", "ñandú"), ("a\udcff", "a\\xff"), ("a\nb", "a\nb")],
)
def test_names_are_text_whatever_their_bytes(name: str, expected: str) -> None:
    assert readable_name(name) == expected
    expected.encode()
