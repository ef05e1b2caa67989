"""What an autograded notebook was made from, so that only what changed is written again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from msgspec.structs import replace

from autograder.results import LabResult
from cnnlab.text import Lang

METADATA = "cnnlab"  # of the notebook
FIELD = "made_from"


def fingerprint(submission: Path, result: LabResult, lang: Lang) -> str:
    """One digest of a submitted folder, the lab's result on it and the language of the feedback.

    How long the checks took is no part of it.
    """
    checks = tuple(replace(check, seconds=0.0) for check in result.checks)
    parts = [msgspec.msgpack.encode(replace(result, seconds=0.0, checks=checks)), lang.encode()]
    for path in sorted(submission.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = str(path.relative_to(submission)).encode("utf-8", "surrogateescape")
            parts += [name, path.read_bytes()]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(len(part)).encode() + b":" + part)
    return digest.hexdigest()


def sign(nb: Any, result: LabResult, made_from: str) -> None:
    """Note in an autograded notebook's metadata its score and what it was made from."""
    nb.metadata[METADATA] = {"score": result.score, FIELD: made_from}


def made_from(notebook: Path) -> str | None:
    """The fingerprint in an autograded notebook; None where there is none."""
    try:
        metadata = nbformat.read(notebook, as_version=4).metadata
    except Exception:  # missing, unreadable, or no notebook: nbformat raises whatever its parts do
        return None
    value = metadata.get(METADATA, {}).get(FIELD)
    return value if isinstance(value, str) else None
