"""Computing in a fork: whatever is done to torch or to Python there ends with it."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from autograder.results import GraderError
from autograder.worker.forkserver import die_with_parent
from autograder.worker.threads import use_one_thread


def computed_apart(compute: Callable[[], bytes]) -> bytes:
    """What `compute` returns; `GraderError` where the fork ends without an answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            die_with_parent()
            use_one_thread()
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(compute())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    if os.waitpid(child, 0)[1] != 0:
        raise GraderError("what was computed apart ended without an answer")
    return answer
