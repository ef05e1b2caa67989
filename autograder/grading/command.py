"""`autograder grade`: from a folder of submissions to a folder of results."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from autograder.grading.display import RunProgress, make_console, print_summary
from autograder.grading.executor import Executor, LocalExecutor, confined_server
from autograder.grading.files import write_results
from autograder.grading.isolation import AUTO, PROCESS, SANDBOX, choose_isolation
from autograder.grading.profile import (
    Profile,
    ProfiledExecutor,
    ProfiledStore,
    print_profile,
)
from autograder.grading.run import Options, grade_class
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.results import BadUsage
from autograder.worker.confinement import MEBIBYTE, Limits
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

ISOLATIONS = (AUTO, SANDBOX, PROCESS)
DEVICES = ("auto", "cpu", "cuda")
LOCAL, DASK = "local", "dask"
STORE_NAME = "results.sqlite3"


UNUSED_GPU = Text(
    es="Se entrenó en la CPU; la GPU no se pudo usar: {}",
    en="Training was on the CPU; the GPU could not be used: {}",
)


@dataclass(frozen=True)
class Request:
    """The command's arguments."""

    submissions: Path
    out: Path
    labs: tuple[str, ...] = ()
    jobs: int = 0
    executor: str = LOCAL
    device: str = "auto"
    isolation: str = "auto"
    lang: Lang = Lang.ES
    memory_mib: int = 0
    time_factor: float = 1.0
    profile: bool = False


def grade(request: Request) -> int:
    """Grade as asked; the exit status: 0, or 1 when the grader itself failed on a submission."""
    labs = chosen_labs(request.labs)
    limits = Limits(memory=request.memory_mib * MEBIBYTE) if request.memory_mib else Limits()
    if request.profile and request.executor != LOCAL:
        raise BadUsage(f"--profile goes with --executor {LOCAL} only")
    profile = Profile() if request.profile else None
    submissions = read_submissions(request.submissions)
    out = prepared(request.out)
    console = make_console()
    with (
        _opened(request, labs, limits, console, profile) as (executor, isolation),
        _store(out / STORE_NAME, profile) as store,
        RunProgress(console, request.lang) as progress,
    ):
        options = Options(labs, request.device, isolation, limits, request.time_factor)
        outcome = grade_class(submissions, options, executor, store, progress)
    write_results(
        out,
        submissions,
        outcome.results,
        checks=outcome.checks,
        device=outcome.device,
        isolation=isolation,
        lang=request.lang,
    )
    print_summary(console, outcome.results, labs, out, request.lang)
    if outcome.unused_gpu:
        text = UNUSED_GPU.in_(request.lang).format(outcome.unused_gpu)
        console.print(text, style="yellow", markup=False, highlight=False)
    if profile is not None:
        print_profile(console, profile, _jobs(request), request.lang)
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


def _jobs(request: Request) -> int:
    """How many units this machine is to grade at once."""
    return request.jobs or os.cpu_count() or 1


def _store(path: Path, profile: Profile | None) -> Store:
    return Store(path) if profile is None else ProfiledStore(path, profile)


@contextlib.contextmanager
def _opened(
    request: Request,
    labs: tuple[str, ...],
    limits: Limits,
    console: Console,
    profile: Profile | None,
) -> Iterator[tuple[Executor, str]]:
    """The executor that is asked for, and the name of the isolation that it has."""
    if request.executor == LOCAL:
        isolation = choose_isolation(request.isolation, limits)
        console.print(isolation.note.in_(request.lang), highlight=False)
        start_server = partial(
            confined_server, isolation.level, limits, labs, device=request.device
        )
        jobs = _jobs(request)
        with (
            LocalExecutor(start_server, jobs)
            if profile is None
            else ProfiledExecutor(start_server, jobs, profile)
        ) as local:
            yield local, isolation.name
        return
    address = _scheduler(request.executor)
    # distributed is slow to import, and an extra.
    try:
        from autograder.cluster.executor import connected
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        raise BadUsage(
            f"--executor {request.executor}: {missing} is missing; pip install 'cnnlab[cluster]'"
        ) from error
    with connected(address, request.isolation, limits, request.jobs) as cluster:
        _tell(cluster.news(), console, request.lang)
        yield cluster, cluster.isolation
        _tell(cluster.news(), console, request.lang)


def _tell(news: Iterable[Text], console: Console, lang: Lang) -> None:
    for line in news:
        console.print(line.in_(lang), markup=False, highlight=False, soft_wrap=True)


def _scheduler(executor: str) -> str:
    """HOST:PORT of a Dask scheduler."""
    scheme, _, address = executor.partition("://")
    host, _, port = address.rpartition(":")
    if scheme != DASK or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadUsage(f"--executor {executor}: expected {LOCAL} or {DASK}://HOST:PORT")
    return address


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
