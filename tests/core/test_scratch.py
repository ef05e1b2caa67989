"""A run's temporary folder is taken away by the next run, but never while it is in use."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.project import ROOT

# With a child that goes on when the run itself is killed, as a checks' server may.
RUN = """
import subprocess, sys
from autograder.grading.scratch import ScratchFolder
folder = ScratchFolder()
child = subprocess.Popen(["sleep", "60"], pass_fds=[folder.descriptor]) if sys.argv[1:] else None
print(folder.path.name, child.pid if child else 0, flush=True)
sys.stdin.read()
"""
SWEEP = "from autograder.grading.scratch import sweep; sweep()"


def python(temporary: Path, code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def sweep(temporary: Path) -> None:
    assert python(temporary, SWEEP).wait() == 0


@contextlib.contextmanager
def killed_run(temporary: Path, *arguments: str) -> Iterator[tuple[Path, int]]:
    """The folder of a run that was killed, and the process that it left (0 if none)."""
    with python(temporary, RUN, *arguments) as run:
        assert run.stdout
        name, child = run.stdout.readline().split()
        folder = temporary / name
        sweep(temporary)
        assert folder.is_dir(), "taken away from a run that goes on"
        run.kill()
        yield folder, int(child)


def test_the_folder_of_a_killed_run_is_taken_away(short_path: Path) -> None:
    with killed_run(short_path) as (folder, _):
        pass
    sweep(short_path)
    assert not folder.exists()


def test_a_process_that_the_run_left_keeps_it(short_path: Path) -> None:
    with killed_run(short_path, "with a child") as (folder, child):
        sweep(short_path)
        assert folder.is_dir()
        os.kill(child, signal.SIGKILL)
    deadline = time.monotonic() + 10  # a process may take a moment to end
    while folder.exists() and time.monotonic() < deadline:
        sweep(short_path)
    assert not folder.exists()


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_not_of_a_run_is_left_alone(short_path: Path, kind: str) -> None:
    """A folder of that name without a lock, a link to another's folder."""
    elsewhere = short_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "in-use").touch()
    temporary = short_path / "tmp"
    temporary.mkdir()
    mine = temporary / "autograder-mine"
    if kind == "folder":
        mine.mkdir()
    else:
        mine.symlink_to(elsewhere)
    sweep(temporary)
    assert mine.exists()
    assert (elsewhere / "in-use").exists()


def test_a_path_too_long_for_sockets_is_not_used(short_path: Path) -> None:
    deep = short_path / ("a" * 90)
    deep.mkdir()
    with python(deep, RUN) as run:
        assert run.stdout
        folder = Path("/tmp") / run.stdout.readline().split()[0]
        assert folder.is_dir()
        run.kill()
    sweep(deep)
    assert not folder.exists()
