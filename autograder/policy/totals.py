"""A class's marks: the attempt that counts, what lateness costs, and the weighted total."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from autograder.grading.records import LabRecord, Results
from autograder.policy.policy import Attempts, Policy
from autograder.policy.times import Times, submission_times
from autograder.results import LAB_POINTS, BadUsage, LabStatus
from cnnlab.labs import LABS


@dataclass(frozen=True)
class LabMark:
    """One lab of one student: `score` is `raw` less `penalty`, all in points.

    `late_days` are days begun after the deadline: None where the lab has none, or the time of the
    submission is not known. `dropped` labs do not count in the total.
    """

    lab: str
    raw: float
    max_score: float
    attempt: int
    submitted: bool
    submitted_at: datetime | None
    deadline: datetime | None
    late_days: int | None
    penalty: float
    dropped: bool = False

    @property
    def score(self) -> float:
        return round(self.raw - self.penalty, 6)


@dataclass(frozen=True)
class StudentMarks:
    """One student's labs in the course's order, and the total out of `max_total`."""

    student: str
    labs: Mapping[str, LabMark]
    total: float
    max_total: float


def class_marks(attempts: Sequence[Results], policy: Policy) -> list[StudentMarks]:
    """The marks of every student of any attempt; attempts come in order, the oldest first.

    `BadUsage` where the times cannot be read, or no lab would be left to count.
    """
    times = submission_times(policy, attempts)
    found: dict[str, dict[str, list[LabMark]]] = {}
    for number, results in enumerate(attempts):
        for record in results.students:
            labs = found.setdefault(record.student, {})
            for lab in record.labs:
                mark = _mark(record.student, lab, number, policy, times)
                labs.setdefault(lab.lab, []).append(mark)
    graded = [lab for lab in LABS if any(lab in labs for labs in found.values())]
    counting = [lab for lab in graded if policy.weight(lab)]
    if policy.drop_lowest >= len(counting):
        raise BadUsage(
            f"drop_lowest {policy.drop_lowest}: none is left of the labs that were graded and "
            f"have a weight ({', '.join(counting) or 'there is none'})"
        )
    return [_student_marks(s, labs, graded, policy) for s, labs in sorted(found.items())]


def _mark(student: str, lab: LabRecord, attempt: int, policy: Policy, times: Times) -> LabMark:
    submitted = lab.status is not LabStatus.NOT_SUBMITTED
    deadline = policy.deadlines.get(lab.lab)
    time = times.get((attempt, student, lab.lab)) if submitted else None
    days = None if deadline is None or time is None else _late_days(time - deadline, policy)
    return LabMark(
        lab=lab.lab,
        raw=lab.score,
        max_score=lab.max_score,
        attempt=attempt + 1,
        submitted=submitted,
        submitted_at=time,
        deadline=deadline,
        late_days=days,
        penalty=round(lab.score * _share_lost(days or 0, policy), 6),
    )


def _late_days(late: timedelta, policy: Policy) -> int:
    """Days begun after the deadline, 0 within the time of grace."""
    grace = timedelta(minutes=policy.late.grace_minutes if policy.late else 0.0)
    return math.ceil(late / timedelta(days=1)) if late > grace else 0


def _share_lost(days: int, policy: Policy) -> float:
    if policy.late is None or days == 0:
        return 0.0
    if policy.late.max_days is not None and days > policy.late.max_days:
        return 1.0
    return min(days * policy.late.percent_per_day / 100, 1.0)


def _student_marks(
    student: str, found: Mapping[str, list[LabMark]], graded: Sequence[str], policy: Policy
) -> StudentMarks:
    labs = {lab: _counting(found[lab], policy) for lab in graded if lab in found}
    # A lab that was graded for others only is one that this student did not hand in.
    scores = {lab: labs[lab].score / labs[lab].max_score if lab in labs else 0.0 for lab in graded}
    weighted = [lab for lab in graded if policy.weight(lab)]
    dropped = sorted(weighted, key=scores.__getitem__)[: policy.drop_lowest]
    kept = [lab for lab in weighted if lab not in dropped]
    points = {lab: policy.weight(lab) * LAB_POINTS for lab in kept}
    best = sum(points.values())
    earned = sum(points[lab] * scores[lab] for lab in kept)
    max_total = policy.scale or best
    return StudentMarks(
        student=student,
        labs={lab: replace(mark, dropped=lab in dropped) for lab, mark in labs.items()},
        total=round(earned / best * max_total, 6),
        max_total=round(max_total, 6),
    )


def _counting(marks: Sequence[LabMark], policy: Policy) -> LabMark:
    """The attempt that counts; one in which the lab was not handed in never replaces another."""
    handed_in = [mark for mark in marks if mark.submitted] or marks[:1]
    if policy.attempts is Attempts.BEST:
        return max(handed_in, key=lambda mark: mark.score)
    return handed_in[-1]
