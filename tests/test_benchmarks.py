"""The benchmark's machinery, on tiny inputs; how long anything takes is not looked at."""

from __future__ import annotations

import subprocess
import sys

from autograder.project import ROOT
from tests.benchmarks.watched import MEBIBYTE, memory_of_tree

HELD = 64 * MEBIBYTE
# Holds so much, and has a child that shares it and as much of its own.
FAMILY = f"""
import os, sys
shared = bytearray(os.urandom(1)) * {HELD}
if os.fork() == 0:
    own = bytearray(os.urandom(1)) * {HELD}
print("there", flush=True)
sys.stdin.read()
"""


def test_memory_that_processes_share_counts_once() -> None:
    family = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert family.stdin is not None
    assert family.stdout is not None
    assert [family.stdout.readline() for _ in range(2)] == ["there\n"] * 2
    held = memory_of_tree(family.pid)
    family.stdin.close()
    family.wait()
    assert 2 * HELD <= held < 2.5 * HELD  # resident sizes would make three of it
    assert memory_of_tree(family.pid) == 0


def test_the_table_is_printed() -> None:
    options = ("--only", "sizes", "--sizes", "1", "--lab", "batchnorm")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.peers", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    table = [line for line in done.stdout.splitlines() if line.startswith("│")]
    each, first = ([cell.strip() for cell in line.split("│")[1:-1]] for line in table)
    assert each[:2] == ["class of 1, --jobs 2: each, start included", "hidden checks"]
    assert all(float(seconds) > 0 for seconds in each[2:4])
    assert first[0] == "class of 1, --jobs 2: first result"
    assert first[5] == "≤ 5 s"
    assert first[6] in ("met", "missed")
