"""What CUDA needs of the system besides what every worker has, as plain data.

It follows NVIDIA's open driver (kernel-open, its uvm_ioctl.h and nv-ioctl-numbers.h), what gVisor's
proxy of that driver lets through, and a trace of the system calls of a training on an H200.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# The control node, shared memory, one node for each card, and those of a card's parts (MIG).
# Not nvidia-modeset (screens), nor nvidia-uvm-tools (a look into other processes' memory).
NODE = re.compile(r"/dev/(nvidiactl|nvidia-uvm|nvidia\d+|nvidia-caps/nvidia-cap\d+)")
# Where libcuda is where it is not below /usr, and what it reads of the machine.
DRIVER = (
    "/run/opengl-driver",
    "/etc/nvidia",
    "/sys/bus/pci/devices",
    "/sys/devices",
    "/sys/module/nvidia",
)
# What CUDA reads of the kernel besides; its own process is the worker's to show.
PROC_FILES = ("/proc/devices", "/proc/driver/nvidia", "/proc/cpuinfo", "/proc/sys/vm/mmap_min_addr")


@dataclass(frozen=True)
class Request:
    """Those requests of `ioctl` of which these bits have this value."""

    bits: int
    value: int


REQUESTS = (
    Request(bits=0xFF00, value=0x4600),  # of the type "F": the control node's and the cards'
    Request(bits=0xFFFFFF80, value=0),  # shared memory's, numbered from 1
    Request(bits=0xFFFFFFFC, value=0x30000000),  # shared memory's first and last
)
# Shares of a card: 5 % stay for the driver and the screen.
MEMORY_SHARE = 0.95


def gpu_nodes(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those of `paths` that a program opens in order to compute, sorted."""
    return tuple(sorted(path for path in paths if NODE.fullmatch(str(path))))


def nodes_of_this_machine() -> tuple[Path, ...]:
    """None where there is no card of NVIDIA's, or no driver for it."""
    device = Path("/dev")
    return gpu_nodes([*device.glob("nvidia*"), *device.glob("nvidia-caps/*")])
