"""Sessions and grading whose worker runs in the test's own process, and what that leaves undone."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest

from autograder.checking import remote as remote_module
from autograder.checking import session as session_module
from autograder.checking.connection import Worker
from autograder.checking.lab import grade_lab
from autograder.checking.remote import Session
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.units import Unit
from autograder.misconceptions import misconceptions_of
from autograder.results import GraderError, LabResult
from autograder.worker.interpreter import reset_torch
from autograder.worker.submitted import PACKAGE
from tests.core.in_process import InProcessWorker

StartSession = Callable[..., Session]
Grade = Callable[..., LabResult]
GradeEach = Callable[..., list[LabResult]]
HEAD = """
import pytest
from hypothesis import assume, given, strategies as st
from autograder.checking import assert_equal, assert_that, check, rejects
"""


@pytest.fixture
def own_package() -> Iterator[None]:
    """Give back this process's own `cnnlab` and torch's switches after a submission was loaded."""
    finders = list(sys.meta_path)
    modules = {name: module for name, module in sys.modules.items() if _is_own(name)}
    yield
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if _is_own(name)]:
        del sys.modules[name]
    sys.modules.update(modules)
    reset_torch(0)


def _is_own(module: str) -> bool:
    return module.split(".")[0] == PACKAGE


@pytest.fixture
def start_session(own_package: None) -> Iterator[StartSession]:
    """`start_session(source)`: a session on a submission whose module `dropout` is `source`."""
    with contextlib.ExitStack() as stack:

        def start(source: str, forbidden: Sequence[str] = ()) -> Session:
            session = Session(InProcessWorker, {"dropout": source}, forbidden)
            stack.callback(session.close)
            return session

        yield start


@pytest.fixture
def grade_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_package: None
) -> Iterator[GradeEach]:
    """`grade_each(checks, sources)`: modules `dropout`, graded by the checks of one file.

    The checks may use the part `listed.listed`, which makes a list.
    """
    monkeypatch.setattr(session_module, "CHECKS", tmp_path)
    monkeypatch.setattr(remote_module, "PARTS", tmp_path)
    (tmp_path / "listed.py").write_text("def listed(items): return list(items)\n")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(sys, "path", list(sys.path))
    misconceptions_of("dropout")  # a worker in this process keeps it from being imported later
    profile = hypothesis.settings.get_profile("default")

    def run(
        checks: str,
        sources: Sequence[str],
        start_worker: Callable[[], Worker] = InProcessWorker,
        device: str = "cpu",
    ) -> list[LabResult]:
        (tmp_path / "dropout.py").write_text(HEAD + checks, encoding="utf-8")
        results: list[LabResult] = []
        errors: list[GraderError] = []

        def use_checks(session: CheckSession, items: Sequence[CheckItem]) -> None:
            try:
                for source in sources:
                    unit = Unit("dropout", {"dropout": source}, device)
                    results.append(grade_lab(session, items, unit, start_worker))
            except GraderError as error:
                errors.append(error)

        CheckSession(use_checks).open(["dropout"])
        if errors:
            raise errors[0]
        return results

    yield run
    sys.modules.pop("dropout", None)
    hypothesis.settings.register_profile("default", profile)
    hypothesis.settings.load_profile("default")


@pytest.fixture
def grade(grade_each: GradeEach) -> Grade:
    """`grade(checks, source)`: one module."""

    def run(
        checks: str,
        source: str,
        start_worker: Callable[[], Worker] = InProcessWorker,
        device: str = "cpu",
    ) -> LabResult:
        (result,) = grade_each(checks, [source], start_worker, device)
        return result

    return run
