"""A process that has done the expensive imports and forks one child per connection.

Both sides of the grader are such servers: the one that holds the checks forks a grader per
submission and lab, the one that holds only PyTorch forks a worker for it. A fork costs
milliseconds, an import seconds, and each child starts from the same clean state.

What only some connections need, and takes long, specialists have done: servers forked from the
first one, which hands connections on to them.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NoReturn, Protocol

PR_SET_PDEATHSIG = 1

Handle = Callable[[socket.socket], None]


def listen(path: Path) -> socket.socket:
    """A listening Unix socket at `path`, bound only once it is ready to accept."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(128)
    return listener


class Source(Protocol):
    """Where connections come from: a listening socket, or who hands them on."""

    def fileno(self) -> int: ...

    def accept(self) -> tuple[socket.socket, Any]: ...

    def close(self) -> None: ...


class HandedOn:
    """Connections that another server hands on through `channel`."""

    def __init__(self, channel: socket.socket) -> None:
        self.fileno = channel.fileno
        self.close = channel.close
        self._channel = channel

    def accept(self) -> tuple[socket.socket, None]:
        _, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        if not descriptors:
            raise EOFError("the other server has ended")
        return socket.socket(fileno=descriptors[0]), None


class ForkServer:
    """Handles each connection in a child of its own, until the lifeline (a pipe) closes."""

    def __init__(
        self, source: Source, lifeline: int, handle: Handle, fork: Callable[[], int] = os.fork
    ) -> None:
        self._source = source
        self._lifeline = lifeline
        self._handle = handle
        self._fork = fork
        self._selector = selectors.DefaultSelector()
        self._children: set[int] = set()
        self._channels: dict[Hashable, socket.socket] = {}

    def serve(
        self,
        supervise: Callable[[], None] = lambda: None,
        kind_of: Callable[[socket.socket], Hashable] = lambda connection: None,
        specialise: Callable[[Any], Handle] | None = None,
    ) -> None:
        """`supervise` is called at least every half second. Garbage need not have been collected
        up to now, while modules were imported, which that makes a tenth slower.

        Connections of a kind that is not None go to the server for that kind, which handles them
        by what `specialise(kind)` returns there.
        """
        gc.collect()
        gc.freeze()  # or each child's own collections would go through all that the server holds
        gc.enable()
        self._selector.register(self._source, selectors.EVENT_READ)
        self._selector.register(self._lifeline, selectors.EVENT_READ)
        with contextlib.suppress(EOFError):
            while True:
                ready = [key.fileobj for key, _ in self._selector.select(timeout=0.5)]
                self._reap()
                supervise()
                if self._lifeline in ready:
                    break
                if self._source in ready:
                    connection, _ = self._source.accept()
                    kind = kind_of(connection)
                    if kind is None or specialise is None:
                        self._start(self._fork, functools.partial(self._serve_one, connection))
                    else:
                        self._hand_on(connection, kind, specialise)
                    connection.close()
        self._source.close()
        for child in self._children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    def _reap(self) -> None:
        """Forget the children that have ended (waiting keeps the account of their time)."""
        for child in list(self._children):
            if os.waitpid(child, os.WNOHANG)[0]:
                self._children.discard(child)

    def _start(self, fork: Callable[[], int], work: Callable[[], None]) -> None:
        """Do the work in a child that has nothing of this server's but the lifeline."""
        child = fork()
        if child == 0:
            _be_child(functools.partial(self._leave_to, work))
        self._children.add(child)

    def _leave_to(self, work: Callable[[], None]) -> None:
        self._selector.close()
        for open_one in (self._source, *self._channels.values()):
            open_one.close()
        work()

    def _serve_one(self, connection: socket.socket) -> None:
        os.close(self._lifeline)
        self._handle(connection)

    def _hand_on(
        self, connection: socket.socket, kind: Hashable, specialise: Callable[[Any], Handle]
    ) -> None:
        """To the specialist for this kind, or to a new one where there is none."""
        with contextlib.suppress(KeyError, OSError):
            socket.send_fds(self._channels[kind], [b"\0"], [connection.fileno()])
            return
        theirs, ours = socket.socketpair()

        def specialist() -> None:
            connection.close()
            ours.close()
            server = ForkServer(HandedOn(theirs), self._lifeline, specialise(kind), self._fork)
            server.serve()

        self._start(os.fork, specialist)
        theirs.close()
        if kind in self._channels:
            self._channels.pop(kind).close()
        self._channels[kind] = ours
        with contextlib.suppress(OSError):  # who waits for an answer hears that there is none
            socket.send_fds(ours, [b"\0"], [connection.fileno()])


def _be_child(work: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        die_with_parent()
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def die_with_parent() -> None:
    """Where the kernel offers it (Linux), end this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
