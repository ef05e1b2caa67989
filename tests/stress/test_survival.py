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
# Everything is in the store, and there is too little room for the files of a run.
FULL_FOR_RESULTS = """
mount -t tmpfs -o size=8m tmpfs "$OUT"
look() { (cd "$OUT" && find . -type f ! -name 'results.sqlite3*' ! -name filler | sort |
    xargs sha256sum); }
"$@" --lang es ; look > "$BASE/spanish"
"$@" --lang en ; look > "$BASE/english"
for room in $ROOMS; do
    free=$(df --output=avail -k "$OUT" | tail -n 1)
    head -c $(((free - room) * 1024)) /dev/zero > "$OUT/filler"
    "$@" --lang es ; echo "status $?"
    look > "$BASE/full-$room"
    rm "$OUT/filler"
done
"$@" --lang es ; echo "status $?"
look > "$BASE/after"
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


@pytest.mark.slow
def test_a_disk_too_full_for_the_results_leaves_the_old_ones(tmp_path: Path) -> None:
    spaces = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*spaces, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces on this machine")
    rooms = ["36", "44", "48"]  # KiB: enough for the store alone, and for some of the files too
    write_class(tmp_path / "class", 4)
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path / "class"), "--lab", LAB]
    command += ["--out", str(tmp_path / "out"), "--isolation", "process"]
    script = f"BASE={tmp_path} OUT={tmp_path}/out ROOMS='{' '.join(rooms)}'\n{FULL_FOR_RESULTS}"
    ran = subprocess.run(
        [*spaces, "sh", "-c", script, "sh", *command], cwd=ROOT, capture_output=True, text=True
    )
    said = ran.stderr.splitlines()
    assert len(said) == len(rooms), ran.stderr
    assert all(line.startswith("autograder: ") for line in said), said
    assert all("full" in line or "No space left" in line for line in said), said
    statuses = [line for line in ran.stdout.splitlines() if line.startswith("status")]
    assert statuses == ["status 1"] * len(rooms) + ["status 0"]
    seen = {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()}
    assert seen["spanish"].count("students/") == 4
    assert [seen[f"full-{room}"] == seen["english"] for room in rooms] == [True] * len(rooms)
    assert seen["english"] != seen["spanish"] == seen["after"]
