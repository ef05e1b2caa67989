"""What a run and a Dask worker say to each other before the worker grades anything."""

from __future__ import annotations

import msgspec

from autograder.worker.confinement import Level, Limits


class Asked(msgspec.Struct, frozen=True):
    """What a run asks of each worker; `run` is its name on the cluster, made up at random."""

    run: str
    grader_version: str
    isolation: str
    limits: Limits


class Offer(msgspec.Struct, frozen=True, tag="offer"):
    """The worker has all that is asked, and confines submissions at this level."""

    level: Level


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    """The worker cannot grade for this run; `reason` is one line."""

    reason: str


encode = msgspec.msgpack.Encoder().encode
decode_asked = msgspec.msgpack.Decoder(Asked).decode
decode_reply = msgspec.msgpack.Decoder(Offer | Refusal).decode
