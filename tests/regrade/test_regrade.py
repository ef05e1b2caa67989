"""`autograder regrade-diff`: whose marks changed, by which checks, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from msgspec import json
from msgspec.structs import replace

from autograder.cli import autograder
from autograder.grading.records import Results, read_results
from autograder.regrade.compare import Reason, compare
from autograder.results import CheckStatus, LabResult
from cnnlab.text import Text
from tests.made_results import lab, write

BEFORE = {"dropout": "p = 1", "vgg": "depth = 11"}


def passing(made: LabResult) -> LabResult:
    """The lab with its failed check passed."""
    first, second = made.checks
    mended = replace(
        second, status=CheckStatus.PASSED, points=second.max_points, message=None, hint=None
    )
    return replace(made, checks=(first, mended))


def graded(
    folder: Path, labs: list[LabResult], sources: dict[str, str] = BEFORE, student: str = "ana"
) -> Results:
    return read_results(write(folder, {student: labs}, sources={student: sources}))


def of_other_grader(results: Results, **run: object) -> Results:
    """The results as another version of the grader would have signed them."""
    students = tuple(replace(record, grader_version="other") for record in results.students)
    return Results(replace(results.run, **run), students)


def reasons(old: Results, new: Results) -> dict[str, list[Reason]]:
    (change,) = compare(old, new).changes
    return {lab.lab: list(lab.reasons) for lab in change.labs}


def test_nothing_changed(tmp_path: Path) -> None:
    results = graded(tmp_path / "a", [lab("vgg", 4)])
    regrade = compare(results, of_other_grader(results))
    assert (regrade.changes, regrade.unchanged) == ((), 1)


def test_a_change_is_told_lab_by_lab_and_check_by_check(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("dropout", 3), lab("vgg", 4)])
    new = graded(tmp_path / "b", [lab("dropout", 3), passing(lab("vgg", 4))])
    regrade = compare(old, new)
    assert (regrade.raised, regrade.lowered, regrade.unchanged) == (1, 0, 0)
    (change,) = regrade.changes
    assert (change.student, change.before, change.after) == ("ana", 7, 13)
    (vgg,) = change.labs
    assert (vgg.lab, vgg.before, vgg.after, vgg.gain) == ("vgg", 4, 10, 6)
    (check,) = vgg.checks
    assert check.id == "vgg/depth_too"
    assert check.before is not None
    assert check.after is not None
    assert (check.before.status, check.after.status) == (CheckStatus.FAILED, CheckStatus.PASSED)


def test_a_submission_is_the_reason_in_the_lab_where_it_changed(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("dropout", 3), lab("vgg", 4)])
    new = graded(
        tmp_path / "b",
        [passing(lab("dropout", 3)), passing(lab("vgg", 4))],
        {**BEFORE, "vgg": "depth = 16"},
    )
    assert reasons(old, new) == {"dropout": [Reason.NOTHING], "vgg": [Reason.SUBMISSION]}
    new = of_other_grader(new, checks=old.run.checks)
    assert reasons(old, new) == {
        "dropout": [Reason.GRADER],
        "vgg": [Reason.SUBMISSION, Reason.GRADER],
    }


def test_checks_are_the_reason_where_their_code_changed(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("dropout", 3), lab("vgg", 4)])
    new = graded(tmp_path / "b", [passing(lab("dropout", 3)), passing(lab("vgg", 4))])
    new = of_other_grader(new, checks={**old.run.checks, "vgg": "other"})
    assert reasons(old, new) == {"dropout": [Reason.GRADER], "vgg": [Reason.CHECKS]}


def test_checks_are_the_reason_where_one_came_went_or_weighs_otherwise(tmp_path: Path) -> None:
    made = lab("vgg", 4)
    old = graded(tmp_path / "a", [made])
    first, second = made.checks
    for checks in (
        (first,),
        (first, second, replace(first, id="vgg/new")),
        (replace(first, points=5, max_points=5), second),
    ):
        new = graded(tmp_path / "b", [replace(made, checks=checks)])
        assert reasons(old, new) == {"vgg": [Reason.CHECKS]}


def test_a_run_without_digests_is_compared_by_what_its_reports_say(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("vgg", 4)])
    new = graded(tmp_path / "b", [passing(lab("vgg", 4))])
    old = Results(replace(old.run, sources={}, checks={}), old.students)
    assert reasons(old, new) == {"vgg": [Reason.NOTHING]}
    changed = tuple(replace(record, submission_sha256="1") for record in new.students)
    assert reasons(old, Results(new.run, changed)) == {"vgg": [Reason.SUBMISSION]}


def test_conditions_are_a_reason(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("vgg", 4)])
    new = graded(tmp_path / "b", [passing(lab("vgg", 4))])
    elsewhere = tuple(replace(record, isolation="process") for record in new.students)
    assert reasons(old, Results(new.run, elsewhere)) == {"vgg": [Reason.CONDITIONS]}


def test_students_of_one_run_only_are_named(tmp_path: Path) -> None:
    old = graded(tmp_path / "a", [lab("vgg", 4)])
    new = graded(tmp_path / "b", [lab("vgg", 4)], student="eva")
    regrade = compare(old, new)
    assert (regrade.changes, regrade.unchanged) == ((), 0)
    assert (regrade.added, regrade.gone) == (("eva",), ("ana",))


HOSTILE = "<script>document.title = 'stolen'</script>\x1b[31m"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ["Suben: 1; bajan: 0;", "depth too", "falla (0 / 6) → pasa (6 / 6)", "la entrega"]),
        (
            "en",
            ["Up: 1; down: 0;", "depth too", "fails (0 / 6) → passes (6 / 6)", "the submission"],
        ),
    ],
)
def test_table_and_page_say_the_same_in_both_languages(
    tmp_path: Path, lang: str, words: list[str]
) -> None:
    write(tmp_path / "a", {"ana": [lab("vgg", 4)]}, sources={"ana": BEFORE})
    write(tmp_path / "b", {"ana": [passing(lab("vgg", 4))]}, sources={"ana": {"vgg": "x"}})
    command = ["regrade-diff", str(tmp_path / "a"), str(tmp_path / "b"), "--lang", lang]
    command += ["--html", str(tmp_path / "page.html")]
    done = CliRunner().invoke(autograder, command, standalone_mode=False, catch_exceptions=False)
    page = BeautifulSoup((tmp_path / "page.html").read_text(encoding="utf-8"), "html.parser")
    said = " ".join(page.get_text(" ").split())
    for phrase in words:
        assert phrase in " ".join(done.stdout.split()), done.stdout
        assert phrase in said
    assert page.html is not None
    assert page.html["lang"] == lang


def test_hostile_names_and_messages_are_only_words(tmp_path: Path) -> None:
    made = lab("vgg", 4)
    worse = replace(made.checks[0], status=CheckStatus.ERROR, points=0.0)
    worse = replace(worse, message=Text(es=HOSTILE, en=HOSTILE))
    write(tmp_path / "a", {HOSTILE.replace("/", "|"): [made]})
    changed = replace(made, checks=(worse, made.checks[1]))
    write(tmp_path / "b", {HOSTILE.replace("/", "|"): [changed]})
    command = ["regrade-diff", str(tmp_path / "a"), str(tmp_path / "b")]
    command += ["--html", str(tmp_path / "page.html")]
    done = CliRunner().invoke(autograder, command, standalone_mode=False, catch_exceptions=False)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "\x1b" not in done.stdout + page
    assert BeautifulSoup(page, "html.parser").find("script") is None
    assert page.count("&lt;script&gt;") == 2


def test_a_folder_without_results_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "a", {"ana": [lab("vgg", 4)]})
    (tmp_path / "a" / "run.json").write_bytes(json.encode({"lang": "en"}))
    assert read_results(tmp_path / "a").run.sources == {}  # of an earlier version
    command = ["regrade-diff", str(tmp_path / "a"), str(tmp_path / "nowhere")]
    done = CliRunner().invoke(autograder, command, standalone_mode=False)
    assert "nowhere: no results there" in str(done.exception)
