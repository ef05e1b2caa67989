"""The grader's version: what goes into it, and what may stay out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.grading.version import READERS, _files
from autograder.project import ROOT

COMMANDS = {"autograder/cli.py"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def test_everything_that_grades_is_in_the_version() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in _files()}
    assert {
        "autograder/checks/dropout.py",
        "autograder/misconceptions/caught.json",
        "autograder/worker/zygote.py",
        "cnnlab/hints/dropout_hints.py",
        "solutions/dropout.py",
    } <= names
    assert not any(name.startswith("autograder/exports/") for name in names)


def test_nothing_in_the_version_uses_what_is_not() -> None:
    left_out = tuple(f"autograder.{package}" for package in READERS)
    python = [path for path in _files() if path.suffix == ".py"]
    using = {
        path.relative_to(ROOT).as_posix()
        for path in python
        for name in imported(path)
        if name.startswith(left_out)
    }
    assert using == COMMANDS
