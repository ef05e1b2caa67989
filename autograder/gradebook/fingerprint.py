"""What an autograded notebook was made from, so that only what changed is written again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from autograder.results import LabResult
from cnnlab.text import Lang


class _Note(msgspec.Struct):
    made_from: str | None = None


class _Metadata(msgspec.Struct):
    cnnlab: _Note = msgspec.field(default_factory=_Note)


class _Notebook(msgspec.Struct):
    metadata: _Metadata


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
    nb.metadata["cnnlab"] = {"score": result.score, "made_from": made_from}


def made_from(notebook: Path) -> str | None:
    """The fingerprint in an autograded notebook; None where there is none."""
    try:
        read = msgspec.json.decode(notebook.read_bytes(), type=_Notebook)
    except (OSError, ValueError):  # missing, or no notebook
        return None
    return read.metadata.cnnlab.made_from
