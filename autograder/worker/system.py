"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes
import functools
import os


class SystemCallError(OSError):
    """A system call that the kernel refused, by its name and `errno`."""

    def __init__(self, name: str) -> None:
        number = ctypes.get_errno()
        super().__init__(number, f"{name}: {os.strerror(number)}")


@functools.cache
def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
