"""Sanitised notebooks: no text of a student's is HTML, and formulas can be read."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html
from nbformat.v4 import new_markdown_cell
from traitlets.config import Config

from autograder.gradebook.course import HARMLESS_TAGS
from autograder.gradebook.harmless import HarmlessHTML
from cnnlab.labs import LABS
from tests.gradebook.notebooks import source_notebook

PIECES = (
    *("<", "&lt;", "&amp;", "lt;", "&#60;", "script>", "img onerror=alert(1)>", "<b>"),
    *(" ", "\n", "`", "$", "\\", "[x](", "javascript", ":", "alert(1))", "[x]:"),
)
HARMFUL = ("script", "img", "svg", "style", "iframe")


def sanitised(source: str) -> str:
    preprocessor = HarmlessHTML(config=Config(SanitizeHTML={"tags": list(HARMLESS_TAGS)}))
    cell, _ = preprocessor.preprocess_cell(new_markdown_cell(source), {}, 0)
    return str(cell.source)


@pytest.mark.parametrize("lab", LABS)
def test_the_notebooks_own_texts_stay_as_they_are(lab: str) -> None:
    for cell in source_notebook(lab).cells:
        if cell.cell_type == "markdown":
            assert sanitised(cell.source) == cell.source


@pytest.mark.parametrize(
    "text",
    [
        r"$\begin{matrix} 1 & 2 \end{matrix}$",
        "si `a < b`, entonces $x <= y$",
        "a -> b",
        "[artículo](https://arxiv.org/abs/1512.03385) y ![figura](figura 1.png)",
        "[x]: https://arxiv.org/abs/1512.03385?a&b",
    ],
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert sanitised(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "$<script>alert(1)</script>$",
        "`<img src=x onerror=alert(1)>`",
        "&lt;script>alert(1)</script>",
        '<a href="java&amp;#115;cript:alert(1)">x</a>',
        "<\n<script>alert(1)</script>",
        "<!-- <script> -->",
        "[x](javascript:alert(1))",
        "![x]( java&#115;cript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x]\n\n[x]: javascript:alert(1)",
        "[x][y]\n\n[y]:\n  <javascript:alert(1)>",
        "<b>[x](JavaScript:alert(1))</b>",
        "<javascript:alert(1)>",
    ],
)
def test_no_element_comes_of_it(text: str) -> None:
    assert_harmless(text)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_whatever_is_written_is_no_element(text: str) -> None:
    assert_harmless(text)


def assert_harmless(text: str) -> None:
    page = BeautifulSoup(markdown2html(sanitised(text)), "html.parser")
    assert page.find(HARMFUL) is None, page
    for element in page.find_all(True):
        assert not any(name.startswith("on") for name in element.attrs), page
        assert not str(element.get("href", "")).lower().startswith("javascript:"), page
