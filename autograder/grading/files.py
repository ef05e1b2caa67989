"""What a run writes: `grades.csv`, and the records of `autograder.grading.records`."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from autograder.grading.records import RUN, STUDENTS, RunRecord, StudentRecord, lab_record
from autograder.grading.submissions import Submission
from autograder.grading.units import CheckEntry
from autograder.grading.version import checks_version, grader_version
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
    checks: Sequence[CheckEntry],
    device: str,
    isolation: str,
    lang: Lang,
) -> None:
    """Write the files of a run into `folder`, all of them or none."""
    students = folder / STUDENTS
    with _alone(folder):
        students.mkdir(exist_ok=True)
        for left in (*folder.glob("*.new"), *students.glob("*.new")):  # by a run that was killed
            left.unlink()
        run = msgspec.json.encode(_run_record(submissions, results, checks, lang)) + b"\n"
        records = (
            _student_record(submission, results, device=device, isolation=isolation, lang=lang)
            for submission in submissions
        )
        reports = ((students / f"{file_name(r.student)}.json", _json(r)) for r in records)
        tables = [(folder / RUN, run), (folder / "grades.csv", _grades(submissions, results))]
        _write_together(chain(reports, tables))


def _student_record(
    submission: Submission,
    results: Mapping[str, Mapping[str, LabResult]],
    *,
    device: str,
    isolation: str,
    lang: Lang,
) -> StudentRecord:
    labs = [lab_record(lab, lang) for lab in results.get(submission.student, {}).values()]
    return StudentRecord(
        student=submission.student,
        submission_sha256=submission.sha256,
        grader_version=grader_version(),
        isolation=isolation,
        device=device,
        score=_total(lab.score for lab in labs),
        max_score=_total(lab.max_score for lab in labs),
        labs=tuple(labs),
    )


def _json(record: StudentRecord) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _run_record(
    submissions: Sequence[Submission],
    results: Mapping[str, Mapping[str, LabResult]],
    checks: Sequence[CheckEntry],
    lang: Lang,
) -> RunRecord:
    labs = {submission.student: results.get(submission.student, {}) for submission in submissions}
    return RunRecord(
        lang=lang,
        submitted_at={s.student: dict(s.times) for s in submissions if s.times},
        sources={s.student: {lab: s.digest(lab) for lab in labs[s.student]} for s in submissions},
        statements={check.id: check.statement.in_(lang) for check in checks},
        checks={lab: checks_version(lab) for lab in sorted(set().union(*labs.values()))},
    )


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


def _grades(
    submissions: Sequence[Submission], results: Mapping[str, Mapping[str, LabResult]]
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for submission in submissions:
        for lab in results.get(submission.student, {}).values():
            row = (
                defused(submission.student),
                lab.lab,
                lab.score,
                lab.max_score,
                str(lab.status),
                submission.sha256,
            )
            writer.writerow(row)
    return text.getvalue().encode()


def defused(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _total(scores: Iterable[float]) -> float:
    return round(sum(scores), 6)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole and on the disk, unless it is there already."""
    _write_together([(path, content)])


def _write_together(files: Iterable[tuple[Path, bytes]]) -> None:
    """Put each content at its path; where there is no room for all, every file stays as it was."""
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files:
            if path.is_file() and path.read_bytes() == content:
                continue
            temporary = path.with_name(f"{path.name}.new")
            written.append((temporary, path))
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
        raise
    for temporary, path in written:
        os.replace(temporary, path)
