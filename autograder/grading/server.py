"""The command's end of the checks' server: start it, ask it, end it."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from autograder.grading.isolation import encode_plans
from autograder.grading.scratch import ScratchFolder
from autograder.grading.units import (
    TOKEN_BYTES,
    Broken,
    Describe,
    Done,
    Manifest,
    Unit,
    decode_answer,
    encode,
)
from autograder.results import GraderError, LabResult
from autograder.worker.confinement import Level, Plan
from autograder.worker.framing import FrameError, receive_frame, send_frame

FOR_OWN_CODE = Plan(Level.PROCESS)  # what is graded is ours: an audit, a description of the checks
SERVER_COMMAND = (sys.executable, "-m", "autograder.grading.launch")
START_SECONDS = 120.0
ATTEMPTS = 2  # a grader that died is tried once more before it counts as broken
UNITS_PER_GRADER = 100  # then another takes its place, so that none of them grows for ever


class ChecksServer:
    """A running server with the checks of `labs`, its workers confined by `plan`.

    Those that train on a GPU are confined by `on_gpu`; without it none do. A context manager that
    ends it.
    """

    def __init__(
        self, labs: Sequence[str], plan: Plan = FOR_OWN_CODE, on_gpu: Plan | None = None
    ) -> None:
        self._folder = ScratchFolder()
        self._address = self._folder.path / "grader"
        self._errors = self._folder.path / "errors"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*SERVER_COMMAND, str(self._address), encode_plans(plan, on_gpu), *labs],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={
                    **os.environ,
                    "OMP_NUM_THREADS": "1",
                    "MKL_NUM_THREADS": "1",
                    "HYPOTHESIS_STORAGE_DIRECTORY": str(self._folder.path),
                    "TMPDIR": str(self._folder.path),
                },
                pass_fds=[self._folder.descriptor],
                start_new_session=True,  # Ctrl-C is the command's to handle
            )
        self._idle: deque[_Grader] = deque()
        self._token = secrets.token_bytes(TOKEN_BYTES)
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # a dead server is reported when asked
                self._process.stdin.write(self._token)
                self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._folder.remove()

    def stop(self) -> None:
        """End the server and whatever it is grading."""
        self._forget_idle()
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def manifest(self) -> Manifest:
        reply = self._ask(Describe())
        if not isinstance(reply, Manifest):
            raise GraderError("the checks' server does not describe its checks")
        return reply

    def grade(self, unit: Unit) -> LabResult:
        """Grade one unit; `GraderError` when the grader itself failed on it."""
        return self.done(unit).result

    def done(self, unit: Unit) -> Done:
        """As `grade`, with where the time went if the unit asks for it."""
        reason = ""
        for _ in range(ATTEMPTS):
            try:
                reply = self._ask(unit)
            except FrameError as error:
                reason = str(error)
                self._forget_idle()  # whatever ended it may have ended others
                continue
            if isinstance(reply, Done):
                return reply
            reason = reply.reason if isinstance(reply, Broken) else "an unexpected answer"
        raise GraderError(reason)

    def _ask(self, question: Unit | Describe) -> Manifest | Done | Broken:
        """Ask a grader that has nothing to do, or a new one."""
        try:
            grader = self._idle.pop()
        except IndexError:
            grader = _Grader(self._connect())
        try:
            send_frame(grader.connection, encode(question), self._token)
            _, reply = receive_frame(grader.connection)
            answer: Manifest | Done | Broken = decode_answer(reply)
        except msgspec.DecodeError as error:
            grader.connection.close()
            raise FrameError(f"an answer that cannot be read: {error}") from error
        except BaseException:
            grader.connection.close()
            raise
        grader.asked += 1
        is_changed = isinstance(question, Unit) and question.profile  # it looks at the clock now
        if is_changed or grader.asked >= UNITS_PER_GRADER:
            grader.connection.close()
        else:
            self._idle.append(grader)
        return answer

    def _forget_idle(self) -> None:
        while self._idle:
            self._idle.pop().connection.close()

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + START_SECONDS
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with contextlib.suppress(OSError):
                connection.connect(str(self._address))
                return connection
            connection.close()
            if self.has_ended:
                lines = self._errors.read_text(errors="replace").split("\n")
                last = next((line for line in reversed(lines) if line.strip()), "no reason given")
                raise GraderError(f"the checks' server ended: {last.removeprefix('autograder: ')}")
            if time.monotonic() > deadline:
                raise GraderError(f"the checks' server did not start in {START_SECONDS:g} s")
            time.sleep(0.02)


@dataclass
class _Grader:
    """A grader's connection, and how many questions it has answered."""

    connection: socket.socket
    asked: int = 0
