"""Which isolation this machine offers, found by trying, and how workers are started in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.project import ROOT
from autograder.results import BadUsage
from autograder.worker.confinement import MEBIBYTE, Level, Limits, Plan
from autograder.worker.gpu import PROC_FILES
from autograder.worker.namespace import OWN_CODE
from autograder.worker.view import View, readable_leaves, worker_view
from cnnlab.text import Text

WORKER_CODE = ROOT / "autograder" / "worker"
TRY_SECONDS = 30.0
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")
NO_DRIVER = "{}/autograder/worker/no_driver"
KEPT_MEMORY = 64 * MEBIBYTE
SANDBOX, PROCESS, AUTO = "sandbox", "process", "auto"
NOT_LINUX = "only Linux has it"


@dataclass(frozen=True)
class Isolation:
    """The level that a run uses, and why each stronger one is not had."""

    level: Level
    refused: Mapping[Level, str]

    @property
    def name(self) -> str:
        """What results say: `sandbox` or `process`."""
        return PROCESS if self.level is Level.PROCESS else SANDBOX

    @property
    def note(self) -> Text:
        """One line about what runs, and why nothing stronger."""
        why = "; ".join(f"{level}: {reason}" for level, reason in self.refused.items())
        es, en = NOTES[self.level].es, NOTES[self.level].en
        return Text(
            f"{es} {NOT_HAD.es} ({why})" if why else es, f"{en} {NOT_HAD.en} ({why})" if why else en
        )


NOTES = {
    Level.NAMESPACES: Text(
        es="Aislamiento: sandbox (bubblewrap, espacios de nombres, seccomp, límites).",
        en="Isolation: sandbox (bubblewrap, namespaces, seccomp, limits).",
    ),
    Level.LANDLOCK: Text(
        es="Aislamiento: sandbox (Landlock, seccomp, límites).",
        en="Isolation: sandbox (Landlock, seccomp, limits).",
    ),
    Level.PROCESS: Text(
        es="Aislamiento: process (proceso aparte con límites de recursos; "
        "no impide leer archivos ni usar la red).",
        en="Isolation: process (a separate process with resource limits; "
        "it does not stop reading files or using the network).",
    ),
}
NOT_HAD = Text(es="No hay nada más fuerte", en="Nothing stronger is to be had")


def choose_isolation(asked: str, limits: Limits) -> Isolation:
    """The isolation for `--isolation asked`; `BadUsage` where it cannot be had."""
    if asked == PROCESS:
        return Isolation(Level.PROCESS, {})
    refused: dict[Level, str] = {}
    for level in (Level.NAMESPACES, Level.LANDLOCK):
        reason = try_level(level, limits)
        if reason is None:
            return Isolation(level, refused)
        refused[level] = reason
    if asked == SANDBOX:
        why = "; ".join(f"{level}: {reason}" for level, reason in refused.items())
        raise BadUsage(
            f"--isolation sandbox: not to be had on this machine ({why}); install bubblewrap and "
            "libseccomp on Linux, or use --isolation process"
        )
    return Isolation(Level.PROCESS, refused)


def try_level(level: Level, limits: Limits) -> str | None:
    """Why a worker cannot be confined at `level` here, or None where it can."""
    if sys.platform != "linux":
        return NOT_LINUX
    if level is Level.NAMESPACES and shutil.which("bwrap") is None:
        return "bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)"
    plan = make_plan(level, limits)
    command = worker_command(plan, "autograder.worker.confinement", encode_plan(plan))
    try:
        tried = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=worker_environment(plan),
            text=True,
            timeout=TRY_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if tried.returncode == 0:
        return None
    lines = tried.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit status {tried.returncode}"


def make_plan(
    level: Level,
    limits: Limits,
    groups: tuple[str, ...] = (),
    notebooks: bool = False,
    nodes: Iterable[Path] = (),
) -> Plan:
    """How workers are confined, those that use the `nodes` of a GPU where there are any."""
    nodes = tuple(nodes)
    readable: tuple[str, ...] = ()
    if level is Level.LANDLOCK:
        readable = tuple(map(str, readable_leaves(own_view(nodes))))
        readable += PROC_FILES if nodes else ()
    return Plan(level, limits, readable, groups, notebooks, tuple(map(str, nodes)))


def encode_plan(plan: Plan) -> str:
    return msgspec.json.encode(plan).decode()


def encode_plans(plan: Plan, on_gpu: Plan | None) -> str:
    return msgspec.json.encode((plan, on_gpu)).decode()


def decode_plans(text: str) -> tuple[Plan, Plan | None]:
    return msgspec.json.decode(text, type=tuple[Plan, Plan | None])


def own_view(devices: Iterable[Path] = ()) -> View:
    """What a worker needs that runs this very Python, and these nodes."""
    prefixes = [sys.prefix, sys.base_prefix]
    resolved = [str(Path(prefix).resolve()) for prefix in prefixes]
    return worker_view([*prefixes, *resolved], sys.path, ROOT, devices)


def worker_command(plan: Plan, module: str, *arguments: str) -> list[str]:
    """The command that runs `module` of the worker's package, confined as far as that goes
    before it starts."""
    command = [sys.executable, "-m", module, *arguments]
    if plan.level is not Level.NAMESPACES:
        return command
    view = own_view(map(Path, plan.devices))
    return [*bubblewrap(view, plan.limits.scratch, worker_environment(plan)), "--", *command]


def worker_environment(plan: Plan) -> dict[str, str]:
    """The variables that a worker's server starts with: none of the grader's secrets."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    inside = plan.level is Level.NAMESPACES
    if not plan.devices:
        # The first backward pass starts NVIDIA's driver where there is one, and what it opens in
        # the server each worker would inherit. An empty library found first is as good as none.
        found = [NO_DRIVER.format(OWN_CODE if inside else ROOT), kept.get("LD_LIBRARY_PATH", "")]
        kept |= {"LD_LIBRARY_PATH": ":".join(filter(None, found)), "CUDA_VISIBLE_DEVICES": ""}
    scratch = own_view().scratch if inside else os.environ.get("TMPDIR", "/tmp")
    return kept | {
        "HOME": scratch,
        "TMPDIR": scratch,
        "LOGNAME": "student",  # PyTorch asks for a name where there is no list of users
        "LANG": "C.UTF-8",
        "PYTHONPATH": OWN_CODE if inside else str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # glibc keeps what is freed: a network's memory is asked for and given back again and again.
        "MALLOC_MMAP_THRESHOLD_": str(KEPT_MEMORY),
        "MALLOC_TRIM_THRESHOLD_": str(KEPT_MEMORY),
    }


