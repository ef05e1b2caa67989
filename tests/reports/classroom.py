"""Results of small classes, written by hand: what `autograder grade` would have left."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder.grading.files import file_name
from autograder.grading.records import (
    RUN,
    STUDENTS,
    CheckRecord,
    LabRecord,
    Results,
    RunRecord,
    StudentRecord,
)
from autograder.results import CheckStatus, LabStatus
from cnnlab.text import Lang

WORTH = {
    "dropout/zeroes_whole_maps": ("dropout2d", 4.0),
    "dropout/scales_what_stays": ("dropout2d", 2.0),
    "dropout/layer_follows_its_mode": ("Dropout2d", 4.0),
    "batchnorm/biased_variance": ("batch_stats", 3.0),
    "batchnorm/running_var": ("BatchNorm2d", 5.0),
    "batchnorm/eval_mode": ("BatchNorm2d", 2.0),
    "transfer/step_descends": ("train_one_epoch", 4.0),
    "transfer/only_the_head": ("replace_head", 6.0),
}
"""The checks of this class: the function and the points of each."""

STATEMENTS = {
    "dropout/zeroes_whole_maps": "A map is zeroed whole or not at all.",
    "batchnorm/running_var": "running_var moves towards the unbiased variance.",
}
"""What the run has noted; of the other checks a page can only say the name."""


def check(
    id: str,
    status: CheckStatus = CheckStatus.PASSED,
    message: str | None = None,
    counterexample: str | None = None,
    misconception: str | None = None,
    hint: str | None = None,
) -> CheckRecord:
    target, points = WORTH[id]
    return CheckRecord(
        id=id,
        target=target,
        status=status,
        points=points if status is CheckStatus.PASSED else 0.0,
        max_points=points,
        seconds=0.1,
        message=message,
        counterexample=counterexample,
        misconception=misconception,
        hint=hint,
    )


def failed(id: str, message: str = "Expected 1, got 2.", **more: str) -> CheckRecord:
    return check(id, CheckStatus.FAILED, message, **more)


def lab(name: str, *failures: CheckRecord, seconds: float = 1.0) -> LabRecord:
    """A graded lab: these failures, and every other check passed."""
    by_id = {failure.id: failure for failure in failures}
    checks = tuple(by_id.get(id) or check(id) for id in WORTH if id.startswith(f"{name}/"))
    return LabRecord(
        lab=name,
        status=LabStatus.GRADED,
        score=sum(one.points for one in checks),
        max_score=10.0,
        seconds=seconds,
        checks=checks,
    )


def missing(name: str) -> LabRecord:
    """A lab that was not submitted."""
    message = f"The module cnnlab/{name}.py is not in the submission."
    return _without_code(name, LabStatus.NOT_SUBMITTED, message)


def unreadable(name: str, reason: str) -> LabRecord:
    return _without_code(name, LabStatus.UNREADABLE, reason)


def _without_code(name: str, status: LabStatus, message: str) -> LabRecord:
    ids = [id for id in WORTH if id.startswith(f"{name}/")]
    return LabRecord(
        lab=name,
        status=status,
        score=0.0,
        max_score=10.0,
        seconds=0.0,
        reason=message if status is LabStatus.UNREADABLE else msgspec.UNSET,
        checks=tuple(check(id, CheckStatus.NOT_SUBMITTED, message) for id in ids),
    )


def student(id: str, *labs: LabRecord) -> StudentRecord:
    return StudentRecord(
        student=id,
        submission_sha256="5" * 64,
        grader_version="v1",
        isolation="sandbox",
        device="cpu",
        score=sum(one.score for one in labs),
        max_score=sum(one.max_score for one in labs),
        labs=labs,
    )


def class_of(
    *students: StudentRecord, lang: Lang = Lang.EN, statements: Mapping[str, str] = STATEMENTS
) -> Results:
    run = RunRecord(lang=lang, statements=dict(statements))
    return Results(run, tuple(sorted(students, key=lambda record: record.student)))


def write_class(folder: Path, results: Results) -> Path:
    """The files of these results, in `folder`."""
    (folder / STUDENTS).mkdir(parents=True)
    for record in results.students:
        path = folder / STUDENTS / f"{file_name(record.student)}.json"
        path.write_bytes(msgspec.json.encode(record))
    (folder / RUN).write_bytes(msgspec.json.encode(results.run))
    return folder
