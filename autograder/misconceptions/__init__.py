"""The misconception library: what students get wrong, as code that can be run.

One module per lab module, each with its `MISCONCEPTIONS`. They test the checks, which must catch
every one, and they explain failures: a student whose answers agree with a misconception's on every
input is told which one it is. `caught.json` records which checks catch each of them; it is written
by `autograder audit --record`.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder.misconceptions.misconception import Misconception
from autograder.results import GraderError

__all__ = ["Caught", "Misconception", "caught_by", "misconceptions_of", "record_caught"]

RECORD = Path(__file__).parent / "caught.json"
Caught = Mapping[str, frozenset[str]]  # ids of the checks of its target, by misconception


@functools.cache
def misconceptions_of(module: str) -> tuple[Misconception, ...]:
    """The misconceptions about the lab module `module`, in the order of its file."""
    library = importlib.import_module(f"{__name__}.{module}")
    found: tuple[Misconception, ...] = library.MISCONCEPTIONS
    return found


def caught_by(module: str) -> Caught:
    """Which checks each misconception about `module` fails, by key, as recorded."""
    return _record().get(module, {})


def record_caught(caught: Mapping[str, Caught]) -> None:
    """Write the record of these modules anew; the others stay."""
    modules = {**_record(), **caught}
    ordered = {
        module: {key: sorted(ids) for key, ids in sorted(of_module.items())}
        for module, of_module in sorted(modules.items())
    }
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n")
    _record.cache_clear()


@functools.cache
def _record() -> Mapping[str, Caught]:
    try:
        record = msgspec.json.decode(RECORD.read_bytes(), type=dict[str, dict[str, frozenset[str]]])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise GraderError(f"{RECORD.name}: {error}") from error
    return dict(record)
