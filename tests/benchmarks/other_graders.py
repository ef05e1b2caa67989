"""Other ways to grade a lab: stock nbgrader, otter, and a fresh process for each submission."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.project import ROOT, STUBS
from autograder.results import LAB_POINTS
from cnnlab.labs import LABS
from tests.benchmarks.cost import Cost, cost_of_command
from tests.benchmarks.nbgrade_against_stock import handed_in, stock_course, write_work
from tests.benchmarks.submission_cost import in_one_process, units

SCRIPTS = Path(sysconfig.get_path("scripts"))
OTTER = SCRIPTS / "otter"
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONSAFEPATH": "1",  # a submission's package `cnnlab` is not taken for the whole one
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
}


class Suite(StrEnum):
    """What is checked of a submission."""

    PUBLIC = "public tests"
    HIDDEN = "hidden checks"


def suite_code(suite: Suite, lab: str) -> str:
    """Python that defines `passed`: whether the submission in the working folder passes."""
    if suite is Suite.HIDDEN:
        return (
            "from tests.benchmarks.other_graders import passes_hidden_checks\n"
            f"def passed():\n    return passes_hidden_checks({lab!r})\n"
        )
    tests = [f"test_{module}.py" for module in LABS[lab].modules]
    options = ["-p", "no:terminal", "-p", "no:cacheprovider", "--import-mode=importlib", *tests]
    return (
        "import os, sys\nimport pytest\n"
        "def passed():\n    sys.path.insert(0, os.getcwd())\n"
        f"    return pytest.main({options!r}) == 0\n"
    )


def passes_hidden_checks(lab: str) -> bool:
    """Whether the modules in `cnnlab/` of the working folder earn all points, in this process."""
    earned: list[float] = []
    (unit,) = units([lab], Path("cnnlab"))
    in_one_process([lab], lambda points: earned.append(points(unit)))
    return earned == [LAB_POINTS]


class Peer(Protocol):
    """Grades right submissions of one lab, having shown that it tells right from wrong."""

    name: str

    def cost(self) -> Cost:
        """Of one submission."""
        ...


class StockNbgrader:
    """nbgrader in its own configuration: what one more submission of a class costs."""

    name = "nbgrader autograde, stock"
    more = 2

    def __init__(self, folder: Path, lab: str, suite: Suite) -> None:
        self._lab = lab
        test = f"{suite_code(suite, lab)}assert passed()\n"
        self._course = stock_course(folder, self.more + 2, lab, test)
        wrong = self._course.folder / "submitted" / "student-000" / lab / "cnnlab"
        _put_stubs(wrong, lab)
        self._autograde("student-00[01]")
        points = [sum(cells.values()) for _, cells in sorted(self._course.marks(lab).items())]
        assert points == [0, LAB_POINTS], points

    def cost(self) -> Cost:
        return (self._autograde("student-00[1-9]") - self._autograde("student-001")) / self.more

    def _autograde(self, students: str) -> Cost:
        command = [
            str(SCRIPTS / "nbgrader"),
            "autograde",
            self._lab,
            "--force",
            "--student",
            students,
        ]
        return cost_of_command(command, self._course.folder, ENVIRONMENT)


class Otter:
    """`otter run`, which starts anew for each submission, on an autograder of `otter generate`."""

    name = "otter run"

    def __init__(self, folder: Path, lab: str, suite: Suite) -> None:
        self._folder = folder
        work = folder / "work"
        work.mkdir()
        write_work(work, handed_in(0, lab))
        (work / "suite.py").write_text(suite_code(suite, lab), encoding="utf-8")
        (folder / "ok").mkdir()
        (folder / "ok" / f"{lab}.py").write_text(_ok_test(lab), encoding="utf-8")
        support = sorted(path.name for path in work.iterdir() if path.is_file())
        options = ["--tests-dir", "../ok", "--output-path", "../autograder.zip"]
        options += ["--no-requirements", "--no-environment", "--no-config"]
        cost_of_command([OTTER, "generate", *options, *support], work, ENVIRONMENT)
        self._pack(work / "cnnlab", "right.zip")
        _put_stubs(work / "cnnlab", lab)
        self._pack(work / "cnnlab", "stub.zip")
        assert self._points("stub.zip") == 0
        assert self._points("right.zip") == LAB_POINTS

    def cost(self) -> Cost:
        return self._run("right.zip")

    def _run(self, submission: str) -> Cost:
        options = ["--autograder", "autograder.zip", "--output-dir", ".", "--no-logo"]
        command = [str(OTTER), "run", *options, submission]
        return cost_of_command(command, self._folder, ENVIRONMENT)

    def _points(self, submission: str) -> float:
        self._run(submission)
        results = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))
        return sum(test.get("score") or 0 for test in results["tests"])

    def _pack(self, package: Path, name: str) -> None:
        kernel = {"name": "python3", "display_name": "Python 3"}
        cell = new_code_cell("# My work is in cnnlab/.")
        notebook = new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        with zipfile.ZipFile(self._folder / name, "w") as archive:
            archive.writestr("lab.ipynb", nbformat.writes(notebook))
            for path in package.iterdir():
                archive.write(path, f"cnnlab/{path.name}")


def _ok_test(lab: str) -> str:
    """A test in otter's OK format."""
    code = ">>> from suite import passed\n>>> passed()\nTrue"
    case = {"code": code, "hidden": True, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": lab, "points": LAB_POINTS, "suites": [suite]}
    return f"OK_FORMAT = True\ntest = {test!r}\n"


class FreshProcess:
    """A Python process for each submission, which imports everything anew."""

    def __init__(self, folder: Path, lab: str, suite: Suite) -> None:
        self.name = "pytest, a fresh process" if suite is Suite.PUBLIC else "a fresh process"
        self._folder = folder
        write_work(folder, handed_in(0, lab))
        code = f"{suite_code(suite, lab)}sys.exit(not passed())\n"
        (folder / "suite.py").write_text(f"import sys\n{code}", encoding="utf-8")
        shutil.copytree(folder, folder / "stub")
        _put_stubs(folder / "stub" / "cnnlab", lab)
        self.cost()
        try:
            self._run(folder / "stub")
        except RuntimeError:
            return
        raise AssertionError(f"stubs of {lab} pass")

    def cost(self) -> Cost:
        return self._run(self._folder)

    def _run(self, folder: Path) -> Cost:
        return cost_of_command([sys.executable, "suite.py"], folder, ENVIRONMENT)


def _put_stubs(package: Path, lab: str) -> None:
    for module in LABS[lab].modules:
        shutil.copy(STUBS / f"{module}.py", package)


PEERS: tuple[type[StockNbgrader] | type[Otter] | type[FreshProcess], ...] = (
    StockNbgrader,
    Otter,
    FreshProcess,
)
