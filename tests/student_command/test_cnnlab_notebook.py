"""`%check` and `require` in a notebook, in a real kernel."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from cnnlab.checking.runner import DEADLINE_S
from tests.student_command.project import StudentProject, new_project

PATIENCE_S = 120
IDENTITY = "def dropout2d(x):\n    return x\n\n\ndef Dropout2d(x):\n    return x\n"
SCRIPT = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Cell:
    """What a cell has shown."""

    outputs: list[NotebookNode]

    @property
    def text(self) -> str:
        """The results as a terminal shows them."""
        (shown,) = (o.data for o in self.outputs if o.output_type == "display_data")
        return str(shown["text/plain"])

    @property
    def html(self) -> str:
        (shown,) = (o.data for o in self.outputs if o.output_type == "display_data")
        return str(shown["text/html"])

    @property
    def printed(self) -> str:
        return "".join(o.text for o in self.outputs if o.output_type == "stream")

    @property
    def error(self) -> tuple[str, str] | None:
        """Name and shown text of the exception that has ended the cell."""
        for output in self.outputs:
            if output.output_type == "error":
                return str(output.ename), "\n".join(output.traceback)
        return None


class Kernel:
    """A kernel that starts in the folder of a project, beside its `cnnlab`."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client
        self.process = client.km.provisioner.process

    def run(self, source: str) -> Cell:
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells.append(cell)
        self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        return Cell(cell.outputs)

    def interrupt_at(self, note: Path) -> threading.Thread:
        """Interrupt the kernel, as Jupyter does, once there is a file `note`."""

        def interrupt() -> None:
            wait_for(note)
            os.killpg(self.process.pid, signal.SIGINT)

        thread = threading.Thread(target=interrupt, daemon=True)
        thread.start()
        return thread

    def started(self) -> list[psutil.Process]:
        """The processes that the kernel has started."""
        return list(psutil.Process(self.process.pid).children(recursive=True))


