"""Results of a large class, drawn at random: as many checks, and as long texts, as real ones."""

from __future__ import annotations

import random

from msgspec.structs import replace

from autograder.grading.records import CheckRecord, LabRecord, Results, RunRecord, StudentRecord
from autograder.misconceptions import Misconception, misconceptions_of
from autograder.results import CheckStatus, LabStatus
from cnnlab.labs import LABS
from cnnlab.text import Lang

CHECKS_OF_A_FUNCTION = 8
SURNAMES = ("García López", "Müller", "Ñíguez", "O'Connor", "de la Fuente", "Łukasiewicz")


def large_class(students: int, seed: int = 1) -> Results:
    draw = random.Random(seed)
    names = [f"{draw.choice(SURNAMES)} {number:04}" for number in range(students)]
    records = [_student(name, draw) for name in sorted(names)]
    statements = {
        check.id: f"The function keeps to statement {number} of its contract, in every dtype."
        for number, check in enumerate(c for lab in records[0].labs for c in lab.checks)
    }
    return Results(RunRecord(lang=Lang.EN, statements=statements), tuple(records))


def _student(name: str, draw: random.Random) -> StudentRecord:
    skill = draw.random()
    labs = tuple(_lab(lab, skill, draw) for lab in LABS)
    return StudentRecord(
        student=name,
        submission_sha256="0" * 64,
        grader_version="v1",
        isolation="sandbox",
        device="cpu",
        score=round(sum(lab.score for lab in labs), 6),
        max_score=80.0,
        labs=labs,
    )


def _lab(name: str, skill: float, draw: random.Random) -> LabRecord:
    submitted = draw.random() < 0.9
    checks = tuple(
        check
        for module, targets in LABS[name].targets.items()
        for target in targets
        for check in _function(name, module, target, skill if submitted else None, draw)
    )
    return LabRecord(
        lab=name,
        status=LabStatus.GRADED if submitted else LabStatus.NOT_SUBMITTED,
        score=round(sum(check.points for check in checks), 6),
        max_score=10.0,
        seconds=round(5 * draw.random(), 4) if submitted else 0.0,
        checks=checks,
    )


def _function(
    lab: str, module: str, target: str, skill: float | None, draw: random.Random
) -> list[CheckRecord]:
    """The checks of one function: all pass, or some fail, half of the time by a misconception."""
    beliefs = [one for one in misconceptions_of(module) if one.target == target]
    wrong = skill is not None and draw.random() > 0.4 + 0.6 * skill
    held = draw.choice(beliefs) if wrong and beliefs and draw.random() < 0.5 else None
    checks = []
    for number in range(CHECKS_OF_A_FUNCTION):
        failed = wrong and draw.random() < 0.5
        status = CheckStatus.FAILED if failed else CheckStatus.PASSED
        checks.append(
            _check(lab, target, number, CheckStatus.NOT_SUBMITTED if skill is None else status)
            if not failed
            else _failure(_check(lab, target, number, status), held, draw)
        )
    return checks


def _check(lab: str, target: str, number: int, status: CheckStatus) -> CheckRecord:
    worth = 10 / len(LABS[lab].names) / CHECKS_OF_A_FUNCTION
    return CheckRecord(
        id=f"{lab}/{target}_keeps_to_statement_{number}",
        target=target,
        status=status,
        points=worth if status is CheckStatus.PASSED else 0.0,
        max_points=worth,
        seconds=0.1,
        message=None,
        counterexample=None,
        misconception=None,
        hint=None,
    )


def _failure(check: CheckRecord, held: Misconception | None, draw: random.Random) -> CheckRecord:
    return replace(
        check,
        message=f"Expected {draw.randrange(9)}.25, got {draw.randrange(99)}.75 in image 0, "
        "channel 0, row 0, column 0 (7 of 16 values differ).",
        counterexample=f"{check.target}(tensor float64 of shape (1, 1, 4, 4), seed 0)",
        misconception=held.key if held else None,
        hint=held.hint.en if held else f"Think of what {check.target} does first.",
    )
