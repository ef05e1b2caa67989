"""What the graded cases of one lab say about its checks."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.audit.cases import RIGHT, Case, Kind
from autograder.audit.mutants import Mutant
from autograder.audit.reviewed import Equivalent, Reviewed, matches
from autograder.grading.units import CheckEntry
from autograder.misconceptions import caught_by
from autograder.results import CheckResult, CheckStatus


@dataclass(frozen=True)
class Graded:
    """A case and what grading made of it, by the checks of its module."""

    case: Case
    checks: Sequence[CheckResult]

    @property
    def failed(self) -> frozenset[str]:
        """The ids of the checks that it did not pass."""
        return frozenset(c.id for c in self.checks if c.status is not CheckStatus.PASSED)

    @property
    def failed_of_target(self) -> frozenset[str]:
        return frozenset(id for id in self.failed if self._is_own(id))

    @property
    def lost(self) -> float:
        return round(sum(c.max_points - c.points for c in self.checks), 6)

    @property
    def lost_elsewhere(self) -> float:
        """Points lost in functions other than the one that is wrong."""
        if self.case.target is None:
            return 0.0
        return sum(c.max_points - c.points for c in self.checks if not self._is_own(c.id))

    def _is_own(self, check_id: str) -> bool:
        targets = {c.id: c.target for c in self.checks}
        return targets[check_id] == self.case.target

    @property
    def named(self) -> frozenset[str]:
        """The misconceptions that its failures were put down to."""
        return frozenset(c.misconception for c in self.checks if c.misconception)


@dataclass(frozen=True)
class Findings:
    """One lab's graded cases, and what was decided about its mutants."""

    lab: str
    checks: Sequence[CheckEntry]
    graded: Sequence[Graded]
    reviewed: Reviewed
    seconds: float = 0.0

    def of(self, *kinds: Kind) -> list[Graded]:
        return [g for g in self.graded if g.case.kind in kinds]

    @property
    def modules(self) -> list[str]:
        return list(dict.fromkeys(g.case.module for g in self.graded))

    # Right and unfinished code.

    @cached_property
    def rejected(self) -> list[Graded]:
        """Right code that lost a point."""
        return [g for g in self.of(*RIGHT) if g.failed]

    @cached_property
    def scoring_stubs(self) -> list[Graded]:
        """Untouched stubs that earned a point in their module."""
        return [g for g in self.of(Kind.STUB) if any(c.points for c in g.checks)]

    # Misconceptions.

    @cached_property
    def surviving_misconceptions(self) -> list[Graded]:
        return [g for g in self.of(Kind.MISCONCEPTION, Kind.REWORDING) if not g.failed]

    @cached_property
    def misnamed(self) -> list[Graded]:
        """Misconceptions, in whichever words, that were taken for another or for none."""
        wrong_ideas = self.of(Kind.MISCONCEPTION, Kind.REWORDING)
        return [g for g in wrong_ideas if g.failed and g.named != {g.case.key}]

    @cached_property
    def recorded_otherwise(self) -> list[Graded]:
        """Misconceptions that other checks catch than the record says."""
        return [
            g
            for g in self.of(Kind.MISCONCEPTION)
            if g.failed_of_target != caught_by(g.case.module).get(g.case.name, frozenset())
        ]

    # Mutants.

    @cached_property
    def killed(self) -> list[Graded]:
        return [g for g in self.of(Kind.MUTANT) if g.failed]

    @cached_property
    def survivors(self) -> list[Graded]:
        """Mutants that no check kills and nobody has found to be right."""
        return [
            g
            for g in self.of(Kind.MUTANT)
            if not g.failed and not self.reviewed.equivalent_of(_mutant(g))
        ]

    @cached_property
    def equivalent(self) -> list[Graded]:
        return [
            g
            for g in self.of(Kind.MUTANT)
            if not g.failed and self.reviewed.equivalent_of(_mutant(g))
        ]

    @cached_property
    def stale(self) -> list[Equivalent]:
        """Reviewed entries that no surviving mutant answers to any more."""
        if not self.of(Kind.MUTANT):
            return []
        return [
            entry
            for entry in self.reviewed.equivalent
            if entry.module in self.modules
            and not any(matches(entry, _mutant(g)) for g in self.equivalent)
        ]

    def score(self, module: str) -> float | None:
        """The share of a module's mutants, less the equivalent ones, that the checks kill."""
        killed = sum(g.case.module == module for g in self.killed)
        survived = sum(g.case.module == module for g in self.survivors)
        return killed / (killed + survived) if killed + survived else None

    @cached_property
    def below_floor(self) -> list[str]:
        """Modules whose score is below the recorded floor."""
        scores = {module: self.score(module) for module in self.modules}
        floors = self.reviewed.floors
        return [m for m, score in scores.items() if score is not None and score < floors.get(m, 1)]

    # Checks.

    @cached_property
    def kills(self) -> Mapping[str, int]:
        """How many wrong cases each check kills."""
        return {check.id: sum(check.id in g.failed for g in self._wrong) for check in self.checks}

    @cached_property
    def sole_kills(self) -> Mapping[str, int]:
        """How many wrong cases each check kills that no other does."""
        alone = [g.failed for g in self._wrong if len(g.failed) == 1]
        return {check.id: sum(check.id in failed for failed in alone) for check in self.checks}

    @property
    def idle(self) -> list[str]:
        """Checks that kill nothing on their own."""
        return [check_id for check_id, count in self.sole_kills.items() if not count]

    @property
    def _wrong(self) -> list[Graded]:
        return self.of(Kind.MISCONCEPTION, Kind.MUTANT)

    # Fairness.

    @cached_property
    def unfair(self) -> list[Graded]:
        """Bugs in one function that cost points of another."""
        return [g for g in self.of(Kind.MISCONCEPTION) if g.lost_elsewhere > 1e-9]

    def median_lost(self, module: str, *kinds: Kind) -> float | None:
        """Points that a single bug of a module costs, in the middle of all that are caught."""
        lost = [g.lost for g in self.of(*kinds) if g.failed and g.case.module == module]
        return statistics.median(lost) if lost else None

    @property
    def is_bad(self) -> bool:
        """Whether the checks are not what they have to be."""
        return bool(
            self.rejected
            or self.scoring_stubs
            or self.surviving_misconceptions
            or self.unfair
            or self.below_floor
        )


def _mutant(graded: Graded) -> Mutant:
    assert graded.case.mutant is not None
    return graded.case.mutant
