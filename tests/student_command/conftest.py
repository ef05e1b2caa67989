"""The project that most tests of the command start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.student_command.project import StudentProject, new_project


@pytest.fixture
def project(tmp_path: Path) -> StudentProject:
    return new_project(tmp_path)
