"""The trusted grader over the collected submissions of a lab, as a course's configuration says."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from traitlets import Bool, Enum, Integer, Unicode
from traitlets.config import Configurable

from autograder.gradebook.folders import submission_folder
from autograder.grading.command import DEVICES, ISOLATIONS, STORE_NAME, prepared
from autograder.grading.display import RunProgress
from autograder.grading.executor import LocalExecutor, confined_server
from autograder.grading.isolation import SANDBOX, choose_isolation
from autograder.grading.run import Options, Outcome, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.grading.version import grader_version
from autograder.results import BadUsage, LabResult
from autograder.worker.confinement import Limits
from cnnlab.labs import Lab
from cnnlab.text import Lang

RESULTS = ".autograder"  # below the course's root
Told = Callable[[str, LabResult], None]


class TrustedGrades(Configurable):
    """Grades submissions side by side, and keeps the results below the course's root.

    Nothing of a notebook is run, unless `run_cells` says so: then its cells that are not graded
    are, in the sandbox, for the hand grader to see what they show. No mark depends on it.
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
            confined_server, isolation.level, limits, options.labs, self.run_cells, self.device
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
        if not self.run_cells:
            return ()
        # Notebooks are slow to learn to read.
        from autograder.gradebook.own_cells import own_cells

        return own_cells(submission_folder(coursedir, student, lab) / f"{lab.name}.ipynb")


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
