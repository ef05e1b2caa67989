"""A submitted notebook's own cells: read for the sandbox, and what they showed there put back."""

from __future__ import annotations

import warnings
from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.results import CellOutput, CellOutputs, OutputKind
from cnnlab.text import Lang

MAX_BYTES = 16 * 2**20  # of a notebook, with what it showed when it was handed in
MAX_CELLS = 300
MAX_CHARACTERS = 2**18  # of all its code


def own_cells(notebook: Path) -> tuple[str, ...]:
    """The code cells of a notebook that are not graded, in order; none where it cannot be read
    or is too large.
    """
    try:
        if notebook.is_symlink() or notebook.stat().st_size > MAX_BYTES:
            return ()
        with warnings.catch_warnings(action="ignore"):  # about what it mends in reading
            cells = nbformat.read(notebook, as_version=4).cells
        own = tuple(str(cell.source) for cell in cells if _is_own(cell))
        fits = len(own) <= MAX_CELLS and sum(map(len, own)) <= MAX_CHARACTERS
        return own if fits else ()
    except Exception:  # hostile or broken: nbformat raises whatever its parts do
        return ()


def show_outputs(
    nb: NotebookNode, cells: Sequence[str], outputs: Sequence[CellOutputs], lang: Lang
) -> None:
    """Give the cells of `nb` that have the text of one that was run what that one showed."""
    shown: defaultdict[str, deque[CellOutputs]] = defaultdict(deque)
    for code, of_cell in zip(cells, outputs, strict=False):  # it may have ended before the last
        shown[code].append(of_cell)
    for cell in nb.cells:
        if _is_own(cell) and shown[cell.source]:
            cell.outputs = [_output(each, lang) for each in shown[cell.source].popleft()]


def _is_own(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade", False)


def _output(shown: CellOutput, lang: Lang) -> NotebookNode:
    content = shown.content if isinstance(shown.content, str) else shown.content.in_(lang)
    match shown.kind:
        case OutputKind.STREAM:
            output = new_output("stream", name="stdout", text=content)
        case OutputKind.ERROR:
            output = new_output("error", ename="", evalue="", traceback=content.splitlines())
        case _:
            output = new_output("display_data", {str(shown.kind): content})
    made: NotebookNode = output
    return made
