"""`autograder report`: from a folder of results to a folder of pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.grading.records import Results, read_results
from autograder.printable import printable
from autograder.reports.anonymity import anonymous, pseudonyms_key
from autograder.reports.folder import require_replaceable, write_report
from autograder.reports.pages import INDEX, render_pages
from autograder.results import BadUsage
from cnnlab.labs import LABS
from cnnlab.text import Lang

FOLDER = "report"


@dataclass(frozen=True)
class Request:
    """The command's arguments; without `out` or `lang`, what goes with the results."""

    results: Path
    out: Path | None = None
    lang: Lang | None = None
    anonymous: bool = False


def report(request: Request) -> Path:
    """Write the pages; the class page's path."""
    results = read_results(request.results)
    _require_language(request, results)
    _require_known(request.results, results)
    out = (request.out or request.results / FOLDER).resolve()
    require_replaceable(out)
    if request.anonymous:
        results = anonymous(results, pseudonyms_key(request.results))
    write_report(out, render_pages(results, results.run.lang, anonymous=request.anonymous))
    return out / INDEX


def _require_language(request: Request, results: Results) -> None:
    """`BadUsage` where the texts are in another language: they are chosen when they are written."""
    asked, there = request.lang, results.run.lang
    if asked is not None and asked is not there:
        raise BadUsage(
            f"--lang {asked}: the texts of {request.results} are in {there}; first run "
            f"`autograder grade SUBMISSIONS --out {request.results} --lang {asked}`, "
            "which grades nothing again"
        )


def _require_known(folder: Path, results: Results) -> None:
    """`BadUsage` where the results have a lab or a function that this version does not know."""
    for student in results.students:
        for lab in student.labs:
            known = LABS[lab.lab].names if lab.lab in LABS else ()
            strange = [check.target for check in lab.checks if check.target not in known]
            if strange or not known:
                raise BadUsage(
                    f"{folder}: {printable(student.student)} has {printable(lab.lab)}"
                    f"{'.' + printable(strange[0]) if strange else ''}, which this version does "
                    "not know; run `autograder grade` again"
                )
