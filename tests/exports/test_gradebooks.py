"""Gradebooks of other systems, each held against the format that it publishes."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook
from nbgrader.plugins.export import CsvExportPlugin

from autograder.cli import autograder
from autograder.results import BadUsage
from cnnlab.text import Lang
from tests.made_results import NOT_SUBMITTED, lab, write

ROSTER = """\
id,name,email,section
eva,"Gil, Eva",eva@uni.es,B
ana,Ana Ruiz,ana@uni.es,A
leo,Leo Paz,leo@uni.es,A
"""
TAKEN = datetime(2026, 11, 3, 12, tzinfo=UTC)
POLICY = """
scale = 100
submission_times = "nbgrader"
weights.vgg = 3
deadlines.vgg = 2026-11-02T13:00:00+01:00
late.percent_per_day = 10
columns.vgg = "Lab 4 (77)"
"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Ana handed in both labs, one a day late; Eva one; Rui is on no roster."""
    return write(
        tmp_path / "results",
        {
            "ana": [lab("dropout", 8.25), lab("vgg", 5)],
            "eva": [lab("dropout", 10), lab("vgg", 0, NOT_SUBMITTED)],
            "rui": [lab("dropout", 1), lab("vgg", 1)],
        },
        times={"ana": {"vgg": TAKEN}},
    )


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(autograder, list(map(str, arguments)), standalone_mode=False)


def exported(folder: Path, *arguments: str | Path, policy: str = "") -> tuple[list[list[str]], str]:
    """The rows that a command wrote, with the roster, and what it said."""
    (folder / "roster.csv").write_text(ROSTER)
    (folder / "policy.toml").write_text(policy)
    options = ["--roster", folder / "roster.csv", "--out", folder / "out.csv", "--lang", "en"]
    options += ["--policy", folder / "policy.toml"] if policy else []
    done = run(*arguments, *options)
    assert done.exception is None, done.exception
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file)), done.stderr


def test_canvas_gets_its_columns_and_the_points_possible(tmp_path: Path, results: Path) -> None:
    rows, _ = exported(tmp_path, "export", results, "--format", "canvas")
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "dropout", "vgg"],
        ["Points Possible", "", "", "", "", "10.0", "10.0"],
        ["Gil, Eva", "", "eva", "eva", "B", "10.0", "0.0"],
        ["Ana Ruiz", "", "ana", "ana", "A", "8.25", "5.0"],
        ["Leo Paz", "", "leo", "leo", "A", "", ""],
    ]


def test_a_policy_decides_the_scores_and_the_names_of_the_columns(
    tmp_path: Path, results: Path
) -> None:
    rows, _ = exported(tmp_path, "export", results, "--format", "canvas", policy=POLICY)
    assert rows[0][5:] == ["dropout", "Lab 4 (77)", "Total"]
    assert rows[1][5:] == ["10.0", "10.0", "100.0"]
    assert rows[2][5:] == ["10.0", "0.0", "25.0"]
    assert rows[3][5:] == ["8.25", "4.5", "54.375"]  # (8.25 + 3 · 4.5) of 40


def test_moodle_gets_what_identifies_a_user_and_a_column_for_each_lab(
    tmp_path: Path, results: Path
) -> None:
    rows, _ = exported(tmp_path, "export", results, "--format", "moodle")
    assert rows == [
        ["ID number", "Email address", "Full name", "dropout", "vgg"],
        ["eva", "eva@uni.es", "Gil, Eva", "10.0", "0.0"],
        ["ana", "ana@uni.es", "Ana Ruiz", "8.25", "5.0"],
        ["leo", "leo@uni.es", "Leo Paz", "", ""],
    ]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own
def test_nbgraders_columns_are_those_of_its_own_exporter(tmp_path: Path, results: Path) -> None:
    rows, _ = exported(tmp_path, "export", results, "--format", "nbgrader", policy=POLICY)
    with Gradebook("sqlite:///:memory:") as gradebook:
        gradebook.add_assignment("vgg", duedate=datetime(2026, 11, 2, 12))
        gradebook.add_student("ana", first_name="Ana Ruiz", email="ana@uni.es")
        gradebook.add_submission("vgg", "ana", timestamp=datetime(2026, 11, 3, 12))
        CsvExportPlugin(to=str(tmp_path / "own.csv")).export(gradebook)
    with (tmp_path / "own.csv").open(newline="") as file:
        header, own = list(csv.reader(file))
    assert rows[0] == header
    (ana,) = (row for row in rows if row[0] == "vgg" and row[3] == "ana")
    assert ana[:7] == own[:7]
    assert ana[7:] == ["5.0", "0.5", "4.5", "10.0"]
    (leo,) = (row for row in rows if row[0] == "vgg" and row[3] == "leo")
    assert leo[7:] == ["0.0", "0.0", "0.0", "10.0"]
    assert ["Gil", "Eva"] in [row[4:6] for row in rows]


