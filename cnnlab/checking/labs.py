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
from cnnlab.checking.runner import Runner, never
from cnnlab.labs import Lab
from cnnlab.placeholders import pending_constants
from cnnlab.project import Project, display_path
from cnnlab.sources import SourceProblem, parse


def check_lab(
    lab: Lab, project: Project, runner: Runner, cancelled: Callable[[], bool] = never
) -> LabReport:
    """Run the public tests of `lab`; raises `Cancelled` as soon as `cancelled()`."""
    start = time.monotonic()
    modules = tuple(
        _check_module(lab, module, project, runner, cancelled) for module in lab.modules
    )
    return LabReport(lab, modules, time.monotonic() - start)


def _check_module(
    lab: Lab, module: str, project: Project, runner: Runner, cancelled: Callable[[], bool]
) -> ModuleReport:
    try:
        tree = parse(project.module_path(module))
    except SourceProblem as problem:
        return ModuleReport(module, broken=Broken(Breakage.SYNTAX, problem.where, problem.message))
    except OSError as error:
        reason = error.strerror or str(error)
        return ModuleReport(module, broken=Broken(Breakage.MISSING, display_path(module), reason))
    to_do = set(pending_constants(tree, lab.targets[module]))
    return _with_constants_to_do(runner.run(module, cancelled), to_do)


def _with_constants_to_do(report: ModuleReport, to_do: set[str]) -> ModuleReport:
    """The report in which the tests of a constant still left empty fail for that reason."""

    def reason(result: Result) -> Result:
        if result.failure is None or result.case.target not in to_do:
            return result
        where = display_path(report.module)
        return replace(result, failure=Failure(Outcome.TODO, result.case.target, where))

    return replace(report, results=tuple(map(reason, report.results)))
