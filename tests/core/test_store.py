"""Kept results: found under everything they depend on, and never in the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from autograder.grading.store import Store, unit_key
from autograder.grading.units import CheckEntry, Manifest, Unit
from autograder.results import CheckResult, CheckStatus, GraderError, LabResult, LabStatus
from cnnlab.text import Text

UNIT = Unit("dropout", {"dropout": "p = 0.5"}, "cpu")
CHECK = CheckResult(
    id="dropout/scale",
    target="dropout2d",
    status=CheckStatus.FAILED,
    points=0.0,
    max_points=1.5,
    seconds=0.02,
    message=Text(es="se esperaba 1", en="expected 1"),
    misconception="unscaled",
)
RESULT = LabResult(lab="dropout", status=LabStatus.GRADED, seconds=0.5, checks=(CHECK,))
NO_UTF8 = msgspec.msgpack.encode(RESULT).replace(b"dropout", b"\xff" * 7)
ENTRY = CheckEntry("dropout/scale", "dropout", "dropout", "dropout2d", 1.5)
MANIFEST = Manifest((ENTRY,), "no GPU")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite3"


def test_the_key_depends_on_every_field() -> None:
    keys = [
        unit_key(UNIT, "v1", "process"),
        unit_key(UNIT, "v2", "process"),
        unit_key(UNIT, "v1", "sandbox"),
        unit_key(replace(UNIT, device="cuda"), "v1", "process"),
        unit_key(replace(UNIT, lab="vgg"), "v1", "process"),
        unit_key(replace(UNIT, sources={"dropout": "p = 0.25"}), "v1", "process"),
        unit_key(replace(UNIT, sources={"vgg": "p = 0.5"}), "v1", "process"),
        unit_key(replace(UNIT, sources={}), "v1", "process"),
        unit_key(replace(UNIT, sources={"dropout": "", "p = 0.5": ""}), "v1", "process"),
        unit_key(replace(UNIT, sources={"dropou": "tp = 0.5"}), "v1", "process"),
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_depends_on_nothing_else() -> None:
    one = replace(UNIT, sources={"a": "1", "b": "2"})
    other = replace(UNIT, sources={"b": "2", "a": "1"})
    assert unit_key(one, "v1", "process") == unit_key(other, "v1", "process")


def test_kept_results_survive(path: Path) -> None:
    with Store(path) as store:
        store.keep("a", RESULT)
        store.keep_manifest("v1", MANIFEST)
    with Store(path) as store:
        assert store.results(["a", "b"]) == {"a": RESULT}
        assert store.manifest("v1") == MANIFEST
        assert store.manifest("v2") is None


def test_a_result_is_kept_before_the_store_is_closed(path: Path) -> None:
    with Store(path) as first, Store(path) as second:
        first.keep("a", RESULT)
        assert second.results(["a"]) == {"a": RESULT}
        second.keep("b", RESULT)
        second.keep("a", replace(RESULT, seconds=1.0))
        assert first.results(["b", "a"]) == {"b": RESULT, "a": replace(RESULT, seconds=1.0)}


def test_a_class_is_asked_for_at_once(path: Path) -> None:
    with Store(path) as store:
        store.keep("39999", RESULT)
        asked: list[str] = []
        store._database.set_trace_callback(asked.append)
        assert store.results(map(str, range(40_000))) == {"39999": RESULT}
        assert len(asked) == 1


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x80", NO_UTF8, "text", 3], ids=repr)
def test_a_corrupt_entry_counts_as_unknown(path: Path, payload: object) -> None:
    with Store(path) as store:
        store.keep("a", RESULT)
        store.keep("b", RESULT)
        store.keep_manifest("v1", MANIFEST)
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE results SET result = ? WHERE key = 'a'", (payload,))
        database.execute("UPDATE manifests SET manifest = ?", (payload,))
    database.close()
    with Store(path) as store:
        assert store.results(["a", "b"]) == {"b": RESULT}
        assert store.manifest("v1") is None
        store.keep("a", RESULT)
        assert store.results(["a"]) == {"a": RESULT}


def test_a_file_that_is_no_store_is_one_line(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(GraderError, match="cannot be kept here") as caught:
        Store(path)
    assert "\n" not in str(caught.value)


def test_a_damaged_store_is_one_line(path: Path) -> None:
    with Store(path) as store:
        for key in range(200):
            store.keep(str(key), RESULT)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(GraderError, match="cannot be"), Store(path) as store:
        store.results(map(str, range(200)))
