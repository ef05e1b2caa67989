"""`grades.csv` and the students' JSON, exactly as GRADING.md lays them down."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from autograder.grading.files import file_name, write_results
from autograder.grading.records import read_results
from autograder.grading.submissions import Submission
from autograder.grading.units import CheckEntry
from autograder.grading.version import checks_version, grader_version
from autograder.results import BadUsage, CheckResult, CheckStatus, LabResult, LabStatus
from cnnlab.text import Lang, Text

SHA256 = "0" * 64
FAILED = CheckResult(
    id="batchnorm/running_var_is_unbiased",
    target="BatchNorm2d",
    status=CheckStatus.FAILED,
    points=0.0,
    max_points=1.5,
    seconds=0.0200004,
    message=Text(es="se esperaba 1", en="expected 1"),
    counterexample=Text(es="x de forma (2, 1)", en="x of shape (2, 1)"),
    misconception="running-var-biased",
    hint=Text(es="piensa en N", en="think of N"),
)
PASSED = CheckResult(
    id="batchnorm/eps",
    target="BatchNorm2d",
    status=CheckStatus.PASSED,
    points=8.5,
    max_points=8.5,
    seconds=0.5,
)
EPS_ENTRY = CheckEntry(
    *("batchnorm/eps", "batchnorm", "batchnorm", "BatchNorm2d", 8.5),
    statement=Text(es="eps se suma a la varianza.", en="eps is added to the variance."),
)
BATCHNORM = LabResult(
    lab="batchnorm", status=LabStatus.GRADED, seconds=0.41, checks=(FAILED, PASSED)
)
VGG = LabResult(
    lab="vgg",
    status=LabStatus.UNREADABLE,
    seconds=0.0,
    checks=(),
    reason=Text(es="No es texto.", en="It is not text."),
)


def write(
    folder: Path, results: Mapping[str, Mapping[str, LabResult]], lang: Lang = Lang.EN
) -> None:
    submissions = [Submission(student, {}, {}, SHA256) for student in results]
    write_results(
        *(folder, submissions, results),
        checks=[EPS_ENTRY],
        device="cpu",
        isolation="process",
        lang=lang,
    )


def grades(folder: Path) -> list[list[str]]:
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def report(folder: Path, student: str = "ana") -> Any:
    return json.loads((folder / "students" / f"{student}.json").read_text(encoding="utf-8"))


def test_grades_have_a_row_for_each_student_and_lab(tmp_path: Path) -> None:
    write(tmp_path, {"ana": {"batchnorm": BATCHNORM, "vgg": VGG}, "eva": {"vgg": VGG}})
    assert grades(tmp_path) == [
        ["student", "lab", "score", "max_score", "status", "submission_sha256"],
        ["ana", "batchnorm", "8.5", "10.0", "graded", SHA256],
        ["ana", "vgg", "0", "10.0", "unreadable", SHA256],
        ["eva", "vgg", "0", "10.0", "unreadable", SHA256],
    ]


def test_a_report_has_exactly_these_fields_in_this_order(tmp_path: Path) -> None:
    write(tmp_path, {"ana": {"batchnorm": BATCHNORM, "vgg": VGG}})
    passed = dict.fromkeys(["message", "counterexample", "misconception", "hint"])
    expected = {
        "student": "ana",
        "submission_sha256": SHA256,
        "grader_version": grader_version(),
        "isolation": "process",
        "device": "cpu",
        "score": 8.5,
        "max_score": 20.0,
        "labs": [
            {
                "lab": "batchnorm",
                "status": "graded",
                "score": 8.5,
                "max_score": 10.0,
                "seconds": 0.41,
                "checks": [
                    {
                        "id": "batchnorm/running_var_is_unbiased",
                        "target": "BatchNorm2d",
                        "status": "failed",
                        "points": 0.0,
                        "max_points": 1.5,
                        "seconds": 0.02,
                        "message": "expected 1",
                        "counterexample": "x of shape (2, 1)",
                        "misconception": "running-var-biased",
                        "hint": "think of N",
                    },
                    {
                        "id": "batchnorm/eps",
                        "target": "BatchNorm2d",
                        "status": "passed",
                        "points": 8.5,
                        "max_points": 8.5,
                        "seconds": 0.5,
                        **passed,
                    },
                ],
            },
            {
                "lab": "vgg",
                "status": "unreadable",
                "score": 0,
                "max_score": 10.0,
                "seconds": 0.0,
                "reason": "It is not text.",
                "checks": [],
            },
        ],
    }
    assert json.dumps(report(tmp_path)) == json.dumps(expected)


def test_reports_speak_the_chosen_language(tmp_path: Path) -> None:
    write(tmp_path, {"ana": {"batchnorm": BATCHNORM, "vgg": VGG}}, Lang.ES)
    batchnorm, vgg = report(tmp_path)["labs"]
    failed = batchnorm["checks"][0]
    assert failed["message"] == "se esperaba 1"
    assert failed["counterexample"] == "x de forma (2, 1)"
    assert failed["hint"] == "piensa en N"
    assert vgg["reason"] == "No es texto."


def test_scores_add_up_without_rounding_noise(tmp_path: Path) -> None:
    tenth = CheckResult(
        id="vgg/a", target="VGG", status=CheckStatus.PASSED, points=0.1, max_points=0.1, seconds=0
    )
    lab = LabResult(lab="vgg", status=LabStatus.GRADED, seconds=0, checks=(tenth,) * 3)
    write(tmp_path, {"ana": {"vgg": lab}})
    assert report(tmp_path)["score"] == 0.3
    assert grades(tmp_path)[1][2] == "0.3"


@pytest.mark.parametrize("student", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_defused_in_the_table_only(tmp_path: Path, student: str) -> None:
    write(tmp_path, {student: {"vgg": VGG}})
    assert grades(tmp_path)[1][0] == f"'{student}"
    assert report(tmp_path, student)["student"] == student


@pytest.mark.parametrize("student", ["a,b", 'say "hi"', "x\ny", "<script>", "ñandú 💡", "a'b"])
def test_strange_ids_stay_in_their_cell(tmp_path: Path, student: str) -> None:
    write(tmp_path, {student: {"vgg": VGG}})
    assert grades(tmp_path)[1] == [student, "vgg", "0", "10.0", "unreadable", SHA256]
    assert report(tmp_path, student)["student"] == student


def test_long_ids_get_names_of_their_own(tmp_path: Path) -> None:
    students = ["ñ" * 120 + ending for ending in ("a", "b")]
    write(tmp_path, {student: {"vgg": VGG} for student in students})
    assert len({file_name(student) for student in students}) == 2
    for student in students:
        assert report(tmp_path, file_name(student))["student"] == student


def test_a_new_run_replaces_the_files_and_leaves_no_others(tmp_path: Path) -> None:
    write(tmp_path, {"ana": {"vgg": VGG}})
    write(tmp_path, {"ana": {"batchnorm": BATCHNORM}})
    assert len(grades(tmp_path)) == 2
    assert report(tmp_path)["score"] == 8.5
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")]
    assert sorted(files) == ["grades.csv", "run.json", "students/ana.json"]


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for _ in range(2):
        write(tmp_path, {"ana": {"batchnorm": BATCHNORM}})
        contents.append((tmp_path / "students" / "ana.json").read_bytes())
    assert contents[0] == contents[1]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"eva": {"vgg": VGG}, "ana": {"batchnorm": BATCHNORM, "vgg": VGG}})
    results = read_results(tmp_path)
    assert results.run.lang is Lang.EN
    assert [record.student for record in results.students] == ["ana", "eva"]
    ana = results.students[0]
    assert (ana.score, ana.max_score, ana.isolation, ana.device) == (8.5, 20.0, "process", "cpu")
    assert [(lab.lab, lab.status, lab.reason) for lab in ana.labs] == [
        ("batchnorm", LabStatus.GRADED, UNSET),
        ("vgg", LabStatus.UNREADABLE, "It is not text."),
    ]
    failed, passed = ana.labs[0].checks
    assert (failed.status, failed.message) == (CheckStatus.FAILED, "expected 1")
    assert (passed.status, passed.message) == (CheckStatus.PASSED, None)


def test_a_run_notes_what_does_not_belong_in_a_report(tmp_path: Path) -> None:
    taken = datetime(2026, 11, 1, 10, tzinfo=UTC)
    ana = Submission("ana", {"batchnorm": "p = 1"}, sha256=SHA256, times={"batchnorm": taken})
    results = {"ana": {"batchnorm": BATCHNORM}}
    write_results(
        *(tmp_path, [ana], results),
        checks=[EPS_ENTRY],
        device="cpu",
        isolation="process",
        lang=Lang.EN,
    )
    run = read_results(tmp_path).run
    assert run.submitted_at == {"ana": {"batchnorm": taken}}
    assert run.sources == {"ana": {"batchnorm": ana.digest("batchnorm")}}
    assert run.checks == {"batchnorm": checks_version("batchnorm")}
    assert run.checks["batchnorm"] != checks_version("vgg")
    assert run.statements == {"batchnorm/eps": "eps is added to the variance."}


def test_results_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="no results there"):
        read_results(tmp_path)
    write(tmp_path, {"ana": {"batchnorm": BATCHNORM}})
    (tmp_path / "students" / "ana.json").write_text('{"student": "ana"}')
    with pytest.raises(BadUsage, match=r"ana\.json: not a result of this version"):
        read_results(tmp_path)
