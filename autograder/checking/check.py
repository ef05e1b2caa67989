"""The decorator that makes a pytest function a check."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.checking.failures import Failure, ShrunkEnough, Stop, StudentError
from autograder.checking.limits import CALL, EXAMPLES_WHILE_SHRINKING, Limit
from autograder.checking.remote import Session
from cnnlab.text import Text

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True)
class Check:
    """What is declared about a check; `statement` is the property in one sentence."""

    points: float
    target: str
    statement: Text
    limit: Limit


def check(*, points: float, target: str, es: str, en: str, limit: Limit = CALL) -> Callable[[F], F]:
    """Declare a check: `points` of the lab's 10, for the LABS.md name `target`.

    `es` and `en` say the property that is checked, as a student should read it. It goes above
    `@given`.
    """
    declared = Check(points, target, Text(es=es, en=en), limit)

    def declare(function: F) -> F:
        given = getattr(function, "hypothesis", None)
        if given is not None:
            given.inner_test = _recorded(given.inner_test)
            checked: Any = function
        else:
            checked = _recorded(function)
        checked.check = declared
        return checked  # type: ignore[no-any-return]  # the same signature, with a mark on it

    return declare


def _recorded(body: Callable[..., None]) -> Callable[..., None]:
    """Remember the failing example; stop Hypothesis when it has shrunk it for long enough.

    Examples after a failure try to make it smaller, so the last that fails is the smallest.
    """

    @functools.wraps(body)
    def run(*args: Any, student: Any, **drawn: Any) -> None:
        session: Session = student._session
        if session.failure is not None:
            session.examples_since_failure += 1
            if session.examples_since_failure > EXAMPLES_WHILE_SHRINKING:
                raise ShrunkEnough
        session.begin_example(drawn)
        try:
            body(*args, student=student, **drawn)
        except (Exception, Stop) as error:
            if type(error).__module__.startswith("hypothesis."):
                raise  # assume() and the like steer the search
            session.failure = Failure(error, session.last_call, session.last_value)
            if isinstance(error, StudentError) and error.is_missing:
                raise ShrunkEnough from error
            raise

    return run
