"""`autograder init-course` and `autograder nbgrade`, where something is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import autograder
from autograder.gradebook.course import ASSIGNMENTS
from autograder.results import BadUsage


def run(*arguments: str | Path) -> str:
    """The command's output; what is wrong with its use is raised."""
    result = CliRunner().invoke(autograder, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_init_course_says_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "my course"
    made = run("init-course", folder, "--lang", "en").splitlines()
    assert made == [
        str(folder / "nbgrader_config.py"),
        str(folder / "assignments"),
        f"Next: cd '{folder}' && nbgrader generate_assignment LAB",
    ]
    assert (folder / "assignments").resolve() == ASSIGNMENTS
    assert 'lang="en"' in (folder / "nbgrader_config.py").read_text(encoding="utf-8")


def test_nbgrade_without_nbgrader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "autograder.gradebook.nbgrade", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "nbgrader"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(BadUsage, match=r"nbgrader is missing; pip install 'cnnlab\[nbgrader\]'"):
        run("nbgrade", "dropout", "--course", tmp_path)


def test_broken_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("get_config().nonsense = 1 / 0\n")
    with pytest.raises(BadUsage, match=r"nbgrader_config\.py: division by zero"):
        run("nbgrade", "dropout", "--course", tmp_path)


def test_nbgrade_needs_a_course(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match=r"not a course, there is no nbgrader_config\.py"):
        run("nbgrade", "dropout", "--course", tmp_path)


def test_nbgrade_needs_a_lab(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="nada: no such lab; the labs are conv_arithmetic, "):
        run("nbgrade", "nada", "--course", tmp_path)


def test_nbgrade_needs_a_generated_assignment(tmp_path: Path) -> None:
    run("init-course", tmp_path / "course")
    with pytest.raises(BadUsage, match="dropout: not generated yet; run `nbgrader generate_"):
        run("nbgrade", "dropout", "--course", tmp_path / "course")
