"""How the outcomes of checks are called in front of people."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.results import CheckStatus
from cnnlab.text import Text

OUTCOMES: Mapping[str, Text] = {
    CheckStatus.PASSED: Text(es="pasa", en="passes"),
    CheckStatus.FAILED: Text(es="falla", en="fails"),
    CheckStatus.ERROR: Text(es="da un error", en="raises"),
    CheckStatus.TIMEOUT: Text(es="no termina", en="does not finish"),
    CheckStatus.FORBIDDEN: Text(es="llamada prohibida", en="forbidden call"),
    CheckStatus.CRASHED: Text(es="cierra el proceso", en="ends the process"),
    CheckStatus.NOT_SUBMITTED: Text(es="sin entregar", en="not submitted"),
}

EXAMPLE = Text(es="Ejemplo mínimo", en="Smallest example")
HINT = Text(es="Pista", en="Hint")
