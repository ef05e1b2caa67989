"""`autograder audit`: from the project's own code, right and wrong, to a verdict on its checks."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.audit.cases import Case, cases_of
from autograder.audit.findings import Findings, Graded
from autograder.audit.page import write_page
from autograder.audit.report import print_findings, print_totals
from autograder.audit.reviewed import Reviewed, read_reviewed
from autograder.grading.command import STORE_NAME, chosen_labs, prepared
from autograder.grading.display import RunProgress, make_console
from autograder.grading.run import graded_units
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store, unit_key
from autograder.grading.units import Manifest
from autograder.grading.version import grader_version
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


def audit(request: Request) -> int:
    """Audit the checks; 0, or 1 when they let something wrong pass or reject something right."""
    labs = chosen_labs(request.labs)
    reviewed = read_reviewed()
    out = prepared(request.out)
    console = make_console()
    all_findings = []
    with Store(out / STORE_NAME) as store, ChecksServer(labs) as server:
        manifest = server.manifest()
        for lab in labs:
            cases = list(cases_of(LABS[lab], request.seeds, mutants=request.mutants))
            findings = _audit_lab(
                lab, cases, reviewed, manifest, store, server, console, request.jobs
            )
            print_findings(console, findings)
            all_findings.append(findings)
    print_totals(console, all_findings)
    if request.html is not None:
        write_page(request.html, all_findings)
        console.print(f"Page: {request.html}", highlight=False, soft_wrap=True)
    return 1 if any(findings.is_bad for findings in all_findings) else 0


def _audit_lab(
    lab: str,
    cases: Sequence[Case],
    reviewed: Reviewed,
    manifest: Manifest,
    store: Store,
    server: ChecksServer,
    console: Console,
    jobs: int,
) -> Findings:
    """Grade the cases, each as a student's submission would be; a result is kept at once."""
    started = time.monotonic()
    units = [case.unit() for case in cases]
    keys = [unit_key(unit, grader_version(), ISOLATION) for unit in units]
    by_key = dict(zip(keys, units, strict=True))
    names = dict(zip(keys, (case.name for case in cases), strict=True))
    results = store.results(by_key)
    unknown = {key: unit for key, unit in by_key.items() if key not in results}
    with RunProgress(console, Lang.EN) as progress:
        progress.start(len(by_key), len(results))
        for key, result in results.items():
            progress.advance(names[key], result)
        for key, result_or_reason in graded_units(server, unknown, jobs or os.cpu_count() or 1):
            if not isinstance(result_or_reason, LabResult):
                raise GraderError(f"{lab}: {names[key]}: the grader failed: {result_or_reason}")
            store.keep(key, result_or_reason)
            results[key] = result_or_reason
            progress.advance(names[key], result_or_reason)
    graded = [Graded(case, results[key]) for case, key in zip(cases, keys, strict=True)]
    checks = manifest.of_lab(lab)
    return Findings(lab, checks, graded, reviewed, time.monotonic() - started)
