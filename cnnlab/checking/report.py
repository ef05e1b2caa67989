"""Showing the results of a lab: the table, then its first failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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


def table(report: LabReport, lang: Lang, label_width: int) -> Iterator[str]:
    """The lines of a lab's table; `label_width` aligns the tables of several labs."""
    lab = report.lab
    yield click.style(f"{lab.name} - {lab.title.in_(lang)}", bold=True)
    for row in report.rows():
        yield f"  {row.label:<{label_width}}  {_count(row):>7}  {_state(row, lang)}"


def explanation(report: LabReport, lang: Lang, deadline_s: float) -> Iterator[str]:
    """One line for each module that could not run, two for the lab's first failure."""
    lab = report.lab
    for module in report.modules:
        if module.broken is not None:
            line = broken_line(module.broken, lang, deadline_s)
            yield f"{click.style(lab.name, fg='red')}: {line}"
    result = report.first_failure()
    if result is not None:
        color = _STATES[result.outcome][1]
        name = ".".join(part for part in (lab.name, result.case.target) if part)
        yield f"{click.style(name, fg=color)}: {result.case.wants.in_(lang)}"
        yield f"    {seen_line(result, lab, lang, deadline_s)}"


def summary(reports: Sequence[LabReport], took: str, lang: Lang) -> str:
    """How many tests passed, and in how many seconds, which `took` has as text."""
    results = [result for report in reports for result in report.results]
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    return messages.TESTS_PASSED.in_(lang).format(passed=passed, total=len(results), seconds=took)


def label_width(labs: Iterable[Lab]) -> int:
    return max(len(label) for lab in labs for label in lab.labels())


def _count(row: Row) -> str:
    return f"{row.passed}/{row.total}" if row.total else "-"


def _state(row: Row, lang: Lang) -> str:
    text, color = _STATES[row.outcome]
    return click.style(text.in_(lang), fg=color)
