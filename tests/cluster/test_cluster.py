"""Grading on a Dask cluster: the same results as on one machine, whichever workers are lost."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.grading.executor import LocalExecutor
from autograder.grading.files import write_results
from autograder.grading.isolation import choose_isolation
from autograder.grading.run import Options, grade_class
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store
from autograder.grading.submissions import read_submissions
from autograder.project import DEMO_CLASS, ROOT, SOLUTIONS
from autograder.results import LabResult
from autograder.worker.confinement import Limits
from cnnlab.text import Lang
from tests.cluster.machines import START_SECONDS, Machines, why_no_hosts
from tests.test_grade_command import AUTOGRADER, hand_in, report, without_seconds

LABS = ("conv_arithmetic", "dropout")
STUDENTS = ("carla", "diego", "eva", "leo")
UNITS = 8
MANY_SECONDS = 240
SECCOMP = sorted(Path("/usr/lib").glob("*/libseccomp.so.2"))
BUBBLEWRAP = shutil.which("bwrap")
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    status: int
    out: str
    errors: str


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four students who handed in two labs each, none the same as another's."""
    folder = tmp_path_factory.mktemp("class")
    for student in ("carla", "diego"):
        package = folder / student / "cnnlab"
        package.mkdir(parents=True)
        for lab in LABS:
            shutil.copy(DEMO_CLASS / student / "cnnlab" / f"{lab}.py", package)
    right = {lab: (SOLUTIONS / f"{lab}.py").read_text(encoding="utf-8") for lab in LABS}
    hand_in(folder, "eva", **right)
    hand_in(
        folder,
        "leo",
        conv_arithmetic=right["conv_arithmetic"] + "\ndel same_padding\n",
        dropout=right["dropout"] + "\ndel Dropout2d\n",
    )
    return folder


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and one good worker; one with another grader; one without any sandbox."""
    folder = tmp_path_factory.mktemp("machines")
    other = folder / "other"
    for package in ("autograder", "cnnlab", "solutions"):
        shutil.copytree(ROOT / package, other / package)
    with (other / "autograder" / "results.py").open("a") as file:
        file.write("# another version\n")
    with Machines(folder) as started:
        started.add_worker("one")
        started.add_worker("outdated", root=other)
        if why_no_hosts() is None:  # for hosts have file systems of their own too
            hidden = [*map(str, SECCOMP), *([BUBBLEWRAP] if BUBBLEWRAP else [])]
            started.add_worker("bare", hidden=tuple(hidden))
        started.wait_for_workers(len(started.workers))
        yield started


def command(
    submissions: Path, results: Path, machines: Machines, labs: Sequence[str] = LABS
) -> list[str]:
    options = [word for lab in labs for word in ("--lab", lab)]
    options += ["--lang", "en", "--executor", f"dask://{machines.scheduler}"]
    return [*AUTOGRADER, "grade", str(submissions), "--out", str(results), *options]


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def ended(process: subprocess.Popen[str]) -> Ran:
    out, errors = process.communicate(timeout=MANY_SECONDS)
    return Ran(process.returncode, out, errors)


def kept(results: Path) -> int:
    """How many results the store has."""
    path = results / "results.sqlite3"
    with (
        contextlib.suppress(sqlite3.OperationalError),
        contextlib.closing(sqlite3.connect(path, timeout=10)) as store,
    ):
        count: int = store.execute("SELECT COUNT(*) FROM results").fetchone()[0]
        return count
    return 0


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something that comes true while the command runs."""
    deadline = time.monotonic() + MANY_SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def interrupted(submissions: Path, results: Path, machines: Machines) -> Ran:
    """A run of one lab that one worker had begun when it got Ctrl-C."""
    process = started(*command(submissions, results, machines, LABS[:1]))
    wait_until(lambda: kept(results) > 0, process)
    process.send_signal(signal.SIGINT)
    return ended(process)


@pytest.fixture(scope="module")
def bereaved(
    submissions: Path, results: Path, machines: Machines, interrupted: Ran
) -> tuple[Ran, int]:
    """A run of both labs with three workers, one of which is killed when it has been sent units,
    another when there are results; and how many results there were then."""
    machines.add_worker("two")
    machines.add_worker("three")
    machines.wait_for_workers(len(machines.workers))
    before = kept(results)
    process = started(*command(submissions, results, machines))
    wait_until(lambda: bool(machines.graders("one")), process)
    machines.kill("one")
    wait_until(lambda: kept(results) > before, process)
    machines.kill("two")
    known = kept(results)
    return ended(process), known