def test_totals_show_lateness_apart_from_the_raw_score(tmp_path: Path, results: Path) -> None:
    rows, _ = exported(tmp_path, "totals", results, policy=POLICY + "drop_lowest = 1\n")
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert rows[0] == [
        *("student", "name", "email", "section"),
        *("dropout_attempt", "dropout_raw", "dropout_late_days", "dropout_penalty"),
        *("dropout_score", "vgg_attempt", "vgg_raw", "vgg_late_days", "vgg_penalty"),
        *("vgg_score", "dropped", "total", "max_total"),
    ]
    ana = table[1]
    assert (ana["vgg_raw"], ana["vgg_late_days"], ana["vgg_penalty"]) == ("5.0", "1", "0.5")
    assert (ana["vgg_score"], ana["dropout_late_days"]) == ("4.5", "")
    assert (ana["dropped"], ana["total"], ana["max_total"]) == ("vgg", "82.5", "100.0")
    assert table[2]["total"] == ""


def test_what_has_no_match_is_reported(tmp_path: Path, results: Path) -> None:
    rows, said = exported(tmp_path, "export", results, "--format", "canvas", policy=POLICY)
    assert not any("rui" in row for row in rows)
    assert "In the results and not on the roster, so not in the file (1): rui" in said
    assert "On the roster and without results (1): leo" in said
    assert "taken to be on time" not in said  # Eva handed no vgg in
    without = POLICY.replace("nbgrader", "times.csv")
    (tmp_path / "times.csv").write_text("student,lab,submitted_at\n")
    _, said = exported(tmp_path, "export", results, "--format", "canvas", policy=without)
    assert "without a known time, taken to be on time (1): ana/vgg" in said


def test_without_a_roster_everyone_is_there_by_id(tmp_path: Path, results: Path) -> None:
    done = run("export", results, "--format", "moodle", "--out", tmp_path / "out.csv")
    assert done.stderr.splitlines() == [f"Escrito: {tmp_path / 'out.csv'} (estudiantes: 3)"]
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1:] == ["ana,,,8.25,5.0", "eva,,,10.0,0.0", "rui,,,1.0,1.0"]


def test_hostile_ids_and_names_are_harmless_cells(tmp_path: Path) -> None:
    results = write(tmp_path / "r", {"=1+1": [lab("vgg", 5)], "a\x1b[31m\nb": [lab("vgg", 5)]})
    (tmp_path / "roster.csv").write_text('id,name\n=1+1,"@SUM(A1)\nx"\n')
    options = ("--roster", tmp_path / "roster.csv", "--out", tmp_path / "out.csv")
    done = run("export", results, "--format", "canvas", *options)
    with (tmp_path / "out.csv").open(newline="") as file:
        row = list(csv.reader(file))[2]
    assert row[:4] == ["'@SUM(A1) x", "", "'=1+1", "'=1+1"]
    assert "\x1b" not in done.stderr
    assert "a�[31m b" in done.stderr


@pytest.mark.parametrize("command", [["export", "--format", "canvas"], ["totals"]])
@pytest.mark.parametrize(
    ("roster", "policy", "place"),
    [
        ("id,name\nana\n", "", r"roster\.csv:2:1"),
        ("id,name\n", "weights.vgg = 'a'", r"policy\.toml:1:9"),
    ],
)
def test_a_mistake_in_a_file_leaves_nothing_written(
    tmp_path: Path, results: Path, command: list[str], roster: str, policy: str, place: str
) -> None:
    (tmp_path / "roster.csv").write_text(roster)
    (tmp_path / "policy.toml").write_text(policy)
    options = ("--roster", tmp_path / "roster.csv", "--policy", tmp_path / "policy.toml")
    done = run(*command, results, *options, "--out", tmp_path / "new" / "out.csv")
    assert isinstance(done.exception, BadUsage)
    with pytest.raises(BadUsage, match=place):
        raise done.exception
    assert not (tmp_path / "new").exists()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, results: Path) -> None:
    (tmp_path / "file").touch()
    done = run("totals", results, "--out", tmp_path / "file" / "out.csv")
    assert "file/out.csv: cannot write there" in str(done.exception)


def test_the_report_speaks_both_languages(tmp_path: Path, results: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    options = ("--roster", tmp_path / "roster.csv", "--out", tmp_path / "out.csv")
    for lang, words in ((Lang.ES, "En la lista y sin resultados"), (Lang.EN, "On the roster and")):
        assert words in run("totals", results, *options, "--lang", str(lang)).stderr
