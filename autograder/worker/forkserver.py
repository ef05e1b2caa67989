"""A process that has done the expensive imports and forks one child per connection.

Both sides of the grader are such servers: the one that holds the checks forks a grader per
submission and lab, the one that holds only PyTorch forks a worker for it. A fork costs
milliseconds, an import seconds, and each child starts from the same clean state.
"""

from __future__ import annotations

import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def listen(path: Path) -> socket.socket:
    """A listening Unix socket at `path`, bound only once it is ready to accept."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(128)
    return listener


def serve_forks(
    listener: socket.socket,
    lifeline: int,
    handle: Callable[[socket.socket], None],
    supervise: Callable[[], None] = lambda: None,
) -> None:
    """Handle each connection in a child of its own until the lifeline (a pipe) closes.

    `supervise` is called at least every half second.
    """
    gc.collect()
    gc.freeze()  # or each child's own collections would go through all that the server holds
    children: set[int] = set()
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(lifeline, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select(timeout=0.5)]
            reap(children)
            supervise()
            if lifeline in ready:
                break
            if listener in ready:
                connection, _ = listener.accept()
                child = os.fork()
                if child == 0:
                    selector.close()
                    _run_child(listener, lifeline, connection, handle)
                children.add(child)
                connection.close()
    listener.close()
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def reap(children: set[int]) -> None:
    """Forget the children that have ended (waiting for them keeps the account of their time)."""
    for child in list(children):
        if os.waitpid(child, os.WNOHANG)[0]:
            children.discard(child)


def _run_child(
    listener: socket.socket,
    lifeline: int,
    connection: socket.socket,
    handle: Callable[[socket.socket], None],
) -> None:
    status = 1
    try:
        die_with_parent()
        listener.close()
        os.close(lifeline)
        handle(connection)
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
