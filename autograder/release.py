"""What a student gets without nbgrader: a project with stubs, public tests and the command."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.results import BadUsage
from autograder.stubs import ROOT, STUBS, outdated_stubs
from cnnlab.labs import MODULES
from cnnlab.text import Lang

TEMPLATES = Path(__file__).parent / "templates" / "student"
PUBLIC_TESTS = ROOT / "tests" / "public"


def build_release(folder: Path, lang: Lang) -> list[Path]:
    """Build the release in `folder` and return its files, relative to it, in order.

    `BadUsage` where the folder holds something already or a stub is out of date; nothing is
    written then.
    """
    stale = outdated_stubs()
    if stale:
        raise BadUsage(f"{stale[0].relative_to(ROOT)}: out of date; run `autograder stubs`")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise BadUsage(f"{folder}: not empty; name a new folder for the release")
        _copy_package(folder / "cnnlab")
        _copy_tests(folder / "tests" / "public")
        shutil.copyfile(TEMPLATES / f"README.{lang}.md", folder / "README.md")
        shutil.copyfile(TEMPLATES / "pyproject.toml", folder / "pyproject.toml")
    except OSError as error:
        raise BadUsage(f"{error.filename or folder}: {error.strerror}") from error
    return sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())


def _copy_package(target: Path) -> None:
    shutil.copytree(STUBS, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))


def _copy_tests(target: Path) -> None:
    target.mkdir(parents=True)
    for name in ("conftest.py", *(f"test_{module}.py" for module in MODULES)):
        shutil.copyfile(PUBLIC_TESTS / name, target / name)
