"""Results folders made by hand, as a run would write them, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from autograder.grading.files import write_results
from autograder.grading.submissions import Submission
from autograder.results import CheckResult, CheckStatus, LabResult, LabStatus
from cnnlab.text import Lang, Text

OF_LAB = {  # a check of each lab, and the function that it belongs to
    "dropout": ("dropout/zeroes_whole_maps", "dropout2d"),
    "batchnorm": ("batchnorm/eps", "BatchNorm2d"),
    "vgg": ("vgg/depth", "VGG"),
}


def lab(name: str, score: float, status: LabStatus = LabStatus.GRADED) -> LabResult:
    """A lab with two checks, one passed for `score` points and one failed for the rest."""
    id, target = OF_LAB[name]
    handed_in = status is LabStatus.GRADED
    failed = CheckStatus.FAILED if handed_in else CheckStatus.NOT_SUBMITTED
    return LabResult(
        lab=name,
        status=status,
        seconds=0.5,
        checks=(
            CheckResult(
                id=id,
                target=target,
                status=CheckStatus.PASSED if handed_in else failed,
                points=score,
                max_points=score,
                seconds=0.25,
            ),
            CheckResult(
                id=f"{id}_too",
                target=target,
                status=failed,
                points=0.0,
                max_points=10 - score,
                seconds=0.25,
                message=Text(es="se esperaba 1", en="expected 1"),
                counterexample=Text(es="x de forma (2, 1)", en="x of shape (2, 1)"),
                hint=Text(es="piensa en N", en="think of N"),
            ),
        ),
    )


NOT_SUBMITTED = LabStatus.NOT_SUBMITTED


def write(
    folder: Path,
    results: Mapping[str, list[LabResult]],
    times: Mapping[str, Mapping[str, datetime]] | None = None,
    sources: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """Write a run's folder; `sources` and `times` are what the submissions held."""
    folder.mkdir(exist_ok=True)
    submissions = [
        Submission(
            student=student,
            sources=(sources or {}).get(student, {}),
            sha256="0" * 64,
            times=(times or {}).get(student, {}),
        )
        for student in results
    ]
    by_lab = {student: {lab.lab: lab for lab in labs} for student, labs in results.items()}
    write_results(
        folder, submissions, by_lab, checks=(), device="cpu", isolation="sandbox", lang=Lang.EN
    )
    return folder
