"""`autograder audit` as it is typed, and the verdict of its exit status."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.audit import cases
from autograder.audit.command import Request, audit
from autograder.misconceptions import Misconception
from autograder.project import SOLUTIONS
from cnnlab.text import Text

pytestmark = pytest.mark.slow

LAB = "conv_arithmetic"
# The command, with a third of the library.
COMMAND = """
from pathlib import Path
from autograder.audit import cases
every = cases.misconceptions_of
cases.misconceptions_of = lambda module: every(module)[::3]
cases.REWORDINGS = Path("none")
from autograder.cli import main
main()
"""
WORDS = ["audit", "--lab", LAB, "--no-mutants"]


@pytest.fixture
def request_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    """An audit of one lab, of the reference and the stub only."""
    variants = tmp_path / "variants"
    (variants / LAB).mkdir(parents=True)
    monkeypatch.setattr(cases, "VARIANTS", variants)
    monkeypatch.setattr(cases, "REWORDINGS", tmp_path)
    monkeypatch.setattr(cases, "misconceptions_of", lambda module: ())
    return Request(tmp_path / "out", (LAB,), mutants=False)


def idea(edits: dict[str, str]) -> Misconception:
    words = Text("Una idea.", "An idea.")
    return Misconception("an-idea", "same_padding", edits, belief=words, hint=words)


def test_right_code_alone_is_a_pass(request_of: Request) -> None:
    assert audit(request_of) == 0


def test_a_variant_that_is_rejected_fails_the_audit(
    request_of: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (SOLUTIONS / f"{LAB}.py").read_text(encoding="utf-8")
    right = "divmod(dilation * (kernel_size - 1), 2)"
    assert source.count(right) == 1
    wrong = source.replace(right, "divmod(dilation * (kernel_size - 1), 3)")
    (cases.VARIANTS / LAB / "by_three.py").write_text(wrong, encoding="utf-8")
    assert audit(request_of) == 1
    printed = capsys.readouterr().out
    assert "Right code that loses points (1)" in printed
    assert f"{LAB}: variant by_three" in printed


def test_a_misconception_that_survives_fails_the_audit(
    request_of: Request, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    harmless = idea({"def same_padding(": "SEEN = True\n\n\ndef same_padding("})
    monkeypatch.setattr(cases, "misconceptions_of", lambda module: (harmless,))
    assert audit(request_of) == 1
    assert "Misconceptions that no check catches (1)" in capsys.readouterr().out


def test_a_rewording_of_nothing_is_one_line(request_of: Request, tmp_path: Path) -> None:
    (tmp_path / LAB).mkdir(exist_ok=True)
    (tmp_path / LAB / "unheard-of.py").write_text("", encoding="utf-8")
    with pytest.raises(cases.BadUsage, match=r"unheard-of\.py: no misconception"):
        audit(request_of)


def test_killed_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    out, page = tmp_path / "out", tmp_path / "pages" / "audit.html"
    first = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *WORDS, "--out", str(out)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert first.stdout is not None
    seen = next(line for line in first.stdout if line.startswith("Grading: 20/"))
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    total = int(seen.partition("/")[2])
    again = subprocess.run(
        [sys.executable, "-c", COMMAND, *WORDS, "--out", str(out), "--html", str(page)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    kept = re.search(rf"(\d+) of {total} results were kept from before", again.stdout)
    assert kept is not None
    assert 20 <= int(kept[1]) < total
    html = page.read_text(encoding="utf-8")
    assert "Audit of the checks" in html
    assert "same_padding" in html


@pytest.mark.parametrize("words", [["--lab", "nothing"], ["--out", "/proc/nowhere"]])
def test_bad_usage_is_one_line(words: list[str]) -> None:
    command = [sys.executable, "-m", "autograder", "audit", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert re.fullmatch(r"autograder: [^\n]+\n", done.stderr)
