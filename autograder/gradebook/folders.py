"""Where nbgrader keeps a course's files, known without nbgrader, which is slow to import."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from jupyter_core.application import JupyterApp
from traitlets.config import Application, Config

from autograder.printable import printable
from autograder.results import BadUsage
from cnnlab.labs import Lab

CONFIGURATION = "nbgrader_config.py"
STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"


class CourseConfiguration(JupyterApp):
    """What nbgrader's applications are configured by."""

    name = "nbgrader"
    raise_config_file_errors = True


def read_configuration() -> CourseConfiguration:
    """The configuration of the course in this folder; `BadUsage` where it cannot be read."""
    sys.path.insert(0, os.getcwd())  # as nbgrader does
    app = CourseConfiguration(log_level=logging.CRITICAL)
    try:
        app.initialize([])
        Application.load_config_file(app, CONFIGURATION, os.getcwd())
    except Exception as error:
        raise BadUsage(f"{CONFIGURATION}: {printable(str(error))}") from error
    return app


@dataclass(frozen=True)
class CourseFolders:
    """What nbgrader's `CourseDirectory` says of submissions, by the same configuration."""

    root: str
    student_id: str
    submitted_directory: str
    directory_structure: str

    @classmethod
    def configured(cls, config: Config) -> Self:
        options = config.CourseDirectory
        return cls(
            root=options.get("root", os.getcwd()),
            student_id=options.get("student_id", "*"),
            submitted_directory=options.get("submitted_directory", "submitted"),
            directory_structure=options.get("directory_structure", STRUCTURE),
        )

    def format_path(self, nbgrader_step: str, student_id: str, assignment_id: str) -> str:
        path = self.directory_structure.format(
            nbgrader_step=nbgrader_step, student_id=student_id, assignment_id=assignment_id
        )
        return os.path.join(self.root, path)


def submission_folder(coursedir: Any, student: str, lab: Lab) -> Path:
    """The folder that was collected from a student for a lab."""
    return Path(coursedir.format_path(coursedir.submitted_directory, student, lab.name))


def autograded_notebook(coursedir: Any, student: str, lab: Lab) -> Path:
    """Where nbgrader writes a student's notebook with its marks."""
    folder = coursedir.format_path(coursedir.autograded_directory, student, lab.name)
    return Path(folder) / f"{lab.name}.ipynb"
