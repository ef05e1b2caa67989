"""Fingerprints of a module: winnowing, after Schleimer, Wilkerson and Aiken 2003 (SIGMOD).

copydetect, the library for this, has had no release since March 2024 and brings matplotlib along;
the algorithm is a page of code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.similarity.tokens import Token, tokens_of

NOISE = 14  # tokens: whatever is shared and shorter than this is no match
GUARANTEE = 22  # tokens: whatever is shared and as long as this is found
WINDOW = GUARANTEE - NOISE + 1


@dataclass(frozen=True)
class Fingerprinted:
    """A module's tokens, and where among them its fingerprints stand; `own` are those tokens that
    no boilerplate explains.
    """

    source: str
    tokens: Sequence[Token]
    places: Mapping[int, tuple[int, ...]]
    own: frozenset[int]


def grams(source: str) -> frozenset[int]:
    """The hashes of every run of `NOISE` tokens of a source."""
    return frozenset(_hashes(tokens_of(source)))


def fingerprinted(source: str, boilerplate: frozenset[int]) -> Fingerprinted:
    """The fingerprints of a source, without those that the boilerplate has anywhere."""
    tokens = tokens_of(source)
    hashes = _hashes(tokens)
    explained = {
        place
        for start, value in enumerate(hashes)
        if value in boilerplate
        for place in range(start, start + NOISE)
    }
    places: dict[int, list[int]] = {}
    for start in _selected(hashes):
        if hashes[start] not in boilerplate:
            places.setdefault(hashes[start], []).append(start)
    return Fingerprinted(
        source=source,
        tokens=tokens,
        places={value: tuple(starts) for value, starts in places.items()},
        own=frozenset(range(len(tokens))) - explained,
    )


def _hashes(tokens: Sequence[Token]) -> list[int]:
    kinds = [token.kind for token in tokens]
    return [
        _hash("\0".join(kinds[start : start + NOISE])) for start in range(len(kinds) - NOISE + 1)
    ]


def _hash(text: str) -> int:
    """The same in every run, which Python's own is not."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest)


def _selected(hashes: Sequence[int]) -> list[int]:
    """The place of the least hash of each window, the last of equal ones; each place once."""
    selected: list[int] = []
    for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        window = range(start, min(start + WINDOW, len(hashes)))
        least = min(window, key=lambda place: (hashes[place], -place))
        if not selected or selected[-1] != least:
            selected.append(least)
    return selected
