"""A graded cell's mark and what its student reads about it, from the trusted grader's result."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.results import CheckResult, CheckStatus, LabResult
from autograder.wording import EXAMPLE, HINT, OUTCOMES
from cnnlab.labs import Lab
from cnnlab.text import Lang, Text

WORDS = {
    **OUTCOMES,
    "check": Text(es="Comprobación", en="Check"),
    "outcome": Text(es="Resultado", en="Outcome"),
    "points": Text(es="Puntos", en="Points"),
    "example": EXAMPLE,
    "hint": HINT,
    "mark": Text(es="Nota", en="Mark"),
}
_templates = Environment(
    loader=PackageLoader("autograder"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def labels_by_grade_id(lab: Lab) -> dict[str, str]:
    """The label of each of a lab's graded cells by its id, in which nbgrader allows no dot."""
    return {f"{lab.name}-{label.replace('.', '-')}": label for label in lab.labels()}


def mark_cell(cell: NotebookNode, lab: Lab, result: LabResult, lang: Lang) -> None:
    """Give a graded code cell its points and its feedback as the one output that it has.

    nbgrader takes a float as partial credit, but gives full points for whatever is none, so the
    number is always there and always within what the cell is worth.
    """
    worth = float(cell.metadata["nbgrader"]["points"])
    label = labels_by_grade_id(lab).get(cell.metadata["nbgrader"]["grade_id"], "")
    name = lab.labels().get(label)
    checks = [check for check in result.checks if check.target == name]
    possible = sum(check.max_points for check in checks)
    earned = sum(check.points for check in checks)
    points = round(min(max(worth * earned / possible, 0.0), worth), 6) if possible else 0.0
    data = {"text/plain": repr(points), "text/html": _feedback(label, points, worth, checks, lang)}
    cell.outputs = [new_output("execute_result", data, execution_count=1)]
    cell.execution_count = 1


def _feedback(
    label: str, points: float, worth: float, checks: Sequence[CheckResult], lang: Lang
) -> str:
    def spoken(text: Text | None) -> str:
        return text.in_(lang) if text else ""

    rows = [
        {
            "name": check.id.partition("/")[2].replace("_", " "),
            "passed": check.status is CheckStatus.PASSED,
            "outcome": WORDS[check.status].in_(lang),
            "points": f"{check.points:g} / {check.max_points:g}",
            "message": spoken(check.message),
            "example": spoken(check.counterexample),
            "hint": spoken(check.hint),
        }
        for check in checks
    ]
    words = {key: text.in_(lang) for key, text in WORDS.items()}
    return _templates.get_template("marks.html").render(
        label=label, mark=f"{points:g} / {worth:g}", rows=rows, words=words
    )
