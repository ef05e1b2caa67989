"""Nothing that a student hands in forges, reads, breaks or outlives grading.

Every attack is one student of one class, graded by the real command beside honest neighbours.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.grading.isolation import choose_isolation
from autograder.project import ROOT, SOLUTIONS
from autograder.results import CheckStatus
from autograder.worker.confinement import Level, Limits
from cnnlab.labs import LABS as ALL_LABS
from tests.attacks.attack import LEAK, Attack

pytestmark = pytest.mark.slow

CATEGORIES = sorted(
    path.stem for path in (Path(__file__).parent / "library").glob("*.py") if path.stem[0] != "_"
)
ATTACKS: dict[str, Attack] = {
    f"{category}-{name}": attack
    for category in CATEGORIES
    for name, attack in import_module(f"tests.attacks.library.{category}").ATTACKS.items()
}
EVERYWHERE = {name: attack for name, attack in ATTACKS.items() if attack.everywhere}
LABS = ("conv_arithmetic", "dropout", "transfer")
NEIGHBOURS = ("ana", "zoe")
TIME_FACTOR = "0.1"
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Graded:
    """What the command left: reports by student, its output, where it ran."""

    reports: dict[str, Any]
    out: Path
    output: str
    temporary: Path
    processes_left: list[str]
    status: int


def write_neighbours(folder: Path) -> None:
    for student in NEIGHBOURS:
        (folder / student / "cnnlab").mkdir(parents=True)
        for module in ("conv_arithmetic", "dropout", "training"):
            source = (SOLUTIONS / f"{module}.py").read_text(encoding="utf-8")
            if student == "zoe":
                source = source.replace("1 - p", "p").replace("- 1", "- 2")
            (folder / student / "cnnlab" / f"{module}.py").write_text(source, encoding="utf-8")


def write_attacks(folder: Path, attacks: dict[str, Attack]) -> None:
    for name, attack in attacks.items():
        if attack.write is not None:
            attack.write(folder / name)
        else:
            (folder / name / "cnnlab").mkdir(parents=True)
            path = folder / name / "cnnlab" / f"{attack.module}.py"
            path.write_text(attack.source, encoding="utf-8")


def grade(base: Path, isolation: str) -> Graded:
    temporary = base / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "autograder", "grade", str(base / "class"), "--lang", "en"]
    command += ["--out", str(base / "out"), "--jobs", "2", "--isolation", isolation]
    command += ["--time-factor", TIME_FACTOR, *(word for lab in LABS for word in ("--lab", lab))]
    environment = {**os.environ, "TMPDIR": str(temporary), "SECRET_TOKEN": "x"}
    # Whatever the command leaves running becomes a child of this process.
    prctl = ctypes.CDLL(None).prctl
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        children = psutil.Process().children(recursive=True)
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    left = [child.name() for child in children if child.pid not in before and is_alive(child)]
    reports = {
        report["student"]: report
        for path in (base / "out" / "students").glob("*.json")
        for report in [json.loads(path.read_text(encoding="utf-8"))]
    }
    return Graded(reports, base / "out", ran.stdout + ran.stderr, temporary, left, ran.returncode)


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(item) for key, item in value.items() if key != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; one that has only not been waited for is taken away."""
    with contextlib.suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return True
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
    return False


def grade_class(base: Path, isolation: str, attacks: dict[str, Attack]) -> Graded:
    (base / "class").mkdir(parents=True)
    write_neighbours(base / "class")
    write_attacks(base / "class", attacks)
    return grade(base, isolation)


STRONGEST = choose_isolation("auto", Limits())


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    if STRONGEST.level is Level.PROCESS:
        pytest.skip(f"no sandbox on this machine: {dict(STRONGEST.refused)}")
    return grade_class(tmp_path_factory.mktemp("sandbox"), "sandbox", ATTACKS)


@pytest.fixture(scope="module")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade_class(tmp_path_factory.mktemp("process"), "process", EVERYWHERE)


def assert_held(graded: Graded, name: str, attack: Attack) -> None:
    report = graded.reports[name]
    wanted = next(lab.name for lab in ALL_LABS.values() if attack.module in lab.modules)
    checks = next(lab["checks"] for lab in report["labs"] if lab["lab"] == wanted)
    assert report["score"] <= attack.score, [c["id"] for c in checks if c["points"]]
    own = [check for check in checks if check["status"] != "not_submitted" or attack.write]
    if attack.slow:
        own = [check for check in own if check["target"] == "dropout2d"]
    allowed = attack.statuses | ({CheckStatus.PASSED} if attack.score else set())
    seen = {check["status"] for check in own}
    assert seen <= allowed, [(c["id"], c["status"], c["message"]) for c in own][:8]
    assert seen & attack.statuses
    messages = [check["message"] or "" for check in own]
    assert any(re.search(attack.message, message) for message in messages), messages[:3]


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_fails_in_the_sandbox(sandboxed: Graded, name: str) -> None:
    assert_held(sandboxed, name, ATTACKS[name])


@pytest.mark.parametrize("name", EVERYWHERE)
def test_attack_fails_without_a_sandbox(in_process: Graded, name: str) -> None:
    assert_held(in_process, name, EVERYWHERE[name])


@pytest.mark.parametrize("isolation", ["sandboxed", "in_process"])
def test_neighbours_notice_nothing(
    request: pytest.FixtureRequest, isolation: str, tmp_path: Path
) -> None:
    graded: Graded = request.getfixturevalue(isolation)
    alone = grade_class(tmp_path, graded.reports["ana"]["isolation"], {})
    for student in NEIGHBOURS:
        with_attackers = without_seconds(graded.reports[student])
        assert with_attackers == without_seconds(alone.reports[student])
    # transfer's other module is not there
    labs = {lab["lab"]: lab["score"] for lab in graded.reports["ana"]["labs"]}
    assert labs["conv_arithmetic"] == labs["dropout"] == 10.0
    assert 0 < graded.reports["zoe"]["score"] < graded.reports["ana"]["score"]


@pytest.mark.parametrize("isolation", ["sandboxed", "in_process"])
def test_nothing_is_left_lost_or_shown(request: pytest.FixtureRequest, isolation: str) -> None:
    graded: Graded = request.getfixturevalue(isolation)
    assert graded.status == 0, graded.output[-2000:]
    attacks = ATTACKS if isolation == "sandboxed" else EVERYWHERE
    assert graded.reports.keys() == {*attacks, *NEIGHBOURS}
    assert graded.processes_left == []
    assert list(graded.temporary.iterdir()) == []
    texts = [path.read_text(encoding="utf-8") for path in graded.out.rglob("*.json")]
    texts += [graded.output, (graded.out / "grades.csv").read_text(encoding="utf-8")]
    for text in texts:
        assert LEAK not in text, text[max(0, text.index(LEAK) - 300) :][:600]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", graded.output)


def test_reports_are_plain_data(sandboxed: Graded) -> None:
    with (sandboxed.out / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(LABS) * len(sandboxed.reports)
    assert sum(float(row["score"]) for row in rows) == pytest.approx(
        sum(report["score"] for report in sandboxed.reports.values())
    )
    for report in sandboxed.reports.values():
        for lab in report["labs"]:
            for check in lab["checks"]:
                words = f"{check['message']} {check['counterexample']} {check['hint']}"
                assert words.replace("\n", " ").isprintable(), words
                assert len(words) < 5000
