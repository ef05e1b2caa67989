"""Checking a whole lab."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from cnnlab.checking.results import (
    Breakage,
    Broken,
    Failure,
    LabReport,
    ModuleReport,
    Outcome,
    Result,
)
from cnnlab.labs import Lab
from cnnlab.placeholders import pending_constants
from cnnlab.project import Project, display_path
from cnnlab.sources import SourceProblem, parse

Run = Callable[[str], ModuleReport]


def check_lab(lab: Lab, project: Project, run: Run, target: str | None = None) -> LabReport:
    """Check `lab`, or only the module of its name `target`; `run` runs the tests of one module."""
    start = time.monotonic()
    modules = tuple(
        _check_module(lab, module, project, run)
        for module, names in lab.targets.items()
        if target is None or target in names
    )
    return LabReport(lab, modules, time.monotonic() - start, target)


def _check_module(lab: Lab, module: str, project: Project, run: Run) -> ModuleReport:
    try:
        tree = parse(project.module_path(module))
    except SourceProblem as problem:
        return ModuleReport(module, broken=Broken(Breakage.SYNTAX, problem.where, problem.message))
    except OSError as error:
        reason = error.strerror or str(error)
        return ModuleReport(module, broken=Broken(Breakage.MISSING, display_path(module), reason))
    to_do = set(pending_constants(tree, lab.targets[module]))
    return _with_constants_to_do(run(module), to_do)


def _with_constants_to_do(report: ModuleReport, to_do: set[str]) -> ModuleReport:
    """The report in which the tests of a constant still left empty fail for that reason."""

    def reason(result: Result) -> Result:
        if result.failure is None or result.case.target not in to_do:
            return result
        where = display_path(report.module)
        return replace(result, failure=Failure(Outcome.TODO, result.case.target, where))

    return replace(report, results=tuple(map(reason, report.results)))
