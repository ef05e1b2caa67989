"""Reading a student's module as text, without importing it."""

from __future__ import annotations

import ast
from pathlib import Path

from cnnlab.project import display_path


class SourceProblem(Exception):
    """A module that is not Python: what is wrong, and in which file and line."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(f"{where}: {message}")
        self.message = message
        self.where = where


def parse(path: Path) -> ast.Module:
    """The syntax tree of the module at `path`.

    Raises `SourceProblem` where the file is not valid Python and `OSError` where it cannot be read.
    """
    name = display_path(path.stem)
    try:
        return ast.parse(path.read_bytes(), filename=name)
    except SyntaxError as error:
        raise SourceProblem(error.msg, f"{name}:{error.lineno or 1}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceProblem(str(error) or type(error).__name__, f"{name}:1") from error