@contextmanager
def running(project: StudentProject, **environment: str) -> Iterator[Kernel]:
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        allow_errors=True,
        timeout=PATIENCE_S,
        resources={"metadata": {"path": str(project.root)}},
    )
    inherited = {k: v for k, v in project.environment.items() if k != "PYTHONPATH"}
    with client.setup_kernel(env={**inherited, **environment}):
        yield Kernel(client)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> StudentProject:
    return new_project(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def shared_kernel(course: StudentProject) -> Iterator[Kernel]:
    with running(course, OMP_NUM_THREADS="7") as kernel:
        assert kernel.run("%load_ext cnnlab\nfrom cnnlab.notebook import require").outputs == []
        yield kernel


@pytest.fixture
def kernel(course: StudentProject, shared_kernel: Kernel) -> Kernel:
    """The kernel, in which no lab module is imported, beside a finished `dropout`."""
    course.module("dropout").write_text(IDENTITY)
    shared_kernel.run(
        "import sys\nfor name in [n for n in sys.modules if n == 'cnnlab.dropout']:\n"
        "    del sys.modules[name]"
    )
    return shared_kernel


def register_with_deadline(deadline_s: float) -> str:
    return f"from cnnlab.notebook import register\nregister(get_ipython(), {deadline_s});"


def rows(html: str) -> list[list[str]]:
    """The text of the cells of each row of the table."""
    return [
        [re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", html)
    ]


def wait_for(note: Path) -> None:
    while not note.exists():
        time.sleep(0.02)


def all_end(processes: list[psutil.Process]) -> bool:
    """Whether they end within a while; they do afterwards, lest a failing test leave them."""
    for _ in range(200):
        alive = [process for process in processes if not has_ended(process)]
        if not alive:
            return True
        time.sleep(0.1)
    for process in alive:
        process.kill()
    return False


def has_ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    ("lang", "table", "summary"),
    [
        (
            "es",
            [
                ["Función", "Pruebas", "Estado"],
                ["dropout2d", "1/1", "bien"],
                ["Dropout2d", "1/1", "bien"],
            ],
            r"2 de 2 pruebas superadas en \d+,\d s",
        ),
        (
            "en",
            [
                ["Function", "Tests", "State"],
                ["dropout2d", "1/1", "passes"],
                ["Dropout2d", "1/1", "passes"],
            ],
            r"2 of 2 tests passed in \d+\.\d s",
        ),
    ],
)
def test_right_module(kernel: Kernel, lang: str, table: list[list[str]], summary: str) -> None:
    shown = kernel.run(f"%check dropout --lang {lang}")
    assert (shown.error, shown.printed) == (None, "")
    assert rows(shown.html) == table
    assert re.search(f"<p>{summary}</p>", shown.html)
    assert re.search(f"^{summary}$", shown.text, re.MULTILINE)
    assert re.search(rf"^  dropout2d +1/1  {table[1][2]}$", shown.text, re.MULTILINE)


def test_table_can_be_read_aloud(kernel: Kernel) -> None:
    html = kernel.run("%check dropout --lang es").html
    assert '<div lang="es">' in html
    title = "dropout - Dropout de mapas de características"
    assert re.search(f"<table>\n<caption [^>]*>{title}</caption>", html)
    assert html.count('<th scope="col">') == 3
    assert html.count('<th scope="row">') == 2


@pytest.mark.parametrize(
    ("lang", "state", "wants", "seen"),
    [
        (
            "es",
            "falla",
            "dropout2d devuelve su argumento, también en español.",
            "no se cumple: 4 == 3, donde 4 = dropout2d(3)",
        ),
        (
            "en",
            "fails",
            "dropout2d returns its argument.",
            "does not hold: 4 == 3, where 4 = dropout2d(3)",
        ),
    ],
)
def test_wrong_module(
    course: StudentProject, kernel: Kernel, lang: str, state: str, wants: str, seen: str
) -> None:
    course.module("dropout").write_text(IDENTITY.replace("return x", "return x + 1", 1))
    shown = kernel.run(f"%check dropout --lang {lang}")
    assert rows(shown.html)[1] == ["dropout2d", "0/1", state]
    assert f"<strong>dropout.dropout2d</strong>: {wants}<br>{seen}</p>" in shown.html
    assert f"\ndropout.dropout2d: {wants}\n    {seen}\n" in shown.text
    assert "\x1b" not in shown.text


@pytest.mark.parametrize(
    ("lang", "state", "seen"),
    [
        ("es", "por hacer", "por hacer en cnnlab/dropout.py:2; pista: cnnlab hint dropout"),
        ("en", "to do", "to do in cnnlab/dropout.py:2; hint: cnnlab hint dropout"),
    ],
)
def test_unfinished_module(
    course: StudentProject, kernel: Kernel, lang: str, state: str, seen: str
) -> None:
    stub = 'raise NotImplementedError("dropout2d")'
    course.module("dropout").write_text(IDENTITY.replace("return x", stub, 1))
    shown = kernel.run(f"%check dropout --lang {lang}")
    assert rows(shown.html)[1:] == [
        ["dropout2d", "0/1", state],
        ["Dropout2d", "1/1", {"es": "bien", "en": "passes"}[lang]],
    ]
    assert seen in shown.html


def test_what_a_student_wrote_is_no_html(course: StudentProject, kernel: Kernel) -> None:
    course.module("dropout").write_text(f"def dropout2d(x):\n    raise ValueError('{SCRIPT}')\n")
    with course.module("dropout").open("a") as module:
        module.write("Dropout2d = dropout2d\n")
    html = kernel.run("%check dropout").html
    assert "ValueError: &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html


def test_one_function(course: StudentProject, kernel: Kernel) -> None:
    """The tests of the other do not even run."""
    note = course.root / "note"
    course.module("dropout").write_text(
        IDENTITY.replace("return x", f"open({str(note)!r}, 'w')\n    return x", 1)
    )
    shown = kernel.run("%check dropout Dropout2d --lang es")
    assert rows(shown.html)[1:] == [["Dropout2d", "1/1", "bien"]]
    assert "1 de 1 pruebas" in shown.text
    assert not note.exists()
    assert rows(kernel.run("%check transfer training.evaluate").html)[1:] == [
        ["training.evaluate", "1/1", "bien"]
    ]


def test_language_is_kept(kernel: Kernel) -> None:
    kernel.run("%check dropout --lang en")
    assert "tests passed" in kernel.run("%check dropout").text
    assert "tests passed" in kernel.run("require('dropout', 'Dropout2d')").text
    kernel.run("%check dropout --lang=es")
    assert "pruebas superadas" in kernel.run("%check dropout").text


@pytest.mark.parametrize(
    ("source", "es", "en"),
    [
        ("%check lenet", "no existe el laboratorio «lenet»; los", "there is no lab 'lenet'; the"),
        ("require('lenet', 'x')", "no existe el laboratorio «lenet»", "there is no lab 'lenet'"),
        (
            "%check dropout Dropout3d",
            "«Dropout3d» no está en el laboratorio dropout",
            "'Dropout3d' is not in the lab dropout",
        ),
        ("%check", "falta LAB; mira «%check --help»", "LAB is missing; see '%check --help'"),
        ("%check vgg VGG more", "sobra «more»; mira", "'more' is one argument too many; see"),
        ("%check vgg --fast", "no existe la opción --fast", "there is no option --fast"),
    ],
)
def test_wrong_call_is_one_line(kernel: Kernel, source: str, es: str, en: str) -> None:
    for lang, line in (("es", es), ("en", en)):
        kernel.run(f"%check --help --lang {lang}")
        shown = kernel.run(source)
        assert shown.error is not None
        assert shown.error[0] == "CellError"
        assert shown.error[1].startswith(line)
        assert "\n" not in shown.error[1]
        assert len(shown.outputs) == 1


@pytest.mark.parametrize(("lang", "usage"), [("es", "Uso"), ("en", "Usage")])
def test_help(kernel: Kernel, lang: str, usage: str) -> None:
    shown = kernel.run(f"%check --help --lang {lang}")
    assert shown.printed.startswith(f"{usage}: %check [OP")
    assert shown.error is None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("es", "dropout2d no supera todas sus pruebas públicas; mira la tabla de arriba"),
        ("en", "dropout2d does not pass all of its public tests; see the table above"),
    ],
)
def test_required_function(course: StudentProject, kernel: Kernel, lang: str, line: str) -> None:
    kernel.run(f"%check --help --lang {lang}")
    course.module("dropout").write_text(IDENTITY.replace("return x", "return 0", 1))
    passed = kernel.run("require('dropout', 'Dropout2d')")
    assert passed.error is None
    assert len(rows(passed.html)) == 2
    failed = kernel.run("require('dropout', 'dropout2d')")
    assert failed.error == ("PublicTestsFailed", line)
    assert rows(failed.html)[1][:2] == ["dropout2d", "0/1"]


