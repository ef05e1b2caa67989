"""Which misconceptions about some labs' modules slip through a check that is on record for them.

    python -m tests.audit.still_caught LAB...

Prints a line for each and exits with 1 where there is one. Without the worker process that the
audit grades with, it takes seconds.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence

import torch

from autograder.audit.cases import reference
from autograder.checking.lab import grade_lab
from autograder.checking.local import LocalWorker
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.units import Unit
from autograder.misconceptions import caught_by, misconceptions_of
from autograder.results import CheckStatus
from cnnlab.labs import LABS


def slips(checks: CheckSession, items: Sequence[CheckItem], lab: str) -> Iterator[str]:
    references = {module: reference(module) for module in LABS[lab].modules}
    for module in LABS[lab].modules:
        record = caught_by(module)
        for misconception in misconceptions_of(module):
            caught = record.get(misconception.key, frozenset())
            if not caught:
                yield f"{module}: {misconception.key}: no check is on record"
            sources = references | {module: misconception.applied_to(references[module])}
            chosen = [item for item in items if item.entry.id in caught]
            unit = Unit(lab, sources, "cpu", explain=False)
            result = grade_lab(checks, chosen, unit, functools.partial(LocalWorker, sources))
            for check in result.checks:
                if check.status is CheckStatus.PASSED:
                    yield f"{module}: {misconception.key}: passes {check.id}"


def main(labs: Sequence[str]) -> int:
    torch.set_num_threads(1)
    found: list[str] = []

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        for lab in labs:
            found.extend(slips(checks, items, lab))

    CheckSession(use_checks).open(labs)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
