"""What the class page and the lab pages say, against figures worked out by hand."""

from __future__ import annotations

import pytest

from autograder.grading.records import Results
from autograder.reports.class_page import ClassPage, class_page
from autograder.reports.discrimination import discrimination
from autograder.reports.heat import Heat, percent
from autograder.reports.lab_page import CheckView, lab_page
from autograder.reports.summary import labs_of
from autograder.results import CheckStatus
from cnnlab.text import Lang
from tests.reports.classroom import check, class_of, failed, lab, missing, student, unreadable

MASK = "mask-per-pixel"  # two of the library's
VARIANCE = "running-variance-biased"
BROKEN = "The zip is broken."


@pytest.fixture(scope="module")
def results() -> Results:
    pixel = failed("dropout/zeroes_whole_maps", misconception=MASK)
    biased = failed("batchnorm/running_var", misconception=VARIANCE)
    raised = check("batchnorm/eval_mode", CheckStatus.ERROR, "Your code raised KeyError.")
    return class_of(
        student("ana", lab("dropout", seconds=2.0), lab("batchnorm", seconds=0.5)),
        student("blas", lab("dropout", pixel, seconds=4.0), lab("batchnorm", biased)),
        student("carmen", missing("dropout"), lab("batchnorm", biased, raised, seconds=9.0)),
        student("dani", unreadable("dropout", BROKEN), unreadable("batchnorm", BROKEN)),
    )


def overview_of(results: Results) -> ClassPage:
    labs = [lab_page(results, name, Lang.EN) for name in labs_of(results)]
    return class_page(results, labs, Lang.EN)


@pytest.fixture(scope="module")
def overview(results: Results) -> ClassPage:
    return overview_of(results)