def test_required_function_of_a_broken_module(course: StudentProject, kernel: Kernel) -> None:
    course.module("dropout").write_text("import nothing_that_is_there")
    failed = kernel.run("require('dropout', 'dropout2d')")
    assert failed.error is not None
    assert failed.error[0] == "PublicTestsFailed"
    assert "ModuleNotFoundError" in failed.html


def test_next_cell_uses_the_edited_code(course: StudentProject, kernel: Kernel) -> None:
    module = course.module("dropout")
    module.write_text(f"P = [0.5]\nCOUNT = 1\ndef gone(): pass\n{IDENTITY}")
    kernel.run(
        "import cnnlab.dropout as module\n"
        "from cnnlab.dropout import P, Dropout2d, dropout2d, dropout2d as other\n"
        "mine = 1"
    )
    new = IDENTITY.replace("x\n", "x, 'new'\n")
    module.write_text(f"P = [0.9]\nCOUNT = 2\n{new}")
    assert "0 de 2 pruebas" in kernel.run("%check dropout --lang es").text
    shown = kernel.run(
        "print(dropout2d(3), Dropout2d(3), other(3), module.dropout2d(3))\n"
        "print(P, mine, hasattr(module, 'gone'))"
    )
    assert shown.printed == "(3, 'new') (3, 'new') (3, 'new') (3, 'new')\n[0.9] 1 False\n"


