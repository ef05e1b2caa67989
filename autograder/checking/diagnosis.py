"""Which misconception a failing student has: the one whose code answers alike on every input.

The misconceptions run here, in the trusted process, on the inputs that were tried on the student's
code; the student's code is given nothing of them. Which checks each of them fails is on record, so
only those run that fail no check that the student passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from autograder.checking.apart import computed_apart
from autograder.checking.failures import (
    Failure,
    ForbiddenCall,
    StudentError,
    WorkerLost,
)
from autograder.checking.limits import TRAINING
from autograder.checking.local import LocalWorker
from autograder.checking.outcome import same_outcome
from autograder.checking.remote import Session
from autograder.checking.session import CheckItem, CheckSession
from autograder.misconceptions import Misconception, caught_by, misconceptions_of
from autograder.project import SOLUTIONS
from cnnlab.labs import LABS

EXAMPLES_COMPARED = 40


@dataclass(frozen=True)
class Tried:
    """A check that was run on the student's module, and how it failed, if it did."""

    item: CheckItem
    failure: Failure | None

    @property
    def id(self) -> str:
        return self.item.entry.id


def diagnose(checks: CheckSession, tried: Sequence[Tried]) -> dict[str, Misconception]:
    """The misconception behind each failed check, by check id, for those that have one.

    They are run in a fork: some leave torch switched, and this process goes on to grade others.
    """
    failed = {t.id: t for t in tried if t.failure is not None}
    if not failed:
        return {}

    def keys() -> bytes:
        return msgspec.json.encode({id: idea.key for id, idea in _named(checks, tried).items()})

    found = msgspec.json.decode(computed_apart(keys), type=dict[str, str])
    by_key = {
        id: {idea.key: idea for idea in misconceptions_of(t.item.module)}
        for id, t in failed.items()
    }
    return {id: by_key[id][key] for id, key in found.items()}


def _named(checks: CheckSession, tried: Sequence[Tried]) -> dict[str, Misconception]:
    """The misconception behind each failed check.

    Of the checks of its function it fails none that the student passes, and on each that it fails
    it ended as the student's code did, on every example. Where several do so, a check is put down
    to the one that explains the most.
    """
    named: dict[str, Misconception] = {}
    targets = dict.fromkeys((t.item.module, t.item.check.target) for t in tried)
    for module, target in targets:
        group = [t for t in tried if (t.item.module, t.item.check.target) == (module, target)]
        for misconception, explained in _candidates(module, target, group):
            if explained.keys() <= named.keys():
                continue
            if _agrees(checks, misconception, _decisive(explained)):
                named |= dict.fromkeys(explained.keys() - named.keys(), misconception)
    return named


def _candidates(
    module: str, target: str, group: Sequence[Tried]
) -> Iterator[tuple[Misconception, Mapping[str, Tried]]]:
    """The misconceptions that fail only what the student failed, those that fail most first.

    With each come the failures that can be compared.
    """
    failed = {t.id: t for t in group if t.failure is not None}
    record = caught_by(module)
    fitting = [
        (misconception, caught)
        for misconception in misconceptions_of(module)
        if misconception.target == target
        and (caught := record.get(misconception.key))
        and caught <= failed.keys()
    ]
    for misconception, caught in sorted(fitting, key=lambda pair: -len(pair[1])):
        explained = {id: t for id, t in failed.items() if id in caught and _can_be_compared(t)}
        if explained:
            yield misconception, explained


def _can_be_compared(tried: Tried) -> bool:
    """Whether the student's code ended by itself; what is still to do is no misconception."""
    assert tried.failure is not None
    match tried.failure.error:
        case WorkerLost() | ForbiddenCall():
            return False
        case StudentError() as error:
            return not (error.is_missing or error.is_import_failure)
    return True


def _decisive(explained: Mapping[str, Tried]) -> list[Tried]:
    """The failures to compare: what training ends in says little where there are others."""
    failures = list(explained.values())
    return [t for t in failures if t.item.check.limit != TRAINING] or failures


def _agrees(checks: CheckSession, misconception: Misconception, failures: Sequence[Tried]) -> bool:
    """Whether every example of every check ends for the misconception as for the student."""
    lab, module = failures[0].item.lab, failures[0].item.module
    sources = {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}
    sources[module] = misconception.applied_to(sources[module])
    session = Session(lambda: LocalWorker(sources), sources, shrinking_examples=0)
    return all(_agrees_on(checks, tried, session) for tried in failures)


def _agrees_on(checks: CheckSession, tried: Tried, session: Session) -> bool:
    assert tried.failure is not None
    examples = [(number, *example) for number, example in enumerate(tried.failure.examples)]
    failures = [example for example in examples if example[2] is not None]
    passes = [example for example in examples if example[2] is None]
    # The smallest failing example first: it tells the most, and most misconceptions end there.
    in_order = (failures[::-1] + passes)[:EXAMPLES_COMPARED]
    values = not tried.item.check.random
    return all(
        same_outcome(outcome, checks.example(tried.item, session, drawn, number), values=values)
        for number, drawn, outcome in in_order
    )
