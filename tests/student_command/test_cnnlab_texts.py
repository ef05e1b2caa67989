"""Languages, the table of the labs and the message catalogue."""

from __future__ import annotations

import string

import pytest

from cnnlab import messages
from cnnlab.checking.results import Case, Failure, Outcome, Result
from cnnlab.checking.wording import seconds, seen_line
from cnnlab.labs import LABS, MODULES
from cnnlab.text import Lang, Text, default_language

MESSAGES = {name: text for name, text in vars(messages).items() if isinstance(text, Text)}


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, Lang.ES),
        ({"LANG": "C.UTF-8"}, Lang.ES),
        ({"LANG": "POSIX"}, Lang.ES),
        ({"LANG": "en_US.UTF-8"}, Lang.EN),
        ({"LANG": "es_CO.UTF-8"}, Lang.ES),
        ({"LANG": "de_DE.UTF-8"}, Lang.ES),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, Lang.ES),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "en_GB"}, Lang.EN),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, Lang.EN),
    ],
)
def test_default_language(environment: dict[str, str], lang: Lang) -> None:
    assert default_language(environment) is lang


SETS = """\
assert {0.0, 1.0} == {0.0, 2.0}

  Extra items in the left set:
  1.0
  Extra items in the right set:
  2.0
  Use -v to get more diff"""
LISTS = """\
assert [1, 3] == [1, 2]
 +  where [1, 3] = sizes(4)

  At index 1 diff: 3 != 2
  Use -v to get more diff"""


@pytest.mark.parametrize(
    ("message", "lang", "line"),
    [
        (SETS, Lang.ES, "no se cumple: {0.0, 1.0} == {0.0, 2.0}"),
        (
            LISTS,
            Lang.ES,
            "no se cumple: [1, 3] == [1, 2], donde [1, 3] = sizes(4); en la posición 1: 3 != 2",
        ),
        (
            LISTS,
            Lang.EN,
            "does not hold: [1, 3] == [1, 2], where [1, 3] = sizes(4); at index 1: 3 != 2",
        ),
    ],
)
def test_what_pytest_says_is_one_sentence(message: str, lang: Lang, line: str) -> None:
    case = Case("test_sizes", "dropout2d", Text("tamaños", "sizes"))
    result = Result(case, Failure(Outcome.FAILED, message))
    assert seen_line(result, LABS["dropout"], lang, 10.0) == line


def test_labs_in_order() -> None:
    assert list(LABS) == [
        "conv_arithmetic",
        "dropout",
        "batchnorm",
        "vgg",
        "resnet",
        "all_conv",
        "fc_to_conv",
        "transfer",
    ]
    assert (*list(LABS)[:-1], "training", "transfer") == MODULES
    assert LABS["transfer"].modules == ("training", "transfer")
    names = [name for lab in LABS.values() for name in lab.names]
    assert len(names) == len(set(names)) == 35


@pytest.mark.parametrize("name", MESSAGES)
def test_message_is_the_same_in_both_languages(name: str) -> None:
    text = MESSAGES[name]
    fields = [
        sorted(field for _, field, _, _ in string.Formatter().parse(text.in_(lang)) if field)
        for lang in Lang
    ]
    assert fields[0] == fields[1]
    for lang in Lang:
        assert text.in_(lang)
        text.in_(lang).encode("latin-1")


def test_seconds_in_each_language() -> None:
    assert seconds(1.25, Lang.ES, digits=2) == "1,25"
    assert seconds(1.25, Lang.EN, digits=2) == "1.25"
