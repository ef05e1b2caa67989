"""How a check ends: smallest counterexamples, no pass by skipping, nothing lost by a crash."""

from __future__ import annotations

import importlib

import pytest

from autograder.results import CheckResult, CheckStatus, GraderError, LabResult
from autograder.worker.protocol import Call
from cnnlab.text import Text
from tests.core.conftest import Grade, GradeEach
from tests.core.in_process import InProcessWorker

IDENTITY = """
@check(points=2, target="dropout2d", es="devuelve su argumento", en="returns its argument")
@given(n=st.integers(0, 10**6))
def test_identity(student, n):
    assert_equal(student.dropout2d(n), n)
"""
PLAIN = """
@check(points=1, target="Dropout2d", es="devuelve uno", en="returns one")
def test_one(student):
    assert_equal(student.Dropout2d(), 1)
"""
RIGHT = "def dropout2d(n): return n\ndef Dropout2d(): return 1\n"


def only_check(result: LabResult) -> CheckResult:
    (check,) = result.checks
    return check


def test_right_code_earns_the_points(grade: Grade) -> None:
    result = grade(IDENTITY + PLAIN, RIGHT)
    assert [c.id for c in result.checks] == ["dropout/identity", "dropout/one"]
    assert [c.status for c in result.checks] == [CheckStatus.PASSED] * 2
    assert result.score == 3.0
    assert all(c.message is c.counterexample is c.hint is None for c in result.checks)


def test_a_check_says_what_it_is_worth_and_what_it_is_about(grade: Grade) -> None:
    check = only_check(grade(PLAIN, "def Dropout2d(): return 2"))
    assert (check.target, check.points, check.max_points) == ("Dropout2d", 0.0, 1.0)
    assert check.status is CheckStatus.FAILED
    assert check.message == Text(
        es="Devuelve uno. Se esperaba 1, se obtuvo 2.", en="Returns one. Expected 1, got 2."
    )
    assert check.counterexample == Text(es="Dropout2d()", en="Dropout2d()")
    assert check.hint is not None


def test_the_smallest_counterexample_is_told(grade: Grade) -> None:
    check = only_check(grade(IDENTITY, "def dropout2d(n): return n if n < 10 else n + 1"))
    assert check.counterexample == Text(es="dropout2d(10)", en="dropout2d(10)")
    assert check.message is not None
    assert check.message.en == "Returns its argument. Expected 10, got 11."


def calls_of(worker: InProcessWorker) -> int:
    return sum(isinstance(request.action, Call) for request in worker.requests)


