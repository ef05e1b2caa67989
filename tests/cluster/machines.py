"""Machines to grade on: hosts of their own in network namespaces, or else processes of this one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
from distributed import Client

from autograder.project import ROOT

START_SECONDS = 120


def why_no_hosts() -> str | None:
    """Why hosts of their own cannot be made here, or None where they can."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "there is no `ip` (Debian: apt install iproute2)"
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "ip", "link", "add", "x", "type", "bridge"],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if tried.returncode == 0 else f"no network namespaces: {tried.stderr.strip()}"


@dataclass(frozen=True)
class Host:
    """Where processes run: their address, and how a command is started there."""

    address: str
    prefix: tuple[str, ...] = ()


class Machines:
    """A Dask scheduler and workers, each worker on a host of its own where hosts can be made.

    A context manager that ends all of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = contextlib.ExitStack()
        self._has_hosts = why_no_hosts() is None
        self._hosts = 0
        self._bridge = f"cnn{os.getpid()}"[:15]
        self._net = f"198.18.{os.getpid() % 256}"  # of the range for tests of networks
        self._scratch = folder / "tmp"  # with a folder for the temporary files of each process
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.hosts: dict[str, Host] = {}

    def __enter__(self) -> Machines:
        if self._has_hosts:
            _ip("link", "add", self._bridge, "type", "bridge")
            self._stack.callback(_ip, "link", "delete", self._bridge)
            _ip("address", "add", f"{self._net}.1/24", "dev", self._bridge)
            _ip("link", "set", self._bridge, "up")
        address = f"{self._net}.1" if self._has_hosts else "127.0.0.1"
        # Port 0 is any free one, which is read off its log.
        process = self._start(
            Host(address),
            "scheduler",
            ROOT,
            *("scheduler", "--host", address, "--port", "0", "--dashboard-address", f"{address}:0"),
        )
        self.scheduler = _announced(self._folder / "scheduler.log", process)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add_worker(self, name: str, root: Path = ROOT, hidden: tuple[str, ...] = ()) -> None:
        """Start a worker with the grader in `root`, on a host that lacks the files `hidden`."""
        self.hosts[name] = host = self._make_host()
        hide = "".join(f"mount --bind /dev/null {path} && " for path in hidden)
        self.workers[name] = self._start(
            Host(host.address, (*host.prefix, "sh", "-c", f'{hide}exec "$@"', "sh")),
            name,
            root,
            *("worker", f"tcp://{self.scheduler}", "--name", name, "--host", host.address),
            *("--nthreads", "1", "--no-nanny", "--no-dashboard"),
            *("--local-directory", str(self._folder / name)),
        )

    def wait_for_workers(self, count: int) -> None:
        with Client(f"tcp://{self.scheduler}", set_as_default=False) as client:
            client.wait_for_workers(count, timeout=START_SECONDS)

    def kill(self, name: str) -> None:
        self.workers[name].send_signal(signal.SIGKILL)

    def graders(self, name: str = "") -> set[str]:
        """The checks' servers of one worker, or of all, by their arguments."""
        commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
        lines = [" ".join(command or ()) for command in commands]
        scratch = str(self._scratch / name)
        return {x for x in lines if scratch in x and "autograder.grading.launch" in x}

    def _make_host(self) -> Host:
        if not self._has_hosts:
            return Host("127.0.0.1")
        self._hosts += 1
        name, inner, outer = (f"{self._bridge}{end}{self._hosts}" for end in ("n", "i", "o"))
        address = f"{self._net}.{self._hosts + 1}"
        _ip("netns", "add", name)
        self._stack.callback(_ip, "netns", "delete", name)
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        _ip("link", "set", outer, "master", self._bridge, "up")
        _ip("-n", name, "address", "add", f"{address}/24", "dev", inner)
        _ip("-n", name, "link", "set", inner, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        return Host(address, ("ip", "netns", "exec", name))

    def _start(self, host: Host, name: str, root: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of Dask's where the packages in `root` come first."""
        scratch = self._scratch / name
        scratch.mkdir(parents=True)
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*host.prefix, sys.executable, "-m", "dask", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TMPDIR": str(scratch)},
                cwd=root,
            )
        self._stack.callback(_end, process)
        return process


def _announced(log: Path, process: subprocess.Popen[bytes]) -> str:
    """HOST:PORT that the scheduler says it listens at."""
    with log.open() as lines:
        while process.poll() is None:
            line = lines.readline()
            if "Scheduler at:" in line:
                return line.split("tcp://")[1].strip()
    raise AssertionError(log.read_text())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
