"""One lab of one submission: every declared check has a result, and starts at 0 points."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from autograder.checking.cells import run_cells
from autograder.checking.connection import Worker
from autograder.checking.diagnosis import Tried, diagnose
from autograder.checking.failures import Failure
from autograder.checking.forbidden import (
    FORBIDDEN,
    Evidence,
    find_forbidden,
    forbidden_operators,
)
from autograder.checking.limits import DEATHS_PER_TARGET, EXAMPLES_WHILE_SHRINKING, LAB_SECONDS
from autograder.checking.messages import (
    failure_message,
    forbidden_source,
    misconception_hint,
    not_run,
)
from autograder.checking.remote import Session
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.units import Unit
from autograder.misconceptions import Misconception
from autograder.results import (
    LOST,
    CheckResult,
    CheckStatus,
    LabResult,
    LabStatus,
    not_submitted,
)
from cnnlab.hints import HINTS
from cnnlab.labs import LABS
from cnnlab.text import Text

Target = tuple[str, str]  # (module, name)


@dataclass(frozen=True)
class Verdict:
    """How one check ended."""

    status: CheckStatus
    message: Text | None = None
    call: Text | None = None


def grade_lab(
    checks: CheckSession,
    items: Sequence[CheckItem],
    unit: Unit,
    start_worker: Callable[[], Worker],
    start_on_gpu: Callable[[], Worker] | None = None,
) -> LabResult:
    """Run the checks `items`, those that `unit` asks for, on its submission.

    Those that train on a GPU have workers by `start_on_gpu`.
    """
    started = time.monotonic()
    if unit.targets:
        items = [item for item in items if item.check.target in unit.targets]
    shrinking = EXAMPLES_WHILE_SHRINKING if unit.explain else 0
    session = Session(
        start_worker,
        unit.sources,
        forbidden_operators(unit.lab),
        shrinking,
        started + LAB_SECONDS * unit.time_factor,
        start_on_gpu,
    )
    checks.time_factor = unit.time_factor
    checks.seed = unit.seed
    evidence = _evidence(unit)
    results: list[CheckResult] = []
    tried: list[Tried] = []
    deaths: Counter[Target] = Counter()
    last_death: dict[Target, CheckStatus] = {}
    try:
        for item in items:
            check_started = time.monotonic()
            target = (item.module, item.check.target)
            if item.module not in unit.sources:
                verdict = Verdict(CheckStatus.NOT_SUBMITTED, not_submitted(item.module))
            elif target in evidence:
                message = forbidden_source(item.check, item.module, evidence[target])
                verdict = Verdict(CheckStatus.FORBIDDEN, message)
            elif deaths[target] >= DEATHS_PER_TARGET:
                verdict = Verdict(last_death[target], not_run(item.check, last_death[target]))
            else:
                failure = checks.run(item, session, unit.device)
                verdict = _verdict(item, failure)
                tried.append(Tried(item, failure))
                if verdict.status in LOST:
                    deaths[target] += 1
                    last_death[target] = verdict.status
            results.append(_result(item, verdict, time.monotonic() - check_started))
    finally:
        session.close()
    results = _void_forbidden_targets(results)
    if unit.explain:
        results = _with_misconceptions(results, diagnose(checks, tried))
    notebook = unit.notebook
    return LabResult(
        lab=unit.lab,
        status=LabStatus.GRADED,
        seconds=time.monotonic() - started,
        checks=tuple(results),
        cells=run_cells(start_worker, notebook.modules, notebook.cells, unit.time_factor)
        if notebook
        else (),
    )


def _evidence(unit: Unit) -> dict[Target, Evidence]:
    """Forbidden calls read off the source, by the module's target that makes them."""
    rule = FORBIDDEN.get(unit.lab)
    if rule is None:
        return {}
    return {
        (module, target): evidence
        for module, source in unit.sources.items()
        for target, evidence in find_forbidden(source, rule, LABS[unit.lab].targets[module]).items()
    }


def _verdict(item: CheckItem, failure: Failure | None) -> Verdict:
    if failure is None:
        return Verdict(CheckStatus.PASSED)
    status, message = failure_message(item.check, item.module, failure)
    return Verdict(status, message, failure.call)


def _result(item: CheckItem, verdict: Verdict, seconds: float) -> CheckResult:
    passed = verdict.status is CheckStatus.PASSED
    entry = item.entry
    return CheckResult(
        id=entry.id,
        target=entry.target,
        status=verdict.status,
        points=entry.points if passed else 0.0,
        max_points=entry.points,
        seconds=seconds,
        message=verdict.message,
        counterexample=verdict.call,
        hint=None if passed else HINTS[entry.target].idea,
    )


def _with_misconceptions(
    results: Sequence[CheckResult], named: Mapping[str, Misconception]
) -> list[CheckResult]:
    """The results with the misconception behind each failure and its hint, where one is known."""
    return [
        msgspec.structs.replace(
            result,
            misconception=named[result.id].key,
            hint=misconception_hint(named[result.id]),
        )
        if result.id in named and result.status is not CheckStatus.FORBIDDEN
        else result
        for result in results
    ]


def _void_forbidden_targets(results: Sequence[CheckResult]) -> list[CheckResult]:
    """A forbidden call heard in one check of a function voids them all."""
    heard = {r.target: r.message for r in results if r.status is CheckStatus.FORBIDDEN}
    return [
        msgspec.structs.replace(
            result,
            status=CheckStatus.FORBIDDEN,
            points=0.0,
            message=heard[result.target],
            counterexample=None,
        )
        if result.target in heard
        else result
        for result in results
    ]
