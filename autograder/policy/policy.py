"""What counts how much: the weights, deadlines and penalties of a course, from one TOML file.

    attempts = "best"               # of several results folders: "best", or "last" (the default)
    drop_lowest = 1                 # so many labs of each student, the lowest, do not count; 0
    scale = 100                     # the total is out of this; the sum of the weights' points
    submission_times = "times.csv"  # beside this file, or "nbgrader"

    [weights]                       # a lab that is not named weighs 1; 0 leaves it out
    batchnorm = 2

    [deadlines]                     # with the time zone; a lab that is not named has none
    batchnorm = 2026-11-02T23:59:00+01:00

    [late]
    grace_minutes = 15              # up to here it is not late; 0
    percent_per_day = 10            # of the raw score, for each day begun after the deadline
    max_days = 3                    # after that the score is 0; without it, when nothing is left

    [columns]                       # a lab's column in an exported gradebook; the lab's name
    batchnorm = "Lab 3 (12345)"

Every entry may be left out. Times come from nbgrader's notes, where the submissions were collected
by it, or from a CSV file with the columns `student`, `lab`, `submitted_at` and, for several results
folders, `attempt` (1 is the first). A file's own time is never taken: a copy changes it.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from autograder.policy.mistake import Mistake, read_text
from autograder.policy.toml_place import place_of
from cnnlab.labs import LABS

NBGRADER = "nbgrader"
Weight = Annotated[float, Meta(ge=0)]
Deadline = Annotated[datetime, Meta(tz=True)]
Column = Annotated[str, Meta(min_length=1)]


class Attempts(StrEnum):
    """Which of several attempts counts, for each lab by itself."""

    BEST = "best"
    LAST = "last"


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a late submission loses."""

    percent_per_day: Annotated[float, Meta(ge=0, le=100)]
    grace_minutes: Annotated[float, Meta(ge=0)] = 0.0
    max_days: Annotated[int, Meta(ge=1)] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's own shape; its tables by lab are looked at one entry at a time."""

    attempts: Attempts = Attempts.LAST
    drop_lowest: Annotated[int, Meta(ge=0)] = 0
    scale: Annotated[float, Meta(gt=0)] | None = None
    submission_times: Column | None = None
    late: Late | None = None
    weights: dict[str, Any] = {}
    deadlines: dict[str, Any] = {}
    columns: dict[str, Any] = {}


@dataclass(frozen=True)
class Policy:
    """A course's policy; without a file, every lab counts the same and nothing is late."""

    attempts: Attempts = Attempts.LAST
    drop_lowest: int = 0
    scale: float | None = None
    submission_times: Path | None = None  # a CSV file
    times_of_nbgrader: bool = False
    late: Late | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def weight(self, lab: str) -> float:
        return self.weights.get(lab, 1.0)

    def column(self, lab: str) -> str:
        return self.columns.get(lab, lab)


def read_policy(path: Path) -> Policy:
    """The policy of a file; `BadUsage` with line and column of a mistake."""
    return _Reader(path).policy()


def _number(words: str) -> float | str:
    """A number; TOML's `nan` and `inf` stay words, which no entry takes."""
    return float(words) if math.isfinite(float(words)) else words


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = read_text(path)

    def policy(self) -> Policy:
        try:
            file = self._converted(tomllib.loads(self._text, parse_float=_number), _File)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_mistake(str(error)) from error
        weights = self._by_lab("weights", file.weights, Weight)
        deadlines = self._by_lab("deadlines", file.deadlines, Deadline)
        if deadlines and not file.submission_times:
            raise self._mistake(["deadlines"], "there are no submission_times to hold against them")
        if file.late and not deadlines:
            raise self._mistake(["late"], "there are no deadlines to be late for")
        if not any(weights.get(lab, 1.0) for lab in LABS):
            raise self._mistake(["weights"], "no lab has a weight")
        columns = self._by_lab("columns", file.columns, Column)
        names = [columns.get(lab, lab) for lab in LABS]
        for lab in columns:
            if names.count(columns[lab]) > 1:
                raise self._mistake(["columns", lab], f"{columns[lab]}: two labs have this column")
        times_of_nbgrader = file.submission_times == NBGRADER
        times = None
        if file.submission_times and not times_of_nbgrader:
            times = self._path.parent / file.submission_times
            if not times.is_file():
                raise self._mistake(["submission_times"], f"{file.submission_times}: no such file")
        return Policy(
            attempts=file.attempts,
            drop_lowest=file.drop_lowest,
            scale=file.scale,
            submission_times=times,
            times_of_nbgrader=times_of_nbgrader,
            late=file.late,
            weights=weights,
            deadlines=deadlines,
            columns=columns,
        )

    def _by_lab(self, table: str, entries: Mapping[str, Any], kind: Any) -> dict[str, Any]:
        for lab in entries:
            if lab not in LABS:
                raise self._mistake([table, lab], f"no such lab; the labs are {', '.join(LABS)}")
        return {lab: self._converted(value, kind, [table, lab]) for lab, value in entries.items()}

    def _converted(self, value: Any, kind: Any, keys: list[str] | None = None) -> Any:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            reason, _, inside = str(error).partition(" - at `$")
            inner = [key for key in inside.rstrip("`").split(".") if key]
            unknown = re.search("unknown field `(.+)`", reason)
            raise self._mistake(
                [*(keys or []), *inner, *([unknown[1]] if unknown else [])],
                "no such entry" if unknown else reason.replace("`", ""),
            ) from error

    def _mistake(self, keys: list[str], reason: str) -> Mistake:
        line, column = place_of(self._text, keys)
        return Mistake(self._path, line, column, f"{'.'.join(keys)}: {reason}")

    def _syntax_mistake(self, said: str) -> Mistake:
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
        lines = self._text.split("\n")
        line, column = len(lines), len(lines[-1]) + 1
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        return Mistake(self._path, line, column, said[: place.start()] if place else said)
