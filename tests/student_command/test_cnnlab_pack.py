"""`cnnlab pack`: what is in the zip, and what is refused."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from cnnlab import packing
from cnnlab.errors import UsageProblem
from cnnlab.labs import MODULES
from cnnlab.project import Project
from tests.student_command.project import TARGETS, StudentProject

MEMBERS = [f"cnnlab/{module}.py" for module in MODULES]


def stub(*names: str) -> str:
    functions = (f'def {name}(x):\n    raise NotImplementedError("{name}")\n' for name in names)
    return "\n".join(functions)


def test_lab_modules_and_nothing_else(project: StudentProject) -> None:
    (project.root / "cnnlab" / "secret.py").touch()
    done = project.run("pack")
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(project.root / "cnnlab-entrega.zip") as archive:
        assert archive.namelist() == MEMBERS
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for module in MODULES:
            content = archive.read(f"cnnlab/{module}.py")
            assert content == project.module(module).read_bytes()
    size = project.module("dropout").stat().st_size
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
    assert ["cnnlab/dropout.py", f"{size}", "bytes", "completo"] in rows


def test_name_in_each_language(project: StudentProject) -> None:
    done = project.run("pack", "--lang", "en")
    assert "Wrote cnnlab-submission.zip" in done.stdout
    assert project.run("pack", "--output", "mine.zip").returncode == 0
    zips = sorted(path.name for path in project.root.glob("*.zip"))
    assert zips == ["cnnlab-submission.zip", "mine.zip"]


def test_what_is_still_to_do_is_said(project: StudentProject) -> None:
    project.module("dropout").write_text(
        f"{stub('dropout2d')}\nclass Dropout2d:\n    def forward(self, x):\n        return x\n"
    )
    project.module("batchnorm").write_text(
        f"{stub('batch_stats')}\nclass BatchNorm2d:\n    def forward(self, x):\n"
        '        raise NotImplementedError("BatchNorm2d.forward")\n'
    )
    project.module("vgg").write_text(
        "VGG_CONFIGS: dict = {}\n" + project.module("vgg").read_text().replace("VGG_CONFIGS", "_")
    )
    spanish, english = project.run("pack").stdout, project.run("pack", "--lang", "en").stdout
    states = {
        "dropout": ("por hacer: dropout2d", "to do: dropout2d"),
        "batchnorm": ("sin empezar", "not started"),
        "vgg": ("por hacer: VGG_CONFIGS", "to do: VGG_CONFIGS"),
        "resnet": ("completo", "complete"),
    }
    for module, (es, en) in states.items():
        for output, state in ((spanish, es), (english, en)):
            (line,) = (each for each in output.splitlines() if f"cnnlab/{module}.py" in each)
            assert line.endswith(f"bytes  {state}")


def test_own_error_is_no_placeholder(project: StudentProject) -> None:
    project.module("resnet").write_text(
        'def ResNet(x):\n    raise NotImplementedError("only on Sundays")\n'
    )
    assert "por hacer" not in project.run("pack").stdout


def test_equal_modules_make_equal_zips(project: StudentProject) -> None:
    digests = set()
    for time in (1_000_000_000, 1_500_000_000):
        for module in MODULES:
            os.utime(project.module(module), (time, time))
        assert project.run("pack").returncode == 0
        archive = project.root / "cnnlab-entrega.zip"
        digests.add(hashlib.sha256(archive.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_syntax_error_is_refused(project: StudentProject) -> None:
    archive = project.root / "cnnlab-entrega.zip"
    assert project.run("pack").returncode == 0
    before = archive.read_bytes()
    project.module("vgg").write_text("x = 1\ndef VGG(\n")
    done = project.run("pack")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cnnlab: cnnlab/vgg.py:2: error de sintaxis: ")
    assert done.stderr.count("\n") == 1
    assert archive.read_bytes() == before


def test_untouched_project_is_refused(project: StudentProject) -> None:
    for module, names in TARGETS.items():
        project.module(module).write_text(stub(*names))
    done = project.run("pack", "--lang", "en")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "cnnlab: there is nothing to hand in yet: no module has a finished function\n"
    )
    assert not list(project.root.glob("*.zip"))


def test_missing_module_is_refused(project: StudentProject) -> None:
    project.module("vgg").unlink()
    done = project.run("pack")
    assert done.returncode == 1
    assert done.stderr.startswith("cnnlab: cnnlab/vgg.py: no se puede leer: ")


@pytest.mark.parametrize("output", ["no/such/folder/mine.zip", "cnnlab/dropout.py", "tests"])
def test_output_that_cannot_be_written(project: StudentProject, output: str) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    done = project.run("pack", "--output", output)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cnnlab: ")
    assert done.stderr.count("\n") == 1
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
def test_failure_halfway_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = packing.Member("cnnlab/vgg.py", b"old", (), packing.State.COMPLETE)
    new = packing.Member("cnnlab/vgg.py", b"new", (), packing.State.COMPLETE)
    archive = tmp_path / "mine.zip"
    packing.write_archive(archive, (old,))
    before = archive.read_bytes()

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full_disk)
    with pytest.raises(UsageProblem, match="No space left"):
        packing.write_archive(archive, (new,))
    assert list(tmp_path.iterdir()) == [archive]
    assert archive.read_bytes() == before


def test_modules_of_this_checkout_can_be_read() -> None:
    """The stubs of this checkout are recognised as untouched."""
    project = Project.here()
    for module, names in TARGETS.items():
        if project.module_path(module).exists():
            member = packing.read_member(project, module, names)
            assert member.state is packing.State.UNTOUCHED
