"""Many calls in one message: what is told of the wrong ones, and that none of them passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checking.failures import Mismatch, StudentError
from autograder.checks.many_calls import assert_all_refused, assert_answers
from autograder.results import CheckResult, CheckStatus
from autograder.worker.protocol import Call, Root
from cnnlab.text import Text
from tests.core.conftest import Grade, StartSession
from tests.core.in_process import InProcessWorker

ANSWERS = """
from autograder.checks.many_calls import assert_answers
@check(points=1, target="dropout2d", es="devuelve su argumento", en="returns its argument")
def test_identity(student, tools):
    assert_answers(tools, student.dropout2d, [((n,), n) for n in range(5)])
"""
REFUSALS = """
from autograder.checks.many_calls import assert_all_refused
@check(points=1, target="dropout2d", es="rechaza los negativos", en="refuses negative numbers")
def test_refused(student, tools):
    assert_all_refused(tools, student.dropout2d, [((-n,), "size") for n in range(1, 5)])
"""
RIGHT = """
def dropout2d(n):
    if n < 0: raise ValueError("size below 0")
    return n
"""
WRONG_THE_THIRD_TIME = """
calls = []
def dropout2d(n):
    calls.append(n)
    return -1 if len(calls) == 3 else n
"""


WRONG_FROM_THREE = """
def dropout2d(n):
    if n == 0: raise TypeError("no number")
    return n + n // 3
