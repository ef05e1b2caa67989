"""What a student gets: it works on its own, and holds no line of a solution or a hidden check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.project import ROOT
from autograder.release import build_release
from autograder.results import BadUsage
from autograder.stubs import BEGIN, END, STUB
from cnnlab.labs import MODULES
from cnnlab.text import Lang

MIN_TELLING_LENGTH = 12  # shorter lines ("else:", "return x") tell nothing
MIN_OWN_LENGTH = 32


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "cnnlab-es"
    build_release(folder, Lang.ES)
    return folder


def lines_of(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if len(line.strip()) >= MIN_TELLING_LENGTH and not line.lstrip().startswith("#"):
                yield line.strip()


def solution_lines(module: str) -> set[str]:
    """The lines that stand in the solution regions of a module and nowhere else in it."""
    lines: dict[bool, set[str]] = {True: set(), False: set()}
    inside = False
    for line in (ROOT / "solutions" / f"{module}.py").read_text(encoding="utf-8").splitlines():
        marker = line.strip()
        if marker in (BEGIN, END):
            inside = marker == BEGIN
        elif not marker.startswith(STUB) and len(marker) >= MIN_TELLING_LENGTH:
            lines[inside].add(marker)
    return lines[True] - lines[False]


@pytest.mark.parametrize("module", MODULES)
def test_stub_holds_no_line_of_its_solution(release: Path, module: str) -> None:
    stub = set(lines_of([release / "cnnlab" / f"{module}.py"]))
    assert solution_lines(module)
    assert stub & solution_lines(module) == set()


def test_release_holds_no_line_of_a_hidden_check(release: Path) -> None:
    """The stubs apart, whose signatures are public and whose every line comes from a solution."""
    hidden = telling(sorted((ROOT / "autograder" / "checks").glob("*.py")))
    stubs = {release / "cnnlab" / f"{module}.py" for module in MODULES}
    released = telling(sorted(set(release.rglob("*.py")) - stubs))
    assert len(hidden) > 500
    assert released & hidden == set()


def telling(paths: list[Path]) -> set[str]:
    """Lines long enough that two authors would not write the same, imports left out."""
    return {
        line
        for line in lines_of(paths)
        if len(line) >= MIN_OWN_LENGTH and not line.startswith(("from ", "import "))
    }


def test_release_names_nothing_of_the_instructors(release: Path) -> None:
    for path in release.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for word in ("import autograder", "from autograder", "import solutions", BEGIN):
                assert word not in text, path


def test_release_is_what_a_student_needs(release: Path) -> None:
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert {"README.md", "pyproject.toml", "cnnlab/cli.py"} <= files
    assert {f"cnnlab/{module}.py" for module in MODULES} <= files
    assert {f"tests/public/test_{module}.py" for module in MODULES} <= files
    assert all(name.startswith(("cnnlab/", "tests/public/")) for name in files if "/" in name)


@pytest.mark.parametrize(("lang", "word"), [(Lang.ES, "prácticas"), (Lang.EN, "labs")])
def test_readme_is_in_the_chosen_language(tmp_path: Path, lang: Lang, word: str) -> None:
    build_release(tmp_path / "release", lang)
    assert word in (tmp_path / "release" / "README.md").read_text(encoding="utf-8").splitlines()[0]


def test_release_does_not_overwrite(tmp_path: Path) -> None:
    (tmp_path / "work.txt").write_text("mine")
    with pytest.raises(BadUsage, match="not empty"):
        build_release(tmp_path, Lang.ES)
    assert [path.name for path in tmp_path.iterdir()] == ["work.txt"]


@pytest.fixture(scope="module")
def student_python(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the release installed; PyTorch comes from this one, to save 5 GB."""
    folder = tmp_path_factory.mktemp("student")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    libraries = tmp_path_factory.mktemp("libraries")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "cnnlab" not in entry.name:  # all but the clone itself
            (libraries / entry.name).symlink_to(entry)
    (Path(purelib) / "libraries.pth").write_text(str(libraries))
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation"]
    done = subprocess.run(
        [python, *install, "--editable", release], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return python


def run_cnnlab(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [python.parent / "cnnlab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd="/")


@pytest.mark.slow
def test_untouched_release_fails_its_own_check(student_python: Path) -> None:
    done = run_cnnlab(student_python, "check", "--lang", "es")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "por hacer" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_release_with_the_reference_passes_its_check(student_python: Path, release: Path) -> None:
    for module in MODULES:
        shutil.copyfile(ROOT / "solutions" / f"{module}.py", release / "cnnlab" / f"{module}.py")
    done = run_cnnlab(student_python, "check", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
