"""The roster: who is in the class, by the ids that submissions are named after.

A CSV file with the columns `id`, `name`, `email` (or `e-mail`) and `section`; the last two may be
missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.policy.table import read_table


@dataclass(frozen=True)
class Person:
    """A student of the roster."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""


def read_roster(path: Path) -> list[Person]:
    """The people of a roster, in its order; `BadUsage` with line and column of a mistake."""
    people: dict[str, Person] = {}
    lines: dict[str, int] = {}
    for row in read_table(path, ("id", "name"), ("email", "e-mail", "section")):
        key = row["id"]
        if not key.text:
            raise key.mistake("a student without an id")
        if key.text in people:
            raise key.mistake(f"id {key.text}: there already, in line {lines[key.text]}")
        email = row.get("email") or row.get("e-mail")
        if email and email.text and "@" not in email.text:
            raise email.mistake(f"{email.text}: not an e-mail address")
        lines[key.text] = key.line
        people[key.text] = Person(
            id=key.text,
            name=row["name"].text,
            email=email.text if email else "",
            section=row["section"].text if "section" in row else "",
        )
    return list(people.values())
