"""What becomes of units whose workers are lost, with a client that does as the test says."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Any, cast

import pytest
from distributed import Client
from distributed.scheduler import KilledWorker, WorkerState

from autograder.cluster import executor as executor_module
from autograder.cluster import team as team_module
from autograder.cluster.executor import DaskExecutor, connected
from autograder.cluster.messages import Asked, Offer, encode
from autograder.cluster.team import Team
from autograder.grading.units import Broken, Done, Unit
from autograder.grading.units import encode as encode_answer
from autograder.results import BadUsage, ExecutorLost, GraderError, LabResult, LabStatus
from autograder.worker.confinement import Level, Limits

GRADED = LabResult(lab="dropout", status=LabStatus.GRADED, seconds=0.0, checks=())
DONE = encode_answer(Done(GRADED))


class SentUnit:
    """A unit that was submitted; `end` says how it ended."""

    def __init__(self, workers: list[str], resources: dict[str, int] | None) -> None:
        self.workers = workers
        self.resources = resources
        self.is_cancelled = False
        self._outcome: bytes | BaseException = b""
        self._take: Callable[[SentUnit], None] = lambda _: None

    def add_done_callback(self, take: Callable[[SentUnit], None]) -> None:
        self._take = take

    def end(self, outcome: bytes | BaseException) -> None:
        self._outcome = outcome
        self._take(self)

    def result(self) -> bytes:
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def cancel(self, force: bool) -> None:
        self.is_cancelled = force


class FakeClient:
    """A cluster whose workers are listed by address, each with its host and number of GPUs."""

    status = "running"

    def __init__(self) -> None:
        self.workers: dict[str, tuple[str, int]] = {}
        self.sent: list[SentUnit] = []

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        assert n_workers == -1  # all of them
        return {
            "workers": {
                address: {"host": host, "nthreads": 2, "resources": {"GPU": gpus} if gpus else {}}
                for address, (host, gpus) in self.workers.items()
            }
        }

    def run(self, function: object, *args: object, workers: list[str], on_error: str) -> Any:
        return dict.fromkeys(workers, encode(Offer(Level.PROCESS)))

    def submit(
        self,
        function: object,
        *args: object,
        workers: list[str],
        resources: dict[str, int] | None,
        **options: object,
    ) -> SentUnit:
        self.sent.append(SentUnit(workers, resources))
        return self.sent[-1]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    monkeypatch.setattr(team_module, "LOOK_SECONDS", 0.0)
    return FakeClient()


@pytest.fixture
def executor(client: FakeClient) -> DaskExecutor:
    client.workers = {"a1": ("a", 0), "a2": ("a", 0), "b1": ("b", 1)}
    team = Team(cast(Client, client), Asked("run", "version", "process", Limits()))
    team.look()
    return DaskExecutor(cast(Client, client), team, jobs=0)


def unit(device: str = "cpu") -> Unit:
    return Unit("dropout", {"dropout": ""}, device)


def test_a_result_is_taken(client: FakeClient, executor: DaskExecutor) -> None:
    result = executor.submit(unit(), alone=False)
    assert not result.done()
    client.sent[0].end(DONE)
    assert result.result() == GRADED


def test_what_fails_on_a_unit_is_no_verdict(client: FakeClient, executor: DaskExecutor) -> None:
    results = [executor.submit(unit(), alone=False) for _ in range(4)]
    last = WorkerState(
        address="tcp://b:1", status=cast(Any, "running"), pid=1, name="b", nthreads=1,
        memory_limit=0, local_directory="", nanny=None, server_id="",
    )  # fmt: skip
    client.sent[0].end(KilledWorker("key", last, 3))
    client.sent[1].end(encode_answer(Broken("no more")))
    client.sent[2].end(b"\xffnonsense")
    client.sent[3].end(DONE)
    errors = [result.exception() for result in results[:3]]
    assert all(type(error) is GraderError for error in errors)
    assert str(errors[0]) == "its worker was lost 4 times, the last time tcp://b:1"
    assert str(errors[1]) == "no more"
    assert results[3].result() == GRADED


def test_without_its_scheduler_a_run_ends(client: FakeClient, executor: DaskExecutor) -> None:
    result = executor.submit(unit(), alone=False)
    client.sent[0].end(CancelledError())
    with pytest.raises(ExecutorLost, match="scheduler is gone"):
        result.result()


def test_units_of_workers_that_are_gone_go_to_new_ones(
    client: FakeClient, executor: DaskExecutor
) -> None:
    result = executor.submit(unit(), alone=False)
    assert {*client.sent[0].workers} == {"a1", "a2", "b1"}
    del client.workers["a1"]
    executor.capacity(alone=False)
    assert len(client.sent) == 1  # for the other two Dask does that
    client.workers = {}
    executor.capacity(alone=False)
    client.workers = {"c1": ("c", 0)}
    executor.capacity(alone=False)
    assert [sent.workers for sent in client.sent[1:]] == [["c1"]]
    assert client.sent[0].is_cancelled
    client.sent[0].end(CancelledError())
    assert not result.done()
    client.sent[1].end(DONE)
    assert result.result() == GRADED


def test_a_unit_that_loses_all_its_workers_again_and_again_is_given_up(
    client: FakeClient, executor: DaskExecutor
) -> None:
    result = executor.submit(unit(), alone=False)
    for number in range(4):
        client.workers = {f"new{number}": ("new", 0)}
        assert not result.done()
        executor.capacity(alone=False)
    assert str(result.exception(timeout=0)) == "its workers were lost 4 times"


def test_a_cluster_without_workers_is_given_up(
    client: FakeClient, executor: DaskExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.workers = {}
    executor.capacity(alone=False)
    monkeypatch.setattr(executor_module, "ABSENCE_SECONDS", -1.0)
    with pytest.raises(ExecutorLost, match="without workers"):
        executor.capacity(alone=False)


def test_alone_is_on_a_host_of_its_own(client: FakeClient, executor: DaskExecutor) -> None:
    assert executor.capacity(alone=True) == 2
    executor.submit(unit(), alone=True)
    executor.submit(unit(), alone=True)
    assert [sent.workers for sent in client.sent] == [["a1"], ["b1"]]


def test_a_gpu_is_a_resource(client: FakeClient, executor: DaskExecutor) -> None:
    assert executor.has_gpu
    executor.submit(unit("cuda"), alone=False)
    executor.submit(unit("cpu"), alone=False)
    assert (client.sent[0].workers, client.sent[0].resources) == (["b1"], {"GPU": 1})
    assert client.sent[1].resources is None


def test_each_thread_has_a_unit_and_each_worker_one_to_go_on_with(executor: DaskExecutor) -> None:
    assert executor.capacity(alone=False) == 9


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where something listens that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_no_scheduler_is_bad_usage(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_module, "CONNECT_SECONDS", 0.5)
    for port in (1, silent_port):
        address = f"127.0.0.1:{port}"
        with (
            pytest.raises(BadUsage, match=f"dask://{address}: no Dask scheduler answers") as error,
            connected(address, "auto", Limits(), 0),
        ):
            pass
        assert "\n" not in str(error.value)
