"""The inputs of checks: the same wherever and beside whatever they are drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRAW = """
import hypothesis
from hypothesis import strategies as st
from autograder.checking.session import use_grading_profile

use_grading_profile()
if {beside}:
    import beside

@hypothesis.seed(1)
@hypothesis.settings(max_examples=300)
@hypothesis.given(st.integers())
def draw(number):
    print(number)

draw()
"""


def drawn(folder: Path, beside: bool) -> list[int]:
    printed = subprocess.run(
        [sys.executable, "-c", DRAW.format(beside=beside)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [int(line) for line in printed.split()]


def test_inputs_do_not_depend_on_what_else_is_loaded(tmp_path: Path) -> None:
    numbers = range(7_000_001, 7_000_101)
    (tmp_path / "beside.py").write_text(f"numbers = {list(numbers)}\n")
    inputs = drawn(tmp_path, beside=True)
    assert len(inputs) == 300
    assert inputs == drawn(tmp_path, beside=False)
    assert not set(inputs) & set(numbers)
