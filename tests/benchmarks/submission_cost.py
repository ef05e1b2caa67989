"""What grading one full submission costs, against the floor of the checks' own arithmetic.

    python -m tests.benchmarks.submission_cost

Prints processor seconds of everything that grading starts (graders, workers, their servers), with
the start of the servers apart, for the reference in all labs; then the floor, the same checks on
the same reference in one warm process without isolation; and the ratio of the two.
"""

from __future__ import annotations

import contextlib
import functools
import io
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from autograder.checking.lab import grade_lab
from autograder.checking.local import LocalWorker
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.project import SOLUTIONS
from autograder.results import LAB_POINTS
from cnnlab.labs import LABS

RUNS = 3


def units(labs: Sequence[str] = tuple(LABS), folder: Path = SOLUTIONS) -> list[Unit]:
    """The modules in `folder`, as a submission of these labs."""
    return [
        Unit(
            lab,
            {m: (folder / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules},
            "cpu",
        )
        for lab in labs
    ]


def children_cpu() -> float:
    """Processor seconds of all finished child processes and theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cost_of_server(submissions: int) -> tuple[float, dict[str, float]]:
    """CPU seconds of a server that grades so many submissions; wall seconds by lab of the last."""
    before = children_cpu()
    seconds: dict[str, float] = {}
    with ChecksServer(tuple(LABS)) as server:
        server.manifest()
        for _ in range(submissions):
            for unit in units():
                started = time.perf_counter()
                result = server.grade(unit)
                assert result.score == result.max_score, unit.lab
                seconds[unit.lab] = time.perf_counter() - started
    return children_cpu() - before, seconds


def in_one_process(submission: Sequence[Unit], use: Callable[[Callable[[], float]], None]) -> None:
    """Hand to `use` what grades a submission in this process, without isolation: its points."""
    torch.set_num_threads(1)

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        def points() -> float:
            results = (
                grade_lab(
                    *(checks, [item for item in items if item.lab == unit.lab], unit),
                    functools.partial(LocalWorker, unit.sources),
                )
                for unit in submission
            )
            return sum(result.score for result in results)

        use(points)

    with contextlib.redirect_stdout(io.StringIO()):  # pytest says that it ran no test
        CheckSession(use_checks).open(tuple(unit.lab for unit in submission))


def cost_of_floor(submissions: int) -> list[float]:
    """CPU seconds of each of so many submissions in this process, the first not counted."""
    costs: list[float] = []

    def measure(points: Callable[[], float]) -> None:
        for _ in range(submissions + 1):
            started = time.process_time()
            assert points() == LAB_POINTS * len(LABS)
            costs.append(time.process_time() - started)

    in_one_process(units(), measure)
    return costs[1:]


def main() -> None:
    start = statistics.median(cost_of_server(0)[0] for _ in range(RUNS))
    total, seconds = cost_of_server(RUNS)
    submission = (total - start) / RUNS
    floor = statistics.median(cost_of_floor(RUNS))
    for lab, wall in seconds.items():
        print(f"{lab:16} {wall:6.2f} s wall")
    print(f"start of the servers        {start:6.2f} s CPU")
    print(f"one full submission         {submission:6.2f} s CPU")
    print(f"floor: same checks in one process {floor:6.2f} s CPU")
    print(f"ratio                       {submission / floor:6.2f}")


if __name__ == "__main__":
    main()
