"""Marks from the trusted grader, in place of running a student's notebook."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from rich.console import Console
from traitlets import Bool, Enum, Integer, Unicode

from autograder.gradebook.fingerprint import fingerprint, sign
from autograder.gradebook.marks import mark_cell
from autograder.gradebook.names import coursedir_of, lab_of, submission_folder
from autograder.gradebook.own_cells import own_cells, show_outputs
from autograder.grading.command import DEVICES, ISOLATIONS, STORE_NAME, prepared
from autograder.grading.display import RunProgress
from autograder.grading.executor import LocalExecutor, confined_server
from autograder.grading.isolation import SANDBOX, choose_isolation
from autograder.grading.run import Options, Outcome, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.grading.version import grader_version
from autograder.results import BadUsage, GraderError, LabResult
from autograder.worker.confinement import Limits
from cnnlab.labs import Lab
from cnnlab.text import Lang

RESULTS = ".autograder"  # below the course's root
Told = Callable[[str, LabResult], None]
Known = dict[tuple[str, str], LabResult | str]
"""By student and lab: the result, or why the grader failed on it."""
_known: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()


def known_to(converter: Any) -> Known:
    """The results of one run of nbgrader, which has a converter of its own; they end with it.

    The process may outlast them: the formgrader autogrades in the Jupyter server.
    """
    return _known.setdefault(converter, {})


class TrustedGrades(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Fills each graded code cell with its mark and feedback.

    Nothing of a notebook is run, unless `run_cells` says so: then its other code cells are, in the
    sandbox, for the hand grader to see what they show. No mark depends on it.

    The first notebook of a lab grades every collected submission of it, side by side, and keeps the
    results below the course's root; the others find theirs there.
    """

    lang = Enum([str(lang) for lang in Lang], default_value=str(Lang.ES)).tag(config=True)
    jobs = Integer(0, help="Submissions graded at once; 0 for as many as processors.").tag(
        config=True
    )
    device = Enum(list(DEVICES), default_value="auto").tag(config=True)
    isolation = Enum(list(ISOLATIONS), default_value="auto").tag(config=True)
    run_cells = Bool(
        False, help="Run a submitted notebook's own cells in the sandbox, for the hand grader."
    ).tag(config=True)
    results = Unicode(RESULTS, help="Folder of kept results, below the course's root.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        lab, student = lab_of(resources), resources["nbgrader"]["student"]
        coursedir = coursedir_of(self)
        known = known_to(self.parent.parent)
        if (student, lab.name) not in known:
            try:
                known.update(self._results(coursedir, lab))
            except GraderError as error:
                raise NbGraderException(str(error)) from error
        result = known[student, lab.name]
        if isinstance(result, str):
            raise NbGraderException(f"{student}/{lab.name}: the grader failed: {result}")
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
                mark_cell(cell, lab, result, Lang(self.lang))
        folder = submission_folder(coursedir, student, lab)
        if result.cells:
            cells = own_cells(folder / f"{lab.name}.ipynb")
            show_outputs(nb, cells, result.cells, Lang(self.lang))
        sign(nb, result, fingerprint(folder, result, Lang(self.lang)))
        return nb, resources

    def _results(self, coursedir: Any, lab: Lab) -> Known:
        outcome = self.grade(coursedir, lab)
        graded = outcome.results.items()
        results: Known = {(student, name): each[name] for student, each in graded for name in each}
        return results | outcome.broken

    def grade(self, coursedir: Any, lab: Lab, told: Told = lambda student, result: None) -> Outcome:
        """Grade every collected submission of a lab.

        `told` is called once for each student who has a result, as soon as it is there.
        """
        grader_version.cache_clear()  # the checks may have changed while this process ran
        root = Path(coursedir.root)
        submitted = submission_folder(coursedir, "*", lab).parent.parent
        chosen = [
            replace(submission, cells=self._cells(coursedir, submission.student, lab))
            for submission in read_submissions(submitted)
            if fnmatch.fnmatch(submission.student, coursedir.student_id)
            and (submitted / submission.student / lab.name).is_dir()
        ]
        limits = Limits()
        isolation = choose_isolation(self.isolation, limits)
        if self.run_cells and isolation.name != SANDBOX:
            raise BadUsage(f"TrustedGrades.run_cells: only in the sandbox. {isolation.note.en}")
        options = Options(
            labs=(lab.name,), device=self.device, isolation=isolation.name, limits=limits
        )
        start_server = partial(
            confined_server, isolation.level, limits, options.labs, self.run_cells
        )
        executor = LocalExecutor(start_server, self.jobs or os.cpu_count() or 1)
        console = Console(stderr=True)
        store = Store(prepared(root / self.results) / STORE_NAME)
        with executor, store, RunProgress(console, Lang(self.lang)) as progress:
            telling = _Telling(progress, told)
            outcome = grade_class(chosen, options, executor, store, telling)
        for student, results in outcome.results.items():
            for result in results.values():
                telling.tell(student, result)  # progress leaves out a lab that was not handed in
        return outcome

    def _cells(self, coursedir: Any, student: str, lab: Lab) -> tuple[str, ...]:
        folder = submission_folder(coursedir, student, lab)
        return own_cells(folder / f"{lab.name}.ipynb") if self.run_cells else ()


class _Telling:
    """A run's progress that also tells once of each student's result."""

    def __init__(self, shown: RunProgress, told: Told) -> None:
        self._shown = shown
        self._told = told
        self._done: set[str] = set()

    def start(self, total: int, known: int) -> None:
        self._shown.start(total, known)

    def advance(self, student: str, result: LabResult) -> None:
        self._shown.advance(student, result)
        self.tell(student, result)

    def tell(self, student: str, result: LabResult) -> None:
        if student not in self._done:
            self._done.add(student)
            self._told(student, result)
