"""What a worker may open, as plain data: the files that it can read and the folder it can write.

A worker needs Python, PyTorch and the system's libraries. Everything else of the machine, above all
the grader's own files and the submissions, is not among what it can read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.worker.gpu import DRIVER

SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/alternatives",  # some systems choose their BLAS there
    "/sys/devices/system/cpu",  # libraries choose their kernels by it
)
# Packages that lie beside each other where the course is installed, and are not for students.
HIDDEN = ("autograder", "solutions", "tests", "assignments")


@dataclass(frozen=True)
class View:
    """What a worker sees of the file system.

    `hidden` are paths below a readable one that are not to be seen; `scratch` is the private folder
    that can be written. `devices` are nodes that can be opened for both.
    """

    readable: tuple[Path, ...]
    hidden: tuple[Path, ...]
    devices: tuple[Path, ...] = ()

    @property
    def scratch(self) -> str:
        """`/tmp`, unless it would hide what a worker reads."""
        below = any(path.is_relative_to("/tmp") for path in self.readable)
        return "/run/scratch" if below else "/tmp"


def worker_view(
    prefixes: Iterable[str],
    search_path: Iterable[str],
    project: Path,
    devices: Iterable[Path] = (),
) -> View:
    """The view of a worker that runs the Python of these `prefixes` and module `search_path`.

    With the nodes of a GPU among its `devices` comes what its driver reads. `project` is the folder
    that holds the grader; nothing of it is readable but an environment that lies in it, and so with
    any other folder that has a course in it.
    """
    environment = [Path(prefix) for prefix in prefixes]
    folders = [Path(folder) for folder in search_path if folder]
    libraries = [folder for folder in folders if not any((folder / n).exists() for n in HIDDEN[:2])]
    nodes = tuple(devices)
    system = [Path(path) for path in (*SYSTEM, *(DRIVER if nodes else ()))]
    wanted = system + environment + libraries
    readable = _without_nested(path for path in wanted if path.exists())
    private = [folder / name for folder in (project, *folders) for name in HIDDEN]
    # Nothing can be mounted on a link, and what it leads to is what has to be hidden.
    places = [path.resolve() if path.is_symlink() else path for path in private if path.exists()]
    hidden = _without_nested(
        path for path in places if any(path.is_relative_to(other) for other in readable)
    )
    return View(readable, hidden, nodes)


def readable_leaves(view: View) -> Iterator[Path]:
    """The readable paths as a list that needs no exceptions.

    A folder with something hidden below it gives its other entries instead.
    """
    waiting = list(reversed(view.readable))
    while waiting:
        path = waiting.pop()
        if path in view.hidden:
            continue
        if any(hidden.is_relative_to(path) for hidden in view.hidden):
            # A rule for a link would be one for what it leads to.
            entries = (Path(entry) for entry in os.scandir(path) if not entry.is_symlink())
            waiting += sorted(entries, reverse=True)
        else:
            yield path


def _without_nested(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths in order, without those below another of them."""
    chosen: list[Path] = []
    for path in sorted(set(paths)):
        if not any(path.is_relative_to(other) for other in chosen):
            chosen.append(path)
    return tuple(chosen)
