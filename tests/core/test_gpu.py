"""What a worker is given for a GPU, as far as that shows without one."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import cast

import pytest
import torch
from torch import nn

from autograder.grading.executor import TRAINING_LABS, LocalExecutor
from autograder.grading.isolation import bubblewrap
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.project import ROOT
from autograder.worker import gpu, tools
from autograder.worker.landlock import landlock_version
from autograder.worker.view import worker_view
from cnnlab.labs import LABS
from tests.core.conftest import Grade
from tests.core.in_process import InProcessWorker

LISTED = (
    "nvidia-modeset",
    "nvidia1",
    "nvidia-uvm-tools",
    "nvidia-uvm",
    "nvidia-caps/nvidia-cap2",
    "nvidia0",
    "nvidia-caps-imex-channels",
    "nvidiactl",
    "nvme0",
)
NODES = ("nvidia-caps/nvidia-cap2", "nvidia-uvm", "nvidia0", "nvidia1", "nvidiactl")


def test_only_the_nodes_that_compute_are_chosen() -> None:
    chosen = gpu.gpu_nodes(Path("/dev", name) for name in LISTED)
    assert chosen == tuple(Path("/dev", name) for name in NODES)


def test_nodes_and_what_the_driver_reads_are_seen_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "driver").mkdir()
    monkeypatch.setattr("autograder.worker.view.DRIVER", (str(tmp_path / "driver"),))
    node = Path("/dev/nvidia0")
    without, with_gpu = (worker_view([], [], ROOT, nodes) for nodes in ((), (node,)))
    assert (without.devices, with_gpu.devices) == ((), (node,))
    assert set(with_gpu.readable) - set(without.readable) == {tmp_path / "driver"}


def test_nodes_are_bound_before_the_folder_of_devices_is_closed() -> None:
    view = worker_view([], [], ROOT, (Path("/dev/nvidiactl"),))
    words = " ".join(bubblewrap(view, 4096, {}))
    assert "--dev /dev --dev-bind /dev/nvidiactl /dev/nvidiactl --remount-ro /dev" in words


def is_let_through(number: int) -> bool:
    return any(number & request.bits == request.value for request in gpu.REQUESTS)


@pytest.mark.parametrize(
    "number",
    [
        0xC020462A,  # NV_ESC_RM_CONTROL
        0xC00846C9,  # NV_ESC_REGISTER_FD
        0x30000001,  # UVM_INITIALIZE
        0x30000002,  # UVM_DEINITIALIZE
        37,  # UVM_REGISTER_GPU
        75,  # UVM_MM_INITIALIZE
    ],
)
def test_requests_of_the_driver_are_let_through(number: int) -> None:
    assert is_let_through(number)


@pytest.mark.parametrize(
    "number",
    [
        0x5412,  # TIOCSTI: type on someone's terminal
        0x8933,  # SIOCGIFINDEX: about the network
        0x4B3A,  # KDSETMODE
        0xC0186441,  # DRM
    ],
)
def test_other_requests_are_not(number: int) -> None:
    assert not is_let_through(number)


CONFINED = """
import errno, fcntl, resource
from autograder.worker.confinement import Confinement, Level, Plan
confinement = Confinement(Plan(Level.LANDLOCK, devices={devices!r}))
null = open("/dev/null")
confinement.restrict()
reason = None
try:
    fcntl.ioctl(null, 0x30000001)
except OSError as error:
    reason = errno.errorcode[error.errno]
print(reason, resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY)
"""


@pytest.mark.skipif(landlock_version() == 0, reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    ("devices", "shown"), [((), "EPERM False"), (("/dev/null",), "ENOTTY True")]
)
def test_a_worker_asks_the_driver_where_there_is_one(devices: tuple[str, ...], shown: str) -> None:
    code = CONFINED.format(devices=devices)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == shown


def test_memory_is_capped_on_a_gpu_only(monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", shares.append)
    monkeypatch.setattr(nn.Module, "to", lambda self, device: self)
    layer = nn.Linear(1, 1)
    assert tools.to_device(layer, "cpu") is layer
    assert shares == []
    assert tools.to_device(layer, "cuda") is layer
    assert shares == [0.95]


TWO_CHECKS = """
from autograder.checking import TRAINING

@check(points=1, target="dropout2d", es="entrena", en="trains", limit=TRAINING)
def test_training(student, device):
    student.dropout2d()

@check(points=1, target="Dropout2d", es="sigue", en="goes on")
def test_the_next_one(student):
    assert_equal(student.Dropout2d(), 1)
"""
ILLEGAL_ACCESS = """
broken = []
def dropout2d():
    broken.append(True)
    raise RuntimeError("CUDA error: an illegal memory access was encountered")
def Dropout2d():
    return 0 if broken else 1
"""


@pytest.mark.parametrize(("device", "passed"), [("cuda", 1), ("cpu", 0)])
def test_after_training_on_a_gpu_comes_another_worker(
    grade: Grade, device: str, passed: int
) -> None:
    workers: list[InProcessWorker] = []

    def start() -> InProcessWorker:
        workers.append(InProcessWorker())
        return workers[-1]

    result = grade(TWO_CHECKS, ILLEGAL_ACCESS, start, device=device)
    assert [check.points for check in result.checks] == [0, passed]
    assert len(workers) == 1 + passed


def test_submissions_wait_for_each_other_on_a_gpu() -> None:
    with LocalExecutor(lambda: nullcontext(cast(ChecksServer, None)), jobs=4) as executor:
        on_gpu = {executor._threads_for(Unit(lab, {}, "cuda")) for lab in TRAINING_LABS}
        others = {
            executor._threads_for(Unit(lab, {}, device))
            for lab, device in (("resnet", "cpu"), ("vgg", "cuda"))
        }
    assert [threads._max_workers for threads in on_gpu] == [1]
    assert [threads._max_workers for threads in others] == [4]


def test_the_labs_with_training_checks_are_the_ones_that_wait() -> None:
    trained = {
        lab.name
        for lab in LABS.values()
        for module in lab.modules
        if "limit=TRAINING" in (ROOT / f"autograder/checks/{module}.py").read_text(encoding="utf-8")
    }
    assert trained == TRAINING_LABS
