"""A run's checks' server on a Dask worker: when it starts, starts again, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
from distributed import Worker

from autograder.cluster import worker as worker_module
from autograder.cluster.messages import Asked, Refusal
from autograder.cluster.worker import Grading, ServerEnded, _reply
from autograder.grading.units import Broken, Done, Unit, decode_answer, encode
from autograder.grading.version import grader_version
from autograder.results import GraderError, LabResult, LabStatus
from autograder.worker.confinement import Level, Limits

GRADED = LabResult(lab="dropout", status=LabStatus.GRADED, seconds=0.0, checks=())
ENDED = "the server ended"
UNIT = encode(Unit("dropout", {"dropout": ""}, "cpu"))


class Servers:
    """Stands for `confined_server`; `problem` is why the next unit cannot be graded."""

    def __init__(self) -> None:
        self.started = 0
        self.ended = threading.Semaphore(0)
        self.problem = ""
        self.has_ended = False

    @contextlib.contextmanager
    def __call__(self, level: Level, limits: Limits) -> Iterator[Any]:
        self.started += 1
        self.has_ended = False
        yield self
        self.ended.release()

    def grade(self, unit: Unit) -> LabResult:
        if self.problem:
            self.has_ended = self.problem == ENDED
            raise GraderError(self.problem)
        return GRADED


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    made = Servers()
    monkeypatch.setattr(worker_module, "confined_server", made)
    return made


@pytest.fixture
def grading(servers: Servers) -> Iterator[Grading]:
    made = Grading(Level.PROCESS, Limits())
    yield made
    asyncio.run(made.teardown(cast(Worker, None)))


def test_one_server_for_all_units(servers: Servers, grading: Grading) -> None:
    assert servers.started == 0
    assert [decode_answer(grading.answer(UNIT)) for _ in range(3)] == [Done(GRADED)] * 3
    assert servers.started == 1


def test_a_failure_on_one_unit_is_an_answer(servers: Servers, grading: Grading) -> None:
    servers.problem = "no more"
    assert decode_answer(grading.answer(UNIT)) == Broken("no more")


def test_after_a_server_that_ended_there_is_another(servers: Servers, grading: Grading) -> None:
    grading.answer(UNIT)
    servers.problem = ENDED
    with pytest.raises(ServerEnded):  # which Dask tries again
        grading.answer(UNIT)
    servers.problem = ""
    assert decode_answer(grading.answer(UNIT)) == Done(GRADED)
    assert servers.started == 2


def test_a_server_that_nobody_asks_ends(
    servers: Servers, grading: Grading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.0)
    grading.answer(UNIT)
    assert servers.ended.acquire(timeout=10)
    grading.answer(UNIT)
    assert servers.started == 2


def test_nothing_starts_when_the_run_is_over(servers: Servers, grading: Grading) -> None:
    grading.answer(UNIT)
    asyncio.run(grading.teardown(cast(Worker, None)))
    assert servers.ended.acquire(timeout=10)
    with pytest.raises(GraderError, match="over"):
        grading.answer(UNIT)
    assert servers.started == 1


def test_another_version_is_refused() -> None:
    refusal = _reply(Asked("run", "0123456789abcdef", "process", Limits()))
    assert refusal == Refusal(
        f"its grader is version {grader_version()}, the run's is 0123456789abcdef; "
        "install the same packages on both"
    )
