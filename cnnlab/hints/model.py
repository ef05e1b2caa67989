"""What a hint is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from cnnlab import messages
from cnnlab.text import Text


class Level(IntEnum):
    """How much a hint tells."""

    IDEA = 1
    FORMULA = 2
    PITFALL = 3

    @property
    def title(self) -> Text:
        return _TITLES[self]


_TITLES = {
    Level.IDEA: messages.IDEA,
    Level.FORMULA: messages.FORMULA,
    Level.PITFALL: messages.PITFALL,
}


@dataclass(frozen=True)
class Hint:
    """The three hints on one name of LABS; none of them holds code."""

    idea: Text
    formula: Text
    pitfall: Text

    def at(self, level: Level) -> Text:
        return {
            Level.IDEA: self.idea,
            Level.FORMULA: self.formula,
            Level.PITFALL: self.pitfall,
        }[level]
