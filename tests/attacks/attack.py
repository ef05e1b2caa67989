"""What an attack is: a hostile submission, and how the grader is to see it.

After Ares (Artemis): the attack, its submission and its outcome are apart and short.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.results import CheckStatus

LEAK = "LEAK:"  # how an attack shows, in an error's message, that it could read what it should not
# A check that asks for an error of another kind says `failed`.
ERROR = frozenset({CheckStatus.ERROR, CheckStatus.FAILED})
LOST = frozenset({CheckStatus.CRASHED})
LATE = frozenset({CheckStatus.TIMEOUT})
FORBIDDEN = frozenset({CheckStatus.FORBIDDEN})
UNREAD = frozenset({CheckStatus.NOT_SUBMITTED})

FUNCTION = """\
import torch
from torch import nn

{start}

def tried(x, p=0.5, training=True):
{call}


def dropout2d(x, p=0.5, training=True, generator=None):
    return tried(x, p, training)
"""
LAYER = """

class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        return tried(x, self.p, self.training)
"""
HELPERS = '''\
def leak(look):
    """Report, as an error's message, what `look` comes back with."""
    try:
        seen = look()
    except BaseException:
        return
    if seen:
        raise RuntimeError("LEAK:" + repr(seen)[:200])
'''
UNWRITTEN = 'raise NotImplementedError("dropout2d")'


@dataclass(frozen=True)
class Attack:
    """A submission to one lab, and the statuses of its checks that may be seen.

    `source` is of the lab's module. `score` is the most that it may earn. `message`, a regular
    expression, is in the message of some check. `everywhere` attacks are tried in the weakest
    isolation too. One that takes its time is `slow`: only its function's checks are looked at, and
    there is no layer that would wait as long. `write`, where given, makes the submission itself in
    a folder of that name.
    """

    source: str
    statuses: frozenset[CheckStatus] = ERROR
    score: float = 0.0
    message: str = ""
    module: str = "dropout"
    everywhere: bool = False
    slow: bool = False
    write: Callable[[Path], None] | None = field(default=None, compare=False)


def attack(
    start: str = "",
    call: str = UNWRITTEN,
    statuses: frozenset[CheckStatus] = ERROR,
    *,
    score: float = 0.0,
    message: str = "",
    everywhere: bool = False,
    slow: bool = False,
) -> Attack:
    """A module `dropout` that runs `start` when imported, and `call` in its function."""
    source = (FUNCTION if slow else FUNCTION + LAYER).format(
        start=HELPERS + "\n" + textwrap.dedent(start).strip(),
        call=textwrap.indent(textwrap.dedent(call).strip(), "    "),
    )
    return Attack(source, statuses, score, message, everywhere=everywhere, slow=slow)
