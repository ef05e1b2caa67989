"""What a worker is given for a GPU, as far as that shows without one; with one: test_on_gpu.py."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import cast

import pytest
import torch
from torch import nn

from autograder.checking.connection import WorkerProcess
from autograder.checking.failures import StudentError
from autograder.checking.limits import TRAINING
from autograder.checking.remote import Session
from autograder.doctor import examine
from autograder.grading import command, executor
from autograder.grading.command import Request
from autograder.grading.executor import TRAINING_LABS, LocalExecutor
from autograder.grading.groups import UnitGroup
from autograder.grading.isolation import bubblewrap, make_plan, try_level
from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.grading.workers import WorkerServer
from autograder.project import ROOT, SOLUTIONS
from autograder.results import BadUsage
from autograder.worker import gpu, tools
from autograder.worker.confinement import Level, Limits, Plan
from autograder.worker.landlock import landlock_version
from autograder.worker.view import worker_view
from cnnlab.labs import LABS
from cnnlab.text import Lang
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


def test_a_check_on_a_gpu_has_the_workers_that_are_for_it(own_package: None) -> None:
    started: list[str] = []

    def start(kind: str) -> InProcessWorker:
        started.append(kind)
        return InProcessWorker()

    session = Session(partial(start, "plain"), {}, start_on_gpu=partial(start, "gpu"))
    for on_gpu in (False, False, True, True, False):
        session.begin_check(0, TRAINING, on_gpu=on_gpu)
        assert session.root("builtins").len((1, 2)) == 2
    session.close()
    assert started == ["plain", "gpu", "gpu", "plain"]


LOOK = """
import errno, os, socket, threading

