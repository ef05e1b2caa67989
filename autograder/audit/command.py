"""`autograder audit`: from the project's own code, right and wrong, to a verdict on its checks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from msgspec.structs import replace
from rich.console import Console

from autograder.audit.cases import Case, cases_of, misconceptions_in
from autograder.audit.findings import Findings, Graded
from autograder.audit.page import write_page
from autograder.audit.report import print_findings, print_totals
from autograder.audit.reviewed import read_reviewed
from autograder.grading.command import STORE_NAME, chosen_labs, prepared
from autograder.grading.display import RunProgress, make_console
from autograder.grading.executor import LocalExecutor
from autograder.grading.run import graded_units
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store, unit_key
from autograder.grading.units import Unit
from autograder.grading.version import grader_version
from autograder.misconceptions import Caught, record_caught
from autograder.results import GraderError, LabResult
from cnnlab.labs import LABS
from cnnlab.text import Lang

ISOLATION = "process"


@dataclass(frozen=True)
class Request:
    """The command's arguments."""

    out: Path
    labs: tuple[str, ...] = ()
    jobs: int = 0
    seeds: int = 1
    mutants: bool = True
    html: Path | None = None
    record: bool = False


def audit(request: Request) -> int:
    """Audit the checks; 0, or 1 when they let something wrong pass or reject something right."""
    console = make_console()
    all_findings = []
    for findings in audited(request, console):
        print_findings(console, findings)
        all_findings.append(findings)
    print_totals(console, all_findings)
    if request.html is not None:
        write_page(request.html, all_findings)
        console.print(f"Page: {request.html}", highlight=False, soft_wrap=True)
    return 1 if any(findings.is_bad for findings in all_findings) else 0


def audited(request: Request, console: Console) -> Iterator[Findings]:
    """The findings of one lab after another; progress goes to `console`."""
    labs = chosen_labs(request.labs)
    reviewed = read_reviewed()
    with Store(prepared(request.out) / STORE_NAME) as store:
        if request.record:
            with _Grading(labs, store, console, request.jobs) as grading:
                record_caught(_caught(labs, grading))
            grader_version.cache_clear()
        with _Grading(labs, store, console, request.jobs) as grading:
            for lab in labs:
                started = time.monotonic()
                cases = list(cases_of(LABS[lab], request.seeds, mutants=request.mutants))
                graded = grading.of_cases(cases, [case.unit() for case in cases])
                checks = grading.executor.manifest().of_lab(lab)
                yield Findings(lab, checks, graded, reviewed, time.monotonic() - started)


def _caught(labs: Sequence[str], grading: _Grading) -> dict[str, Caught]:
    """The checks that catch each misconception of these labs, by module and key."""
    caught: dict[str, Caught] = {}
    for lab in labs:
        cases = list(misconceptions_in(LABS[lab]))
        units = [replace(case.unit(), explain=False) for case in cases]
        graded = grading.of_cases(cases, units)
        for module in LABS[lab].modules:
            own = [g for g in graded if g.case.module == module]
            caught[module] = {g.case.name: g.failed_of_target for g in own}
    return caught


class _Grading:
    """Grades cases, each as a student's submission would be; a result is kept at once."""

    def __init__(self, labs: Sequence[str], store: Store, console: Console, jobs: int) -> None:
        self.executor = LocalExecutor(lambda: ChecksServer(labs), jobs or os.cpu_count() or 1)
        self._store = store
        self._console = console

    def __enter__(self) -> Self:
        self.executor.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.executor.__exit__(*error)

    def of_cases(self, cases: Sequence[Case], units: Sequence[Unit]) -> list[Graded]:
        """The cases with their results, in the same order."""
        keys = [unit_key(unit, grader_version(), ISOLATION) for unit in units]
        by_key = dict(zip(keys, units, strict=True))
        names = dict(zip(keys, (case.name for case in cases), strict=True))
        results = self._store.results(by_key)
        unknown = {key: unit for key, unit in by_key.items() if key not in results}
        with RunProgress(self._console, Lang.EN) as progress:
            progress.start(len(by_key), len(results))
            for key, result in results.items():
                progress.advance(names[key], result)
            for key, outcome in graded_units(self.executor, unknown, self._store):
                if not isinstance(outcome, LabResult):
                    lab = by_key[key].lab
                    raise GraderError(f"{lab}: {names[key]}: the grader failed: {outcome}")
                results[key] = outcome
                progress.advance(names[key], outcome)
        modules = {check.id: check.module for check in self.executor.manifest().checks}
        return [
            Graded(case, [c for c in results[key].checks if modules[c.id] == case.module])
            for case, key in zip(cases, keys, strict=True)
        ]
