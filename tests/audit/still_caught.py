"""Which misconceptions about some labs' modules slip through the checks on record for them.

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
            chosen = [item for item in items if item.entry.id in caught]
            sources = references | {module: misconception.applied_to(references[module])}
            unit = Unit(lab, sources, "cpu", explain=False)
            # One check after another, until one catches it. All of them at last: what a wrong
            # module keeps from one network to the next takes more than one check to show.
            for some in (*([item] for item in chosen), chosen):
                result = grade_lab(checks, some, unit, functools.partial(LocalWorker, sources))
                if any(check.status is not CheckStatus.PASSED for check in result.checks):
                    break
            else:
                yield f"{module}: {misconception.key}: passes {', '.join(caught) or 'no check'}"


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