def test_scores_of_a_lab(overview: ClassPage) -> None:
    dropout, batchnorm = overview.labs
    assert (dropout.lab, dropout.graded, dropout.not_submitted, dropout.unreadable) == (
        *("dropout", 2, 1, 1),
    )
    assert (dropout.mean, dropout.median) == (8.0, 8.0)  # of 10 and 6
    assert [bin.students for bin in dropout.bins] == [0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
    assert (batchnorm.mean, batchnorm.median) == (6.0, 5.0)  # of 10, 5 and 3
    assert overview.mean == 8.5  # of 20, 11, 3 and 0


def test_heat_map_has_a_mark_and_the_functions_of_each_lab(overview: ClassPage) -> None:
    assert [(column.lab, column.target) for column in overview.columns] == [
        ("dropout", ""),
        ("dropout", "dropout2d"),
        ("dropout", "Dropout2d"),
        ("batchnorm", ""),
        ("batchnorm", "batch_stats"),
        ("batchnorm", "BatchNorm2d"),
    ]
    table = {row.person.name: [cell.words for cell in row.cells] for row in overview.rows}
    assert table == {
        "ana": ["10", "100", "100", "10", "100", "100"],
        "blas": ["6", "33", "100", "5", "100", "29"],
        "carmen": ["–", "–", "–", "3", "100", "0"],
        "dani": ["–"] * 6,
    }
    assert [row.total.words for row in overview.rows] == ["20", "11", "3", "0"]
    assert [cell.level for cell in overview.rows[1].cells] == ["h3", "h2", "h5", "h2", "h5", "h2"]


@pytest.mark.parametrize(
    ("points", "words", "level"),
    [
        (0.0, "0", "h0"),
        (0.001, "1", "h1"),
        (2.5, "25", "h1"),
        (2.51, "25", "h2"),
        (0.1 + 0.2 + 4.7, "50", "h2"),
        (9.999, "99", "h4"),
        (3.3 + 3.3 + 3.4, "100", "h5"),
    ],
)
def test_no_share_is_rounded_to_all_or_nothing(points: float, words: str, level: str) -> None:
    assert percent(points, 10.0) == Heat(words, level)


def test_misconceptions_by_how_many_have_them(overview: ClassPage) -> None:
    first, second = overview.misconceptions
    assert (first.key, first.lab, first.target) == (VARIANCE, "batchnorm", "BatchNorm2d")
    assert [person.name for person in first.people] == ["blas", "carmen"]
    assert first.belief == "running_var keeps the variance that normalises."
    assert (second.key, [person.name for person in second.people]) == (MASK, ["blas"])


def test_a_misconception_that_the_library_has_no_more_keeps_its_key() -> None:
    of_old = failed("dropout/scales_what_stays", misconception="long-forgotten")
    (found,) = overview_of(class_of(student("ana", lab("dropout", of_old)))).misconceptions
    assert (found.belief, found.hint) == ("long-forgotten", "")


def test_what_could_not_be_read_is_said_once_for_all_its_labs(overview: ClassPage) -> None:
    (unread,) = overview.unread
    assert (unread.person.name, unread.reason) == ("dani", BROKEN)
    assert unread.labs == ("dropout", "batchnorm")


def test_time_and_isolation(overview: ClassPage) -> None:
    run = overview.run
    assert (run.seconds, dict(run.isolations)) == (16.5, {"sandbox": 4})
    dropout, batchnorm = run.labs
    assert (dropout.total, dropout.median, dropout.longest) == (6.0, 3.0, 4.0)
    assert (batchnorm.longest, batchnorm.slowest.name) == (9.0, "carmen")


def view_of(results: Results, lab: str, id: str) -> CheckView:
    return next(view for view in lab_page(results, lab, Lang.EN).checks if view.id == id)


def test_pass_rate_is_of_the_submissions_that_have_the_module(results: Results) -> None:
    view = view_of(results, "dropout", "dropout/zeroes_whole_maps")
    assert (view.passed, view.tried, view.rate.words) == (1, 2, "50")
    view = view_of(results, "batchnorm", "batchnorm/running_var")
    assert (view.passed, view.tried, view.rate.words) == (1, 3, "33")


def test_a_module_that_is_not_there_counts_in_no_pass_rate() -> None:
    id = "transfer/step_descends"
    absent = lab("transfer", check(id, CheckStatus.NOT_SUBMITTED, "Not there."))
    results = class_of(student("ana", lab("transfer")), student("blas", absent))
    view = view_of(results, "transfer", id)
    assert (view.passed, view.tried, view.kinds) == (1, 1, ())


def test_a_check_is_called_by_its_statement(results: Results) -> None:
    called = {view.id: view.statement for view in lab_page(results, "batchnorm", Lang.EN).checks}
    assert called == {
        "batchnorm/biased_variance": "biased variance",
        "batchnorm/running_var": "running_var moves towards the unbiased variance.",
        "batchnorm/eval_mode": "eval mode",
    }


def test_failures_are_told_together_by_belief_or_by_what_was_seen() -> None:
    id = "batchnorm/running_var"
    says = "running_var moves towards the unbiased variance. Expected 2, got {}."
    kinds = [
        failed(id, says.format(3)),
        failed(id, says.format(1), misconception=VARIANCE),
        failed(id, says.format(9), misconception=VARIANCE, counterexample="BatchNorm2d(1)(x)"),
        failed(id, says.format(3), counterexample="BatchNorm2d(2)(x)"),
        failed(id, says.format(3)),
    ]
    students = [student(f"s{n}", lab("batchnorm", kind)) for n, kind in enumerate(kinds)]
    seen, believed = view_of(class_of(*students), "batchnorm", id).kinds
    assert (seen.students, seen.belief, seen.seen) == (3, "", "Expected 2, got 3.")
    assert seen.example == "BatchNorm2d(2)(x)"
    assert (believed.students, believed.seen) == (2, "Expected 2, got 9.")
    assert believed.belief == "running_var keeps the variance that normalises."


@pytest.mark.parametrize(
    ("failing", "tried", "hard"), [(9, 10, 1), (8, 10, 0), (3, 3, 1), (2, 2, 0)]
)
def test_checks_that_nearly_all_fail(failing: int, tried: int, hard: int) -> None:
    wrong = failed("dropout/scales_what_stays")
    students = [
        student(f"s{n}", lab("dropout", wrong) if n < failing else lab("dropout"))
        for n in range(tried)
    ]
    found = overview_of(class_of(*students)).hard_checks
    assert [view.id for view in found] == ["dropout/scales_what_stays"] * hard


def test_discrimination_is_the_point_biserial_correlation() -> None:
    # M1 = 3.5, M0 = 1.5, s = sqrt(1.25), p = 1/2: r = 2 / sqrt(1.25) / 2
    assert discrimination([True, True, False, False], [4, 3, 2, 1]) == pytest.approx(0.8944272)
    # M1 = 2, M0 = 4, s = sqrt(8/9), p = 2/3: r = -2 / sqrt(8/9) · sqrt(2/9) = -1
    assert discrimination([True, True, False], [2, 2, 4]) == pytest.approx(-1)
    assert discrimination([True, True], [1, 2]) is None
    assert discrimination([False, True], [3, 3]) is None


def test_discrimination_of_a_check_is_with_the_other_checks_alone() -> None:
    wrong, other = failed("dropout/scales_what_stays"), failed("dropout/layer_follows_its_mode")
    # Those who pass have 8 or 4 other points, as have those who fail: the check tells nothing.
    labs = [
        lab("dropout"),
        lab("dropout", other),
        lab("dropout", wrong),
        lab("dropout", wrong, other),
    ]
    results = class_of(*(student(f"s{n}", labs[n % 4]) for n in range(12)))
    view = view_of(results, "dropout", "dropout/scales_what_stays")
    assert view.discrimination == pytest.approx(0)
    few = class_of(*(student(f"s{n}", labs[n % 4]) for n in range(9)))
    assert view_of(few, "dropout", "dropout/scales_what_stays").discrimination is None
