"""The checks' server's process.

    python -m autograder.grading.launch SOCKET PLAN LAB...

PLAN says how workers are confined. The server keeps a zygote for the workers beside it, whose
socket lies next to its own, and ends when its standard input closes. The sockets' folder and the
control groups are of no use after it, and it takes them away: the command may have been killed.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from pathlib import Path

from autograder.grading.groups import remove_folders
from autograder.grading.units import TOKEN_BYTES
from autograder.grading.workers import WorkerServer
from autograder.results import GraderError
from autograder.worker.confinement import decode_plan


def main() -> None:
    address, plan, labs = Path(sys.argv[1]), decode_plan(sys.argv[2]), sys.argv[3:]
    token = os.read(sys.stdin.fileno(), TOKEN_BYTES)
    workers = WorkerServer(address.with_name("worker"), plan)
    try:
        gc.disable()  # until it serves
        # Imported last: both servers import PyTorch, and so they do it side by side.
        from autograder.checking.server import serve

        serve(address, labs, plan, token, workers)
    finally:
        workers.close()
        remove_folders(plan.groups)
        shutil.rmtree(address.parent, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except GraderError as error:
        sys.exit(f"autograder: {error}")
