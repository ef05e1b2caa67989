"""`autograder regrade-diff`: two results folders compared, as a table and as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text as Styled

from autograder.grading.display import LAB, STUDENT, make_console
from autograder.grading.records import CheckRecord, read_results
from autograder.output import write_output
from autograder.plain_page import render
from autograder.printable import printable
from autograder.regrade.compare import LabChange, Reason, Regrade, StudentChange, compare
from autograder.wording import OUTCOMES
from cnnlab.text import Lang, Text

MAX_ROWS_SHOWN = 60

TITLE = Text(es="Qué cambió al corregir de nuevo", en="What grading again has changed")
WORDS = {
    "student": STUDENT,
    "lab": LAB,
    "before": Text(es="Antes", en="Before"),
    "after": Text(es="Después", en="After"),
    "gain": Text(es="Diferencia", en="Difference"),
    "checks": Text(es="Comprobaciones", en="Checks"),
    "why": Text(es="Por qué", en="Why"),
}
REASONS = {
    Reason.SUBMISSION: Text(es="cambió la entrega", en="the submission changed"),
    Reason.CHECKS: Text(es="cambiaron las comprobaciones", en="the checks changed"),
    Reason.GRADER: Text(es="cambió el corrector", en="the grader changed"),
    Reason.CONDITIONS: Text(
        es="cambió el dispositivo o el aislamiento", en="the device or the isolation changed"
    ),
    Reason.NOTHING: Text(
        es="nada de lo anotado: la ejecución misma", en="nothing on record: the run itself"
    ),
}
NO_CHECK = Text(es="no estaba", en="not there")
NO_SCORE = "–"
SUMMARY = Text(
    es="Estudiantes. Suben: {raised}; bajan: {lowered}; igual con otras comprobaciones: {level}; "
    "sin cambios: {unchanged}.",
    en="Students. Up: {raised}; down: {lowered}; level by other checks: {level}; "
    "unchanged: {unchanged}.",
)
ADDED = Text(es="Solo en la nueva: {names}", en="Only in the new one: {names}")
GONE = Text(es="Solo en la antigua: {names}", en="Only in the old one: {names}")
MORE = Text(
    es="… y {count} filas más; --html PÁGINA las muestra todas",
    en="… and {count} more rows; --html PAGE shows them all",
)
PAGE = Text(es="Página: {path}", en="Page: {path}")


@dataclass(frozen=True)
class _Check:
    name: str
    before: str
    after: str
    said: str


@dataclass(frozen=True)
class _Row:
    """One changed lab in the words of one language."""

    student: str
    lab: str
    before: str
    after: str
    gain: float
    checks: tuple[_Check, ...]
    why: tuple[str, ...]


def regrade_diff(old: Path, new: Path, html: Path | None, lang: Lang) -> int:
    """Compare two results folders; 0, whatever has changed."""
    regrade = compare(read_results(old), read_results(new))
    rows = [_row(s, lab, lang) for s in regrade.changes for lab in s.labs]
    lines = [_summary(regrade, lang), *_one_sided(regrade, lang)]
    console = make_console()
    if rows:
        console.print(_table(rows[:MAX_ROWS_SHOWN], lang))
    if len(rows) > MAX_ROWS_SHOWN:
        console.print(MORE.in_(lang).format(count=len(rows) - MAX_ROWS_SHOWN), highlight=False)
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if html is not None:
        words = {key: text.in_(lang) for key, text in WORDS.items()}
        page = render(
            "regrade.html",
            lang,
            TITLE.in_(lang),
            words=words,
            rows=rows,
            summary=lines[0],
            one_sided=lines[1:],
        )
        write_output(html, page, "--html")
        said = PAGE.in_(lang).format(path=html)
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    return 0


def _row(student: StudentChange, lab: LabChange, lang: Lang) -> _Row:
    return _Row(
        student=printable(student.student),
        lab=lab.lab,
        before=NO_SCORE if lab.before is None else f"{lab.before:.2f}",
        after=NO_SCORE if lab.after is None else f"{lab.after:.2f}",
        gain=lab.gain,
        checks=tuple(
            _Check(
                name=change.id.partition("/")[2].replace("_", " "),
                before=_outcome(change.before, lang),
                after=_outcome(change.after, lang),
                said=printable((change.after and change.after.message) or ""),
            )
            for change in lab.checks
        ),
        why=tuple(REASONS[reason].in_(lang) for reason in lab.reasons),
    )


def _outcome(check: CheckRecord | None, lang: Lang) -> str:
    if check is None:
        return NO_CHECK.in_(lang)
    return f"{OUTCOMES[check.status].in_(lang)} ({check.points:g} / {check.max_points:g})"


def _summary(regrade: Regrade, lang: Lang) -> str:
    level = len(regrade.changes) - regrade.raised - regrade.lowered
    return SUMMARY.in_(lang).format(
        raised=regrade.raised,
        lowered=regrade.lowered,
        level=level,
        unchanged=regrade.unchanged,
    )


def _one_sided(regrade: Regrade, lang: Lang) -> Iterator[str]:
    for text, students in ((ADDED, regrade.added), (GONE, regrade.gone)):
        if students:
            yield text.in_(lang).format(names=", ".join(map(printable, students)))


def _table(rows: list[_Row], lang: Lang) -> Table:
    table = Table(WORDS["student"].in_(lang), WORDS["lab"].in_(lang))
    for key in ("before", "after", "gain"):
        table.add_column(WORDS[key].in_(lang), justify="right")
    table.add_column(WORDS["checks"].in_(lang))
    table.add_column(WORDS["why"].in_(lang))
    for row in rows:
        checks = "\n".join(f"{c.name}: {c.before} → {c.after}" for c in row.checks)
        style = "green" if row.gain > 0 else "red" if row.gain < 0 else ""
        table.add_row(
            Styled(printable(row.student, 32)),
            row.lab,
            row.before,
            row.after,
            Styled(f"{row.gain:+.2f}", style=style),
            Styled(checks),
            ", ".join(row.why),
        )
    return table
