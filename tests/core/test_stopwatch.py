"""Where the time goes: phases add up to the whole, and each takes what is its own."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any, cast

import msgspec
import pytest
from rich.console import Console

from autograder.checking import stopwatch as stopwatch_module
from autograder.checking.connection import WorkerProcess
from autograder.checking.limits import CALL
from autograder.checking.stopwatch import Stopwatch, TimedWorker
from autograder.grading.phases import Phase
from autograder.grading.profile import Profile, print_profile
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.results import LabResult
from autograder.worker.protocol import GetAttribute, Load, Request, Returned, Root, Spent
from cnnlab.text import Lang
from tests.conftest import reference_sources
from tests.test_grade_command import without_seconds


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(stopwatch_module, "time", made)
    return made


def spent(stopwatch: Stopwatch) -> dict[Phase, float]:
    return {phase: seconds for phase, seconds in stopwatch.read().items() if seconds}


def test_time_belongs_to_the_innermost_phase(clock: Clock) -> None:
    stopwatch = Stopwatch()
    clock.now += 1
    with stopwatch.phase(Phase.PYTEST):
        clock.now += 2
        with stopwatch.phase(Phase.HYPOTHESIS):
            clock.now += 4
        with contextlib.suppress(KeyError), stopwatch.phase(Phase.CHECKS):
            clock.now += 8
            raise KeyError
        clock.now += 16
    clock.now += 32
    assert spent(stopwatch) == {
        Phase.OTHER: 33,
        Phase.PYTEST: 18,
        Phase.HYPOTHESIS: 4,
        Phase.CHECKS: 8,
    }


def test_a_diagnosis_is_counted_whole(clock: Clock) -> None:
    stopwatch = Stopwatch()
    with stopwatch.phase(Phase.DIAGNOSIS), stopwatch.phase(Phase.TRANSPORT):
        clock.now += 1
    with stopwatch.phase(Phase.TRANSPORT):
        clock.now += 2
    assert spent(stopwatch) == {Phase.DIAGNOSIS: 1, Phase.TRANSPORT: 2}


class SaidWorker:
    """Takes 10 s for anything, and says what it is told to about them."""

    def __init__(self, clock: Clock, says: Spent) -> None:
        self.spent = says
        self.asked: list[Request] = []
        self._clock = clock

    def ask(self, request: Request, *_: object) -> tuple[Returned, bytearray]:
        self.asked.append(request)
        self._clock.now += 10
        return Returned(None), bytearray()


@pytest.mark.parametrize(
    ("says", "believed"),
    [
        (Spent(1.0, 2.0), {Phase.IMPORT: 1, Phase.CALLS: 2, Phase.TRANSPORT: 7}),
        (Spent(0.0, 11.0), {Phase.CALLS: 10}),
        (Spent(6.0, 6.0), {Phase.IMPORT: 6, Phase.CALLS: 4}),
        (Spent(0.0, -1.0), {Phase.CALLS: 10}),
        (Spent(math.nan, 0.0), {Phase.IMPORT: 10}),
    ],
)
def test_a_worker_is_believed_within_what_it_took(
    clock: Clock, says: Spent, believed: dict[Phase, float]
) -> None:
    stopwatch = Stopwatch()
    worker = SaidWorker(clock, says)
    timed = TimedWorker(stopwatch, lambda: cast(WorkerProcess, worker))
    timed.ask(Request(1, GetAttribute(Root("dropout"), "p")), bytearray(), CALL)
    assert spent(stopwatch) == believed


def test_a_worker_is_asked_for_its_account(clock: Clock) -> None:
    worker = SaidWorker(clock, Spent())
    timed = TimedWorker(Stopwatch(), lambda: cast(WorkerProcess, worker))
    timed.ask(Request(1, Load({}, ())), bytearray(), CALL)
    assert worker.asked == [Request(1, Load({}, (), timed=True))]


SLOW = """
import time
time.sleep(0.2)


class BatchNorm2d(nn.Module):  # slow once, and wrong
    def __init__(self, *arguments, **keywords):
        super().__init__()

    def forward(self, x):
        if not hasattr(time, "slept"):
            time.slept = time.sleep(0.2)
        return x
"""


def test_a_real_unit_is_accounted_for(checks_server: ChecksServer) -> None:
    slow = reference_sources("batchnorm")["batchnorm"] + SLOW
    unit = Unit("batchnorm", {"batchnorm": slow}, "cpu")
    plain = checks_server.done(unit)
    profiled = checks_server.done(Unit("batchnorm", unit.sources, "cpu", profile=True))
    assert plain.spent == {}
    assert profiled.spent.keys() <= {*Phase}
    assert all(seconds >= 0 for seconds in profiled.spent.values())
    assert profiled.spent[Phase.IMPORT] >= 0.2
    assert profiled.spent[Phase.CALLS] >= 0.2
    assert profiled.spent[Phase.DIAGNOSIS] > 0
    for phase in (Phase.WORKER, Phase.TRANSPORT, Phase.CHECKS, Phase.HYPOTHESIS, Phase.PYTEST):
        assert profiled.spent[phase] > 0
    in_grading = sum(profiled.spent.values())
    assert profiled.result.seconds <= in_grading < profiled.result.seconds + 1
    assert timeless(profiled.result) == timeless(plain.result)


def timeless(result: LabResult) -> Any:
    return without_seconds(msgspec.json.decode(msgspec.json.encode(result)))


def test_the_table_adds_up() -> None:
    profile = Profile()
    profile.add_unit("dropout", {Phase.CALLS: 1.0, Phase.OTHER: 0.5}, 2.0)
    profile.add_unit("dropout", {Phase.CALLS: 1.0}, 1.0)
    profile.add_unit("vgg", {Phase.CALLS: 4.0, Phase.DIAGNOSIS: 2.0}, 7.0)
    console = Console(width=100, record=True, file=io.StringIO())
    print_profile(console, profile, 2, Lang.EN)
    rows = [line.split("│")[1:-1] for line in console.export_text().splitlines() if "│" in line]
    cells = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
    assert cells["grader process and its message"] == ["0.50", "1.00", "1.50", "15.0"]
    assert cells["calls: the code and PyTorch"] == ["2.00", "4.00", "6.00", "60.0"]
    assert cells["diagnosis"] == ["0.00", "2.00", "2.00", "20.0"]
    assert cells["other"] == ["0.50", "0.00", "0.50", "5.0"]
    assert cells["store of results"] == ["", "", "0.00", "0.0"]
    assert cells["Total"] == ["3.00", "7.00", "10.00", "100.0"]


def test_a_run_that_graded_nothing_says_so() -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    print_profile(console, Profile(), 2, Lang.ES)
    assert "no se corrigió nada" in console.export_text()
