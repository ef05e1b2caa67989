"""`autograder demo`: a small class that ships with the project, graded end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.grading.command import Request, grade, prepared
from autograder.project import DEMO_CLASS, SOLUTIONS, STUBS
from cnnlab.labs import MODULES
from cnnlab.text import Lang

WHOLE_SUBMISSIONS = {"ana": SOLUTIONS, "blas": STUBS}  # the reference, and the untouched stubs


def grade_demo(out: Path, jobs: int, lang: Lang) -> int:
    """Gather the demo class in `out/class`, grade it into `out`; the status of the grading."""
    submissions = prepared(out) / "class"
    shutil.copytree(DEMO_CLASS, submissions, dirs_exist_ok=True)
    for student, source in WHOLE_SUBMISSIONS.items():
        folder = submissions / student / "cnnlab"
        folder.mkdir(parents=True, exist_ok=True)
        for module in MODULES:
            shutil.copyfile(source / f"{module}.py", folder / f"{module}.py")
    return grade(Request(submissions=submissions, out=out, jobs=jobs, lang=lang))
