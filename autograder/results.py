"""The results of grading: the one vocabulary of grader, store, files and reports.

Messages are kept in both languages; a language is chosen when results are written for people.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from cnnlab.text import Text

LAB_POINTS = 10.0


class CheckStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"  # the student's code raised
    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    CRASHED = "crashed"  # the student's process died
    NOT_SUBMITTED = "not_submitted"


LOST = (CheckStatus.TIMEOUT, CheckStatus.CRASHED)


class LabStatus(StrEnum):
    GRADED = "graded"
    NOT_SUBMITTED = "not_submitted"
    UNREADABLE = "unreadable"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One check on one submission. `points` is `max_points` or 0.

    A large class has hundreds of thousands; none can be part of a cycle, so none is looked at.
    """

    id: str
    target: str
    status: CheckStatus
    points: float
    max_points: float
    seconds: float
    message: Text | None = None
    counterexample: Text | None = None
    misconception: str | None = None
    hint: Text | None = None


class OutputKind(StrEnum):
    """What a notebook's cell may show, as a worker names it."""

    STREAM = "stream"
    TEXT = "text/plain"
    IMAGE = "image/png"  # in base64
    ERROR = "error"


class CellOutput(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a cell shows: what the student's code wrote, or a text of the grader's."""

    kind: OutputKind
    content: str | Text


CellOutputs = tuple[CellOutput, ...]


class LabResult(msgspec.Struct, frozen=True, kw_only=True):
    """One lab of one submission; `reason` says why where the lab is unreadable.

    `cells` is what the cells of the unit's notebook showed, up to the last that was run.
    """

    lab: str
    status: LabStatus
    seconds: float
    checks: tuple[CheckResult, ...]
    reason: Text | None = None
    cells: tuple[CellOutputs, ...] = ()

    @property
    def score(self) -> float:
        return round(sum(check.points for check in self.checks), 6)

    @property
    def max_score(self) -> float:
        return LAB_POINTS


def not_submitted(module: str) -> Text:
    """The message of a check whose module is not there."""
    return Text(
        es=f"El módulo cnnlab/{module}.py no está en la entrega.",
        en=f"The module cnnlab/{module}.py is not in the submission.",
    )


class GraderError(Exception):
    """Something an instructor can act on; its text is one line."""


class BadUsage(GraderError):
    """The command was called with something it cannot work on."""


class ExecutorLost(GraderError):
    """What units are graded on is gone; the results so far are kept."""
