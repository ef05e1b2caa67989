"""A run's own temporary folder; where nobody is left to take it away, the next run does."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

PREFIX = "autograder-"
SHORT = Path("/tmp")
LONGEST_SOCKET = 100  # bytes of a socket's path that every system takes
IN_USE = "in-use"  # locked for as long as any process of the run is alive


class ScratchFolder:
    """A new folder for sockets and the like.

    A process that is handed `descriptor` keeps the folder from being swept, as this one does.
    """

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
        locked = self.path / f"{IN_USE}.new"
        self.descriptor = os.open(locked, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        locked.rename(self.path / IN_USE)  # never there without its lock

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.descriptor)


def _place() -> Path:
    """The user's temporary folder, unless its path leaves no room for that of a socket below it."""
    place = Path(tempfile.gettempdir())
    socket = place / f"{PREFIX}12345678" / "grader"
    return place if len(os.fsencode(socket)) <= LONGEST_SOCKET else SHORT


def sweep() -> None:
    """Take away this user's folders whose run has ended without doing so."""
    for folder in _place().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
                _remove_unless_in_use(folder)


def _remove_unless_in_use(folder: Path) -> None:
    descriptor = os.open(folder / IN_USE, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)
