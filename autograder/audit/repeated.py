"""Training checks with one seed after another: a verdict must not depend on what is drawn.

Only code of the project's own is run, so all of it happens in this process, without a sandbox.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from msgspec.structs import replace
from rich.console import Console

from autograder.audit.cases import RIGHT, Case, Kind, cases_of
from autograder.checking.lab import grade_lab
from autograder.checking.limits import TRAINING
from autograder.checking.local import LocalWorker
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.display import RunProgress
from autograder.misconceptions import caught_by
from autograder.results import CheckStatus
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

REPEATING = Text(es="Repitiendo", en="Repeating")


@dataclass(frozen=True)
class Repeated:
    """One case, and how many of `seeds` runs failed each training check of its module."""

    case: Case
    seeds: int
    failures: Counter[str]

    @property
    def unsettled(self) -> list[str]:
        """The checks that pass with one seed and fail with another, or that fail right code."""
        return [
            check_id
            for check_id, count in sorted(self.failures.items())
            if count and (count < self.seeds or self.case.kind in RIGHT)
        ]


def repeat_training(labs: Sequence[str], seeds: int, console: Console) -> int:
    """Run right code, and misconceptions about what a training check is of, with each seed.

    1 where a verdict is not the same: where right code fails, or whether a misconception is caught
    depends on the seed. One that other checks catch too is told, and no more.
    """
    bad: list[str] = []
    told: list[str] = []

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        torch.set_num_threads(1)
        training = [item for item in items if item.check.limit == TRAINING]
        names = frozenset(item.entry.id for item in training)
        for lab in labs:
            started = time.monotonic()
            cases = [
                case
                for case in cases_of(LABS[lab], 1, mutants=False)
                if case.kind is not Kind.STUB and _is_trained(case, training)
            ]
            with RunProgress(console, Lang.EN, REPEATING) as progress:
                progress.start(len(cases), 0)
                for case in cases:
                    one = repeated(checks, training, case, seeds)
                    lines = told if is_caught_otherwise(case, names) else bad
                    lines.extend(_line(one, check_id) for check_id in one.unsettled)
                    progress.step(case.name)
            seconds = time.monotonic() - started
            console.print(f"{lab}: {len(cases)} cases, {seeds} seeds each, {seconds:.0f} s")

    CheckSession(use_checks).open(labs)
    for line in told:
        console.print(f"{line}; other checks catch it", highlight=False, soft_wrap=True)
    for line in bad:
        console.print(line, style="red", highlight=False, soft_wrap=True)
    if not bad:
        console.print("No verdict depends on the seed of a training check.")
    return 1 if bad else 0


def repeated(
    checks: CheckSession, training: Sequence[CheckItem], case: Case, seeds: int
) -> Repeated:
    """Run the training checks of the case's module with the seeds 0, 1, …"""
    own = [item for item in training if item.module == case.module]
    failures: Counter[str] = Counter()
    for seed in range(seeds):
        unit = replace(case.unit(), seed=seed, explain=False)
        result = grade_lab(checks, own, unit, functools.partial(LocalWorker, unit.sources))
        failures.update(c.id for c in result.checks if c.status is not CheckStatus.PASSED)
    return Repeated(case, seeds, failures)


def _is_trained(case: Case, training: Sequence[CheckItem]) -> bool:
    """Whether a training check is of its function, or of any function of right code."""
    return any(
        item.module == case.module and case.target in (None, item.check.target) for item in training
    )


def is_caught_otherwise(case: Case, training: frozenset[str]) -> bool:
    """Whether checks other than those of `training` are known to catch this misconception."""
    if case.kind in RIGHT or case.key is None:
        return False
    return bool(caught_by(case.module).get(case.key, frozenset()) - training)


def _line(one: Repeated, check_id: str) -> str:
    case = one.case
    return (
        f"{case.module}: {case.kind} {case.name}: {check_id} failed with "
        f"{one.failures[check_id]} of {one.seeds} seeds"
    )
