"""Reading the source notebooks, and building releases of them."""

from __future__ import annotations

import ast
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.gradebook.course import ASSIGNMENTS
from autograder.gradebook.language import LANGUAGES


def read_notebook(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def edit(path: Path, change: Callable[[NotebookNode], None]) -> None:
    notebook = read_notebook(path)
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")  # nbformat would mend it


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def source_notebook(lab: str) -> NotebookNode:
    return read_notebook(ASSIGNMENTS / lab / f"{lab}.ipynb")


def language_of(cell: NotebookNode) -> str | None:
    """The language of a cell, None for one that is in every release."""
    languages = LANGUAGES.intersection(cell.metadata.get("tags", []))
    assert len(languages) < 2, cell.source
    return next(iter(languages), None)


def nbgrader_of(cell: NotebookNode) -> dict[str, object]:
    return dict(cell.metadata.get("nbgrader", {}))


def is_graded_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(nbgrader_of(cell).get("grade"))


def program(source: str) -> str:
    """A cell's program but for what it says: no strings, no comments, no lines for IPython."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return ast.dump(_Wordless().visit(ast.parse("\n".join(lines))))


class _Wordless(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        fields = [value for value in node.values if isinstance(value, ast.FormattedValue)]
        return ast.JoinedStr([self.visit(field) for field in fields])


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in `folder` as nbgrader does, which puts it on the path."""
    before = list(sys.path)
    with contextlib.chdir(folder):
        try:
            yield
        finally:
            sys.path[:] = before


def generate(course: Path, lab: str) -> Path:
    """`nbgrader generate_assignment LAB` in a course, in this process; the release's folder."""
    from nbgrader.apps.generateassignmentapp import GenerateAssignmentApp

    with inside(course):
        app = GenerateAssignmentApp()
        app.initialize(["--quiet", lab])
        app.start()
    return course / "release" / lab
