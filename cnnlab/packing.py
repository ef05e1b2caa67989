"""The zip that a student hands in: the lab modules and nothing else."""

from __future__ import annotations

import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cnnlab import messages
from cnnlab.errors import CnnlabError, UsageProblem
from cnnlab.labs import LABS
from cnnlab.placeholders import pending, target_of
from cnnlab.project import Project, display_path
from cnnlab.sources import SourceProblem, parse

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member, the earliest a zip knows: equal modules make equal zips."""


class State(Enum):
    """How far a module is."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Member:
    """One module of the zip; `to_do` names what its stub still leaves open."""

    name: str
    content: bytes
    to_do: tuple[str, ...]
    state: State


def read_members(project: Project) -> tuple[Member, ...]:
    """Every lab module of `project`, in the order of the course.

    Raises `CnnlabError` where one cannot be read or parsed, or where none has been edited.
    """
    members = tuple(
        read_member(project, module, targets)
        for lab in LABS.values()
        for module, targets in lab.targets.items()
    )
    if all(member.state is State.UNTOUCHED for member in members):
        raise CnnlabError(messages.PACK_UNTOUCHED)
    return members


def write_archive(path: Path, members: tuple[Member, ...]) -> None:
    """Write `members` to the zip `path`, whole or not at all.

    Raises `UsageProblem` where `path` cannot be written or holds something that is not a zip.
    """
    if path.exists() and not zipfile.is_zipfile(path):
        raise UsageProblem(messages.PACK_NOT_A_ZIP, path=path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(partial, members)
        os.replace(partial, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageProblem(messages.PACK_UNWRITABLE, path=path, message=reason) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def read_member(project: Project, module: str, targets: tuple[str, ...]) -> Member:
    """The module that the zip will hold; raises `CnnlabError` where it is not valid Python."""
    path, name = project.module_path(module), display_path(module)
    try:
        to_do = pending(parse(path), targets)
        content = path.read_bytes()
    except SourceProblem as problem:
        raise CnnlabError(
            messages.PACK_SYNTAX, where=problem.where, message=problem.message
        ) from problem
    except OSError as error:
        reason = error.strerror or str(error)
        raise CnnlabError(messages.PACK_UNREADABLE, where=name, message=reason) from error
    return Member(name, content, to_do, _state(to_do, targets))


def _state(to_do: tuple[str, ...], targets: tuple[str, ...]) -> State:
    if not to_do:
        return State.COMPLETE
    untouched = {target_of(name) for name in to_do} >= set(targets)
    return State.UNTOUCHED if untouched else State.PARTIAL


def _write(path: Path, members: tuple[Member, ...]) -> None:
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for member in members:
                entry = zipfile.ZipInfo(member.name, EPOCH)
                entry.create_system = 3  # Unix, wherever it is packed
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, member.content)
        file.flush()
        os.fsync(file.fileno())
