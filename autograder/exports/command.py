"""`autograder export` and `autograder totals`: from results folders to one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.exports.canvas import canvas_rows
from autograder.exports.gradebook import Cell, Gradebook, csv_bytes, gradebook
from autograder.exports.junit import junit_xml
from autograder.exports.moodle import moodle_rows
from autograder.exports.nbgrader import nbgrader_rows
from autograder.exports.totals import totals_rows
from autograder.grading.records import read_results
from autograder.output import write_output
from autograder.policy.policy import Policy, read_policy
from autograder.policy.roster import read_roster
from autograder.policy.totals import class_marks
from autograder.printable import printable
from autograder.results import BadUsage
from cnnlab.text import Lang, Text

Rows = Callable[[Gradebook], Iterable[Sequence[Cell]]]
GRADEBOOKS: Mapping[str, Rows] = {
    "canvas": canvas_rows,
    "moodle": moodle_rows,
    "nbgrader": nbgrader_rows,
}
JUNIT = "junit"
FORMATS = (*GRADEBOOKS, JUNIT)
MAX_NAMED = 20

WRITTEN = Text(es="Escrito: {path} (estudiantes: {rows})", en="Written: {path} (students: {rows})")
STRANGERS = Text(
    es="En los resultados y no en la lista, por lo que faltan en el archivo ({count}): {names}",
    en="In the results and not on the roster, so not in the file ({count}): {names}",
)
WITHOUT_RESULTS = Text(
    es="En la lista y sin resultados ({count}): {names}",
    en="On the roster and without results ({count}): {names}",
)
WITHOUT_TIME = Text(
    es="Con plazo y sin hora de entrega conocida, tomadas por puntuales ({count}): {names}",
    en="With a deadline and without a known time, taken to be on time ({count}): {names}",
)


@dataclass(frozen=True)
class Request:
    """The commands' arguments; results come in the order of the attempts."""

    results: tuple[Path, ...]
    out: Path
    roster: Path | None = None
    policy: Path | None = None
    lang: Lang = Lang.ES


def export(request: Request, file_format: str) -> int:
    """Write one of `FORMATS`; 0, since whatever has no match is reported."""
    if file_format == JUNIT:
        return _export_junit(request)
    return _write_gradebook(request, GRADEBOOKS[file_format])


def totals(request: Request) -> int:
    """Write the table of totals; 0, since whatever has no match is reported."""
    return _write_gradebook(request, totals_rows)


def _export_junit(request: Request) -> int:
    if len(request.results) > 1 or request.roster or request.policy:
        raise BadUsage("--format junit: takes one results folder, and no roster or policy")
    results = read_results(request.results[0])
    write_output(request.out, junit_xml(results))
    _say(request, WRITTEN, path=request.out, rows=len(results.students))
    return 0


def _write_gradebook(request: Request, rows_of: Rows) -> int:
    policy = read_policy(request.policy) if request.policy else Policy()
    roster = read_roster(request.roster) if request.roster else None
    attempts = [read_results(folder) for folder in request.results]
    book = gradebook(class_marks(attempts, policy), roster, policy, with_total=bool(request.policy))
    write_output(request.out, csv_bytes(rows_of(book)))
    _say(request, WRITTEN, path=request.out, rows=len(book.entries))
    for text, names in (
        (STRANGERS, book.strangers),
        (WITHOUT_RESULTS, book.without_results),
        (WITHOUT_TIME, book.without_time),
    ):
        if names:
            shown = ", ".join(printable(name) for name in names[:MAX_NAMED])
            more = ", …" if len(names) > MAX_NAMED else ""
            _say(request, text, count=len(names), names=shown + more)
    return 0


def _say(request: Request, text: Text, **values: object) -> None:
    line = text.in_(request.lang).format(**values)
    Console(stderr=True).print(line, markup=False, highlight=False, soft_wrap=True)
