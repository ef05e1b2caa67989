"""Makes the students' stubs out of the reference solutions.

A solution region runs from `### BEGIN SOLUTION` to `### END SOLUTION`, as nbgrader marks it. In the
stub it becomes a `NotImplementedError` that names the function; a region that starts with
`### STUB` lines becomes those lines instead (none, for helpers that would give the answer away).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.project import SOLUTIONS, STUBS
from autograder.results import GraderError
from cnnlab.labs import MODULES

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = "### STUB"
MAX_BLANK_LINES = 2


@dataclass(frozen=True)
class Region:
    """A solution region: the lines from its BEGIN to its END, both included, counted from 0."""

    first: int
    last: int


def stub_of(source: str, name: str) -> str:
    """The stub of the solution `source`; `GraderError` naming `name` where markers do not pair."""
    lines = source.splitlines()
    functions = _functions(ast.parse(source))
    kept: list[str] = []
    position = 0
    for region in _regions(lines, name):
        kept += lines[position : region.first]
        kept += _replacement(lines, region, functions, name)
        position = region.last + 1
    return "\n".join(_without_gaps(kept + lines[position:])) + "\n"


def write_stubs(folder: Path = STUBS) -> list[Path]:
    """Write every stub whose file differs; the files written."""
    changed = outdated_stubs(folder)
    for path in changed:
        path.write_text(_stub_text(path.stem), encoding="utf-8")
    return changed


def outdated_stubs(folder: Path = STUBS) -> list[Path]:
    """The stubs that are missing or differ from what their solution makes."""
    paths = [folder / f"{module}.py" for module in MODULES]
    return [
        path
        for path in paths
        if not path.is_file() or path.read_text(encoding="utf-8") != _stub_text(path.stem)
    ]


def _stub_text(module: str) -> str:
    path = SOLUTIONS / f"{module}.py"
    return stub_of(path.read_text(encoding="utf-8"), f"solutions/{module}.py")


def _regions(lines: Sequence[str], name: str) -> Iterator[Region]:
    first: int | None = None
    for number, line in enumerate(lines):
        marker = line.strip()
        if marker == BEGIN and first is None:
            first = number
        elif marker == END and first is not None:
            yield Region(first, number)
            first = None
        elif marker in (BEGIN, END):
            raise GraderError(f"{name}:{number + 1}: {marker!r} without its partner")
    if first is not None:
        raise GraderError(f"{name}:{first + 1}: {BEGIN!r} without its partner")


def _functions(tree: ast.Module) -> list[tuple[str, int, int]]:
    """(qualified name, first line, last line) of every function and method, outermost first."""
    found: list[tuple[str, int, int]] = []
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for member in members:
            if isinstance(member, ast.FunctionDef):
                last = member.end_lineno or member.lineno
                found.append((f"{prefix}{member.name}", member.lineno, last))
    return found


def _replacement(
    lines: Sequence[str], region: Region, functions: Sequence[tuple[str, int, int]], path: str
) -> list[str]:
    indent = lines[region.first][: len(lines[region.first]) - len(lines[region.first].lstrip())]
    texts = [line.strip() for line in lines[region.first + 1 : region.last]]
    if texts and texts[0].startswith(STUB):
        emitted = [text.removeprefix(STUB).strip() for text in texts if text.startswith(STUB)]
        return [indent + text for text in emitted if text]
    line = region.first + 1
    name = next((name for name, first, last in functions if first <= line <= last), None)
    if name is None:
        raise GraderError(f"{path}:{line}: a region outside a function needs a {STUB!r} line")
    return [f"{indent}# TODO", f'{indent}raise NotImplementedError("{name}")']


def _without_gaps(lines: Sequence[str]) -> Iterator[str]:
    """No more blank lines in a row than a formatter leaves, and none at the end."""
    blank = 0
    for line in lines:
        if line.strip():
            yield from [""] * min(blank, MAX_BLANK_LINES)
            yield line
            blank = 0
        else:
            blank += 1