def test_shrinking_ends(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    lab_module = importlib.import_module("autograder.checking.lab")
    monkeypatch.setattr(lab_module, "EXAMPLES_WHILE_SHRINKING", 7)
    many_numbers = "st.lists(st.integers(0, 10**6), min_size=9)"
    checks = IDENTITY.replace("st.integers(0, 10**6)", many_numbers)
    source = "def dropout2d(n): return n if sum(n) < 10**6 else 0"
    worker = InProcessWorker()
    check = only_check(grade(checks, source, lambda: worker))
    assert check.status is CheckStatus.FAILED
    fails = [sum(n) >= 10**6 for n in arguments_of(worker)]
    assert len(fails) - fails.index(True) - 1 == 7


def arguments_of(worker: InProcessWorker) -> list[tuple[int, ...]]:
    """The list that each call was made with."""
    actions = [request.action for request in worker.requests]
    return [action.arguments[0].items for action in actions if isinstance(action, Call)]


def test_unwritten_code_is_called_once(grade: Grade) -> None:
    source = "def dropout2d(n): raise NotImplementedError('dropout2d')"
    worker = InProcessWorker()
    check = only_check(grade(IDENTITY, source, lambda: worker))
    assert check.status is CheckStatus.ERROR
    assert check.message == Text(
        es="dropout2d está por hacer: escríbelo en cnnlab/dropout.py.",
        en="dropout2d is still to do: write it in cnnlab/dropout.py.",
    )
    assert calls_of(worker) == 1


FLAKY = """
count = 0
def dropout2d(n):
    global count
    count += 1
    return n + (count == {wrong})
"""


def test_a_single_wrong_answer_is_a_failure(grade_each: GradeEach) -> None:
    sources = [FLAKY.format(wrong=wrong) for wrong in (1, 2, 15, 20)]
    checks = [only_check(result) for result in grade_each(IDENTITY, sources)]
    assert {check.status for check in checks} == {CheckStatus.FAILED}
    assert {check.points for check in checks} == {0.0}


ESCAPES = (
    "import pytest; pytest.skip('no')",
    "import pytest; pytest.xfail('no')",
    "import pytest; pytest.exit('no')",
    "import pytest; pytest.importorskip('nothing_of_that_name')",
    "import unittest; raise unittest.SkipTest('no')",
    "import hypothesis; hypothesis.assume(False)",
    "import hypothesis; hypothesis.reject()",
    "from hypothesis.errors import StopTest; raise StopTest(0)",
    "from hypothesis.errors import UnsatisfiedAssumption; raise UnsatisfiedAssumption",
    "raise SystemExit(0)",
    "raise KeyboardInterrupt",
    "raise GeneratorExit",
    "raise StopIteration",
    "raise BaseException",
)


@pytest.mark.filterwarnings("ignore:Using")  # assume() and reject() where nothing is drawn
@pytest.mark.parametrize("checks", [IDENTITY, PLAIN], ids=["given", "plain"])
def test_no_exception_is_a_pass(grade_each: GradeEach, checks: str) -> None:
    sources = [f"def dropout2d(n):\n    {e}\ndef Dropout2d():\n    {e}\n" for e in ESCAPES]
    results = [only_check(result) for result in grade_each(checks, sources)]
    statuses = dict(zip(ESCAPES, [check.status for check in results], strict=True))
    assert statuses == dict.fromkeys(ESCAPES, CheckStatus.ERROR)
    assert {check.points for check in results} == {0.0}


def test_an_exception_on_import_is_an_error(grade: Grade) -> None:
    check = only_check(grade(PLAIN, "import pytest\npytest.skip('no', allow_module_level=True)"))
    assert check.status is CheckStatus.ERROR


def test_an_answer_that_the_check_cannot_use_is_a_failure(grade: Grade) -> None:
    checks = PLAIN.replace("assert_equal(student.Dropout2d(), 1)", "student.Dropout2d() + 1")
    check = only_check(grade(checks, "def Dropout2d(): return 'one'"))
    assert check.status is CheckStatus.FAILED
    assert check.message is not None
    assert check.message.en == "Returns one. The answer is not of the expected kind: got 'one'."


def test_what_still_waits_when_a_check_ends_is_not_asked_for(grade: Grade) -> None:
    """It may raise, or end its worker, where nobody expects that any more."""
    waits = PLAIN.replace("assert_equal(", "later(student.Dropout2d)()\n    1 / 0, (")
    source = RIGHT.replace("return 1", "raise SystemExit")
    check = only_check(grade(f"from autograder.checking import later\n{waits}", source))
    assert check.status is CheckStatus.FAILED
    assert check.message is not None
    assert check.message.en.endswith("The answer is not of the expected kind: got an object.")


def test_the_grader_may_pass_over_inputs(grade_each: GradeEach) -> None:
    checks = IDENTITY.replace("    assert_equal", "    assume(n % 2 == 0)\n    assert_equal")
    sources = ["def dropout2d(n): return n + n % 2", "def dropout2d(n): return n + (n > 4)"]
    scores = [result.score for result in grade_each(checks, sources)]
    assert scores == [2.0, 0.0]


def test_each_submission_sees_the_same_inputs(grade_each: GradeEach) -> None:
    workers = [InProcessWorker(), InProcessWorker()]
    started = iter(workers)
    grade_each(IDENTITY, [RIGHT, RIGHT], lambda: next(started))
    first, second = ([(r.action, r.seed) for r in worker.requests] for worker in workers)
    assert first == second


def test_a_check_that_skips_itself_is_the_graders_fault(grade: Grade) -> None:
    with pytest.raises(GraderError, match="dropout/one"):
        grade(PLAIN.replace("assert_equal(student", "pytest.skip('no'); (student"), RIGHT)


def test_a_broken_check_is_the_graders_fault(grade: Grade) -> None:
    with pytest.raises(GraderError, match="collected"):
        grade("1 / 0\n" + PLAIN, RIGHT)


def test_an_undeclared_check_is_the_graders_fault(grade: Grade) -> None:
    with pytest.raises(GraderError, match="collected"):
        grade("def test_one(student): pass", RIGHT)


LOOKS_TWICE = """
@check(points=2, target="dropout2d", es="devuelve su argumento", en="returns its argument")
@given(n=st.integers(0, 10**6))
def test_identity(student, n):
    try:
        assert_equal(student.dropout2d(n), n)
    except WorkerLost:
        assert_equal(student.dropout2d(n), n)
"""


@pytest.mark.parametrize("dies_at", [None, 2, 3])
@pytest.mark.parametrize("source", [RIGHT, "def dropout2d(n): return n + 1"])
def test_a_worker_that_does_not_start_is_no_students_fault(
    grade: Grade, source: str, dies_at: int | None
) -> None:
    """Be it the first or another that takes a lost one's place, at the first example or later."""
    workers = iter([InProcessWorker(dies_at)] if dies_at else [])

    def start() -> InProcessWorker:
        for worker in workers:
            return worker
        raise GraderError("no worker could be started")

    checks = f"from autograder.checking.failures import WorkerLost\n{LOOKS_TWICE}"
    with pytest.raises(GraderError, match=r"^no worker could be started"):
        grade(checks, source, start)


def test_nor_is_one_that_does_not_start_for_what_the_check_before_left(grade: Grade) -> None:
    def start() -> InProcessWorker:
        raise GraderError("no worker could be started")

    leaves = PLAIN.replace("assert_equal(", "later(student.Dropout2d)()\n    1 / 0, (")
    checks = f"from autograder.checking import later\n{leaves}{IDENTITY}"
    with pytest.raises(GraderError, match=r"^no worker could be started"):
        grade(checks, RIGHT, start)


def test_a_lost_worker_is_replaced(grade: Grade) -> None:
    workers = iter([InProcessWorker(dies_at=2), InProcessWorker()])
    result = grade(PLAIN + IDENTITY, RIGHT, lambda: next(workers))
    assert [c.status for c in result.checks] == [CheckStatus.CRASHED, CheckStatus.PASSED]


def test_a_function_that_loses_every_worker_costs_its_own_checks_only(grade: Grade) -> None:
    started: list[InProcessWorker] = []

    def start() -> InProcessWorker:
        started.append(InProcessWorker(dies_at=2 if len(started) < 3 else None))
        return started[-1]

    lost = "".join(PLAIN.replace("test_one", f"test_{name}") for name in "abcd")
    result = grade(lost + IDENTITY, RIGHT, start)
    statuses = [check.status for check in result.checks]
    assert statuses == [CheckStatus.CRASHED] * 4 + [CheckStatus.PASSED]
    assert len(started) == 4  # one for each of three checks, none for the fourth, one for the other
    last = result.checks[3].message
    assert last is not None
    assert last.en == "Returns one. Not run: earlier checks of this function ended the process."


def test_forbidden_calls_void_every_check_of_the_function(grade: Grade) -> None:
    source = (
        "from torch.nn import functional as F\nimport torch\ncount = 0\n"
        "def dropout2d(n): return n\n"
        "def Dropout2d():\n    global count\n    count += 1\n"
        "    return int(vars(F)['dropout2d'](torch.ones(1, 1, 1, 1)).sum() + 1) if count > 1 else 1"
    )
    result = grade(PLAIN + PLAIN.replace("test_one", "test_again") + IDENTITY, source)
    statuses = [check.status for check in result.checks]
    assert statuses == [CheckStatus.FORBIDDEN, CheckStatus.FORBIDDEN, CheckStatus.PASSED]
    assert result.score == 2.0


def test_a_module_without_its_names_has_a_result_for_every_check(grade: Grade) -> None:
    statuses = [check.status for check in grade(PLAIN + IDENTITY, "x = 1").checks]
    assert statuses == [CheckStatus.ERROR] * 2


WITH_PARTS = """
@check(points=1, target="Dropout2d", es="suma", en="adds", parts={"dropout2d": "listed.listed"})
def test_sum(student):
    assert_equal(student.Dropout2d((1, 2)), 3)
"""


def test_a_part_that_is_missing_stays_missing(grade: Grade) -> None:
    missing = "def Dropout2d(n): return sum(dropout2d(n))\n"
    with_part, without = grade(WITH_PARTS + IDENTITY, missing).checks
    assert with_part.status is CheckStatus.PASSED
    assert without.message is not None
    assert without.message.en == "cnnlab/dropout.py does not define dropout2d."
