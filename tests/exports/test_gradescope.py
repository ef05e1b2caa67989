"""Gradescope's zip, run as its container runs it, and what students then see."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from autograder.cli import autograder
from autograder.exports.gradescope_results import Visibility, encoded, graded
from autograder.project import SOLUTIONS
from autograder.results import CheckStatus, LabResult, LabStatus
from cnnlab.text import Lang, Text
from tests.gradebook.test_release import hidden_lines
from tests.made_results import NOT_SUBMITTED, lab

LAB = "dropout"
LEVELS = {"hidden", "after_due_date", "after_published", "visible"}
WHOLE = {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility"}
OF_TEST = {
    *("score", "max_score", "status", "name", "name_format", "number", "output", "output_format"),
    *("tags", "visibility", "extra_data"),
}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}


def make_zip(path: Path, *options: str) -> Path:
    command = ["gradescope-zip", LAB, "--out", str(path), *options]
    CliRunner().invoke(autograder, command, standalone_mode=False, catch_exceptions=False)
    return path


@pytest.fixture(scope="module")
def autograder_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_zip(tmp_path_factory.mktemp("zip") / "gradescope.zip", "--lang", "en")


@pytest.fixture(scope="module")
def image(autograder_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The container's folder as Gradescope builds it, less what `setup.sh` would install."""
    root = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(autograder_zip) as archive:
        archive.extractall(root / "source")
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    return root


@pytest.fixture
def container(image: Path, tmp_path: Path) -> Path:
    """A fresh container of the image, with nothing handed in."""
    root = tmp_path / "autograder"
    shutil.copytree(image, root)
    (root / "submission").mkdir()
    (root / "results").mkdir()
    metadata = {"id": 1, "users": [{"name": "Ana", "email": "ana@uni.es"}]}
    (root / "submission_metadata.json").write_text(json.dumps(metadata))
    return root


