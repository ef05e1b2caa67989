"""The grader beside other graders, and over whole classes: one table, measured in one run.

    python -m tests.benchmarks.peers [--lab batchnorm] [--only PART,…] [--sizes 10,100,1000]

Costs of a submission are medians of paired runs, in which what is compared takes turns. Nothing
here fails because something is slow: targets stand beside the figures.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from statistics import median

import click
from rich.table import Table

from autograder.grading.display import make_console
from tests.benchmarks.classes import demo_sources, finish, write_class
from tests.benchmarks.cost import Cost, cost_of_command
from tests.benchmarks.other_graders import ENVIRONMENT, OTTER, PEERS, Suite
from tests.benchmarks.submission_cost import ALL_LABS, against_floor
from tests.benchmarks.watched import MEBIBYTE, Watched, grade_watched

FLOOR = 1.35  # times the floor's CPU that one lab may take
FULL_CPU = 3.0  # seconds of a full submission
FASTER = {"nbgrader autograde, stock": 10, "otter run": 25}  # times, on the same checks of one lab
SPEED_UP = 1.8  # of two jobs over one
STEADY = 0.05  # by how much the cost of a submission may change with the size of a class
MEMORY_MIB = 1600
FIRST_SECONDS = 5.0
RERUN_SECONDS = 3.0


PACKAGES = ("torch", "nbgrader", *(["otter-grader"] if OTTER.exists() else []))


class Part(StrEnum):
    LAB = "lab"
    PEERS = "peers"
    FULL = "full"
    THROUGHPUT = "throughput"
    MEMORY = "memory"
    SIZES = "sizes"
    RERUN = "rerun"
    AUDIT = "audit"


@dataclass(frozen=True)
class Row:
    """One line of the table; `is_met` is None where there is no target."""

    what: str
    checks: str = ""
    cost: Cost | None = None
    figure: str = ""
    target: str = ""
    is_met: bool | None = None


@dataclass(frozen=True)
class Setting:
    """What to measure with; `kept` holds the classes of `sizes` and their results."""

    lab: str
    rounds: int
    students: int
    sizes: tuple[int, ...]
    finished: int
    kept: Path
    scratch: Path

    def fresh(self) -> Path:
        """A new folder for one measurement."""
        return Path(tempfile.mkdtemp(dir=self.scratch))


def costs_of(labs: tuple[str, ...], rounds: int) -> tuple[list[Cost], list[Cost], int]:
    """Of the floor and of our grader, all these labs together; and how many checks."""
    pairs, number = against_floor(labs, rounds)
    floors, ours = (
        [sum((pairs[lab][turn][side] for lab in labs), Cost(0, 0)) for turn in range(rounds)]
        for side in (0, 1)
    )
    return floors, ours, number


def floor_rows(setting: Setting, labs: tuple[str, ...], name: str) -> Iterator[Row]:
    floors, ours, number = costs_of(labs, setting.rounds)
    checks = f"{number} {Suite.HIDDEN}"
    ratio = median(mine.cpu / floor.cpu for mine, floor in zip(ours, floors, strict=True))
    cost = Cost.median(ours)
    yield Row(f"{name}, floor: one warm process", checks, Cost.median(floors))
    yield Row(
        f"{name}, our grader",
        checks,
        cost,
        f"{ratio:.2f} × the floor's CPU",
        f"≤ {FLOOR:g}",
        ratio <= FLOOR,
    )
    if labs == ALL_LABS:
        figure = f"{cost.cpu:.2f} s CPU"
        yield Row("full submission", checks, None, figure, f"≤ {FULL_CPU:g}", cost.cpu <= FULL_CPU)


def peer_rows(setting: Setting) -> Iterator[Row]:
    """Each peer with the public tests, and with our hidden checks, run in its own way."""
    _, ours, number = costs_of((setting.lab,), setting.rounds)
    mine = Cost.median(ours)
    for suite in (Suite.HIDDEN, Suite.PUBLIC):
        checks = f"{number} {suite}" if suite is Suite.HIDDEN else str(suite)
        if suite is Suite.HIDDEN:
            yield Row("one lab, our grader", checks, mine)
        peers = [kind(setting.fresh(), setting.lab, suite) for kind in PEERS]
        costs: dict[str, list[Cost]] = {peer.name: [] for peer in peers}
        for _ in range(setting.rounds):
            for peer in peers:
                costs[peer.name].append(peer.cost())
        for peer in peers:
            cost = Cost.median(costs[peer.name])
            times = cost.wall / mine.wall
            figure = f"ours × {times:.1f} in wall, × {cost.cpu / mine.cpu:.1f} in CPU"
            wanted = FASTER.get(peer.name) if suite is Suite.HIDDEN else None
            yield Row(
                f"one lab, {peer.name}",
                checks,
                cost,
                figure,
                f"≥ {wanted}" if wanted else "",
                times >= wanted if wanted else None,
            )


def throughput_rows(setting: Setting) -> Iterator[Row]:
    submissions = mixed_class(setting.scratch, setting.lab, setting.students)
    runs: dict[int, list[Watched]] = {1: [], 2: []}
    for _ in range(setting.rounds):
        for jobs, done in runs.items():
            done.append(grade_watched(submissions, setting.fresh(), (setting.lab,), jobs))
    rates = {jobs: median(run.per_minute for run in done) for jobs, done in runs.items()}
    ratio = median(
        two.per_minute / one.per_minute if one.per_minute else 0.0
        for one, two in zip(runs[1], runs[2], strict=True)
    )
    what = f"{setting.students} mixed submissions of one lab, --jobs"
    for jobs, rate in rates.items():
        cost = Cost.median(run.each for run in runs[jobs])
        yield Row(f"{what} {jobs}", str(Suite.HIDDEN), cost, f"{rate:.0f} a minute")
    figure, is_met = f"× {ratio:.2f} with two jobs", ratio >= SPEED_UP
    yield Row("throughput", "", None, figure, f"≥ {SPEED_UP:g}", is_met)


def size_rows(setting: Setting, parts: tuple[Part, ...]) -> Iterator[Row]:
    """A run of each size at two jobs, which both memory and cost are told of.

    What one submission more costs is the difference of two runs, in which their start cancels.
    """
    before: tuple[int, Cost] | None = None
    further: list[float] = []
    for size in setting.sizes:
        out = setting.kept / f"results-{setting.lab}-{size}"
        submissions = mixed_class(setting.kept, setting.lab, size)
        weigh = Part.MEMORY in parts
        run = grade_watched(submissions, out, (setting.lab,), jobs=2, weigh=weigh)
        what = f"class of {size}, --jobs 2"
        if run.graded < size:
            what += f", {size - run.graded} kept from before"
        if Part.SIZES in parts:
            yield Row(f"{what}: each, start included", str(Suite.HIDDEN), run.each)
            if run.graded == size:
                figure, is_met = f"{run.first:.1f} s", run.first <= FIRST_SECONDS
                yield Row(
                    f"{what}: first result", "", None, figure, f"≤ {FIRST_SECONDS:g} s", is_met
                )
                if before is not None:
                    fewer, cost = before
                    each = (run.cost - cost) / (size - fewer)
                    further.append(each.cpu)
                    ratio = each.cpu / further[0]
                    yield Row(
                        f"from {fewer} to {size}: each further one",
                        str(Suite.HIDDEN),
                        each,
                        f"× {ratio:.3f} the first such",
                        f"± {STEADY:.0%}",
                        abs(ratio - 1) <= STEADY if len(further) > 1 else None,
                    )
                before = size, run.cost
        if weigh:
            held = run.memory / MEBIBYTE
            figure, is_met = f"{held:.0f} MiB", held <= MEMORY_MIB
            yield Row(f"{what}: peak memory", "", None, figure, f"≤ {MEMORY_MIB} MiB", is_met)


def rerun_rows(setting: Setting) -> Iterator[Row]:
    """A class that is all known, in all labs, once its files are written."""
    submissions = write_class(setting.fresh(), setting.finished, demo_sources(ALL_LABS))
    out = setting.fresh()
    finish(submissions, out, ALL_LABS)
    grade_watched(submissions, out, ALL_LABS, jobs=2)
    runs = [grade_watched(submissions, out, ALL_LABS, jobs=2) for _ in range(setting.rounds)]
    assert all(run.graded == 0 for run in runs)
    cost = Cost.median(run.cost for run in runs)
    what = f"a finished class of {setting.finished} again, {len(ALL_LABS)} labs, the whole command"
    figure = f"{cost.wall:.1f} s"
    yield Row(what, "none", cost, figure, f"≤ {RERUN_SECONDS:g} s", cost.wall <= RERUN_SECONDS)


def audit_rows(setting: Setting) -> Iterator[Row]:
    folder = setting.fresh()
    command = [sys.executable, "-m", "autograder", "audit", "--lab", setting.lab, "--out", "audit"]
    yield Row("audit of one lab", "", cost_of_command(command, folder, ENVIRONMENT))


def mixed_class(folder: Path, lab: str, size: int) -> Path:
    return write_class(folder / f"class-{lab}-{size}", size, demo_sources((lab,)))


def rows_of(setting: Setting, parts: tuple[Part, ...]) -> Iterator[Row]:
    """The rows of these parts, each as it is measured."""
    one = (setting.lab,)
    if Part.LAB in parts:
        yield from floor_rows(setting, one, "one lab")
    if Part.PEERS in parts:
        yield from peer_rows(setting)
    if Part.FULL in parts:
        yield from floor_rows(setting, ALL_LABS, "eight labs")
    if Part.THROUGHPUT in parts:
        yield from throughput_rows(setting)
    if Part.MEMORY in parts or Part.SIZES in parts:
        yield from size_rows(setting, parts)
    if Part.RERUN in parts:
        yield from rerun_rows(setting)
    if Part.AUDIT in parts:
        yield from audit_rows(setting)


NOTES = """\
CPU: seconds of processor of everything that takes part; wall: seconds. The servers' start, once
for a run, is in neither unless a row says so. The floor: the same checks against the reference in
one warm process without isolation; our grader has the strongest isolation of this machine.
Peers grade the reference; each gives it full marks, and the stubs none. With the hidden checks they
run what our grader runs, unprotected, in the process that the submission runs in. The public tests
are fewer, and our grader cannot run them: there its hidden checks stand beside less work.
nbgrader: what one more submission of a class costs; otter and the fresh process start for each.
Classes: copies of the demo class (tests/submissions), each with a comment of its own; in the
finished class the results of copies were filled in, not graded. Memory: PSS of the command and
every process below it, in which a page that forks share counts once; looked at twice a second."""


def print_table(setting: Setting, rows: list[Row]) -> None:
    table = Table(title=f"{setting.lab}, medians of {setting.rounds}")
    for name in ("measured", "checks"):
        table.add_column(name)
    for name in ("CPU s", "wall s", "figure", "target"):
        table.add_column(name, justify="right")
    table.add_column("")
    for row in rows:
        seconds = (f"{row.cost.cpu:.2f}", f"{row.cost.wall:.2f}") if row.cost else ("", "")
        met = {None: "", True: "met", False: "missed"}[row.is_met]
        table.add_row(row.what, row.checks, *seconds, row.figure, row.target, met)
    console = make_console()
    console.print(table)
    machine = f"{date.today()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    console.print(f"{machine}, {packages}.\n{NOTES}", highlight=False)


def chosen_parts(_: click.Context, __: click.Parameter, words: str) -> tuple[Part, ...]:
    try:
        return tuple(map(Part, words.split(",")))
    except ValueError as error:
        raise click.BadParameter(f"{error}; the parts are {', '.join(Part)}") from error


def chosen_sizes(_: click.Context, __: click.Parameter, words: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, words.split(",")))
    except ValueError as error:
        raise click.BadParameter(f"{words}: numbers with commas between them") from error


@click.command()
@click.option("--lab", type=click.Choice(ALL_LABS), default="batchnorm", show_default=True)
@click.option(
    "--only",
    "parts",
    callback=chosen_parts,
    default=",".join(part for part in Part if part is not Part.AUDIT),
    show_default=True,
)
@click.option("--audit", is_flag=True, help="Also audit the lab.")
@click.option("--sizes", callback=chosen_sizes, default="10,100", show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--students", type=click.IntRange(min=2), default=30, show_default=True)
@click.option("--finished", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    help="Folder for the classes of --sizes and their results; an interrupted one is gone on with.",
)
def main(
    lab: str,
    parts: tuple[Part, ...],
    audit: bool,
    sizes: tuple[int, ...],
    rounds: int,
    students: int,
    finished: int,
    keep: Path | None,
) -> None:
    """Measure, and print one table."""
    if Part.PEERS in parts and not OTTER.exists():
        raise click.UsageError("otter is missing; pip install 'cnnlab[benchmark]', or use --only")
    console = make_console()
    with tempfile.TemporaryDirectory() as scratch:
        setting = Setting(
            lab, rounds, students, sizes, finished, keep or Path(scratch), Path(scratch)
        )
        rows = []
        for row in rows_of(setting, (*parts, *([Part.AUDIT] if audit else []))):
            rows.append(row)
            console.print(f"measured: {row.what}", highlight=False)
    print_table(setting, rows)


if __name__ == "__main__":
    main()
