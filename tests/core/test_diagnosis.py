"""A misconception is named where its code answers as the student's does, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.checking import diagnosis
from autograder.misconceptions import Misconception
from autograder.results import CheckStatus, GraderError
from cnnlab.text import Text
from tests.core.conftest import Grade

REFERENCE = """
def dropout2d(n):
    if n < 0:
        raise ValueError("n")
    return 2 * n

def switch_off():
    import torch
    torch.set_grad_enabled(False)

def Dropout2d():
    return sum(dropout2d([1, 2]))
"""
CHECKS = """
@check(points=2, target="dropout2d", es="duplica", en="doubles")
@given(n=st.integers(0, 1000))
def test_doubles(student, n):
    assert_equal(student.dropout2d(n), 2 * n)

@check(points=1, target="dropout2d", es="rechaza", en="rejects")
def test_rejects(student):
    with rejects("n"):
        student.dropout2d(-1)

@check(points=1, target="dropout2d", es="acepta diez", en="accepts ten")
def test_accepts_ten(student):
    assert_that(student.dropout2d(10) > 0, es="no", en="no")
"""


def idea(key: str, **edits: str) -> Misconception:
    words = Text(es=f"es {key}.", en=f"en {key}.")
    return Misconception(
        key, "dropout2d", {"2 * n": edits["formula"]}, belief=words, hint=Text("Mira.", "Look.")
    )


LIBRARY = (
    idea("squares", formula="n * n"),
    idea("triples", formula="3 * n"),
    idea("triples-small", formula="3 * n if n < 10 else -1"),
    idea("half-as-error", formula="n // 0"),
    Misconception(
        "accepts-all",
        "dropout2d",
        {"if n < 0:": "if False:"},
        belief=Text("", ""),
        hint=Text("", ""),
    ),
)

CAUGHT = {
    "squares": {"doubles"},
    "triples": {"doubles"},
    "triples-small": {"doubles", "accepts_ten"},
    "half-as-error": {"doubles", "accepts_ten"},
    "accepts-all": {"rejects"},
}


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    (solutions / "dropout.py").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.setattr(diagnosis, "SOLUTIONS", solutions)
    monkeypatch.setattr(diagnosis, "misconceptions_of", lambda module: LIBRARY)
    record = {key: {f"dropout/{name}" for name in names} for key, names in CAUGHT.items()}
    monkeypatch.setattr(diagnosis, "caught_by", lambda module: record)


def named(grade: Grade, body: str, checks: str = CHECKS) -> dict[str, str | None]:
    """The misconception of each check that failed."""
    source = f"def dropout2d(n):\n    {body}\n"
    failed = [c for c in grade(checks, source).checks if c.status is not CheckStatus.PASSED]
    return {check.id.partition("/")[2]: check.misconception for check in failed}


GUARD = "if n < 0: raise ValueError('n')\n    "


def test_the_same_idea_in_other_words_is_named(grade: Grade) -> None:
    assert named(grade, GUARD + "return sum([n] * 3)") == {"doubles": "triples"}


def test_the_hint_is_the_misconceptions(grade: Grade) -> None:
    result = grade(CHECKS, f"def dropout2d(n):\n    {GUARD}return n ** 2\n")
    hint = result.checks[0].hint
    assert hint is not None
    assert "«es squares.» Mira." in hint.es
    assert "“en squares.” Look." in hint.en


@pytest.mark.parametrize("formula", ["2 * n + 1", "3 * n if n != 1 else 4", "2 * n + (n > 7)"])
def test_another_bug_is_not_named(grade: Grade, formula: str) -> None:
    assert named(grade, f"{GUARD}return {formula}") == {"doubles": None}


def test_a_misconception_that_fails_what_the_student_passes_is_not_named(grade: Grade) -> None:
    one_example = CHECKS.replace("st.integers(0, 1000)", "st.just(1)")
    assert named(grade, GUARD + "return 3 * n", one_example) == {"doubles": "triples"}
    # Here "triples-small" agrees too, and is right about 10.
    wrong_at_ten = GUARD + "return 3 * n if n < 10 else -1"
    assert named(grade, wrong_at_ten, one_example) == {
        "doubles": "triples-small",
        "accepts_ten": "triples-small",
    }


def test_each_of_two_bugs_is_named(grade: Grade) -> None:
    assert named(grade, "return 3 * n") == {"doubles": "triples", "rejects": "accepts-all"}


def test_an_exception_of_the_same_kind_agrees(grade: Grade) -> None:
    failed = {"doubles": "half-as-error", "accepts_ten": "half-as-error"}
    assert named(grade, GUARD + "return n % 0") == failed
    other = {"doubles": None, "accepts_ten": None}
    assert named(grade, GUARD + "raise KeyError(n)") == other


@pytest.mark.parametrize("body", ["raise NotImplementedError('dropout2d')", "import nothing_here"])
def test_unwritten_code_has_no_misconception(grade: Grade, body: str) -> None:
    assert set(named(grade, body).values()) == {None}


def test_values_that_depend_on_chance_are_not_compared(grade: Grade) -> None:
    by_chance = CHECKS.replace('en="doubles"', 'en="doubles", random=True')
    assert named(grade, GUARD + "return 5 * n + 3 * (n == 0)", by_chance) == {"doubles": None}
    assert named(grade, GUARD + "return 5 * n", by_chance)["doubles"] in ("squares", "triples")


def test_what_a_misconception_switches_is_not_left_so(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    switching = idea("switches-off", formula="4 * n + len(str(switch_off()))")
    record = {"switches-off": {"dropout/doubles"}}
    monkeypatch.setattr(diagnosis, "misconceptions_of", lambda module: [switching])
    monkeypatch.setattr(diagnosis, "caught_by", lambda module: record)
    try:
        assert named(grade, GUARD + "return 4 * n + 4") == {"doubles": "switches-off"}
        assert torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)


def test_an_edit_has_to_fit_the_reference_once() -> None:
    assert LIBRARY[0].applied_to("a = 2 * n") == "a = n * n"
    for source in ("a = 2 + n", "a = 2 * n; b = 2 * n"):
        with pytest.raises(GraderError, match="squares"):
            LIBRARY[0].applied_to(source)


PARTS = """
@check(points=1, target="Dropout2d", es="suma", en="adds", parts={"dropout2d": "listed.listed"})
def test_adds(student):
    assert_equal(student.Dropout2d(), 3)
