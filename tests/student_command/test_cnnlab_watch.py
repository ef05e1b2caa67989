"""`cnnlab watch`: again at each save, whatever was saved."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cnnlab.labs import LABS
from cnnlab.project import Project
from cnnlab.watching import SavedLabs
from tests.student_command.project import StudentProject

PATIENCE_S = 120.0
FINISHED = r"de \d+ pruebas superadas en"


class Watcher:
    """A running `cnnlab watch` and what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, pattern: str) -> str:
        """Everything that is printed from here on to the line that matches `pattern`."""
        printed, end = "", time.monotonic() + PATIENCE_S
        while not re.search(pattern, printed):
            try:
                printed += self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no {pattern!r} in what was printed:\n{printed}")
        return printed

    def rest(self) -> str:
        """End it as Ctrl-C does and give what it still prints."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)
        time.sleep(0.1)
        return "".join(self._lines.queue)


@contextmanager
def watching(project: StudentProject, *arguments: str) -> Iterator[Watcher]:
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnlab", "watch", *arguments],
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        yield Watcher(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def replace(path: Path, source: str) -> None:
    """Save as many editors do: a new file takes the place of the old one."""
    new = path.with_suffix(".new")
    new.write_text(source, encoding="utf-8")
    os.replace(new, path)


def wrong(function: str) -> str:
    return (
        f"def dropout2d(x):\n    return x\ndef Dropout2d(x):\n    return x\ndef {function}(x): 0\n"
    )


def gone(pid: int) -> bool:
    """Whether the process ends within a while; it does afterwards, lest a failing test leave it."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    return False


def test_every_way_to_save_is_noticed(project: StudentProject) -> None:
    module = project.module("dropout")
    with watching(project, "dropout") as watcher:
        assert "Vigilo dropout." in watcher.until("Ctrl-C")
        assert "2 de 2" in watcher.until(FINISHED)

        module.write_text(wrong("dropout2d"))
        printed = watcher.until(FINISHED)
        assert "1 de 2" in printed
        assert "no se cumple: None == 3, donde None = dropout2d(3)" in printed

        replace(module, wrong("Dropout2d"))
        assert "donde None = Dropout2d(3)" in watcher.until(FINISHED)

        module.write_text("def dropout2d(x:\n")
        assert "cnnlab/dropout.py:1: error de sintaxis" in watcher.until(FINISHED)

        module.unlink()
        assert "cnnlab/dropout.py: no se puede leer" in watcher.until(FINISHED)

        module.write_text("def dropout2d(x):\n    return x\nDropout2d = dropout2d\n")
        assert "2 de 2" in watcher.until(FINISHED)

        assert watcher.rest() == "Fin de la vigilancia.\n"
        assert watcher.process.returncode == 0


def test_only_the_saved_lab_is_checked_again(project: StudentProject) -> None:
    with watching(project, "--lang", "en") as watcher:
        for _ in LABS:
            watcher.until("tests passed in")
        replace(project.module("training"), "raise OSError")
        printed = watcher.until("tests passed in")
        assert re.findall(r"^(\w+) - ", printed, re.MULTILINE) == ["transfer"]
        assert "8 of 8 tests passed" in printed
        assert watcher.rest() == "Stopped watching.\n"


def test_save_ends_an_endless_loop_and_what_it_started(project: StudentProject) -> None:
    beat = project.root / "beat"
    busy = (
        "import time\n"
        "for _ in range(1500):\n"
        f"    open({str(beat)!r}, 'a').write('.')\n"
        "    time.sleep(0.02)"
    )
    loop = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\n"
    with watching(project, "dropout") as watcher:
        watcher.until(FINISHED)
        replace(project.module("dropout"), loop)
        while not beat.exists():
            time.sleep(0.05)
        replace(project.module("dropout"), "def dropout2d(x):\n    return x\nDropout2d = dropout2d")
        assert "2 de 2" in watcher.until(FINISHED), "it waited for the deadline"
        size = beat.stat().st_size
        time.sleep(0.5)
        assert beat.stat().st_size == size


def test_nothing_survives_the_command(project: StudentProject) -> None:
    note = project.root / "pid"
    loop = f"import os\nopen({str(note)!r}, 'w').write(str(os.getpid()))\nwhile True: pass\n"
    project.module("dropout").write_text(loop)
    with watching(project, "dropout") as watcher:
        while not (note.exists() and note.read_text()):
            time.sleep(0.05)
        watcher.process.kill()
    assert gone(int(note.read_text()))


def test_recheck_with_torch_loaded(project: StudentProject) -> None:
    """Prints how long a save takes to show; on a quiet machine it is well below 1.5 s."""
    for library in ("torch", "torchvision"):
        (project.root / f"{library}.py").unlink()
    module = project.module("dropout")
    head = "import torch\nfrom torch import nn\nimport torchvision\n"
    module.write_text(head + wrong("dropout2d"))
    with watching(project, "dropout") as watcher:
        assert "1 de 2" in watcher.until(FINISHED)
        time.sleep(1.0)
        start = time.monotonic()
        replace(module, head + "def dropout2d(x):\n    return x\nDropout2d = dropout2d\n")
        assert "2 de 2" in watcher.until(FINISHED)
        print(f"shown {time.monotonic() - start:.2f} s after the save")


def test_file_in_motion_is_waited_for(project: StudentProject) -> None:
    module = project.module("vgg")
    saved = SavedLabs(Project(project.root), LABS.values())
    assert saved.take() == []
    module.write_text("first")
    assert saved.take() == []
    module.write_text("the first and the second half")
    assert saved.take() == []
    assert [lab.name for lab in saved.take()] == ["vgg"]
    assert saved.take() == []
