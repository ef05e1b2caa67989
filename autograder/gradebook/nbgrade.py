"""`autograder nbgrade`: a lab's collected submissions graded side by side, then the gradebook."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.table import Table
from rich.text import Text as Styled

from autograder.gradebook.folders import (
    CONFIGURATION,
    CourseFolders,
    read_configuration,
    submission_folder,
)
from autograder.gradebook.grades import TrustedGrades
from autograder.grading.display import STUDENT, make_console, result_cell
from autograder.grading.run import Outcome
from autograder.printable import printable
from autograder.results import BadUsage, LabResult
from cnnlab.labs import LABS, Lab
from cnnlab.text import Lang, Text

if TYPE_CHECKING:
    from autograder.gradebook.conversion import Conversion

GRADEBOOK = Text(es="Libreta de notas", en="Gradebook")
WRITTEN = Text(es="escrita", en="written")
UNCHANGED = Text(es="sin cambios", en="unchanged")
FAILED = Text(es="no escrita", en="not written")
ADDRESS_CHECKER = "rfc3987_syntax"


@dataclass(frozen=True)
class Request:
    """The command's arguments; without a language, messages are in the course's."""

    lab: str
    course: Path
    jobs: int = 0
    lang: Lang | None = None


class GradebookWriter:
    """Has nbgrader convert the notebooks of students whose result is new, while others are graded.

    One at a time, in a thread of its own: what nbgrader does is not made for more. The thread also
    imports nbgrader, which takes as long as the checks' server takes to start.
    """

    def __init__(self, lab: Lab, lang: Lang) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._opened = self._thread.submit(_opened, lab, lang)
        self._written: dict[str, Future[str | None]] = {}
        self.changed: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def require_opened(self) -> None:
        """Wait for nbgrader; `GraderError` where it has no gradebook of the lab."""
        self._opened.result()

    def take(self, student: str, result: LabResult) -> None:
        """Write a student's result; `GraderError` where it is known that no one's can be."""
        if self._opened.done():
            self.require_opened()
        self._written[student] = self._thread.submit(self._write, student, result)

    def failures(self) -> dict[str, str]:
        """Wait for the last; the reason for each student whose marks could not be written."""
        self.require_opened()
        reasons = {student: written.result() for student, written in self._written.items()}
        return {student: reason for student, reason in reasons.items() if reason is not None}

    def _write(self, student: str, result: LabResult) -> str | None:
        from autograder.gradebook.conversion import NotConverted

        try:
            if self._opened.result().write(student, result):
                self.changed.add(student)
        except NotConverted as problem:
            return str(problem)
        return None


def _opened(lab: Lab, lang: Lang) -> Conversion:
    # nbgrader is slow to import. Half of it would be a checker of addresses in JSON, of which
    # notebooks have none; its library does without where there is none.
    sys.modules.setdefault(ADDRESS_CHECKER, None)  # type: ignore[arg-type]  # means: not to be had
    from autograder.gradebook.conversion import Conversion

    return Conversion(lab, lang)


def nbgrade(request: Request) -> int:
    """Grade a lab and write its gradebook; 0, or 1 where a student's marks could not be written."""
    if request.lab not in LABS:
        raise BadUsage(f"{request.lab}: no such lab; the labs are {', '.join(LABS)}")
    course = request.course.resolve()
    if not (course / CONFIGURATION).is_file():
        raise BadUsage(
            f"{request.course}: not a course, there is no {CONFIGURATION}; "
            "`autograder init-course DIR` makes one"
        )
    with contextlib.chdir(course), warnings.catch_warnings():
        return _nbgrade(LABS[request.lab], request)


def _nbgrade(lab: Lab, request: Request) -> int:
    configuration = read_configuration()
    coursedir = CourseFolders.configured(configuration.config)
    grades = TrustedGrades(parent=configuration)
    grades.jobs = request.jobs or grades.jobs
    feedback_lang = Lang(grades.lang)
    lang = request.lang or feedback_lang
    grades.lang = str(lang)  # of its progress
    with GradebookWriter(lab, feedback_lang) as writer:
        if not any(submission_folder(coursedir, "*", lab).parent.parent.glob(f"*/{lab.name}")):
            writer.require_opened()
            raise BadUsage(f"{lab.name}: nothing collected; run `nbgrader collect {lab.name}`")
        outcome = grades.grade(coursedir, lab, writer.take)
        failures = writer.failures()
    failures |= {student: reason for (student, _), reason in outcome.broken.items()}
    _print_summary(outcome, lab, writer.changed, failures, lang)
    for student, reason in sorted(failures.items()):
        print(f"autograder: {printable(student)}/{lab.name}: {reason}", file=sys.stderr)
    return 1 if failures else 0


def _print_summary(
    outcome: Outcome,
    lab: Lab,
    changed: Collection[str],
    failures: Mapping[str, str],
    lang: Lang,
) -> None:
    table = Table(STUDENT.in_(lang))
    table.add_column(lab.name, justify="right")
    table.add_column(GRADEBOOK.in_(lang))
    for student in sorted({*outcome.results, *failures}):
        result = outcome.results.get(student, {}).get(lab.name)
        word = FAILED if student in failures else WRITTEN if student in changed else UNCHANGED
        table.add_row(
            Styled(printable(student, 32)),
            result_cell(result, lang) if result else "?",
            Styled(word.in_(lang), style="red" if student in failures else ""),
        )
    make_console().print(table)
