"""A run of `autograder grade` from outside: its cost, its first result, its rate, its memory."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.grading.command import STORE_NAME
from tests.benchmarks.cost import Cost, children_cpu

LOOK_SECONDS = 0.05
WEIGH_SECONDS = 0.5
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Watched:
    """What was seen of a run.

    `graded` are the results that it brought, `first` the seconds until there was one, `span` those
    from the first to the last. `memory` is the most that `memory_of_tree` found, in bytes, and 0
    where nobody looked.
    """

    cost: Cost
    graded: int
    first: float
    span: float
    memory: int

    @property
    def each(self) -> Cost:
        return self.cost / max(self.graded, 1)

    @property
    def per_minute(self) -> float:
        """Results a minute once there is a first, the start of the servers not counted."""
        return 60 * (self.graded - 1) / self.span if self.span else 0.0


def grade_watched(
    submissions: Path, out: Path, labs: tuple[str, ...], jobs: int, *, weigh: bool = False
) -> Watched:
    """Run the command, which has to succeed; what was kept in `out` before stays there."""
    command = [sys.executable, "-m", "autograder", "grade", str(submissions), "--out", str(out)]
    command += ["--jobs", str(jobs), *(word for lab in labs for word in ("--lab", lab))]
    known = results_in(out)
    cpu, started = children_cpu(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        count, first, last, memory, weighed = known, 0.0, 0.0, 0, 0.0
        while process.poll() is None:
            now = time.perf_counter() - started
            seen = results_in(out)
            if seen > count:
                count, first, last = seen, first or now, now
            if weigh and now - weighed > WEIGH_SECONDS:
                memory, weighed = max(memory, memory_of_tree(process.pid)), now
            time.sleep(LOOK_SECONDS)
    wall = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit status {process.returncode}")
    cost = Cost(children_cpu() - cpu, wall)
    return Watched(cost, results_in(out) - known, first, last - first, memory)


def results_in(out: Path) -> int:
    """How many results are kept there."""
    path = out / STORE_NAME
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
            return int(database.execute("SELECT COUNT(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def memory_of_tree(root: int) -> int:
    """Bytes that a process and all below it hold: the sum of their PSS, so that a page that forks
    share counts once. What ends meanwhile counts nothing; `PermissionError` where one is hidden."""
    try:
        process = psutil.Process(root)
        tree = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(_proportional(member.pid) for member in tree)


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    sizes = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return sum(int(kibibytes) * 1024 for kibibytes in sizes)
