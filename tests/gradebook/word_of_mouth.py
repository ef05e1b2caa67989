"""A checks' server that takes a submission's word for what it can do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Self

from autograder.grading.units import CheckEntry, Manifest, Unit
from autograder.results import CheckResult, CheckStatus, LabResult, LabStatus
from cnnlab.labs import LABS


class WordOfMouth:
    """In place of the checks' server: what passes is what a submission says will."""

    def __init__(self, lab: str) -> None:
        self.lab = lab
        self.starts = 0
        self.asked: list[str] = []
        self.strict = False

    @contextlib.contextmanager
    def started(self, *_: object) -> Iterator[Self]:
        self.starts += 1
        yield self

    def manifest(self) -> Manifest:
        names = LABS[self.lab].names
        return Manifest(
            tuple(CheckEntry(f"{self.lab}/{n}", self.lab, self.lab, n, 5.0) for n in names),
            "no GPU",
        )

    def grade(self, unit: Unit) -> LabResult:
        source = unit.sources[self.lab]
        self.asked.append(source)
        return LabResult(
            lab=self.lab,
            status=LabStatus.GRADED,
            seconds=0.0,
            checks=tuple(
                CheckResult(
                    id=f"{self.lab}/{name}",
                    target=name,
                    status=CheckStatus.PASSED if passes else CheckStatus.FAILED,
                    points=5.0 * passes,
                    max_points=5.0,
                    seconds=0.0,
                )
                for name in LABS[self.lab].names
                for passes in [name in source and not self.strict]
            ),
        )

    def stop(self) -> None:
        pass
