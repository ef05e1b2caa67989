"""What a worker may open: everything it needs and nothing of the course, on whatever layout."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.grading.isolation import bubblewrap, own_view
from autograder.project import ROOT
from autograder.worker.view import HIDDEN, View, readable_leaves, worker_view


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A project with an environment in it, another environment, a home."""
    for folder in (
        *(f"course/{name}" for name in HIDDEN),
        "course/cnnlab",
        "course/.venv/lib/site-packages/torch",
        "other/lib/site-packages/numpy",
        "home/notes",
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file.py").touch()
    return tmp_path


def is_seen(view: View, path: Path) -> bool:
    """As the kernel decides: below something readable, and not below something hidden."""
    shown = any(path.is_relative_to(readable) for readable in view.readable)
    return shown and not any(path.is_relative_to(hidden) for hidden in view.hidden)


def seen_below(view: View, root: Path) -> set[str]:
    files = {path for path in root.rglob("*") if path.is_file()}
    by_rule = {path for path in files if is_seen(view, path)}
    leaves = list(readable_leaves(view))
    by_leaf = {path for path in files if any(path.is_relative_to(leaf) for leaf in leaves)}
    assert by_rule == by_leaf  # bubblewrap mounts the rule, Landlock allows the leaves
    return {path.relative_to(root).as_posix() for path in by_rule}


def test_an_environment_in_the_project_is_all_that_is_seen_of_it(machine: Path) -> None:
    course = machine / "course"
    site = course / ".venv/lib/site-packages"
    view = worker_view([str(course / ".venv")], ["", str(site), str(course)], course)
    assert seen_below(view, machine) == {"course/.venv/lib/site-packages/torch/file.py"}


def test_a_course_installed_among_libraries_is_masked(machine: Path) -> None:
    other = machine / "other"
    site = other / "lib/site-packages"
    for name in (*HIDDEN, "cnnlab"):
        (site / name).mkdir()
        (site / name / "secret.py").touch()
    view = worker_view([str(other)], [str(site)], site)
    assert seen_below(view, machine) == {
        "other/lib/site-packages/cnnlab/secret.py",
        "other/lib/site-packages/numpy/file.py",
    }


def test_a_project_below_a_readable_folder_is_masked(machine: Path) -> None:
    view = worker_view([str(machine)], [], machine / "course")
    seen = seen_below(view, machine)
    assert "home/notes/file.py" in seen
    assert not [path for path in seen if path.split("/")[1] in HIDDEN]


def test_another_course_on_the_search_path_is_not_a_library(machine: Path) -> None:
    search = [str(machine / "course"), str(machine / "other/lib/site-packages")]
    view = worker_view([], search, machine / "mine")
    assert seen_below(view, machine) == {"other/lib/site-packages/numpy/file.py"}


def test_links_into_an_installed_course_are_no_way_in(machine: Path) -> None:
    """A course made by `autograder init-course`, the command started in it."""
    site, mine = machine / "other/lib/site-packages", machine / "mine"
    for name in HIDDEN:
        (site / name).mkdir()
        (site / name / "secret.py").touch()
    mine.mkdir()
    (mine / "notes.py").touch()
    (mine / "assignments").symlink_to(site / "assignments")
    (site / "answers").symlink_to(site / "solutions")
    view = worker_view([str(machine / "other")], [str(mine), str(site)], site)
    assert not any(path.is_symlink() for path in view.hidden)  # nothing can be mounted there
    leaves = [path for path in readable_leaves(view) if path.is_relative_to(machine)]
    assert not any(path.is_symlink() for path in leaves)
    assert seen_below(view, machine) == {
        "mine/notes.py",
        "other/lib/site-packages/numpy/file.py",
    }


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    assert tmp_path / "gone" not in worker_view([str(tmp_path / "gone")], [], tmp_path).readable


def test_this_machines_view_has_python_and_nothing_of_the_project() -> None:
    view = own_view()
    assert is_seen(view, Path(sys.base_prefix).resolve() / "lib")
    assert is_seen(view, Path(pytest.__file__))
    for name in HIDDEN:
        assert not is_seen(view, ROOT / name / "file.py")
    for path in ("/root", "/home", "/etc/passwd", "/etc/shadow", "/var", "/proc", "/run"):
        assert not is_seen(view, Path(path))


def test_a_mask_is_mounted_over_what_it_masks(tmp_path: Path) -> None:
    (tmp_path / "lib/autograder").mkdir(parents=True)
    (tmp_path / "lib/solutions.py").touch()
    hidden = (tmp_path / "lib/autograder", tmp_path / "lib/solutions.py")
    command = list(bubblewrap(View((tmp_path / "lib",), hidden), 4096, {"A": "b"}))
    order = [command.index(str(path)) for path in (tmp_path / "lib", *hidden)]
    assert order == sorted(order)
    assert command[command.index(str(hidden[1])) - 1] == "/dev/null"
    assert command[-4:] == ["--remount-ro", "/", "--chdir", "/run/scratch"]


@pytest.mark.parametrize(
    ("readable", "scratch"), [("/usr", "/tmp"), ("/tmp/course/.venv", "/run/scratch")]
)
def test_the_scratch_folder_hides_nothing(readable: str, scratch: str) -> None:
    assert View((Path(readable),), ()).scratch == scratch
