"""Results kept by what they depend on, so that nothing is graded twice and nothing is lost.

One SQLite file in the results folder. A result is written as soon as it is known and is found again
under the contents of the submission, the grader's version, the device and the isolation. Several
runs may share a file: what one is grading, another leaves to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from autograder.grading.units import Manifest, Unit
from autograder.results import GraderError, LabResult

Kept = TypeVar("Kept", LabResult, Manifest)
SCHEMA = """
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, result BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS manifests (version TEXT PRIMARY KEY, manifest BLOB NOT NULL);
"""


def unit_key(unit: Unit, version: str, isolation: str) -> str:
    """What the result of `unit` depends on, in one digest."""
    fields = [unit.lab, unit.device, str(unit.explain), str(unit.seed), version, isolation]
    fields += [str(unit.targets), str(unit.time_factor)]
    if unit.notebook:
        fields += [repr(unit.notebook.cells), repr(sorted(unit.notebook.modules.items()))]
    fields += [part for item in sorted(unit.sources.items()) for part in item]
    digest = hashlib.sha256()
    for field in fields:
        data = field.encode("utf-8", "surrogatepass")
        digest.update(str(len(data)).encode() + b":" + data)
    return digest.hexdigest()


class Store:
    """The results file of one folder; a context manager."""

    def __init__(self, path: Path) -> None:
        self._claims = _Claims(path.with_name(f"{path.name}-claims"))
        try:
            self._database = sqlite3.connect(path, timeout=60.0, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise GraderError(f"{path}: the results cannot be kept here: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        self._claims.close()

    def claim(self, key: str) -> bool:
        """Whether this run may grade `key`: false while another is at it.

        A claim is given back by `release`, and ends with its process however that ends.
        """
        return self._claims.claim(key)

    def release(self, key: str) -> None:
        self._claims.release(key)

    def results(self, keys: Iterable[str]) -> dict[str, LabResult]:
        """Those of `keys` that are known; an entry that cannot be read counts as unknown."""
        query = "SELECT key, result FROM results WHERE key IN (SELECT value FROM json_each(?))"
        return self._read(query, json.dumps(list(keys)), LabResult)

    def keep(self, key: str, result: LabResult) -> None:
        self._write("results", key, msgspec.msgpack.encode(result))

    def manifest(self, version: str) -> Manifest | None:
        query = "SELECT version, manifest FROM manifests WHERE version = ?"
        return self._read(query, version, Manifest).get(version)

    def keep_manifest(self, version: str, manifest: Manifest) -> None:
        self._write("manifests", version, msgspec.msgpack.encode(manifest))

    def _read(self, query: str, asked: str, kind: type[Kept]) -> dict[str, Kept]:
        try:
            rows = self._database.execute(query, (asked,))
            read = ((key, _decoded(payload, kind)) for key, payload in rows)
            return {key: kept for key, kept in read if kept is not None}
        except sqlite3.Error as error:
            raise GraderError(f"the kept results cannot be read: {error}") from error

    def _write(self, table: str, key: str, payload: bytes) -> None:
        try:
            self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (key, payload))
        except sqlite3.Error as error:
            raise GraderError(f"a result cannot be kept: {error}") from error


def _decoded(payload: Any, kind: type[Kept]) -> Kept | None:
    """What was kept, or None where it cannot be read."""
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
        return None


class _Claims:
    """A lock for each key: one byte of a file, which the kernel unlocks when its owner dies."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise GraderError(f"{path}: cannot be written: {error.strerror}") from error

    def claim(self, key: str) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(key))
        except BlockingIOError:
            return False
        except OSError as error:
            raise GraderError(f"the results folder cannot be locked: {error.strerror}") from error
        return True

    def release(self, key: str) -> None:
        with contextlib.suppress(OSError):
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _place(key))

    def close(self) -> None:
        os.close(self._file)


def _place(key: str) -> int:
    """Where in the file a key's byte is; the file need not be that long."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7])
