"""What `nbgrader generate_assignment` gives to students: one language, stubs, and no answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.gradebook.course import STUB, init_course
from autograder.project import ROOT, STUBS
from autograder.results import BadUsage
from autograder.stubs import BEGIN
from cnnlab.labs import LABS, MODULES
from cnnlab.text import Lang
from tests.gradebook.notebooks import generate, language_of, read_notebook, source_notebook
from tests.test_release import MIN_OWN_LENGTH, solution_lines, telling

ENGLISH_LAB = "dropout"


def new_course(folder: Path, lang: Lang) -> Path:
    init_course(folder, lang)
    return folder


@pytest.fixture(scope="module")
def spanish_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_course(tmp_path_factory.mktemp("nbgrader") / "curso", Lang.ES)


@pytest.fixture(scope="module")
def spanish_releases(spanish_course: Path) -> dict[str, Path]:
    return {lab: generate(spanish_course, lab) for lab in LABS}


@pytest.fixture(scope="module")
def english_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = new_course(tmp_path_factory.mktemp("nbgrader") / "course", Lang.EN)
    return generate(course, ENGLISH_LAB)


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def release(spanish_releases: dict[str, Path], lab: str) -> Path:
    return spanish_releases[lab]


def released_sources(release: Path, lab: str) -> list[str]:
    return [cell.source for cell in read_notebook(release / f"{lab}.ipynb").cells]


def sources_in(lab: str, lang: Lang) -> list[str]:
    """The cells of a source notebook that its release in a language holds, the answer apart."""
    return [
        cell.source
        for cell in source_notebook(lab).cells
        if language_of(cell) in (None, lang) and BEGIN not in cell.source
    ]


def test_release_is_in_spanish_alone(release: Path, lab: str) -> None:
    released = released_sources(release, lab)
    assert [source for source in released if source != STUB.es] == sources_in(lab, Lang.ES)


def test_release_of_an_english_course_is_in_english_alone(english_release: Path) -> None:
    released = released_sources(english_release, ENGLISH_LAB)
    assert [source for source in released if source != STUB.en] == sources_in(ENGLISH_LAB, Lang.EN)


def test_language_tags_are_gone(release: Path, lab: str) -> None:
    for cell in read_notebook(release / f"{lab}.ipynb").cells:
        assert language_of(cell) is None


def test_model_answer_is_gone(release: Path, lab: str) -> None:
    assert released_sources(release, lab).count(STUB.es) == 1


def test_release_holds_the_package_and_the_public_tests_of_its_lab(release: Path, lab: str) -> None:
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    beside = {name for name in files if not name.startswith("cnnlab/")}
    tests = {f"tests/public/test_{module}.py" for module in LABS[lab].modules}
    assert beside == {f"{lab}.ipynb", "tests/public/conftest.py"} | tests
    for path in STUBS.rglob("*.py"):
        name = f"cnnlab/{path.relative_to(STUBS).as_posix()}"
        assert (release / name).read_bytes() == path.read_bytes()


def lines_of_release(release: Path) -> Iterator[tuple[Path, str]]:
    """Each line of a release, a notebook's as they stand in its cells."""
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        if path.suffix == ".ipynb":
            text = "\n".join(cell.source for cell in read_notebook(path).cells)
        else:
            text = path.read_text(encoding="utf-8")
        for line in text.splitlines():
            yield path.relative_to(release), line.strip()


def hidden_lines() -> set[str]:
    """Lines of checks and misconceptions, and of solutions where no stub has them.

    A question about a layer's type is anybody's.
    """
    folders = [ROOT / "autograder" / "checks", ROOT / "autograder" / "misconceptions"]
    hidden = telling([path for folder in folders for path in sorted(folder.glob("*.py"))])
    answers = {line for module in MODULES for line in solution_lines(module)}
    stubs = telling([STUBS / f"{module}.py" for module in MODULES])
    lines = (hidden | {line for line in answers if len(line) >= MIN_OWN_LENGTH}) - stubs
    return {line for line in lines if not line.startswith(("if isinstance(", "elif isinstance("))}


def test_release_holds_no_line_of_an_answer(release: Path) -> None:
    hidden = hidden_lines()
    assert len(hidden) > 1000
    leaked = [(path, line) for path, line in lines_of_release(release) if line in hidden]
    assert leaked == []


def test_release_names_nothing_of_the_instructors(release: Path) -> None:
    words = ("import autograder", "from autograder", "import solutions", "SOLUTION")
    for path, line in lines_of_release(release):
        assert not any(word in line for word in words), (path, line)


def test_course_is_not_made_over_another(spanish_course: Path) -> None:
    with pytest.raises(BadUsage, match=r"nbgrader_config\.py: there already"):
        init_course(spanish_course, Lang.EN)
