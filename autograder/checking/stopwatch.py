"""Where the time of one unit goes, measured in a grader process that is asked to.

Nothing of it is there otherwise: what is to be timed is wrapped in the process of the one unit.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from autograder.checking import lab
from autograder.checking.connection import WorkerProcess
from autograder.checking.failures import WorkerLost
from autograder.checking.limits import Limit
from autograder.checking.remote import Session
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.phases import Phase
from autograder.worker.protocol import Load, Raised, Request, Returned

TIMED: tuple[tuple[object, str, Phase], ...] = (
    (Session, "begin_check", Phase.TRANSPORT),
    (Session, "reset", Phase.TRANSPORT),
    (Session, "get_attribute", Phase.TRANSPORT),
    (Session, "call", Phase.TRANSPORT),
    (CheckSession, "run", Phase.PYTEST),
    (lab, "diagnose", Phase.DIAGNOSIS),
)
SEALED = (Phase.DIAGNOSIS,)  # counted whole: it does much that grading does too


class Stopwatch:
    """Wall seconds by phase. One phase runs at any moment, so that they add up to the whole."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(Phase, 0.0)
        self._phase = Phase.OTHER
        self._since = time.perf_counter()
        self._is_sealed = False

    def read(self) -> dict[Phase, float]:
        self._switch(self._phase)
        return dict(self._seconds)

    @contextlib.contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Put what follows down to `phase`, but for the phases within it."""
        if self._is_sealed:
            yield
            return
        before, self._is_sealed = self._switch(phase), phase in SEALED
        try:
            yield
        finally:
            self._switch(before)
            self._is_sealed = False

    def move(self, seconds: float, target: Phase) -> None:
        """Put so much of the time in the phase that runs down to another one."""
        self._seconds[self._phase] -= seconds
        self._seconds[target] += seconds

    def timed(self, function: Callable[..., Any], phase: Phase) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*arguments: Any, **keywords: Any) -> Any:
            with self.phase(phase):
                return function(*arguments, **keywords)

        return run

    def _switch(self, phase: Phase) -> Phase:
        now = time.perf_counter()
        self._seconds[self._phase] += now - self._since
        before, self._phase, self._since = self._phase, phase, now
        return before


class TimedWorker:
    """A worker that says how long it took."""

    def __init__(self, stopwatch: Stopwatch, start: Callable[[], WorkerProcess]) -> None:
        self._stopwatch = stopwatch
        with stopwatch.phase(Phase.WORKER):
            self._worker = start()

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        if isinstance(request.action, Load):
            request = replace(request, action=replace(request.action, timed=True))
        with self._stopwatch.phase(Phase.TRANSPORT):
            started = time.perf_counter()
            try:
                answer = self._worker.ask(request, body, limit)
            except WorkerLost:
                self._stopwatch.move(time.perf_counter() - started, Phase.CALLS)
                raise
            self._take_account(time.perf_counter() - started)
            return answer

    def close(self) -> None:
        self._worker.close()

    def _take_account(self, left: float) -> None:
        """Believe the worker, which the student's code could speak for, within what it took."""
        spent = self._worker.spent
        for seconds, phase in ((spent.importing, Phase.IMPORT), (spent.running, Phase.CALLS)):
            believed = seconds if 0.0 <= seconds <= left else left
            self._stopwatch.move(believed, phase)
            left -= believed


class _Hooks:
    """A pytest plugin: what a test function takes besides its examples is Hypothesis' doing."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        has_inputs = hasattr(pyfuncitem.obj, "hypothesis")
        with self._stopwatch.phase(Phase.HYPOTHESIS if has_inputs else Phase.CHECKS):
            return (yield)


def instrument(stopwatch: Stopwatch, items: Sequence[CheckItem]) -> None:
    """Wrap what is to be timed, for as long as this process lives, but for `TimedWorker`s."""
    for owner, name, phase in TIMED:
        setattr(owner, name, stopwatch.timed(getattr(owner, name), phase))
    for item in items:
        given = getattr(item.item.obj, "hypothesis", None)
        if given is not None:
            given.inner_test = stopwatch.timed(given.inner_test, Phase.CHECKS)
    for pluginmanager in {item.item.config.pluginmanager for item in items}:
        pluginmanager.register(_Hooks(stopwatch))
