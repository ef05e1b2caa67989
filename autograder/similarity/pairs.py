"""Which submissions share code, module by module, and how much of what is their own that is."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.grading.submissions import Submission
from autograder.project import SOLUTIONS, STUBS
from autograder.similarity.winnowing import NOISE, Fingerprinted, fingerprinted, grams

MIN_SHARED = 45  # tokens of a module: about five lines
COMMON = 10  # students; what more have, and more than a tenth of the class, is the lab's own doing
COMMON_SHARE = 0.1


@dataclass(frozen=True)
class Side:
    """One student's module: the lines that are shared, and how many of its own tokens are."""

    student: str
    source: str
    lines: frozenset[int]
    shared: int
    own: int


@dataclass(frozen=True)
class SharedModule:
    """One module of both students."""

    module: str
    first: Side
    second: Side

    @property
    def shared(self) -> int:
        return min(self.first.shared, self.second.shared)

    @property
    def share(self) -> float:
        """Of the own tokens, the part that is shared, on the side where that is more."""
        return max(side.shared / side.own for side in (self.first, self.second))


@dataclass(frozen=True)
class Pair:
    """Two students, with the modules in which they share something, most first."""

    first: str
    second: str
    modules: tuple[SharedModule, ...]

    @property
    def shared(self) -> int:
        """Tokens shared in all modules."""
        return sum(module.shared for module in self.modules)


def similar_pairs(
    submissions: Sequence[Submission], modules: Iterable[str], min_share: float
) -> list[Pair]:
    """The pairs that share at least `min_share` of a module's own tokens, most tokens first."""
    found: dict[tuple[str, str], list[SharedModule]] = defaultdict(list)
    for module in modules:
        for shared in _of_module(module, submissions):
            if shared.share >= min_share:
                found[shared.first.student, shared.second.student].append(shared)
    pairs = [
        Pair(first, second, tuple(sorted(shared, key=lambda m: -m.shared)))
        for (first, second), shared in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.shared, pair.first, pair.second))


def _of_module(module: str, submissions: Sequence[Submission]) -> Iterator[SharedModule]:
    sources = {s.student: s.sources[module] for s in submissions if module in s.sources}
    boilerplate = frozenset().union(
        *(grams((f / f"{module}.py").read_text(encoding="utf-8")) for f in (STUBS, SOLUTIONS))
    )
    by_source = {text: fingerprinted(text, boilerplate) for text in set(sources.values())}
    students = {student: by_source[text] for student, text in sources.items()}
    owners: dict[int, list[str]] = defaultdict(list)
    for student, prints in students.items():
        for value in prints.places:
            owners[value].append(student)
    common = max(COMMON, COMMON_SHARE * len(submissions))
    rare = {value: who for value, who in owners.items() if 1 < len(who) <= common}
    together = Counter(pair for who in rare.values() for pair in itertools.combinations(who, 2))
    for first, second in together:
        values = [value for value in students[first].places if value in rare]
        both = [value for value in values if value in students[second].places]
        sides = [_side(student, students[student], both) for student in (first, second)]
        if min(side.shared for side in sides) >= MIN_SHARED:
            yield SharedModule(module, *sides)


def _side(student: str, prints: Fingerprinted, values: Iterable[int]) -> Side:
    covered = {
        place
        for value in values
        for start in prints.places[value]
        for place in range(start, start + NOISE)
    } & prints.own
    return Side(
        student=student,
        source=prints.source,
        lines=frozenset(prints.tokens[place].line for place in covered),
        shared=len(covered),
        own=len(prints.own),
    )
