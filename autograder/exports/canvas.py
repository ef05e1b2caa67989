"""Canvas's gradebook CSV, as its gradebook imports it.

The format is that of Canvas's own export, described under "How do I import grades in the Gradebook"
in the Canvas instructor guide: the five columns about the student, one for each assignment, and a
row of the points possible. Canvas finds a student by ID, which it alone knows, then by SIS User ID,
then by SIS Login ID, then by name; the roster's id stands in both SIS columns, since which of the
two it is differs between universities. An assignment is found by its name, or by a number in
parentheses after it, which the policy's `columns` can give; an empty cell leaves a grade as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.exports.gradebook import TOTAL, Cell, Gradebook
from autograder.results import LAB_POINTS

STUDENT_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "Points Possible"


def canvas_rows(gradebook: Gradebook) -> Iterator[Sequence[Cell]]:
    """The rows of the file, header first."""
    labs = gradebook.labs
    max_totals = {entry.marks.max_total for entry in gradebook.entries if entry.marks}
    total = gradebook.with_total
    yield [*STUDENT_COLUMNS, *map(gradebook.policy.column, labs), *([TOTAL] if total else [])]
    # Where each student dropped other labs, totals without a scale are out of different sums.
    possible = max(max_totals, default=0.0)
    yield [POINTS_POSSIBLE, *[""] * 4, *[LAB_POINTS] * len(labs), *([possible] if total else [])]
    for entry in gradebook.entries:
        person = entry.person
        yield [
            *(person.name or person.id, "", person.id, person.id, person.section),
            *map(entry.score, labs),
            *([entry.total] if total else []),
        ]
