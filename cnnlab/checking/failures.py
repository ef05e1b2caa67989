"""Describing an exception that ended a test, in plain strings."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from cnnlab.checking.results import Failure, Outcome
from cnnlab.labs import MODULES
from cnnlab.project import PACKAGE, display_path

MAX_MESSAGE = 1000
"""Characters of a message that are kept; what a student reads is cut further."""

_STUDENT_MODULES = {f"{PACKAGE}.{module}": module for module in MODULES}
_EXAMPLE = re.compile(r"(?:Falsifying example|Failing test case): \w+\((.*)\)", re.DOTALL)


def describe(error: BaseException, tests: Path) -> Failure:
    """What ended a test of the file `tests`.

    An exception that comes out of a lab module is the student's, be it an AssertionError or a
    skip, which only a test itself may raise. A NotImplementedError raised there is a placeholder
    that nobody has replaced yet.
    """
    import pytest  # only the checking process has it loaded

    error = _first(error)
    frames = list(_frames(error))
    in_lab = [(module, line) for name, _, line in frames if (module := _STUDENT_MODULES.get(name))]
    if in_lab:
        module, line = in_lab[-1]
        where = f"{display_path(module)}:{line}"
        raised_there = frames[-1][0] in _STUDENT_MODULES
        if type(error) is NotImplementedError and raised_there:
            return Failure(Outcome.TODO, message_of(error), where)
        return Failure(Outcome.ERROR, typed_message(error), where, example_of(error))
    if isinstance(error, pytest.skip.Exception):
        return Failure(Outcome.SKIPPED, message_of(error))
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return Failure(Outcome.FAILED, message_of(error), example=example_of(error))
    return Failure(Outcome.ERROR, typed_message(error), _place_in(tests, frames), example_of(error))


def place_of(error: BaseException, module: str) -> str:
    """The last line of `module` that `error` went through: "cnnlab/vgg.py:12"."""
    own = f"{PACKAGE}.{module}"
    lines = [line for name, _, line in _frames(error) if name == own]
    return f"{display_path(module)}:{lines[-1]}" if lines else display_path(module)


def typed_message(error: BaseException) -> str:
    message = message_of(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def message_of(error: BaseException) -> str:
    try:
        message = str(error)
    except Exception:  # a student's exception class may not know how to print itself
        message = ""
    return message[:MAX_MESSAGE]


def example_of(error: BaseException) -> str:
    """The arguments of the example that Hypothesis found, on one line; empty without one."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, str) and (found := _EXAMPLE.match(note)):
            lines = [line.split("  # ")[0].strip() for line in found[1].splitlines()]
            return " ".join(lines).strip(" ,")[:MAX_MESSAGE]
    return ""


def _first(error: BaseException) -> BaseException:
    """The error itself, or the first of the group that Hypothesis raises for several."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _frames(error: BaseException) -> Iterator[tuple[str, CodeType, int]]:
    """Module name, code and line of every frame, the raising one last."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield str(frame.f_globals.get("__name__", "")), frame.f_code, line


def _place_in(tests: Path, frames: list[tuple[str, CodeType, int]]) -> str:
    lines = [line for _, code, line in frames if Path(code.co_filename).name == tests.name]
    return f"tests/public/{tests.name}:{lines[-1]}" if lines else ""
