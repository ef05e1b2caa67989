"""The checks' server: collects the checks once, then forks a grader for each unit of work.

    python -m autograder.checking.server SOCKET LAB...

It keeps a zygote for the workers beside it, whose socket lies next to its own, and ends when its
standard input closes.
"""

from __future__ import annotations

import hmac
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import torch

from autograder.checking.connection import WorkerProcess
from autograder.checking.lab import grade_lab
from autograder.checking.session import CheckItem, CheckSession
from autograder.grading.units import (
    TOKEN_BYTES,
    Broken,
    Describe,
    Done,
    Manifest,
    decode_question,
    encode,
)
from autograder.results import GraderError
from autograder.worker.forkserver import listen, serve_forks
from autograder.worker.framing import receive_frame, send_frame
from autograder.worker.threads import use_one_thread


class Zygote:
    """The worker server's process, started again whenever it is found dead."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "autograder.worker.zygote", str(self.address)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment
        )

    def keep_alive(self) -> None:
        if self._process.poll() is not None:
            self.address.unlink(missing_ok=True)
            self._process = self._start()

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


def main() -> None:
    address, labs = Path(sys.argv[1]), sys.argv[2:]
    token = os.read(sys.stdin.fileno(), TOKEN_BYTES)
    use_one_thread()
    zygote = Zygote(address.with_name("worker"))

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        def handle(connection: socket.socket) -> None:
            use_one_thread()
            header, proof = receive_frame(connection)
            if hmac.compare_digest(bytes(proof), token):
                answer(connection, header, checks, items, zygote.address)

        listener = listen(address)
        serve_forks(listener, sys.stdin.fileno(), handle, zygote.keep_alive)

    try:
        CheckSession(use_checks).open(labs)
    finally:
        zygote.close()


def answer(
    connection: socket.socket,
    header: bytes,
    checks: CheckSession,
    items: Sequence[CheckItem],
    workers: Path,
) -> None:
    """Answer the question in `header` on `connection`."""
    question = decode_question(header)
    reply: Manifest | Done | Broken
    if isinstance(question, Describe):
        reply = Manifest(tuple(item.entry for item in items), torch.cuda.is_available())
    else:
        chosen = [item for item in items if item.lab == question.lab]
        try:
            result = grade_lab(checks, chosen, question, lambda: WorkerProcess(workers))
            reply = Done(result)
        except (GraderError, msgspec.MsgspecError) as error:
            reply = Broken(" ".join(str(error).split()))
    send_frame(connection, encode(reply))


if __name__ == "__main__":
    try:
        main()
    except GraderError as error:
        sys.exit(f"autograder: {error}")
