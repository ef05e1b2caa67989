"""Checking labs again each time that their files are saved."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnlab.checking.labs import check_lab
from cnnlab.checking.results import LabReport, ModuleReport
from cnnlab.checking.runner import Runner
from cnnlab.checking.worker import Cancelled
from cnnlab.labs import Lab
from cnnlab.project import Project

POLL_S = 0.1

Signature = tuple[int, int, int] | None
"""Time of change, size and inode of a file; None where it is not there."""


@dataclass(frozen=True)
class Check:
    """A finished check; `seconds` counts from when its save was noticed."""

    report: LabReport
    seconds: float


@dataclass(frozen=True)
class _Waiting:
    lab: Lab
    since: float


class SavedLabs:
    """Which labs have been saved since they were last asked for.

    A file counts as saved once two looks in a row see it the same, so that an editor that writes
    in several steps, or replaces the file, is waited for.
    """

    def __init__(self, project: Project, labs: Iterable[Lab]) -> None:
        self._paths = {project.module_path(module): lab for lab in labs for module in lab.modules}
        self._checked = self._look()
        self._last = self._checked

    def take(self) -> list[Lab]:
        """The labs with a file that has changed and come to rest, each once."""
        now, before = self._look(), self._last
        self._last = now
        saved = {
            path for path in now if now[path] == before[path] and now[path] != self._checked[path]
        }
        self._checked = {
            path: now[path] if path in saved else old for path, old in self._checked.items()
        }
        return list({lab.name: lab for path, lab in self._paths.items() if path in saved}.values())

    def _look(self) -> dict[Path, Signature]:
        return {path: signature(path) for path in self._paths}


class Watch:
    """The labs that wait for a check: all of them at first, later those that are saved."""

    def __init__(
        self, project: Project, labs: Iterable[Lab], runner: Runner, poll_s: float = POLL_S
    ) -> None:
        now = time.monotonic()
        self._waiting = {lab.name: _Waiting(lab, now) for lab in labs}
        self._saved = SavedLabs(project, [waiting.lab for waiting in self._waiting.values()])
        self._project = project
        self._runner = runner
        self._poll_s = poll_s

    def checks(self) -> Iterator[Check]:
        """Every check, for as long as the caller asks.

        A lab that is saved goes first, and interrupts the check that is under way.
        """
        while True:
            self._notice_saves()
            if not self._waiting:
                time.sleep(self._poll_s)
                continue
            name, waiting = next(iter(self._waiting.items()))
            del self._waiting[name]
            try:
                report = check_lab(waiting.lab, self._project, self._run)
            except Cancelled:
                self._waiting.setdefault(name, waiting)
            else:
                yield Check(report, time.monotonic() - waiting.since)

    def _run(self, module: str) -> ModuleReport:
        return self._runner.run(module, self._notice_saves)

    def _notice_saves(self) -> bool:
        """Put the labs saved meanwhile in front; whether there was one."""
        now = time.monotonic()
        saved = {lab.name: _Waiting(lab, now) for lab in self._saved.take()}
        later = {name: lab for name, lab in self._waiting.items() if name not in saved}
        self._waiting = {**saved, **later}
        return bool(saved)


def signature(path: Path) -> Signature:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
