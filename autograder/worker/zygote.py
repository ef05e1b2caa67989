"""The worker server: imports PyTorch once, then forks a worker for each connection."""

from __future__ import annotations

import functools
import os
import signal
import socket
import sys
from collections.abc import Callable

import msgspec
import torch
from torch import nn

from autograder.worker import tools
from autograder.worker.confinement import Confinement, Plan
from autograder.worker.fake import FakeMode
from autograder.worker.forkserver import ForkServer
from autograder.worker.framing import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    FrameError,
    receive_frame,
    send_frame,
)
from autograder.worker.hugepages import use_huge_pages
from autograder.worker.interpreter import MAX_MESSAGE, Cells, Interpreter
from autograder.worker.namespace import fork_apart
from autograder.worker.protocol import (
    Hello,
    Raised,
    Ready,
    Response,
    decode_hello,
    decode_request,
    encode_message,
)
from autograder.worker.submitted import HIDDEN, PACKAGE
from autograder.worker.threads import use_one_thread
from autograder.worker.witness import Witness, catalogue

HELLO_SECONDS = 5.0


class ResponseTooLarge(Exception):
    """A value that is over the caps on a message."""


def serve_workers(listener: socket.socket, plan: Plan, *, is_apart: bool) -> None:
    """Until standard input closes; with `is_apart`, this process may make pid namespaces."""
    confinement = Confinement(plan, is_apart=is_apart)
    compute_alike()
    # No fork may inherit CUDA, which the first backward pass or fake tensor starts where it can.
    fake_mode = None if plan.devices else warm_up()
    cells = prepare_cells() if plan.notebooks else None
    catalogue()
    forget_own_modules()

    def handle(connection: socket.socket, witness: Witness | None = None) -> None:
        silence()
        confinement.enter_namespaces()
        greet(connection, is_first=is_apart)
        interpreter = Interpreter(fake_mode=fake_mode, cells=cells, witness=witness)
        serve(connection, confinement, interpreter)

    gather = AfterFirst(use_huge_pages)

    def forbidden_to(connection: socket.socket) -> tuple[str, ...] | None:
        gather.first_came()
        forbidden = receive_hello(connection).forbidden
        return forbidden if forbidden and gather.is_done else None

    def specialise(forbidden: tuple[str, ...]) -> Callable[[socket.socket], None]:
        return functools.partial(handle, witness=Witness(forbidden))

    fork = fork_apart if is_apart else os.fork
    server = ForkServer(listener, sys.stdin.fileno(), handle, fork)
    server.serve(gather, forbidden_to, specialise)


class AfterFirst:
    """Does the work once, when it is called after the first worker was asked for.

    So the memory is gathered while that is at work already, which would wait for a second: a server
    supervises before each worker, and when there is none to fork.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._is_due = False
        self.is_done = False

    def first_came(self) -> None:
        self._is_due = True

    def __call__(self) -> None:
        if self._is_due and not self.is_done:
            self._work()
            self.is_done = True


def compute_alike() -> None:
    """On one thread, and without oneDNN, which compiles for each shape: that takes longer than the
    small networks of the checks.
    """
    use_one_thread()
    torch.backends.mkldnn.set_flags(False)


def warm_up() -> FakeMode | None:
    """Run forward and backward once, so that forks find every kernel ready; what they run fake CUDA
    tensors with, where that works.
    """
    model = nn.Sequential(nn.Conv2d(2, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(72, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    nn.functional.cross_entropy(model(torch.randn(2, 2, 8, 8)), torch.tensor([0, 1])).backward()
    optimizer.step()
    if not fake_cuda_works():
        return None
    mode = FakeMode(allow_non_fake_inputs=True)
    run_on_fake_cuda(mode)  # its first use is slow
    return mode


def fake_cuda_works() -> bool:
    """Whether this build of torch runs networks on fake CUDA tensors; some abort without a GPU.

    Tried in a child that may die of it; again where something else has ended it.
    """
    status = try_fake_cuda()
    return (try_fake_cuda() if status == -signal.SIGKILL else status) == 0


def try_fake_cuda() -> int:
    """The exit status of a child that tries."""
    child = os.fork()
    if child == 0:
        silence()
        status = 1
        try:
            run_on_fake_cuda(FakeMode(allow_non_fake_inputs=True))
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run_on_fake_cuda(mode: FakeMode) -> None:
    """A little of everything that the labs' networks do."""
    with mode:
        model = tools.to_fake_cuda(
            nn.Sequential(
                nn.Conv2d(3, 4, 3),
                nn.BatchNorm2d(4),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.AdaptiveAvgPool2d(2),
                nn.Flatten(),
                nn.Dropout(),
                nn.Linear(16, 2),
            )
        )
        x = torch.empty(2, 3, 8, 8, device="cuda")
        mask = torch.bernoulli(torch.full((2, 3, 1, 1), 0.5, device=x.device))
        scale = torch.tensor([1.0, 2.0, 3.0]).to(x.device).view(1, 3, 1, 1)
        model(torch.where(mask > 0, x, 0.0) * scale)
        model.eval()(torch.einsum("nchw,nc->nchw", x, torch.rand(2, 3, device=x.device)))


def prepare_cells() -> Cells:
    """A notebook to be; IPython is slow to import, and for nothing else."""
    from autograder.worker import cells

    return cells.Cells()


def receive_hello(connection: socket.socket) -> Hello:
    """What the grader says at once; nothing, where it has gone."""

    def wait(seconds: float) -> None:
        if seconds > HELLO_SECONDS:
            raise FrameError("no hello")

    try:
        header, _ = receive_frame(connection, wait)
        return decode_hello(header)
    except (FrameError, msgspec.DecodeError):
        return Hello()
    finally:
        connection.settimeout(None)


def serve(connection: socket.socket, confinement: Confinement, interpreter: Interpreter) -> None:
    """Be one worker: answer requests on `connection` until it closes."""
    connection.recv(1)  # the grader has taken note
    os.setsid()
    use_one_thread()
    confinement.restrict()
    answer(connection, interpreter)


def greet(connection: socket.socket, *, is_first: bool) -> None:
    """Tell the grader whom to end with all its children, before any student code runs.

    The worker's number means nothing outside its namespace, so a descriptor of it goes along where
    there is such a thing (Linux).
    """
    ready = Ready(os.getpid(), is_first)
    descriptors = [os.pidfd_open(ready.pid)] if hasattr(os, "pidfd_open") else []
    socket.send_fds(connection, [b"\0"], descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    send_frame(connection, encode_message(Response(0, ready)))


def answer(connection: socket.socket, interpreter: Interpreter) -> None:
    while True:
        try:
            header, body = receive_frame(connection)
        except FrameError:
            return
        request = decode_request(header)
        response, contents = interpreter.execute(request, body)
        try:
            message = encode_message(response)
            if len(message) > MAX_HEADER_BYTES or len(contents) > MAX_BODY_BYTES:
                raise ResponseTooLarge(f"{len(message) + len(contents)} bytes")
        except (ResponseTooLarge, UnicodeEncodeError, OverflowError) as error:
            refusal = Raised((type(error).__name__,), ascii(str(error))[:MAX_MESSAGE], None)
            message, contents = encode_message(Response(request.number, refusal)), bytearray()
        send_frame(connection, message, contents)


def silence() -> None:
    """Whatever student code prints goes nowhere, and nothing can be typed into it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def forget_own_modules() -> None:
    """Leave no module of the grader for student code to import; what runs here goes on."""
    for name in [name for name in sys.modules if name.split(".")[0] in (*HIDDEN, PACKAGE)]:
        del sys.modules[name]
