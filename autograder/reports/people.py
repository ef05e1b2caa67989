"""How a student appears on a page, and where their own page is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from autograder.grading.files import file_name
from autograder.grading.records import LabRecord
from autograder.printable import printable

MAX_NAME = 80  # characters
MAX_WORDS = 1000  # characters of a message or an example
STUDENTS = "students"


@dataclass(frozen=True)
class Person:
    """`name` is fit to be shown, `page` is a path in the report's folder."""

    name: str
    page: str

    @property
    def link(self) -> str:
        """The address of the page from the report's folder."""
        return quote(self.page)


def person(student: str) -> Person:
    return Person(printable(student, MAX_NAME), f"{STUDENTS}/{file_name(student)}.html")


def shown(words: str | None) -> str:
    """A record's text, which may quote a submission, fit to be shown; empty where there is none."""
    return printable(words, MAX_WORDS) if words else ""


def reason_of(lab: LabRecord) -> str:
    """Why the lab could not be read, as `shown`; empty where it could."""
    return "" if isinstance(lab.reason, msgspec.UnsetType) else shown(lab.reason)