def run(root: Path, python: str = sys.executable) -> Any:
    """Run the container; the results, which have to follow the specification."""
    done = subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env={
            **{k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            "AUTOGRADER_ROOT": str(root),
            "AUTOGRADER_PYTHON": python,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    content = (root / "results" / "results.json").read_text(encoding="utf-8")
    return follows_the_specification(json.loads(content))


def follows_the_specification(results: Any) -> Any:
    assert set(results) == WHOLE | {"tests"}
    assert results["stdout_visibility"] == "hidden"
    assert {results["output_format"]} <= FORMATS
    for part in (results, *results["tests"]):
        assert isinstance(part["score"], (int, float))
        assert part.get("visibility", "visible") in LEVELS
    for test in results["tests"]:
        assert set(test) <= OF_TEST
        assert 0 <= test["score"] <= test["max_score"]
        assert {test["output_format"], test["name_format"]} <= FORMATS
        assert test.get("status", "passed") in {"passed", "failed"}
        assert all(isinstance(tag, str) for tag in test["tags"])
    return results


def seen_by_students(results: Any) -> Iterator[str]:
    yield results["output"]
    for test in results["tests"]:
        if test.get("visibility") != "hidden":
            yield from (test["name"], test["output"], *test["tags"])


def for_instructors(results: Any) -> str:
    (test,) = (test for test in results["tests"] if test.get("visibility") == "hidden")
    assert test["max_score"] == 0  # or students would not be shown their total
    return str(test["output"])


def test_the_zip_has_at_its_root_what_gradescope_runs(autograder_zip: Path) -> None:
    with zipfile.ZipFile(autograder_zip) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            script = archive.read(name).decode()
            assert script.startswith("#!/usr/bin/env bash\n")
            subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        pins = archive.read("requirements.txt").decode().splitlines()
        names = archive.namelist()
    assert {pin.partition("==")[0] for pin in pins} >= {"torch", "torchvision", "pytest", "rich"}
    assert all("==" in pin and "+" not in pin for pin in pins)
    assert not any("__pycache__" in name for name in names)


def test_the_same_grader_makes_the_same_zip(autograder_zip: Path, tmp_path: Path) -> None:
    again = make_zip(tmp_path / "again.zip", "--lang", "en")
    assert again.read_bytes() == autograder_zip.read_bytes()


def test_a_submission_is_graded_and_shows_nothing_hidden(container: Path) -> None:
    source = (SOLUTIONS / f"{LAB}.py").read_text(encoding="utf-8")
    wrong = (
        source + "\n\nclass Dropout2d(Dropout2d):\n    def forward(self, x):\n        return x\n"
    )
    (container / "submission" / f"{LAB}.py").write_text(wrong, encoding="utf-8")
    results = run(container)
    assert 0 < results["score"] < 10
    tests = [test for test in results["tests"] if test["max_score"]]
    assert sum(test["score"] for test in tests) == pytest.approx(results["score"])
    assert sum(test["max_score"] for test in tests) == pytest.approx(10)
    for test in tests:
        is_whole = test["score"] == test["max_score"]
        assert test["status"] == ("passed" if is_whole else "failed")
        assert bool(test["output"]) is not is_whole
        assert is_whole or test["tags"] == ["Dropout2d"]
    assert "Isolation:" in for_instructors(results)
    words = "\n".join(seen_by_students(results))
    assert "Isolation:" not in words
    assert "Hint: " in words
    for line in hidden_lines():
        assert line not in words


def test_whatever_keeps_the_grader_from_starting_is_a_result(container: Path) -> None:
    results = run(container, python="/nowhere/python")
    assert (results["score"], results["visibility"]) == (0, "visible")
    assert list(seen_by_students(results)) == [
        "The submission could not be graded; the instructors see the reason here."
    ]
    assert "standard output says why" in for_instructors(results)


def test_whatever_the_grader_fails_on_is_a_result(container: Path) -> None:
    (container / "source" / "settings.json").write_text('{"lab": "nope"}')
    results = run(container)
    assert results["score"] == 0
    assert "missing required field `lang`" in for_instructors(results)
    assert "lang" not in "".join(seen_by_students(results))


def results_of(result: LabResult, **options: Any) -> Any:
    options = {"visibility": Visibility.VISIBLE, "seconds": 1.0, "lang": Lang.ES} | options
    return follows_the_specification(json.loads(encoded(graded(result, "sandbox", **options))))


def test_checks_are_numbered_by_function_and_say_what_a_student_needs() -> None:
    results = results_of(lab("batchnorm", 4))
    passed, failed, note = results["tests"]
    assert (passed["name"], passed["number"], passed["output"]) == ("BatchNorm2d: eps", "2.1", "")
    assert (failed["name"], failed["number"]) == ("BatchNorm2d: eps too", "2.2")
    assert failed["output"].splitlines() == [
        "falla: se esperaba 1",
        "Ejemplo mínimo: x de forma (2, 1)",
        "Pista: piensa en N",
    ]
    assert note["output"] == "sandbox"


def test_a_level_of_visibility_is_of_all_checks_and_gives_no_score_away() -> None:
    results = results_of(lab("batchnorm", 4), visibility=Visibility.AFTER_DUE_DATE)
    assert results["visibility"] == "after_due_date"
    assert all(test.get("visibility") in (None, "hidden") for test in results["tests"])
    assert results["output"] == ""


def test_what_cannot_be_read_is_said_to_the_student() -> None:
    unreadable = replace(
        lab("batchnorm", 0, NOT_SUBMITTED),
        status=LabStatus.UNREADABLE,
        reason=Text(es="No es texto de Python.", en="It is not Python text."),
    )
    assert results_of(unreadable)["output"] == "No es texto de Python."


def test_hostile_words_are_plain_text() -> None:
    made = lab("batchnorm", 4)
    words = Text(es="<script>alert(1)</script>\x1b[31m", en="")
    hostile = replace(made.checks[1], status=CheckStatus.ERROR, message=words)
    results = results_of(replace(made, checks=(made.checks[0], hostile)))
    assert results["tests"][1]["output_format"] == "text"
    assert results["tests"][1]["output"].startswith("da un error: <script>alert(1)</script>�[31m")


def test_a_lab_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    command = ["gradescope-zip", "nope", "--out", str(tmp_path / "x.zip")]
    done = CliRunner().invoke(autograder, command, standalone_mode=False)
    assert "nope: no such lab; the labs are conv_arithmetic" in str(done.exception)
    assert not (tmp_path / "x.zip").exists()
