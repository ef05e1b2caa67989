"""What a piece of work costs: processor seconds and wall seconds, and medians of them."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


@dataclass(frozen=True)
class Cost:
    """Processor seconds of everything that took part, and wall seconds."""

    cpu: float
    wall: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.cpu - other.cpu, self.wall - other.wall)

    def __truediv__(self, parts: float) -> Cost:
        return Cost(self.cpu / parts, self.wall / parts)

    @classmethod
    def median(cls, costs: Iterable[Cost]) -> Self:
        """The medians of each, which need not be of the same run."""
        every = list(costs)
        return cls(
            statistics.median(c.cpu for c in every), statistics.median(c.wall for c in every)
        )


def children_cpu() -> float:
    """Processor seconds of all finished child processes and theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cost_here(work: Callable[[], object]) -> Cost:
    """Of work in this process, and in children that live on."""
    below = _cpu_below()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    own = Cost(time.process_time() - cpu, time.perf_counter() - wall)
    return Cost(own.cpu + _cpu_below() - below, own.wall)


def _cpu_below() -> float:
    """Of every process below this one, the finished ones too.

    The kernel tells that of a living one in hundredths of a second.
    """
    total = children_cpu()
    for process in psutil.Process().children(recursive=True):
        try:
            total += sum(process.cpu_times()[:4])  # its own, and its finished children's
        except psutil.NoSuchProcess:
            continue
    return total


def cost_of_command(
    command: Sequence[str | Path], folder: Path, environment: dict[str, str] | None = None
) -> Cost:
    """Of a command that has to succeed, and of everything that it starts and waits for."""
    cpu, wall = children_cpu(), time.perf_counter()
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
    )
    cost = Cost(children_cpu() - cpu, time.perf_counter() - wall)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return cost
