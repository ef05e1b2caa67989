"""Nothing is lost: kills at random moments, and a full disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.project import ROOT
from tests.stress.kills import reports, stress, write_class

LAB = "conv_arithmetic"
# In a mount namespace of its own, so that nothing stays mounted.
FULL_DISK = """
mount -t tmpfs -o size={small} tmpfs "$OUT"
"$@" ; echo "status $?"
mount -o remount,size=64m "$OUT"
"$@" ; echo "status $?"
cp -r "$OUT" "$COPY"
"""


@pytest.mark.slow
def test_a_few_kills_change_nothing(short_path: Path) -> None:
    """`python -m tests.stress.kills` makes hundreds."""
    assert stress(short_path, kills=4, seed=1, count=4).total() == 4


@pytest.mark.slow
@pytest.mark.parametrize("small", ["160k"])
def test_a_full_disk_is_one_line_and_room_is_enough_to_go_on(tmp_path: Path, small: str) -> None:
    spaces = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*spaces, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces on this machine")
    write_class(tmp_path / "class", 4)
    out, copy = tmp_path / "out", tmp_path / "copy"
    out.mkdir()
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path / "class")]
    command += ["--out", str(out), "--lab", LAB, "--isolation", "process", "--lang", "en"]
    script = f"OUT={out} COPY={copy}\n{FULL_DISK.format(small=small)}"
    ran = subprocess.run(
        [*spaces, "sh", "-c", script, "sh", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert "Traceback" not in ran.stderr
    said = [line for line in ran.stderr.splitlines() if line.startswith("autograder:")]
    assert len(said) == 1, ran.stderr
    assert any(word in said[0] for word in ("full", "No space")), said
    statuses = [line for line in ran.stdout.splitlines() if line.startswith("status")]
    assert statuses[0] in ("status 1", "status 2")
    assert statuses[1] == "status 0"
    scores = [report["score"] for report in reports(copy).values()]
    assert len(scores) == 4
    assert max(scores) == 10.0
