"""Whatever a worker sends, the grader does not grow by more than 400 MB."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit

GROWTH = 400 * 2**20
HUGE = {
    "tensors": "return torch.full((8, 1, 1024, 1000), 2.0)",
    "tensor_laid_out_widely": "return torch.ones(2900, 2800).t()",
    "tensors_without_data": "return [torch.empty(1, 1, 1, 1, device='meta')] * 50_000",
    "dictionary": "return {n: None for n in range(300_000)}",
    "error": "raise ValueError('x' * (1 << 26))",
}
MODULE = """
import torch
from torch import nn

left = [6]

def dropout2d(x, p=0.5, training=True, generator=None):
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("enough")
    {call}

class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()

    def forward(self, x):
        return dropout2d(x)
"""


class Watch:
    """By how much a grader, a fork of the checks' server, grows."""

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.start = self.peak = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(psutil.Error, OSError):  # it ended while looked at
                self._look()
            time.sleep(0.01)

    def _look(self) -> None:
        for child in self._server.children():
            if "autograder.grading.launch" in child.cmdline():
                lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
                status = dict(line.split(":\t", 1) for line in lines)
                self.start = self.start or _bytes(status["VmRSS"])
                self.peak = max(self.peak, _bytes(status["VmHWM"]))


def _bytes(words: str) -> int:
    number, unit = words.split()
    assert unit == "kB"
    return int(number) * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[ChecksServer]:
    """A server of its own: another's grader may have had more to bear before."""
    with ChecksServer(("dropout",)) as server:
        server.manifest()
        yield server


@pytest.fixture(scope="module")
def server_process(server: ChecksServer) -> psutil.Process:
    """The newest of the checks' servers."""
    ours = [p for p in psutil.Process().children() if "autograder.grading.launch" in p.cmdline()]
    return max(ours, key=lambda process: process.create_time())


@pytest.mark.parametrize("name", HUGE)
def test_the_grader_stays_small(
    server: ChecksServer, server_process: psutil.Process, name: str
) -> None:
    source = MODULE.format(call=HUGE[name])
    with Watch(server_process) as watch:
        result = server.grade(Unit("dropout", {"dropout": source}, "cpu"))
    assert 0 < watch.start <= watch.peak  # the highest of all that this grader has had to bear
    assert watch.peak - watch.start < GROWTH
    assert result.score < 2.0
