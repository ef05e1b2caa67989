"""What runs in a Dask worker: it says what it offers, and keeps a checks' server for each run.

Student code is never run here, but in the confined workers that the checks' server starts on this
worker's host, as it is on any other machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

from distributed import Worker, WorkerPlugin, get_worker

from autograder.cluster.messages import Asked, Offer, Refusal, decode_asked, encode
from autograder.grading.executor import confined_server
from autograder.grading.isolation import choose_isolation
from autograder.grading.server import ChecksServer
from autograder.grading.units import Broken, Describe, Done, decode_question
from autograder.grading.units import encode as encode_answer
from autograder.grading.version import grader_version
from autograder.results import GraderError
from autograder.worker.confinement import Level, Limits

IDLE_SECONDS = 120.0  # a server that nobody asks any more ends: the command may have been killed


class ServerEnded(GraderError):
    """The checks' server ended under a unit, which another may grade."""


async def offer(asked: bytes, dask_worker: Worker) -> bytes:
    """Say whether this worker can do what is asked; if so, it is ready for the run's questions."""
    question = decode_asked(asked)
    reply = await asyncio.to_thread(_reply, question)  # the worker goes on meanwhile
    if isinstance(reply, Offer):
        grading = Grading(reply.level, question.limits)
        await dask_worker.plugin_add(grading, name=question.run)
    return encode(reply)


def _reply(asked: Asked) -> Offer | Refusal:
    grader_version.cache_clear()  # a worker is there for long, and its files may have changed
    own = grader_version()
    if own != asked.grader_version:
        return Refusal(
            f"its grader is version {own}, the run's is {asked.grader_version}; "
            "install the same packages on both"
        )
    try:
        return Offer(choose_isolation(asked.isolation, asked.limits).level)
    except GraderError as error:
        return Refusal(str(error))


def is_installed() -> bool:
    """Whether this module is there, for the scheduler to find what a unit names."""
    return True


def answer(run: str, question: bytes) -> bytes:
    """Answer a question to the checks' server of a run; a task of Dask's."""
    grading = get_worker().plugins.get(run)
    if not isinstance(grading, Grading):
        raise GraderError("this worker is not ready for the run")
    return grading.answer(question)


async def end(run: str, dask_worker: Worker) -> None:
    """End what a run has started on this worker, with the units under way."""
    if run in dask_worker.plugins:
        await dask_worker.plugin_remove(name=run)


class Grading(WorkerPlugin):
    """One run's checks' server on this worker.

    It starts with the first question, and again with the next one when it has ended.
    """

    def __init__(self, level: Level, limits: Limits) -> None:
        self._level = level
        self._limits = limits
        self._lock = threading.Lock()
        self._server: ChecksServer | None = None
        self._stack = contextlib.ExitStack()
        self._under_way = 0
        self._idle: threading.Timer | None = None
        self._is_over = False

    def answer(self, question: bytes) -> bytes:
        asked = decode_question(question)
        server = self._begin()
        try:
            if isinstance(asked, Describe):
                return encode_answer(server.manifest())
            return encode_answer(Done(server.grade(asked)))
        except GraderError as error:
            if server.has_ended:
                raise ServerEnded(str(error)) from error
            return encode_answer(Broken(str(error)))
        finally:
            self._finish()

    async def teardown(self, worker: Worker) -> None:
        self._is_over = True
        await asyncio.to_thread(self._end_server)

    def _begin(self) -> ChecksServer:
        with self._lock:
            if self._is_over:
                raise GraderError("the run is over")
            if self._idle is not None:
                self._idle.cancel()
            if self._server is None or self._server.has_ended:
                self._stack.close()
                self._server = self._stack.enter_context(confined_server(self._level, self._limits))
            self._under_way += 1
            return self._server

    def _finish(self) -> None:
        with self._lock:
            self._under_way -= 1
            if self._under_way == 0 and not self._is_over:
                self._idle = threading.Timer(IDLE_SECONDS, self._end_if_idle)
                self._idle.daemon = True
                self._idle.start()

    def _end_if_idle(self) -> None:
        if self._under_way == 0:
            self._end_server()

    def _end_server(self) -> None:
        with self._lock:
            self._stack.close()
            self._server = None
