"""The workers of a cluster that can grade for a run, as they come and go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from distributed import Client

from autograder.cluster import worker
from autograder.cluster.messages import Asked, Refusal, decode_reply, encode
from autograder.printable import printable

LOOK_SECONDS = 2.0  # between looks at who is there
GPU = "GPU"  # the Dask resource that a worker with a GPU is started with


@dataclass(frozen=True)
class Member:
    """A Dask worker that has all that the run asks for."""

    address: str
    host: str
    threads: int
    gpus: float


@dataclass(frozen=True)
class Refused:
    """Why the workers on a host are no members."""

    host: str
    reason: str

    def __str__(self) -> str:
        return f"{self.host}: {self.reason}"


class Team:
    """The members that a cluster has at the moment, and why other workers are none.

    Every worker is asked once. Whoever joins later is asked at the next look.
    """

    def __init__(self, client: Client, asked: Asked) -> None:
        self._client = client
        self.asked = asked
        self._looked = -LOOK_SECONDS
        self.members: dict[str, Member] = {}
        self.refused: dict[str, Refused] = {}

    @property
    def hosts(self) -> set[str]:
        return {member.host for member in self.members.values()}

    def addresses(self, device: str) -> set[str]:
        """Where a unit for this device can be graded."""
        return {a for a, member in self.members.items() if device != "cuda" or member.gpus}

    def present(self) -> Mapping[str, Mapping[str, object]]:
        """What the scheduler knows of each worker; those that are gone are no members any more."""
        known: Mapping[str, Mapping[str, object]] = self._client.scheduler_info(-1)["workers"]
        self.members = {a: member for a, member in self.members.items() if a in known}
        return known

    def look(self) -> None:
        """Find out who is there, unless that is just known."""
        if time.monotonic() < self._looked + LOOK_SECONDS:
            return
        present = self.present()
        new = {
            address: known
            for address, known in present.items()
            if address not in self.members and address not in self.refused
        }
        if new:
            self._ask(new)
        self._looked = time.monotonic()

    def _ask(self, new: Mapping[str, Mapping[str, object]]) -> None:
        replies = self._client.run(
            worker.offer, encode(self.asked), workers=list(new), on_error="return"
        )
        for address, reply in replies.items():
            refusal = _refusal(reply)
            if refusal is None:
                self.members[address] = _member(address, new[address])
            elif not isinstance(reply, OSError):  # one that is gone is not asked again by itself
                self.refused[address] = Refused(str(new[address].get("host")), refusal)


def _refusal(reply: object) -> str | None:
    """Why a worker is no member, None where it is one."""
    if not isinstance(reply, bytes):  # most likely there is no such function
        return f"it has no grader of this version ({printable(str(reply))})"
    try:
        decoded = decode_reply(reply)
    except msgspec.DecodeError as error:
        return f"an answer that cannot be read ({printable(str(error))})"
    return printable(decoded.reason) if isinstance(decoded, Refusal) else None


def _member(address: str, known: Mapping[str, object]) -> Member:
    resources = known.get("resources")
    gpus = resources.get(GPU, 0) if isinstance(resources, Mapping) else 0
    threads = known.get("nthreads")
    return Member(
        address, str(known.get("host")), threads if isinstance(threads, int) else 1, float(gpus)
    )
