"""Moodle's gradebook CSV, as "Grades > Import > CSV file" takes it.

The format is documented under "Grade import" in Moodle's documentation: a header, one column that
identifies a user (map `ID number` to "useridnumber", or `Email address` to "useremail") and one for
each grade item, mapped to an item of the course by the teacher. An empty cell changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.exports.gradebook import TOTAL, Cell, Gradebook

USER_COLUMNS = ("ID number", "Email address", "Full name")


def moodle_rows(gradebook: Gradebook) -> Iterator[Sequence[Cell]]:
    """The rows of the file, header first."""
    labs = gradebook.labs
    total = gradebook.with_total
    yield [*USER_COLUMNS, *map(gradebook.policy.column, labs), *([TOTAL] if total else [])]
    for entry in gradebook.entries:
        person = entry.person
        yield [
            *(person.id, person.email, person.name),
            *map(entry.score, labs),
            *([entry.total] if total else []),
        ]
