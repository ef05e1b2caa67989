"""A grading run: what is known is taken from the store, the rest graded side by side and kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from autograder.grading.executor import Executor
from autograder.grading.store import Store, unit_key
from autograder.grading.submissions import Submission
from autograder.grading.units import CheckEntry, Manifest, Notebook, Unit
from autograder.grading.version import grader_version
from autograder.results import (
    LOST,
    BadUsage,
    CheckResult,
    CheckStatus,
    ExecutorLost,
    GraderError,
    LabResult,
    LabStatus,
    not_submitted,
)
from autograder.worker.confinement import Limits
from cnnlab.labs import LABS

PATIENCE = 0.2  # seconds between looks at what another run is grading
LOOK_SECONDS = 5.0  # between looks at how much the executor can take


@dataclass(frozen=True)
class Options:
    """What a run depends on besides the submissions; `isolation` is the name that results say."""

    labs: tuple[str, ...]
    device: str
    isolation: str
    limits: Limits
    time_factor: float = 1.0


class Progress(Protocol):
    """Told of each (student, lab) that has a result."""

    def start(self, total: int, known: int) -> None: ...
    def advance(self, student: str, result: LabResult) -> None: ...


@dataclass
class Outcome:
    """The results by student and lab, and the units on which the grader itself failed.

    `checks` are all that there are in the labs asked for. `unused_gpu` says why one that is there
    was not used, if it was not to be left alone.
    """

    results: dict[str, dict[str, LabResult]] = field(default_factory=dict)
    broken: dict[tuple[str, str], str] = field(default_factory=dict)
    device: str = "cpu"
    unused_gpu: str = ""
    checks: tuple[CheckEntry, ...] = ()

    def take(self, student: str, result: LabResult) -> None:
        self.results.setdefault(student, {})[result.lab] = result

    def put_in_order(self, submissions: Sequence[Submission], labs: Sequence[str]) -> None:
        """Students and labs in the order they were asked for, whichever was graded first."""
        self.results = {
            submission.student: {
                lab: self.results[submission.student][lab]
                for lab in labs
                if lab in self.results.get(submission.student, {})
            }
            for submission in submissions
        }


def grade_class(
    submissions: Sequence[Submission],
    options: Options,
    executor: Executor,
    store: Store,
    progress: Progress,
) -> Outcome:
    """Grade every lab of every submission. A result is in the store before it is reported."""
    wants_gpu = executor.has_gpu and options.device != "cpu"
    manifest = _manifest(options.labs, store, executor, wants_gpu)
    outcome = Outcome(
        device=_device(options.device, manifest),
        unused_gpu=manifest.cuda_trouble if wants_gpu else "",
        checks=manifest.checks,
    )
    plan = _Plan(submissions, options, outcome.device)
    for student, lab in plan.absent:
        outcome.take(student, _absent_lab(plan.submission(student), lab, manifest))
    known = store.results(plan.units)
    progress.start(plan.count(plan.units), plan.count(known))
    for key, result in known.items():
        plan.report(key, result, outcome, progress)
    unknown = {key: unit for key, unit in plan.units.items() if key not in known}
    for key, result_or_reason in graded_units(executor, unknown, store):
        if isinstance(result_or_reason, LabResult):
            plan.report(key, result_or_reason, outcome, progress)
        else:
            for student, lab in plan.places[key]:
                outcome.broken[student, lab] = result_or_reason
    outcome.put_in_order(submissions, options.labs)
    return outcome


class _Plan:
    """The units to grade by their keys, and the places (student, lab) that each result goes to."""

    def __init__(self, submissions: Sequence[Submission], options: Options, device: str) -> None:
        self._submissions = {submission.student: submission for submission in submissions}
        self.units: dict[str, Unit] = {}
        self.places: dict[str, list[tuple[str, str]]] = {}
        self.absent: list[tuple[str, str]] = []
        isolation = f"{options.isolation} {options.limits}"
        for submission in submissions:
            for lab in options.labs:
                sources = {
                    module: submission.sources[module]
                    for module in LABS[lab].modules
                    if module in submission.sources
                }
                if not sources:
                    self.absent.append((submission.student, lab))
                    continue
                notebook = Notebook(submission.cells, dict(submission.sources))
                unit = Unit(
                    lab,
                    sources,
                    device,
                    time_factor=options.time_factor,
                    notebook=notebook if submission.cells else None,
                )
                key = unit_key(unit, grader_version(), isolation)
                self.units[key] = unit
                self.places.setdefault(key, []).append((submission.student, lab))

    def submission(self, student: str) -> Submission:
        return self._submissions[student]

    def count(self, keys: Iterable[str]) -> int:
        return sum(len(self.places[key]) for key in keys)

    def report(self, key: str, result: LabResult, outcome: Outcome, progress: Progress) -> None:
        for student, _ in self.places[key]:
            own = _with_reasons(result, self.submission(student))
            outcome.take(student, own)
            progress.advance(student, own)


def _manifest(labs: Sequence[str], store: Store, executor: Executor, wants_gpu: bool) -> Manifest:
    """The checks of these labs: as kept from a run of this version, or as the executor says.

    Whether there is a GPU may change from run to run, so what is kept goes with whether one is
    in sight, and wanted.
    """
    key = f"{grader_version()} {labs} {'GPU' if wants_gpu else 'no GPU'}"
    manifest = store.manifest(key)
    if manifest is None:
        every = executor.manifest()
        manifest = replace(every, checks=tuple(c for c in every.checks if c.lab in labs))
        if manifest.has_cuda == wants_gpu:  # or a mended driver would go unnoticed
            store.keep_manifest(key, manifest)
    return manifest


def _device(asked: str, manifest: Manifest) -> str:
    if asked == "cuda" and not manifest.has_cuda:
        raise BadUsage(f"--device cuda: PyTorch trains on no GPU here: {manifest.cuda_trouble}")
    return "cuda" if manifest.has_cuda and asked != "cpu" else "cpu"


def graded_units(
    executor: Executor, units: Mapping[str, Unit], store: Store
) -> Iterator[tuple[str, LabResult | str]]:
    """Each unit's result, kept in `store`, or why the grader failed on it, as they come in.

    A unit that lost a worker is graded once more when all the others are done: alone on a
    machine, so that a timeout is nobody else's doing.
    """
    again: dict[str, Unit] = {}
    graded = _side_by_side(executor, units, store, lambda r: not _lost_a_worker(r), alone=False)
    for key, result in graded:
        if isinstance(result, LabResult) and _lost_a_worker(result):
            again[key] = units[key]
        else:
            yield key, result
    yield from _side_by_side(executor, again, store, lambda _: True, alone=True)


def _lost_a_worker(result: LabResult) -> bool:
    return any(check.status in LOST for check in result.checks)


def _side_by_side(
    executor: Executor,
    units: Mapping[str, Unit],
    store: Store,
    is_final: Callable[[LabResult], bool],
    *,
    alone: bool,
) -> Iterator[tuple[str, LabResult | str]]:
    """Grade as many units at a time as go, and keep what is final before it is yielded.

    What another run on the same store is grading is left to it, and looked up when it is done.
    """
    pending = deque(units)
    grading: dict[Future[LabResult], str] = {}
    try:
        while pending or grading:
            elsewhere = []
            capacity = executor.capacity(alone=alone)
            while pending and len(grading) < capacity:
                key = pending.popleft()
                if not store.claim(key):
                    elsewhere.append(key)
                elif known := store.results([key]):  # another has graded it meanwhile
                    store.release(key)
                    yield key, known[key]
                else:
                    grading[executor.submit(units[key], alone=alone)] = key
            pending.extend(elsewhere)
            if not grading:
                time.sleep(PATIENCE if elsewhere else 0.0)
                continue
            done, _ = wait(grading, PATIENCE if elsewhere else LOOK_SECONDS, FIRST_COMPLETED)
            for future in done:
                key = grading.pop(future)
                result = _result_or_reason(future)
                if isinstance(result, LabResult) and is_final(result):
                    store.keep(key, result)
                store.release(key)
                yield key, result
    except BaseException:
        executor.stop()  # so that nothing that nobody waits for goes on
        raise


def _result_or_reason(future: Future[LabResult]) -> LabResult | str:
    try:
        return future.result()
    except ExecutorLost:
        raise
    except GraderError as error:
        return str(error)


def _absent_lab(submission: Submission, lab: str, manifest: Manifest) -> LabResult:
    """The result of a lab that has no module to run."""
    reasons = [
        submission.problems[module] for module in LABS[lab].modules if module in submission.problems
    ]
    return LabResult(
        lab=lab,
        status=LabStatus.UNREADABLE if reasons else LabStatus.NOT_SUBMITTED,
        seconds=0.0,
        reason=reasons[0] if reasons else None,
        checks=tuple(
            CheckResult(
                id=entry.id,
                target=entry.target,
                status=CheckStatus.NOT_SUBMITTED,
                points=0.0,
                max_points=entry.points,
                seconds=0.0,
                message=reasons[0] if reasons else not_submitted(entry.module),
            )
            for entry in manifest.of_lab(lab)
        ),
    )


def _with_reasons(result: LabResult, submission: Submission) -> LabResult:
    """A module that could not be read tells why in the checks that miss it."""
    missing = {
        not_submitted(module): reason
        for module, reason in submission.problems.items()
        if module in LABS[result.lab].modules
    }
    if not missing:
        return result
    checks = (
        replace(check, message=missing.get(check.message, check.message))
        if check.message
        else check
        for check in result.checks
    )
    return replace(result, checks=tuple(checks))