def test_another_lab_module_gets_the_edited_code_too(
    course: StudentProject, kernel: Kernel
) -> None:
    evaluate = "def train_one_epoch(x):\n    return x\ndef evaluate(x):\n    return x\n"
    course.module("training").write_text(evaluate)
    source = course.module("transfer").read_text()
    course.module("transfer").write_text(f"from cnnlab.training import evaluate\n{source}")
    kernel.run("import cnnlab.transfer as transfer")
    course.module("training").write_text(f"{evaluate}    # really\n")
    course.module("training").write_text(evaluate.replace("return x", "return 'new'"))
    kernel.run("%check transfer")
    assert kernel.run("print(transfer.evaluate(3))").printed == "new\n"
    course.module("training").write_text(evaluate)
    course.module("transfer").write_text(source)


def test_what_has_not_changed_is_not_loaded_again(course: StudentProject, kernel: Kernel) -> None:
    course.module("dropout").write_text(f"print('loading')\n{IDENTITY}")
    assert kernel.run("from cnnlab.dropout import dropout2d").printed == "loading\n"
    assert kernel.run("before = dropout2d\n%check dropout").printed == ""
    assert kernel.run("print(dropout2d is before)").printed == "True\n"
    course.module("dropout").write_text(f"print('again')\n{IDENTITY}")
    assert kernel.run("%check dropout").printed == "again\n"
    assert kernel.run("%check dropout").printed == ""


def test_checking_imports_nothing_into_the_kernel(kernel: Kernel) -> None:
    kernel.run("%check dropout")
    assert kernel.run("import sys\nprint('cnnlab.dropout' in sys.modules)").printed == "False\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def dropout2d(x)\n", "cnnlab/dropout.py:1: error de sintaxis:"),
        ("import os\nos._exit(1)\n", "cnnlab/dropout.py: importar el módulo cierra el proceso"),
        (
            "def dropout2d(x): pass\nimport sys\nassert 'ipykernel' not in sys.modules, 'not here'",
            "cnnlab/dropout.py:3: el módulo no se puede importar: AssertionError: not here",
        ),
    ],
)
def test_broken_module_leaves_the_old_one(
    course: StudentProject, kernel: Kernel, source: str, line: str
) -> None:
    kernel.run("from cnnlab.dropout import dropout2d\nimport cnnlab.dropout as module")
    course.module("dropout").write_text(source)
    shown = kernel.run("%check dropout --lang es")
    assert shown.error is None
    assert line in shown.html
    assert line in shown.text
    assert kernel.run("print(dropout2d(3), module.Dropout2d(3))").printed == "3 3\n"
    course.module("dropout").write_text(IDENTITY.replace("return x", "return 'mended'"))
    kernel.run("%check dropout")
    assert kernel.run("print(dropout2d(3), module.Dropout2d(3))").printed == "mended mended\n"


def test_crash_does_not_harm_the_kernel(course: StudentProject, kernel: Kernel) -> None:
    course.module("dropout").write_text(
        IDENTITY.replace("return x", "__import__('os')._exit(0)", 1)
    )
    shown = kernel.run("%check dropout --lang es")
    assert rows(shown.html)[1:] == [
        ["dropout2d", "0/1", "cierra Python"],
        ["Dropout2d", "1/1", "bien"],
    ]


def test_endless_loop_does_not_harm_the_kernel(project: StudentProject) -> None:
    project.module("dropout").write_text(IDENTITY.replace("return x", "while True: pass", 1))
    with running(project) as kernel:
        kernel.run(register_with_deadline(2))
        kernel.run("%check vgg VGG")
        start = time.monotonic()
        shown = kernel.run("%check dropout dropout2d --lang es")
        assert time.monotonic() - start < DEADLINE_S
        assert rows(shown.html)[1:] == [["dropout2d", "0/1", "no termina"]]
        assert "no terminó en 2 s" in shown.html
        assert kernel.run("print('still here')").printed == "still here\n"


