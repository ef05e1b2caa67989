"""The reviewed file: which mutants are right code, each with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.audit.mutants import mutants_of
from autograder.audit.reviewed import matches, read_reviewed
from autograder.project import SOLUTIONS
from autograder.results import GraderError
from cnnlab.labs import MODULES

LEAST = 0.97


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_floor(module: str) -> None:
    assert read_reviewed().floors[module] >= LEAST


def test_every_entry_is_about_a_mutant_there_is_and_says_why() -> None:
    sources = {m: (SOLUTIONS / f"{m}.py").read_text(encoding="utf-8") for m in MODULES}
    mutants = {module: mutants_of(module, source) for module, source in sources.items()}
    for entry in read_reviewed().equivalent:
        assert any(matches(entry, mutant) for mutant in mutants[entry.module]), entry
        assert len(entry.reason.split()) >= 3, entry


@pytest.mark.parametrize(
    "words",
    [
        "[floors",
        "[floors]\ndropout = 'much'",
        "[floors]\n[[equivalent]]\nmodule = 'dropout'",
        "[floors]\n[[equivalence]]\n",
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, words: str) -> None:
    path = tmp_path / "reviewed.toml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(GraderError, match=r"^reviewed\.toml: [^\n]+$"):
        read_reviewed(path)
