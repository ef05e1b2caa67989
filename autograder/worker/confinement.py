"""The levels of isolation, and putting one in force around a worker.

    python -m autograder.worker.confinement PLAN

tries a plan in a process of its own: exit status 0, or the reason on standard error.
"""

from __future__ import annotations

import os
import resource
import sys
from enum import StrEnum
from pathlib import Path

import msgspec

from autograder.worker.landlock import Ruleset
from autograder.worker.namespace import (
    PROC,
    drop_capabilities,
    enter_pid_namespace,
    enter_private_namespaces,
    enter_user_namespace,
    fork_apart,
)
from autograder.worker.seccomp import Filter

GIBIBYTE = 2**30
MEBIBYTE = 2**20


class Level(StrEnum):
    """From the strongest to the weakest."""

    NAMESPACES = "namespaces"  # in bubblewrap, with seccomp
    LANDLOCK = "landlock"  # with seccomp, where namespaces are refused
    PROCESS = "process"  # another process, and limits


class Limits(msgspec.Struct, frozen=True):
    """What one worker may use, in bytes and counts; `memory` is its address space."""

    memory: int = 8 * GIBIBYTE
    file: int = 16 * MEBIBYTE
    scratch: int = 64 * MEBIBYTE
    open_files: int = 256
    processes: int = 256  # and threads, where there is a control group or namespace to count them

    @property
    def resident(self) -> int:
        """What may be held in memory, where control groups count it: PyTorch reserves far more
        address space than it uses."""
        return self.memory // 4

    @property
    def on_gpu(self) -> Limits:
        """For who holds CUDA's libraries too, and a network's weights on their way to the card."""
        return msgspec.structs.replace(self, memory=2 * self.memory)


class Plan(msgspec.Struct, frozen=True):
    """How workers are confined.

    `readable` is for Landlock: bubblewrap has mounted its view. `groups` are folders for control
    groups, which the grader puts its workers in. `notebooks` says that they run cells too.
    `devices` are the nodes of a GPU that they may use; then it is not address space that is
    limited, of which CUDA reserves more than any machine has, but what of it holds data, and a
    worker finds itself in `/proc`, by the number that it has.
    """

    level: Level
    limits: Limits = Limits()
    readable: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    notebooks: bool = False
    devices: tuple[str, ...] = ()

    @property
    def wants_pid_namespaces(self) -> bool:
        """Not for CUDA where the `/proc` that goes with one cannot be shown."""
        return self.level is Level.NAMESPACES or not self.devices


class Confinement:
    """A plan, made ready once and put in force in each worker, which may be forked apart."""

    def __init__(self, plan: Plan, *, is_apart: bool = False) -> None:
        self._plan = plan
        self._is_apart = is_apart
        # Rules for hundreds of paths would take each worker several times what all else here does.
        is_early = plan.level is Level.LANDLOCK and not plan.devices
        self._ruleset = Ruleset(map(Path, plan.readable)) if is_early else None
        # In a namespace of its own it knows its number before it is there.
        self._filter = self._filter_for(1) if is_apart else None

    def enter_namespaces(self) -> None:
        """In the worker, before the grader hears of it."""
        if self._plan.level is Level.NAMESPACES:
            if not self._is_apart:
                raise OSError("no pid namespace of its own")
            enter_private_namespaces(
                os.environ["TMPDIR"],
                self._plan.limits.scratch,
                sees_itself=bool(self._plan.devices),
            )
        elif self._is_apart:
            enter_user_namespace()

    def restrict(self) -> None:
        """In the worker, last of all before student code."""
        chosen = self._filter or self._filter_for(os.getpid())  # while there are files
        limits = self._plan.limits
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_DATA if self._plan.devices else resource.RLIMIT_AS, limits.memory)
        _limit(resource.RLIMIT_FSIZE, limits.file)
        _limit(resource.RLIMIT_NOFILE, limits.open_files)
        if self._plan.level is Level.NAMESPACES:
            _limit(resource.RLIMIT_NPROC, limits.processes)  # of this namespace, root excepted
        ruleset = self._ruleset
        if self._plan.level is Level.LANDLOCK and ruleset is None:
            # Made in each worker, as its own place in `/proc` is another's for each.
            devices = map(Path, self._plan.devices)
            ruleset = Ruleset(map(Path, self._plan.readable), devices, Path(PROC))
        if ruleset is not None:
            ruleset.restrict()
        if chosen is not None:
            drop_capabilities()
            chosen.load()

    def _filter_for(self, process: int) -> Filter | None:
        if self._plan.level is Level.PROCESS:
            return None
        return Filter(process, gpu=bool(self._plan.devices))


def _limit(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (ceiling, ceiling))


def decode_plan(text: str) -> Plan:
    return msgspec.json.decode(text, type=Plan)


def main() -> None:
    plan = decode_plan(sys.argv[1])
    is_apart = plan.wants_pid_namespaces and enter_pid_namespace()
    confinement = Confinement(plan, is_apart=is_apart)
    child = fork_apart() if is_apart else os.fork()
    if child == 0:
        try:
            confinement.enter_namespaces()
            confinement.restrict()
        except OSError as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(str(error))
