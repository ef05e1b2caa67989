"""What a lab's page says: each check with its pass rate, discrimination and typical failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.grading.records import CheckRecord, LabRecord, Results
from autograder.reports.discrimination import discrimination
from autograder.reports.failures import TypicalFailure, typical_failures
from autograder.reports.heat import Heat, percent
from autograder.reports.statements import Statements
from autograder.reports.summary import LabSummary, records_of, summary_of
from autograder.results import CheckStatus, LabStatus
from cnnlab.text import Lang

NEARLY_ALL = 0.9
MIN_TRIED = 3  # of fewer submissions, "nearly all" says nothing
MIN_CORRELATED = 10  # submissions; of fewer, a correlation is mostly chance
MAX_KINDS = 4  # of failure that are shown


@dataclass(frozen=True)
class CheckView:
    """One check. `tried` counts the submissions that have the function's module."""

    id: str
    statement: str
    lab: str
    target: str
    max_points: float
    passed: int
    tried: int
    discrimination: float | None
    kinds: tuple[TypicalFailure, ...]

    @property
    def anchor(self) -> str:
        return self.id.partition("/")[2]

    @property
    def rate(self) -> Heat:
        return percent(self.passed, self.tried)

    @property
    def nearly_all_fail(self) -> bool:
        failed = self.tried - self.passed
        return self.tried >= MIN_TRIED and failed >= NEARLY_ALL * self.tried

    @property
    def shown_kinds(self) -> tuple[TypicalFailure, ...]:
        return self.kinds[:MAX_KINDS]

    @property
    def other_students(self) -> int:
        """Those who fail in a way that is not shown."""
        return sum(kind.students for kind in self.kinds[MAX_KINDS:])


@dataclass(frozen=True)
class LabPage:
    summary: LabSummary
    checks: tuple[CheckView, ...]


def lab_page(results: Results, lab: str, lang: Lang) -> LabPage:
    records = records_of(results, lab)
    graded = [record for record in records if record.status is LabStatus.GRADED]
    in_order = dict.fromkeys(check.id for record in records for check in record.checks)
    by_id: dict[str, list[tuple[LabRecord, CheckRecord]]] = {id: [] for id in in_order}
    for record in graded:
        for check in record.checks:
            if check.status is not CheckStatus.NOT_SUBMITTED:
                by_id[check.id].append((record, check))
    statements = Statements(results.run.statements)
    declared = {check.id: check for record in records for check in record.checks}
    checks = [_view(lab, declared[id], tried, statements, lang) for id, tried in by_id.items()]
    return LabPage(summary_of(lab, records, lang), tuple(checks))


def _view(
    lab: str,
    declared: CheckRecord,
    tried: Sequence[tuple[LabRecord, CheckRecord]],
    statements: Statements,
    lang: Lang,
) -> CheckView:
    passed = [check.status is CheckStatus.PASSED for _, check in tried]
    rest = [round(record.score - check.points, 6) for record, check in tried]
    failures = [check for _, check in tried if check.status is not CheckStatus.PASSED]
    return CheckView(
        id=declared.id,
        statement=statements.of(declared.id),
        lab=lab,
        target=declared.target,
        max_points=declared.max_points,
        passed=sum(passed),
        tried=len(tried),
        discrimination=discrimination(passed, rest) if len(tried) >= MIN_CORRELATED else None,
        kinds=typical_failures(lab, failures, statements, lang),
    )