def test_interrupted_check_is_one_line(course: StudentProject, kernel: Kernel) -> None:
    note = course.root / "interrupt"
    course.module("dropout").write_text(
        f"def dropout2d(x):\n    open({str(note)!r}, 'w').close()\n    while True: pass\n"
        "Dropout2d = dropout2d\n"
    )
    interrupter = kernel.interrupt_at(note)
    shown = kernel.run("%check dropout --lang es")
    interrupter.join()
    assert shown.error == ("CellError", "Interrumpido.")
    assert len(shown.outputs) == 1
    course.module("dropout").write_text(IDENTITY)
    assert "2 de 2 pruebas" in kernel.run("%check dropout").text


def test_check_after_its_processes_were_killed(kernel: Kernel) -> None:
    """As a system short of memory kills them."""
    kernel.run("%check dropout")
    started = kernel.started()
    assert len(started) >= 3
    for process in started:
        process.kill()
    assert all_end(started)
    assert "2 de 2 pruebas" in kernel.run("%check dropout --lang es").text


def test_kernel_keeps_its_environment(kernel: Kernel) -> None:
    kernel.run("%check dropout")
    shown = kernel.run("import os\nprint(os.environ['OMP_NUM_THREADS'], 'torch' in sys.modules)")
    assert shown.printed == "7 False\n"


def test_extension_from_the_first_cell_to_the_last(tmp_path: Path, short_path: Path) -> None:
    """Interrupted while torch loads it goes on; of its end nothing is left."""
    project = new_project(tmp_path / "project")
    scratch = short_path
    note = tmp_path / "loading"
    (project.root / "torch.py").write_text(
        f"import os, time\nif not os.path.exists({str(note)!r}):\n"
        f"    open({str(note)!r}, 'w').close()\n    time.sleep(2)\n"
    )
    with running(project, TMPDIR=str(scratch), LANG="en_GB.UTF-8") as kernel:
        kernel.run("from cnnlab.vgg import VGG")
        project.module("vgg").write_text(project.module("vgg").read_text() + "\nVGG = abs\n")
        assert kernel.run("%load_ext cnnlab").outputs == []
        interrupter = kernel.interrupt_at(note)
        assert kernel.run("%check vgg").error == ("CellError", "Interrupted.")
        interrupter.join()
        assert "5 of 5 tests passed" in kernel.run("%check vgg").text
        assert kernel.run("print(VGG(-3))").printed == "3\n"
        kernel.run("%check vgg --lang es")
        assert kernel.run("%reload_ext cnnlab").outputs == []
        assert "5 de 5 pruebas superadas" in kernel.run("%check vgg").text
        started = kernel.started()
        assert len(started) >= 3
        groups = {os.getpgid(process.pid) for process in started if not has_ended(process)}
        assert kernel.process.pid not in groups, "the kernel would wait for them at its end"
        assert list(scratch.glob("cnnlab-*"))
    # How the kernel itself ended is not asked: ipykernel 7.4 now and then hangs at its own end.
    assert all_end(started)
    assert list(scratch.glob("cnnlab-*")) == []


def test_killed_kernel_leaves_no_process(project: StudentProject) -> None:
    note = project.root / "running"
    project.module("vgg").write_text(f"open({str(note)!r}, 'w').close()\nwhile True: pass\n")
    started: list[psutil.Process] = []
    with running(project) as kernel:
        kernel.run(register_with_deadline(1000))

        def kill() -> None:
            wait_for(note)
            started.extend(kernel.started())
            kernel.process.kill()

        threading.Thread(target=kill, daemon=True).start()
        with pytest.raises(DeadKernelError):
            kernel.run("%check vgg")
    assert len(started) >= 3
    assert all_end(started)
