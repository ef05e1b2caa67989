"""The sentences a student reads when a check does not pass."""

from __future__ import annotations

from autograder.checking.check import Check
from autograder.checking.compare import kind_and_value
from autograder.checking.expression import joined
from autograder.checking.failures import (
    Failure,
    ForbiddenCall,
    Mismatch,
    StudentError,
    WorkerLost,
)
from autograder.checking.forbidden import Evidence
from autograder.checking.remote import Remote
from autograder.misconceptions import Misconception
from autograder.printable import printable
from autograder.results import CheckStatus
from cnnlab.text import Text


def failure_message(check: Check, module: str, failure: Failure) -> tuple[CheckStatus, Text]:
    """The status and the message of a check that ended in `failure`."""
    error = failure.error
    match error:
        case StudentError() if error.is_missing:
            return CheckStatus.ERROR, _missing(check, module, error)
        case StudentError() if error.missing_name:
            return CheckStatus.ERROR, _undefined(module, error.missing_name)
        case StudentError():
            return CheckStatus.ERROR, _after(check, _raised(error))
        case WorkerLost():
            return error.status, _after(check, error.text)
        case ForbiddenCall():
            return CheckStatus.FORBIDDEN, _forbidden_call(check, error.name)
        case Mismatch():
            return CheckStatus.FAILED, _after(check, error.text)
        case _:
            return CheckStatus.FAILED, _after(check, _unusable(failure.value))


def forbidden_source(check: Check, module: str, evidence: Evidence) -> Text:
    what = f"{printable(evidence.name)} (cnnlab/{module}.py:{evidence.line})"
    return Text(
        es=f"{check.target} usa {what}, que este laboratorio prohíbe: escribe tú esa operación.",
        en=f"{check.target} uses {what}, which this lab forbids: write that operation yourself.",
    )


def not_run(check: Check, status: CheckStatus) -> Text:
    """For a check that was left out because its function kept ending or blocking the worker."""
    return joined(
        statement_of(check),
        " ",
        Text(
            es="No se ha ejecutado: las comprobaciones anteriores de esta función "
            + ("no terminaron." if status is CheckStatus.TIMEOUT else "cerraron el proceso."),
            en="Not run: earlier checks of this function "
            + ("did not finish." if status is CheckStatus.TIMEOUT else "ended the process."),
        ),
    )


def misconception_hint(misconception: Misconception) -> Text:
    """What the student seems to believe, and what to think about."""
    belief, hint = misconception.belief, misconception.hint
    return Text(
        es=f"Da justo este resultado quien piensa: «{belief.es}» {hint.es}",
        en=f"This is just what comes out if one thinks: “{belief.en}” {hint.en}",
    )


def _after(check: Check, seen: Text) -> Text:
    """The property, as a sentence, and then what was seen."""
    return joined(statement_of(check), " ", Text(es=printable(seen.es), en=printable(seen.en)))


def statement_of(check: Check) -> Text:
    """The property that is checked, as a sentence."""
    es, en = check.statement.es, check.statement.en
    return Text(es=f"{_sentence(es)}.", en=f"{_sentence(en)}.")


SHORT_NAMES = frozenset({"p", "x"})  # the arguments of one letter


def _sentence(words: str) -> str:
    """With a capital, unless the first word is the name of an argument or an attribute."""
    first = words.split(maxsplit=1)[0]
    is_name = first in SHORT_NAMES or not first.isalpha()
    return words if is_name else words[0].upper() + words[1:]


def _missing(check: Check, module: str, error: StudentError) -> Text:
    name = printable(error.raised.message) or check.target
    return Text(
        es=f"{name} está por hacer: escríbelo en cnnlab/{module}.py.",
        en=f"{name} is still to do: write it in cnnlab/{module}.py.",
    )


def _undefined(module: str, name: str) -> Text:
    shown = printable(name)
    return Text(
        es=f"cnnlab/{module}.py no define {shown}.",
        en=f"cnnlab/{module}.py does not define {shown}.",
    )


def _raised(error: StudentError) -> Text:
    raised = error.raised
    kind = raised.types[0] if raised.types else "Exception"
    place = f" ({raised.place})" if raised.place else ""
    words = printable(f"{kind}: {raised.message}{place}")
    return Text(es=f"Tu código lanzó {words}.", en=f"Your code raised {words}.")


def _forbidden_call(check: Check, name: str) -> Text:
    what = printable(name)
    return Text(
        es=f"{check.target} llama a {what}, que este laboratorio prohíbe: "
        "escribe tú esa operación.",
        en=f"{check.target} calls {what}, which this lab forbids: write that operation yourself.",
    )


def _unusable(value: object) -> Text:
    # The check has ended: its worker is not asked any more.
    is_unseen = isinstance(value, Remote) and value._types is None
    seen = Text(es="un objeto", en="an object") if is_unseen else kind_and_value(value)
    return Text(
        es=f"La respuesta no es del tipo esperado: se obtuvo {seen.es}.",
        en=f"The answer is not of the expected kind: got {seen.en}.",
    )
