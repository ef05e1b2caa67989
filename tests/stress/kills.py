"""Kill a grading run at random moments, again and again, and see that nothing is lost.

    python -m tests.stress.kills [--kills 200] [--seed 0] [--submissions 20]

Kills (SIGKILL) the command, the checks' server, graders, the workers' server and workers; every
third command has another beside it on the same results. A round goes on until every submission has
its results; rounds go on until there were so many kills. After each round the results have to be
those of an undisturbed run, no result may have been written twice, and no process, socket, folder
or control group may be left. Exit status 1 otherwise.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psutil

from autograder.audit.cases import misconceptions_in
from autograder.grading.groups import NotDelegated, delegated
from autograder.project import ROOT, SOLUTIONS
from cnnlab.labs import LABS

GRADED_LABS = ("conv_arithmetic", "dropout")
PR_SET_CHILD_SUBREAPER = 36
KILLS_AT_START = 0.03
QUIET_SECONDS = 40.0  # a server may be in the middle of its imports
LAUNCH, WORKER = "autograder.grading.launch", "autograder.worker"  # in command lines
LOSES_WORKERS = ("workers' server", "worker")


class Wrong(Exception):
    """Something did not survive."""


@dataclass
class Round:
    """One class graded under fire, in a folder of its own."""

    submissions: Path
    folder: Path
    dice: random.Random
    total: int
    before: frozenset[int]  # processes that were there already
    kills: Counter[str] = field(default_factory=Counter)
    commands: list[int] = field(default_factory=list)
    killed_alone: int = 0  # commands without a server yet
    lost_workers: int = 0  # since the last start: their units are graded again, alone, at the end

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def start(self) -> subprocess.Popen[str]:
        self.lost_workers = 0
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        command = subprocess.Popen(
            grade_command(self.submissions, self.out),
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.commands.append(command.pid)
        return command

    def kept(self) -> int:
        """How many results are in the store."""
        return self._ask("SELECT count(*) FROM results")

    def written(self) -> int:
        """How many results were ever written: one that takes another's place has a new number."""
        return self._ask("SELECT coalesce(max(rowid), 0) FROM results")

    def _ask(self, query: str) -> int:
        path = self.out / "results.sqlite3"
        if not path.exists():
            return 0
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
        try:
            return int(database.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # its tables are not made yet
        finally:
            database.close()

    def run(self, most: int) -> None:
        """Start the command again until it is done, with at most so many kills."""
        for turn in range(10 * most + 10):
            before, servers, alone = self.kept(), self.kills["checks' server"], self.killed_alone
            commands = [self.start() for _ in range(2 if turn % 3 == 2 else 1)]
            while any(command.poll() is None for command in commands):
                if sum(self.kills.values()) < most:
                    time.sleep(self.dice.uniform(0.0, 1.0))
                    self.kill_one(self.dice.choice(commands))
                else:
                    for command in commands:
                        command.wait()
            outputs = [command.communicate()[0] for command in commands]
            for output in outputs:
                if "Traceback" in output:
                    raise Wrong(output)
                if before and "kept from before" in output and f"{before} of" not in output:
                    known = output.split(" results were kept")[0].split()[-3]
                    if int(known) < before:
                        raise Wrong(f"{before} results were kept, and {known} found again")
            # Where the command is killed and so is its server, or there is none yet, nobody is
            # left to tidy up.
            tidy = (self.kills["checks' server"], self.killed_alone) == (servers, alone)
            self.wait_until_quiet([command.pid for command in commands], tidy=tidy)
            if any(command.returncode == 0 for command in commands):
                return
        raise Wrong("it never ends")

    def run_in_peace(self) -> None:
        """Once more: it finds all results, and takes away what earlier commands could not."""
        command = self.start()
        output = command.communicate()[0]
        if command.returncode or f"{self.total} of" not in output:
            raise Wrong(output)
        self.wait_until_quiet(self.commands, tidy=True)

    def wait_until_quiet(self, commands: list[int], *, tidy: bool) -> None:
        """Every process of ended commands ends as well, and takes its files along."""
        deadline = time.monotonic() + QUIET_SECONDS
        left: list[Any] = [self]
        while left and time.monotonic() < deadline:
            left = [p for p in running() if p.pid not in self.before]
            if tidy:
                left += [*(self.folder / "tmp").iterdir(), *groups_of(commands)]
            time.sleep(0.05)
        if left:
            raise Wrong(f"left behind: {left}")

    def kill_one(self, command: subprocess.Popen[str]) -> None:
        victims = by_kind(command)
        kinds = sorted(kind for kind in victims if kind == "command" or self.may_lose(kind))
        # Most moments of a run are its start: killed there each time, it would get nowhere.
        # So it is for the workers' server: graders wait while a new one imports what it needs.
        starting = not {"grader", "worker"} <= victims.keys()
        if not kinds or (starting and self.dice.random() > KILLS_AT_START):
            return
        weights = [1 if kind in ("command", "checks' server") else 4 for kind in kinds]
        (kind,) = self.dice.choices(kinds, weights)
        try:
            self.dice.choice(victims[kind]).send_signal(signal.SIGKILL)
        except psutil.Error:
            return
        self.kills[kind] += 1
        if kind == "command" and "checks' server" not in victims:
            self.killed_alone += 1
        if kind in LOSES_WORKERS:
            self.lost_workers += 2 if kind == "workers' server" else 1

    def may_lose(self, kind: str) -> bool:
        """A worker lost in a second trial, alone, would count as the student's doing."""
        first_trials_left = self.total - self.kept() - self.lost_workers
        return kind not in LOSES_WORKERS or first_trials_left > 4


def grade_command(submissions: Path, out: Path) -> list[str]:
    labs = [word for lab in GRADED_LABS for word in ("--lab", lab)]
    command = [sys.executable, "-m", "autograder", "grade", str(submissions), "--out", str(out)]
    return [*command, "--jobs", "2", "--lang", "en", *labs]


def by_kind(command: subprocess.Popen[str]) -> dict[str, list[psutil.Process]]:
    """The processes of a running command, by what they are."""
    found: dict[str, list[psutil.Process]] = {}
    try:
        root = psutil.Process(command.pid)
        found["command"] = [root]
        for process in root.children(recursive=True):
            kind = kind_of(process)
            if kind is not None:
                found.setdefault(kind, []).append(process)
    except psutil.Error:
        pass
    return found


def kind_of(process: psutil.Process) -> str | None:
    try:
        line = process.cmdline()
        forked_from = [above for above in process.parents() if above.cmdline() == line]
        is_apart = len(forked_from) > 1 and depth(process) > depth(forked_from[-2])
    except (psutil.Error, OSError):
        return None
    if line[:1] == ["bwrap"] or not {LAUNCH, WORKER} & set(line):
        return None  # bubblewrap ends with what is in it
    if LAUNCH in line:
        return "grader" if forked_from else "checks' server"
    # One that waits, the server, its specialists; then workers, in namespaces of their own.
    return "worker" if is_apart else "workers' server"


def depth(process: psutil.Process) -> int:
    """In how many pid namespaces it is."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(len(line.split()) for line in lines if line.startswith("NSpid:"))


def running() -> list[psutil.Process]:
    alive = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(process.pid, os.WNOHANG)
            else:
                alive.append(process)
        except (psutil.Error, ChildProcessError):
            continue
    return alive


def groups_of(commands: list[int]) -> list[Path]:
    """The control groups that are left of these commands."""
    try:
        folders = [parent / f"autograder-{pid}" for parent in delegated() for pid in commands]
    except NotDelegated:
        return []
    return [folder for folder in folders if folder.exists()]


def write_class(folder: Path, count: int) -> None:
    """A class with the reference first, then as many wrong submissions as it takes."""
    sources = {
        lab: [(SOLUTIONS / f"{lab}.py").read_text(encoding="utf-8")]
        + [case.source for case in misconceptions_in(LABS[lab])]
        for lab in GRADED_LABS
    }
    for number in range(count):
        package = folder / f"student{number:03}" / "cnnlab"
        package.mkdir(parents=True)
        for lab in GRADED_LABS:
            (package / f"{lab}.py").write_text(sources[lab][number], encoding="utf-8")


def reports(out: Path) -> dict[str, Any]:
    return {
        path.name: without_seconds(json.loads(path.read_text(encoding="utf-8")))
        for path in (out / "students").iterdir()
    }


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(item) for key, item in value.items() if key != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value


def first_difference(expected: Any, seen: Any, place: str = "") -> str:
    """Where two reports differ, and how; empty where they do not."""
    if isinstance(expected, dict) and isinstance(seen, dict) and expected.keys() == seen.keys():
        pairs = [(f"{place}/{key}", expected[key], seen[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        pairs = [(f"{place}/{i}", *pair) for i, pair in enumerate(zip(expected, seen, strict=True))]
    else:
        return "" if expected == seen else f"{place}: {expected!r} became {seen!r}"
    return next(filter(None, (first_difference(a, b, name) for name, a, b in pairs)), "")


def stress(folder: Path, kills: int, seed: int, count: int) -> Counter[str]:
    """The kills by kind; `Wrong` where something did not survive them."""
    prctl = ctypes.CDLL(None).prctl
    # Whatever a command leaves running becomes a child of this process.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        return _stress(folder, kills, seed, count)
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _stress(folder: Path, kills: int, seed: int, count: int) -> Counter[str]:
    before = frozenset(process.pid for process in running())
    write_class(folder / "class", count)
    undisturbed = folder / "undisturbed"
    subprocess.run(
        grade_command(folder / "class", undisturbed), cwd=ROOT, check=True, capture_output=True
    )
    expected = reports(undisturbed)
    done: Counter[str] = Counter()
    dice = random.Random(seed)
    for number in range(kills):
        if done.total() >= kills:
            break
        place = folder / f"round{number}"
        place.mkdir()
        under_fire = Round(folder / "class", place, dice, count * len(GRADED_LABS), before)
        under_fire.run(min(kills - done.total(), 3 * count))
        under_fire.run_in_peace()
        told = first_difference(expected, reports(under_fire.out))
        if told:
            raise Wrong(f"other results than those of an undisturbed run: {told}")
        kept, written = under_fire.kept(), under_fire.written()
        if not kept == written == under_fire.total:
            raise Wrong(f"{under_fire.total} units, {kept} results kept, {written} written")
        done += under_fire.kills
        print(f"round {number}: {dict(under_fire.kills)}, {done.total()} kills so far", flush=True)
    return done


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--submissions", default=20, show_default=True)
def main(kills: int, seed: int, submissions: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        try:
            done = stress(Path(folder), kills, seed, submissions)
        except Wrong as error:
            sys.exit(f"kills: {error}")
    print(f"{done.total()} kills ({dict(done)}): the results are those of an undisturbed run")


if __name__ == "__main__":
    main()
