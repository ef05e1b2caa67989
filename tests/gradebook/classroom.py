"""A course with students, worked by the commands that instructors and students type.

Where the tests run as root, and other users can read this tree and its Python, each student is a
Unix user of its own; elsewhere students are told apart by `--student`.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.gradebook.course import COURSE
from autograder.project import ROOT, SOLUTIONS
from cnnlab.labs import LABS
from tests.gradebook.notebooks import read_notebook

LIBRARIES = Path(sysconfig.get_path("purelib"))
MAX_SECONDS = 600
RIGHT = "games"  # accounts that every Unix has, as names of the students who use the exchange
HALF = "nobody"


def sources_of(lab: str, *, unwritten: str = "") -> dict[str, str]:
    """The reference of a lab's modules, with one class that is as if it were not written."""
    sources = {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}
    if unwritten:
        raising = f"        raise NotImplementedError({unwritten!r})\n"
        stub = f"\n\nclass {unwritten}:\n    def __init__(self, *_, **__):\n{raising}"
        sources[LABS[lab].modules[-1]] += stub
    return sources


def write_sources(folder: Path, sources: dict[str, str]) -> None:
    for module, source in sources.items():
        (folder / "cnnlab" / f"{module}.py").write_text(source, encoding="utf-8")


def _is_open(path: Path) -> bool:
    """Whether every user of this machine can read a path."""
    return all(folder.stat().st_mode & 0o5 == 0o5 for folder in (path, *path.parents))


@functools.cache
def users_python() -> str | None:
    """A Python that another user can run with the libraries of this one; None if there is none.

    Only root may run commands as another user.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [Path(sys.executable), *Path("/usr/bin").glob(version)]
    usable = [path for path in candidates if _is_open(path.resolve())]
    if os.getuid() != 0 or not usable or not all(map(_is_open, (ROOT, LIBRARIES))):
        return None
    return str(usable[0])


def _run(
    command: list[str], folder: Path, home: Path, user: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
        # This tree, whichever is installed; another user's Python has no libraries of its own.
        "PYTHONPATH": f"{ROOT}{os.pathsep}{LIBRARIES}" if user else str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
    }
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        user=user,
        group=_group_of(user),
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        timeout=MAX_SECONDS,
    )


def _group_of(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


@dataclass(frozen=True)
class Student:
    """A student who fetches and submits through the exchange."""

    name: str
    folder: Path

    def nbgrader(self, *arguments: str) -> str:
        """Run a command that has to succeed; what it said."""
        python = users_python()
        if python:
            command = [python, "-m", "nbgrader", *arguments]
            done = _run(command, self.folder, self.folder, self.name)
        else:
            command = ["nbgrader", *arguments, "--student", self.name]
            done = _run(command, self.folder, self.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def write(self, lab: str, sources: dict[str, str]) -> None:
        write_sources(self.folder / lab, sources)


@dataclass(frozen=True)
class Course:
    """A course's folder, and its instructor's commands."""

    folder: Path

    def nbgrader(self, *arguments: str, status: int = 0) -> str:
        return self._run(["nbgrader", *arguments], status)

    def autograder(self, *arguments: str, status: int = 0) -> str:
        return self._run([sys.executable, "-m", "autograder", *arguments], status)

    def _run(self, command: list[str], status: int) -> str:
        done = _run(command, self.folder, self.folder.parent)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def enrol(self, name: str) -> Student:
        folder = self.folder.parent / f"home-{name}"
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            f"c.CourseDirectory.course_id = {COURSE!r}\n"
            f"c.Exchange.root = {str(self.folder / 'exchange')!r}\n",
            encoding="utf-8",
        )
        if users_python():
            shutil.chown(folder, name, _group_of(name))
        return Student(name, folder)

    def hand_in(self, student: str, lab: str, sources: dict[str, str]) -> Path:
        """Put the release with these modules where `nbgrader collect` would; its notebook."""
        folder = self.folder / "submitted" / student / lab
        shutil.copytree(self.folder / "release" / lab, folder)
        write_sources(folder, sources)
        (folder / "timestamp.txt").write_text("2026-11-01 10:00:00.000000 UTC")
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
        return folder / f"{lab}.ipynb"

    def gradebook(self) -> Any:
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}", COURSE)

    def marks(self, lab: str) -> dict[str, dict[str, float]]:
        """Each student's marks by grading cell, as the gradebook has them."""
        with self.gradebook() as gradebook:
            return {
                submission.student.id: {
                    grade.name.removeprefix(f"{lab}-"): grade.score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in gradebook.find_assignment(lab).submissions
            }

    def autograded(self, student: str, lab: str) -> Any:
        return read_notebook(self.folder / "autograded" / student / lab / f"{lab}.ipynb")
