"""When each attempt was handed in, from where the policy says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from autograder.grading.records import Results
from autograder.grading.submissions import parsed_time
from autograder.policy.policy import Policy
from autograder.policy.table import read_table
from autograder.results import BadUsage
from cnnlab.labs import LABS

Times = Mapping[tuple[int, str, str], datetime]
"""By attempt, counted from 0, student and lab."""


def submission_times(policy: Policy, attempts: Sequence[Results]) -> Times:
    """The times known; `BadUsage` where they cannot be read, with line and column of a mistake."""
    if policy.submission_times:
        return _read_times(policy.submission_times, len(attempts))
    if policy.times_of_nbgrader:
        return {
            (attempt, student, lab): time
            for attempt, results in enumerate(attempts)
            for student, labs in results.run.submitted_at.items()
            for lab, time in labs.items()
        }
    return {}


def _read_times(path: Path, attempts: int) -> Times:
    times: dict[tuple[int, str, str], datetime] = {}
    for row in read_table(path, ("student", "lab", "submitted_at"), ("attempt",)):
        if row["lab"].text not in LABS:
            raise row["lab"].mistake(f"no such lab; the labs are {', '.join(LABS)}")
        if "attempt" not in row and attempts > 1:
            raise BadUsage(f"{path}: several results folders, and no column attempt to tell them")
        attempt = 1
        if "attempt" in row:
            number = row["attempt"].text
            if number not in map(str, range(1, attempts + 1)):
                expected = f"1 … {attempts}" if attempts > 1 else "1"
                raise row["attempt"].mistake(f"attempt {number}: expected {expected}")
            attempt = int(number)
        key = (attempt - 1, row["student"].text, row["lab"].text)
        if key in times:
            raise row["student"].mistake(f"{key[1]}, {key[2]}: a second time for one submission")
        try:
            times[key] = parsed_time(row["submitted_at"].text)
        except ValueError as error:
            raise row["submitted_at"].mistake(
                "expected a date and time with its zone, as 2026-11-02T23:59:00+01:00"
            ) from error
    return times
