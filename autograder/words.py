"""How a check's or a lab's status is called where people read it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from autograder.results import CheckStatus, LabStatus
from cnnlab.text import Text

CHECK_STATUS: Mapping[CheckStatus, Text] = MappingProxyType(
    {
        CheckStatus.PASSED: Text(es="pasa", en="passes"),
        CheckStatus.FAILED: Text(es="falla", en="fails"),
        CheckStatus.ERROR: Text(es="da un error", en="raises"),
        CheckStatus.TIMEOUT: Text(es="no termina", en="does not finish"),
        CheckStatus.FORBIDDEN: Text(es="llamada prohibida", en="forbidden call"),
        CheckStatus.CRASHED: Text(es="cierra el proceso", en="ends the process"),
        CheckStatus.NOT_SUBMITTED: Text(es="sin entregar", en="not submitted"),
    }
)
LAB_STATUS: Mapping[LabStatus, Text] = MappingProxyType(
    {
        LabStatus.GRADED: Text(es="corregido", en="graded"),
        LabStatus.NOT_SUBMITTED: Text(es="sin entregar", en="not submitted"),
        LabStatus.UNREADABLE: Text(es="ilegible", en="unreadable"),
    }
)


def check_name(check_id: str) -> str:
    """The check `lab/name_of_it` in words."""
    return check_id.partition("/")[2].replace("_", " ")
