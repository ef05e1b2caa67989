"""What a grading run shows: progress while it goes on, a summary table last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Styled

from autograder.printable import printable
from autograder.results import CheckStatus, LabResult, LabStatus
from cnnlab.text import Lang, Text

MAX_STUDENTS_SHOWN = 40
PLAIN_LINE_EVERY = 20
PLAIN_WIDTH = 160

STATUS_WORDS: Mapping[str, Text] = {
    LabStatus.NOT_SUBMITTED: Text(es="sin entregar", en="not submitted"),
    LabStatus.UNREADABLE: Text(es="ilegible", en="unreadable"),
}
MARKS: Mapping[CheckStatus, str] = {
    CheckStatus.TIMEOUT: "⧗",
    CheckStatus.CRASHED: "✗",
    CheckStatus.FORBIDDEN: "⊘",
}
LEGEND = Text(
    es="⧗ no terminó   ✗ cerró el proceso   ⊘ llamada prohibida",
    en="⧗ did not finish   ✗ ended the process   ⊘ forbidden call",
)
GRADING = Text(es="Corrigiendo", en="Grading")
STUDENT = Text(es="Estudiante", en="Student")
TOTAL = Text(es="Total", en="Total")
LAB = Text(es="Laboratorio", en="Lab")
MEAN = Text(es="Media", en="Mean")
GRADED = Text(es="Corregidas", en="Graded")
RESULTS = Text(es="Resultados", en="Results")


def make_console() -> Console:
    """The terminal's own width, or a generous one where the output goes to a file."""
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)


class RunProgress:
    """A bar on a terminal, a plain line now and then elsewhere. A context manager."""

    def __init__(self, console: Console, lang: Lang, work: Text = GRADING) -> None:
        self._console = console
        self._lang = lang
        self._work = work.in_(lang)
        self._done = 0
        self._known = 0
        self._total = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[last]}", markup=False),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(self._work, total=None, last="")

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def start(self, total: int, known: int) -> None:
        self._total, self._known = total, known
        self._bar.update(self._task, total=total)
        if known:
            es = f"{known} de {total} resultados ya estaban guardados."
            en = f"{known} of {total} results were kept from before."
            self._console.print(Text(es, en).in_(self._lang), highlight=False)

    def advance(self, student: str, result: LabResult) -> None:
        self.step(f"{printable(student, 24)} {result.lab} {result.score:g}")

    def step(self, last: str) -> None:
        """One more is done; `last` says which, and how it went."""
        self._done += 1
        self._bar.update(self._task, advance=1, last=last)
        is_due = self._done % PLAIN_LINE_EVERY == 0 or self._done == self._total
        if self._bar.disable and is_due and self._done > self._known:
            self._console.print(f"{self._work}: {self._done}/{self._total}", highlight=False)


def print_summary(
    console: Console,
    results: Mapping[str, Mapping[str, LabResult]],
    labs: Iterable[str],
    folder: Path,
    lang: Lang,
) -> None:
    """The class in one table: students by labs, or labs alone for a large class."""
    columns = list(labs)
    if len(results) <= MAX_STUDENTS_SHOWN:
        console.print(_student_table(results, columns, lang))
        marked = any(
            check.status in MARKS
            for labs_of in results.values()
            for lab in labs_of.values()
            for check in lab.checks
        )
        if marked:
            console.print(LEGEND.in_(lang), style="dim", highlight=False)
    else:
        console.print(_lab_table(results, columns, lang))
    console.print(Styled(f"{RESULTS.in_(lang)}: {folder}"), soft_wrap=True)


def _student_table(
    results: Mapping[str, Mapping[str, LabResult]], labs: list[str], lang: Lang
) -> Table:
    table = Table(STUDENT.in_(lang))
    for lab in labs:
        table.add_column(lab, justify="right")
    table.add_column(TOTAL.in_(lang), justify="right")
    for student, by_lab in results.items():
        cells = [result_cell(by_lab[lab], lang) if lab in by_lab else "?" for lab in labs]
        total = sum(result.score for result in by_lab.values())
        best = sum(result.max_score for result in by_lab.values())
        table.add_row(Styled(printable(student, 32)), *cells, f"{total:.2f} / {best:.0f}")
    return table


def result_cell(result: LabResult, lang: Lang) -> Styled:
    """A lab's score, coloured, with a mark for each way in which a check was lost."""
    if result.status in STATUS_WORDS:
        return Styled(STATUS_WORDS[result.status].in_(lang), style="dim")
    marks = "".join(
        mark for status, mark in MARKS.items() if any(c.status is status for c in result.checks)
    )
    style = "green" if result.score == result.max_score else "" if result.score else "red"
    return Styled(f"{marks} {result.score:.2f}".strip(), style=style)


def _lab_table(
    results: Mapping[str, Mapping[str, LabResult]], labs: list[str], lang: Lang
) -> Table:
    table = Table(LAB.in_(lang), GRADED.in_(lang), MEAN.in_(lang))
    for lab in labs:
        of_lab = [by_lab[lab] for by_lab in results.values() if lab in by_lab]
        graded = [result for result in of_lab if result.status is LabStatus.GRADED]
        mean = sum(result.score for result in graded) / len(graded) if graded else 0.0
        others = Counter(str(r.status) for r in of_lab if r.status is not LabStatus.GRADED)
        words = "".join(f", {n} {STATUS_WORDS[s].in_(lang)}" for s, n in sorted(others.items()))
        table.add_row(lab, f"{len(graded)}{words}", f"{mean:.2f} / 10")
    return table
