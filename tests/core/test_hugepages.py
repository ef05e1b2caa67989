from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.worker.hugepages import HUGE, huge_stretches
from autograder.worker.zygote import AfterFirst

MAPPINGS = """\
00400000-00500000 r-xp 00000000 fd:01 123    /usr/bin/python
00600000-00700000 rw-p 00000000 fd:01 123    /usr/bin/python
00900000-01a00000 rw-p 00000000 00:00 0      [heap]
20000000-20100000 rw-p 00000000 00:00 0
20200000-20600000 rw-p 00000000 00:00 0
20800000-20a00000 r--p 00000000 00:00 0
20c00000-20e00000 rw-s 00000000 00:00 0
7ff00000-80000000 rw-p 00000000 00:00 0      [stack]
"""


def test_whole_huge_pages_of_private_memory_are_found() -> None:
    found = [*range(0xA00000, 0x1A00000, HUGE), 0x20200000, 0x20400000]
    assert list(huge_stretches(MAPPINGS.splitlines())) == found


def test_the_first_worker_does_not_wait_for_it() -> None:
    done: list[int] = []
    call = AfterFirst(lambda: done.append(1))
    call()  # as where there is none to fork
    call.first_came()
    assert not call.is_done
    assert done == []
    call()
    assert call.is_done
    call()
    assert done == [1]


GATHERS = """
from pathlib import Path
from autograder.worker.hugepages import use_huge_pages

kept = bytes(range(256)) * 2**17  # 32 MiB
def huge():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))
before = huge()
use_huge_pages()
assert kept == bytes(range(256)) * 2**17
print(huge() - before)
"""


def test_memory_is_gathered_and_keeps_what_it_holds() -> None:
    release = tuple(int(part) for part in os.uname().release.split(".")[:2])
    if sys.platform != "linux" or release < (6, 1) or not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("this kernel gathers nothing when it is asked")
    run = subprocess.run(
        [sys.executable, "-c", GATHERS], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) >= HUGE // 1024
