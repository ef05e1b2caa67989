"""The source notebooks: valid, in two languages side by side, worth what their checks are worth."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.gradebook.marks import labels_by_grade_id
from autograder.grading.units import Manifest
from cnnlab.labs import LABS
from tests.gradebook.notebooks import (
    LANGUAGES,
    is_graded_code,
    language_of,
    nbgrader_of,
    program,
    source_notebook,
)

QUESTION_POINTS = 2.0


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def notebook(lab: str) -> NotebookNode:
    return source_notebook(lab)


def test_notebook_is_valid_and_its_outputs_are_cleared(notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_each_spanish_cell_is_followed_by_its_english_twin(notebook: NotebookNode) -> None:
    spoken = [(language_of(cell), index) for index, cell in enumerate(notebook.cells)]
    spanish = [index for language, index in spoken if language == "es"]
    english = [index for language, index in spoken if language == "en"]
    assert len(spanish) > 10
    assert english == [index + 1 for index in spanish]


def test_twins_are_the_same_program(notebook: NotebookNode) -> None:
    for cell, twin in zip(notebook.cells, notebook.cells[1:], strict=False):
        if language_of(cell) == "es":
            assert cell.cell_type == twin.cell_type
            if cell.cell_type == "code":
                assert program(cell.source) == program(twin.source), cell.source


def test_a_twin_may_differ_in_words_only() -> None:
    assert program('t = f"{n} mapas"  # uno') == program('t = f"maps: {n}"')
    assert program('t = f"{n} mapas"') != program('t = f"{m} maps"')
    assert program("x = 1") != program("x = 2")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_grade_ids_are_unique_in_a_release(notebook: NotebookNode, language: str) -> None:
    ids = [
        nbgrader_of(cell)["grade_id"]
        for cell in notebook.cells
        if nbgrader_of(cell) and language_of(cell) in (None, language)
    ]
    assert len(set(ids)) == len(ids) > 2


def test_each_name_has_a_cell_worth_its_checks(
    lab: str, notebook: NotebookNode, manifest: Manifest
) -> None:
    targets = LABS[lab].labels()
    expected = {
        grade_id: pytest.approx(
            sum(check.points for check in manifest.of_lab(lab) if check.target == targets[label])
        )
        for grade_id, label in labels_by_grade_id(LABS[lab]).items()
    }
    cells = [cell for cell in notebook.cells if is_graded_code(cell)]
    assert {nbgrader_of(c)["grade_id"]: nbgrader_of(c)["points"] for c in cells} == expected
    assert [language_of(cell) for cell in cells] == [None] * len(expected)
    assert all(nbgrader_of(cell)["locked"] for cell in cells)


def test_graded_cell_runs_the_public_tests_of_its_name(lab: str, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if is_graded_code(cell):
            label = labels_by_grade_id(LABS[lab])[str(nbgrader_of(cell)["grade_id"])]
            assert f'require("{lab}", "{label}")' in cell.source


def test_one_question_is_graded_by_hand(lab: str, notebook: NotebookNode) -> None:
    (question,) = (
        nbgrader_of(cell)
        for cell in notebook.cells
        if nbgrader_of(cell).get("grade") and not is_graded_code(cell)
    )
    assert question["grade_id"] == f"{lab}-question"
    assert question["points"] == QUESTION_POINTS
    assert question["solution"]
    assert not question["locked"]
