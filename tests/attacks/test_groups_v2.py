"""Version 2 of control groups: what a run writes where it is delegated, and where it is not."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from autograder.grading import groups
from autograder.grading.groups import NotDelegated, UnitGroup, delegated, run_folders
from autograder.worker.confinement import GIBIBYTE, Limits
from tests.attacks.made_up_groups import Group, offer

OWN = str(os.getpid())
UNIT = f"{OWN}-1"  # the first group of this process
WORKER = "4194303"
LIMITS = Limits(memory=8 * GIBIBYTE, processes=64)


@pytest.fixture
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    """The group of a scope with `Delegate=yes`, in which this process is alone."""

    class Scope(Group):
        writes: ClassVar[list[tuple[str, str]]] = []

    own = Scope(tmp_path / "unified" / "run.scope")
    Path(own).mkdir(parents=True)
    offer(own, ["cpu", "memory", "pids"])
    Path(own / "cgroup.procs").write_text(OWN)
    (tmp_path / "cgroup").write_text("0::/run.scope\n")
    mount = f"41 31 0:38 / {own.parent} rw,relatime - cgroup2 cgroup2 rw\n"
    (tmp_path / "mountinfo").write_text(f"31 1 0:1 / / rw - ext4 /dev/vda rw\n{mount}")
    monkeypatch.setattr(groups, "PROC", tmp_path)
    monkeypatch.setattr(groups, "Path", Scope)
    monkeypatch.setattr(UnitGroup, "_numbers", itertools.count(1))
    delegated.cache_clear()
    yield own
    delegated.cache_clear()


def test_every_limit_is_written_before_the_worker_comes(scope: Group) -> None:
    run = f"autograder-{OWN}"
    with run_folders() as made:
        assert made == (str(scope / run),)
        UnitGroup(made, LIMITS).add(int(WORKER))
        assert scope.writes == [
            ("autograder-main/cgroup.procs", OWN),  # a group that hands on holds no process
            ("run.scope/cgroup.subtree_control", "+memory +pids"),
            (f"{run}/cgroup.subtree_control", "+memory +pids"),
            (f"{UNIT}/memory.max", "2147483648"),
            (f"{UNIT}/memory.swap.max", "0"),
            (f"{UNIT}/pids.max", "64"),
            (f"{UNIT}/cgroup.procs", WORKER),
        ]
        Path(scope / run / UNIT / "cgroup.procs").write_text("")  # the worker has ended
    assert [path.name for path in scope.iterdir() if path.is_dir()] == ["autograder-main"]


def test_the_kernels_kills_are_counted(scope: Group) -> None:
    with run_folders() as made:
        group = UnitGroup(made, LIMITS)
        assert group.killed_for_memory() == 0
        events = "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 1\n"
        Path(made[0], UNIT, "memory.events").write_text(events)
        assert group.killed_for_memory() == 2


def test_what_outlived_its_worker_is_killed_at_the_end(scope: Group) -> None:
    with run_folders() as made:
        UnitGroup(made, LIMITS)
        Path(made[0], UNIT, "cgroup.kill").write_text("")
    assert scope.writes[-1] == (f"{UNIT}/cgroup.kill", "1")


def test_a_group_goes_when_its_grader_makes_the_next(scope: Group) -> None:
    with run_folders() as made:
        for _ in range(3):
            UnitGroup(made, LIMITS)
        units = [path.name for path in Path(made[0]).iterdir() if path.is_dir()]
        assert units == [f"{OWN}-3"]


def test_only_what_is_offered_is_asked_for(scope: Group) -> None:
    offer(scope, ["memory"])
    Path(scope / "cgroup.procs").write_text(OWN)
    with run_folders() as made:
        UnitGroup(made, LIMITS)
        assert ("run.scope/cgroup.subtree_control", "+memory") in scope.writes
        assert f"{UNIT}/pids.max" not in dict(scope.writes)


def refusal() -> str:
    with pytest.raises(NotDelegated) as refused:
        delegated()
    with run_folders() as made:
        assert made == ()
    return str(refused.value)


def test_a_group_with_others_in_it_is_left_as_it_is(scope: Group) -> None:
    Path(scope / "cgroup.procs").write_text(f"1 {OWN}")
    assert "Device or resource busy" in refusal()
    assert "-p Delegate=yes" in refusal()
    assert Path(scope / "cgroup.procs").read_text() == f"1 {OWN}"
    assert [path for path in scope.iterdir() if path.is_dir()] == []


def test_without_memory_there_is_nothing_to_be_had(scope: Group) -> None:
    offer(scope, ["cpu", "pids"])
    assert "no memory controller" in refusal()
    assert scope.writes == []


def test_what_may_not_be_written_is_not_delegated(scope: Group) -> None:
    (scope / "cgroup.subtree_control").chmod(0o444)
    assert "Permission denied" in refusal()