class Silence:
    """Shows no progress."""

    def start(self, total: int, known: int) -> None: ...
    def advance(self, student: str, result: LabResult) -> None: ...


def grade_here(submissions: Path, out: Path, isolation: str, server: ChecksServer) -> None:
    """Write the results of the same class, graded by this machine's server."""
    executor = LocalExecutor(lambda: contextlib.nullcontext(server), jobs=2)
    read = read_submissions(submissions)
    with Store(out / "results.sqlite3") as store:
        options = Options(LABS, "cpu", isolation, Limits())
        outcome = grade_class(read, options, executor, store, Silence())
    write_results(
        out,
        read,
        outcome.results,
        checks=outcome.checks,
        device="cpu",
        isolation=isolation,
        lang=Lang.EN,
    )


def test_ctrl_c_ends_what_is_under_way(interrupted: Ran, machines: Machines, results: Path) -> None:
    assert interrupted.status == 130
    assert interrupted.errors.strip() == (
        "autograder: interrupted; the same command goes on from here"
    )
    assert kept(results) > 0
    assert not (results / "grades.csv").exists()


def test_same_results_as_on_one_machine(
    bereaved: tuple[Ran, int],
    submissions: Path,
    results: Path,
    checks_server: ChecksServer,
    tmp_path: Path,
) -> None:
    ran, known = bereaved
    assert (ran.status, ran.errors) == (0, "")
    assert "results were kept from before" in ran.out
    assert known < UNITS  # workers were killed while there was work to do
    grade_here(submissions, tmp_path, report(results, "eva")["isolation"], checks_server)
    for student in STUDENTS:
        here, there = report(tmp_path, student), report(results, student)
        assert without_seconds(here) == without_seconds(there)
    assert (results / "grades.csv").read_bytes() == (tmp_path / "grades.csv").read_bytes()
    scores = {s: [lab["score"] for lab in report(results, s)["labs"]] for s in STUDENTS}
    assert scores["eva"] == [10.0, 10.0]
    assert all(score < 10.0 for score in scores["leo"])


def test_nothing_is_left_on_the_workers(bereaved: tuple[Ran, int], machines: Machines) -> None:
    # The server of a worker that was killed ends by itself, when it has got so far.
    deadline = time.monotonic() + START_SECONDS
    while machines.graders() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert machines.graders() == set()


def test_another_version_is_refused(interrupted: Ran, machines: Machines) -> None:
    line = f"Not grading on {machines.hosts['outdated'].address}: its grader is version "
    assert interrupted.out.count(line) == 1


@pytest.mark.skipif(why_no_hosts() is not None, reason=str(why_no_hosts()))
def test_a_host_without_the_sandbox_is_refused(interrupted: Ran, machines: Machines) -> None:
    if choose_isolation("auto", Limits()).name == "process":
        pytest.skip("no host has a sandbox")
    line = f"Not grading on {machines.hosts['bare'].address}: --isolation sandbox: not to be had"
    assert interrupted.out.count(line) == 1


@pytest.mark.skipif(why_no_hosts() is not None, reason=str(why_no_hosts()))
def test_workers_are_on_hosts_of_their_own(bereaved: tuple[Ran, int], machines: Machines) -> None:
    assert "Cluster (hosts: 3, workers: 3, submissions at once: 3)" in bereaved[0].out
    assert len({host.address for host in machines.hosts.values()}) == 5


def test_no_worker_that_can_grade_is_one_line(
    bereaved: tuple[Ran, int], submissions: Path, machines: Machines, tmp_path: Path
) -> None:
    machines.kill("three")
    machines.workers["three"].wait()
    options = ("--isolation", "sandbox")
    ran = ended(started(*command(submissions, tmp_path, machines), *options))
    assert ran.status == 2
    assert len(ran.errors.splitlines()) == 1
    for name in machines.workers.keys() & {"outdated", "bare"}:
        assert f"{machines.hosts[name].address}: " in ran.errors
    assert "no worker can grade" in ran.errors
