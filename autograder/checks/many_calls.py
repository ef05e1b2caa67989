"""Many calls of one function in one message, each held to what is wanted of it.

A message costs more than what a small function does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from autograder.checking import assert_equal, assert_that, rejects
from autograder.checking.compare import kind_and_value, seen_of
from autograder.checking.failures import Mismatch, StudentError, WorkerLost
from autograder.checking.remote import Session
from autograder.results import CheckStatus
from autograder.worker.protocol import Raised

Case = tuple[tuple[Any, ...], Any]
"""The arguments of a call, and what is wanted of it."""


def assert_answers(tools: Any, function: Any, cases: Sequence[Case]) -> None:
    """Each call must answer with the value that is wanted, of its type."""
    assert_each(tools, function, cases, _assert_answer)


def assert_all_refused(tools: Any, function: Any, cases: Sequence[Case]) -> None:
    """Each call must raise a ValueError that has one of the words wanted in its message."""
    assert_each(tools, function, cases, _assert_refused)


def _assert_answer(wanted: object, function: Callable[..., object], *arguments: object) -> None:
    assert_equal(function(*arguments), wanted)


def _assert_refused(wanted: str, function: Callable[..., object], *arguments: object) -> None:
    """What is answered instead of the error is told."""
    with rejects(*wanted.split()):
        answer = function(*arguments)
        seen = kind_and_value(answer)
        assert_that(
            False,
            es=f"Se esperaba un ValueError, se obtuvo {seen.es}.",
            en=f"Expected a ValueError, got {seen.en}.",
            seen=seen_of(answer),
        )


def assert_each(
    tools: Any, function: Any, cases: Sequence[Case], hold: Callable[..., None]
) -> None:
    """`hold(wanted, function, *arguments)` of each case must pass.

    The student reads of one call that is wrong, the diagnosis sees all that are. `hold` calls its
    `function` with its arguments, which may stand for what has been answered already.
    """
    calls = [arguments for arguments, _ in cases]
    try:
        outcomes = tools.outcomes(function, calls)
    except StudentError:
        for arguments, wanted in cases:  # which of them it was
            hold(wanted, function, *arguments)
        return
    except WorkerLost as lost:
        outcomes = _one_by_one(tools._session, function, calls, lost)
    answered: list[int] = []
    raised: list[int] = []
    seen: dict[int, object] = {}
    for place, ((_, wanted), outcome) in enumerate(zip(cases, outcomes, strict=True)):
        try:
            hold(wanted, _answer, *outcome)
        except Mismatch as error:
            answered.append(place)
            seen[place] = error.seen
        except StudentError as error:
            raised.append(place)
            seen[place] = error.raised.types[:1]
            if error.is_missing:
                break
    if not seen:
        return
    if not answered:
        # Of an error, the diagnosis sees the type: the number of requests says how many there are.
        for place in raised[1:]:
            with contextlib.suppress(StudentError):
                function(*cases[place][0])
    shown = (answered or raised)[0]
    arguments, wanted = cases[shown]
    try:
        hold(wanted, function, *arguments)  # on its own: these words are shown
    except Mismatch as error:
        raise Mismatch(error.text, seen) from None
    hold(wanted, _answer, *outcomes[shown])


def _one_by_one(
    session: Session, function: Any, calls: Sequence[Sequence[Any]], lost: WorkerLost
) -> list[tuple[Any, ...]]:
    """The outcomes of calls that lost their worker together; one that does so alone is told.

    Where none does, they may have been slow together: the limit is that of a call. A worker that
    ended otherwise was ended by something else, and the whole has to be graded again.
    """
    requests = session.requests_of_example
    outcomes: list[tuple[Any, ...]] = []
    for arguments in calls:
        try:
            outcomes.append((function(*arguments),))
        except StudentError as error:
            outcomes.append((None, error.raised.types, error.raised.message))
    if lost.status is not CheckStatus.TIMEOUT:
        raise lost
    session.requests_of_example = requests
    return outcomes


def _answer(value: object, types: Sequence[str] = (), message: str = "") -> object:
    """What the call returned or raised, with the types of the error where it did."""
    if types:
        raise StudentError(Raised(tuple(types), message, None))
    return value
