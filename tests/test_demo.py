"""The demo class, graded by the command that README shows first."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnnlab.labs import LABS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    results = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "autograder", "demo", "--out", str(results), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return results, done.stdout


@pytest.fixture(scope="module")
def scores(demo: tuple[Path, str]) -> dict[tuple[str, str], tuple[str, float]]:
    with (demo[0] / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(r["student"], r["lab"]): (r["status"], float(r["score"])) for r in rows}


def checks(demo: tuple[Path, str], student: str, target: str) -> list[dict[str, Any]]:
    report = json.loads((demo[0] / "students" / f"{student}.json").read_text(encoding="utf-8"))
    found = [c for lab in report["labs"] for c in lab["checks"] if c["target"] == target]
    assert found
    return found


def test_reference_earns_eighty_and_stubs_nothing(
    scores: dict[tuple[str, str], tuple[str, float]],
) -> None:
    for lab in LABS:
        assert scores["ana", lab] == ("graded", 10.0)
        assert scores["blas", lab] == ("graded", 0.0)


def test_partly_finished_work_earns_its_part(
    scores: dict[tuple[str, str], tuple[str, float]],
) -> None:
    assert scores["carla", "conv_arithmetic"] == ("graded", 10.0)
    assert scores["carla", "batchnorm"] == ("graded", 10.0)
    assert 0 < scores["carla", "dropout"][1] < 10
    assert 0 < scores["carla", "vgg"][1] < 10
    assert scores["carla", "resnet"] == ("not_submitted", 0.0)


@pytest.mark.parametrize("lab", LABS)
def test_one_wrong_idea_costs_a_part(
    scores: dict[tuple[str, str], tuple[str, float]], lab: str
) -> None:
    status, score = scores["diego", lab]
    assert status == "graded"
    assert 4 <= score < 10


def test_syntax_error_is_shown_with_its_line(demo: tuple[Path, str]) -> None:
    for check in checks(demo, "elena", "BatchNorm2d"):
        assert check["status"] == "error"
        assert "SyntaxError" in check["message"]
        assert "cnnlab/batchnorm.py:" in check["message"]


def test_endless_loop_is_a_timeout_of_its_function(demo: tuple[Path, str]) -> None:
    assert {c["status"] for c in checks(demo, "fede", "receptive_field")} & {"timeout"}
    assert {c["status"] for c in checks(demo, "fede", "same_padding")} == {"passed"}


def test_crash_is_a_crash_of_its_class(demo: tuple[Path, str]) -> None:
    assert {c["status"] for c in checks(demo, "gema", "Dropout2d")} & {"crashed"}
    assert {c["status"] for c in checks(demo, "gema", "dropout2d")} == {"passed"}


def test_zip_is_read_and_a_broken_one_has_its_row(
    scores: dict[tuple[str, str], tuple[str, float]],
) -> None:
    assert scores["hugo", "all_conv"] == ("graded", 10.0)
    assert {scores["ines", lab] for lab in LABS} == {("unreadable", 0.0)}


def test_the_table_and_the_place_of_the_results_come_last(demo: tuple[Path, str]) -> None:
    lines = demo[1].strip().splitlines()
    assert str(demo[0]) in lines[-1]
    assert any("ana" in line and "80.00 / 80" in line for line in lines)
