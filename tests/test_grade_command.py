"""`autograder grade` as an instructor types it: files, statuses, resuming, and bad usage."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.isolation import choose_isolation
from autograder.project import SOLUTIONS
from autograder.worker.confinement import Limits

AUTOGRADER = [sys.executable, "-m", "autograder"]
COLUMNS = ["student", "lab", "score", "max_score", "status", "submission_sha256"]


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [*AUTOGRADER, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


def hand_in(folder: Path, student: str, **modules: str) -> None:
    package = folder / student / "cnnlab"
    package.mkdir(parents=True)
    for module, source in modules.items():
        (package / f"{module}.py").write_text(source, encoding="utf-8")


def reference(module: str) -> str:
    return (SOLUTIONS / f"{module}.py").read_text(encoding="utf-8")


def report(results: Path, student: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((results / "students" / f"{student}.json").read_text())
    return loaded


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_seconds(v) for k, v in value.items() if k != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value


def points(results: Path, student: str, target: str) -> tuple[float, float]:
    """(points, of how many) of the checks of one function."""
    checks = [c for lab in report(results, student)["labs"] for c in lab["checks"]]
    chosen = [c for c in checks if c["target"] == target]
    return sum(c["points"] for c in chosen), sum(c["max_points"] for c in chosen)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two labs of a mixed class, graded once."""
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder, "ana", conv_arithmetic=reference("conv_arithmetic"))
    hand_in(folder, "ña=1", dropout="def dropout2d(x, p=0.5):\n    return None\n")
    (folder / "eva" / "dropout" / "deep").mkdir(parents=True)
    (folder / "eva" / "dropout" / "deep" / "dropout.py").write_text(reference("dropout"))
    with zipfile.ZipFile(folder / "zoe.zip", "w") as archive:
        archive.writestr("entrega/cnnlab/dropout.py", reference("dropout"))
    (folder / "leo.zip").write_text("no zip at all")
    results = tmp_path_factory.mktemp("results")
    done = run(
        *("grade", folder, "--out", results, "--lab", "dropout", "--lab", "conv_arithmetic"),
        *("--lang", "en", "--jobs", "2"),
    )
    assert done.returncode == 0, done.stderr
    return results


