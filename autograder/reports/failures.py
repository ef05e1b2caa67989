"""Failures of many students on one check, put together where they are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.grading.records import CheckRecord
from autograder.misconceptions import Misconception, misconceptions_of
from autograder.reports.people import shown
from autograder.reports.statements import Statements
from cnnlab.labs import LABS
from cnnlab.text import Lang


@dataclass(frozen=True)
class TypicalFailure:
    """What several students have in common: a belief where one is known, else what was seen."""

    belief: str
    seen: str
    example: str
    students: int


def misconception_of(lab: str, key: str) -> Misconception | None:
    """The library's misconception, `None` where it has none of this name (any more)."""
    of_lab = (found for module in LABS[lab].modules for found in misconceptions_of(module))
    return next((found for found in of_lab if found.key == key), None)


def typical_failures(
    lab: str, checks: Iterable[CheckRecord], statements: Statements, lang: Lang
) -> tuple[TypicalFailure, ...]:
    """The kinds of failure among results of one check, the most frequent first."""
    alike: defaultdict[tuple[str, str], list[CheckRecord]] = defaultdict(list)
    for check in checks:
        known = check.misconception
        alike[("belief", known) if known else ("message", check.message or "")].append(check)
    kinds = [_together(lab, group, statements, lang) for group in alike.values()]
    return tuple(sorted(kinds, key=lambda kind: -kind.students))


def _together(
    lab: str, group: list[CheckRecord], statements: Statements, lang: Lang
) -> TypicalFailure:
    """One kind, with the shortest of its examples and the message that belongs to it."""
    plainest = min(group, key=lambda check: (not check.counterexample, len(check.message or "")))
    key = plainest.misconception
    known = misconception_of(lab, key) if key else None
    return TypicalFailure(
        belief=known.belief.in_(lang) if known else key or "",
        seen=statements.seen(plainest),
        example=shown(plainest.counterexample),
        students=len(group),
    )
