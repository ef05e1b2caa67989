"""A lab's scores in a class: how many there are, their middle, and how they are spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.grading.records import LabRecord, Results
from autograder.results import LAB_POINTS, LabStatus
from cnnlab.labs import LABS
from cnnlab.text import Lang

BINS = 10


@dataclass(frozen=True)
class Bin:
    """How many scores there are from `low` points up to the next bin's; 10 is in the last."""

    low: int
    high: int
    students: int


@dataclass(frozen=True)
class LabSummary:
    """The middle and the spread are those of the submissions that could be graded."""

    lab: str
    title: str
    graded: int
    not_submitted: int
    unreadable: int
    mean: float | None
    median: float | None
    bins: tuple[Bin, ...]

    @property
    def tallest(self) -> int:
        return max(bin.students for bin in self.bins)


def labs_of(results: Results) -> tuple[str, ...]:
    """The labs that were graded, in the course's order."""
    found = {lab.lab for student in results.students for lab in student.labs}
    return tuple(lab for lab in LABS if lab in found)


def records_of(results: Results, lab: str) -> tuple[LabRecord, ...]:
    """One lab of every student who has it."""
    return tuple(r for student in results.students for r in student.labs if r.lab == lab)


def summary_of(lab: str, records: Sequence[LabRecord], lang: Lang) -> LabSummary:
    scores = [record.score for record in records if record.status is LabStatus.GRADED]
    return LabSummary(
        lab=lab,
        title=LABS[lab].title.in_(lang),
        graded=len(scores),
        not_submitted=sum(r.status is LabStatus.NOT_SUBMITTED for r in records),
        unreadable=sum(r.status is LabStatus.UNREADABLE for r in records),
        mean=statistics.fmean(scores) if scores else None,
        median=statistics.median(scores) if scores else None,
        bins=_bins(scores),
    )


def _bins(scores: Sequence[float]) -> tuple[Bin, ...]:
    width = LAB_POINTS / BINS
    counts = [0] * BINS
    for score in scores:
        counts[min(int(score / width), BINS - 1)] += 1
    return tuple(
        Bin(round(place * width), round((place + 1) * width), count)
        for place, count in enumerate(counts)
    )
