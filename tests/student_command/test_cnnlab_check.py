"""`cnnlab check`: the table, the explanations and the exit status."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cnnlab.labs import LABS
from tests.student_command.project import StudentProject, new_project

TROUBLE = {
    "conv_arithmetic": "def conv_output_size(x)\n    return x\n",
    "dropout": """
def dropout2d(x):
    while x == 3:
        pass
    return x

def Dropout2d(x):
    print("spam" * 1_000_000)
    return x
""",
    "batchnorm": """
import os

def batch_stats(x):
    os._exit(0)

def BatchNorm2d(x):
    raise SystemExit(3)
""",
    "vgg": "import a_module_that_nobody_has\n",
    "resnet": "import os\nos._exit(1)\n",
    "all_conv": """
def GlobalAvgPool2d(x):
    raise NotImplementedError("GlobalAvgPool2d")

def strided_conv_like(x):
    return x

def replace_max_pool(x):
    return x + 1

def AllConvNet(x):
    return x
""",
    "fc_to_conv": """
class Strange(Exception):
    def __str__(self):
        raise ValueError

def linear_to_conv(x):
    raise ValueError("no sé qué hacer")

def linear_to_conv1x1(x):
    raise Strange

def fully_convolutional(x):
    raise KeyboardInterrupt

def global_avg_pool_as_conv(x):
    return x
