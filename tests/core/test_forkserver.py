"""A server that forks: who handles a connection, and that nobody outlives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.project import ROOT
from autograder.worker.forkserver import listen

WAIT_SECONDS = 20
# Answers with what its handler was made for, and its own process, which lives on until it is told.
SERVER = """
import os, socket, sys
from autograder.worker.forkserver import ForkServer

def handler(made_for):
    def handle(connection):
        connection.sendall(f"{made_for} {os.getpid()}".encode())
        connection.recv(1)
    return handle

def kind_of(connection):
    return connection.recv(1).decode().strip() or None

listener = socket.socket(fileno=int(sys.argv[1]))
server = ForkServer(listener, sys.stdin.fileno(), handler("any"))
server.serve(kind_of=kind_of, specialise=handler)
"""


class Server:
    """The server's process, and what it answers."""

    def __init__(self, address: Path) -> None:
        self._address = address
        with listen(address) as listener:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVER, str(listener.fileno())],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )

    def ask(self, kind: str) -> tuple[socket.socket, str, psutil.Process]:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(WAIT_SECONDS)
        connection.connect(str(self._address))
        connection.sendall(kind.encode())
        made_for, number = connection.recv(100).decode().split()
        return connection, made_for, psutil.Process(int(number))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "server")
    yield made
    made.process.kill()
    made.process.wait()


def test_what_needs_no_specialist_is_handled_by_its_own_children(server: Server) -> None:
    connection, made_for, process = server.ask(" ")
    assert (made_for, process.ppid()) == ("any", server.process.pid)
    connection.close()


def test_each_kind_has_one_specialist(server: Server) -> None:
    answers = [server.ask(kind) for kind in "abab"]
    assert [made_for for _, made_for, _ in answers] == ["a", "b", "a", "b"]
    specialists = [process.ppid() for _, _, process in answers]
    assert specialists == specialists[:2] * 2
    assert len({server.process.pid, *specialists}) == 3
    assert {psutil.Process(number).ppid() for number in specialists} == {server.process.pid}


def test_a_specialist_that_was_killed_is_replaced(server: Server) -> None:
    _, _, process = server.ask("a")
    first = process.ppid()
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], WAIT_SECONDS)
    _, made_for, process = server.ask("a")
    assert made_for == "a"
    assert process.ppid() not in (first, server.process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends orphans")
def test_all_end_with_the_lifeline(server: Server) -> None:
    held = [server.ask(kind) for kind in " ab"]
    everyone = psutil.Process(server.process.pid).children(recursive=True)
    assert len(everyone) == 5
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.process.wait(WAIT_SECONDS) == 0
    _, alive = psutil.wait_procs(everyone, WAIT_SECONDS)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    for connection, _, _ in held:
        connection.close()
