"""What the command and the checks' server say to each other: plain typed messages.

A unit is the smallest piece of work that stands alone: one lab of one submission. Its result
depends on nothing but its contents, the grader's version and the device.
"""

from __future__ import annotations

import msgspec

from autograder.grading.phases import Phase
from autograder.results import LabResult
from cnnlab.text import Text

TOKEN_BYTES = 32
"""Length of the secret that goes with each question: a worker can find the server's socket, but
only the command that started the server may ask it anything."""


class Notebook(msgspec.Struct, frozen=True):
    """A notebook's code cells, and the modules that they may import from `cnnlab`."""

    cells: tuple[str, ...]
    modules: dict[str, str]


class Unit(msgspec.Struct, frozen=True, tag="unit"):
    """The sources of a lab's modules, by module name, to be graded.

    `explain` asks for the smallest counterexample and the misconception behind each failure, which
    takes longer than the verdict. A `seed` other than 0 draws other inputs; grading never does.
    `time_factor` multiplies every time limit.
    `targets` are the functions and classes whose checks are run, all of the lab's where empty.
    `profile` asks for where the time goes, and changes no result. `notebook` is run after the
    checks, for a reader.
    """

    lab: str
    sources: dict[str, str]
    device: str
    explain: bool = True
    seed: int = 0
    time_factor: float = 1.0
    targets: tuple[str, ...] = ()
    profile: bool = False
    notebook: Notebook | None = None


class Describe(msgspec.Struct, frozen=True, tag="describe"):
    """Ask for the manifest."""


class CheckEntry(msgspec.Struct, frozen=True):
    """One declared check; `covers` are statements of `autograder.contract`.

    `statement` is the property that is checked, a sentence that its students may read.
    """

    id: str
    lab: str
    module: str
    target: str
    points: float
    covers: tuple[str, ...] = ()
    statement: Text = Text(es="", en="")


class Manifest(msgspec.Struct, frozen=True, tag="manifest"):
    """Every check there is, and why the server's machine trains on no GPU; empty where it does."""

    checks: tuple[CheckEntry, ...]
    cuda_trouble: str

    @property
    def has_cuda(self) -> bool:
        return not self.cuda_trouble

    def of_lab(self, lab: str) -> tuple[CheckEntry, ...]:
        return tuple(entry for entry in self.checks if entry.lab == lab)


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The result; `spent` are wall seconds by phase, where they were asked for."""

    result: LabResult
    spent: dict[Phase, float] = {}


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    """The grader itself failed; `reason` is one line."""

    reason: str


encode = msgspec.msgpack.Encoder().encode
decode_question = msgspec.msgpack.Decoder(Unit | Describe).decode
decode_answer = msgspec.msgpack.Decoder(Manifest | Done | Broken).decode
