"""Where the files of a student's project are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cnnlab import messages
from cnnlab.errors import UsageProblem
from cnnlab.labs import Lab

PACKAGE = "cnnlab"


@dataclass(frozen=True)
class Project:
    """A student's project; `root` is the folder that holds the `cnnlab` package."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """The project whose `cnnlab` package is running."""
        return cls(Path(__file__).resolve().parent.parent)

    def module_path(self, module: str) -> Path:
        return self.root / PACKAGE / f"{module}.py"

    def tests_path(self, module: str) -> Path:
        return self.root / "tests" / "public" / f"test_{module}.py"

    def require_tests(self, labs: Iterable[Lab]) -> None:
        """Raise `UsageProblem` naming the first public test file of `labs` that is missing."""
        for lab in labs:
            for module in lab.modules:
                path = self.tests_path(module)
                if not path.is_file():
                    raise UsageProblem(messages.TESTS_MISSING, path=path)


def display_path(module: str) -> str:
    """How messages name the file of a lab module, the same on every system."""
    return f"{PACKAGE}/{module}.py"
