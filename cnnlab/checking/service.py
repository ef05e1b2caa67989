"""A runner in a process of its own, which a kernel keeps from one check to the next.

A kernel that started the fork server itself would wait for it at its end until Jupyter loses
patience, and would share it with the data loaders of its notebook.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading

from cnnlab import messages
from cnnlab.checking.results import ModuleReport
from cnnlab.checking.runner import Runner
from cnnlab.checking.worker import Cancelled
from cnnlab.errors import CnnlabError
from cnnlab.project import Project

_START = """
import sys
sys.path.insert(0, sys.argv[1])
from cnnlab.checking.service import serve
serve(float(sys.argv[2]))
"""

Request = tuple[str, str | None]
"""A module, and the only name of it to check or None."""


class RemoteRunner:
    """A `Runner` in another process, which starts with the first run.

    It ends, with all that it has started, when this process ends or a run is interrupted.
    """

    def __init__(self, project: Project, deadline_s: float) -> None:
        self._command = [sys.executable, "-c", _START, str(project.root), str(deadline_s)]
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, module: str, target: str | None = None) -> ModuleReport:
        """The results of all tests of `module`, or only of those of its name `target`."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # the interrupt of a kernel goes to its whole group
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((module, target), process.stdin)
            process.stdin.flush()
            report = pickle.load(process.stdout)
        except (EOFError, OSError) as error:
            self.close()
            raise CnnlabError(messages.PROCESS_DOES_NOT_START) from error
        except BaseException:
            self.close()
            raise
        assert isinstance(report, ModuleReport)
        return report

    def close(self) -> None:
        """Let the other process end; the next run starts another."""
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None


def serve(deadline_s: float) -> None:
    """Run what standard input asks for until it is closed, then end this process."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library may print while it is imported
    requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    with (
        contextlib.suppress(Cancelled, CnnlabError, OSError),
        Runner(Project.here(), deadline_s) as runner,
    ):
        while (request := requests.get()) is not None:
            module, target = request
            report = runner.run(module, lambda: not requests.empty(), target)
            pickle.dump(report, answers)
            answers.flush()
    os._exit(0)  # the thread may still be reading


def _read(requests: queue.SimpleQueue[Request | None]) -> None:
    with contextlib.suppress(EOFError):
        while True:
            requests.put(pickle.load(sys.stdin.buffer))
    requests.put(None)
