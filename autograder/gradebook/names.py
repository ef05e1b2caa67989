"""What nbgrader's converters tell their preprocessors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.converters.base import NbGraderException

from cnnlab.labs import LABS, Lab


def lab_of(resources: Any) -> Lab:
    """The lab of the notebook at hand: an assignment has the name of its lab."""
    name = resources["nbgrader"]["assignment"]
    if name not in LABS:
        raise NbGraderException(
            f"assignment {name!r}: no lab has this name; the labs are {', '.join(LABS)}"
        )
    return LABS[name]


def coursedir_of(preprocessor: Any) -> Any:
    """nbgrader's `CourseDirectory`, from a preprocessor: it belongs to an exporter, which belongs
    to a converter.
    """
    return preprocessor.parent.parent.coursedir


def submission_folder(coursedir: Any, student: str, lab: Lab) -> Path:
    """The folder that was collected from a student for a lab."""
    return Path(coursedir.format_path(coursedir.submitted_directory, student, lab.name))


def autograded_notebook(coursedir: Any, student: str, lab: Lab) -> Path:
    """Where nbgrader writes a student's notebook with its marks."""
    folder = coursedir.format_path(coursedir.autograded_directory, student, lab.name)
    return Path(folder) / f"{lab.name}.ipynb"
