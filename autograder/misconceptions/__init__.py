"""The misconception library: what students get wrong, as code that can be run.

One module per lab module, each with its `MISCONCEPTIONS`. They test the checks, which must catch
every one, and they explain failures: a student whose answers agree with a misconception's on every
input is told which one it is.
"""

from __future__ import annotations

import functools
import importlib

from autograder.misconceptions.misconception import Misconception

__all__ = ["Misconception", "misconceptions_of"]


@functools.cache
def misconceptions_of(module: str) -> tuple[Misconception, ...]:
    """The misconceptions about the lab module `module`, in the order of its file."""
    try:
        library = importlib.import_module(f"{__name__}.{module}")
    except ModuleNotFoundError:
        return ()
    found: tuple[Misconception, ...] = library.MISCONCEPTIONS
    return found