def refusal(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"

def naming_a_thread():
    \"\"\"As CUDA does it, which gives up where that fails.\"\"\"
    def rename():
        number, flags = threading.get_native_id(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for process in ("self", os.getpid()):
            seen.append(refusal(os.open, f"/proc/{process}/task/{number}/comm", flags))
    seen = []
    thread = threading.Thread(target=rename)
    thread.start()
    thread.join()
    return seen

def opening(path, flags):
    return refusal(os.open, path, flags)

def processes():
    return sorted(name for name in os.listdir("/proc") if name.isdigit())

def sockets():
    own = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    seen = [refusal(own.setsockopt, socket.SOL_SOCKET, socket.SO_PASSCRED, 1)]
    seen += [refusal(own.bind, "\\0cuda"), refusal(own.listen)]
    seen += [refusal(own.connect, "\\0cuda"), refusal(own.accept)]
    return seen + [refusal(socket.socket, socket.AF_INET, socket.SOCK_STREAM)]
"""
STAND_IN = (Path("/dev/null"),)  # for the nodes of a GPU


@contextlib.contextmanager
def worker(folder: Path, level: Level, nodes: tuple[Path, ...]) -> Iterator[Session]:
    reason = None if level is Level.PROCESS else try_level(level, Limits())
    if reason is not None:
        pytest.skip(f"{level} is not to be had here: {reason}")
    plan = make_plan(level, Limits(), nodes=nodes)
    with contextlib.closing(WorkerServer(folder / "worker", plan)) as server:
        group = UnitGroup((), Limits())
        session = Session(lambda: WorkerProcess(server.address, group), {"look": LOOK})
        with contextlib.closing(session):
            yield session


@pytest.mark.parametrize("level", [Level.NAMESPACES, Level.LANDLOCK])
def test_a_worker_on_a_gpu_has_what_cuda_needs_and_no_more(level: Level, tmp_path: Path) -> None:
    with worker(tmp_path, level, STAND_IN) as session:
        look = session.root("look")
        assert look.naming_a_thread() == ["done", "done"]
        assert look.opening("/proc/devices", os.O_RDONLY) == "done"
        assert look.opening("/proc/self/maps", os.O_RDONLY) == "done"
        # Written by root, these change the machine.
        writing = look.opening("/proc/sys/kernel/core_pattern", os.O_WRONLY)
        assert writing in ("EROFS", "EACCES")
        if level is Level.NAMESPACES:
            assert look.processes() == ["1"]
        assert look.sockets() == ["done", "done", "done", "ENOENT", "EPERM", "EPERM"]


@pytest.mark.parametrize("level", [Level.NAMESPACES, Level.LANDLOCK])
def test_other_workers_have_nothing_of_that(level: Level, tmp_path: Path) -> None:
    with worker(tmp_path, level, ()) as session:
        look = session.root("look")
        assert not {"done"}.intersection(look.naming_a_thread())
        assert look.opening("/proc/devices", os.O_RDONLY) != "done"
        with pytest.raises(StudentError, match="PermissionError"):
            look.sockets()


DRIVER = """
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
static int note(const char *name) {
    int file = open(CALLS, O_WRONLY | O_CREAT | O_APPEND, 0600);
    write(file, name, strlen(name));
    close(file);
    return 100;  /* no device */
}
int cuInit(unsigned flags) { return note("cuInit"); }
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuGetProcAddress(const char *name) { return note(name); }
int cuGetProcAddress_v2(const char *name) { return note(name); }
"""
ASK = """
import torch

def has_cuda():
    return torch.cuda.is_available()
"""


@pytest.mark.skipif(not shutil.which("cc"), reason="no compiler for what stands in for a driver")
@pytest.mark.parametrize("nodes", [(), STAND_IN], ids=["for a processor", "for a GPU"])
def test_no_server_starts_the_driver(
    nodes: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or all workers would inherit what it opens. PyTorch does it as soon as it propagates back."""
    calls, driver = tmp_path / "calls", tmp_path / "driver" / "libcuda.so.1"
    driver.parent.mkdir()
    define = f'-DCALLS="{calls}"'
    compile_it = ["cc", "-shared", "-fPIC", "-w", "-x", "c", define, "-o", str(driver), "-"]
    subprocess.run(compile_it, input=DRIVER, text=True, check=True)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(driver.parent))
    plan = make_plan(Level.PROCESS, Limits(), nodes=nodes)
    with contextlib.closing(WorkerServer(tmp_path / "worker", plan)) as server:
        group = UnitGroup((), Limits())
        session = Session(lambda: WorkerProcess(server.address, group), {"ask": ASK})
        with contextlib.closing(session):
            assert session.root("builtins").len(()) == 0
            assert not calls.exists()
            assert not session.root("ask").has_cuda()
            assert calls.exists() == bool(nodes)  # those on a processor find no driver at all


@pytest.fixture
def no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has a node, and no driver behind it."""
    monkeypatch.setattr("autograder.grading.executor.nodes_of_this_machine", lambda: STAND_IN)


def test_the_doctor_says_why_a_gpu_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("autograder.doctor.nodes_of_this_machine", lambda: STAND_IN)
    assert examine("process", Lang.EN) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "GPU /dev/null" in said
    assert "GPU: PyTorch does not train on it" in said
    assert "the CPU will be used: Found no NVIDIA driver" in said


def asked(device: str, folder: Path) -> Request:
    submission = folder / "class" / "ana"
    submission.mkdir(parents=True)
    shutil.copy(SOLUTIONS / "conv_arithmetic.py", submission)
    labs = ("conv_arithmetic",)
    return Request(folder / "class", folder / "out", labs, device=device, lang=Lang.EN)


@pytest.mark.usefixtures("no_driver")
def test_a_gpu_that_cannot_be_used_is_told_and_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.grade(asked("auto", tmp_path)) == 0
    assert "the GPU could not be used: Found no NVIDIA driver" in capsys.readouterr().out
    results = json.loads((tmp_path / "out" / "students" / "ana.json").read_text(encoding="utf-8"))
    assert (results["device"], results["score"]) == ("cpu", 10.0)


@pytest.mark.usefixtures("no_driver")
def test_a_gpu_that_is_asked_for_has_to_work(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match=r"--device cuda: .*: Found no NVIDIA driver"):
        command.grade(asked("cuda", tmp_path))


@pytest.mark.usefixtures("no_driver")
def test_a_gpu_that_is_left_alone_is_not_spoken_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.grade(asked("cpu", tmp_path)) == 0
    assert "GPU" not in capsys.readouterr().out


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
limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
print(reason, *(limit == resource.RLIM_INFINITY for limit in limits))
"""


@pytest.mark.skipif(landlock_version() == 0, reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    ("devices", "shown"), [((), "EPERM False True"), (("/dev/null",), "ENOTTY True False")]
)
def test_a_worker_asks_the_driver_where_there_is_one(devices: tuple[str, ...], shown: str) -> None:
    code = CONFINED.format(devices=devices)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == shown


def test_the_workers_of_a_unit_may_hold_what_one_on_a_gpu_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans: list[Plan | None] = []

    @contextlib.contextmanager
    def server(labs: Sequence[str], *given: Plan | None) -> Iterator[None]:
        plans.extend(given)
        yield

    monkeypatch.setattr(executor, "ChecksServer", server)
    monkeypatch.setattr(executor, "nodes_of_this_machine", lambda: STAND_IN)
    for device in ("cpu", "auto"):
        with executor.confined_server(Level.PROCESS, Limits(memory=4096), device=device):
            pass
    limits = [None if plan is None else (plan.devices, plan.limits.resident) for plan in plans]
    assert limits == [((), 1024), None, ((), 1024), (("/dev/null",), 2048)]


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
