"""Marks from the trusted grader, in place of running a student's notebook."""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from rich.console import Console
from traitlets import Enum, Integer, Unicode

from autograder.gradebook.fingerprint import fingerprint, sign
from autograder.gradebook.marks import mark_cell
from autograder.gradebook.names import coursedir_of, lab_of, submission_folder
from autograder.grading.command import DEVICES, ISOLATIONS, STORE_NAME, prepared
from autograder.grading.display import RunProgress
from autograder.grading.executor import LocalExecutor, confined_server
from autograder.grading.isolation import choose_isolation
from autograder.grading.run import Options, Outcome, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.results import GraderError
from autograder.worker.confinement import Limits
from cnnlab.labs import Lab
from cnnlab.text import Lang

RESULTS = ".autograder"  # below the course's root
_known: dict[tuple[str, str, str], Outcome] = {}


class TrustedGrades(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Fills each graded code cell with its mark and feedback; nothing of a notebook is run.

    The first notebook of a lab grades every collected submission of it, side by side, and keeps the
    results below the course's root; the others find theirs there.
    """

    lang = Enum([str(lang) for lang in Lang], default_value=str(Lang.ES)).tag(config=True)
    jobs = Integer(0, help="Submissions graded at once; 0 for as many as processors.").tag(
        config=True
    )
    device = Enum(list(DEVICES), default_value="auto").tag(config=True)
    isolation = Enum(list(ISOLATIONS), default_value="auto").tag(config=True)
    results = Unicode(RESULTS, help="Folder of kept results, below the course's root.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        lab, student = lab_of(resources), resources["nbgrader"]["student"]
        coursedir = coursedir_of(self)
        try:
            outcome = self.graded(coursedir, lab)
        except GraderError as error:
            raise NbGraderException(str(error)) from error
        if (student, lab.name) in outcome.broken:
            reason = outcome.broken[student, lab.name]
            raise NbGraderException(f"{student}/{lab.name}: the grader failed: {reason}")
        result = outcome.results[student][lab.name]
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
                mark_cell(cell, lab, result, Lang(self.lang))
        folder = submission_folder(coursedir, student, lab)
        sign(nb, result, fingerprint(folder, result, Lang(self.lang)))
        return nb, resources

    def graded(self, coursedir: Any, lab: Lab) -> Outcome:
        """The results of every collected submission of a lab, by student."""
        key = (coursedir.root, coursedir.student_id, lab.name)
        if key not in _known:
            _known[key] = self._grade(coursedir, lab)
        return _known[key]

    def _grade(self, coursedir: Any, lab: Lab) -> Outcome:
        root = Path(coursedir.root)
        submitted = submission_folder(coursedir, "*", lab).parent.parent
        chosen = [
            submission
            for submission in read_submissions(submitted)
            if fnmatch.fnmatch(submission.student, coursedir.student_id)
            and (submitted / submission.student / lab.name).is_dir()
        ]
        limits = Limits()
        isolation = choose_isolation(self.isolation, limits)
        options = Options(
            labs=(lab.name,), device=self.device, isolation=isolation.name, limits=limits
        )
        executor = LocalExecutor(
            lambda: confined_server(isolation.level, limits), self.jobs or os.cpu_count() or 1
        )
        console = Console(stderr=True)
        store = Store(prepared(root / self.results) / STORE_NAME)
        with executor, store, RunProgress(console, Lang(self.lang)) as progress:
            return grade_class(chosen, options, executor, store, progress)
