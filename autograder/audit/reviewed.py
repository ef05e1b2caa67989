"""What people have decided about mutants: which are right code after all, and the least score."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.audit.mutants import Mutant
from autograder.results import GraderError

FILE = Path(__file__).parent / "reviewed.toml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that LABS.md allows, and why. `before` and `after` are its lines."""

    module: str
    function: str
    before: str
    after: str
    reason: str


class Reviewed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: the least mutation score by module, and the equivalent mutants."""

    floors: dict[str, float]
    equivalent: tuple[Equivalent, ...] = ()

    def equivalent_of(self, mutant: Mutant) -> Equivalent | None:
        return next((entry for entry in self.equivalent if matches(entry, mutant)), None)


def matches(entry: Equivalent, mutant: Mutant) -> bool:
    """Whether the entry is about this mutant; the number of its line may have changed."""
    return (entry.module, entry.function, entry.before, entry.after) == (
        mutant.module,
        mutant.function,
        mutant.before,
        mutant.after,
    )


def read_reviewed(path: Path = FILE) -> Reviewed:
    """The reviewed file; `GraderError` where it cannot be read."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Reviewed)
    except (OSError, msgspec.DecodeError) as error:
        raise GraderError(f"{path.name}: {error}") from error
