"""Running the public tests of a module, whatever its code does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from cnnlab.checking.preload import ENVIRONMENT, LIBRARIES
from cnnlab.checking.protocol import Collected, Event, Finished, Job, Started
from cnnlab.checking.results import (
    Breakage,
    Broken,
    Case,
    Failure,
    ModuleReport,
    Outcome,
    Result,
)
from cnnlab.checking.worker import Died, Silent, Worker
from cnnlab.project import Project, display_path

DEADLINE_S = 20.0
"""How long one test may take, and the import of a module."""

FORKS = sys.platform != "win32"
"""Whether a checking process is a fork, which starts with torch loaded."""


def never() -> bool:
    return False


class Runner:
    """Runs public tests in processes of their own, one for each module and for each that dies.

    A process is always kept ready ahead, so that its start is not waited for. As a context
    manager it ends all of them on the way out.
    """

    def __init__(self, project: Project, deadline_s: float = DEADLINE_S) -> None:
        self.deadline_s = deadline_s
        self._project = project
        self._context = multiprocessing.get_context("forkserver" if FORKS else "spawn")
        self._spare: Worker | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="cnnlab-", ignore_cleanup_errors=True)

    def __enter__(self) -> Runner:
        os.environ.update(ENVIRONMENT)
        if FORKS:
            _start_fork_server()
        self._spare = Worker(self._context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._spare is not None:
            self._spare.close()
            self._spare = None
        self._scratch.cleanup()

    def run(
        self, module: str, cancelled: Callable[[], bool] = never, target: str | None = None
    ) -> ModuleReport:
        """The results of all tests of `module`, or only of those of its name `target`.

        Raises `Cancelled` as soon as `cancelled()`.
        """
        record = _Record(module, target)
        while not record.complete:
            worker = self._take_worker()
            try:
                worker.begin(self._job(record))
                while not record.complete:
                    record.add(worker.next_event(self.deadline_s, cancelled))
            except Silent:
                record.interrupted(Outcome.TIMEOUT)
            except Died:
                record.interrupted(Outcome.CRASHED)
            finally:
                worker.close()
        return record.report()

    def _take_worker(self) -> Worker:
        worker, self._spare = self._spare or Worker(self._context), None
        self._spare = Worker(self._context)
        return worker

    def _job(self, record: _Record) -> Job:
        return Job(
            module=record.module,
            target=record.target,
            tests=str(self._project.tests_path(record.module)),
            root=str(self._project.root),
            scratch=self._scratch.name,
            done=tuple(record.results),
        )


def _start_fork_server() -> None:
    """Start the process that is forked, out of reach of the Ctrl-C that ends the command."""
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(list(LIBRARIES))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a new process inherits it
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass
class _Record:
    """What is known of a module's tests, put together over the processes that ran them."""

    module: str
    target: str | None = None
    cases: tuple[Case, ...] | None = None
    results: dict[str, Result] = field(default_factory=dict)
    running: str | None = None
    broken: Broken | None = None

    @property
    def complete(self) -> bool:
        if self.broken is not None:
            return True
        return self.cases is not None and len(self.results) == len(self.cases)

    def add(self, event: Event) -> None:
        match event:
            case Broken():
                self.broken = event
            case Collected(cases):
                self.cases = cases
                if not cases:
                    self.broken = Broken(Breakage.TESTS, f"tests/public/test_{self.module}.py")
            case Started(id):
                self.running = id
            case Finished(id, failure):
                self._finish(id, failure)

    def interrupted(self, outcome: Outcome) -> None:
        """The process ended before its job: whatever was running is to blame."""
        if self.cases is None:
            kind = Breakage.TIMEOUT if outcome is Outcome.TIMEOUT else Breakage.CRASHED
            self.broken = Broken(kind, display_path(self.module))
        elif self.running is not None:
            self._finish(self.running, Failure(outcome))
        else:
            for case in self.cases:
                if case.id not in self.results:
                    self._finish(case.id, Failure(outcome))

    def _finish(self, id: str, failure: Failure | None) -> None:
        by_id = {case.id: case for case in self.cases or ()}
        self.results[id] = Result(by_id[id], failure)
        self.running = None

    def report(self) -> ModuleReport:
        results = (self.results[case.id] for case in self.cases or () if case.id in self.results)
        shown = tuple(result for result in results if result.outcome is not Outcome.SKIPPED)
        return ModuleReport(self.module, shown, self.broken)
