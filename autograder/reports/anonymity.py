"""Results without names, for pages that a whole class may see."""

from __future__ import annotations

import base64
import functools
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from autograder.grading.records import CheckRecord, LabRecord, Results
from autograder.results import BadUsage

KEY_FILE = "pseudonyms.key"
KEY_BYTES = 32
HALF = 4  # characters of a pseudonym, of 5 bits each: 40 bits tell any class apart
OMITTED = "…"
Redact = Callable[[str], str]


def anonymous(results: Results, key: bytes) -> Results:
    """The same results under pseudonyms, and in their order; no text holds a student's id.

    A pseudonym depends on nothing but the id and `key`: it is the same in each report, and whoever
    knows the ids but not the key cannot tell whose it is.
    """
    redact = _redactor(student.student for student in results.students)
    students = [
        replace(
            student,
            student=pseudonym(student.student, key),
            submission_sha256="",
            labs=tuple(_redacted_lab(lab, redact) for lab in student.labs),
        )
        for student in results.students
    ]
    return Results(results.run, tuple(sorted(students, key=lambda record: record.student)))


def pseudonym(student: str, key: bytes) -> str:
    """A code that stands for the student id, as `k7qm-2xtd`."""
    digest = hmac.digest(key, student.encode("utf-8", "surrogatepass"), "sha256")
    code = base64.b32encode(digest).decode().lower()
    return f"{code[:HALF]}-{code[HALF : 2 * HALF]}"


def pseudonyms_key(results: Path) -> bytes:
    """The key of a results folder, made when it is first asked for.

    `BadUsage` where it cannot be read or written.
    """
    path = results / KEY_FILE
    try:
        if not path.exists():
            temporary = path.with_name(f"{KEY_FILE}.{os.getpid()}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
            os.replace(temporary, path)
        key = path.read_bytes()
    except OSError as error:
        raise BadUsage(f"{path}: no key for the pseudonyms: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise BadUsage(f"{path}: not a key of {KEY_BYTES} bytes; delete it to have a new one made")
    return key


def _redactor(students: Iterable[str]) -> Redact:
    """What leaves the ids, as whole words, out of a text."""
    lowered = [(id.lower(), _whole_word(id)) for id in students]

    @functools.cache  # most texts are those of many students
    def redact(text: str) -> str:
        low = text.lower()
        for id, pattern in lowered:
            if id in low:
                text = pattern.sub(OMITTED, text)
        return text

    return redact


def _whole_word(id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(id)}(?!\w)", re.IGNORECASE)


def _redacted_lab(lab: LabRecord, redact: Redact) -> LabRecord:
    reason = lab.reason if isinstance(lab.reason, msgspec.UnsetType) else redact(lab.reason)
    checks = tuple(_redacted_check(check, redact) for check in lab.checks)
    return replace(lab, reason=reason, checks=checks)


def _redacted_check(check: CheckRecord, redact: Redact) -> CheckRecord:
    def kept(text: str | None) -> str | None:
        return None if text is None else redact(text)

    return replace(
        check,
        message=kept(check.message),
        counterexample=kept(check.counterexample),
        hint=kept(check.hint),
    )
