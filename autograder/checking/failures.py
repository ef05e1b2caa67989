"""How a check ends when it does not pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.results import CheckStatus, GraderError
from autograder.worker.protocol import Raised
from cnnlab.text import Text

if TYPE_CHECKING:
    from autograder.checking.outcome import Outcome

STUB_NAME = re.compile(r"[\w.]*")
MISSING_NAME = re.compile(r"module 'cnnlab\.\w+' has no attribute '(\w+)'.*", re.DOTALL)


class Mismatch(AssertionError):
    """The student's code answered, and the answer is wrong: `seen`, where there is a value."""

    def __init__(self, text: Text, seen: object = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.seen = seen


class StudentError(Exception):
    """The student's code raised."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(f"{raised.types[0] if raised.types else 'exception'}: {raised.message}")
        self.raised = raised

    @property
    def is_missing(self) -> bool:
        """A stub's body was reached: its error names the function, torch's own says more."""
        is_stub = STUB_NAME.fullmatch(self.raised.message) is not None
        return is_stub and "NotImplementedError" in self.raised.types

    @property
    def missing_name(self) -> str | None:
        """The name that the student's module lacks, if that is the matter."""
        found = MISSING_NAME.fullmatch(self.raised.message)
        return found[1] if found and "AttributeError" in self.raised.types else None

    @property
    def is_import_failure(self) -> bool:
        """The module cannot be imported, or lacks a name."""
        return not {"SyntaxError", "ImportError", "AttributeError"}.isdisjoint(self.raised.types)


class EarlierCall(Exception):
    """A call that had been put off raised `error`: it is not what the check does now that did.

    No `StudentError`, as a check that expects one expects it of what it does then.
    """

    def __init__(self, error: StudentError) -> None:
        super().__init__(str(error))
        self._error = error

    def told(self) -> StudentError:
        """The error itself, as if it were raised where this was."""
        return self._error.with_traceback(self.__traceback__)


class Stop(BaseException):
    """Ends a check at once: no `Exception`, so that Hypothesis does not look for smaller ones."""


class GraderStopped(BaseException):
    """The grader itself cannot go on, by `error`: no way for a check to end, as a `Stop` is."""

    def __init__(self, error: GraderError) -> None:
        super().__init__(str(error))
        self.error = error


class WorkerLost(Stop):
    """The worker overran its limit, died, or broke the protocol."""

    def __init__(self, status: CheckStatus, text: Text) -> None:
        super().__init__(text.en)
        self.status = status
        self.text = text


class ForbiddenCall(Stop):
    """The witness saw a library call that the lab forbids."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ShrunkEnough(Stop):
    """The failure at hand has been made small for long enough."""


@dataclass(frozen=True)
class Failure:
    """How an example failed: the error, the last call in words, and what it answered.

    `examples` are all that were tried, this one last among those that failed: what was drawn for
    each, and its outcome, None where it passed.
    """

    error: Exception | Stop
    call: Text | None
    value: object
    examples: Sequence[tuple[Mapping[str, object], Outcome | None]] = ()
