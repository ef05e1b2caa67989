"""What came out of the public tests: the values that the runner returns and the report shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cnnlab.labs import Lab
from cnnlab.text import Text


class Outcome(Enum):
    """How one test ended. The order is that of gravity, the lightest first."""

    SKIPPED = "skipped"
    PASSED = "passed"
    TODO = "todo"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


GRAVITY = tuple(Outcome)


@dataclass(frozen=True)
class Case:
    """One public test: the name of LABS that it checks, and what it wants of it."""

    id: str
    target: str
    wants: Text


@dataclass(frozen=True)
class Failure:
    """How a test ended and what was seen.

    `message` is the exception's, `where` the file and line that raised it where that tells the
    student something, `example` the arguments that Hypothesis found.
    """

    outcome: Outcome
    message: str = ""
    where: str = ""
    example: str = ""


@dataclass(frozen=True)
class Result:
    """One test and how it ended; `failure` is None where it passed."""

    case: Case
    failure: Failure | None = None

    @property
    def outcome(self) -> Outcome:
        return Outcome.PASSED if self.failure is None else self.failure.outcome


class Breakage(Enum):
    """Why none of a module's tests could run."""

    MISSING = "missing"
    SYNTAX = "syntax"
    IMPORT = "import"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    TESTS = "tests"


@dataclass(frozen=True)
class Broken:
    """A module whose tests could not run, with the reason and its place."""

    kind: Breakage
    where: str
    message: str = ""


@dataclass(frozen=True)
class ModuleReport:
    """The results of one module, in the order of its tests; skipped ones do not appear."""

    module: str
    results: tuple[Result, ...] = ()
    broken: Broken | None = None

    @property
    def passed(self) -> bool:
        return self.broken is None and all(r.outcome is Outcome.PASSED for r in self.results)


@dataclass(frozen=True)
class Row:
    """A line of the table: one function of a lab; `outcome` is None where nothing was run."""

    label: str
    passed: int
    total: int
    outcome: Outcome | None


@dataclass(frozen=True)
class LabReport:
    """The results of one lab, or of its one name `target`; `seconds` is what they took."""

    lab: Lab
    modules: tuple[ModuleReport, ...]
    seconds: float
    target: str | None = None

    @property
    def passed(self) -> bool:
        return all(module.passed for module in self.modules)

    @property
    def results(self) -> tuple[Result, ...]:
        return tuple(result for module in self.modules for result in module.results)

    def rows(self) -> Iterator[Row]:
        """One row for each name of the lab, then one for each other name that a test checks.

        Where a `target` was asked for, only its row.
        """
        for report in self.modules:
            tested = (result.case.target for result in report.results)
            names = dict.fromkeys((*self.lab.targets[report.module], *tested))
            for target in [self.target] if self.target is not None else names:
                outcomes = [r.outcome for r in report.results if r.case.target == target]
                yield Row(
                    self.lab.label(report.module, target),
                    outcomes.count(Outcome.PASSED),
                    len(outcomes),
                    max(outcomes, key=GRAVITY.index, default=None),
                )

    def first_failure(self) -> Result | None:
        """The first test that failed; one that is merely to do only where no other failed."""
        bad = [result for result in self.results if result.outcome is not Outcome.PASSED]
        wrong = (result for result in bad if result.outcome is not Outcome.TODO)
        return next(wrong, bad[0] if bad else None)
