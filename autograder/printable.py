"""Words that came from a submission, made fit for a line of a terminal or a report."""

from __future__ import annotations

import os

MAX_LENGTH = 300


def printable(words: str, limit: int = MAX_LENGTH) -> str:
    """One line without control characters, escapes or direction marks, cut after `limit`."""
    flat = " ".join(words.split())
    safe = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in flat
    )
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def printable_line(line: str, limit: int = MAX_LENGTH) -> str:
    """A line of source as it stands, blanks included, with nothing in it that does not show."""
    safe = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in line.expandtabs()[: limit + 1]
    )
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def readable_name(name: str) -> str:
    """A file name as text, whatever bytes it has on disk."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
