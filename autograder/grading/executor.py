"""Where units are graded: what a run asks of such a place, and this machine as one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from autograder.grading.groups import run_folders
from autograder.grading.isolation import make_plan
from autograder.grading.server import ChecksServer
from autograder.grading.units import Manifest, Unit
from autograder.results import LabResult
from autograder.worker.confinement import Level, Limits
from autograder.worker.gpu import nodes_of_this_machine
from cnnlab.labs import LABS

TRAINING_LABS = frozenset({"resnet", "all_conv", "transfer"})  # the others need no GPU


class Executor(Protocol):
    """Grades units side by side.

    Where it cannot go on at all it raises `ExecutorLost`, from any of its methods or a future.
    """

    @property
    def has_gpu(self) -> bool:
        """Whether there seems to be a GPU, found out without starting anything."""
        ...

    def manifest(self) -> Manifest: ...

    def capacity(self, *, alone: bool) -> int:
        """How many units to submit at once, at least 1; it may change while a run goes on."""
        ...

    def submit(self, unit: Unit, *, alone: bool) -> Future[LabResult]:
        """Grade a unit; where `alone`, with no other unit of this run on the same machine.

        The future raises `GraderError` when the grader itself failed on the unit.
        """
        ...

    def stop(self) -> None:
        """End the units under way."""
        ...


class LocalExecutor:
    """This machine: a checks' server, started when it is first needed, asked by `jobs` threads."""

    def __init__(
        self, start_server: Callable[[], AbstractContextManager[ChecksServer]], jobs: int
    ) -> None:
        self._start_server = start_server
        self._jobs = jobs
        self._stack = contextlib.ExitStack()
        self._threads = ThreadPoolExecutor(jobs)
        self._gpu_thread = ThreadPoolExecutor(1)
        self._started: ChecksServer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for threads in (self._threads, self._gpu_thread):
            threads.shutdown(cancel_futures=True)
        self._stack.close()

    @property
    def has_gpu(self) -> bool:
        return bool(nodes_of_this_machine())

    def manifest(self) -> Manifest:
        return self._server().manifest()

    def capacity(self, *, alone: bool) -> int:
        return 1 if alone else self._jobs

    def submit(self, unit: Unit, *, alone: bool) -> Future[LabResult]:
        return self._threads_for(unit).submit(self._server().grade, unit)

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()

    def _threads_for(self, unit: Unit) -> ThreadPoolExecutor:
        """One submission at a time on the GPU, whose memory nobody shares out."""
        on_gpu = unit.device == "cuda" and unit.lab in TRAINING_LABS
        return self._gpu_thread if on_gpu else self._threads

    def _server(self) -> ChecksServer:
        if self._started is None:
            self._started = self._stack.enter_context(self._start_server())
        return self._started


@contextlib.contextmanager
def confined_server(
    level: Level,
    limits: Limits,
    labs: Sequence[str] = tuple(LABS),
    notebooks: bool = False,
    device: str = "auto",
) -> Iterator[ChecksServer]:
    """A server with the checks of these labs, for code that is not ours.

    `device` is "cpu", or whatever there is.
    """
    nodes = nodes_of_this_machine() if device != "cpu" else ()
    with run_folders() as groups:
        plan = make_plan(level, limits, groups, notebooks)
        on_gpu = make_plan(level, limits.on_gpu, groups, nodes=nodes) if nodes else None
        with ChecksServer(labs, plan, on_gpu) as server:
            yield server
