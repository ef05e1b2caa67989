"""A submitted notebook's own cells, run in the sandbox for the hand grader where a course asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from autograder.checking.cells import run_cells
from autograder.checking.connection import CRASHED
from autograder.checking.failures import WorkerLost
from autograder.checking.limits import Limit
from autograder.gradebook.own_cells import MAX_CELLS, own_cells, show_outputs
from autograder.project import ROOT
from autograder.results import CellOutput, CellOutputs, CheckStatus, OutputKind
from autograder.worker.codec import Encoder
from autograder.worker.protocol import Load, Object, Raised, Request, Returned, RunCell
from cnnlab.text import Lang
from tests.gradebook.classroom import Course, sources_of
from tests.gradebook.notebooks import edit

LAB = "dropout"
PNG = b"\x89PNG\r\n\x1a\n rest"
CELLS = (
    "%load_ext cnnlab\n%check dropout",
    "import matplotlib.pyplot as plt\nfrom cnnlab.dropout import Dropout2d\nprint('capa lista')",
    "plt.plot([0, 1])\nplt.show()",
    "Dropout2d(p=0.25).p",
    "1 / 0",
    "from IPython.display import HTML, display\ndisplay(HTML('<script>stolen</script>'))",
    f"open({str(ROOT / 'README.md')!r}).read()",
    "import autograder",
    "import os\nprint('last words')\nos._exit(0)",
    "print('never')",
)


class Scripted:
    """A worker that gives to each cell the answer that stands for it."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.closed = False

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        if isinstance(request.action, Load):
            return Returned(None), bytearray()
        assert isinstance(request.action, RunCell)
        answer = self.answers[request.action.code]
        if isinstance(answer, WorkerLost):
            raise answer
        if isinstance(answer, Raised | Returned):
            return answer, bytearray()
        encoder = Encoder(lambda value: Object(1, ("object",)))
        return Returned(encoder.encode(answer)), encoder.body

    def close(self) -> None:
        self.closed = True


def shown_of(answers: dict[str, Any]) -> tuple[CellOutputs, ...]:
    worker = Scripted(answers)
    shown = run_cells(lambda: worker, {}, list(answers), 1.0)
    assert worker.closed
    return shown


def tensor(data: bytes) -> torch.Tensor:
    return torch.tensor(list(data), dtype=torch.uint8)


def test_only_what_has_its_form_is_shown() -> None:
    answer = [
        ("stream", "hola"),
        ("text/html", "<b>x</b>"),
        ("image/png", tensor(PNG)),
        ("image/png", tensor(b"<svg onload=x>")),
        ("image/png", "text"),
        ("image/png", torch.empty(3, dtype=torch.uint8, device="meta")),
        ("error", 3),
        "stream",
        ("text/plain", "5", "more"),
        ("text/plain", "5"),
    ]
    assert shown_of({"a": answer, "b": 7, "c": {"stream": "x"}}) == (
        (
            CellOutput(OutputKind.STREAM, "hola"),
            CellOutput(OutputKind.IMAGE, "iVBORw0KGgogcmVzdA=="),
            CellOutput(OutputKind.TEXT, "5"),
        ),
        (),
        (),
    )


def test_a_cell_that_loses_the_worker_is_the_last() -> None:
    lost = WorkerLost(CheckStatus.CRASHED, CRASHED)
    shown = shown_of({"a": [("stream", "1")], "b": lost, "c": [("stream", "3")]})
    assert shown == (
        (CellOutput(OutputKind.STREAM, "1"),),
        (CellOutput(OutputKind.ERROR, CRASHED),),
    )


def test_an_object_in_an_answer_is_a_broken_worker() -> None:
    shown = shown_of({"a": [("stream", object())], "b": []})
    assert shown == ((CellOutput(OutputKind.ERROR, CRASHED),),)


def graded(source: str) -> NotebookNode:
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": source}
    return cell


def write(path: Path, *cells: NotebookNode) -> Path:
    path.write_text(writes(new_notebook(cells=list(cells))), encoding="utf-8")
    return path


def test_own_cells_are_code_and_not_graded(tmp_path: Path) -> None:
    cells = (new_code_cell("a"), new_markdown_cell("words"), graded("g"), new_code_cell("b"))
    assert own_cells(write(tmp_path / "n.ipynb", *cells)) == ("a", "b")


def test_what_cannot_be_read_has_no_cells(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text('{"cells": [')
    assert own_cells(broken) == ()
    broken.write_text(json.dumps({"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert own_cells(broken) == ()
    assert own_cells(tmp_path / "missing.ipynb") == ()
    many = write(tmp_path / "many.ipynb", *_cells(*["a"] * (MAX_CELLS + 1)))
    assert own_cells(many) == ()
    link = tmp_path / "link.ipynb"
    link.symlink_to(write(tmp_path / "n.ipynb", new_code_cell("a")))
    assert own_cells(link) == ()


def test_outputs_go_to_the_cell_that_showed_them() -> None:
    outputs = tuple((CellOutput(OutputKind.STREAM, str(number)),) for number in range(3))
    nb = new_notebook(
        cells=[graded("x"), new_code_cell("y"), new_code_cell("x"), *_cells("y", "z")]
    )
    show_outputs(nb, ["y", "x", "y", "z"], outputs, Lang.ES)
    texts = [[output.text for output in cell.outputs] for cell in nb.cells]
    assert texts == [[], ["0"], ["1"], ["2"], []]


def _cells(*sources: str) -> Iterator[NotebookNode]:
    return map(new_code_cell, sources)


@pytest.mark.slow
def test_a_course_that_asks_for_it_shows_what_the_cells_show(tmp_path: Path) -> None:
    Course(tmp_path).autograder("init-course", "course", "--lang", "es")
    course = Course(tmp_path / "course")
    with (course.folder / "nbgrader_config.py").open("a") as configuration:
        configuration.write("\nc = get_config()\nc.TrustedGrades.run_cells = True\n")
    course.nbgrader("generate_assignment", LAB)
    edit(course.hand_in("ana", LAB, sources_of(LAB)), _replace_cells)
    course.autograder("nbgrade", LAB)

    shown = {
        cell.source: cell.outputs for cell in course.autograded("ana", LAB).cells[: len(CELLS)]
    }
    assert list(shown) == list(CELLS)
    check, printed, plot, value, error, html, opened, imported, ended, never = shown.values()
    assert check == []
    assert [output.text for output in printed if "capa" in output.text] == ["capa lista\n"]
    assert [list(output.data) for output in plot] == [["image/png"]]
    assert value[0].data == {"text/plain": "0.25"}
    assert error[0].traceback[-1] == "ZeroDivisionError: division by zero"
    assert [output.data for output in html] == [
        {"text/plain": "<IPython.core.display.HTML object>"}
    ]
    assert opened[0].traceback[-1].startswith(("FileNotFoundError", "PermissionError"))
    assert imported[0].traceback[-1] == "ModuleNotFoundError: No module named 'autograder'"
    assert ended[0].traceback == [CRASHED.es]
    assert never == []
    assert course.marks(LAB)["ana"]["Dropout2d"] == 4.2

    with (course.folder / "nbgrader_config.py").open("a") as configuration:
        configuration.write("c.TrustedGrades.isolation = 'process'\n")
    said = course.autograder("nbgrade", LAB, status=2)
    assert said.startswith("autograder: TrustedGrades.run_cells: only in the sandbox.")
    assert len(said.splitlines()) == 1


def _replace_cells(notebook: NotebookNode) -> None:
    own = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    notebook.cells = [*_cells(*CELLS), *own]
