"""What is said of graded cases: who survived, who was wronged, which check kills what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from autograder.audit import findings as findings_module
from autograder.audit.cases import Case, Kind
from autograder.audit.findings import Findings, Graded
from autograder.audit.mutants import Mutant
from autograder.audit.reviewed import Equivalent, Reviewed
from autograder.grading.units import CheckEntry
from autograder.results import CheckResult, CheckStatus

# Two functions of lab 2, with the points of their checks.
POINTS = {"zeroes": ("dropout2d", 4.0), "scales": ("dropout2d", 3.0), "module": ("Dropout2d", 3.0)}
CHECKS = [
    CheckEntry(f"dropout/{name}", "dropout", "dropout", target, points)
    for name, (target, points) in POINTS.items()
]
REVIEWED = Reviewed(
    {"dropout": 0.9},
    (Equivalent("dropout", "dropout2d", "a > b", "a >= b", "chance zero"),),
)


def graded(
    kind: Kind,
    *failed: str,
    target: str | None = "dropout2d",
    named: Mapping[str, str] | None = None,
    mutant: Mutant | None = None,
    name: str = "case",
) -> Graded:
    results = tuple(
        CheckResult(
            id=f"dropout/{check}",
            target=of,
            status=CheckStatus.FAILED if check in failed else CheckStatus.PASSED,
            points=0.0 if check in failed else points,
            max_points=points,
            seconds=0.0,
            misconception=(named or {}).get(check),
        )
        for check, (of, points) in POINTS.items()
    )
    key = name if kind in (Kind.MISCONCEPTION, Kind.REWORDING) else None
    case = Case(kind, "dropout", "dropout", name, "", target, key, mutant)
    return Graded(case, results)


def mutant(before: str = "a + b", after: str = "a - b") -> Mutant:
    return Mutant("dropout", "dropout2d", 7, before, after, "")


def found(*cases: Graded) -> Findings:
    return Findings("dropout", CHECKS, cases, REVIEWED)


@pytest.fixture(autouse=True)
def record(monkeypatch: pytest.MonkeyPatch) -> None:
    caught = {"case": frozenset({"dropout/zeroes"})}
    monkeypatch.setattr(findings_module, "caught_by", lambda module: caught)


@pytest.mark.parametrize("kind", [Kind.REFERENCE, Kind.VARIANT])
def test_right_code_that_loses_a_point_is_bad(kind: Kind) -> None:
    assert not found(graded(kind)).is_bad
    assert found(graded(kind, "scales")).is_bad
    assert [g.lost for g in found(graded(kind, "scales")).rejected] == [3.0]


def test_a_stub_that_earns_points_is_bad() -> None:
    assert not found(graded(Kind.STUB, *POINTS)).is_bad
    assert found(graded(Kind.STUB, "zeroes", "scales")).is_bad


@pytest.mark.parametrize("kind", [Kind.MISCONCEPTION, Kind.REWORDING])
def test_a_misconception_that_survives_is_bad(kind: Kind) -> None:
    assert not found(graded(kind, "zeroes")).is_bad
    assert found(graded(kind)).is_bad


def test_a_misconception_has_to_be_named_and_nothing_else() -> None:
    right = graded(Kind.MISCONCEPTION, "zeroes", "scales", named={"zeroes": "case"})
    none = graded(Kind.MISCONCEPTION, "zeroes")
    other = graded(Kind.MISCONCEPTION, "zeroes", named={"zeroes": "other"})
    both = graded(Kind.MISCONCEPTION, "zeroes", "scales", named={"zeroes": "case", "scales": "b"})
    findings = found(right, none, other, both)
    assert findings.misnamed == [none, other, both]


def test_a_misconception_caught_by_other_checks_than_recorded() -> None:
    as_recorded = graded(Kind.MISCONCEPTION, "zeroes", "module")  # of its own function
    otherwise = graded(Kind.MISCONCEPTION, "zeroes", "scales")
    assert found(as_recorded, otherwise).recorded_otherwise == [otherwise]


def test_a_survivor_counts_against_the_score_unless_it_is_right_code() -> None:
    killed = [graded(Kind.MUTANT, "zeroes", mutant=mutant()) for _ in range(9)]
    lives = graded(Kind.MUTANT, mutant=mutant("x", "y"))
    equivalent = graded(Kind.MUTANT, mutant=mutant("a > b", "a >= b"))
    findings = found(*killed, lives, equivalent)
    assert findings.survivors == [lives]
    assert findings.score("dropout") == pytest.approx(0.9)
    assert not findings.is_bad
    worse = found(*killed, lives, lives)
    assert worse.below_floor == ["dropout"]
    assert worse.is_bad


def test_a_reviewed_mutant_that_is_killed_is_stale() -> None:
    assert not found(graded(Kind.MUTANT, mutant=mutant("a > b", "a >= b"))).stale
    killed = graded(Kind.MUTANT, "zeroes", mutant=mutant("a > b", "a >= b"))
    assert found(killed).stale == list(REVIEWED.equivalent)
    assert not found(graded(Kind.REFERENCE)).stale  # without mutants there is nothing to say


def test_which_check_kills_what() -> None:
    findings = found(
        graded(Kind.MUTANT, "zeroes", "scales", mutant=mutant()),
        graded(Kind.MISCONCEPTION, "scales"),
        graded(Kind.VARIANT, "module"),  # right code is no kill
    )
    ids = [f"dropout/{name}" for name in POINTS]
    assert findings.kills == dict(zip(ids, (1, 2, 0), strict=True))
    assert findings.sole_kills == dict(zip(ids, (0, 1, 0), strict=True))
    assert findings.idle == ["dropout/zeroes", "dropout/module"]


def test_points_lost_in_another_function_are_unfair() -> None:
    fair = graded(Kind.MISCONCEPTION, "zeroes")
    unfair = graded(Kind.MISCONCEPTION, "zeroes", "module")
    shared = graded(Kind.MISCONCEPTION, "zeroes", "module", target=None)
    findings = found(fair, unfair, shared)
    assert findings.unfair == [unfair]
    assert unfair.lost_elsewhere == 3.0
    assert findings.median_lost("dropout", Kind.MISCONCEPTION) == 7.0
