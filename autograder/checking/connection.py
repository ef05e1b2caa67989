"""The grader's end of a worker: a response to each request within its limit, or the end of it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import socket
import time
from pathlib import Path
from typing import Protocol

import msgspec
import psutil

from autograder.checking.failures import WorkerLost
from autograder.checking.limits import START, Limit
from autograder.grading.groups import UnitGroup
from autograder.results import CheckStatus, GraderError
from autograder.worker.framing import FrameError, receive_frame, send_frame
from autograder.worker.protocol import (
    Hello,
    Raised,
    Ready,
    Request,
    Response,
    Returned,
    Spent,
    decode_response,
    encode_message,
)
from cnnlab.text import Text

GRACE_MS = 200
PROCESSORS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset[int]()
C_LIBRARY = ctypes.CDLL(None)


class Worker(Protocol):
    """Something that carries out requests: a process behind a socket, or an in-process stand-in."""

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]: ...

    def close(self) -> None: ...


class WorkerProcess:
    """A worker forked by the zygote that listens at `address`, in the control group `group`.

    It starts sooner where it is told now what will be `forbidden`.
    """

    def __init__(self, address: Path, group: UnitGroup, forbidden: tuple[str, ...] = ()) -> None:
        self._socket = _connect(address, Hello(forbidden))
        self._pidfd, ready = self._receive_greeting()
        self._takes_all_along = ready.is_first
        self._sender = self._socket.dup()  # with the patience of a request, whatever an answer has
        self._group = group
        self.spent = Spent()  # on the last request, where that was asked for
        self._killed_before = group.killed_for_memory()
        self._is_busy = False
        try:
            self._process = psutil.Process(_number(self._pidfd) if self._pidfd else ready.pid)
            group.add(self._process.pid)
            share_processor(self._process.pid)
            self._socket.sendall(b"\0")  # it waits for this before anything else
        except (OSError, ValueError, psutil.Error) as error:  # it may have ended already
            raise GraderError(f"a worker did not start: {error}") from error

    def _receive_greeting(self) -> tuple[int | None, Ready]:
        """A descriptor of the worker's process, where there is such a thing, and its number."""
        self._socket.settimeout(START.wall)
        try:
            _, descriptors, _, _ = socket.recv_fds(self._socket, 1, 1)
            outcome, _ = self._receive(0, START)
        except (OSError, FrameError, msgspec.DecodeError) as error:
            raise GraderError(f"a worker did not start: {error}") from error
        if not isinstance(outcome, Ready):
            raise GraderError("a worker did not start")
        return descriptors[0] if descriptors else None, outcome

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        """The response to `request`; `WorkerLost` when it did not come in time or not at all."""
        self._is_busy = True
        try:
            if self._sender.gettimeout() != limit.wall:
                self._sender.settimeout(limit.wall)
            send_frame(self._sender, encode_message(request), body)
            outcome, answer = self._receive(request.number, limit)
        except (FrameError, msgspec.DecodeError) as error:
            out_of_memory = self._group.killed_for_memory() > self._killed_before
            self.close()
            message = OUT_OF_MEMORY if out_of_memory else CRASHED
            raise WorkerLost(CheckStatus.CRASHED, message) from error
        if isinstance(outcome, Ready):
            self.close()
            raise WorkerLost(CheckStatus.CRASHED, CRASHED)
        self._is_busy = False
        return outcome, answer

    def _receive(self, number: int, limit: Limit) -> tuple[Ready | Returned | Raised, bytearray]:
        used_before: float | None = None

        def watch(seconds: float) -> None:
            nonlocal used_before
            # Finding a process's children is slow: only for an answer that is not there at once.
            if number and used_before is None and seconds > 0.1:
                used_before = self._cpu_seconds()
            # Processor time tells a slow machine from slow code; wall time catches a sleeper.
            if seconds > limit.wall:
                self.close()
                raise WorkerLost(CheckStatus.TIMEOUT, no_answer(limit))
            if (
                used_before is not None
                and seconds > limit.cpu
                and self._cpu_seconds() - used_before > limit.cpu
            ):
                self.close()
                raise WorkerLost(CheckStatus.TIMEOUT, timed_out(limit))

        header, body = receive_frame(self._socket, watch)
        response: Response = decode_response(header)
        if response.number != number:
            raise FrameError("the answer to another request")
        self.spent = response.spent
        return response.outcome, body

    def _cpu_seconds(self) -> float:
        """Processor time of the worker and what it started."""
        total = 0.0
        with contextlib.suppress(psutil.Error):
            for process in (self._process, *self._process.children(recursive=True)):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def close(self) -> None:
        """End the worker and everything it started."""
        family = [self._process]
        if not self._takes_all_along:
            with contextlib.suppress(psutil.Error):
                family += self._process.children(recursive=True)
        self._socket.close()
        self._sender.close()
        if self._pidfd is not None:
            if not self._is_busy:  # it ends by itself, so that its processor time is counted
                _wait_for_end(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        with contextlib.suppress(psutil.Error):
            if self._process.is_running():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        leave_processor()


def share_processor(worker: int) -> None:
    """Keep this process and `worker` on the processor that it is on, where the system offers that.

    They take turns, message by message, and to wake the other on another processor, which is
    asleep by then, costs both more than most messages do.
    """
    if PROCESSORS:
        leave_processor()
        here = {C_LIBRARY.sched_getcpu()}
        with contextlib.suppress(OSError):
            os.sched_setaffinity(worker, here)
            os.sched_setaffinity(0, here)


def leave_processor() -> None:
    """Let the system choose a processor for this process again."""
    if PROCESSORS:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, PROCESSORS)


def _wait_for_end(process: int) -> None:
    """Wait a moment for the process behind a descriptor to end."""
    waiting = select.poll()
    waiting.register(process, select.POLLIN)
    waiting.poll(GRACE_MS)


def _number(descriptor: int) -> int:
    """The number, in this process's namespace, of the process behind a descriptor."""
    for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise GraderError("a worker's process cannot be found")


def _connect(address: Path, hello: Hello) -> socket.socket:
    """Connect to the zygote, waiting for one that is still importing or being replaced."""
    deadline = time.monotonic() + START.wall
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(address))
            send_frame(connection, encode_message(hello))
            return connection
        except (OSError, FrameError) as error:
            connection.close()
            if time.monotonic() > deadline:
                raise GraderError(f"no worker could be started: {error}") from error
            time.sleep(0.02)


CRASHED = Text(
    es="El proceso que ejecuta tu código terminó sin responder.",
    en="The process that runs your code ended without an answer.",
)


OUT_OF_MEMORY = Text(
    es="El proceso que ejecuta tu código pidió más memoria de la que hay para una entrega.",
    en="The process that runs your code took more memory than there is for a submission.",
)


def timed_out(limit: Limit) -> Text:
    return Text(
        es=f"No terminó en {limit.cpu:g} s de procesador: ¿hay un bucle que no acaba?",
        en=f"It did not finish within {limit.cpu:g} s of processor time: is there an endless loop?",
    )


def no_answer(limit: Limit) -> Text:
    return Text(
        es=f"No respondió en {limit.wall:g} s: ¿espera a algo que no llega?",
        en=f"It did not answer within {limit.wall:g} s: is it waiting for something?",
    )
