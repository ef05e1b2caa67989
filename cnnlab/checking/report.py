"""Showing the results of a lab: the table, then its first failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from cnnlab import messages
from cnnlab.checking.results import LabReport, Outcome, Row
from cnnlab.checking.wording import broken_line, seen_line
from cnnlab.labs import Lab
from cnnlab.text import Lang, Text

_STATES: dict[Outcome | None, tuple[Text, str]] = {
    Outcome.PASSED: (messages.PASSES, "green"),
    Outcome.TODO: (messages.TO_DO, "yellow"),
    Outcome.FAILED: (messages.FAILS, "red"),
    Outcome.ERROR: (messages.RAISES, "red"),
    Outcome.TIMEOUT: (messages.DOES_NOT_END, "red"),
    Outcome.CRASHED: (messages.CRASHES, "red"),
    None: (messages.NOT_RUN, "red"),
}


@dataclass(frozen=True)
class Note:
    """What is wrong: with what, why or what a test wants, and what was seen of it."""

    name: str
    color: str
    text: str
    seen: str = ""


def table(report: LabReport, lang: Lang, label_width: int) -> Iterator[str]:
    """The lines of a lab's table; `label_width` aligns the tables of several labs."""
    lab = report.lab
    yield click.style(title(lab, lang), bold=True)
    for row in report.rows():
        name, color = state(row, lang)
        yield f"  {row.label:<{label_width}}  {count(row):>7}  {click.style(name, fg=color)}"


def explanation(report: LabReport, lang: Lang, deadline_s: float) -> Iterator[str]:
    """One line for each module that could not run, two for the lab's first failure."""
    for note in notes(report, lang, deadline_s):
        yield f"{click.style(note.name, fg=note.color)}: {note.text}"
        if note.seen:
            yield f"    {note.seen}"


def notes(report: LabReport, lang: Lang, deadline_s: float) -> Iterator[Note]:
    """A note on each module that could not run, and one on the lab's first failure."""
    lab = report.lab
    for module in report.modules:
        if module.broken is not None:
            yield Note(lab.name, "red", broken_line(module.broken, lang, deadline_s))
    result = report.first_failure()
    if result is not None:
        yield Note(
            ".".join(part for part in (lab.name, result.case.target) if part),
            _STATES[result.outcome][1],
            result.case.wants.in_(lang),
            seen_line(result, lab, lang, deadline_s),
        )


def summary(reports: Sequence[LabReport], took: str, lang: Lang) -> str:
    """How many tests passed, and in how many seconds, which `took` has as text."""
    results = [result for report in reports for result in report.results]
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    return messages.TESTS_PASSED.in_(lang).format(passed=passed, total=len(results), seconds=took)


def label_width(labs: Iterable[Lab]) -> int:
    return max(len(label) for lab in labs for label in lab.labels())


def title(lab: Lab, lang: Lang) -> str:
    return f"{lab.name} - {lab.title.in_(lang)}"


def count(row: Row) -> str:
    return f"{row.passed}/{row.total}" if row.total else "-"


def state(row: Row, lang: Lang) -> tuple[str, str]:
    """The state of a function in words, and its colour."""
    text, color = _STATES[row.outcome]
    return text.in_(lang), color
