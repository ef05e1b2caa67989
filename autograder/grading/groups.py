"""Control groups: what one submission's workers may hold in memory together, and how many they are.

Where this user may make groups (root, or a scope of systemd with `Delegate=yes`), the kernel counts
what workers really hold; elsewhere each has the limit of its address space alone. Source: the
kernel's documentation, admin-guide/cgroup-v1 and admin-guide/cgroup-v2.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psutil

from autograder.worker.confinement import Limits

CONTROLLERS = ("memory", "pids")  # without the first there is nothing to be had
PROC = Path("/proc/self")
PREFIX = "autograder-"
REMOVAL_SECONDS = 2.0
MANAGER = "" if os.geteuid() == 0 else "--user "
ONE_V2_GROUP = f"start it with `systemd-run {MANAGER}--scope -p Delegate=yes autograder …`"


class NotDelegated(Exception):
    """This user may not make groups here; the reason is one line."""


class UnitGroup:
    """The group of all workers of one unit, in the run's folders; with no folder it limits nothing.

    It is named by its grader's process, which takes it away with the next one; `sweep` does so
    when the grader has ended.
    """

    _numbers = itertools.count(1)

    def __init__(self, folders: Sequence[str], limits: Limits) -> None:
        name = f"{os.getpid()}-{next(self._numbers)}"
        self._groups = [Path(folder) / name for folder in folders]
        for group in self._groups:
            for earlier in group.parent.glob(f"{os.getpid()}-*"):
                _kill(earlier)
                _remove(earlier, seconds=0.0)
            group.mkdir(exist_ok=True)
            for name, value in _files(limits).items():
                if (group / name).exists():
                    (group / name).write_text(str(value))

    def add(self, process: int) -> None:
        for group in self._groups:
            (group / "cgroup.procs").write_text(str(process))

    def killed_for_memory(self) -> int:
        """How many processes of the group the kernel has ended because memory ran out."""
        words = [
            line.split()
            for group in self._groups
            for name in ("memory.events", "memory.oom_control")
            if (group / name).exists()
            for line in (group / name).read_text().splitlines()
        ]
        return sum(int(count) for name, count in words if name == "oom_kill")


def _files(limits: Limits) -> dict[str, int]:
    """The files of both versions that a limit is written to; a group has some of them."""
    return {
        "memory.max": limits.resident,
        "memory.swap.max": 0,
        "memory.limit_in_bytes": limits.resident,
        "memory.memsw.limit_in_bytes": limits.resident,  # after the one it includes
        "pids.max": limits.processes,
    }


@contextlib.contextmanager
def run_folders() -> Iterator[tuple[str, ...]]:
    """Folders for the groups of a run's units, one in each hierarchy; none where not delegated."""
    made = []
    try:
        with contextlib.suppress(NotDelegated, OSError):  # with fewer limits, then
            for parent in delegated():
                for left in _of_the_dead(parent, PREFIX):
                    _remove(left, seconds=0.0)
                folder = parent / f"{PREFIX}{os.getpid()}"
                folder.mkdir(exist_ok=True)
                made.append(folder)
                if (folder / "cgroup.subtree_control").exists():
                    _enable(folder)
        yield tuple(map(str, made))
    finally:
        remove_folders(map(str, made))


def remove_folders(folders: Iterable[str]) -> None:
    """Take away the groups of a run that is over, and end what still runs in them."""
    for folder in map(Path, folders):
        for group in _groups_in(folder):
            _kill(group)
        _remove(folder)


def sweep(folders: Sequence[str]) -> None:
    """Take away the groups of units whose grader has ended, and end what still runs in them."""
    for folder in folders:
        for group in _of_the_dead(Path(folder), ""):
            _kill(group)
            _remove(group, seconds=0.0)


@functools.cache
def delegated() -> tuple[Path, ...]:
    """The groups of this process in which it may make others with limits; else `NotDelegated`."""
    paths = dict(_own_paths())
    if any(name in paths for name in CONTROLLERS):  # version 1: a hierarchy for each
        parents = tuple(_mounted(name, paths[name]) for name in CONTROLLERS if name in paths)
    elif "" in paths:
        parents = (_delegated_v2(_mounted("", paths[""])),)
    else:
        raise NotDelegated("this system has no control groups")
    for parent in parents:
        trial = parent / f"{PREFIX}{os.getpid()}"
        try:
            trial.mkdir(exist_ok=True)
            trial.rmdir()
        except OSError as error:
            raise NotDelegated(f"{parent}: {error.strerror}") from error
    return parents


def _own_paths() -> Iterator[tuple[str, str]]:
    """Controller and path of this process's groups; the unified hierarchy's controller is ""."""
    with contextlib.suppress(OSError):
        for line in (PROC / "cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                yield controller, path


def _mounted(controller: str, path: str) -> Path:
    """Where the group `path` lies in the file system."""
    for line in (PROC / "mountinfo").read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        kind, _, options = rest.split(" ", 2)
        found = controller in options.split(",") if controller else kind == "cgroup2"
        if found and kind.startswith("cgroup"):
            mount = Path(fields.split()[4])
            own = mount / path.lstrip("/")
            return own if own.exists() else mount  # a container sees its own group as the root
    raise NotDelegated(f"control groups are not mounted ({controller or 'unified'})")


def _delegated_v2(own: Path) -> Path:
    """The group `own`, able to hold groups with limits: then it may hold no process itself."""
    try:
        if CONTROLLERS[0] not in (own / "cgroup.controllers").read_text().split():
            raise NotDelegated(f"{own}: no {CONTROLLERS[0]} controller; {ONE_V2_GROUP}")
        if (own / "cgroup.procs").read_text().split() == [str(os.getpid())]:
            leaf = own / f"{PREFIX}main"
            leaf.mkdir(exist_ok=True)
            (leaf / "cgroup.procs").write_text(str(os.getpid()))
        _enable(own)
    except OSError as error:
        raise NotDelegated(f"{own}: {error.strerror}; {ONE_V2_GROUP}") from error
    return own


def _enable(group: Path) -> None:
    offered = (group / "cgroup.controllers").read_text().split()
    wanted = [f"+{name}" for name in CONTROLLERS if name in offered]
    (group / "cgroup.subtree_control").write_text(" ".join(wanted))


def _of_the_dead(parent: Path, prefix: str) -> Iterator[Path]:
    """The groups that are named by a process which has ended."""
    for group in parent.glob(f"{prefix}[0-9]*"):
        number = group.name.removeprefix(prefix).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            yield group


def _kill(group: Path) -> None:
    """End what left its worker behind: where pid namespaces are refused, nothing else does."""
    with contextlib.suppress(OSError):
        if (group / "cgroup.kill").exists():  # version 2, since Linux 5.14
            (group / "cgroup.kill").write_text("1")
            return
        for number in (group / "cgroup.procs").read_text().split():
            if number != "0":  # one that this pid namespace has no number for
                os.kill(int(number), signal.SIGKILL)


def _groups_in(folder: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.is_dir()]  # a look at each costs
    return []


def _remove(group: Path, seconds: float = REMOVAL_SECONDS) -> None:
    """Take away a group and those in it, waiting so long for their last processes to end."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            for inner in _groups_in(group):
                inner.rmdir()
            group.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() > deadline:
                return  # the next run takes it away
            time.sleep(0.02)
