"""Autograding again in one process, as the formgrader does in the Jupyter server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps import NbGrader, NbGraderAPI

from autograder.gradebook import grades
from autograder.gradebook.course import init_course
from autograder.gradebook.grades import TrustedGrades
from autograder.grading import version
from cnnlab.labs import LABS
from cnnlab.text import Lang
from tests.gradebook.classroom import Course, write_sources
from tests.gradebook.notebooks import generate, inside
from tests.gradebook.word_of_mouth import WordOfMouth

LAB = "dropout"
CONFIGURATION = "\nc = get_config()\nc.TrustedGrades.isolation = 'process'\n"
RIGHT = {"dropout2d": 5.8, "Dropout2d": 4.2, "question": 0.0}
HALF = {"dropout2d": 0.0, "Dropout2d": 4.2, "question": 0.0}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WordOfMouth]:
    server = WordOfMouth(LAB)
    monkeypatch.setattr(grades, "confined_server", server.started)
    yield server
    version.grader_version.cache_clear()


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("again") / "course"
    init_course(folder, Lang.ES)
    with (folder / "nbgrader_config.py").open("a") as configuration:
        configuration.write(CONFIGURATION)
    generate(folder, LAB)
    return folder


@pytest.fixture
def course(generated: Path, tmp_path: Path) -> Course:
    return Course(Path(shutil.copytree(generated, tmp_path / "course", symlinks=True)))


@pytest.fixture
def api(course: Course) -> Iterator[Any]:
    """What the formgrader's buttons call."""
    with inside(course.folder):
        app = NbGrader()
        app.initialize([])
        yield NbGraderAPI(config=app.config)


def marks(course: Course, api: Any, student: str) -> dict[str, float]:
    told = api.autograde(LAB, student)
    assert told["success"], told
    return course.marks(LAB)[student]


def test_what_is_handed_in_again_is_graded_again(
    server: WordOfMouth, course: Course, api: Any
) -> None:
    notebook = course.hand_in("ana", LAB, {LAB: "Dropout2d"})
    assert marks(course, api, "ana") == HALF
    write_sources(notebook.parent, {LAB: "Dropout2d dropout2d"})
    assert marks(course, api, "ana") == RIGHT
    write_sources(notebook.parent, {LAB: "Dropout2d"})
    assert marks(course, api, "ana") == HALF
    assert server.asked == ["Dropout2d", "Dropout2d dropout2d"]  # the first was kept


def test_a_grader_that_changes_meanwhile_grades_again(
    server: WordOfMouth, course: Course, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.hand_in("ana", LAB, {LAB: "Dropout2d"})
    assert marks(course, api, "ana") == HALF
    server.strict = True
    assert marks(course, api, "ana") == HALF
    monkeypatch.setattr(version, "PACKAGES", ("torch",))
    assert marks(course, api, "ana") == dict.fromkeys(HALF, 0.0)


def test_each_student_is_told_once(server: WordOfMouth, course: Course, api: Any) -> None:
    course.hand_in("ana", LAB, {LAB: "Dropout2d"})
    course.hand_in("blas", LAB, {LAB: "Dropout2d"})
    missing = course.hand_in("carla", LAB, {}).parent / "cnnlab" / f"{LAB}.py"
    missing.unlink()
    told: list[tuple[str, float]] = []
    trusted = TrustedGrades(parent=api)
    for _ in range(2):
        trusted.grade(
            api.coursedir, LABS[LAB], lambda student, result: told.append((student, result.score))
        )
    assert sorted(told) == 2 * [("ana", 5.0)] + 2 * [("blas", 5.0)] + 2 * [("carla", 0.0)]
