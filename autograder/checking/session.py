"""The pytest session that holds the checks: collected once, run on any number of submissions."""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from autograder.checking.check import Check
from autograder.checking.failures import EarlierCall, Failure, GraderStopped, Stop, WorkerLost
from autograder.checking.limits import TRAINING
from autograder.checking.messages import statement_of
from autograder.checking.outcome import Outcome, outcome_of
from autograder.checking.remote import Remote, Session
from autograder.grading.units import CheckEntry
from autograder.results import GraderError
from autograder.worker.protocol import Root
from autograder.worker.seeding import seed_torch
from cnnlab.labs import LABS

CHECKS = Path(__file__).parent.parent / "checks"
UNUSED_PLUGINS = (
    "cacheprovider",
    "logging",
    "faulthandler",
    "unraisableexception",
    "threadexception",
)
PYTEST_OPTIONS = ("-q", "-s", "-c", os.devnull, *(f"-pno:{name}" for name in UNUSED_PLUGINS))


def use_grading_profile() -> None:
    """Hypothesis as grading wants it: the same inputs for every student and every run."""
    hypothesis.settings.register_profile(
        "grading",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=20,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(
            hypothesis.Phase.explicit,
            hypothesis.Phase.generate,
            hypothesis.Phase.shrink,
        ),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("grading")
    # Hypothesis also draws numbers that it finds in the source of the modules loaded so far. Which
    # these are depends on the labs asked for and on where this package is installed.
    providers._get_local_constants = Constants


def warm_up_hypothesis() -> None:
    """Draw once, so that forks do not each pay for what the first draw sets up."""

    @hypothesis.given(st.tuples(st.integers(), st.sampled_from((1, 2))))
    def draw(_: object) -> None:
        pass

    draw()


@dataclass(frozen=True)
class CheckItem:
    """A collected check: pytest's item, what is declared of it, and its lab and module."""

    item: pytest.Function
    check: Check
    lab: str
    module: str

    @property
    def has_inputs(self) -> bool:
        """Whether Hypothesis draws inputs for it."""
        return hasattr(self.item.obj, "hypothesis")

    @property
    def entry(self) -> CheckEntry:
        return CheckEntry(
            id=f"{self.lab}/{self.item.name.removeprefix('test_')}",
            lab=self.lab,
            module=self.module,
            target=self.check.target,
            points=self.check.points,
            covers=self.check.covers,
            statement=statement_of(self.check),
        )


class CheckSession:
    """A pytest plugin that hands the checks over to be run later, and serves their fixtures."""

    def __init__(self, use_checks: Callable[[CheckSession, Sequence[CheckItem]], None]) -> None:
        self._use_checks = use_checks
        self._session: Session | None = None
        self._module = ""
        self._device = "cpu"
        self._phases: dict[str, pytest.ExceptionInfo[BaseException] | None] = {}
        self._problems: list[str] = []
        self.time_factor = 1.0
        self.seed = 0  # of the inputs that are drawn; 0 for those of grading

    def open(self, labs: Sequence[str]) -> None:
        """Collect the checks of `labs` and call `use_checks`; returns when that does."""
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        use_grading_profile()
        warm_up_hypothesis()
        files = [str(CHECKS / f"{module}.py") for lab in labs for module in LABS[lab].modules]
        status = pytest.main([*PYTEST_OPTIONS, f"--rootdir={CHECKS}", *files], plugins=[self])
        if status != pytest.ExitCode.OK:
            problem = self._problems[0] if self._problems else str(status)
            raise GraderError(f"the checks cannot be collected: {problem}")

    def run(self, item: CheckItem, session: Session, device: str) -> Failure | None:
        """Run one check through pytest; how it failed, or None when it passed.

        `GraderError` where it was not the student's code that ended it.
        """
        self._session, self._module, self._device = session, item.module, device
        self._phases.clear()
        try:
            self._begin(item, session, on_gpu=device == "cuda" and item.check.limit == TRAINING)
        except WorkerLost as lost:
            return Failure(lost, None, None)
        except GraderStopped as stopped:
            raise stopped.error from stopped
        if item.has_inputs:
            hypothesis.seed(_seed_of(item, self.seed))(item.item.obj)
        # The file's own set-up stays for the next check, and goes when one of another file comes.
        item.item.session._setupstate.teardown_exact(item.item)
        runtestprotocol(item.item, log=False, nextitem=item.item.parent)  # type: ignore[arg-type]  # it is asked for its chain alone
        call = self._phases.get("call")
        if call is not None and isinstance(call.value, GraderStopped):
            raise call.value.error
        if session.failure is not None:
            return session.failure
        for phase in ("setup", "call", "teardown"):
            error = self._phases.get(phase)
            if phase not in self._phases or error is not None:
                seen = repr(error.value) if error else "did not run"
                raise GraderError(f"check {item.entry.id}: {phase}: {seen}")
        return None

    def example(
        self, item: CheckItem, session: Session, drawn: Mapping[str, object], number: int
    ) -> Outcome | None:
        """Run one example of a check again, on other code; how it ended, None where it passed."""
        self._begin(item, session)
        arguments = {
            name: session.root(value._target.name)
            if isinstance(value, Remote) and isinstance(value._target, Root)
            else value
            for name, value in drawn.items()
        }
        session.begin_example(arguments, number)
        try:
            item.check.body(student=session.root(item.module), **arguments)
            session.flush()
        except (Exception, Stop) as error:
            if isinstance(error, EarlierCall):
                error = error.told()
            return outcome_of(error, session.requests_of_example)
        return None

    def _begin(self, item: CheckItem, session: Session, *, on_gpu: bool = False) -> None:
        """The same random numbers for every run of a check, and others in the worker."""
        seed = _seed_of(item, self.seed)
        graders = zlib.crc32(b"grader", seed)
        seed_torch(graders)
        random.seed(graders)
        session.begin_check(seed, item.check.limit * self.time_factor, on_gpu=on_gpu)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._problems.append(f"{report.nodeid}: {str(report.longrepr).splitlines()[-1]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise pytest.Session.Interrupted("errors during collection")
        self._use_checks(self, [_check_item(item) for item in session.items])
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep the error itself; pytest's own report would lay out the traceback, which is slow."""
        assert call.when != "collect"
        self._phases[call.when] = call.excinfo
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    @pytest.fixture
    def student(self) -> Remote:
        """The student's module of the same name as the file of checks."""
        return self._root(self._module)

    @pytest.fixture
    def remote_torch(self) -> Remote:
        """The worker's `torch`, to build what a check passes to student code."""
        return self._root("torch")

    @pytest.fixture
    def tools(self) -> Remote:
        """`autograder.worker.tools`, on the worker's side."""
        return self._root("tools")

    @pytest.fixture
    def device(self) -> str:
        """The device of training checks: "cpu" or "cuda"."""
        return self._device

    def _root(self, name: str) -> Remote:
        if self._session is None:
            raise GraderError("a check was run without a submission")
        return self._session.root(name)


def _seed_of(item: CheckItem, seed: int) -> int:
    """The seed of a check's inputs: Hypothesis' own choice digests the check's source each time."""
    return zlib.crc32(item.entry.id.encode()) ^ seed


def _check_item(item: pytest.Item) -> CheckItem:
    check = getattr(getattr(item, "obj", None), "check", None)
    if not isinstance(item, pytest.Function) or not isinstance(check, Check):
        raise GraderError(f"{item.nodeid} is not declared by @check")
    # Nothing is kept in a database, and for its key Hypothesis would digest the source each time.
    item.obj._hypothesis_internal_database_key = b""
    module = item.path.stem
    lab = next(lab.name for lab in LABS.values() if module in lab.modules)
    return CheckItem(item, check, lab, module)
