"""Gradescope's `results.json`: what a student and an instructor see of one graded lab.

The format is the one under "Autograder Specifications" in Gradescope's documentation,
https://gradescope-autograders.readthedocs.io. A student sees what `autograder grade` would say: of
each check its outcome, message, smallest example and hint, all of it plain text, which Gradescope
escapes. Hidden parts, and what is printed, are for instructors.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from autograder.printable import printable
from autograder.results import CheckResult, CheckStatus, LabResult
from autograder.wording import EXAMPLE, HINT, OUTCOMES
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

MAX_LENGTH = 4000
TEXT_FORMAT = "text"
FOR_INSTRUCTORS = Text(es="Para el profesorado", en="For instructors")
NOT_GRADED = Text(
    es="La entrega no se ha podido corregir; el profesorado ve aquí el motivo.",
    en="The submission could not be graded; the instructors see the reason here.",
)
DID_NOT_START = Text(
    es="El corrector no llegó a escribir un resultado; la salida estándar dice por qué.",
    en="The grader did not come to write a result; its standard output says why.",
)


class Visibility(StrEnum):
    """When students see something."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


class TestCase(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `tests`; without a `visibility` it has that of the whole."""

    score: float
    max_score: float
    name: str
    name_format: str = TEXT_FORMAT
    number: str | msgspec.UnsetType = msgspec.UNSET
    status: str | msgspec.UnsetType = msgspec.UNSET
    output: str
    output_format: str = TEXT_FORMAT
    tags: tuple[str, ...] = ()
    visibility: Visibility | msgspec.UnsetType = msgspec.UNSET


class GradescopeResults(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file; `execution_time` is in seconds."""

    score: float
    execution_time: float
    output: str
    output_format: str = TEXT_FORMAT
    visibility: Visibility
    stdout_visibility: Visibility = Visibility.HIDDEN
    tests: tuple[TestCase, ...]


def graded(
    result: LabResult, notes: str, visibility: Visibility, seconds: float, lang: Lang
) -> GradescopeResults:
    """A lab's result, with one line of notes for instructors."""
    reason = result.reason.in_(lang) if result.reason else ""
    return GradescopeResults(
        score=result.score,
        execution_time=round(seconds, 3),
        output=printable(reason, MAX_LENGTH),
        visibility=visibility,
        tests=(*_tests(result, lang), _for_instructors(notes, lang)),
    )


def not_graded(reason: str, lang: Lang) -> GradescopeResults:
    """No points, and the reason for instructors alone."""
    return GradescopeResults(
        score=0.0,
        execution_time=0.0,
        output=NOT_GRADED.in_(lang),
        visibility=Visibility.VISIBLE,
        tests=(_for_instructors(reason, lang),),
    )


def encoded(results: GradescopeResults) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n"


def _for_instructors(words: str, lang: Lang) -> TestCase:
    return TestCase(
        score=0.0,
        max_score=0.0,
        name=FOR_INSTRUCTORS.in_(lang),
        output=printable(words, MAX_LENGTH),
        visibility=Visibility.HIDDEN,
    )


def _tests(result: LabResult, lang: Lang) -> Iterator[TestCase]:
    """A test for each check, numbered by the function that it belongs to."""
    names = LABS[result.lab].names
    seen = dict.fromkeys(names, 0)
    for check in sorted(result.checks, key=lambda check: names.index(check.target)):
        seen[check.target] += 1
        yield TestCase(
            score=check.points,
            max_score=check.max_points,
            name=f"{check.target}: {check.id.partition('/')[2].replace('_', ' ')}",
            number=f"{names.index(check.target) + 1}.{seen[check.target]}",
            status="passed" if check.status is CheckStatus.PASSED else "failed",
            output="\n".join(_said(check, lang)),
            tags=(check.target,),
        )


def _said(check: CheckResult, lang: Lang) -> Iterator[str]:
    def line(label: Text, words: Text) -> str:
        return f"{label.in_(lang)}: {printable(words.in_(lang), MAX_LENGTH)}"

    if check.status is CheckStatus.PASSED:
        return
    if check.message is None:
        yield OUTCOMES[check.status].in_(lang)
    else:
        yield line(OUTCOMES[check.status], check.message)
    if check.counterexample is not None:
        yield line(EXAMPLE, check.counterexample)
    if check.hint is not None:
        yield line(HINT, check.hint)
