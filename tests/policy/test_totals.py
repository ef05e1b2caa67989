"""Marks by a policy, worked out by hand: lateness, attempts, dropped labs, weights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.grading.records import read_results
from autograder.policy.mistake import Mistake
from autograder.policy.policy import Policy, read_policy
from autograder.policy.totals import LabMark, StudentMarks, class_marks
from autograder.results import BadUsage, LabResult, LabStatus
from tests.made_results import NOT_SUBMITTED, lab, write

DEADLINE = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATE = """
submission_times = "nbgrader"
deadlines.vgg = 2026-11-02T12:00:00Z
late = { percent_per_day = 20, grace_minutes = 15, max_days = 3 }
"""


def policy_of(folder: Path, text: str) -> Policy:
    (folder / "policy.toml").write_text(text)
    return read_policy(folder / "policy.toml")


def marks_of(
    folder: Path,
    policy: str,
    *attempts: list[LabResult],
    late: timedelta | None = None,
) -> StudentMarks:
    """Ana's marks, from her labs in each attempt; vgg was handed in `late` after its deadline."""
    times = {} if late is None else {"ana": {"vgg": DEADLINE + late}}
    read = [
        read_results(write(folder / f"r{number}", {"ana": labs}, times))
        for number, labs in enumerate(attempts)
    ]
    (marks,) = class_marks(read, policy_of(folder, policy))
    return marks


def test_without_a_policy_points_add_up(tmp_path: Path) -> None:
    marks = marks_of(tmp_path, "", [lab("vgg", 4), lab("dropout", 7.5)])
    assert (marks.total, marks.max_total) == (11.5, 20)
    assert list(marks.labs) == ["dropout", "vgg"]  # as the course has them
    assert marks.labs["vgg"] == LabMark(
        lab="vgg",
        raw=4,
        max_score=10,
        attempt=1,
        submitted=True,
        submitted_at=None,
        deadline=None,
        late_days=None,
        penalty=0,
    )


@pytest.mark.parametrize(
    ("late", "days", "penalty"),
    [
        (timedelta(days=-1), 0, 0.0),
        (timedelta(0), 0, 0.0),
        (timedelta(minutes=15), 0, 0.0),
        (timedelta(minutes=15, seconds=1), 1, 1.6),
        (timedelta(days=1), 1, 1.6),
        (timedelta(days=1, seconds=1), 2, 3.2),
        (timedelta(days=3), 3, 4.8),
        (timedelta(days=3, seconds=1), 4, 8.0),
    ],
)
def test_each_day_begun_costs_a_part_of_the_raw_score(
    tmp_path: Path, late: timedelta, days: int, penalty: float
) -> None:
    mark = marks_of(tmp_path, LATE, [lab("vgg", 8)], late=late).labs["vgg"]
    assert (mark.raw, mark.late_days, mark.penalty) == (8, days, penalty)
    assert mark.score == pytest.approx(8 - penalty)


def test_a_penalty_takes_no_more_than_there_is(tmp_path: Path) -> None:
    policy = LATE.replace("day = 20", "day = 60").replace(", max_days = 3", "")
    mark = marks_of(tmp_path, policy, [lab("vgg", 8)], late=timedelta(days=30)).labs["vgg"]
    assert (mark.penalty, mark.score) == (8, 0)


def test_without_a_penalty_lateness_is_only_shown(tmp_path: Path) -> None:
    policy = "\n".join(line for line in LATE.split("\n") if not line.startswith("late"))
    mark = marks_of(tmp_path, policy, [lab("vgg", 8)], late=timedelta(days=2)).labs["vgg"]
    assert (mark.late_days, mark.penalty) == (2, 0)


def test_a_time_that_is_not_known_costs_nothing_and_is_not_on_time(tmp_path: Path) -> None:
    mark = marks_of(tmp_path, LATE, [lab("vgg", 8)]).labs["vgg"]
    assert (mark.late_days, mark.penalty, mark.submitted_at) == (None, 0, None)


def test_what_was_not_handed_in_is_not_late(tmp_path: Path) -> None:
    labs = [lab("vgg", 0, NOT_SUBMITTED)]
    mark = marks_of(tmp_path, LATE, labs, late=timedelta(days=2)).labs["vgg"]
    assert (mark.submitted, mark.late_days) == (False, None)


def test_the_last_attempt_counts(tmp_path: Path) -> None:
    marks = marks_of(tmp_path, "", [lab("vgg", 9), lab("dropout", 3)], [lab("vgg", 4)])
    assert (marks.labs["vgg"].raw, marks.labs["vgg"].attempt) == (4, 2)
    assert (marks.labs["dropout"].raw, marks.labs["dropout"].attempt) == (3, 1)


