"""The whole cycle by command line, for two labs and students of every kind."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.gradebook.course import STUB
from autograder.project import ROOT
from cnnlab.labs import LABS
from cnnlab.text import Lang
from tests.gradebook.classroom import HALF, RIGHT, Course, Student, sources_of
from tests.gradebook.notebooks import cell_of, edit
from tests.test_release import telling

pytestmark = pytest.mark.slow

LAB, OTHER = "batchnorm", "dropout"
STUDENTS_SCRIPT = "<script>window.stolen = 1</script>"
UNWRITTEN = "BatchNorm2d está por hacer"
ANSWER = "Porque el lote decide la media."
ALL_RIGHT = {"batch_stats": 2.4, "BatchNorm2d": 7.6, "question": 0.0}
NOTHING = {"batch_stats": 0.0, "BatchNorm2d": 0.0, "question": 0.0}
HALF_RIGHT = {"batch_stats": 2.4, "BatchNorm2d": 0.0}
EXPECTED = {
    RIGHT: ALL_RIGHT,
    "untouched": NOTHING,
    "deleted": ALL_RIGHT,
    "forged": NOTHING,
    "shadow": ALL_RIGHT,
    "duplicated": ALL_RIGHT,
    "confused": ALL_RIGHT,
    "dying": {"batch_stats": 2.4, "BatchNorm2d": 0.0, "question": 0.0},
}
DYING = """

class BatchNorm2d:
    def __init__(self, *_, **__):
        import os

        os._exit(0)
"""
BROKEN = "broken"


def answer_and_write_html(notebook: NotebookNode) -> None:
    cell_of(notebook, f"{LAB}-question").source = ANSWER
    page = new_output("display_data", {"text/html": STUDENTS_SCRIPT})
    notebook.cells += [new_markdown_cell(STUDENTS_SCRIPT), new_code_cell("1", outputs=[page])]


def delete_graded_cells(notebook: NotebookNode) -> None:
    notebook.cells.remove(cell_of(notebook, f"{LAB}-BatchNorm2d"))
    notebook.cells.remove(cell_of(notebook, f"{LAB}-question"))


def forge_marks(notebook: NotebookNode) -> None:
    notebook.metadata["cnnlab"] = {"score": 10.0}
    for label in LABS[LAB].labels():
        cell = cell_of(notebook, f"{LAB}-{label}")
        cell.metadata["tags"] = ["skip-execution"]
        cell.metadata["nbgrader"]["points"] = 100
        cell.source = "100"
        cell.outputs = [new_output("execute_result", {"text/plain": "100"}, execution_count=1)]
        cell.execution_count = 1


def repeat_graded_cells(notebook: NotebookNode) -> None:
    """With their cell ids and grade_ids; and a cell of an id that no assignment has."""
    for label in ("BatchNorm2d", "question"):
        notebook.cells.append(nbformat.from_dict(cell_of(notebook, f"{LAB}-{label}")))
    stray = nbformat.from_dict(cell_of(notebook, f"{LAB}-BatchNorm2d"))
    stray.metadata["nbgrader"]["grade_id"] = "mine"
    notebook.cells.append(stray)


def change_roles(notebook: NotebookNode) -> None:
    """A graded cell that says it is text, and no graded one; an answer that says it is one."""
    cell = cell_of(notebook, f"{LAB}-BatchNorm2d")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]
    cell.metadata["nbgrader"] |= {"grade": False, "solution": True, "points": "many"}
    cell_of(notebook, f"{LAB}-batch_stats").metadata["nbgrader"]["solution"] = True


def kill_the_kernel(notebook: NotebookNode) -> None:
    notebook.cells.insert(0, new_code_cell("import os; os._exit(0)"))


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    """A folder that every user of the machine can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="cnnlab-course-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def collected(ground: Path) -> Course:
    """A course in which two labs are released, worked on, submitted and collected."""
    Course(ground).autograder("init-course", "course", "--lang", "es")
    course = Course(ground / "course")
    for lab in (LAB, OTHER):
        course.nbgrader("generate_assignment", lab)
        course.nbgrader("release_assignment", lab)
    right, half = course.enrol(RIGHT), course.enrol(HALF)
    listed = right.nbgrader("list")
    assert LAB in listed
    assert OTHER in listed
    for lab in (LAB, OTHER):
        right.nbgrader("fetch_assignment", lab)
        right.write(lab, sources_of(lab))
        right.nbgrader("submit", lab)
    half.nbgrader("fetch_assignment", LAB)
    half.write(LAB, sources_of(LAB, unwritten="BatchNorm2d"))
    edit(half.folder / LAB / f"{LAB}.ipynb", answer_and_write_html)
    half.nbgrader("submit", LAB)
    for lab in (LAB, OTHER):
        course.nbgrader("collect", lab)
    course.hand_in("untouched", LAB, {})
    course.hand_in("untouched", OTHER, {})
    edit(course.hand_in("deleted", LAB, sources_of(LAB)), delete_graded_cells)
    edit(course.hand_in("forged", LAB, {}), forge_marks)
    shadow = course.hand_in("shadow", LAB, sources_of(LAB)).parent
    (shadow / "numpy.py").write_text("raise SystemExit('mine')\n")
    edit(course.hand_in("duplicated", LAB, sources_of(LAB)), repeat_graded_cells)
    edit(course.hand_in("confused", LAB, sources_of(LAB)), change_roles)
    dying = sources_of(LAB)
    dying[LAB] += DYING
    edit(course.hand_in("dying", LAB, dying), kill_the_kernel)
    course.hand_in(BROKEN, LAB, sources_of(LAB)).write_text('{"cells": [')
    return course


