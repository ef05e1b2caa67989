"""Version 2 of control groups, made up of plain files, as far as a run notices the difference.

The rules are those of the kernel's admin-guide/cgroup-v2: a group has the controllers that its
parent hands on, one that hands some on holds no process, and one that holds something stays.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path, PosixPath
from typing import ClassVar

FILES = {
    "memory": {"memory.max": "max", "memory.swap.max": "max", "memory.events": "oom 0\noom_kill 0"},
    "pids": {"pids.max": "max"},
    "cpu": {"cpu.max": "max 100000"},
}


class Group(PosixPath):
    """A path in a made-up hierarchy. What is written to its files is kept, in order, in `writes`:
    a subclass for each test has its own."""

    writes: ClassVar[list[tuple[str, str]]]

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        super().mkdir(mode, parents, exist_ok)
        offer(self, (self.parent / "cgroup.subtree_control").read_text().split())

    def rmdir(self) -> None:
        inner = [path for path in self.iterdir() if path.is_dir()]
        if inner or (self / "cgroup.procs").read_text():
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        for path in self.iterdir():
            path.unlink()
        super().rmdir()

    def write_text(
        self,
        data: str,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> int:
        self.writes.append((f"{self.parent.name}/{self.name}", data))
        handed_on = (self.parent / "cgroup.subtree_control").read_text()
        if self.name == "cgroup.procs":
            if handed_on:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            for procs in Path(self.parent.parent).glob("**/cgroup.procs"):
                procs.write_text(" ".join(n for n in procs.read_text().split() if n != data))
        if self.name == "cgroup.subtree_control":
            if not self.stat().st_mode & 0o222:
                raise OSError(errno.EACCES, os.strerror(errno.EACCES))
            if (self.parent / "cgroup.procs").read_text():
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            data = data.replace("+", "")
        return super().write_text(data)


def offer(group: Path, controllers: Iterable[str]) -> None:
    """Give a new group the files it has where its parent hands on these controllers."""
    names = list(controllers)
    files = {
        "cgroup.controllers": " ".join(names),
        "cgroup.subtree_control": "",
        "cgroup.procs": "",
    }
    for name in names:
        files |= FILES[name]
    for name, content in files.items():
        Path(group / name).write_text(content)
