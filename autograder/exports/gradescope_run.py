"""Grades one submission inside Gradescope's container; `run_autograder` runs this module.

Its one argument is the container's folder: `source/` with the grader and its `settings.json`,
`submission/` with what a student handed in, and `results/`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import msgspec

from autograder.exports.gradescope_results import (
    GradescopeResults,
    Visibility,
    encoded,
    graded,
    not_graded,
)
from autograder.grading.command import STORE_NAME
from autograder.grading.display import RunProgress, make_console
from autograder.grading.executor import LocalExecutor, confined_server
from autograder.grading.files import write_whole
from autograder.grading.isolation import choose_isolation
from autograder.grading.run import Options, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submission
from autograder.grading.version import grader_version
from autograder.results import GraderError
from autograder.worker.confinement import Limits
from cnnlab.text import Lang

SETTINGS = "settings.json"
STUDENT = "submission"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the zip was made for."""

    lab: str
    lang: Lang
    visibility: Visibility
    isolation: str
    time_factor: float


def main(root: Path) -> None:
    """Write `results/results.json` below `root`, whatever happens."""
    lang = Lang.ES
    try:
        content = (root / "source" / SETTINGS).read_bytes()
        settings = msgspec.json.decode(content, type=Settings)
        lang = settings.lang
        results = _graded(root, settings)
    except Exception as error:  # nothing may keep the student from a result
        reason = str(error) if isinstance(error, GraderError) else repr(error)
        results = not_graded(reason, lang)
    write_whole(root / "results" / "results.json", encoded(results))


def _graded(root: Path, settings: Settings) -> GradescopeResults:
    started = time.monotonic()
    submission = read_submission(STUDENT, root / "submission")
    limits = Limits()
    isolation = choose_isolation(settings.isolation, limits)
    options = Options(
        labs=(settings.lab,),
        device="cpu",
        isolation=isolation.name,
        limits=limits,
        time_factor=settings.time_factor,
    )
    start_server = partial(confined_server, isolation.level, limits, options.labs)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / STORE_NAME) as store,
        LocalExecutor(start_server, jobs=1) as executor,
        RunProgress(make_console(), settings.lang) as progress,
    ):
        outcome = grade_class([submission], options, executor, store, progress)
    for reason in outcome.broken.values():
        raise GraderError(reason)
    return graded(
        outcome.results[STUDENT][settings.lab],
        notes=f"{isolation.note.in_(settings.lang)} {grader_version()}",
        visibility=settings.visibility,
        seconds=time.monotonic() - started,
        lang=settings.lang,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
