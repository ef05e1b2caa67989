"""The order of a run: what lost a worker beside others is graded once more, alone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import cast

import pytest

from autograder.grading.executor import LocalExecutor
from autograder.grading.run import graded_units
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store
from autograder.grading.units import Unit
from autograder.results import CheckResult, CheckStatus, GraderError, LabResult, LabStatus


class FakeServer:
    """Answers with the statuses that a unit's source lists, one for each time it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.together: dict[str, int] = {}
        self._running = 0
        self._lock = threading.Lock()

    def grade(self, unit: Unit) -> LabResult:
        words = unit.sources["dropout"].split()
        with self._lock:
            self._running += 1
            times = self.asked.count(unit.lab)
            self.asked.append(unit.lab)
        time.sleep(0.01)
        with self._lock:
            self.together[unit.lab] = self._running
            self._running -= 1
        word = words[min(times, len(words) - 1)]
        if word == "broken":
            raise GraderError("no more")
        check = CheckResult(
            id="c", target="t", status=CheckStatus(word), points=0.0, max_points=1.0, seconds=0.0
        )
        return LabResult(lab=unit.lab, status=LabStatus.GRADED, seconds=0.0, checks=(check,))

    def stop(self) -> None:
        pass

    def executor(self, jobs: int) -> LocalExecutor:
        return LocalExecutor(lambda: nullcontext(cast(ChecksServer, self)), jobs)


StatusesOf = Callable[[dict[str, str]], tuple[FakeServer, dict[str, str]]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "results.sqlite3") as opened:
        yield opened


@pytest.fixture
def statuses_of(store: Store) -> StatusesOf:
    def run(sources: dict[str, str]) -> tuple[FakeServer, dict[str, str]]:
        server = FakeServer()
        units = {name: Unit(name, {"dropout": source}, "cpu") for name, source in sources.items()}
        found = graded_units(server.executor(4), units, store)
        return server, {
            name: result.checks[0].status if isinstance(result, LabResult) else result
            for name, result in found
        }

    return run


@pytest.mark.parametrize("status", ["timeout", "crashed"])
def test_what_passes_alone_has_passed(statuses_of: StatusesOf, status: str) -> None:
    slow = dict.fromkeys(("slow", "slower", "slowest"), f"{status} passed")
    server, statuses = statuses_of({**slow, **dict.fromkeys("abc", "failed")})
    assert statuses == {**dict.fromkeys(slow, "passed"), **dict.fromkeys("abc", "failed")}
    assert {*server.asked[-3:]} == slow.keys()
    assert [server.together[name] for name in slow] == [1, 1, 1]


def test_a_timeout_alone_is_a_timeout(statuses_of: StatusesOf) -> None:
    server, statuses = statuses_of({"slow": "timeout", "other": "passed"})
    assert statuses["slow"] == "timeout"
    assert server.asked.count("slow") == 2
    assert server.asked.count("other") == 1


def test_a_broken_grader_is_no_verdict(statuses_of: StatusesOf) -> None:
    _, statuses = statuses_of({"one": "broken", "two": "passed"})
    assert statuses == {"one": "no more", "two": "passed"}


CLAIM = """
import sys
from pathlib import Path
from autograder.grading.store import Store
with Store(Path(sys.argv[1])) as store:
    print(store.claim(sys.argv[2]), flush=True)
    sys.stdin.read()
"""


def claimed_elsewhere(path: Path, key: str) -> subprocess.Popen[str]:
    """Another process that has claimed `key` in the store at `path`."""
    other = subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(path), key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    return other


def test_what_another_run_grades_is_left_to_it(store: Store, tmp_path: Path) -> None:
    other = claimed_elsewhere(tmp_path / "results.sqlite3", "one")
    server = FakeServer()
    units = {name: Unit(name, {"dropout": "passed"}, "cpu") for name in ("one", "two")}
    found = graded_units(server.executor(2), units, store)
    assert next(found)[0] == "two"
    theirs = server.grade(units["one"])
    server.asked.clear()
    store.keep("one", theirs)
    other.kill()
    other.wait()
    assert list(found) == [("one", theirs)]
    assert server.asked == []


def test_the_claim_of_a_killed_run_ends(store: Store, tmp_path: Path) -> None:
    other = claimed_elsewhere(tmp_path / "results.sqlite3", "one")
    assert not store.claim("one")
    assert store.claim("two")
    other.kill()
    other.wait()
    assert store.claim("one")


def test_a_graded_unit_is_given_back_while_the_run_goes_on(store: Store, tmp_path: Path) -> None:
    units = {name: Unit(name, {"dropout": "passed"}, "cpu") for name in ("one", "two")}
    found = graded_units(FakeServer().executor(1), units, store)
    assert next(found)[0] == "one"
    other = claimed_elsewhere(tmp_path / "results.sqlite3", "one")
    other.kill()
    other.wait()
    assert [key for key, _ in found] == ["two"]
