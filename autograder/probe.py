"""A submission that tries what no submission may do, to see what the isolation stops.

Its acts are harmless where they succeed: nothing is changed, no message is sent.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.checking.connection import WorkerProcess
from autograder.checking.failures import GraderStopped, Stop, StudentError
from autograder.checking.gpu import cuda_trouble
from autograder.checking.remote import Session
from autograder.grading.groups import UnitGroup
from autograder.grading.workers import WorkerServer
from autograder.project import ROOT
from autograder.worker.confinement import GIBIBYTE, Plan
from cnnlab.text import Text

MODULE = "probe"
# Each function returns True where its act succeeded; a refusal raises.
SOURCE = """
import ctypes, mmap, os, pathlib, signal, socket, subprocess

def read(path):
    return len(open(path, "rb").read(64)) > 0

def write(folder):
    path = os.path.join(folder, "cnnlab-probe")
    open(path, "w").close()
    os.unlink(path)
    return True

def network():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
    return True

def connect(path):
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(path)
    return True

def start_program():
    return subprocess.run(["true"]).returncode == 0

def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True

def see_processes():
    return len([name for name in os.listdir("/proc") if name.isdigit()]) > 4

def signal_process(pid):
    os.kill(pid, 0)
    return True

def read_memory(pid):
    return len(os.readlink(f"/proc/{pid}/exe")) > 0 and open(f"/proc/{pid}/mem", "rb").seek(1) >= 0

def take(count):
    held = mmap.mmap(-1, count)
    return len(held) == count

def fill(count):
    path = os.path.join(os.environ["TMPDIR"], "cnnlab-probe")
    with open(path, "wb") as file:
        try:
            for _ in range(count >> 20):
                file.write(bytes(1 << 20))
            file.flush()
            return True
        finally:
            os.unlink(path)

def new_namespace():
    if ctypes.CDLL(None, use_errno=True).unshare(0x10000000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    return True

def environment(name):
    return name in os.environ
"""


@dataclass(frozen=True)
class Act:
    """Something forbidden, and how the probe tries it."""

    name: Text
    function: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Tried:
    """How an act ended; `detail` is what stopped it."""

    name: Text
    stopped: bool
    detail: str


def acts(folder: Path) -> Iterator[Act]:
    """The acts on this machine; `folder` holds a submission and the socket `worker`."""
    here = os.getpid()
    checks = str(ROOT / "autograder" / "checks" / "dropout.py")

    def act(es: str, en: str, function: str, *arguments: object) -> Act:
        return Act(Text(es, en), function, arguments)

    yield act("leer los archivos del sistema", "read the system's files", "read", "/etc/passwd")
    yield act("leer las pruebas ocultas", "read the hidden checks", "read", checks)
    yield act("leer otra entrega", "read another submission", "read", str(folder / SUBMISSION))
    yield act("escribir fuera de su carpeta", "write outside its folder", "write", str(folder))
    yield act("llenar el disco", "fill the disk", "fill", GIBIBYTE)
    yield act("usar la red", "use the network", "network")
    yield act("conectarse al corrector", "connect to the grader", "connect", str(folder / "worker"))
    yield act("ejecutar un programa", "start a program", "start_program")
    yield act("crear otro proceso", "make another process", "fork")
    yield act("ver otros procesos", "see other processes", "see_processes")
    yield act("enviar una señal al corrector", "signal the grader", "signal_process", here)
    yield act("leer la memoria del corrector", "read the grader's memory", "read_memory", here)
    yield act("tomar 64 GiB de memoria", "take 64 GiB of memory", "take", 64 * GIBIBYTE)
    yield act("crear un espacio de nombres", "make a new namespace", "new_namespace")
    yield act("leer el entorno del corrector", "read its environment", "environment", SECRET)


SECRET = "CNNLAB_PROBE_SECRET"
SUBMISSION = "submission.py"


def try_acts(plan: Plan) -> Iterator[Tried]:
    """Try every act in a worker confined by `plan`, as they come."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        os.environ[SECRET] = "1"
        (Path(folder) / SUBMISSION).write_text("the work of another\n")
        server = WorkerServer(Path(folder) / "worker", plan)
        with contextlib.closing(server):
            group = UnitGroup(plan.groups, plan.limits)
            session = Session(lambda: WorkerProcess(server.address, group), {MODULE: SOURCE})
            with contextlib.closing(session):
                for act in acts(Path(folder)):
                    yield _tried(act, session)


def try_gpu(plan: Plan) -> str:
    """Why a worker confined by `plan` trains on no GPU, in one line; empty where it does."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        server = WorkerServer(Path(folder) / "worker", plan)
        with contextlib.closing(server):
            group = UnitGroup(plan.groups, plan.limits)
            return cuda_trouble(partial(WorkerProcess, server.address, group))


def _tried(act: Act, session: Session) -> Tried:
    started = time.monotonic()
    try:
        succeeded = getattr(session.root(MODULE), act.function)(*act.arguments)
    except StudentError as error:
        return Tried(act.name, True, error.raised.message)
    except GraderStopped as stopped:
        raise stopped.error from stopped
    except Stop as error:
        return Tried(act.name, True, f"{error} ({time.monotonic() - started:.0f} s)")
    return Tried(act.name, succeeded is not True, "" if succeeded else "nothing to be seen")
