"""The grader's version: whatever can change a result changes it."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import sys
from pathlib import Path

from autograder.project import ROOT
from cnnlab.labs import LABS

SOURCES = ("autograder", "solutions", "cnnlab/labs.py", "cnnlab/hints", "cnnlab/text.py")
SUFFIXES = (".py", ".json")
# Packages that read results, or run the grader from outside: they cannot change a result.
READERS = frozenset(
    {
        *("audit", "exports", "gradebook", "policy", "regrade"),
        *("reports", "similarity", "studies"),
    }
)
PACKAGES = ("torch", "torchvision", "numpy", "hypothesis", "pytest", "scikit-learn")


@functools.cache
def grader_version() -> str:
    """A digest of the grader's own files and the libraries that results depend on."""
    digest = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for package in PACKAGES:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    for path in sorted(_files()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


@functools.cache
def checks_version(lab: str) -> str:
    """A digest of a lab's hidden checks and references, apart from the rest of the grader."""
    digest = hashlib.sha256()
    for module in LABS[lab].modules:
        for folder in ("autograder/checks", "solutions"):
            content = (ROOT / folder / f"{module}.py").read_bytes()
            digest.update(f"{folder}/{module} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _files() -> list[Path]:
    paths = [ROOT / source for source in SOURCES]
    inside = (f for p in paths if p.is_dir() for f in p.rglob("*") if f.suffix in SUFFIXES)
    graders = (f for f in inside if f.relative_to(ROOT).parts[1] not in READERS)
    return [*graders, *(p for p in paths if p.is_file())]
