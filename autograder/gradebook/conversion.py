"""nbgrader's own conversion of one student's notebook, which writes the gradebook."""

from __future__ import annotations

import contextlib
import functools
import glob
import warnings
from collections.abc import Iterator
from typing import Any

import nbgrader.api
import sqlalchemy
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.autogradeapp import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SAWarning

from autograder.gradebook.fingerprint import fingerprint, made_from
from autograder.gradebook.folders import CONFIGURATION, autograded_notebook, submission_folder
from autograder.gradebook.trusted import known_to
from autograder.printable import printable
from autograder.results import BadUsage, GraderError, LabResult
from cnnlab.labs import Lab
from cnnlab.text import Lang

NO_NOTEBOOK = "there is no notebook {lab}.ipynb in the submission"


class NotConverted(Exception):
    """Why a student's marks could not be written, in one line."""


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


class Conversion:
    """nbgrader, as it is configured in this folder, for one lab; results are told in `lang`."""

    def __init__(self, lab: Lab, lang: Lang) -> None:
        self._lab = lab
        self._lang = lang
        warnings.simplefilter("ignore", SAWarning)  # about nbgrader's own use of its database
        self._app = _configured(lab)
        share_the_database_engine()
        _require_generated(self._app.coursedir, lab)

    def write(self, student: str, result: LabResult) -> bool:
        """Write a student's result, unless the autograded notebook was made from it; whether it
        was written. `NotConverted` where it could not be.
        """
        coursedir = self._app.coursedir
        folder = submission_folder(coursedir, student, self._lab)
        notebook = autograded_notebook(coursedir, student, self._lab)
        expected = fingerprint(folder, result, self._lang)
        if made_from(notebook) == expected:
            return False
        coursedir.student_id = glob.escape(student)
        converter = OneStudent(coursedir=coursedir, parent=self._app)
        known_to(converter)[student, self._lab.name] = result
        with contextlib.suppress(NbGraderException):
            converter.start()
        if made_from(notebook) != expected:
            raise NotConverted(converter.failure or NO_NOTEBOOK.format(lab=self._lab.name))
        return True


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
    """Let nbgrader's gradebooks share an engine, which looks for its tables once.

    Each opening of a gradebook makes its own, which compiles every query anew, and a notebook's
    conversion opens ten.
    """
    nbgrader.api.create_engine = functools.cache(sqlalchemy.create_engine)
    tables = nbgrader.api.Base.metadata
    tables.create_all = functools.cache(tables.create_all)
