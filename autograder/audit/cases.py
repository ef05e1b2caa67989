"""What an audit grades: modules that are known to be right, unfinished or wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.audit.mutants import Mutant, mutants_of
from autograder.grading.units import Unit
from autograder.misconceptions import misconceptions_of
from autograder.project import REWORDINGS, SOLUTIONS, STUBS, VARIANTS
from autograder.results import BadUsage
from cnnlab.labs import Lab


class Kind(StrEnum):
    REFERENCE = "reference"
    VARIANT = "variant"
    STUB = "stub"
    MISCONCEPTION = "misconception"
    REWORDING = "rewording"  # of a misconception, in another's words
    MUTANT = "mutant"


RIGHT = frozenset({Kind.REFERENCE, Kind.VARIANT})
EXPLAINED = frozenset({Kind.MISCONCEPTION, Kind.REWORDING})  # the diagnosis is audited too


@dataclass(frozen=True)
class Case:
    """The module `module` of a lab with the source `source`; others of the lab are not graded.

    `target` is the LABS.md name that is wrong, where it is one; `key` the misconception's.
    """

    kind: Kind
    lab: str
    module: str
    name: str
    source: str
    target: str | None = None
    key: str | None = None
    mutant: Mutant | None = None
    seed: int = 0

    def unit(self) -> Unit:
        """A mutant is graded by the checks of its function alone, which have to kill it."""
        alone = self.target if self.kind is Kind.MUTANT else None
        return Unit(
            self.lab,
            {self.module: self.source},
            "cpu",
            explain=self.kind in EXPLAINED,
            seed=self.seed,
            targets=(alone,) if alone else (),
        )

    def diff(self) -> str:
        """What differs from the reference, as a unified diff without its head."""
        lines = difflib.unified_diff(
            reference(self.module).splitlines(), self.source.splitlines(), lineterm="", n=1
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def reference(module: str) -> str:
    return (SOLUTIONS / f"{module}.py").read_text(encoding="utf-8")


def cases_of(lab: Lab, seeds: int, *, mutants: bool = True) -> Iterator[Case]:
    """The cases of one lab; what is right is tried with as many seeds, grading's own first."""
    for module in lab.modules:
        for seed in range(seeds):
            yield Case(Kind.REFERENCE, lab.name, module, "reference", reference(module), seed=seed)
            for path in sorted((VARIANTS / module).glob("*.py")):
                source = path.read_text(encoding="utf-8")
                yield Case(Kind.VARIANT, lab.name, module, path.stem, source, seed=seed)
        stub = (STUBS / f"{module}.py").read_text(encoding="utf-8")
        yield Case(Kind.STUB, lab.name, module, "stub", stub)
        yield from _rewordings(lab.name, module)
        if mutants:
            yield from _mutants(lab, module)
    yield from misconceptions_in(lab)


def misconceptions_in(lab: Lab) -> Iterator[Case]:
    """The misconception library of one lab."""
    for module in lab.modules:
        for idea in misconceptions_of(module):
            source = idea.applied_to(reference(module))
            kind, key = Kind.MISCONCEPTION, idea.key
            yield Case(kind, lab.name, module, key, source, target=idea.target, key=key)


def _rewordings(lab: str, module: str) -> Iterator[Case]:
    targets = {
        misconception.key: misconception.target for misconception in misconceptions_of(module)
    }
    for path in sorted((REWORDINGS / module).glob("*.py")):
        if path.stem not in targets:
            raise BadUsage(f"{path}: no misconception of {module} has this key")
        yield rewording(lab, module, path, targets[path.stem])


def rewording(lab: str, module: str, path: Path, target: str) -> Case:
    """The reference with the definition in `path` after it, which replaces its own."""
    source = f"{reference(module)}\n\n{path.read_text(encoding='utf-8')}"
    return Case(Kind.REWORDING, lab, module, path.stem, source, target=target, key=path.stem)


def _mutants(lab: Lab, module: str) -> Iterator[Case]:
    for mutant in mutants_of(module, reference(module)):
        target = mutant.owner if mutant.owner in lab.targets[module] else None
        yield Case(
            Kind.MUTANT, lab.name, module, mutant.name, mutant.source, target=target, mutant=mutant
        )
