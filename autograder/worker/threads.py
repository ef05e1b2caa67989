"""One compute thread in each process, and a fork that does not crash for it."""

from __future__ import annotations

import torch


def use_one_thread() -> None:
    """Let torch compute on one thread: before the first operation, and again in each fork.

    A fork makes torch's pool of threads anew when it is first asked for. A backward pass starts a
    thread for each device, eight with fake CUDA tensors, and where they are the first to ask, all
    at once, the process may abort ("Invalid thread pool").
    """
    torch.set_num_threads(1)
