"""What grading a class's notebooks takes, against nbgrader as it comes.

    python -m tests.benchmarks.nbgrade_against_stock [SUBMISSIONS]

Two courses with the same students, each with a reference of its own: ours by `autograder nbgrade`;
and one in nbgrader's own configuration, whose notebook has the lab's public tests, fewer than the
hidden checks, as the hidden tests in its graded cell. Prints the wall time of both and the ratio.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.nbgraderformat import SCHEMA_VERSION

from autograder.project import PUBLIC_TESTS
from autograder.results import LAB_POINTS
from tests.gradebook.classroom import Course, sources_of

LAB = "dropout"
SUBMISSIONS = 30
STOCK = (
    "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"
    "c.ExecutePreprocessor.iopub_timeout = 60\n"  # on a busy machine its 4 seconds run out
)
TEST = """\
import pytest
assert pytest.main(["-q", "-p", "no:cacheprovider"]) == 0
"""


def handed_in(student: int, lab: str = LAB) -> dict[str, str]:
    """The reference as this student might have it: no two are the same bytes."""
    return {module: f"{source}\n# {student}\n" for module, source in sources_of(lab).items()}


def own_course(folder: Path, submissions: int) -> Course:
    Course(folder).autograder("init-course", "own", "--lang", "es")
    course = Course(folder / "own")
    course.nbgrader("generate_assignment", LAB)
    for student in range(submissions):
        course.hand_in(f"student-{student:03}", LAB, handed_in(student))
    return course


def stock_course(folder: Path, submissions: int, lab: str = LAB, test: str = TEST) -> Course:
    """A course in nbgrader's own configuration, with `test` in the notebook's graded cell."""
    course = Course(folder / "stock")
    source = course.folder / "source" / lab
    source.mkdir(parents=True)
    (course.folder / "nbgrader_config.py").write_text(STOCK)
    nbformat.write(stock_notebook(lab, test), source / f"{lab}.ipynb")
    course.nbgrader("generate_assignment", lab)
    for student in range(submissions):
        work = course.folder / "submitted" / f"student-{student:03}" / lab
        shutil.copytree(course.folder / "release" / lab, work)
        write_work(work, handed_in(student, lab))
    return course


def write_work(folder: Path, sources: dict[str, str]) -> None:
    """A package of these modules, and their public tests."""
    (folder / "cnnlab").mkdir()
    (folder / "cnnlab" / "__init__.py").touch()
    for module, code in sources.items():
        (folder / "cnnlab" / f"{module}.py").write_text(code, encoding="utf-8")
        shutil.copy(PUBLIC_TESTS / f"test_{module}.py", folder)
    shutil.copy(PUBLIC_TESTS / "conftest.py", folder)


def stock_notebook(lab: str, test: str) -> NotebookNode:
    cell = new_code_cell(f"### BEGIN HIDDEN TESTS\n{test}### END HIDDEN TESTS\n")
    cell.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": lab,
        "locked": True,
        "points": LAB_POINTS,
        "schema_version": SCHEMA_VERSION,
        "solution": False,
        "task": False,
    }
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook: NotebookNode = new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    return notebook


def main() -> None:
    submissions = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    with tempfile.TemporaryDirectory() as name:
        own, stock = own_course(Path(name), submissions), stock_course(Path(name), submissions)
        started = time.perf_counter()
        own.autograder("nbgrade", LAB, "--jobs", "2")
        ours = time.perf_counter() - started
        started = time.perf_counter()
        stock.nbgrader("autograde", LAB)
        theirs = time.perf_counter() - started
        for course in (own, stock):
            full = [sum(marks.values()) for marks in course.marks(LAB).values()]
            assert len(full) == submissions, course.folder
            assert all(score == LAB_POINTS for score in full), course.folder
    print(f"{submissions} notebooks of {LAB}, each with code of its own")
    print(f"autograder nbgrade --jobs 2   {ours:7.1f} s")
    print(f"nbgrader autograde, stock     {theirs:7.1f} s")
    print(f"ratio                         {ours / theirs:7.3f}")


if __name__ == "__main__":
    main()
