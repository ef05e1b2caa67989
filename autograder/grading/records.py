"""What a results folder holds, as GRADING.md lays it down: written, and read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from autograder.printable import printable
from autograder.results import BadUsage, CheckResult, CheckStatus, LabResult, LabStatus
from cnnlab.text import Lang, Text

STUDENTS = "students"  # a folder with a JSON file for each
RUN = "run.json"
Record = TypeVar("Record", "StudentRecord", "RunRecord")


class CheckRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One check, its texts in the language of the run."""

    id: str
    target: str
    status: CheckStatus
    points: float
    max_points: float
    seconds: float
    message: str | None
    counterexample: str | None
    misconception: str | None
    hint: str | None


class LabRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One lab; `reason` is there where the lab could not be read."""

    lab: str
    status: LabStatus
    score: float
    max_score: float
    seconds: float
    reason: str | msgspec.UnsetType = msgspec.UNSET
    checks: tuple[CheckRecord, ...]


class StudentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One submission."""

    student: str
    submission_sha256: str
    grader_version: str
    isolation: str
    device: str
    score: float
    max_score: float
    labs: tuple[LabRecord, ...]


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What all records of a folder share, and what does not belong in a student's.

    `lang` is the language of their texts. `submitted_at` has, by student and lab, when nbgrader
    took a submission, where it left a note of that. `sources` has a digest of what was read for a
    lab, by student and lab; `checks` one of the checks and the reference of each lab. `statements`
    says of each check, by its id, what property it checks: a student's record has that only where
    the check fails.
    """

    lang: Lang
    submitted_at: dict[str, dict[str, datetime]] = msgspec.field(default_factory=dict)
    sources: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    checks: dict[str, str] = msgspec.field(default_factory=dict)
    statements: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """A results folder as it was read: the students in alphabetical order."""

    run: RunRecord
    students: tuple[StudentRecord, ...]


def lab_record(lab: LabResult, lang: Lang) -> LabRecord:
    """A lab's result in one language."""
    return LabRecord(
        lab=lab.lab,
        status=lab.status,
        score=lab.score,
        max_score=lab.max_score,
        seconds=round(lab.seconds, 4),
        reason=msgspec.UNSET if lab.reason is None else lab.reason.in_(lang),
        checks=tuple(_check_record(check, lang) for check in lab.checks),
    )


def _check_record(check: CheckResult, lang: Lang) -> CheckRecord:
    return CheckRecord(
        id=check.id,
        target=check.target,
        status=check.status,
        points=check.points,
        max_points=check.max_points,
        seconds=round(check.seconds, 4),
        message=_spoken(check.message, lang),
        counterexample=_spoken(check.counterexample, lang),
        misconception=check.misconception,
        hint=_spoken(check.hint, lang),
    )


def _spoken(text: Text | None, lang: Lang) -> str | None:
    return None if text is None else text.in_(lang)


def read_results(folder: Path) -> Results:
    """What a run wrote into `folder`.

    `BadUsage` where nothing is there, or something that this version did not write.
    """
    paths = sorted((folder / STUDENTS).glob("*.json"))
    if not paths:
        raise BadUsage(f"{folder}: no results there; `autograder grade` writes them")
    students = sorted((_read(path, StudentRecord) for path in paths), key=lambda r: r.student)
    return Results(_read(folder / RUN, RunRecord), tuple(students))


def _read(path: Path, kind: type[Record]) -> Record:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise BadUsage(
            f"{path}: cannot be read: {error.strerror}; run `autograder grade` again"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadUsage(
            f"{path}: not a result of this version ({printable(str(error))}); "
            "run `autograder grade` again"
        ) from error
