"""`autograder totals`' table: for each lab what was scored, what lateness cost and what counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.exports.gradebook import Cell, Entry, Gradebook

STUDENT_COLUMNS = ("student", "name", "email", "section")
LAB_COLUMNS = ("attempt", "raw", "late_days", "penalty", "score")
TOTAL_COLUMNS = ("dropped", "total", "max_total")


def totals_rows(gradebook: Gradebook) -> Iterator[Sequence[Cell]]:
    """The rows of the table, header first; a cell is empty where nothing is known."""
    labs = gradebook.labs
    own = [f"{lab}_{column}" for lab in labs for column in LAB_COLUMNS]
    yield [*STUDENT_COLUMNS, *own, *TOTAL_COLUMNS]
    for entry in gradebook.entries:
        person = entry.person
        yield [
            *(person.id, person.name, person.email, person.section),
            *(cell for lab in labs for cell in _of_lab(entry, lab)),
            *_of_total(entry),
        ]


def _of_lab(entry: Entry, lab: str) -> Sequence[Cell]:
    mark = entry.marks.labs.get(lab) if entry.marks else None
    if mark is None:
        return [""] * len(LAB_COLUMNS)
    late_days = "" if mark.late_days is None else mark.late_days
    return [mark.attempt, mark.raw, late_days, mark.penalty, mark.score]


def _of_total(entry: Entry) -> Sequence[Cell]:
    if entry.marks is None:
        return [""] * len(TOTAL_COLUMNS)
    dropped = " ".join(mark.lab for mark in entry.marks.labs.values() if mark.dropped)
    return [dropped, entry.marks.total, entry.marks.max_total]
