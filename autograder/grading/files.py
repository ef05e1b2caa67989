"""What a run writes: `grades.csv`, and the records of `autograder.grading.records`."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from autograder.grading.records import RUN, STUDENTS, RunRecord, StudentRecord, lab_record
from autograder.grading.submissions import Submission
from autograder.grading.version import grader_version
from autograder.results import GraderError, LabResult
from cnnlab.text import Lang

COLUMNS = ("student", "lab", "score", "max_score", "status", "submission_sha256")
MAX_FILE_NAME_BYTES = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_results(
    folder: Path,
    submissions: Sequence[Submission],
    results: Mapping[str, Mapping[str, LabResult]],
    *,
    device: str,
    isolation: str,
    lang: Lang,
) -> None:
    """Write the files of a run into `folder`, each one whole or not at all."""
    students = folder / STUDENTS
    with _alone(folder):
        students.mkdir(exist_ok=True)
        for left in (*folder.glob("*.new"), *students.glob("*.new")):  # by a run that was killed
            left.unlink()
        for submission in submissions:
            labs = [lab_record(lab, lang) for lab in results.get(submission.student, {}).values()]
            record = StudentRecord(
                student=submission.student,
                submission_sha256=submission.sha256,
                grader_version=grader_version(),
                isolation=isolation,
                device=device,
                score=_total(lab.score for lab in labs),
                max_score=_total(lab.max_score for lab in labs),
                labs=tuple(labs),
            )
            text = msgspec.json.format(msgspec.json.encode(record), indent=2)
            write_whole(students / f"{file_name(submission.student)}.json", text + b"\n")
        write_whole(folder / RUN, msgspec.json.encode(RunRecord(lang=lang)) + b"\n")
        _write_grades(folder / "grades.csv", submissions, results)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other run writes its results into `folder`; `GraderError` where none can."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
    except OSError as error:
        where = error.filename or folder
        raise GraderError(f"{where}: cannot be written: {error.strerror}") from error


def file_name(student: str) -> str:
    """The student id, or a shorter name for one that no file system would take."""
    if len(student.encode()) <= MAX_FILE_NAME_BYTES:
        return student
    digest = hashlib.sha256(student.encode()).hexdigest()[:16]
    return f"{student.encode()[:64].decode(errors='ignore')}-{digest}"


def _write_grades(
    path: Path, submissions: Sequence[Submission], results: Mapping[str, Mapping[str, LabResult]]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for submission in submissions:
        for lab in results.get(submission.student, {}).values():
            row = (
                _defused(submission.student),
                lab.lab,
                lab.score,
                lab.max_score,
                str(lab.status),
                submission.sha256,
            )
            writer.writerow(row)
    write_whole(path, text.getvalue().encode())


def _defused(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _total(scores: Iterable[float]) -> float:
    return round(sum(scores), 6)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole and on the disk, unless it is there already."""
    if path.is_file() and path.read_bytes() == content:
        return
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
