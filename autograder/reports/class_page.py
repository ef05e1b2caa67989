"""What the class page says: scores, the heat map, misconceptions, hard checks, and the run."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.grading.records import CheckRecord, LabRecord, Results, StudentRecord
from autograder.reports.failures import misconception_of
from autograder.reports.heat import MISSING, Heat, mark, percent
from autograder.reports.lab_page import CheckView, LabPage
from autograder.reports.people import Person, person, reason_of
from autograder.reports.summary import LabSummary
from autograder.results import CheckStatus, LabStatus
from cnnlab.labs import LABS
from cnnlab.text import Lang

MAX_COMMON = 20  # misconceptions; the others are folded away


@dataclass(frozen=True)
class Column:
    """A column of the heat map: a function, or the lab's mark where there is no `target`."""

    lab: str
    target: str


@dataclass(frozen=True)
class Row:
    """A student's row of the heat map."""

    person: Person
    total: Heat
    cells: tuple[Heat, ...]


@dataclass(frozen=True)
class HeldMisconception:
    """A misconception and the students whose answers agree with it."""

    key: str
    lab: str
    target: str
    belief: str
    hint: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Unread:
    """A submission that could not be read, with the labs that this concerns."""

    person: Person
    reason: str
    labs: tuple[str, ...]


@dataclass(frozen=True)
class LabTime:
    """Seconds of grading a lab took over all students."""

    lab: str
    total: float
    median: float
    longest: float
    slowest: Person


@dataclass(frozen=True)
class Run:
    """What the results were made with, each with the number of students that it holds for."""

    isolations: Mapping[str, int]
    devices: Mapping[str, int]
    versions: Mapping[str, int]
    seconds: float
    labs: tuple[LabTime, ...]


@dataclass(frozen=True)
class ClassPage:
    mean: float
    max_score: float
    labs: tuple[LabSummary, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    misconceptions: tuple[HeldMisconception, ...]
    hard_checks: tuple[CheckView, ...]
    unread: tuple[Unread, ...]
    run: Run

    @property
    def common_misconceptions(self) -> tuple[HeldMisconception, ...]:
        return self.misconceptions[:MAX_COMMON]

    @property
    def rare_misconceptions(self) -> tuple[HeldMisconception, ...]:
        return self.misconceptions[MAX_COMMON:]


def class_page(results: Results, labs: Sequence[LabPage], lang: Lang) -> ClassPage:
    """The class page, from the results and what the labs' pages have made of them."""
    columns = _columns(page.summary.lab for page in labs)
    return ClassPage(
        mean=statistics.fmean(student.score for student in results.students),
        max_score=max(student.max_score for student in results.students),
        labs=tuple(page.summary for page in labs),
        columns=columns,
        rows=tuple(_row(student, columns) for student in results.students),
        misconceptions=_misconceptions(results, lang),
        hard_checks=tuple(check for page in labs for check in page.checks if check.nearly_all_fail),
        unread=tuple(_unread(results)),
        run=_run(results, [page.summary.lab for page in labs]),
    )


def _columns(labs: Iterable[str]) -> tuple[Column, ...]:
    return tuple(Column(lab, target) for lab in labs for target in ("", *LABS[lab].names))


def _row(student: StudentRecord, columns: Sequence[Column]) -> Row:
    by_lab = {lab.lab: lab for lab in student.labs}
    return Row(
        person(student.student),
        mark(student.score, student.max_score),
        tuple(_cell(by_lab.get(column.lab), column.target) for column in columns),
    )


def _cell(lab: LabRecord | None, target: str) -> Heat:
    if lab is None or lab.status is not LabStatus.GRADED:
        return MISSING
    if not target:
        return mark(lab.score, lab.max_score)
    checks = [check for check in lab.checks if check.target == target]
    if all(check.status is CheckStatus.NOT_SUBMITTED for check in checks):
        return MISSING
    return percent(sum(c.points for c in checks), sum(c.max_points for c in checks))


def _misconceptions(results: Results, lang: Lang) -> tuple[HeldMisconception, ...]:
    behind: dict[tuple[str, str], dict[str, CheckRecord]] = {}
    for student in results.students:
        for lab in student.labs:
            for check in lab.checks:
                if check.misconception:
                    key = (lab.lab, check.misconception)
                    behind.setdefault(key, {})[student.student] = check
    found = [_misconception(lab, key, held, lang) for (lab, key), held in behind.items()]
    return tuple(sorted(found, key=lambda one: -len(one.people)))


def _misconception(
    lab: str, key: str, held: Mapping[str, CheckRecord], lang: Lang
) -> HeldMisconception:
    known = misconception_of(lab, key)
    return HeldMisconception(
        key=key,
        lab=lab,
        target=next(iter(held.values())).target,
        belief=known.belief.in_(lang) if known else key,
        hint=known.hint.in_(lang) if known else "",
        people=tuple(person(student) for student in held),
    )


def _unread(results: Results) -> Iterator[Unread]:
    for student in results.students:
        reasons: dict[str, list[str]] = {}
        for lab in student.labs:
            if lab.status is LabStatus.UNREADABLE:
                reasons.setdefault(reason_of(lab), []).append(lab.lab)
        for reason, labs in reasons.items():
            yield Unread(person(student.student), reason, tuple(labs))


def _run(results: Results, labs: Sequence[str]) -> Run:
    times = {lab: _seconds(results, lab) for lab in labs}
    return Run(
        isolations=Counter(student.isolation for student in results.students),
        devices=Counter(student.device for student in results.students),
        versions=Counter(student.grader_version for student in results.students),
        seconds=sum(sum(by_student.values()) for by_student in times.values()),
        labs=tuple(_time(lab, by_student) for lab, by_student in times.items() if by_student),
    )


def _seconds(results: Results, lab: str) -> dict[str, float]:
    """Seconds by student, of those that were graded."""
    return {
        student.student: record.seconds
        for student in results.students
        for record in student.labs
        if record.lab == lab and record.status is LabStatus.GRADED
    }


def _time(lab: str, by_student: Mapping[str, float]) -> LabTime:
    slowest = max(by_student, key=lambda student: by_student[student])
    return LabTime(
        lab=lab,
        total=sum(by_student.values()),
        median=statistics.median(by_student.values()),
        longest=by_student[slowest],
        slowest=person(slowest),
    )
