"""Marks from the trusted grader, in place of running a student's notebook."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder.gradebook.fingerprint import fingerprint, sign
from autograder.gradebook.folders import submission_folder
from autograder.gradebook.grades import TrustedGrades
from autograder.gradebook.marks import mark_cell
from autograder.gradebook.names import coursedir_of, lab_of
from autograder.gradebook.own_cells import own_cells, show_outputs
from autograder.results import GraderError, LabResult
from cnnlab.labs import Lab
from cnnlab.text import Lang

Known = dict[tuple[str, str], LabResult | str]
"""By student and lab: the result, or why the grader failed on it."""
_known: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()


def known_to(converter: Any) -> Known:
    """The results of one run of nbgrader, which has a converter of its own; they end with it.

    The process may outlast them: the formgrader autogrades in the Jupyter server.
    """
    return _known.setdefault(converter, {})


class TrustedMarks(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Fills each graded code cell with its mark and feedback; nothing of a notebook is run here.

    The first notebook of a lab grades every collected submission of it, as `TrustedGrades` is
    configured; the others find their results there.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        lab, student = lab_of(resources), resources["nbgrader"]["student"]
        coursedir = coursedir_of(self)
        grades = TrustedGrades(parent=self)
        lang = Lang(grades.lang)
        known = known_to(self.parent.parent)
        if (student, lab.name) not in known:
            try:
                known.update(_results(grades, coursedir, lab))
            except GraderError as error:
                raise NbGraderException(str(error)) from error
        result = known[student, lab.name]
        if isinstance(result, str):
            raise NbGraderException(f"{student}/{lab.name}: the grader failed: {result}")
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
                mark_cell(cell, lab, result, lang)
        folder = submission_folder(coursedir, student, lab)
        if result.cells:
            show_outputs(nb, own_cells(folder / f"{lab.name}.ipynb"), result.cells, lang)
        sign(nb, result, fingerprint(folder, result, lang))
        return nb, resources


def _results(grades: TrustedGrades, coursedir: Any, lab: Lab) -> Known:
    outcome = grades.grade(coursedir, lab)
    graded = outcome.results.items()
    results: Known = {(student, name): each[name] for student, each in graded for name in each}
    return results | outcome.broken
