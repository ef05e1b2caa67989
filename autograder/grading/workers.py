"""The server that workers are forked from, as the grader's side keeps it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from autograder.grading.isolation import encode_plan, worker_command, worker_environment
from autograder.worker.confinement import Plan
from autograder.worker.forkserver import listen


class WorkerServer:
    """The worker server's process, started again whenever it is found dead.

    Its socket is made here and handed on: the worker's server may have no sight of its address.
    """

    def __init__(self, address: Path, plan: Plan) -> None:
        self.address = address
        self.limits = plan.limits
        self._listener = listen(address)
        descriptor = str(self._listener.fileno())
        self._command = worker_command(plan, "autograder.worker", descriptor, encode_plan(plan))
        self._environment = worker_environment(plan)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=self._environment,
            pass_fds=[self._listener.fileno()],
        )

    def keep_alive(self) -> None:
        if self._process.poll() is not None:
            self._process = self._start()

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