def bubblewrap(view: View, scratch_bytes: int, environment: Mapping[str, str]) -> Sequence[str]:
    """bubblewrap with every namespace unshared and a read-only file system of this view.

    A node that is shown can be opened and asked, but neither made nor removed.
    """
    mounts = {path: ["--ro-bind", str(path), str(path)] for path in view.readable}
    for path in view.hidden:
        empty = ["--size", "4096", "--tmpfs", str(path), "--remount-ro", str(path)]
        mounts[path] = empty if path.is_dir() else ["--ro-bind", os.devnull, str(path)]
    code = f"{OWN_CODE}/autograder"
    nodes = [word for node in view.devices for word in ("--dev-bind", str(node), str(node))]
    # Only who sees all of a `/proc` may mount one that shows less, as workers on a GPU do.
    processes = ["--bind", "/proc", "/proc"] if nodes else ["--proc", "/proc"]
    options = [
        *("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        # Not 0: the kernel lets nobody without capabilities map root into another namespace.
        *("--uid", "1000", "--gid", "1000"),
        *("--clearenv", *processes, "--dev", "/dev", *nodes, "--remount-ro", "/dev"),
        *("--size", str(scratch_bytes), "--tmpfs", view.scratch),
        *(word for path in sorted(mounts) for word in mounts[path]),
        *("--ro-bind", str(WORKER_CODE), f"{code}/worker"),
        *("--ro-bind", str(WORKER_CODE.parent / "__init__.py"), f"{code}/__init__.py"),
    ]
    for name, value in environment.items():
        options += ["--setenv", name, value]
    return [*options, "--remount-ro", "/", "--chdir", view.scratch]
