"""What a checking process has loaded before it sees student code."""

from __future__ import annotations

import contextlib
import importlib

LIBRARIES = (
    "click",
    "numpy",
    "torch",
    "torch.utils.data",
    "torchvision",
    "torchvision.models",
    "pytest",
    "hypothesis",
    "hypothesis.strategies",
)
"""Imported once and shared by every fork. Only libraries: nothing of the project itself."""

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}
"""One thread, because a fork of a process that has used several hangs when it uses them."""


def load_libraries() -> None:
    """Import what is there; a student's module says itself which library it misses."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
