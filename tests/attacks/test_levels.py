"""Each level of isolation stops what it says, for root and for who has no privilege."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.checking.connection import WorkerProcess
from autograder.checking.remote import Session
from autograder.checking.workers import WorkerServer
from autograder.grading import isolation
from autograder.grading.groups import UnitGroup
from autograder.grading.isolation import choose_isolation, make_plan, try_level
from autograder.probe import try_acts
from autograder.project import ROOT
from autograder.results import BadUsage
from autograder.worker.confinement import Level, Limits

LIMITS = Limits()


@pytest.mark.parametrize("level", [Level.NAMESPACES, Level.LANDLOCK])
def test_a_sandbox_stops_every_act(level: Level) -> None:
    reason = try_level(level, LIMITS)
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    tried = list(try_acts(make_plan(level, LIMITS)))
    assert len(tried) >= 12
    assert [act.name.en for act in tried if not act.stopped] == []


OPEN_FILES = """
import os

def look():
    kinds = {}
    for number in range(3, 256):
        try:
            kinds[number] = oct(os.fstat(number).st_mode)
        except OSError:
            pass
    return kinds
"""
SOCKET_OF_ANYBODY = "0o140777"


@pytest.mark.parametrize("level", Level)
def test_student_code_holds_its_connection_and_nothing_else(level: Level, tmp_path: Path) -> None:
    reason = None if level is Level.PROCESS else try_level(level, LIMITS)
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    server = WorkerServer(tmp_path / "worker", make_plan(level, LIMITS))
    group = UnitGroup((), LIMITS)
    session = Session(lambda: WorkerProcess(server.address, group), {"files": OPEN_FILES})
    with contextlib.closing(server), contextlib.closing(session):
        assert list(session.root("files").look().values()) == [SOCKET_OF_ANYBODY]


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
