"""What grading a submission costs, lab by lab, against the floor of the checks' own arithmetic.

    python -m tests.benchmarks.submission_cost

Prints processor seconds of everything that takes part (graders, workers, their servers), once the
graders are warm, for the reference in the strongest isolation of this machine; beside them the
floor, the same checks on the same reference in one warm process without isolation; and the ratio
of the two. The start of the servers, once for a run, stands apart. Of the checks that train
networks it prints the wall seconds, which on a quiet machine are their processor seconds too.
"""

from __future__ import annotations

import contextlib
import functools
import io
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from autograder.checking.lab import grade_lab
from autograder.checking.limits import TRAINING
from autograder.checking.local import LocalWorker
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.executor import confined_server
from autograder.grading.isolation import AUTO, choose_isolation
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.project import SOLUTIONS
from autograder.results import LAB_POINTS
from autograder.worker.confinement import Limits
from cnnlab.labs import LABS
from tests.benchmarks.cost import Cost, cost_here

ROUNDS = 7
AT_ONCE = 4  # as a process's processor seconds are told in hundredths
WARM_UP = 2
ALL_LABS = tuple(LABS)


def units(labs: Sequence[str] = ALL_LABS, folder: Path = SOLUTIONS) -> list[Unit]:
    """The modules in `folder`, as a submission of these labs."""
    return [
        Unit(
            lab,
            {m: (folder / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules},
            "cpu",
        )
        for lab in labs
    ]


@contextlib.contextmanager
def graders(labs: tuple[str, ...]) -> Iterator[ChecksServer]:
    """The servers of a run, in the isolation that a class gets here."""
    limits = Limits()
    with confined_server(choose_isolation(AUTO, limits).level, limits, labs) as server:
        yield server


def in_one_process(labs: Sequence[str], use: Callable[[Callable[[Unit], float]], None]) -> None:
    """Hand to `use` what grades a unit in this process, without isolation: its points."""
    torch.set_num_threads(1)

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        def points(unit: Unit) -> float:
            own = [item for item in items if item.lab == unit.lab]
            start_worker = functools.partial(LocalWorker, unit.sources)
            return grade_lab(checks, own, unit, start_worker).score

        use(points)

    with contextlib.redirect_stdout(io.StringIO()):  # pytest says that it ran no test
        CheckSession(use_checks).open(tuple(labs))


def against_floor(
    labs: tuple[str, ...], rounds: int
) -> tuple[dict[str, list[tuple[Cost, Cost]]], int]:
    """(floor, our grader) of each lab, as often as asked, in turns; and how many checks.

    Each is the mean of a few gradings.
    """
    pairs: dict[str, list[tuple[Cost, Cost]]] = {lab: [] for lab in labs}
    with graders(labs) as server:
        number = len(server.manifest().checks)

        def measure(points: Callable[[Unit], float]) -> None:
            def floor(unit: Unit) -> None:
                assert points(unit) == LAB_POINTS, unit.lab

            def ours(unit: Unit) -> None:
                assert server.grade(unit).score == LAB_POINTS, unit.lab

            def cost(grade: Callable[[Unit], None], unit: Unit) -> Cost:
                return cost_here(lambda: [grade(unit) for _ in range(AT_ONCE)]) / AT_ONCE

            for turn in range(WARM_UP + rounds):
                for unit in units(labs):
                    costs = cost(floor, unit), cost(ours, unit)
                    if turn >= WARM_UP:
                        pairs[unit.lab].append(costs)

        in_one_process(labs, measure)
    return pairs, number


def seconds_of_training(rounds: int) -> float:
    """Wall seconds of all checks that train a network, of one submission; the median."""
    training: set[str] = set()

    def use_checks(_: CheckSession, items: Sequence[CheckItem]) -> None:
        training.update(item.entry.id for item in items if item.check.limit == TRAINING)

    with contextlib.redirect_stdout(io.StringIO()):
        CheckSession(use_checks).open(ALL_LABS)
    sums = []
    with graders(ALL_LABS) as server:
        for _ in range(rounds + 1):
            checks = [check for unit in units() for check in server.grade(unit).checks]
            sums.append(sum(check.seconds for check in checks if check.id in training))
    return statistics.median(sums[1:])


def start_servers() -> None:
    with graders(ALL_LABS) as server:
        server.manifest()


def main() -> None:
    start = statistics.median(cost_here(start_servers).cpu for _ in range(3))
    pairs, _ = against_floor(ALL_LABS, ROUNDS)
    totals = [0.0, 0.0]
    print(f"{'CPU seconds':16} {'floor':>6} {'ours':>6} {'ratio':>6}   wall seconds")
    for lab, costs in pairs.items():
        floor, ours = (Cost.median(column) for column in zip(*costs, strict=True))
        totals = [totals[0] + floor.cpu, totals[1] + ours.cpu]
        ratio = ours.cpu / floor.cpu
        print(f"{lab:16} {floor.cpu:6.2f} {ours.cpu:6.2f} {ratio:6.2f}   {ours.wall:6.2f}")
    print(f"{'full submission':16} {totals[0]:6.2f} {totals[1]:6.2f} {totals[1] / totals[0]:6.2f}")
    print(f"{'servers, once':16} {'':6} {start:6.2f}")
    print(f"{'training checks':16} {'':6} {seconds_of_training(3):6.2f}")


if __name__ == "__main__":
    main()
