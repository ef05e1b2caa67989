"""The start of `autograder nbgrade`: grading begins while nbgrader is still being imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.gradebook import grades
from autograder.gradebook.course import RELEASE_PREPROCESSORS, init_course
from autograder.gradebook.folders import CourseFolders, submission_folder
from autograder.gradebook.nbgrade import Request, nbgrade
from autograder.project import ROOT
from autograder.results import BadUsage
from cnnlab.labs import LABS
from cnnlab.text import Lang
from tests.gradebook.classroom import Course
from tests.gradebook.notebooks import generate
from tests.gradebook.word_of_mouth import WordOfMouth

LAB = "dropout"
READ = """
import sys
from autograder.gradebook.grades import TrustedGrades
from autograder.gradebook.folders import CourseFolders, read_configuration
configuration = read_configuration()
print(CourseFolders.configured(configuration.config).root)
print(TrustedGrades(parent=configuration).lang)
print({"nbgrader", "nbconvert", "nbformat", "sqlalchemy", "torch"} & set(sys.modules))
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    init_course(tmp_path / "course", Lang.EN)
    return Course(tmp_path / "course")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> WordOfMouth:
    server = WordOfMouth(LAB)
    monkeypatch.setattr(grades, "confined_server", server.started)
    return server


def test_a_course_is_read_without_what_is_slow_to_import(course: Course) -> None:
    read = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=course.folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(course.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.splitlines() == [str(course.folder), "en", "set()"]
    assert read.stderr == ""


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"root": "/srv/curso", "submitted_directory": "entregas"},
        {"root": "/srv", "directory_structure": "{student_id}/{nbgrader_step}/{assignment_id}"},
    ],
)
def test_submissions_are_where_nbgrader_has_them(options: dict[str, str]) -> None:
    config = Config(CourseDirectory=options)
    ours = submission_folder(CourseFolders.configured(config), "ana", LABS[LAB])
    assert ours == submission_folder(CourseDirectory(config=config), "ana", LABS[LAB])


def test_a_release_goes_through_all_that_nbgrader_has_between_ours() -> None:
    own = GenerateAssignment().preprocessors
    named = [name.rpartition(".")[2] for name in RELEASE_PREPROCESSORS]
    assert named == ["LanguageFilter", *(each.__name__ for each in own), "StudentFiles"]


def test_no_server_is_started_for_what_is_known(server: WordOfMouth, course: Course) -> None:
    generate(course.folder, LAB)
    course.hand_in("ana", LAB, {LAB: "Dropout2d"})
    for _ in range(2):
        assert nbgrade(Request(LAB, course.folder)) == 0
    assert server.starts == 1
    assert course.marks(LAB)["ana"] == {"dropout2d": 0.0, "Dropout2d": 4.2, "question": 0.0}


def test_a_lab_that_was_collected_but_not_generated_is_refused(
    server: WordOfMouth, course: Course
) -> None:
    for student in range(3):
        folder = course.folder / "submitted" / f"student-{student}" / LAB / "cnnlab"
        folder.mkdir(parents=True)
        (folder / f"{LAB}.py").write_text(f"# {student}")
    with pytest.raises(BadUsage, match="dropout: not generated yet; run `nbgrader generate_"):
        nbgrade(Request(LAB, course.folder, jobs=1))