@pytest.fixture(scope="module")
def autograded(collected: Course) -> Course:
    """The same course after `nbgrader autograde`; the broken notebook makes it exit with 1."""
    ungraded = collected.folder.parent / "ungraded"
    shutil.copytree(collected.folder, ungraded, symlinks=True)
    said = collected.nbgrader("autograde", LAB, status=1)
    assert f"'{LAB}' for student '{BROKEN}'" in said
    collected.nbgrader("autograde", OTHER)
    return collected


def test_each_student_has_the_marks_of_the_checks(autograded: Course) -> None:
    marks = autograded.marks(LAB)
    assert {student: marks[student] for student in EXPECTED} == EXPECTED
    assert HALF_RIGHT.items() <= marks[HALF].items()


def test_other_lab_has_its_own_marks(autograded: Course) -> None:
    assert autograded.marks(OTHER) == {
        RIGHT: {"dropout2d": 5.8, "Dropout2d": 4.2, "question": 0.0},
        "untouched": {"dropout2d": 0.0, "Dropout2d": 0.0, "question": 0.0},
    }


def test_broken_notebook_has_no_autograded_one(autograded: Course) -> None:
    assert not (autograded.folder / "autograded" / BROKEN / LAB).exists()


def test_answer_in_words_waits_for_the_grader(autograded: Course) -> None:
    with autograded.gradebook() as gradebook:
        written = gradebook.find_grade(f"{LAB}-question", LAB, LAB, HALF)
        assert written.needs_manual_grade
        assert written.auto_score is None


def test_graded_cell_shows_mark_table_and_explanation(autograded: Course) -> None:
    cell = cell_of(autograded.autograded(HALF, LAB), f"{LAB}-BatchNorm2d")
    (output,) = cell.outputs
    assert output.data["text/plain"] == "0.0"
    page = output.data["text/html"]
    for words in ("Nota: <strong>0 / 7.6</strong>", "<th>Comprobación</th>", UNWRITTEN):
        assert words in page


def test_forged_output_is_gone(autograded: Course) -> None:
    cell = cell_of(autograded.autograded("forged", LAB), f"{LAB}-BatchNorm2d")
    assert [output.data["text/plain"] for output in cell.outputs] == ["0.0"]
    assert cell.source != "100"


@pytest.fixture(scope="module")
def nbgraded(autograded: Course) -> Course:
    """The class as it was collected, graded by `autograder nbgrade` with the results kept."""
    course = Course(autograded.folder.parent / "ungraded")
    shutil.copytree(autograded.folder / ".autograder", course.folder / ".autograder")
    said = course.autograder("nbgrade", LAB, "--jobs", "2", "--lang", "en", status=1)
    assert f"autograder: {BROKEN}/{LAB}: " in said
    assert "Traceback" not in said
    assert row(said, RIGHT) == [RIGHT, "10.00", "written"]
    assert row(said, BROKEN)[-2:] == ["not", "written"]
    return course


def row(said: str, student: str) -> list[str]:
    """The words of a student's row in a printed table."""
    line = next(line for line in said.splitlines() if f" {student} " in line and "│" in line)
    return line.replace("│", " ").split()


