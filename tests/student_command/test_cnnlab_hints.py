"""The hints: complete, in both languages, without code, and shown one at a time."""

from __future__ import annotations

import re

import pytest

from cnnlab import cli
from cnnlab.hints import HINTS, LEVELS, Level
from cnnlab.labs import LABS
from cnnlab.text import Lang

NAMES = [name for lab in LABS.values() for name in lab.names]
CODE = re.compile(
    r"`|==|\*\*|\w\(\)|\bself\b|\blambda\b|\bdef \w|\bimport \w|\breturn \w"
    r"|\btorch\.|\bnn\.|\bF\.|\bnp\.|\b[a-z]\w*\[|\w\.\w+\(|_\(|\w+=\w"
)
SPANISH_ONLY = re.compile(r"[áéíóúñ¿¡]|\b(el|la|los|las|una|que|del|por)\b")


def test_every_name_has_its_hints_and_no_other() -> None:
    assert sorted(HINTS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", LEVELS)
def test_hint_is_a_sentence_in_both_languages(name: str, level: Level) -> None:
    text = HINTS[name].at(level)
    for lang in Lang:
        hint = text.in_(lang)
        assert 20 < len(hint) < 300
        assert hint.endswith((".", "?"))
        assert hint == " ".join(hint.split())
        assert not CODE.search(hint), CODE.search(hint)
        hint.encode("latin-1")
    assert not SPANISH_ONLY.search(text.en)


def test_levels_of_a_name_differ() -> None:
    for hint in HINTS.values():
        assert len({hint.at(level) for level in LEVELS}) == len(LEVELS)


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as exit:
        cli.main(["hint", *arguments])
    assert exit.value.code == 0
    return capsys.readouterr().out


def test_one_level_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    hint = HINTS["VGG"]
    idea = show(capsys, "vgg", "VGG", "--lang", "es")
    assert idea == (
        f"VGG - Idea\n    {hint.idea.es}\nSi necesitas más: cnnlab hint vgg VGG --level 2\n"
    )
    formula = show(capsys, "vgg", "VGG", "--level", "2", "--lang", "en")
    assert formula == (
        f"VGG - Formula\n    {hint.formula.en}\nIf you need more: cnnlab hint vgg VGG --level 3\n"
    )
    pitfall = show(capsys, "vgg", "VGG", "--level", "3", "--lang", "es")
    assert pitfall == f"VGG - Error frecuente\n    {hint.pitfall.es}\n"


def test_whole_lab(capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "transfer", "--lang", "en")
    for label, name in LABS["transfer"].labels().items():
        assert f"{label}\n    {HINTS[name].idea.en}\n" in out
    assert out.endswith("More on a function: cnnlab hint transfer FUNCTION --level 2\n")


@pytest.mark.parametrize("function", ["freeze", "transfer.freeze"])
def test_function_with_and_without_its_module(
    capsys: pytest.CaptureFixture[str], function: str
) -> None:
    assert HINTS["freeze"].idea.es in show(capsys, "transfer", function, "--lang", "es")
