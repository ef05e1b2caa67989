"""Control groups: what a submission's workers hold is counted by the kernel where it can be."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checking.connection import OUT_OF_MEMORY, WorkerProcess
from autograder.checking.failures import StudentError, WorkerLost
from autograder.checking.limits import TRAINING
from autograder.checking.remote import Session
from autograder.grading import groups
from autograder.grading.groups import NotDelegated, UnitGroup, delegated, run_folders, sweep
from autograder.grading.isolation import make_plan
from autograder.grading.workers import WorkerServer
from autograder.worker.confinement import GIBIBYTE, MEBIBYTE, Level, Limits

LIMITS = Limits(memory=6 * GIBIBYTE, processes=64)
SOURCE = """
import threading

def hold(count):
    return len(bytearray(b"x") * count)

def start_threads(count):
    wait = threading.Event()
    for _ in range(count):
        threading.Thread(target=wait.wait, daemon=True).start()
    return count
"""


@pytest.fixture(scope="module")
def parents() -> tuple[Path, ...]:
    try:
        return delegated()
    except NotDelegated as reason:
        pytest.skip(f"control groups are not delegated here: {reason}")


@pytest.fixture
def folders(parents: tuple[Path, ...]) -> Iterator[tuple[str, ...]]:
    with run_folders() as made:
        yield made


@pytest.fixture
def session(folders: tuple[str, ...], tmp_path: Path) -> Iterator[Session]:
    plan = make_plan(Level.PROCESS, LIMITS, folders)
    group = UnitGroup(plan.groups, plan.limits)
    with contextlib.closing(WorkerServer(tmp_path / "worker", plan)) as server:
        session = Session(lambda: WorkerProcess(server.address, group), {"held": SOURCE})
        session.limit = TRAINING  # to touch so much memory takes its time
        with contextlib.closing(session):
            yield session


def test_memory_held_is_counted_and_another_worker_goes_on(session: Session) -> None:
    assert LIMITS.resident < 1700 * MEBIBYTE < LIMITS.memory
    assert session.root("held").hold(200 * MEBIBYTE) == 200 * MEBIBYTE
    with pytest.raises(WorkerLost) as lost:
        session.root("held").hold(1700 * MEBIBYTE)
    assert lost.value.text == OUT_OF_MEMORY
    assert session.root("held").hold(200 * MEBIBYTE) == 200 * MEBIBYTE


def test_threads_are_counted(session: Session) -> None:
    assert session.root("held").start_threads(20) == 20
    with pytest.raises(StudentError, match="thread"):
        session.root("held").start_threads(100)


def test_a_run_leaves_no_group(parents: tuple[Path, ...]) -> None:
    with run_folders() as made:
        assert len(made) == len(parents)
        UnitGroup(made, LIMITS)
        sweep(made)
        assert all(list(Path(folder).glob("[0-9]*")) for folder in made)  # its grader lives
    assert [folder for folder in made if Path(folder).exists()] == []


def test_the_groups_of_a_killed_run_are_taken_away(parents: tuple[Path, ...]) -> None:
    code = (
        "import os, signal\n"
        "from autograder.grading.groups import UnitGroup, run_folders\n"
        "from autograder.worker.confinement import Limits\n"
        "with run_folders() as made:\n"
        "    UnitGroup(made, Limits())\n"
        "    print(*made, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    left = killed.stdout.split()
    assert all(Path(folder).is_dir() for folder in left), killed.stderr
    assert len(left) == len(parents)
    with run_folders():
        assert [folder for folder in left if Path(folder).exists()] == []


def test_what_outlived_its_grader_is_ended(parents: tuple[Path, ...]) -> None:
    code = (
        "import sys\n"
        "from autograder.grading.groups import UnitGroup\n"
        "from autograder.worker.confinement import Limits\n"
        "UnitGroup(sys.argv[2:], Limits()).add(int(sys.argv[1]))\n"
    )
    with run_folders() as made:
        left = subprocess.Popen(["sleep", "600"])
        subprocess.run([sys.executable, "-c", code, str(left.pid), *made], check=True)
        sweep(made)
        assert left.wait(timeout=60) == -signal.SIGKILL
    assert [folder for folder in made if Path(folder).exists()] == []


def test_where_groups_cannot_be_made_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[Path, ...]:
        raise NotDelegated("read-only")

    monkeypatch.setattr(groups, "delegated", refuse)
    with run_folders() as made:
        assert made == ()
        group = UnitGroup(made, LIMITS)
        group.add(1)
        assert group.killed_for_memory() == 0
