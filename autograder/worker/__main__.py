"""The process of the workers' server.

    python -m autograder.worker DESCRIPTOR PLAN

DESCRIPTOR is of a listening socket, PLAN says how workers are confined. It ends when its standard
input closes.
"""

from __future__ import annotations

import socket
import sys

from autograder.worker.confinement import decode_plan
from autograder.worker.namespace import enter_pid_namespace


def main() -> None:
    plan = decode_plan(sys.argv[2])
    is_apart = plan.wants_pid_namespaces and enter_pid_namespace()
    # Imported in here: the process that waits for this one would hold PyTorch as well.
    from autograder.worker.zygote import serve_workers

    listener = socket.socket(fileno=int(sys.argv[1]))
    serve_workers(listener, plan, is_apart=is_apart)


if __name__ == "__main__":
    main()
