"""What a student gets without nbgrader: a project with stubs, public tests and the command."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from autograder.project import PUBLIC_TESTS, ROOT, STUBS
from autograder.results import BadUsage
from autograder.stubs import outdated_stubs
from cnnlab.labs import MODULES
from cnnlab.text import Lang

TEMPLATES = Path(__file__).parent / "templates" / "student"


def build_release(folder: Path, lang: Lang) -> list[Path]:
    """Build the release in `folder` and return its files, relative to it, in order.

    `BadUsage` where the folder holds something already or a stub is out of date; nothing is
    written then.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise BadUsage(f"{folder}: not empty; name a new folder for the release")
        write_student_files(folder, MODULES)
        shutil.copyfile(TEMPLATES / f"README.{lang}.md", folder / "README.md")
        shutil.copyfile(TEMPLATES / "pyproject.toml", folder / "pyproject.toml")
    except OSError as error:
        raise BadUsage(f"{error.filename or folder}: {error.strerror}") from error
    return sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())


def write_student_files(folder: Path, modules: Iterable[str]) -> None:
    """Write into `folder` the package of stubs and the public tests of `modules`.

    `BadUsage` where a stub is out of date; nothing is written then.
    """
    stale = outdated_stubs()
    if stale:
        raise BadUsage(f"{stale[0].relative_to(ROOT)}: out of date; run `autograder stubs`")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(STUBS, folder / "cnnlab", ignore=ignored, dirs_exist_ok=True)
    tests = folder / "tests" / "public"
    tests.mkdir(parents=True, exist_ok=True)
    for name in ("conftest.py", *(f"test_{module}.py" for module in modules)):
        shutil.copyfile(PUBLIC_TESTS / name, tests / name)
