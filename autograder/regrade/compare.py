"""What a second grading changed: whose marks, by which checks, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.grading.records import CheckRecord, LabRecord, Results, StudentRecord
from cnnlab.labs import LABS


class Reason(StrEnum):
    """What differs between the two gradings of a lab."""

    SUBMISSION = "submission"
    CHECKS = "checks"  # added, gone, worth other points, or of other code
    GRADER = "grader"  # anything else that its version depends on
    CONDITIONS = "conditions"  # the device, or the isolation
    NOTHING = "nothing"  # that was recorded: a time limit, say


@dataclass(frozen=True)
class CheckChange:
    """A check with another outcome or other points; None where a run has no such check."""

    id: str
    before: CheckRecord | None
    after: CheckRecord | None


@dataclass(frozen=True)
class LabChange:
    """A lab of which a check has changed; a score is None where the lab was not graded."""

    lab: str
    before: float | None
    after: float | None
    checks: tuple[CheckChange, ...]
    reasons: tuple[Reason, ...]

    @property
    def gain(self) -> float:
        return round((self.after or 0.0) - (self.before or 0.0), 6)


@dataclass(frozen=True)
class StudentChange:
    """A student with a changed lab, and the sum of all labs' points before and after."""

    student: str
    before: float
    after: float
    labs: tuple[LabChange, ...]


@dataclass(frozen=True)
class Regrade:
    """Two results folders compared: `added` and `gone` students are in one of them only."""

    changes: tuple[StudentChange, ...]
    unchanged: int
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def raised(self) -> int:
        return sum(change.after > change.before for change in self.changes)

    @property
    def lowered(self) -> int:
        return sum(change.after < change.before for change in self.changes)


def compare(old: Results, new: Results) -> Regrade:
    """What the newer of two runs changed for each student that both have."""
    before = {record.student: record for record in old.students}
    after = {record.student: record for record in new.students}
    both = [student for student in before if student in after]
    pair = _Pair(old, new)
    changes = [change for s in both if (change := pair.student_change(before[s], after[s]))]
    return Regrade(
        changes=tuple(changes),
        unchanged=len(both) - len(changes),
        added=tuple(student for student in after if student not in before),
        gone=tuple(student for student in before if student not in after),
    )


class _Pair:
    def __init__(self, old: Results, new: Results) -> None:
        self._old = old.run
        self._new = new.run

    def student_change(self, before: StudentRecord, after: StudentRecord) -> StudentChange | None:
        labs = tuple(self._lab_changes(before, after))
        if not labs:
            return None
        return StudentChange(before.student, before.score, after.score, labs)

    def _lab_changes(self, before: StudentRecord, after: StudentRecord) -> Iterator[LabChange]:
        old = {lab.lab: lab for lab in before.labs}
        new = {lab.lab: lab for lab in after.labs}
        for name in LABS:
            checks = _changed(_checks(old.get(name)), _checks(new.get(name)))
            if checks:
                yield LabChange(
                    lab=name,
                    before=old[name].score if name in old else None,
                    after=new[name].score if name in new else None,
                    checks=checks,
                    reasons=tuple(self._reasons(name, before, after, checks)),
                )

    def _reasons(
        self, lab: str, old: StudentRecord, new: StudentRecord, checks: Sequence[CheckChange]
    ) -> Iterator[Reason]:
        submission = _differ(
            self._old.sources.get(old.student, {}).get(lab),
            self._new.sources.get(new.student, {}).get(lab),
        )
        if submission is None:  # a run that noted no digest by lab
            submission = old.submission_sha256 != new.submission_sha256
        checks_changed = any(_is_other_check(change) for change in checks) or _differ(
            self._old.checks.get(lab), self._new.checks.get(lab)
        )
        grader = old.grader_version != new.grader_version and not checks_changed
        conditions = (old.device, old.isolation) != (new.device, new.isolation)
        reasons = {
            Reason.SUBMISSION: submission,
            Reason.CHECKS: checks_changed,
            Reason.GRADER: grader,
            Reason.CONDITIONS: conditions,
        }
        yield from (reason for reason, holds in reasons.items() if holds)
        if not any(reasons.values()):
            yield Reason.NOTHING


def _checks(lab: LabRecord | None) -> Mapping[str, CheckRecord]:
    return {check.id: check for check in lab.checks} if lab else {}


def _changed(
    old: Mapping[str, CheckRecord], new: Mapping[str, CheckRecord]
) -> tuple[CheckChange, ...]:
    changes = (CheckChange(id, old.get(id), new.get(id)) for id in {**old, **new})
    return tuple(change for change in changes if _outcome(change.before) != _outcome(change.after))


def _outcome(check: CheckRecord | None) -> tuple[str, float, float] | None:
    return (check.status, check.points, check.max_points) if check else None


def _is_other_check(change: CheckChange) -> bool:
    """Whether the check itself is new, gone, or worth other points."""
    if change.before is None or change.after is None:
        return True
    return change.before.max_points != change.after.max_points


def _differ(old: str | None, new: str | None) -> bool | None:
    """Whether two digests differ; None where a run has none."""
    return None if old is None or new is None else old != new
