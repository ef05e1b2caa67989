"""The checks' server's process.

    python -m autograder.grading.launch SOCKET PLANS LAB...

PLANS says how workers are confined, and those on a GPU if there are any. The server keeps a zygote
for either beside it, whose socket lies next to its own, and ends when its standard input closes.
The sockets' folder and the control groups are of no use after it, and it takes them away: the
command may have been killed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sys
from pathlib import Path

from autograder.grading.groups import remove_folders
from autograder.grading.isolation import decode_plans
from autograder.grading.units import TOKEN_BYTES
from autograder.grading.workers import WorkerServer
from autograder.results import GraderError
from autograder.worker.confinement import Plan


def main() -> None:
    address, (plan, on_gpu), labs = Path(sys.argv[1]), decode_plans(sys.argv[2]), sys.argv[3:]
    token = os.read(sys.stdin.fileno(), TOKEN_BYTES)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, address.parent, ignore_errors=True)
        stack.callback(remove_folders, plan.groups)

        def start(name: str, plan: Plan) -> WorkerServer:
            server = WorkerServer(address.with_name(name), plan)
            return stack.enter_context(contextlib.closing(server))

        workers = start("worker", plan)
        gpu_workers = start("gpu-worker", on_gpu) if on_gpu else None
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # graders compute without one
        gc.disable()  # until it serves
        # Imported last: all servers import PyTorch, and so they do it side by side.
        from autograder.checking.server import serve

        serve(address, labs, plan, token, workers, gpu_workers)


if __name__ == "__main__":
    try:
        main()
    except GraderError as error:
        sys.exit(f"autograder: {error}")
