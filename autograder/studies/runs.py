"""The runs of studies, each kept as soon as it is there, so that a study can be killed and go on.

One file of JSON lines. A run is found again under what it depends on: the variant, the protocol,
fold and seed, the images, the backbone, the code, torch and the device.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Self, assert_never

import msgspec
import torch

from autograder.project import PACKAGE, SOLUTIONS
from autograder.results import GraderError
from autograder.studies.metric import Metric

FILE_NAME = "runs.jsonl"
CODE = (
    *SOLUTIONS.glob("*.py"),
    *(PACKAGE / "training" / name for name in ("data.py", "fit.py")),
    *(PACKAGE / "studies" / name for name in ("networks.py", "run.py")),
)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One network that was trained and tested.

    Accuracies are in [0, 1], `macs` are multiply-accumulates for one image, `milliseconds` the time
    for one image of a batch in eval mode, `seconds` the time of training.
    """

    key: str
    study: str
    variant: str
    fold: int
    seed: int
    device: str
    train_accuracy: float
    test_accuracy: float
    parameters: int
    macs: int
    milliseconds: float
    seconds: float

    def value(self, metric: Metric) -> float:
        """One of its figures, in the metric's unit."""
        match metric:
            case Metric.ACCURACY:
                return 100 * self.test_accuracy
            case Metric.TEST_ERROR:
                return 100 * (1 - self.test_accuracy)
            case Metric.TRAIN_ERROR:
                return 100 * (1 - self.train_accuracy)
            case Metric.PARAMETERS:
                return self.parameters
            case Metric.MACS:
                return self.macs
            case Metric.MILLISECONDS:
                return self.milliseconds
        assert_never(metric)


def run_key(build: Callable[..., object], *parts: object) -> str:
    """What a run of the networks that `build` makes depends on, in one digest."""
    code = _code_digest(Path(inspect.getfile(build)))
    return hashlib.sha256(msgspec.json.encode([*parts, code])).hexdigest()


@functools.cache
def _code_digest(builder: Path) -> str:
    """A digest of the code that builds and trains, and of torch's version."""
    digest = hashlib.sha256(torch.__version__.encode())
    for path in (*sorted(CODE), builder):
        digest.update(f"{path.name} ".encode() + path.read_bytes())
    return digest.hexdigest()


class Runs:
    """The runs file of one folder, this process's alone while it is open; a context manager."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE_NAME
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise GraderError(f"{path}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise GraderError(f"{path}: another study is at work in this folder") from error
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        if lines[-1]:  # the line that was being written when a study was killed
            self._write(b"\n")
        self._known = {run.key: run for line in lines if (run := _decoded(line)) is not None}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, key: str) -> Run | None:
        return self._known.get(key)

    def keep(self, run: Run) -> None:
        """Write it down before anything else happens."""
        self._write(msgspec.json.encode(run) + b"\n")
        self._known[run.key] = run

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise GraderError(f"a run cannot be kept: {error.strerror}") from error


def _decoded(line: bytes) -> Run | None:
    """The run of a line, or none where the line is broken or of another version."""
    try:
        return msgspec.json.decode(line, type=Run)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
