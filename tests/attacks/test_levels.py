"""Each level of isolation stops what it says, for root and for who has no privilege."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checking.connection import WorkerProcess
from autograder.checking.remote import Session
from autograder.grading import isolation
from autograder.grading.groups import UnitGroup
from autograder.grading.isolation import choose_isolation, make_plan, try_level
from autograder.grading.workers import WorkerServer
from autograder.probe import try_acts
from autograder.project import ROOT
from autograder.results import BadUsage
from autograder.worker.confinement import Level, Limits
from autograder.worker.gpu import nodes_of_this_machine

LIMITS = Limits()


# On a GPU; where there is none, some other device stands in for it.
GPU = nodes_of_this_machine() or (Path("/dev/null"),)


@pytest.mark.parametrize("nodes", [(), GPU], ids=["on a processor", "on a GPU"])
@pytest.mark.parametrize("level", [Level.NAMESPACES, Level.LANDLOCK])
def test_a_sandbox_stops_every_act(level: Level, nodes: tuple[Path, ...]) -> None:
    reason = try_level(level, LIMITS)
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    tried = list(try_acts(make_plan(level, LIMITS, nodes=nodes)))
    assert len(tried) >= 12
    assert [act.name.en for act in tried if not act.stopped] == []


LOOK = """
import fcntl, os

def open_files():
    kinds = {}
    for number in range(3, 256):
        try:
            kinds[number] = oct(os.fstat(number).st_mode)
        except OSError:
            pass
    return kinds

def processors():
    return sorted(os.sched_getaffinity(0))

def changes(path):
    \"\"\"What of a file that is not the worker's own can be changed.\"\"\"
    acts = {
        "mode": lambda: os.chmod(path, 0o600),
        "times": lambda: os.utime(path, (0, 0)),
        "lock": lambda: fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_EX),
    }
    made = []
    for name, act in acts.items():
        try:
            act()
            made.append(name)
        except OSError:
            pass
    return made
"""
PROCESSORS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
SOCKET_OF_ANYBODY = "0o140777"


@pytest.fixture(scope="module", params=Level)
def looking(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A worker at each level that this machine has, and code in it that looks around."""
    level: Level = request.param
    reason = None if level is Level.PROCESS else try_level(level, LIMITS)
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    address = tmp_path_factory.mktemp("w") / "worker"
    group = UnitGroup((), LIMITS)
    with contextlib.closing(WorkerServer(address, make_plan(level, LIMITS))) as server:
        session = Session(lambda: WorkerProcess(server.address, group), {"look": LOOK})
        with contextlib.closing(session):
            yield session


def test_student_code_holds_its_connection_and_nothing_else(looking: Session) -> None:
    assert list(looking.root("look").open_files().values()) == [SOCKET_OF_ANYBODY]


def test_student_code_changes_nothing_about_the_users_files(
    looking: Session, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.touch(mode=0o644)
    made = looking.root("look").changes(str(victim))
    is_sandbox = request.node.callspec.params["looking"] is not Level.PROCESS
    assert made == ([] if is_sandbox else ["mode", "times", "lock"])


@pytest.mark.skipif(len(PROCESSORS) < 2, reason="one processor is shared anyway")
def test_a_worker_and_its_grader_share_a_processor_while_it_lives(looking: Session) -> None:
    shared = looking.root("look").processors()
    assert len(shared) == 1
    assert os.sched_getaffinity(0) == set(shared)
    looking.close()
    assert os.sched_getaffinity(0) == PROCESSORS


def test_a_process_alone_stops_little_and_says_so() -> None:
    tried = {act.name.en: act.stopped for act in try_acts(make_plan(Level.PROCESS, LIMITS))}
    assert not tried["read the hidden checks"]  # the probe would notice
    assert not tried["use the network"]
    assert tried["take 64 GiB of memory"]
    assert tried["read its environment"]
    assert "read" in choose_isolation("process", LIMITS).note.en


def test_no_privilege_is_needed() -> None:
    """An ordinary user: in a namespace whose user 1000 has no capability."""
    ordinary = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if subprocess.run([*ordinary, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces on this machine")
    command = [*ordinary, sys.executable, "-m", "autograder", "doctor", "--lang", "en"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "bubblewrap" in ran.stdout
    assert ran.stdout.count("stopped") >= 12
    assert "NOT stopped" not in ran.stdout


def test_the_reason_for_a_weaker_level_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    chosen = choose_isolation("auto", LIMITS)
    assert chosen.level is not Level.NAMESPACES
    assert "apt install bubblewrap" in chosen.note.es


def test_a_sandbox_that_cannot_be_had_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "try_level", lambda level, limits: "not today")
    with pytest.raises(BadUsage, match="not today"):
        choose_isolation("sandbox", LIMITS)
    weak = choose_isolation("auto", LIMITS)
    assert weak.name == "process"
    assert "namespaces: not today" in weak.note.en
