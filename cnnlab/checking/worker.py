"""The command's handle on one checking process."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from cnnlab import messages
from cnnlab.checking import child
from cnnlab.checking.protocol import Event, Job, Ready, receive_event, send_job
from cnnlab.errors import CnnlabError

START_DEADLINE_S = 300.0
"""A cold disk and a slow machine included, importing torch takes no longer."""

POLL_S = 0.05


class Silent(Exception):
    """The process said nothing for as long as it may."""


class Died(Exception):
    """The process is gone."""


class Cancelled(Exception):
    """Nobody wants the result any more."""


class Worker:
    """One process that loads the libraries, waits for one job and runs it."""

    def __init__(self, context: BaseContext) -> None:
        self._connection, theirs = context.Pipe()
        self._process = _start(context, theirs)
        theirs.close()

    def begin(self, job: Job) -> None:
        """Hand over the job once the process is ready for it.

        Raises `CnnlabError` where it never is: no student code has run then.
        """
        try:
            event = self.next_event(START_DEADLINE_S, cancelled=lambda: False)
        except (Silent, Died) as error:
            raise CnnlabError(messages.PROCESS_DOES_NOT_START) from error
        assert isinstance(event, Ready)
        send_job(self._connection, job)

    def next_event(self, deadline_s: float, cancelled: Callable[[], bool]) -> Event:
        """The next event; raises `Silent`, `Died` or `Cancelled` where none comes."""
        end = time.monotonic() + deadline_s
        try:
            while not self._connection.poll(POLL_S):
                if cancelled():
                    raise Cancelled
                if time.monotonic() > end:
                    raise Silent
            return receive_event(self._connection)
        except (EOFError, OSError, ValueError) as error:
            raise Died from error

    def close(self) -> None:
        """End the process and what it has started."""
        self._connection.close()
        pid = self._process.pid
        if pid is not None and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()


def _start(context: BaseContext, connection: Connection) -> BaseProcess:
    process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # each context has it
        target=child.serve, args=(connection,), name="cnnlab-check"
    )
    try:
        process.start()
    except (EOFError, OSError) as error:
        raise CnnlabError(messages.PROCESS_DOES_NOT_START) from error
    return process
