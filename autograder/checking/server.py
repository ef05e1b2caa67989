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

from autograder.checking.connection import Worker, WorkerProcess
from autograder.checking.forbidden import forbidden_operators
from autograder.checking.gpu import cuda_trouble
from autograder.checking.lab import grade_lab
from autograder.checking.session import CheckItem, CheckSession
from autograder.checking.stopwatch import Stopwatch, TimedWorker, instrument
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

NO_GPU = "no card of NVIDIA's is in use here"


def serve(
    address: Path,
    labs: Sequence[str],
    plan: Plan,
    token: bytes,
    workers: WorkerServer,
    gpu_workers: WorkerServer | None = None,
) -> None:
    """Answer at `address`, whoever shows the token, until standard input closes."""
    use_one_thread()
    servers = [workers, gpu_workers] if gpu_workers else [workers]
    addresses = [server.address for server in servers]
    limits = servers[-1].limits  # all workers of a unit are counted together

    def use_checks(checks: CheckSession, items: Sequence[CheckItem]) -> None:
        def handle(connection: socket.socket) -> None:
            use_one_thread()
            with contextlib.suppress(FrameError):  # when there are no more questions
                while True:
                    header, proof = receive_frame(connection)
                    if not hmac.compare_digest(bytes(proof), token):
                        return
                    group = UnitGroup(plan.groups, limits)
                    answer(connection, header, checks, items, addresses, group)

        def supervise() -> None:
            for server in servers:
                server.keep_alive()
            sweep(plan.groups)

        ForkServer(listen(address), sys.stdin.fileno(), handle).serve(supervise)

    CheckSession(use_checks).open(labs)


def answer(
    connection: socket.socket,
    header: bytes,
    checks: CheckSession,
    items: Sequence[CheckItem],
    workers: Sequence[Path],
    group: UnitGroup,
) -> None:
    """Answer the question in `header` on `connection`; the last of `workers` computes on a GPU,
    where there are two.
    """
    question = decode_question(header)
    reply: Manifest | Done | Broken
    if isinstance(question, Describe):
        on_gpu = [partial(WorkerProcess, address, group) for address in workers[1:]]
        trouble = cuda_trouble(on_gpu[0]) if on_gpu else NO_GPU
        reply = Manifest(tuple(item.entry for item in items), trouble)
    else:
        chosen = [item for item in items if item.lab == question.lab]
        forbidden = forbidden_operators(question.lab)
        starts = [partial(WorkerProcess, address, group, forbidden) for address in workers]
        timed: list[Callable[[], Worker]] = []
        stopwatch = Stopwatch() if question.profile else None
        if stopwatch is not None:
            instrument(stopwatch, chosen)
            timed = [partial(TimedWorker, stopwatch, start) for start in starts]
        try:
            result = grade_lab(checks, chosen, question, *(timed or starts))
            reply = Done(result, stopwatch.read() if stopwatch else {})
        except (GraderError, msgspec.MsgspecError) as error:
            reply = Broken(" ".join(str(error).split()))
    send_frame(connection, b"", encode(reply))
