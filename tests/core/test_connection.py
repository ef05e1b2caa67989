"""The grader's end of a worker, with another at its other end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from autograder.checking.connection import WorkerProcess
from autograder.grading.groups import UnitGroup
from autograder.results import GraderError
from autograder.worker.confinement import Limits
from autograder.worker.forkserver import listen
from autograder.worker.framing import receive_frame, send_frame
from autograder.worker.protocol import Ready, Response, encode_message


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="pidfd_open(2) is Linux's alone")
def test_a_worker_that_ends_at_its_start_is_the_graders_fault(short_path: Path) -> None:
    """Killed after its greeting, it has no number any more."""
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    descriptor = os.pidfd_open(ended.pid)
    ended.communicate(b"\n")
    listener = listen(short_path / "workers")

    def greet() -> None:
        connection, _ = listener.accept()
        with connection:
            receive_frame(connection)
            socket.send_fds(connection, [b"\0"], [descriptor])
            send_frame(connection, encode_message(Response(0, Ready(ended.pid))))

    threading.Thread(target=greet, daemon=True).start()
    with pytest.raises(GraderError, match="a worker did not start"):
        WorkerProcess(short_path / "workers", UnitGroup((), Limits()))
    listener.close()
    os.close(descriptor)
