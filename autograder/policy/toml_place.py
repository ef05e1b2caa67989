"""Where a key stands in a TOML file, which no parser of Python tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any


def place_of(text: str, keys: Sequence[str]) -> tuple[int, int]:
    """Line and column, from 1, at which the entry `keys` of a valid TOML text is first named.

    The start of a file is one of TOML too, wherever it is cut between two statements: the entry
    stands in the statement with which it first appears.
    """
    lines = text.split("\n")
    start = 0
    for end in range(1, len(lines) + 1):
        try:
            tree = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:  # cut inside a statement
            continue
        if _has(tree, keys):
            return _place_in("\n".join(lines[start:end]), start + 1, keys)
        start = end
    return 1, 1


def _has(tree: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(tree, dict) or key not in tree:
            return False
        tree = tree[key]
    return True


def _place_in(statement: str, line: int, keys: Sequence[str]) -> tuple[int, int]:
    """The place of the last key; those before it may be in a header further up."""
    found, searched = 0, 0
    for key in keys:
        named = re.compile(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
        match = named.search(statement, searched)
        if match:
            found, searched = match.start(), match.start() + len(key)
    before = statement[:found]
    return line + before.count("\n"), found - (before.rfind("\n") + 1) + 1
