"""How an example ended, in a form that two pieces of code can be compared by."""

from __future__ import annotations

import itertools
import traceback
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from autograder.checking.failures import Mismatch, StudentError, WorkerLost

CHECKS = Path(__file__).parent.parent / "checks"
Where = tuple[int, ...]
MAX_KEPT = 2**17  # numbers of one example
TOO_LARGE = "too large"


@dataclass(frozen=True)
class Outcome:
    """A failed example: `kind` of failure, where in the check, and the value that was wrong."""

    kind: str
    where: Where
    seen: object


def outcome_of(error: BaseException, requests: int) -> Outcome:
    """What there is to compare about `error`, after `requests` requests to the worker."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = tuple(f.lineno or 0 for f in frames if Path(f.filename).parent == CHECKS)
    where = (*lines, requests)
    match error:
        case Mismatch():
            return Outcome("mismatch", where, _kept(error.seen))
        case StudentError():
            return Outcome("raised", where, error.raised.types[:1])
        case WorkerLost():
            return Outcome(str(error.status), where, None)
        case _:
            return Outcome(type(error).__name__, where, None)


def _kept(seen: object) -> object:
    """`seen`, or a word for it where it is too large to be kept for every example."""
    room = MAX_KEPT
    waiting = [seen]
    while waiting:
        value = waiting.pop()
        room -= value.numel() if isinstance(value, Tensor) else 1
        if room < 0:
            return TOO_LARGE
        if isinstance(value, list | tuple):
            waiting.extend(value[: room + 1])
        elif isinstance(value, dict):
            waiting.extend(itertools.islice(value.values(), room + 1))
    return seen


def same_outcome(first: Outcome | None, second: Outcome | None, *, values: bool) -> bool:
    """Whether two examples ended alike; without `values`, alike in kind and place."""
    if first is None or second is None:
        return first is second
    if first.kind != second.kind or first.where != second.where:
        return False
    return not values or same_value(first.seen, second.seen)


def same_value(first: object, second: object) -> bool:
    """Equal but for roundings; tensors of one dtype and shape with values that are close."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return _same_tensor(first, second)
    if type(first) is not type(second):
        return False
    if isinstance(first, float) and isinstance(second, float):
        return _same_tensor(torch.tensor(first).double(), torch.tensor(second).double())
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(map(same_value, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            same_value(first[key], second[key]) for key in first
        )
    return bool(first == second)


def _same_tensor(first: Tensor, second: Tensor) -> bool:
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    if first.is_meta or second.is_meta:
        return first.is_meta == second.is_meta
    tolerance = 1e-6 if first.dtype is torch.float64 else 1e-2 if first.itemsize < 4 else 1e-3
    return torch.allclose(
        first.detach().double(),
        second.detach().double(),
        rtol=tolerance,
        atol=tolerance,
        equal_nan=True,
    )