def test_nbgrade_writes_the_marks_that_autograde_writes(
    autograded: Course, nbgraded: Course
) -> None:
    assert nbgraded.marks(LAB) == autograded.marks(LAB)
    cells = [
        cell_of(course.autograded(HALF, LAB), f"{LAB}-BatchNorm2d").outputs
        for course in (autograded, nbgraded)
    ]
    assert cells[0] == cells[1]


def test_only_what_was_resubmitted_is_written_again_and_manual_grades_stay(
    nbgraded: Course,
) -> None:
    with nbgraded.gradebook() as gradebook:
        gradebook.find_grade(f"{LAB}-question", LAB, LAB, HALF).manual_score = 1.5
        gradebook.find_grade(f"{LAB}-batch_stats", LAB, LAB, HALF).manual_score = 2.0
        gradebook.db.commit()
    written = nbgraded.folder / "autograded"
    before = {path: path.stat().st_mtime_ns for path in written.rglob("*.ipynb")}
    submitted = nbgraded.folder / "submitted" / HALF / LAB / "cnnlab" / f"{LAB}.py"
    submitted.chmod(0o644)
    submitted.write_text(sources_of(LAB)[LAB], encoding="utf-8")
    said = nbgraded.autograder("nbgrade", LAB, "--lang", "es", status=1)
    assert row(said, HALF) == [HALF, "10.00", "escrita"]
    assert row(said, RIGHT) == [RIGHT, "10.00", "sin", "cambios"]
    after = {path: path.stat().st_mtime_ns for path in written.rglob("*.ipynb")}
    changed = {path.parts[-3] for path in after if after[path] != before[path]}
    assert changed == {HALF}
    assert nbgraded.marks(LAB)[HALF] == {"batch_stats": 2.0, "BatchNorm2d": 7.6, "question": 1.5}


def test_manual_grade_survives_autograde(autograded: Course) -> None:
    with autograded.gradebook() as gradebook:
        gradebook.find_grade(f"{LAB}-question", LAB, LAB, HALF).manual_score = 1.5
        gradebook.db.commit()
    autograded.nbgrader("autograde", LAB, "--force", "--student", HALF)
    assert autograded.marks(LAB)[HALF] == {**HALF_RIGHT, "question": 1.5}


@pytest.fixture(scope="module")
def feedback(autograded: Course) -> dict[str, str]:
    """The feedback page of each student, as it comes back to those who use the exchange."""
    autograded.nbgrader("generate_feedback", LAB)
    autograded.nbgrader("release_feedback", LAB)
    pages = {}
    for name in (RIGHT, HALF):
        home = autograded.folder.parent / f"home-{name}"
        Student(name, home).nbgrader("fetch_feedback", LAB)
        (page,) = (home / LAB / "feedback").rglob("*.html")
        pages[name] = page.read_text(encoding="utf-8")
    return pages


def test_feedback_says_what_was_wrong(feedback: dict[str, str]) -> None:
    assert "✓ pasa" in feedback[RIGHT]
    assert "✗" not in feedback[RIGHT]
    assert "<th>Comprobación</th>" in feedback[HALF]
    assert UNWRITTEN in feedback[HALF]
    assert ANSWER in feedback[HALF]


def test_feedback_shows_no_hidden_code(feedback: dict[str, str]) -> None:
    hidden = telling(sorted((ROOT / "autograder" / "checks").glob("*.py")))
    for page in feedback.values():
        assert [line for line in hidden if line in page] == []


def test_what_a_student_wrote_does_not_run_in_feedback(feedback: dict[str, str]) -> None:
    assert "window.stolen" in feedback[HALF]  # as text
    assert STUDENTS_SCRIPT not in feedback[HALF]


def test_export_has_every_mark(autograded: Course) -> None:
    autograded.nbgrader("export")
    with (autograded.folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}
    scores = {student: float(rows[LAB, student]["score"]) for student in EXPECTED}
    assert scores == pytest.approx({s: sum(marks.values()) for s, marks in EXPECTED.items()})
    assert float(rows[LAB, RIGHT]["max_score"]) == pytest.approx(12.0)
    assert float(rows[OTHER, RIGHT]["score"]) == pytest.approx(10.0)


def test_untouched_answer_is_the_stub(autograded: Course) -> None:
    cell = cell_of(autograded.autograded(RIGHT, LAB), f"{LAB}-question")
    assert cell.source == STUB.in_(Lang.ES)


def test_nbgrade_says_in_one_line_what_is_missing(collected: Course) -> None:
    said = collected.autograder("nbgrade", "vgg", status=2)
    assert said.splitlines() == [
        "autograder: vgg: not generated yet; run `nbgrader generate_assignment vgg`"
    ]
