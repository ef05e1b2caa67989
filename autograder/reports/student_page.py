"""What a student's page says: marks by function, each failure explained, and what to do first.

Nothing is on it but what the student's own record and public texts say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.grading.records import CheckRecord, LabRecord, StudentRecord
from autograder.reports.heat import MISSING, Heat, percent
from autograder.reports.next_steps import Step, next_steps
from autograder.reports.people import Person, person, reason_of, shown
from autograder.reports.statements import Statements
from autograder.reports.topics import PAPERS, Paper
from autograder.results import CheckStatus, LabStatus
from autograder.wording import OUTCOMES
from cnnlab.labs import LABS
from cnnlab.text import Lang


@dataclass(frozen=True)
class FailureView:
    """Checks that failed in one way; `seen` is empty where the statement says it all."""

    statements: tuple[str, ...]
    status: str
    seen: str
    example: str
    points: float


@dataclass(frozen=True)
class Advice:
    """Failures with one hint, which is the same misconception or the same function's idea."""

    failures: tuple[FailureView, ...]
    hint: str


@dataclass(frozen=True)
class FunctionView:
    """One function of a lab. `submitted` is false where its module is not there."""

    module: str
    target: str
    submitted: bool
    points: float
    max_points: float
    passed: tuple[str, ...]
    checks: int
    advice: tuple[Advice, ...]

    @property
    def heat(self) -> Heat:
        return percent(self.points, self.max_points) if self.submitted else MISSING


@dataclass(frozen=True)
class StudentLab:
    """One lab of a student; `reason` is there where it could not be read."""

    lab: str
    title: str
    status: LabStatus
    score: float
    max_score: float
    reason: str
    functions: tuple[FunctionView, ...]
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class StudentPage:
    person: Person
    score: float
    max_score: float
    steps: tuple[Step, ...]
    labs: tuple[StudentLab, ...]


def student_page(student: StudentRecord, statements: Statements, lang: Lang) -> StudentPage:
    return StudentPage(
        person=person(student.student),
        score=student.score,
        max_score=student.max_score,
        steps=next_steps(student.labs),
        labs=tuple(_lab(lab, statements, lang) for lab in student.labs),
    )


def _lab(lab: LabRecord, statements: Statements, lang: Lang) -> StudentLab:
    return StudentLab(
        lab=lab.lab,
        title=LABS[lab.lab].title.in_(lang),
        status=lab.status,
        score=lab.score,
        max_score=lab.max_score,
        reason=reason_of(lab),
        functions=tuple(
            _function(
                module, target, [c for c in lab.checks if c.target == target], statements, lang
            )
            for module, targets in LABS[lab.lab].targets.items()
            for target in targets
        ),
        papers=PAPERS[lab.lab],
    )


def _function(
    module: str, target: str, checks: Sequence[CheckRecord], statements: Statements, lang: Lang
) -> FunctionView:
    return FunctionView(
        module=module,
        target=target,
        submitted=any(check.status is not CheckStatus.NOT_SUBMITTED for check in checks),
        points=sum(check.points for check in checks),
        max_points=sum(check.max_points for check in checks),
        passed=tuple(statements.of(c.id) for c in checks if c.status is CheckStatus.PASSED),
        checks=len(checks),
        advice=_advice([c for c in checks if c.status is not CheckStatus.PASSED], statements, lang),
    )


def _advice(
    failed: Sequence[CheckRecord], statements: Statements, lang: Lang
) -> tuple[Advice, ...]:
    hints = dict.fromkeys(check.hint for check in failed)
    return tuple(
        Advice(
            _failures([check for check in failed if check.hint == hint], statements, lang),
            shown(hint),
        )
        for hint in hints
    )


def _failures(
    failed: Sequence[CheckRecord], statements: Statements, lang: Lang
) -> tuple[FailureView, ...]:
    alike: dict[tuple[CheckStatus, str], list[CheckRecord]] = {}
    for check in failed:
        alike.setdefault((check.status, statements.seen(check)), []).append(check)
    return tuple(
        FailureView(
            statements=tuple(statements.of(check.id) for check in group),
            status=OUTCOMES[status].in_(lang),
            seen=seen,
            example=shown(next((c.counterexample for c in group if c.counterexample), None)),
            points=sum(check.max_points for check in group),
        )
        for (status, seen), group in alike.items()
    )