def test_one_row_for_each_student_and_lab(graded: Path) -> None:
    with (graded / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    table = {(row["student"], row["lab"]): (row["status"], float(row["score"])) for row in rows}
    assert table["ana", "conv_arithmetic"] == ("graded", 10.0)
    assert table["ana", "dropout"] == ("not_submitted", 0.0)
    assert table["eva", "dropout"] == ("graded", 10.0)
    assert table["zoe", "dropout"] == ("graded", 10.0)
    assert table["leo", "dropout"] == ("unreadable", 0.0)
    assert table["ña=1", "dropout"] == ("graded", 0.0)
    assert len(table) == 2 * 5


def test_report_has_the_fields_of_the_contract(graded: Path) -> None:
    ana = report(graded, "ana")
    assert set(ana) == {
        *("student", "submission_sha256", "grader_version", "isolation", "device"),
        *("score", "max_score", "labs"),
    }
    assert (ana["student"], ana["score"], ana["max_score"]) == ("ana", 10.0, 20.0)
    assert (ana["isolation"], ana["device"]) == (choose_isolation("auto", Limits()).name, "cpu")
    lab = ana["labs"][0]
    assert [lab["lab"] for lab in ana["labs"]] == ["conv_arithmetic", "dropout"]
    assert set(lab) == {"lab", "status", "score", "max_score", "seconds", "checks"}
    assert set(lab["checks"][0]) == {
        *("id", "target", "status", "points", "max_points", "seconds"),
        *("message", "counterexample", "misconception", "hint"),
    }
    assert lab["checks"][0]["id"].startswith("conv_arithmetic/")


def test_unreadable_submission_says_why(graded: Path) -> None:
    lab = report(graded, "leo")["labs"][0]
    assert lab["status"] == "unreadable"
    assert "zip is broken" in lab["reason"]


def test_failure_says_what_was_expected_and_seen(graded: Path) -> None:
    failures = [c for c in report(graded, "ña=1")["labs"][1]["checks"] if c["status"] == "failed"]
    assert any("got None" in check["message"] for check in failures)
    assert all(check["hint"] for check in failures)
    assert any((check["counterexample"] or "").startswith("dropout2d(") for check in failures)


HOSTILE = {
    "loop": "while True:\n        pass",
    "exit": "import os\n    os._exit(0)",
    "kill": "import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)",
    "parent": "import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)",
    "everyone": "import os, signal\n    os.kill(-1, signal.SIGKILL)",
    "child": (
        "import os\n    if os.fork() == 0:\n        os.setsid()\n        while True:\n"
        "            pass\n    return None"
    ),
    "oracle": (
        "import os, socket, struct\n    header = b'\\x81\\xa4type\\xa8describe'\n"
        "    peer = socket.socket(socket.AF_UNIX)\n"
        "    peer.connect(os.environ['TMPDIR'] + '/grader')\n"
        "    peer.sendall(struct.pack('>II', len(header), 0) + header)\n"
        "    raise KeyError(f'manifest of {len(peer.recv(1000))} bytes')"
    ),
    "flood": "while True:\n        print('x' * 10**6, flush=True)",
    "leave": "raise SystemExit(0)",
    "interrupt": "raise KeyboardInterrupt",
    "skip": "import pytest\n    pytest.skip('please')",
    "deep": "return receptive_field(layers)",
    "none": "return None",
    "true": "return True",
    "huge": "return list(range(3 * 10**6))",
    "noise": (
        "import os\n    for name in os.listdir('/proc/self/fd'):\n        try:\n"
        "            os.write(int(name), b'junk' * 100)\n        except OSError:\n"
        "            pass\n    return 1"
    ),
}
EXPECTED = {
    "loop": {"timeout"},
    "flood": {"timeout"},
    "exit": {"crashed"},
    "kill": {"crashed", "failed"},  # a namespace's first process leaves such signals alone
    "parent": {"failed"},
    "oracle": {"error"},
    "everyone": {"failed", "error"},
    "child": {"failed"},
    "noise": {"crashed"},
    "leave": {"error"},
    "interrupt": {"error"},
    "skip": {"error"},
    "deep": {"error"},
    "huge": {"error", "failed"},
    "none": {"failed"},
    "true": {"failed"},
}


def hostile(body: str) -> str:
    """The reference of lab 1 with `receptive_field` replaced."""
    return reference("conv_arithmetic") + f"\n\ndef receptive_field(layers):\n    {body}\n"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Temporary files of the attacked run, whose processes have this path in their arguments."""
    return tmp_path_factory.mktemp("tmp")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, scratch: Path) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, body in HOSTILE.items():
        hand_in(folder, name, conv_arithmetic=hostile(body))
    hand_in(folder, "ana", conv_arithmetic=reference("conv_arithmetic"))
    results = tmp_path_factory.mktemp("results")
    options = ("--out", results, "--lab", "conv_arithmetic", "--jobs", "2")
    # Without a sandbox, which tests/attacks are about; loops need not be waited for so long.
    options += ("--isolation", "process", "--time-factor", "0.25")
    done = run("grade", folder, *options, env={**os.environ, "TMPDIR": str(scratch)})
    assert done.returncode == 0, done.stderr
    return results


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_bad_function_costs_only_itself(attacked: Path, name: str) -> None:
    assert points(attacked, name, "receptive_field")[0] == 0
    for target in ("conv_output_size", "same_padding", "conv2d_output_shape"):
        earned, possible = points(attacked, name, target)
        assert earned == possible > 0
    statuses = {
        check["status"]
        for check in report(attacked, name)["labs"][0]["checks"]
        if check["target"] == "receptive_field"
    }
    assert statuses <= EXPECTED[name] | {"failed"}
    assert statuses & EXPECTED[name]


@pytest.mark.slow
def test_neighbours_of_bad_code_are_undisturbed(attacked: Path, graded: Path) -> None:
    beside = report(attacked, "ana")["labs"][0]
    assert beside["score"] == 10.0
    alone = report(graded, "ana")["labs"][0]
    assert without_seconds(beside) == without_seconds(alone)


@pytest.mark.slow
def test_a_worker_gets_no_answer_from_the_grader(attacked: Path) -> None:
    messages = [
        check["message"]
        for check in report(attacked, "oracle")["labs"][0]["checks"]
        if check["status"] == "error"
    ]
    assert messages
    assert all("manifest of 0 bytes" in message for message in messages), messages


@pytest.mark.slow
def test_nothing_outlives_the_run(attacked: Path, scratch: Path) -> None:
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
    )
    assert [line for line in listed.stdout.splitlines() if str(scratch) in line] == []
    assert list(scratch.iterdir()) == []


def test_same_submission_same_results(tmp_path: Path, graded: Path) -> None:
    hand_in(tmp_path / "class", "ana", conv_arithmetic=reference("conv_arithmetic"))
    hand_in(tmp_path / "class", "ña=1", dropout="def dropout2d(x, p=0.5):\n    return None\n")
    options = ("--lab", "dropout", "--lab", "conv_arithmetic", "--lang", "en")
    again = ("grade", tmp_path / "class", "--out", tmp_path / "again", "--profile")
    done = run(*again, *options)
    assert done.returncode == 0, done.stderr
    assert "Where the time went (seconds of wall time; labs graded: 2" in done.stdout
    for student in ("ana", "ña=1"):
        first, second = (report(r, student) for r in (graded, tmp_path / "again"))
        assert without_seconds(first) == without_seconds(second)


def test_second_run_grades_nothing_and_a_change_is_graded(tmp_path: Path) -> None:
    folder, results = tmp_path / "class", tmp_path / "results"
    hand_in(folder, "ana", conv_arithmetic=reference("conv_arithmetic"))
    options = ("grade", folder, "--out", results, "--lab", "conv_arithmetic", "--lang", "en")
    assert run(*options).returncode == 0
    first = report(results, "ana")
    imports = [sys.executable, "-X", "importtime", "-m", "autograder", *map(str, options)]
    second = subprocess.run(imports, capture_output=True, text=True, timeout=300)
    assert "1 of 1 results were kept" in second.stdout
    assert "Grading:" not in second.stdout
    assert "| autograder.cli\n" in second.stderr
    assert "| torch\n" not in second.stderr  # which takes seconds
    assert report(results, "ana") == first  # seconds included: nothing was graded again
    module = folder / "ana" / "cnnlab" / "conv_arithmetic.py"
    module.write_text(module.read_text() + "\n\ndel same_padding\n")
    again = run(*options)
    assert "kept" not in again.stdout
    assert report(results, "ana")["score"] < 10


@pytest.mark.slow
def test_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder, results = tmp_path / "class", tmp_path / "results"
    for number in range(12):
        source = reference("conv_arithmetic") + f"\n# {number}\n"
        hand_in(folder, f"s{number:02}", conv_arithmetic=source)
    options = ["grade", str(folder), "--out", str(results), "--lab", "conv_arithmetic"]
    options += ["--lang", "en", "--jobs", "1"]
    process = subprocess.Popen([*AUTOGRADER, *options], stdout=subprocess.DEVNULL)
    _wait_for_first_result(results / "results.sqlite3")
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = run(*options)
    assert done.returncode == 0
    assert " of 12 results were kept" in done.stdout
    assert all(report(results, f"s{n:02}")["score"] == 10 for n in range(12))


def _wait_for_first_result(path: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if path.exists():
            with sqlite3.connect(path, timeout=10) as database:
                try:
                    if database.execute("SELECT COUNT(*) FROM results").fetchone()[0]:
                        return
                except sqlite3.OperationalError:
                    pass
        time.sleep(0.02)
    raise AssertionError("no result in two minutes")


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert done.returncode == 2
    return lines[0]


def test_bad_usage_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    hand_in(tmp_path / "class", "ana", dropout="")
    (tmp_path / "file").touch()
    good = ("grade", tmp_path / "class", "--out", tmp_path / "r")
    assert "no such folder" in one_line(run("grade", tmp_path / "x", "--out", tmp_path / "r"))
    assert "no submissions" in one_line(run("grade", tmp_path / "empty", "--out", tmp_path / "r"))
    assert "one submission" in one_line(
        run("grade", tmp_path / "class" / "ana", "--out", tmp_path / "r")
    )
    unwritable = run("grade", tmp_path / "class", "--out", tmp_path / "file" / "r")
    assert "cannot write" in one_line(unwritable)
    assert "the labs are" in one_line(run(*good, "--lab", "nope"))
    assert "--jobs" in one_line(run(*good, "--jobs", "0"))
    for address in ("h", "h:", ":1", "h:x", "h:65536"):
        assert "dask://HOST:PORT" in one_line(run(*good, "--executor", f"dask://{address}"))
    cluster = ("--executor", "dask://h:1")
    assert "--executor local only" in one_line(run(*good, *cluster, "--profile"))
    assert "--memory" in one_line(run(*good, "--memory", "10"))
    assert "--time-factor" in one_line(run(*good, "--time-factor", "0"))
    assert "--out" in one_line(run("grade", tmp_path / "class"))
    assert "No such command" in one_line(run("grades"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_one_line(tmp_path: Path) -> None:
    hand_in(tmp_path / "class", "ana", dropout="")
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "cannot write" in one_line(
        run("grade", tmp_path / "class", "--out", tmp_path / "locked" / "r")
    )
