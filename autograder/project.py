"""Where the project's folders are: beside this package in a clone, inside it once installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parent
SOLUTIONS = ROOT / "solutions"
STUBS = ROOT / "cnnlab"


def folder(name: str) -> Path:
    """The project's folder `name`, which the wheel has under `autograder/project_files`."""
    installed = PACKAGE / "project_files" / name
    return installed if installed.exists() else ROOT / name


ASSIGNMENTS = folder("assignments")
PUBLIC_TESTS = folder("tests/public")
DEMO_CLASS = folder("tests/submissions")
VARIANTS = folder("tests/variants")
REWORDINGS = folder("tests/rewordings")
