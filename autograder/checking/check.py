"""The decorator that makes a pytest function a check."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from autograder.checking.failures import EarlierCall, Failure, ShrunkEnough, Stop, StudentError
from autograder.checking.limits import CALL, SECONDS_WHILE_SHRINKING, Limit
from autograder.checking.outcome import outcome_of
from autograder.checking.remote import Remote, Session
from cnnlab.text import Text

F = TypeVar("F", bound=Callable[..., None])
Body = Callable[..., None]


@dataclass(frozen=True)
class Check:
    """What is declared about a check; `statement` is the property in one sentence."""

    points: float
    target: str
    statement: Text
    limit: Limit
    covers: tuple[str, ...]
    random: bool
    body: Body = field(repr=False)  # one example, without Hypothesis


def check(
    *,
    points: float,
    target: str,
    es: str,
    en: str,
    covers: tuple[str, ...] = (),
    limit: Limit = CALL,
    random: bool = False,
    parts: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Declare a check: `points` of the lab's 10, for the LABS.md name `target`.

    `es` and `en` say the property that is checked, as a student should read it; `covers` names
    the statements of `autograder.contract` that it tests. A check whose answers depend on which
    random numbers the student's code draws is `random`. `parts` names other functions of the
    module that the target may build on, each with what of `autograder.parts` can stand in for it
    ("file.name"): an example counts as failed only if it fails with these parts as well, so
    a mistake in a part costs nothing here. The decorator goes above `@given`.
    """

    def declare(function: F) -> F:
        given = getattr(function, "hypothesis", None)
        inner = given.inner_test if given else function
        body = _with_parts(inner, parts or {})
        if given is not None:
            given.inner_test = _recorded(body)
            checked: Any = function
        else:
            checked = _recorded(body)
        checked.check = Check(
            points, target, Text(es=es, en=en), limit, tuple(covers), random, body
        )
        return checked  # type: ignore[no-any-return]  # the same signature, with a mark on it

    return declare


def is_steering(error: BaseException) -> bool:
    """Whether this is Hypothesis at work: assume() and the like steer the search."""
    return type(error).__module__.startswith("hypothesis.")


def _with_parts(body: Body, parts: Mapping[str, str]) -> Body:
    """`body`, and where it fails, once more with other parts of the module replaced.

    In another worker: the student's code could keep what it is given.
    """
    if not parts:
        return body

    @functools.wraps(body)
    def run(*args: Any, student: Remote, **drawn: Any) -> None:
        session: Session = student._session
        try:
            body(*args, student=student, **drawn)
            session.flush()
        except Exception as error:
            if is_steering(error):
                raise
            before = session.snapshot()
            try:
                with session.understudy(student, parts):
                    body(*args, student=student, **drawn)
            except Exception:
                session.restore(before)
                raise error from None

    return run


def _recorded(body: Body) -> Body:
    """Remember every example and how it ended; stop Hypothesis when it has shrunk long enough.

    Examples after a failure try to make it smaller, so the last that fails is the smallest.
    """

    @functools.wraps(body)
    def run(*args: Any, student: Any, **drawn: Any) -> None:
        session: Session = student._session
        if session.failure is not None:
            session.examples_since_failure += 1
            if (
                session.examples_since_failure > session.shrinking_examples
                or time.monotonic() - session.failed_at > SECONDS_WHILE_SHRINKING
            ):
                raise ShrunkEnough
        try:
            session.begin_example(drawn, len(session.examples))
            body(*args, student=student, **drawn)
            session.flush()
        except (Exception, Stop) as error:
            if is_steering(error):
                raise
            if isinstance(error, EarlierCall):
                error = error.told()
            outcome = outcome_of(error, session.requests_of_example)
            session.examples.append((drawn, outcome))
            if session.failure is None:
                session.failed_at = time.monotonic()
            session.failure = Failure(
                error, session.last_call, session.last_value, session.examples
            )
            if isinstance(error, StudentError) and error.is_missing:
                raise ShrunkEnough from error
            if not session.shrinking_examples:
                raise ShrunkEnough from error
            raise
        session.examples.append((drawn, None))

    return run