""",
    "training": "while True:\n    pass\n",
}
MORE_DROPOUT_TESTS = '''

@pytest.mark.target("dropout2d")
def test_dropout2d_of_another_number():
    """Otro número."""
    assert dropout2d(4) == 4
'''


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> StudentProject:
    """A project in which nearly everything goes wrong that can."""
    project = new_project(tmp_path_factory.mktemp("troubled"))
    for module, source in TROUBLE.items():
        project.module(module).write_text(source, encoding="utf-8")
    with project.tests("dropout").open("a", encoding="utf-8") as tests:
        tests.write(MORE_DROPOUT_TESTS)
    return project


@pytest.fixture(scope="module")
def spanish(troubled: StudentProject) -> CompletedProcess[str]:
    return troubled.run_with_deadline(3, "check")


@pytest.fixture(scope="module")
def english(troubled: StudentProject) -> CompletedProcess[str]:
    return troubled.run_with_deadline(3, "check", "--lang", "en")


def row(output: str, label: str) -> str:
    """What the table says of a function, with single blanks."""
    (line,) = (line for line in output.splitlines() if line.split()[:1] == [label])
    return " ".join(line.split()[1:])


def test_all_well(project: StudentProject) -> None:
    done = project.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert row(done.stdout, "conv_output_size") == "1/1 bien"
    assert row(done.stdout, "transfer.fine_tune") == "1/1 bien"
    for lab in LABS.values():
        assert f"{lab.name} - {lab.title.es}" in done.stdout
    assert re.search(r"^35 de 35 pruebas superadas en \d+,\d s$", done.stdout, re.MULTILINE)


def test_only_the_labs_that_are_named(project: StudentProject) -> None:
    done = project.run("check", "resnet", "dropout", "resnet", "--lang", "en")
    assert done.returncode == 0
    titles = re.findall(r"^(\w+) - ", done.stdout, re.MULTILINE)
    assert titles == ["resnet", "dropout"]
    assert "5 of 5 tests passed" in done.stdout


def test_nothing_is_left_in_the_project(project: StudentProject) -> None:
    project.tests("vgg").write_text(
        "import pytest\nfrom hypothesis import given, strategies as st\n"
        "from cnnlab.vgg import VGG\n"
        '@pytest.mark.target("VGG")\n@given(st.text(), st.integers())\n'
        "def test_vgg(text, number):\n    assert VGG(number) == number\n"
    )
    before = sorted(project.root.rglob("*"))
    assert project.run("check", "vgg").returncode == 0
    assert sorted(project.root.rglob("*")) == before


def test_trouble_is_counted(spanish: CompletedProcess[str]) -> None:
    assert spanish.returncode == 1
    assert spanish.stderr == ""
    assert "Traceback" not in spanish.stdout
    assert "spam" not in spanish.stdout


@pytest.mark.parametrize(
    ("label", "es", "en"),
    [
        ("conv_output_size", "- sin probar", "- not run"),
        ("dropout2d", "1/2 no termina", "1/2 does not end"),
        ("Dropout2d", "1/1 bien", "1/1 passes"),
        ("batch_stats", "0/1 cierra Python", "0/1 crashes Python"),
        ("BatchNorm2d", "0/1 da un error", "0/1 raises an error"),
        ("VGG", "- sin probar", "- not run"),
        ("ResNet", "- sin probar", "- not run"),
        ("GlobalAvgPool2d", "0/1 por hacer", "0/1 to do"),
        ("replace_max_pool", "0/1 falla", "0/1 fails"),
        ("AllConvNet", "1/1 bien", "1/1 passes"),
        ("linear_to_conv1x1", "0/1 da un error", "0/1 raises an error"),
        ("fully_convolutional", "0/1 cierra Python", "0/1 crashes Python"),
        ("global_avg_pool_as_conv", "1/1 bien", "1/1 passes"),
        ("training.evaluate", "- sin probar", "- not run"),
        ("transfer.freeze", "1/1 bien", "1/1 passes"),
    ],
)
def test_state_of_each_function(
    spanish: CompletedProcess[str], english: CompletedProcess[str], label: str, es: str, en: str
) -> None:
    assert row(spanish.stdout, label) == es
    assert row(english.stdout, label) == en


@pytest.mark.parametrize(
    ("es", "en"),
    [
        (
            r"conv_arithmetic: cnnlab/conv_arithmetic\.py:1: error de sintaxis: \S.*",
            r"conv_arithmetic: cnnlab/conv_arithmetic\.py:1: syntax error: \S.*",
        ),
        (
            r"dropout\.dropout2d: dropout2d devuelve su argumento, también en español\.\n"
            r"    no terminó en 3 s",
            r"dropout\.dropout2d: dropout2d returns its argument\.\n"
            r"    did not end within 3 s",
        ),
        (
            r"batchnorm\.batch_stats: .*\n    el código cerró el proceso de Python.*",
            r"batchnorm\.batch_stats: .*\n    the code ended the Python process.*",
        ),
        (
            r"vgg: cnnlab/vgg\.py:1: el módulo no se puede importar: ModuleNotFoundError: .*",
            r"vgg: cnnlab/vgg\.py:1: the module cannot be imported: ModuleNotFoundError: .*",
        ),
        (
            r"resnet: cnnlab/resnet\.py: importar el módulo cierra el proceso de Python",
            r"resnet: cnnlab/resnet\.py: importing the module ends the Python process",
        ),
        (
            r"all_conv\.replace_max_pool: .*\n"
            r"    no se cumple: 4 == 3, donde 4 = replace_max_pool\(3\)",
            r"all_conv\.replace_max_pool: .*\n"
            r"    does not hold: 4 == 3, where 4 = replace_max_pool\(3\)",
        ),
        (
            r"fc_to_conv\.linear_to_conv: .*\n"
            r"    ValueError: no sé qué hacer \(cnnlab/fc_to_conv\.py:7\)",
            r"fc_to_conv\.linear_to_conv: linear_to_conv returns its argument\.\n"
            r"    ValueError: no sé qué hacer \(cnnlab/fc_to_conv\.py:7\)",
        ),
        (
            r"transfer: cnnlab/training\.py: el módulo no terminó de importarse en 3 s",
            r"transfer: cnnlab/training\.py: importing the module did not end within 3 s",
        ),
    ],
)
def test_explanation_of_each_lab(
    spanish: CompletedProcess[str], english: CompletedProcess[str], es: str, en: str
) -> None:
    assert re.search(f"^{es}$", spanish.stdout, re.MULTILINE)
    assert re.search(f"^{en}$", english.stdout, re.MULTILINE)


def test_untouched_stub_is_to_do(project: StudentProject) -> None:
    project.module("dropout").write_text(
        'def dropout2d(x):\n    raise NotImplementedError("dropout2d")\n\n'
        "def Dropout2d(x):\n    return dropout2d(x)\n"
    )
    done = project.run("check", "dropout", "--lang=en")
    assert done.returncode == 1
    assert row(done.stdout, "Dropout2d") == "0/1 to do"
    assert "to do in cnnlab/dropout.py:2; hint: cnnlab hint dropout dropout2d" in done.stdout


def test_empty_constant_is_to_do(project: StudentProject) -> None:
    project.module("vgg").write_text(
        "VGG_CONFIGS: dict = {\n    # TODO\n}\n"
        "def make_features(x):\n    return x\n"
        "VGG = count_parameters = count_macs = make_features\n"
    )
    done = project.run("check", "vgg", "--lang=en")
    assert row(done.stdout, "VGG_CONFIGS") == "0/1 to do"
    assert "hint: cnnlab hint vgg VGG_CONFIGS" in done.stdout


def test_what_hypothesis_found_is_shown(project: StudentProject) -> None:
    project.tests("resnet").write_text(
        "import pytest\nfrom hypothesis import given, strategies as st\n"
        "from cnnlab.resnet import ResNet\n"
        '@pytest.mark.target("ResNet")\n@given(number=st.integers(0, 100))\n'
        'def test_small(number):\n    """Menos de 50."""\n    assert ResNet(number) < 50\n'
    )
    done = project.run("check", "resnet")
    assert "no se cumple: 50 < 50, donde 50 = ResNet(50) (con number=50)" in done.stdout


def test_first_of_several_errors_is_shown(project: StudentProject) -> None:
    project.module("resnet").write_text(
        "def ResNet(x):\n    if x > 50: raise KeyError(x)\n    if x < 9: raise OSError(x)\n"
    )
    project.tests("resnet").write_text(
        "import pytest\nfrom hypothesis import given, strategies as st\n"
        "from cnnlab.resnet import ResNet\n"
        '@pytest.mark.target("ResNet")\n@given(number=st.integers(0, 100))\n'
        "def test_any(number):\n    ResNet(number)\n"
    )
    seen = re.search(
        r"^    (\w+): .*cnnlab/resnet\.py:(\d)", project.run("check", "resnet").stdout, re.M
    )
    assert seen is not None
    assert seen.groups() in {("KeyError", "2"), ("OSError", "3")}


def test_missing_error_is_shown(project: StudentProject) -> None:
    project.tests("resnet").write_text(
        "import pytest\nfrom cnnlab.resnet import ResNet\n"
        '@pytest.mark.target("ResNet")\ndef test_error():\n    """Da error."""\n'
        "    with pytest.raises(ValueError):\n        ResNet(1)\n"
    )
    assert "    no se lanzó ValueError\n" in project.run("check", "resnet").stdout


def test_skipped_test_does_not_count(project: StudentProject) -> None:
    with project.tests("resnet").open("a") as tests:
        tests.write("\n@pytest.mark.skip\ndef test_skipped():\n    assert False\n")
    assert project.run("check", "resnet").returncode == 0


def test_student_cannot_skip(project: StudentProject) -> None:
    project.module("dropout").write_text(
        "import pytest\ndef dropout2d(x):\n    pytest.skip('no')\nDropout2d = dropout2d\n"
    )
    done = project.run("check", "dropout")
    assert row(done.stdout, "Dropout2d") == "0/1 da un error"


def test_deleted_function_and_deleted_module(project: StudentProject) -> None:
    project.module("dropout").write_text("def dropout2d(x):\n    return x\n")
    project.module("resnet").unlink()
    done = project.run("check", "dropout", "resnet")
    assert done.returncode == 1
    assert "tests/public/test_dropout.py: las pruebas no se pueden cargar: ImportError:" in (
        done.stdout
    )
    assert "resnet: cnnlab/resnet.py: no se puede leer:" in done.stdout


def test_settings_around_the_tests_do_not_apply(project: StudentProject) -> None:
    (project.root / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts='--nope'\n")
    (project.root / "conftest.py").write_text("raise SystemExit\n")
    (project.root / "tests" / "conftest.py").write_text("raise SystemExit\n")
    done = project.run("check", "dropout", PYTEST_ADDOPTS="--nope")
    assert done.returncode == 0, done.stdout


def test_missing_test_file_is_bad_usage(project: StudentProject) -> None:
    project.tests("vgg").unlink()
    done = project.run("check", "dropout", "vgg")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"cnnlab: falta el archivo de pruebas .*test_vgg\.py; .*\n", done.stderr)


def test_narrow_console_does_not_fail(project: StudentProject) -> None:
    project.module("dropout").write_text("raise ValueError('más \\u2192')\n", encoding="utf-8")
    done = project.run("check", "dropout", PYTHONIOENCODING="cp1252")
    assert done.returncode == 1
    assert "ValueError: más ?" in done.stdout


def test_ctrl_c_while_torch_loads_is_one_line(project: StudentProject) -> None:
    note = project.root / "loading"
    (project.root / "torch.py").write_text(
        f"import time\nopen({str(note)!r}, 'w').close()\ntime.sleep(5)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnlab", "check"],
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    while not note.exists():
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, "", "Interrumpido.")


def test_real_lab_files_are_used_where_they_are(tmp_path: Path) -> None:
    """The command of this checkout finds its own public tests."""
    from cnnlab.project import Project

    root = Path(__file__).resolve().parents[2]
    assert Project.here().root == root
    Project.here().require_tests(LABS.values())