"""


def only_check(grade: Grade, checks: str, source: str) -> CheckResult:
    (check,) = grade(checks, source).checks
    return check


@pytest.mark.parametrize("checks", [ANSWERS, REFUSALS])
def test_right_code_takes_one_request(grade: Grade, checks: str) -> None:
    worker = InProcessWorker()
    (check,) = grade(checks, RIGHT, lambda: worker).checks
    assert check.status is CheckStatus.PASSED
    assert sum(isinstance(request.action, Call) for request in worker.requests) == 1


def test_the_first_wrong_call_is_told_on_its_own(grade: Grade) -> None:
    check = only_check(grade, ANSWERS, "def dropout2d(n): return n + n // 3")
    assert check.counterexample == Text(es="dropout2d(3)", en="dropout2d(3)")
    assert check.message is not None
    assert check.message.en == "Returns its argument. Expected 3, got 4."


BATCH = 2  # the request of the calls, after the sources


def one_lost(status: CheckStatus) -> Callable[[], InProcessWorker]:
    """Workers of which the first is lost at the calls."""
    workers = iter([InProcessWorker(BATCH, status)])
    return lambda: next(workers, InProcessWorker())


OF_AN_OBJECT = ANSWERS.replace("student.dropout2d,", "student.Dropout2d(),")
LAYER = "class Dropout2d:\n    def __call__(self, n): return n"


@pytest.mark.parametrize("status", [CheckStatus.CRASHED, CheckStatus.TIMEOUT])
def test_calls_of_an_object_are_lost_with_it(grade: Grade, status: CheckStatus) -> None:
    """They cannot be repeated one by one, as functions are: what is told is how they were lost."""
    assert only_check(grade, OF_AN_OBJECT, LAYER).status is CheckStatus.PASSED
    workers = iter([InProcessWorker(BATCH + 1, status)])
    (check,) = grade(OF_AN_OBJECT, LAYER, lambda: next(workers, InProcessWorker())).checks
    assert check.status is status


@pytest.mark.parametrize("source", [RIGHT, WRONG_FROM_THREE])
def test_a_worker_that_something_else_ended_is_lost(grade: Grade, source: str) -> None:
    (check,) = grade(ANSWERS, source, one_lost(CheckStatus.CRASHED)).checks
    assert check.status is CheckStatus.CRASHED  # so the unit is graded again


def test_wrong_calls_that_are_slow_together_end_as_fast_ones(grade: Grade) -> None:
    (slow,) = grade(ANSWERS, WRONG_FROM_THREE, one_lost(CheckStatus.TIMEOUT)).checks
    fast = only_check(grade, ANSWERS, WRONG_FROM_THREE)
    assert slow.status is CheckStatus.FAILED
    assert (slow.message, slow.counterexample) == (fast.message, fast.counterexample)


def test_what_is_answered_instead_of_an_error_is_told(grade: Grade) -> None:
    source = RIGHT.replace("n < 0", "n == -1")
    check = only_check(grade, REFUSALS, source)
    assert check.counterexample == Text(es="dropout2d(-2)", en="dropout2d(-2)")
    assert check.message is not None
    assert check.message.en == "Refuses negative numbers. Expected a ValueError, got -2."


def test_an_error_is_told_with_its_line(grade: Grade) -> None:
    check = only_check(grade, ANSWERS, "def dropout2d(n):\n    return n if n < 2 else n.size")
    assert check.status is CheckStatus.ERROR
    assert check.counterexample == Text(es="dropout2d(2)", en="dropout2d(2)")
    assert check.message is not None
    assert "'int' object has no attribute 'size' (cnnlab/dropout.py:2)" in check.message.en


def test_what_is_wrong_in_company_only_is_wrong(grade: Grade) -> None:
    check = only_check(grade, ANSWERS, WRONG_THE_THIRD_TIME)
    assert check.status is CheckStatus.FAILED
    assert check.message is not None
    assert check.message.en == "Returns its argument. Expected 2, got -1."


def test_leaving_the_process_is_no_answer(grade: Grade) -> None:
    check = only_check(grade, REFUSALS, "def dropout2d(n): raise SystemExit('size')")
    assert check.status is CheckStatus.FAILED


def test_each_call_has_the_time_of_a_call(grade: Grade) -> None:
    worker = InProcessWorker(BATCH, CheckStatus.TIMEOUT)
    (check,) = grade(ANSWERS, RIGHT, lambda: worker).checks
    assert check.status is CheckStatus.PASSED
    last = [request.action for request in worker.requests[-5:]]
    assert all(isinstance(a, Call) and a.target == Root("dropout.dropout2d") for a in last)


def test_the_call_that_ends_the_worker_is_told(grade: Grade) -> None:
    workers = iter([InProcessWorker(dies_at=2), InProcessWorker(dies_at=4)])
    (check,) = grade(ANSWERS, RIGHT, lambda: next(workers)).checks
    assert check.status is CheckStatus.CRASHED
    assert check.counterexample == Text(es="dropout2d(2)", en="dropout2d(2)")


def test_what_is_still_to_do_is_told_as_such(grade: Grade) -> None:
    source = "def dropout2d(n): raise NotImplementedError('dropout2d')"
    for checks in (ANSWERS, REFUSALS):
        check = only_check(grade, checks, source)
        assert check.message is not None
        assert check.message.en == "dropout2d is still to do: write it in cnnlab/dropout.py."


def test_the_diagnosis_sees_every_wrong_answer(start_session: StartSession) -> None:
    session = start_session("def f(n): return n + 1 if n % 2 else n")
    tools, function = session.root("tools"), session.root("dropout").f
    with pytest.raises(Mismatch) as caught:
        assert_answers(tools, function, [((n,), n) for n in range(4)])
    assert caught.value.seen == {1: 2, 3: 4}
    with pytest.raises(Mismatch) as caught:
        assert_all_refused(tools, function, [((1,), "n"), ((2,), "n")])
    assert caught.value.seen == {0: 2, 1: 2}


def test_the_diagnosis_sees_how_many_calls_raise(start_session: StartSession) -> None:
    counts = []
    for bound in (1, 2):
        session = start_session(f"def f(n): return n if n < {bound} else 1 // 0")
        with pytest.raises(StudentError):
            assert_answers(
                session.root("tools"), session.root("dropout").f, [((n,), n) for n in range(4)]
            )
        counts.append(session.requests_of_example)
    assert counts == [4, 3]
