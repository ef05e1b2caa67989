"""The messages between the command and the process that runs student code.

Both ways they are JSON: whatever a student's objects are, the command only ever sees text.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

from cnnlab.checking.results import Breakage, Broken, Case, Failure, Outcome
from cnnlab.text import Text


@dataclass(frozen=True)
class Job:
    """The tests of one module to run, without those in `done`; `scratch` is a folder for them.

    Where there is a `target`, only the tests of that name.
    """

    module: str
    target: str | None
    tests: str
    root: str
    scratch: str
    done: tuple[str, ...]


@dataclass(frozen=True)
class Ready:
    """The process has its libraries loaded and waits for a job."""


@dataclass(frozen=True)
class Collected:
    """The module could be imported; these are its tests."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Started:
    """A test begins."""

    id: str


@dataclass(frozen=True)
class Finished:
    """A test ended; `failure` is None where it passed."""

    id: str
    failure: Failure | None


Event = Ready | Collected | Broken | Started | Finished


def send_job(connection: Connection, job: Job) -> None:
    connection.send_bytes(json.dumps(asdict(job)).encode())


def receive_job(connection: Connection) -> Job:
    """The next job; raises `EOFError` where the command is gone."""
    fields = json.loads(connection.recv_bytes())
    return Job(**{**fields, "done": tuple(fields["done"])})


def send_event(connection: Connection, event: Event) -> None:
    connection.send_bytes(json.dumps(_encode(event)).encode())


def receive_event(connection: Connection) -> Event:
    """The next event; raises `EOFError` where the process is gone."""
    return _decode(json.loads(connection.recv_bytes()))


def _encode(event: Event) -> list[Any]:
    match event:
        case Collected(cases):
            rows = [[case.id, case.target, case.wants.es, case.wants.en] for case in cases]
            return ["collected", rows]
        case Broken(kind, where, message):
            return ["broken", kind.value, where, message]
        case Started(id):
            return ["started", id]
        case Finished(id, None):
            return ["finished", id]
        case Finished(id, Failure(outcome, message, where, example)):
            return ["finished", id, outcome.value, message, where, example]
        case Ready():
            return ["ready"]
    raise TypeError(event)


def _decode(message: Any) -> Event:
    match message:
        case ["collected", [*rows]]:
            return Collected(
                tuple(Case(id, target, Text(es=es, en=en)) for id, target, es, en in rows)
            )
        case ["broken", kind, where, text]:
            return Broken(Breakage(kind), where, text)
        case ["started", id]:
            return Started(id)
        case ["finished", id]:
            return Finished(id, None)
        case ["finished", id, outcome, text, where, example]:
            return Finished(id, Failure(Outcome(outcome), text, where, example))
        case ["ready"]:
            return Ready()
    raise ValueError(f"not a message of the checking process: {message!r}")
