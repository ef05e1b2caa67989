"""A Dask cluster as a place where units are graded."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import secrets
import threading
import time
import warnings
from collections.abc import Collection, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field

from distributed import Client
from distributed import Future as DaskFuture
from distributed.scheduler import KilledWorker

from autograder.cluster import worker
from autograder.cluster.messages import Asked
from autograder.cluster.team import GPU, LOOK_SECONDS, Member, Team
from autograder.grading.isolation import AUTO, PROCESS, SANDBOX
from autograder.grading.units import Broken, Describe, Done, Manifest, Unit, decode_answer, encode
from autograder.grading.version import grader_version
from autograder.printable import printable
from autograder.results import BadUsage, ExecutorLost, GraderError, LabResult
from autograder.worker.confinement import Limits
from cnnlab.text import Text

CONNECT_SECONDS = 10.0
JOIN_SECONDS = 60.0  # for the first worker to join
ABSENCE_SECONDS = 600.0  # without any worker, before the run is given up
RETRIES = 2  # of a unit whose server ended; Dask itself sees to lost workers
DESCRIBE_SECONDS = 300.0
MOVES = 3  # of a unit to other workers, because all that it was for are gone
LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")


@contextlib.contextmanager
def connected(address: str, isolation: str, limits: Limits, jobs: int) -> Iterator[DaskExecutor]:
    """The cluster whose scheduler is at `address` (HOST:PORT), with workers that can grade.

    `BadUsage` where the scheduler does not answer, or no worker can do what is asked. `jobs`
    other than 0 is how many units are graded at once at most.
    """
    for name in LOGGERS:  # what goes wrong is said in one line
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with _client(address) as client:
        try:
            client.run_on_scheduler(worker.is_installed)
        except Exception as error:
            raise BadUsage(
                f"--executor dask://{address}: the scheduler has no grader of this version "
                f"({_line(error)}); install the same packages there"
            ) from error
        executor = DaskExecutor(client, _team(client, address, isolation, limits), jobs)
        try:
            yield executor
        finally:
            executor.end()


@contextlib.contextmanager
def _client(address: str) -> Iterator[Client]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions; the grader's own is compared
        try:
            client = _reach(f"tcp://{address}")
        except Exception as error:
            raise BadUsage(
                f"--executor dask://{address}: no Dask scheduler answers there ({_line(error)})"
            ) from error
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):  # it may be gone
                client.close(timeout=CONNECT_SECONDS)


def _reach(url: str) -> Client:
    """A client of the scheduler there; `TimeoutError` where something else answers nothing.

    For that, Dask itself would wait without end.
    """
    reached: Future[Client] = Future()

    def reach() -> None:
        try:
            client = Client(url, timeout=CONNECT_SECONDS, set_as_default=False)
        except Exception as error:
            reached.set_exception(error)
        else:
            reached.set_result(client)

    threading.Thread(target=reach, daemon=True).start()
    return reached.result(2 * CONNECT_SECONDS)


def _team(client: Client, address: str, isolation: str, limits: Limits) -> Team:
    """The workers to grade with; of a sandbox and mere processes, the stronger that any offers."""
    for level in (SANDBOX, PROCESS) if isolation == AUTO else (isolation,):
        run = f"cnnlab-{secrets.token_hex(8)}"
        team = Team(client, Asked(run, grader_version(), level, limits))
        deadline = time.monotonic() + JOIN_SECONDS
        team.look()
        while not (team.members or team.refused):
            if time.monotonic() > deadline:
                raise BadUsage(
                    f"--executor dask://{address}: no worker joined in {JOIN_SECONDS:g} s"
                )
            time.sleep(LOOK_SECONDS)
            team.look()
        if team.members:
            return team
    reasons = "; ".join(dict.fromkeys(map(str, team.refused.values())))
    raise BadUsage(f"--executor dask://{address}: no worker can grade: {reasons}")


@dataclass(eq=False)
class _Task:
    """A unit on its way, and the workers that it was sent to."""

    unit: Unit
    alone: bool
    result: Future[LabResult] = field(default_factory=Future)
    future: DaskFuture[bytes] | None = None
    workers: frozenset[str] = frozenset()
    moves: int = 0


class DaskExecutor:
    """The workers of a team, each with a checks' server of its own for as long as the run goes on.

    Dask sees to it that a unit whose worker is lost is sent to another one; after as many losses
    as the scheduler allows (`distributed.scheduler.allowed-failures`, 3 unless configured), the
    grader has failed on that unit.
    """

    def __init__(self, client: Client, team: Team, jobs: int) -> None:
        self._client = client
        self._team = team
        self._run = team.asked.run
        self._jobs = jobs
        self._numbers = itertools.count()
        self._lock = threading.Lock()  # the client takes results in threads of its own
        self._tasks: set[_Task] = set()
        self._seen = time.monotonic()
        self._told: set[str] | None = None
        self._is_over = False
        self.isolation = team.asked.isolation

    def news(self) -> Iterator[Text]:
        """What has become known of the cluster since this was last asked for."""
        told, self._told = self._told, {str(refused) for refused in self._team.refused.values()}
        if told is None:
            yield _summary(list(self._team.members.values()), self.isolation)
        for refused in sorted(self._told.difference(told or ())):
            yield Text(es=f"No se corrige en {refused}", en=f"Not grading on {refused}")

    @property
    def has_gpu(self) -> bool:
        return bool(self._team.addresses("cuda"))

    def manifest(self) -> Manifest:
        workers = self._team.addresses("cuda" if self.has_gpu else "cpu")
        future = self._submit(encode(Describe()), workers, gpu=self.has_gpu)
        try:
            reply = decode_answer(future.result(timeout=DESCRIBE_SECONDS))
        except Exception as error:
            raise ExecutorLost(
                f"the cluster does not describe its checks: {_line(error)}"
            ) from error
        if not isinstance(reply, Manifest):
            raise ExecutorLost("the cluster does not describe its checks")
        return reply

    def capacity(self, *, alone: bool) -> int:
        self._look()
        members = self._team.members.values()
        # One more for each worker, so that none waits for the next unit.
        most = len(self._team.hosts) if alone else sum(m.threads + 1 for m in members)
        return max(1, min(most, self._jobs or most))

    def submit(self, unit: Unit, *, alone: bool) -> Future[LabResult]:
        task = _Task(unit, alone)
        self._tasks.add(task)
        self._send(task)
        return task.result

    def stop(self) -> None:
        self._is_over = True
        with contextlib.suppress(Exception):  # the cluster may be gone
            self._client.cancel([t.future for t in self._tasks if t.future], force=True)
        self.end()

    def end(self) -> None:
        """End what this run has started on the workers."""
        self._is_over = True
        if self._client.status == "running":
            with contextlib.suppress(Exception):  # what is gone has ended
                self._team.present()  # Dask would wait long for one that is not
                members = list(self._team.members)
                self._client.run(worker.end, self._run, workers=members, on_error="ignore")

    def _look(self) -> None:
        """See who is there, and send on what was on its way to workers that are gone."""
        try:
            self._team.look()
        except OSError as error:
            raise ExecutorLost(SCHEDULER_GONE) from error
        if self._team.members:
            self._seen = time.monotonic()
        elif time.monotonic() > self._seen + ABSENCE_SECONDS:
            raise ExecutorLost(f"the cluster has been without workers for {ABSENCE_SECONDS:g} s")
        for task in list(self._tasks):
            addresses = self._team.addresses(task.unit.device)
            if addresses and task.workers.isdisjoint(addresses):
                self._move(task)

    def _move(self, task: _Task) -> None:
        left, task.moves = task.future, task.moves + bool(task.workers)
        if task.moves > MOVES:
            task.future = None
            self._finish(task, GraderError(f"its workers were lost {task.moves} times"))
        else:
            self._send(task)
        if left is not None:
            left.cancel(force=True)

    def _send(self, task: _Task) -> None:
        """Send a unit out; where there is no worker for it, the next look does."""
        addresses = self._team.addresses(task.unit.device)
        if task.alone:
            addresses = self._quiet(addresses)
        task.workers = frozenset(addresses)
        if addresses:
            gpu = task.unit.device == "cuda"
            task.future = self._submit(encode(task.unit), addresses, gpu=gpu)
            task.future.add_done_callback(functools.partial(self._take, task))

    def _quiet(self, addresses: Collection[str]) -> set[str]:
        """One worker, on a host where nothing is graded alone if there is such a host."""
        members = [self._team.members[address] for address in sorted(addresses)]
        busy = {
            self._team.members[address].host
            for task in self._tasks
            for address in task.workers & self._team.members.keys()
        }
        members.sort(key=lambda member: member.host in busy)
        return {member.address for member in members[:1]}

    def _submit(self, question: bytes, workers: Collection[str], *, gpu: bool) -> DaskFuture[bytes]:
        return self._client.submit(
            worker.answer,
            self._run,
            question,
            key=f"{self._run}-{next(self._numbers)}",
            pure=False,
            retries=RETRIES,
            workers=list(workers),
            resources={GPU: 1} if gpu else None,
        )

    def _take(self, task: _Task, future: DaskFuture[bytes]) -> None:
        """Take what a unit ended in; called in a thread of the client's."""
        if future is not task.future or self._is_over:
            return
        try:
            reply = decode_answer(future.result())
        except KilledWorker as killed:
            self._finish(task, GraderError(_lost(killed)))
        except CancelledError:
            self._finish(task, ExecutorLost(SCHEDULER_GONE))
        except Exception as error:
            self._finish(task, GraderError(_line(error)))
        else:
            if isinstance(reply, Done):
                self._finish(task, reply.result)
            else:
                reason = reply.reason if isinstance(reply, Broken) else "an unexpected answer"
                self._finish(task, GraderError(reason))

    def _finish(self, task: _Task, end: LabResult | GraderError) -> None:
        with self._lock:
            if task not in self._tasks:
                return
            self._tasks.remove(task)
        if isinstance(end, GraderError):
            task.result.set_exception(end)
        else:
            task.result.set_result(end)


def _summary(members: Collection[Member], isolation: str) -> Text:
    workers, hosts = len(members), len({member.host for member in members})
    at_once = sum(member.threads for member in members)
    return Text(
        es=f"Clúster (máquinas: {hosts}, procesos: {workers}, entregas a la vez: {at_once}). "
        f"Aislamiento: {isolation}.",
        en=f"Cluster (hosts: {hosts}, workers: {workers}, submissions at once: {at_once}). "
        f"Isolation: {isolation}.",
    )


def _lost(killed: KilledWorker) -> str:
    return (
        f"its worker was lost {killed.allowed_failures + 1} times, "
        f"the last time {killed.last_worker.address}"
    )


def _line(error: Exception) -> str:
    return printable(str(error)) or type(error).__name__


SCHEDULER_GONE = "the cluster's scheduler is gone; the same command goes on from here"
