"""What every gradebook export starts from: the roster's students with their marks, and a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.grading.files import defused
from autograder.policy.policy import Policy
from autograder.policy.roster import Person
from autograder.policy.totals import LabMark, StudentMarks
from autograder.printable import printable
from cnnlab.labs import LABS

Cell = str | float | int
TOTAL = "Total"


@dataclass(frozen=True)
class Entry:
    """One student's row; without marks where the results have no such student."""

    person: Person
    marks: StudentMarks | None

    def score(self, lab: str) -> Cell:
        """The score that counts, or an empty cell where there is none."""
        if self.marks is None or lab not in self.marks.labs:
            return ""
        return self.marks.labs[lab].score

    @property
    def total(self) -> Cell:
        return "" if self.marks is None else self.marks.total


@dataclass(frozen=True)
class Gradebook:
    """The rows, in the roster's order where there is one; `strangers` are on no roster.

    `with_total` says whether a policy was given, without which a total is for the other system.
    """

    entries: Sequence[Entry]
    strangers: Sequence[str]
    policy: Policy
    with_total: bool

    @property
    def labs(self) -> list[str]:
        """The labs that anyone has marks of."""
        found = {lab for entry in self.entries if entry.marks for lab in entry.marks.labs}
        return [lab for lab in LABS if lab in found]

    @property
    def without_results(self) -> list[str]:
        return [entry.person.id for entry in self.entries if entry.marks is None]

    def marks(self) -> Iterable[tuple[str, LabMark]]:
        for entry in self.entries:
            if entry.marks is not None:
                for mark in entry.marks.labs.values():
                    yield entry.person.id, mark

    @property
    def without_time(self) -> list[str]:
        """Submissions that have a deadline and no known time, as `student/lab`."""
        return [
            f"{student}/{mark.lab}"
            for student, mark in self.marks()
            if mark.deadline and mark.submitted and mark.submitted_at is None
        ]


def gradebook(
    marks: Sequence[StudentMarks],
    roster: Sequence[Person] | None,
    policy: Policy,
    *,
    with_total: bool,
) -> Gradebook:
    """Match marks with a roster by id; without a roster each student is known by id alone."""
    by_id = {of_student.student: of_student for of_student in marks}
    people = [Person(student) for student in by_id] if roster is None else roster
    known = {person.id for person in people}
    return Gradebook(
        entries=[Entry(person, by_id.get(person.id)) for person in people],
        strangers=[student for student in by_id if student not in known],
        policy=policy,
        with_total=with_total,
    )


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file whose text cells are one harmless line each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([defused(printable(c)) if isinstance(c, str) else c for c in row])
    return text.getvalue().encode()
