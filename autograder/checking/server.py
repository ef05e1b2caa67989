"""The checks' server: collects the checks once, then forks a grader for each connection.

A grader answers one question after another, for as long as its connection lasts: it holds nothing
of a unit from one to the next, but all that checks and Hypothesis have once set up.

    python -m autograder.checking.server SOCKET PLAN LAB...

PLAN says how workers are confined. The server keeps a zygote for the workers beside it, whose
socket lies next to its own, and ends when its standard input closes. The sockets' folder and the
control groups are of no use after it, and it takes them away: the command may have been killed.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import torch

from autograder.checking.connection import Worker, WorkerProcess
from autograder.checking.lab import grade_lab
from autograder.checking.session import CheckItem, CheckSession
from autograder.checking.stopwatch import Stopwatch, instrument
from autograder.checking.workers import WorkerServer
from autograder.grading.groups import UnitGroup, remove_folders, sweep
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
from autograder.worker.confinement import decode_plan
from autograder.worker.forkserver import listen, serve_forks
from autograder.worker.framing import FrameError, receive_frame, send_frame
from autograder.worker.threads import use_one_thread


def main() -> None:
    address, plan, labs = Path(sys.argv[1]), decode_plan(sys.argv[2]), sys.argv[3:]
    token = os.read(sys.stdin.fileno(), TOKEN_BYTES)
    use_one_thread()
    workers = WorkerServer(address.with_name("worker"), plan)

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        def handle(connection: socket.socket) -> None:
            use_one_thread()
            with contextlib.suppress(FrameError):  # when there are no more questions
                while True:
                    header, proof = receive_frame(connection)
                    if not hmac.compare_digest(bytes(proof), token):
                        return
                    group = UnitGroup(plan.groups, plan.limits)
                    answer(connection, header, checks, items, workers.address, group)

        def supervise() -> None:
            workers.keep_alive()
            sweep(plan.groups)

        listener = listen(address)
        serve_forks(listener, sys.stdin.fileno(), handle, supervise)

    try:
        CheckSession(use_checks).open(labs)
    finally:
        workers.close()
        remove_folders(plan.groups)
        shutil.rmtree(address.parent, ignore_errors=True)


def answer(
    connection: socket.socket,
    header: bytes,
    checks: CheckSession,
    items: Sequence[CheckItem],
    workers: Path,
    group: UnitGroup,
) -> None:
    """Answer the question in `header` on `connection`."""
    question = decode_question(header)
    reply: Manifest | Done | Broken
    if isinstance(question, Describe):
        reply = Manifest(tuple(item.entry for item in items), torch.cuda.is_available())
    else:
        chosen = [item for item in items if item.lab == question.lab]
        stopwatch = Stopwatch() if question.profile else None
        start_worker: Callable[[], Worker] = partial(WorkerProcess, workers, group)
        if stopwatch is not None:
            start_worker = instrument(stopwatch, chosen, partial(WorkerProcess, workers, group))
        try:
            result = grade_lab(checks, chosen, question, start_worker)
            reply = Done(result, stopwatch.read() if stopwatch else {})
        except (GraderError, msgspec.MsgspecError) as error:
            reply = Broken(" ".join(str(error).split()))
    send_frame(connection, b"", encode(reply))


if __name__ == "__main__":
    try:
        main()
    except GraderError as error:
        sys.exit(f"autograder: {error}")
