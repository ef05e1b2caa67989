"""A course's policy, roster and times: what they say, and where a mistake in them is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.policy.mistake import Mistake
from autograder.policy.policy import Attempts, Late, Policy, read_policy
from autograder.policy.roster import Person, read_roster
from autograder.results import BadUsage

FULL = """\
attempts = "best"
drop_lowest = 1
scale = 100
submission_times = "times.csv"

[weights]
batchnorm = 2
vgg = 0

[deadlines]
batchnorm = 2026-11-02T23:59:00+01:00

[late]
grace_minutes = 15
percent_per_day = 10
max_days = 3

[columns]
batchnorm = "Lab 3 (12345)"
"""


def policy_of(folder: Path, text: str) -> Policy:
    (folder / "times.csv").write_text("student,lab,submitted_at\n")
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    return read_policy(folder / "policy.toml")


def test_every_entry_of_a_policy_is_taken(tmp_path: Path) -> None:
    assert policy_of(tmp_path, FULL) == Policy(
        attempts=Attempts.BEST,
        drop_lowest=1,
        scale=100.0,
        submission_times=tmp_path / "times.csv",
        times_of_nbgrader=False,
        late=Late(percent_per_day=10.0, grace_minutes=15.0, max_days=3),
        weights={"batchnorm": 2.0, "vgg": 0.0},
        deadlines={"batchnorm": datetime(2026, 11, 2, 23, 59, tzinfo=timezone(timedelta(hours=1)))},
        columns={"batchnorm": "Lab 3 (12345)"},
    )


def test_the_example_in_the_documentation_is_a_policy(tmp_path: Path) -> None:
    from autograder.policy import policy as module

    lines = (module.__doc__ or "").split("\n")
    example = "\n".join(line[4:] for line in lines if line.startswith("    "))
    expected = policy_of(tmp_path, FULL.replace("vgg = 0\n", ""))
    assert policy_of(tmp_path, example) == expected


def test_without_entries_every_lab_counts_the_same(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, "")
    assert policy == Policy()
    assert (policy.weight("vgg"), policy.column("vgg"), policy.attempts) == (1.0, "vgg", "last")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("scale = 100\ndrop_lowest = 3 3\n", 2, 17, "Expected newline"),
        ('attempts = "be', 1, 15, "Unterminated|Expected|Illegal"),
        ('attempts = "worst"\n', 1, 1, "attempts: Invalid enum value 'worst'"),
        ("# a policy\n\n  scale = -1\n", 3, 3, "scale: Expected float > 0"),
        ("# scale = 2\nscale = -1\n", 2, 1, "scale: Expected float > 0"),
        ("late = { max_days = 1, percent_per_day = 1, days = 2 }\n", 1, 45, "late.days: no such"),
        ("weight = 1\n", 1, 1, "weight: no such entry"),
        ("[weights]\nvgg = 1\nvvg = 2\n", 3, 1, "weights.vvg: no such lab; the labs are conv_"),
        ('[weights]\nvgg = "2"\n', 2, 1, "weights.vgg: Expected float, got str"),
        ("[weights]\nvgg = -2\n", 2, 1, "weights.vgg: Expected float >= 0"),
        ("[weights]\nvgg = nan\n", 2, 1, "weights.vgg: Expected float, got str"),
        ("weights = { dropout = 1, vgg = true }\n", 1, 26, "weights.vgg: Expected float, got bool"),
        ("weights.dropout = 1\nweights.vgg = []\n", 2, 9, "weights.vgg: Expected float"),
        ("weights = {}\nweights_ = 1\n", 2, 1, "weights_: no such entry"),
        ("drop_lowest = 1\n\n[late]\nmax_days = 2\n", 3, 2, "late: Object missing required field"),
        ("[late]\npercent_per_day = 101\n", 2, 1, "late.percent_per_day: Expected float <= 100"),
        ("[late]\npercent_per_day = 1\ndays = 1\n", 3, 1, "late.days: no such entry"),
        ("[late]\npercent_per_day = 1\n", 1, 2, "late: there are no deadlines"),
        ("[deadlines]\nvgg = 2026-11-02T23:59:00\n", 2, 1, "deadlines.vgg: .*timezone"),
        ("[deadlines]\nvgg = 2026-11-02\n", 2, 1, "deadlines.vgg: Expected datetime"),
        ("[deadlines]\nvgg = 2026-11-02T23:59:00Z\n", 1, 2, "deadlines: there are no submission_t"),
        ('submission_times = "x.csv"\n', 1, 1, "submission_times: x.csv: no such file"),
        ('[columns]\nvgg = "a"\nresnet = "a"\n', 2, 1, "columns.vgg: a: two labs have this column"),
        ('[columns]\nvgg = "resnet"\n', 2, 1, "columns.vgg: resnet: two labs have this column"),
        ("[columns]\nvgg = [\n 1,\n]\n", 2, 1, "columns.vgg: Expected str, got array"),
    ],
)
def test_a_mistake_in_a_policy_has_its_place(
    tmp_path: Path, text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(Mistake, match=rf"policy\.toml:{line}:{column}: .*({words})"):
        policy_of(tmp_path, text)


def test_all_labs_cannot_be_left_out(tmp_path: Path) -> None:
    from cnnlab.labs import LABS

    text = "[weights]\n" + "".join(f"{lab} = 0\n" for lab in LABS)
    with pytest.raises(Mistake, match=r":1:2: weights: no lab has a weight"):
        policy_of(tmp_path, text)


def roster_of(folder: Path, content: str | bytes) -> list[Person]:
    path = folder / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


def test_a_roster_is_read_in_its_order(tmp_path: Path) -> None:
    text = 'ID,Name,E-mail,Section\r\neva,"Gil, Eva",eva@uni.es,B\r\n\r\nana,Ana Ruiz,,\r\n'
    assert roster_of(tmp_path, text) == [
        Person("eva", "Gil, Eva", "eva@uni.es", "B"),
        Person("ana", "Ana Ruiz"),
    ]


def test_a_roster_may_come_from_a_spanish_spreadsheet(tmp_path: Path) -> None:
    content = "\ufeffnota;id;name;email\n7,5;ñu;Ñu Peña;nu@uni.es".encode()
    assert roster_of(tmp_path, content) == [Person("ñu", "Ñu Peña", "nu@uni.es")]


def test_quotation_marks_and_line_ends_stay_in_their_cell(tmp_path: Path) -> None:
    text = 'id,name\nana,"A ""la"" a\nRuiz"\neva,E'
    assert roster_of(tmp_path, text) == [Person("ana", 'A "la" a\nRuiz'), Person("eva", "E")]


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("", 1, 1, "column id: missing; the header has id,name"),
        ("id,mail\nana,x\n", 1, 1, "column name: missing"),
        ("id,name,id\n", 1, 1, "column id: there twice"),
        ("id,name\nana,Ana\neva\n", 3, 1, "1 cells, where the header has 2"),
        ("id,name\nana,Ana,x,y\n", 2, 9, "4 cells, where the header has 2"),
        ("id,name\nana,Ana,\n", 2, 9, "3 cells, where the header has 2"),
        ("id,name\n ,Ana\n", 2, 1, "a student without an id"),
        ("id,name\nana,A\neva,E\nana,B\n", 4, 1, "id ana: there already, in line 2"),
        ('id,name\n"a\nb",A\nana,B\n"a\nb",C', 5, 1, "there already, in line 2"),
        ("name,id,email\nA,ana,uni.es\n", 2, 7, "uni.es: not an e-mail address"),
        ('id,name\nana,"Ana\n', 2, 5, "a quotation mark that is never closed"),
        ('id,name\nana,"Ana"x\n', 2, 10, "after a closing quotation mark: expected ,"),
        (b"id,name\nana,Mu\xf1oz\n", 2, 7, "not UTF-8 text"),
    ],
)
def test_a_mistake_in_a_roster_has_its_place(
    tmp_path: Path, content: str | bytes, line: int, column: int, words: str
) -> None:
    with pytest.raises(Mistake, match=rf"roster\.csv:{line}:{column}: .*{words}"):
        roster_of(tmp_path, content)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for read in (read_roster, read_policy):
        with pytest.raises(BadUsage, match="nowhere: cannot be read: No such file"):
            read(tmp_path / "nowhere")
