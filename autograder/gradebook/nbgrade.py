"""`autograder nbgrade`: a lab's collected submissions graded side by side, then the gradebook."""

from __future__ import annotations

import contextlib
import functools
import glob
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import nbgrader.api
import sqlalchemy
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.autogradeapp import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from rich.table import Table
from rich.text import Text as Styled
from sqlalchemy.exc import SAWarning

from autograder.gradebook.fingerprint import fingerprint, made_from
from autograder.gradebook.names import autograded_notebook, submission_folder
from autograder.gradebook.trusted import TrustedGrades, known_to
from autograder.grading.display import STUDENT, make_console, result_cell
from autograder.grading.run import Outcome
from autograder.printable import printable
from autograder.results import BadUsage, GraderError, LabResult
from cnnlab.labs import LABS, Lab
from cnnlab.text import Lang, Text

CONFIGURATION = "nbgrader_config.py"
GRADEBOOK = Text(es="Libreta de notas", en="Gradebook")
WRITTEN = Text(es="escrita", en="written")
UNCHANGED = Text(es="sin cambios", en="unchanged")
FAILED = Text(es="no escrita", en="not written")
NO_NOTEBOOK = "there is no notebook {lab}.ipynb in the submission"


@dataclass(frozen=True)
class Request:
    """The command's arguments; without a language, messages are in the course's."""

    lab: str
    course: Path
    jobs: int = 0
    lang: Lang | None = None


class OneStudent(Autograde):  # type: ignore[misc]  # nbgrader's is untyped
    """nbgrader's own converter, for one student whose marks have to be written again.

    `failure` says in one line why the notebook could not be converted.
    """

    force = True  # what is there is of an older submission or grader
    failure: str | None = None

    def init_notebooks(self) -> None:
        with self._noting_failure():
            super().init_notebooks()

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._noting_failure():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._noting_failure():
            super().convert_single_notebook(notebook_filename)

    @contextlib.contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            self.failure = self.failure or printable(lines[0])
            raise


class GradebookWriter:
    """Has nbgrader convert the notebooks of students whose result is new, while others are graded.

    One at a time, in a thread of its own: what nbgrader does is not made for more.
    """

    def __init__(self, app: Any, lab: Lab, lang: Lang) -> None:
        self._app = app
        self._lab = lab
        self._lang = lang
        self._thread = ThreadPoolExecutor(1)
        self._written: dict[str, Future[str | None]] = {}
        self.changed: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def take(self, student: str, result: LabResult) -> None:
        """Write a student's result, unless the autograded notebook was made from it."""
        self._written[student] = self._thread.submit(self._write, student, result)

    def failures(self) -> dict[str, str]:
        """Wait for the last; the reason for each student whose marks could not be written."""
        reasons = {student: written.result() for student, written in self._written.items()}
        return {student: reason for student, reason in reasons.items() if reason is not None}

    def _write(self, student: str, result: LabResult) -> str | None:
        coursedir = self._app.coursedir
        folder = submission_folder(coursedir, student, self._lab)
        notebook = autograded_notebook(coursedir, student, self._lab)
        expected = fingerprint(folder, result, self._lang)
        if made_from(notebook) == expected:
            return None
        self.changed.add(student)
        coursedir.student_id = glob.escape(student)
        converter = OneStudent(coursedir=coursedir, parent=self._app)
        known_to(converter)[student, self._lab.name] = result
        with contextlib.suppress(NbGraderException):
            converter.start()
        if made_from(notebook) == expected:
            return None
        return converter.failure or NO_NOTEBOOK.format(lab=self._lab.name)


def nbgrade(request: Request) -> int:
    """Grade a lab and write its gradebook; 0, or 1 where a student's marks could not be written."""
    if request.lab not in LABS:
        raise BadUsage(f"{request.lab}: no such lab; the labs are {', '.join(LABS)}")
    lab = LABS[request.lab]
    course = request.course.resolve()
    if not (course / CONFIGURATION).is_file():
        raise BadUsage(
            f"{request.course}: not a course, there is no {CONFIGURATION}; "
            "`autograder init-course DIR` makes one"
        )
    with contextlib.chdir(course), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # about nbgrader's own use of its database
        return _nbgrade(_configured(lab), lab, request)


def _configured(lab: Lab) -> Any:
    """nbgrader's application with the configuration that it loads in this folder."""
    app = AutogradeApp()
    app.raise_config_file_errors = True
    try:
        app.initialize(["--quiet", lab.name])
    except Exception as error:
        raise BadUsage(f"{CONFIGURATION}: {printable(str(error))}") from error
    app.coursedir.assignment_id = lab.name
    return app


def _nbgrade(app: Any, lab: Lab, request: Request) -> int:
    coursedir = app.coursedir
    _require_generated(coursedir, lab)
    if not any(submission_folder(coursedir, "*", lab).parent.parent.glob(f"*/{lab.name}")):
        raise BadUsage(f"{lab.name}: nothing collected; run `nbgrader collect {lab.name}`")
    grades = TrustedGrades(parent=app)
    grades.jobs = request.jobs or grades.jobs
    feedback_lang = Lang(grades.lang)
    lang = request.lang or feedback_lang
    grades.lang = str(lang)  # of its progress
    share_the_database_engine()
    with GradebookWriter(app, lab, feedback_lang) as writer:
        outcome = grades.grade(coursedir, lab, writer.take)
        failures = writer.failures()
    failures |= {student: reason for (student, _), reason in outcome.broken.items()}
    _print_summary(outcome, lab, writer.changed, failures, lang)
    for student, reason in sorted(failures.items()):
        print(f"autograder: {printable(student)}/{lab.name}: {reason}", file=sys.stderr)
    return 1 if failures else 0


def _require_generated(coursedir: Any, lab: Lab) -> None:
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            gradebook.find_notebook(lab.name, lab.name)
    except MissingEntry as error:
        raise BadUsage(
            f"{lab.name}: not generated yet; run `nbgrader generate_assignment {lab.name}`"
        ) from error
    except Exception as error:  # whatever the database's driver raises
        reason = printable(str(error).partition("\n")[0])
        raise GraderError(f"the gradebook cannot be opened: {reason}") from error


def share_the_database_engine() -> None:
    """Let nbgrader's gradebooks share an engine: each opening of one makes its own, which compiles
    every query anew, and a notebook's conversion opens ten.
    """
    nbgrader.api.create_engine = functools.cache(sqlalchemy.create_engine)


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