"""
OWN_PART = "def dropout2d(n): {part}\ndef Dropout2d(): return {whole}\n"


@pytest.mark.parametrize(
    "part", ["return n", "return 7", "raise ValueError", "import nothing_here"]
)
def test_a_mistake_in_a_part_costs_the_whole_nothing(grade: Grade, part: str) -> None:
    assert grade(PARTS, OWN_PART.format(part=part, whole="sum(dropout2d([1, 2]))")).score == 1.0


@pytest.mark.parametrize("part", ["return n", "return 7"])
def test_a_mistake_in_the_whole_is_not_excused_by_its_parts(grade: Grade, part: str) -> None:
    result = grade(PARTS, OWN_PART.format(part=part, whole="sum(dropout2d([1, 3]))"))
    assert result.score == 0.0
    message = result.checks[0].message
    assert message is not None
    assert ("got 4" in message.en) == (part == "return n")  # what the student's own code answers


def test_the_parts_stay_where_they_were_tried(grade: Grade) -> None:
    again = (
        PLAIN_PART + PARTS.replace("test_adds", "test_first") + PLAIN_PART.replace("own", "own2")
    )
    result = grade(again, OWN_PART.format(part="return 7", whole="sum(dropout2d([1, 2]))"))
    assert [c.status for c in result.checks] == [CheckStatus.PASSED] * 3


PLAIN_PART = """
@check(points=1, target="dropout2d", es="siete", en="seven")
def test_own(student):
    assert_equal(student.dropout2d(1), 7)
"""
