"""Which misconception a failing student has: the one whose code answers alike on every input.

The misconceptions run here, in the trusted process, on the inputs that were tried on the student's
code; the student's code is given nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.checking.failures import (
    Failure,
    ForbiddenCall,
    StudentError,
    WorkerLost,
)
from autograder.checking.local import LocalWorker
from autograder.checking.outcome import same_outcome
from autograder.checking.remote import Session
from autograder.checking.session import CheckItem, CheckSession
from autograder.misconceptions import Misconception, misconceptions_of
from autograder.stubs import SOLUTIONS
from cnnlab.labs import LABS

EXAMPLES_COMPARED = 40


@dataclass(frozen=True)
class Tried:
    """A check that was run on the student's module, and how it failed, if it did."""

    item: CheckItem
    failure: Failure | None


def diagnose(checks: CheckSession, tried: Sequence[Tried], device: str) -> dict[str, Misconception]:
    """The misconception behind each failed check, by check id, for those that have one.

    It ended as the student's code did on every example of that check, and passes every check of
    the same function that the student passes. Where several do so, it is the one that explains the
    most failed checks of the function.
    """
    named: dict[str, Misconception] = {}
    targets = dict.fromkeys((t.item.module, t.item.check.target) for t in tried)
    for module, target in targets:
        group = [t for t in tried if (t.item.module, t.item.check.target) == (module, target)]
        failed = [t for t in group if t.failure is not None and _can_be_compared(t.failure)]
        passed = [t.item for t in group if t.failure is None]
        if not failed:
            continue
        explained = {
            misconception: ids
            for misconception in misconceptions_of(module)
            if misconception.target == target
            and (ids := _explained(checks, misconception, failed, passed, device))
        }
        for check_id in (t.item.entry.id for t in failed):
            fitting = [m for m, ids in explained.items() if check_id in ids]
            if fitting:
                named[check_id] = max(fitting, key=lambda m: len(explained[m]))
    return named


def _can_be_compared(failure: Failure) -> bool:
    """Whether the student's code ended by itself; what is still to do is no misconception."""
    match failure.error:
        case WorkerLost() | ForbiddenCall():
            return False
        case StudentError() as error:
            return not (error.is_missing or error.is_import_failure)
    return True


def _explained(
    checks: CheckSession,
    misconception: Misconception,
    failed: Sequence[Tried],
    passed: Sequence[CheckItem],
    device: str,
) -> frozenset[str]:
    """The ids of the failed checks on which the misconception agrees with the student.

    None where the misconception fails a check that the student passes.
    """
    lab = failed[0].item.lab
    module = failed[0].item.module
    sources = {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}
    sources[module] = misconception.applied_to(sources[module])
    session = Session(lambda: LocalWorker(sources), sources, shrinking_examples=0)
    ids = frozenset(
        t.item.entry.id for t in failed if t.failure and _agrees(checks, t.item, t.failure, session)
    )
    if not ids or any(checks.run(item, session, device) is not None for item in passed):
        return frozenset()
    return ids


def _agrees(checks: CheckSession, item: CheckItem, failure: Failure, session: Session) -> bool:
    """Whether every example that was tried ends for this session as it did for the student."""
    examples = [(number, *example) for number, example in enumerate(failure.examples)]
    failures = [example for example in examples if example[2] is not None]
    passes = [example for example in examples if example[2] is None]
    # The smallest failing example first: it tells the most, and most misconceptions end there.
    in_order = (failures[::-1] + passes)[:EXAMPLES_COMPARED]
    values = not item.check.random
    return all(
        same_outcome(outcome, checks.example(item, session, drawn, number), values=values)
        for number, drawn, outcome in in_order
    )
