"""Small projects with modules and public tests of their own, in which the command really runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cnnlab
from cnnlab.labs import LABS, MODULES

TARGETS = {module: names for lab in LABS.values() for module, names in lab.targets.items()}
LAB_FILES = [f"{module}.py" for module in MODULES]
DRIVER = """
import sys
from cnnlab.cli import main
if __name__ == "__main__":
    main(sys.argv[2:], deadline_s=float(sys.argv[1]))
"""


@dataclass(frozen=True)
class StudentProject:
    """A student's project under `root`; every function of it returns its argument at first."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment without a locale, so that the command speaks Spanish."""
        foreign = ("LANG", "LC_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**kept, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}

    def module(self, name: str) -> Path:
        return self.root / "cnnlab" / f"{name}.py"

    def tests(self, name: str) -> Path:
        return self.root / "tests" / "public" / f"test_{name}.py"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("-m", "cnnlab", *arguments, environment=environment)

    def run_with_deadline(
        self, deadline_s: float, *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        (self.root / "driver.py").write_text(DRIVER, encoding="utf-8")
        return self._run("driver.py", f"{deadline_s}", *arguments, environment={})

    def _run(self, *command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env={**self.environment, **environment},
            capture_output=True,
            encoding=environment.get("PYTHONIOENCODING", "utf-8"),
            timeout=120,
        )


def new_project(root: Path) -> StudentProject:
    """A finished project whose torch is an empty module, so that a run starts at once."""
    package = Path(cnnlab.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", *LAB_FILES)
    shutil.copytree(package, root / "cnnlab", ignore=ignored)
    (root / "tests" / "public").mkdir(parents=True)
    for library in ("torch", "torchvision"):
        (root / f"{library}.py").touch()
    project = StudentProject(root)
    for module, names in TARGETS.items():
        functions = [f"def {name}(x):\n    return x\n" for name in names]
        tests = [_test_of(name) for name in names]
        head = f"import pytest\nfrom cnnlab.{module} import {', '.join(names)}\n"
        project.module(module).write_text("\n\n".join(functions), encoding="utf-8")
        project.tests(module).write_text("\n\n".join([head, *tests]), encoding="utf-8")
    return project


def _test_of(name: str) -> str:
    return f'''@pytest.mark.target("{name}")
def test_{name}():
    """{name} devuelve su argumento, también
    en español.

    {name} returns its argument.
    """
    assert {name}(3) == 3
'''
