"""Training checks on a real GPU, in workers that are confined as for a class."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from autograder.checking.connection import WorkerProcess
from autograder.checking.gpu import cuda_trouble
from autograder.grading.executor import TRAINING_LABS, confined_server
from autograder.grading.groups import UnitGroup
from autograder.grading.isolation import make_plan, try_level
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.grading.workers import WorkerServer
from autograder.project import SOLUTIONS
from autograder.results import CheckStatus, LabResult
from autograder.worker.confinement import Level, Limits
from autograder.worker.gpu import nodes_of_this_machine
from cnnlab.labs import LABS

NODES = nodes_of_this_machine()
LIMITS = Limits()
pytestmark = pytest.mark.skipif(not NODES, reason="there is no GPU of NVIDIA's on this machine")


@pytest.mark.parametrize("level", Level)
def test_cuda_works_in_the_sandbox(level: Level, tmp_path: Path) -> None:
    reason = None if level is Level.PROCESS else try_level(level, LIMITS)
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    plan = make_plan(level, LIMITS, nodes=NODES)
    with contextlib.closing(WorkerServer(tmp_path / "worker", plan)) as server:
        assert cuda_trouble(partial(WorkerProcess, server.address, UnitGroup((), LIMITS))) == ""


@pytest.fixture(scope="module")
def server() -> Iterator[ChecksServer]:
    level = Level.NAMESPACES if try_level(Level.NAMESPACES, LIMITS) is None else Level.LANDLOCK
    with confined_server(level, LIMITS, tuple(TRAINING_LABS)) as started:
        yield started


Grade = Callable[..., LabResult]


@pytest.fixture
def grade(server: ChecksServer) -> Grade:
    """`grade(lab, module=(old, new))`: the references with a line of a module replaced."""

    def run(lab: str, **changes: tuple[str, str]) -> LabResult:
        sources = {m: (SOLUTIONS / f"{m}.py").read_text("utf-8") for m in LABS[lab].modules}
        for module, (old, new) in changes.items():
            assert sources[module].count(old) == 1
            sources[module] = sources[module].replace(old, new)
        return server.grade(Unit(lab, sources, "cuda"))

    return run


def statuses(result: LabResult) -> dict[str, CheckStatus]:
    return {c.id.partition("/")[2]: c.status for c in result.checks if c.points < c.max_points}


def test_the_machine_has_a_gpu(server: ChecksServer) -> None:
    assert server.manifest().cuda_trouble == ""


@pytest.mark.parametrize("lab", sorted(TRAINING_LABS))
def test_the_reference_earns_all_points(grade: Grade, lab: str) -> None:
    assert statuses(grade(lab)) == {}


def test_what_does_not_learn_fails(grade: Grade) -> None:
    result = grade("transfer", training=("        optimizer.step()\n", ""))
    assert statuses(result)["a_network_learns"] is CheckStatus.FAILED


def test_a_check_that_breaks_the_card_costs_the_next_one_nothing(grade: Grade) -> None:
    hoard = "    hoard = torch.empty(2**40, device=device)\n    model.train()\n"
    result = grade("transfer", training=("    model.train()\n", hoard))
    failed = statuses(result)
    assert failed["a_network_learns"] is CheckStatus.ERROR
    assert "a_network_learns_new_classes" not in failed
