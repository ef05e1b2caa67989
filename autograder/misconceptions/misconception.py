"""What a misconception is: a wrong variant of the reference, and the belief behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.results import GraderError
from cnnlab.text import Text


@dataclass(frozen=True, eq=False)
class Misconception:
    """One wrong idea about `target`, a name of LABS.md.

    `edits` turn the reference's source into the wrong one: each key, which occurs once in it,
    is replaced by its value. `belief` is what the student probably thinks, one sentence; `hint` is
    what to think about next, without the answer.
    """

    key: str
    target: str
    edits: Mapping[str, str]
    belief: Text
    hint: Text

    def applied_to(self, reference: str) -> str:
        """The source of the wrong module; `GraderError` where an edit does not fit."""
        source = reference
        for old, new in self.edits.items():
            if source.count(old) != 1:
                raise GraderError(
                    f"misconception {self.key}: {source.count(old)} places in the reference "
                    f"for the edit of {old.strip().splitlines()[0]!r}; expected one"
                )
            source = source.replace(old, new)
        return source
