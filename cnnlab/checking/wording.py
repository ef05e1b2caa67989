"""Saying in one line what a failed test or a broken module showed."""

from __future__ import annotations

import re

from cnnlab import messages
from cnnlab.checking.results import Breakage, Broken, Failure, Outcome, Result
from cnnlab.labs import Lab
from cnnlab.placeholders import target_of
from cnnlab.text import Lang

MAX_LINE = 240
"""Characters of what was seen; longer values are cut."""

_BROKEN = {
    Breakage.MISSING: messages.BROKEN_MISSING,
    Breakage.SYNTAX: messages.BROKEN_SYNTAX,
    Breakage.IMPORT: messages.BROKEN_IMPORT,
    Breakage.TIMEOUT: messages.BROKEN_TIMEOUT,
    Breakage.CRASHED: messages.BROKEN_CRASH,
    Breakage.TESTS: messages.BROKEN_TESTS,
}
_DID_NOT_RAISE = re.compile(r"DID NOT RAISE (?:<class ')?(?:\w+\.)*(\w+)(?:'>)?")
_FIRST_DIFFERENCE = re.compile(r"At index (\d+) diff: (.+)")

_SPANISH = (
    (r"Tensor-likes are not (?:close|equal)!", "los tensores no coinciden"),
    (r"Scalars are not (?:close|equal)!", "los números no coinciden"),
    (r"Expected (.+) but got (.+?)\.(?=;|$)", r"se esperaba \1 y se obtuvo \2"),
    (r"Mismatched elements: (\d+) / (\d+) \((.+?)\)", r"elementos distintos: \1 de \2"),
    (r"Greatest absolute difference: (\S+) at index (\(.*?\))", r"mayor diferencia: \1 en \2"),
    (r"Greatest relative difference: (\S+) at index (\(.*?\))", r"mayor dif. relativa: \1 en \2"),
    (r"Absolute difference: (\S+)", r"diferencia: \1"),
    (r"Relative difference: (\S+)", r"diferencia relativa: \1"),
    (r"\(up to (\S+) allowed\)", r"(se admite \1)"),
    (r"The values for attribute '(\w+)' do not match: ", r"«\1» no coincide: "),
)
"""What `torch.testing.assert_close` says, which most numeric tests end with."""


def seconds(value: float, lang: Lang, digits: int = 1) -> str:
    number = f"{value:.{digits}f}"
    return number.replace(".", ",") if lang == Lang.ES else number


def broken_line(broken: Broken, lang: Lang, deadline_s: float) -> str:
    message = broken.message or messages.NO_TESTS.in_(lang)
    line = (
        _BROKEN[broken.kind]
        .in_(lang)
        .format(where=broken.where, message=message, deadline=f"{deadline_s:g}")
    )
    return _one_line(line)


def seen_line(result: Result, lab: Lab, lang: Lang, deadline_s: float) -> str:
    """What was seen of a test that did not pass."""
    failure = result.failure
    assert failure is not None
    match failure.outcome:
        case Outcome.TODO:
            named = target_of(failure.message)
            function = named if named in lab.names else result.case.target
            return messages.SEEN_TODO.in_(lang).format(
                where=failure.where, lab=lab.name, function=function
            )
        case Outcome.TIMEOUT:
            return messages.SEEN_TIMEOUT.in_(lang).format(deadline=f"{deadline_s:g}")
        case Outcome.CRASHED:
            return messages.SEEN_CRASH.in_(lang)
        case Outcome.FAILED:
            return _one_line(_assertion(failure.message, lang) + _example(failure, lang))
    place = f" ({failure.where})" if failure.where else ""
    return _one_line(failure.message, MAX_LINE - len(place)) + place


def _example(failure: Failure, lang: Lang) -> str:
    if not failure.example:
        return ""
    return f" ({messages.SEEN_EXAMPLE.in_(lang).format(example=failure.example)})"


def _assertion(message: str, lang: Lang) -> str:
    """One line of what pytest or `torch.testing` says on several."""
    if raised := _DID_NOT_RAISE.fullmatch(message.strip()):
        return messages.SEEN_NO_ERROR.in_(lang).format(error=raised[1])
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    start = next((i for i, line in enumerate(lines) if line.startswith("assert ")), len(lines))
    said = "; ".join(lines[:start])
    if lang == Lang.ES:
        for pattern, spanish in _SPANISH:
            said = re.sub(pattern, spanish, said)
    if start == len(lines):
        return said or messages.SEEN_NOTHING.in_(lang)
    condition = lines[start].removeprefix("assert ")
    for line in lines[start + 1 :]:
        condition += _joined(line, lang)
    falsehood = messages.SEEN_FALSE.in_(lang).format(condition=condition)
    return f"{said}; {falsehood}" if said else falsehood


def _joined(line: str, lang: Lang) -> str:
    """A line of pytest's introspection as the rest of a sentence, where it tells anything new."""
    if line.startswith("+"):
        word, _, value = line.lstrip("+ ").partition(" ")
        joint = messages.SEEN_WHERE if word == "where" else messages.SEEN_AND
        return f", {joint.in_(lang)} {value.strip()}"
    if found := _FIRST_DIFFERENCE.fullmatch(line):
        seen = messages.SEEN_DIFFERENCE.in_(lang)
        return "; " + seen.format(index=found[1], difference=found[2])
    return ""


def _one_line(text: str, limit: int = MAX_LINE) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
