"""Writes down which torch functions and operators a call went through.

Two views: the Python functions (`torch.nn.functional.batch_norm`, `torch.conv2d`) and the operators
below them (`aten.native_batch_norm`). It is a witness, not a guard: code in the same process can
blind it, which is why the grader also reads the source and draws inputs that betray the defaults.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode


class FunctionWitness(TorchFunctionMode):
    """The names of torch functions called from Python."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(getattr(func, "__name__", str(func)))
        return func(*args, **(kwargs or {}))


class OperatorWitness(TorchDispatchMode):
    """The names of ATen operators that were dispatched."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self.names: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(func.overloadpacket.__name__ if _is_operator(func) else str(func))
        return func(*args, **(kwargs or {}))


def _is_operator(func: object) -> bool:
    return isinstance(func, torch._ops.OpOverload)
