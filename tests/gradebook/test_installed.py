"""The course installed from its wheel, used from a folder outside the clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.isolation import NOTES, choose_isolation
from autograder.project import ROOT, SOLUTIONS
from autograder.worker.confinement import Limits

LAB = "dropout"
BUILD = ("wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
INSTALL = ("install", "--quiet", "--no-deps", "--no-index")


def run(*arguments: str | Path, cwd: Path, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("installed")
    run("pip", *BUILD, "--wheel-dir", base, ".", cwd=ROOT)
    (wheel,) = base.glob("cnnlab-*.whl")
    run("pip", *INSTALL, "--target", base / "site-packages", wheel, cwd=base)
    return base / "site-packages"


@pytest.mark.slow
def test_a_course_outside_the_clone(installed: Path, tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(installed), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    course = tmp_path / "course"
    run("autograder", "init-course", course, cwd=tmp_path, **environment)
    link = (course / "assignments").resolve()
    assert link.is_relative_to(installed)
    run("nbgrader", "generate_assignment", LAB, cwd=course, **environment)
    release = course / "release" / LAB
    for name in (f"{LAB}.ipynb", f"cnnlab/{LAB}.py", f"tests/public/test_{LAB}.py"):
        assert (release / name).is_file(), name
    (tmp_path / "class" / "ana").mkdir(parents=True)
    shutil.copyfile(SOLUTIONS / f"{LAB}.py", tmp_path / "class" / "ana" / f"{LAB}.py")
    out = tmp_path / "results"
    command = ("grade", tmp_path / "class", "--lab", LAB, "--out", out, "--lang", "en")
    said = run("autograder", *command, cwd=course, **environment)
    report = json.loads((out / "students" / "ana.json").read_text(encoding="utf-8"))
    assert report["score"] == 10.0
    strongest = NOTES[choose_isolation("auto", Limits()).level].en
    assert strongest in " ".join(said.split())
