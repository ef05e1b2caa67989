"""`nbgrader validate`, as a student types it in the folder of a fetched lab."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.gradebook.classroom import Course, sources_of, write_sources
from tests.gradebook.notebooks import cell_of, edit

LAB = "dropout"

pytestmark = pytest.mark.slow


def answer(notebook: NotebookNode) -> None:
    cell_of(notebook, f"{LAB}-question").source = "Porque los vecinos dicen lo mismo."


def validate(folder: Path) -> str:
    """What it says, in the environment of a student: the folder's own cnnlab is imported."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        ["nbgrader", "validate", f"{LAB}.ipynb"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_validate_tells_what_is_missing_and_passes_once_it_is_written(tmp_path: Path) -> None:
    Course(tmp_path).autograder("init-course", "course", "--lang", "es")
    Course(tmp_path / "course").nbgrader("generate_assignment", LAB)
    release = tmp_path / "course" / "release" / LAB
    said = validate(release)
    assert "VALIDATION FAILED ON 3 CELL(S)" in said
    assert "Dropout2d no supera todas sus pruebas públicas" in said
    write_sources(release, sources_of(LAB))
    edit(release / f"{LAB}.ipynb", answer)
    assert "Success! Your notebook passes all the tests." in validate(release)
