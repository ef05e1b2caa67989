"""The process that imports one student module and runs its public tests.

It may be killed, crash or print without end at any moment: every result leaves it as soon as it
is known, and nothing it prints is kept.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab.checking.failures import describe, place_of, typed_message
from cnnlab.checking.preload import load_libraries
from cnnlab.checking.protocol import (
    Collected,
    Finished,
    Job,
    Ready,
    Started,
    receive_job,
    send_event,
)
from cnnlab.checking.results import Breakage, Broken, Case, Failure
from cnnlab.project import PACKAGE
from cnnlab.text import Text

if TYPE_CHECKING:
    import pytest

PYTEST_ARGUMENTS = (
    "-c",
    os.devnull,  # the settings of the surrounding project do not apply
    "--import-mode=importlib",
    "--capture=no",
    "--color=no",
    "--tb=no",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
)


def serve(connection: Connection) -> None:
    """Load the libraries, wait for one job, run it and report over `connection`."""
    _silence()
    if hasattr(os, "setsid"):
        os.setsid()  # the command ends this process together with all that it has started
    load_libraries()
    send_event(connection, Ready())
    try:
        job = receive_job(connection)
    except EOFError:
        return
    threading.Thread(target=_exit_with_the_command, args=(connection,), daemon=True).start()
    _run(job, connection)
    os._exit(0)  # not even a thread that student code has left behind holds the end up


def _silence() -> None:
    """Send standard input and output to nowhere, for C code and subprocesses too."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _exit_with_the_command(connection: Connection) -> None:
    """End this process when the command's end of the connection closes, however busy it is."""
    with contextlib.suppress(EOFError, OSError):
        connection.recv_bytes()
    os._exit(1)


def _run(job: Job, connection: Connection) -> None:
    sys.dont_write_bytecode = True
    try:
        importlib.import_module(f"{PACKAGE}.{job.module}")
    except BaseException as error:
        where = place_of(error, job.module)
        send_event(connection, Broken(Breakage.IMPORT, where, typed_message(error)))
        return
    import pytest

    _settle_hypothesis(Path(job.scratch))
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    tests = Path(job.tests)
    folders = (f"--rootdir={job.root}", f"--confcutdir={tests.parent}")
    pytest.main([*PYTEST_ARGUMENTS, *folders, str(tests)], plugins=[_Reporter(job, connection)])


def _settle_hypothesis(scratch: Path) -> None:
    """The same examples at each run, no time limit of its own, nothing left in the project."""
    from hypothesis import HealthCheck, settings
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(scratch)
    settings.register_profile(
        PACKAGE,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile(PACKAGE)


class _Reporter:
    """The pytest plugin that turns what pytest sees into events."""

    def __init__(self, job: Job, connection: Connection) -> None:
        self._job = job
        self._tests = Path(job.tests)
        self._connection = connection
        self._failure: Failure | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "target(name): the function or class that is checked")

    def pytest_exception_interact(self, node: pytest.Collector | pytest.Item, call: Any) -> None:
        """Report a test file that cannot be collected: it asks for a name that is not there."""
        error = call.excinfo.value
        if call.when == "collect":
            cause = error.__cause__ or error
            where = f"tests/public/{self._tests.name}"
            send_event(self._connection, Broken(Breakage.TESTS, where, typed_message(cause)))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        job = self._job
        cases = [_case(item) for item in items]
        cases = [case for case in cases if job.target in (None, case.target)]
        wanted = {case.id for case in cases} - set(job.done)
        items[:] = [item for item in items if item.nodeid in wanted]
        send_event(self._connection, Collected(tuple(cases)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._failure = None
        send_event(self._connection, Started(nodeid))

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keep the first exception of set-up, call and tear-down."""
        if call.excinfo is not None and self._failure is None:
            self._failure = describe(call.excinfo.value, self._tests)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        send_event(self._connection, Finished(nodeid, self._failure))


def _case(item: pytest.Item) -> Case:
    marker = item.get_closest_marker("target")
    target = str(marker.args[0]) if marker is not None and marker.args else ""
    function = getattr(item, "function", None)
    return Case(item.nodeid, target, _wants(getattr(function, "__doc__", None), item.name))


def _wants(docstring: str | None, name: str) -> Text:
    """The Spanish and the English paragraph of a test's docstring, else the test's name."""
    text = inspect.cleandoc(docstring or "") or name
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    return Text(es=paragraphs[0], en=paragraphs[min(1, len(paragraphs) - 1)])
