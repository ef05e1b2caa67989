"""A mistake in a file that an instructor wrote, with its place."""

from __future__ import annotations

from pathlib import Path

from autograder.printable import printable
from autograder.results import BadUsage


class Mistake(BadUsage):
    """`path:line:column: reason`, both counted from 1 and in characters."""

    def __init__(self, path: Path, line: int, column: int, reason: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {printable(reason)}")


def read_text(path: Path) -> str:
    """A file's text; `BadUsage` where it cannot be read or is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadUsage(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8-sig")) + 1
        reason = "not UTF-8 text; save the file as UTF-8"
        raise Mistake(path, before.count(b"\n") + 1, column, reason) from error
