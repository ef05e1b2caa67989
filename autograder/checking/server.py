"""The checks' server: collects the checks once, then forks a grader for each connection.

A grader answers one question after another, for as long as its connection lasts: it holds nothing
of a unit from one to the next, but all that checks and Hypothesis have once set up.
"""

from __future__ import annotations

import contextlib
import hmac
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import torch

from autograder.checking.connection import Worker, WorkerProcess
from autograder.checking.forbidden import forbidden_operators
from autograder.checking.lab import grade_lab
from autograder.checking.session import CheckItem, CheckSession
from autograder.checking.stopwatch import Stopwatch, instrument
from autograder.grading.groups import UnitGroup, sweep
from autograder.grading.units import (
    Broken,
    Describe,
    Done,
    Manifest,
    decode_question,
    encode,
)
from autograder.grading.workers import WorkerServer
from autograder.results import GraderError
from autograder.worker.confinement import Plan
from autograder.worker.forkserver import ForkServer, listen
from autograder.worker.framing import FrameError, receive_frame, send_frame
from autograder.worker.threads import use_one_thread


def serve(
    address: Path, labs: Sequence[str], plan: Plan, token: bytes, workers: WorkerServer
) -> None:
    """Answer at `address`, whoever shows the token, until standard input closes."""
    use_one_thread()

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

        ForkServer(listen(address), sys.stdin.fileno(), handle).serve(supervise)

    CheckSession(use_checks).open(labs)


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
        start = partial(WorkerProcess, workers, group, forbidden_operators(question.lab))
        start_worker: Callable[[], Worker] = start
        if stopwatch is not None:
            start_worker = instrument(stopwatch, chosen, start)
        try:
            result = grade_lab(checks, chosen, question, start_worker)
            reply = Done(result, stopwatch.read() if stopwatch else {})
        except (GraderError, msgspec.MsgspecError) as error:
            reply = Broken(" ".join(str(error).split()))
    send_frame(connection, b"", encode(reply))
