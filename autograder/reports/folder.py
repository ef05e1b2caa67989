"""The report's folder, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from autograder.reports.pages import INDEX, LABS
from autograder.reports.people import STUDENTS
from autograder.results import BadUsage

MARK = b'<meta name="generator" content="cnnlab autograder report">'
HEAD_BYTES = 4096  # the mark is well within them


def write_report(out: Path, pages: Iterable[tuple[str, str]]) -> None:
    """Put the pages, by their paths, into the folder `out`, in place of an older report there.

    `BadUsage` where `out` holds anything else, or cannot be written.
    """
    try:
        require_replaceable(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            new = Path(scratch) / "new"
            for name, text in pages:
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            if out.exists():
                os.rename(out, Path(scratch) / "old")
            os.rename(new, out)
    except OSError as error:
        raise BadUsage(f"--out {out}: cannot write there: {error.strerror}") from error


def require_replaceable(out: Path) -> None:
    """`BadUsage` unless nothing is at `out`, or an empty folder, or a report and nothing else."""
    if not out.exists():
        return
    if not out.is_dir():
        raise BadUsage(f"--out {out}: not a folder")
    names = {path.name for path in out.iterdir()}
    others = sorted(names - {INDEX, LABS, STUDENTS})
    if others:
        raise BadUsage(
            f"--out {out}: holds {others[0]}, which is not of a report; name another folder"
        )
    if names and not _is_report(out / INDEX):
        raise BadUsage(f"--out {out}: not empty, and not a report; name another folder")


def _is_report(index: Path) -> bool:
    if not index.is_file():
        return False
    with index.open("rb") as file:
        return MARK in file.read(HEAD_BYTES)
