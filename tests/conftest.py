"""Fixtures for tests that grade for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.grading.server import ChecksServer
from autograder.grading.units import Manifest, Unit
from autograder.project import SOLUTIONS
from autograder.results import CheckResult, CheckStatus, LabResult
from cnnlab.labs import LABS

Grade = Callable[..., LabResult]


@pytest.fixture(scope="session")
def checks_server() -> Iterator[ChecksServer]:
    """One server with every check, for the whole test run."""
    with ChecksServer(tuple(LABS)) as server:
        yield server


@pytest.fixture(scope="session")
def manifest(checks_server: ChecksServer) -> Manifest:
    return checks_server.manifest()


@pytest.fixture(scope="session")
def grade_lab(checks_server: ChecksServer) -> Grade:
    """Grade one lab, as `grade_lab("dropout", dropout=source)`, through the real path."""

    def grade(lab: str, **sources: str) -> LabResult:
        return checks_server.grade(Unit(lab, sources, "cpu"))

    return grade


def reference_sources(lab: str) -> dict[str, str]:
    return {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}


def not_passed(result: LabResult) -> dict[str, str]:
    """Check id to status and message, for a readable failure of a test."""
    return {
        check.id: f"{check.status}: {check.message.en if check.message else ''}"
        for check in result.checks
        if check.status is not CheckStatus.PASSED
    }


def check_of(result: LabResult, name: str) -> CheckResult:
    return next(check for check in result.checks if check.id == f"{result.lab}/{name}")


def variants() -> list[Path]:
    return sorted((Path(__file__).parent / "variants").glob("*/*.py"))
