"""What isolation costs a submission, against none.

    python -m tests.benchmarks.isolation_cost

A submission of all labs has a worker for each. Prints the wall time of a worker from its start over
a first answer to its end, at each level that this machine has, in turns in one run; then what that
makes for a submission, over workers that are mere processes.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from pathlib import Path

from autograder.checking.connection import WorkerProcess
from autograder.checking.remote import Session
from autograder.grading.groups import UnitGroup, run_folders, sweep
from autograder.grading.isolation import make_plan, try_level
from autograder.grading.workers import WorkerServer
from autograder.worker.confinement import Level, Limits, Plan
from cnnlab.labs import LABS

ROUNDS = 40
SOURCE = "def answer():\n    return 42\n"


def one_worker(server: WorkerServer, plan: Plan) -> float:
    """Seconds of one worker's life."""
    group = UnitGroup(plan.groups, plan.limits)
    started = time.perf_counter()
    session = Session(lambda: WorkerProcess(server.address, group), {"dropout": SOURCE})
    with contextlib.closing(session):
        assert session.root("dropout").answer() == 42
    return time.perf_counter() - started


def main() -> None:
    limits = Limits()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        groups = stack.enter_context(run_folders())
        plans = {"process, nothing limited by groups": Plan(Level.PROCESS, limits)}
        for level in Level:
            if level is Level.PROCESS or try_level(level, limits) is None:
                plans[f"{level}, control groups: {len(groups)}"] = make_plan(level, limits, groups)
        servers = {
            name: stack.enter_context(contextlib.closing(WorkerServer(folder / str(place), plan)))
            for place, (name, plan) in enumerate(plans.items())
        }
        seconds: dict[str, list[float]] = {name: [] for name in plans}
        for number in range(ROUNDS + 3):
            for name, plan in plans.items():
                taken = one_worker(servers[name], plan)
                if number >= 3:  # the first ones warm up
                    seconds[name].append(taken)
        floor = statistics.median(next(iter(seconds.values())))
        print(f"{'level':40} {'one worker':>11} {'submission of ' + str(len(LABS)) + ' labs':>24}")
        for name, taken_each in seconds.items():
            median = statistics.median(taken_each)
            more = statistics.median(
                a - b for a, b in zip(taken_each, next(iter(seconds.values())), strict=True)
            )
            print(
                f"{name:40} {median * 1000:8.1f} ms {len(LABS) * more * 1000:+18.0f} ms"
                f" {median / floor:6.2f}×"
            )
        sweep(groups)


if __name__ == "__main__":
    main()
