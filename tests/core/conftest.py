"""Sessions whose worker runs in the test's own process, and what that leaves behind undone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from autograder.checking.remote import Session
from autograder.worker.interpreter import reset_torch
from autograder.worker.submitted import PACKAGE
from tests.core.in_process import InProcessWorker

StartSession = Callable[..., Session]


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
def start_session(own_package: None) -> StartSession:
    """`start_session(source)`: a session on a submission whose module `dropout` is `source`."""

    def start(source: str, is_forbidden: Callable[[str], bool] | None = None) -> Session:
        return Session(InProcessWorker, {"dropout": source}, is_forbidden)

    return start