def test_an_attempt_without_the_lab_does_not_replace_one_with_it(tmp_path: Path) -> None:
    marks = marks_of(tmp_path, "", [lab("vgg", 9)], [lab("vgg", 0, NOT_SUBMITTED)])
    assert marks.labs["vgg"].raw == 9
    unreadable = [lab("vgg", 0, LabStatus.UNREADABLE)]
    assert marks_of(tmp_path, "", [lab("vgg", 9)], unreadable).labs["vgg"].raw == 0


def test_the_best_attempt_counts_after_its_penalty(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text(
        "student,lab,submitted_at,attempt\n"
        "ana,vgg,2026-11-02T12:00:00Z,1\n"
        "ana,vgg,2026-11-04T13:00:00+01:00,2\n"
    )
    policy = LATE.replace("nbgrader", "times.csv") + 'attempts = "best"\n'
    marks = marks_of(tmp_path, policy, [lab("vgg", 6)], [lab("vgg", 9)])
    assert marks.labs["vgg"].attempt == 1  # 9 less two days is 5.4
    marks = marks_of(tmp_path, policy, [lab("vgg", 5)], [lab("vgg", 9)])
    assert (marks.labs["vgg"].attempt, marks.labs["vgg"].score) == (2, 5.4)


def test_labs_weigh_what_the_policy_says(tmp_path: Path) -> None:
    labs = [lab("vgg", 5), lab("dropout", 10), lab("batchnorm", 1)]
    marks = marks_of(tmp_path, "[weights]\nvgg = 3\nbatchnorm = 0\n", labs)
    assert (marks.total, marks.max_total) == (25, 40)  # 3 · 5 + 1 · 10
    marks = marks_of(tmp_path, "scale = 100\n[weights]\nvgg = 3\nbatchnorm = 0\n", labs)
    assert (marks.total, marks.max_total) == (62.5, 100)


def test_the_lowest_labs_are_dropped(tmp_path: Path) -> None:
    labs = [lab("vgg", 5), lab("dropout", 10), lab("batchnorm", 1)]
    marks = marks_of(tmp_path, "drop_lowest = 1", labs)
    assert [name for name, mark in marks.labs.items() if mark.dropped] == ["batchnorm"]
    assert (marks.total, marks.max_total) == (15, 20)


def test_a_lab_of_no_weight_is_not_one_that_is_dropped(tmp_path: Path) -> None:
    labs = [lab("vgg", 5), lab("dropout", 10), lab("batchnorm", 1)]
    marks = marks_of(tmp_path, "drop_lowest = 1\nweights.batchnorm = 0", labs)
    assert [name for name, mark in marks.labs.items() if mark.dropped] == ["vgg"]
    assert (marks.total, marks.max_total) == (10, 10)


def test_a_lab_that_only_others_handed_in_counts_as_none(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {"ana": [lab("vgg", 5)], "eva": [lab("dropout", 10)]})
    ana, eva = class_marks([read_results(folder)], Policy())
    assert (ana.total, ana.max_total) == (5, 20)
    assert (eva.total, eva.max_total) == (10, 20)


def test_something_has_to_be_left(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match=r"drop_lowest 2: none is left .*\(dropout, vgg\)"):
        marks_of(tmp_path, "drop_lowest = 2", [lab("vgg", 5), lab("dropout", 10)])


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        ("ana,vvg,2026-11-02T12:00:00Z,1", 2, 5, "no such lab"),
        ("ana,vgg,2026-11-02 12:00,1", 2, 9, "expected a date and time with its zone"),
        ("ana,vgg,2.11.2026,1", 2, 9, "expected a date and time with its zone"),
        ("ana,vgg,2026-11-02T12:00:00Z,2", 2, 30, "attempt 2: expected 1"),
        ("ana,vgg,2026-11-02T12:00:00Z,1\n" * 2, 3, 1, "ana, vgg: a second time"),
    ],
)
def test_a_mistake_in_the_times_has_its_place(
    tmp_path: Path, rows: str, line: int, column: int, words: str
) -> None:
    (tmp_path / "times.csv").write_text(f"student,lab,submitted_at,attempt\n{rows}\n")
    with pytest.raises(Mistake, match=rf"times\.csv:{line}:{column}: {words}"):
        marks_of(tmp_path, 'submission_times = "times.csv"', [lab("vgg", 5)])


def test_several_attempts_need_a_column_that_tells_them(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("student,lab,submitted_at\nana,vgg,2026-11-02T12:00:00Z\n")
    with pytest.raises(BadUsage, match="no column attempt"):
        marks_of(tmp_path, 'submission_times = "times.csv"', [lab("vgg", 5)], [lab("vgg", 6)])
