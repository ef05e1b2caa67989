"""The CSV file that `nbgrader export` writes, for what reads that: a row for each lab and student.

The columns are those of `nbgrader.plugins.export.CsvExportPlugin`; as there, times are UTC without
saying so, and whoever handed in nothing has 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from autograder.exports.gradebook import Cell, Gradebook
from autograder.results import LAB_POINTS

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def nbgrader_rows(gradebook: Gradebook) -> Iterator[Sequence[Cell]]:
    """The rows of the file, header first."""
    yield COLUMNS
    for lab in gradebook.labs:
        for entry in gradebook.entries:
            person = entry.person
            mark = entry.marks.labs.get(lab) if entry.marks else None
            # A roster has one name; written "last, first", it is two.
            last, _, first = person.name.rpartition(",")
            yield [
                lab,
                _utc(gradebook.policy.deadlines.get(lab)),
                _utc(mark.submitted_at if mark else None),
                *(person.id, last.strip(), first.strip(), person.email),
                *((mark.raw, mark.penalty, mark.score) if mark else (0.0, 0.0, 0.0)),
                LAB_POINTS,
            ]


def _utc(time: datetime | None) -> str:
    return "" if time is None else str(time.astimezone(UTC).replace(tzinfo=None))
