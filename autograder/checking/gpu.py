"""Whether the sandbox leaves PyTorch what it needs to train on a GPU, found by trying."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checking.connection import Worker
from autograder.checking.failures import GraderStopped, Stop, StudentError
from autograder.checking.limits import TRAINING
from autograder.checking.remote import Session


def cuda_trouble(start_worker: Callable[[], Worker]) -> str:
    """Why a worker trains on no GPU, in one line; empty where it does."""
    session = Session(start_worker, {})
    session.begin_check(0, TRAINING)
    try:
        return str(session.root("tools").cuda_trouble())
    except (GraderStopped, StudentError, Stop) as error:
        return " ".join(str(error).split()) or type(error).__name__
    finally:
        session.close()
