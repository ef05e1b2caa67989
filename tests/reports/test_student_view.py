"""What a student's page says, and in which order it says what to do."""

from __future__ import annotations

from autograder.project import STUBS
from autograder.reports.next_steps import BUILDS_ON, Rank, next_steps
from autograder.reports.statements import Statements
from autograder.reports.student_page import StudentLab, student_page
from autograder.reports.topics import PAPERS
from autograder.results import CheckStatus
from cnnlab.labs import LABS
from cnnlab.text import Lang
from tests.reports.classroom import (
    STATEMENTS,
    check,
    failed,
    lab,
    missing,
    student,
    unreadable,
)


def test_first_things_first() -> None:
    forbidden = check("dropout/layer_follows_its_mode", CheckStatus.FORBIDDEN, "No nn.Dropout2d.")
    not_there = check("transfer/step_descends", CheckStatus.NOT_SUBMITTED, "Not there.")
    steps = next_steps(
        (
            lab("dropout", forbidden),
            lab("batchnorm", failed("batchnorm/biased_variance"), failed("batchnorm/running_var")),
            unreadable("vgg", "It is not text."),
            unreadable("resnet", "It is not text."),
            lab("transfer", not_there, failed("transfer/only_the_head")),
        )
    )
    assert [(step.rank, step.name, step.gain) for step in steps] == [
        (Rank.UNREADABLE, "", 20.0),
        (Rank.NOT_SUBMITTED, "training", 4.0),
        (Rank.FOUNDATION, "batch_stats", 3.0),
        (Rank.FORBIDDEN, "Dropout2d", 4.0),
        (Rank.POINTS, "replace_head", 6.0),
        (Rank.POINTS, "BatchNorm2d", 5.0),
    ]
    assert steps[0].reason == "It is not text."
    assert steps[2].supports == ("BatchNorm2d",)


def test_a_foundation_comes_first_only_where_what_builds_on_it_fails_too() -> None:
    steps = next_steps((lab("batchnorm", failed("batchnorm/biased_variance")), missing("dropout")))
    assert [(step.rank, step.name) for step in steps] == [
        (Rank.NOT_SUBMITTED, "dropout"),
        (Rank.POINTS, "batch_stats"),
    ]


def test_nothing_is_left_to_do() -> None:
    assert next_steps((lab("dropout"), lab("batchnorm"))) == ()


def test_what_builds_on_what_is_in_the_course_s_order() -> None:
    places = {name: (lab.name, n) for lab in LABS.values() for n, name in enumerate(lab.names)}
    for function, parts in BUILDS_ON.items():
        for part in parts:
            assert places[part][0] == places[function][0]
            assert places[part][1] < places[function][1], (part, function)


def test_each_lab_s_topic_is_what_its_stub_cites() -> None:
    assert set(PAPERS) == set(LABS)
    for name, papers in PAPERS.items():
        stubs = [(STUBS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[name].modules]
        source = " ".join(" ".join(stubs).split())
        for paper in papers:
            authors, _, number = paper.citation.partition(" (")
            assert authors in source.replace(" and ", " & ") or authors.split(" et al")[0] in source
            if number.startswith("arXiv:"):
                assert number.rstrip(")") in source
                assert paper.address == f"https://arxiv.org/abs/{number[6:-1]}"


def page_of(*failures_of_batchnorm: str) -> StudentLab:
    failures = [failed(id, hint="Which variance?") for id in failures_of_batchnorm]
    record = student("ana", lab("batchnorm", *failures))
    return student_page(record, Statements(STATEMENTS), Lang.EN).labs[0]


def test_marks_by_function() -> None:
    stats, layer = page_of("batchnorm/running_var").functions
    assert (stats.target, stats.points, stats.max_points, stats.checks) == ("batch_stats", 3, 3, 1)
    assert (layer.target, layer.points, layer.max_points, layer.checks) == ("BatchNorm2d", 2, 7, 2)
    assert (layer.passed, layer.heat.words) == (("eval mode",), "29")


def test_failures_that_say_the_same_are_said_once() -> None:
    layer = page_of("batchnorm/running_var", "batchnorm/eval_mode").functions[1]
    (advice,) = layer.advice
    (failure,) = advice.failures
    assert advice.hint == "Which variance?"
    assert failure.statements == ("running_var moves towards the unbiased variance.", "eval mode")
    assert (failure.seen, failure.status, failure.points) == ("Expected 1, got 2.", "fails", 7)


def test_each_misconception_has_its_own_hint() -> None:
    variance = failed("batchnorm/running_var", hint="Which variance?", counterexample="f(x)")
    mode = failed("batchnorm/eval_mode", hint="Which mode?")
    record = student("ana", lab("batchnorm", variance, mode))
    layer = student_page(record, Statements({}), Lang.ES).labs[0].functions[1]
    assert [advice.hint for advice in layer.advice] == ["Which variance?", "Which mode?"]
    assert [advice.failures[0].example for advice in layer.advice] == ["f(x)", ""]
    assert layer.advice[0].failures[0].status == "falla"


def test_a_module_that_is_not_there_is_no_zero() -> None:
    there = check("transfer/step_descends", CheckStatus.NOT_SUBMITTED, "Not there.")
    record = student("ana", lab("transfer", there))
    functions = {
        f.target: f for f in student_page(record, Statements({}), Lang.EN).labs[0].functions
    }
    assert functions["train_one_epoch"].heat.words == "–"
    assert functions["replace_head"].heat.words == "100"
