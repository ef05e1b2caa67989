"""The assignment's own cells in a submitted notebook, whatever a student did to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.gradebook.names import lab_of

NEW_CELL: dict[str, Callable[[str], NotebookNode]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
}


class SourceCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's is untyped
    """Gives each of the assignment's cells the metadata and the type that it was released with.

    Of a cell that is there twice the last one counts; one that is missing is added at the end.
    nbgrader does so in part, but gives up on a notebook with cells of unknown or repeated ids, or
    where the cell before a missing one is not graded.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        lab = lab_of(resources)
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(lab.name, lab.name)
            sources = {cell.name: cell for cell in notebook.source_cells}
            metadata = {name: _metadata(cell, notebook) for name, cell in sources.items()}
            found: set[str] = set()
            for index in reversed(range(len(nb.cells))):
                grade_id = _grade_id(nb.cells[index])
                if grade_id in sources and grade_id not in found:
                    found.add(grade_id)
                    nb.cells[index] = _of_type(nb.cells[index], sources[grade_id].cell_type)
                    nb.cells[index].metadata["nbgrader"] = metadata[grade_id]
                else:
                    nb.cells[index].metadata.pop("nbgrader", None)
            for name, source in sources.items():
                if name not in found:
                    missing = NEW_CELL[source.cell_type](source.source)
                    missing.metadata["nbgrader"] = metadata[name]
                    nb.cells.append(missing)
        return nb, resources


def _metadata(source: Any, notebook: Any) -> NotebookNode:
    """A cell's metadata as nbgrader writes it into a release."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    metadata = NotebookNode(
        grade=source.name in {cell.name for cell in notebook.grade_cells},
        solution=source.name in {cell.name for cell in notebook.solution_cells},
        task=source.name in {cell.name for cell in notebook.task_cells},
        locked=source.locked,
        grade_id=source.name,
        cell_type=source.cell_type,
        checksum=source.checksum,
        schema_version=SCHEMA_VERSION,
    )
    if source.name in points:
        metadata["points"] = points[source.name]
    return metadata


def _grade_id(cell: NotebookNode) -> str:
    metadata = cell.metadata.get("nbgrader")
    grade_id = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _of_type(cell: NotebookNode, cell_type: str) -> NotebookNode:
    """The same cell, or a new one of the given type with its text."""
    return cell if cell.cell_type == cell_type else NEW_CELL[cell_type](cell.source)
