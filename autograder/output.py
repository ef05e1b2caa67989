"""Writing a file that a command was asked for: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.files import write_whole
from autograder.results import BadUsage


def write_output(path: Path, content: bytes, option: str = "--out") -> None:
    """Write `content` to `path`, the value of `option`; `BadUsage` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise BadUsage(f"{option} {path}: cannot write there: {error.strerror}") from error
