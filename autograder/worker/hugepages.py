"""Gathering this process's memory in huge pages, before it forks many children.

A fork copies an entry for every page, and its end gives each back: with PyTorch's hundred thousand
small pages that is most of what a worker's start costs. Linux 6.1 and later; elsewhere nothing is
done. Source: madvise(2), MADV_COLLAPSE.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.worker.system import libc

HUGE = 2 * 2**20  # bytes
MADV_COLLAPSE = 25
OWN_MAPPINGS = Path("/proc/self/maps")


def use_huge_pages() -> None:
    """Whatever the kernel cannot gather, as where a stretch has holes, stays as it is."""
    if sys.platform == "linux" and OWN_MAPPINGS.exists():
        for start in huge_stretches(OWN_MAPPINGS.read_text().splitlines()):
            libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(HUGE), MADV_COLLAPSE)


def huge_stretches(mappings: Iterable[str]) -> Iterator[int]:
    """Where a huge page fits in the memory that is private, writable and of no file."""
    for line in mappings:
        place, permissions, _, _, inode, *_ = line.split()
        start, end = (int(number, 16) for number in place.split("-"))
        if permissions == "rw-p" and inode == "0" and "[stack" not in line:
            first = -(-start // HUGE) * HUGE
            yield from range(first, end - HUGE + 1, HUGE)
