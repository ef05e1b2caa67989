"""Imports a submission from memory: its lab modules become the package `cnnlab`, alone."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

PACKAGE = "cnnlab"
# Packages of the grader that a machine may have installed: no part of a student's environment.
HIDDEN = frozenset({"autograder", "solutions", "tests"})


class SubmittedModules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds `cnnlab` and `cnnlab.<module>` among the sources of one submission."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = {f"{PACKAGE}.{name}": source for name, source in sources.items()}
        self._sources[PACKAGE] = ""

    def install(self) -> None:
        """Put these modules before whatever `cnnlab` the machine has."""
        for name in self._sources:
            sys.modules.pop(name, None)
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        if fullname not in self._sources:
            if fullname.startswith(f"{PACKAGE}."):
                raise ModuleNotFoundError(f"no module {fullname!r} was submitted", name=fullname)
            return None
        spec = importlib.util.spec_from_loader(
            fullname, self, origin=place_of(fullname), is_package=fullname == PACKAGE
        )
        if spec is not None:
            spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:
        return self._sources[fullname]

    def is_package(self, fullname: str) -> bool:
        return fullname == PACKAGE

    def get_code(self, fullname: str) -> object:  # type: ignore[override]  # compile() is typed Any
        return compile(self._sources[fullname], place_of(fullname), "exec", dont_inherit=True)


def place_of(fullname: str) -> str:
    """The file name that a student knows the module by."""
    return fullname.replace(".", "/") + ".py"


def is_student_file(filename: str) -> bool:
    return filename.startswith(f"{PACKAGE}/") and filename.endswith(".py")
