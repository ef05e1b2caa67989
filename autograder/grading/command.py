"""`autograder grade`: from a folder of submissions to a folder of results."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.grading.display import RunProgress, make_console, print_summary
from autograder.grading.files import write_results
from autograder.grading.isolation import AUTO, PROCESS, SANDBOX, choose_isolation
from autograder.grading.run import Options, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.results import BadUsage
from autograder.worker.confinement import MEBIBYTE, Limits
from cnnlab.labs import LABS
from cnnlab.text import Lang

ISOLATIONS = (AUTO, SANDBOX, PROCESS)
DEVICES = ("auto", "cpu", "cuda")
STORE_NAME = "results.sqlite3"


@dataclass(frozen=True)
class Request:
    """The command's arguments."""

    submissions: Path
    out: Path
    labs: tuple[str, ...] = ()
    jobs: int = 0
    executor: str = "local"
    device: str = "auto"
    isolation: str = "auto"
    lang: Lang = Lang.ES
    memory_mib: int = 0
    time_factor: float = 1.0


def grade(request: Request) -> int:
    """Grade as asked; the exit status: 0, or 1 when the grader itself failed on a submission."""
    labs = chosen_labs(request.labs)
    _require_local(request.executor)
    limits = Limits(memory=request.memory_mib * MEBIBYTE) if request.memory_mib else Limits()
    isolation = choose_isolation(request.isolation, limits)
    submissions = read_submissions(request.submissions)
    out = prepared(request.out)
    console = make_console()
    console.print(isolation.note.in_(request.lang), highlight=False)
    options = Options(
        labs=labs,
        jobs=request.jobs or os.cpu_count() or 1,
        device=request.device,
        isolation=isolation,
        limits=limits,
        time_factor=request.time_factor,
    )
    with Store(out / STORE_NAME) as store, RunProgress(console, request.lang) as progress:
        outcome = grade_class(submissions, options, store, progress)
    write_results(
        out,
        submissions,
        outcome.results,
        checks=outcome.checks,
        device=outcome.device,
        isolation=isolation.name,
        lang=request.lang,
    )
    print_summary(console, outcome.results, labs, out, request.lang)
    for (student, lab), reason in sorted(outcome.broken.items()):
        _complain(student, lab, reason)
    return 1 if outcome.broken else 0


def _complain(student: str, lab: str, reason: str) -> None:
    Console(stderr=True).print(
        f"autograder: {student}/{lab}: the grader failed: {reason}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def chosen_labs(names: tuple[str, ...]) -> tuple[str, ...]:
    """The labs of these names in the course's order, all where none is named."""
    for name in names:
        if name not in LABS:
            raise BadUsage(f"--lab {name}: no such lab; the labs are {', '.join(LABS)}")
    return tuple(lab for lab in LABS if lab in names or not names)


def _require_local(executor: str) -> None:
    if executor.startswith("dask://"):
        raise BadUsage(f"--executor {executor}: not available yet; use --executor local")
    if executor != "local":
        raise BadUsage(f"--executor {executor}: expected local or dask://HOST:PORT")


def prepared(out: Path) -> Path:
    """The results folder, made if need be and known to be writable."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadUsage(f"--out {out}: cannot write there: {error.strerror}") from error
    return out.resolve()
