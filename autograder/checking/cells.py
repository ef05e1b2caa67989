"""The cells of a submitted notebook, run in a worker for a reader; no mark depends on them."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from autograder.checking.connection import CRASHED, Worker
from autograder.checking.failures import WorkerLost
from autograder.checking.limits import CELL, NOTEBOOK_CHARACTERS, NOTEBOOK_SECONDS
from autograder.results import CellOutput, CellOutputs, CheckStatus, GraderError, OutputKind
from autograder.worker.codec import CodecError, Decoder
from autograder.worker.protocol import Load, Raised, Request, Returned, RunCell
from cnnlab.text import Text

PNG_START = b"\x89PNG\r\n\x1a\n"


def run_cells(
    start_worker: Callable[[], Worker],
    sources: Mapping[str, str],
    cells: Sequence[str],
    time_factor: float,
) -> tuple[CellOutputs, ...]:
    """What each cell shows, run in order in one worker that has these modules as `cnnlab`.

    One that loses the worker, or shows too much, is the last that is run.
    """
    shown: list[CellOutputs] = []
    room = NOTEBOOK_CHARACTERS
    deadline = time.monotonic() + NOTEBOOK_SECONDS * time_factor
    worker = start_worker()
    try:
        load = Request(1, Load(dict(sources), notebook=True))
        ready, _ = worker.ask(load, bytearray(), CELL * time_factor)
        if isinstance(ready, Raised):
            raise GraderError(f"cells cannot be run here: {ready.types[0]}: {ready.message}")
        for number, code in enumerate(cells, start=2):
            if time.monotonic() > deadline:
                shown.append((_error(TOO_LONG),))
                break
            request = Request(number, RunCell(code))
            outputs = tuple(_outputs(*worker.ask(request, bytearray(), CELL * time_factor)))
            room -= sum(
                len(output.content) for output in outputs if isinstance(output.content, str)
            )
            if room < 0:
                shown.append((_error(TOO_MUCH),))
                break
            shown.append(outputs)
    except WorkerLost as lost:
        shown.append((_error(lost.text),))
    finally:
        worker.close()
    return tuple(shown)


def _outputs(answer: Returned | Raised, body: bytearray) -> Iterator[CellOutput]:
    """What is in an answer and has the form that it should have."""
    if isinstance(answer, Raised):
        yield _error(f"{answer.types[0]}: {answer.message}")
        return
    try:
        shown = Decoder(body, _no_objects, device=None).decode(answer.value)
    except (CodecError, RuntimeError) as error:
        raise WorkerLost(CheckStatus.CRASHED, CRASHED) from error
    for item in shown if isinstance(shown, list) else ():
        match item:
            case (OutputKind.STREAM | OutputKind.TEXT | OutputKind.ERROR as kind, str(content)):
                yield CellOutput(OutputKind(kind), content)
            case (OutputKind.IMAGE, Tensor(dtype=torch.uint8, is_cpu=True) as image):
                data = image.numpy().tobytes()
                if data.startswith(PNG_START):
                    encoded = base64.b64encode(data).decode()
                    yield CellOutput(OutputKind.IMAGE, encoded)


def _no_objects(_: object) -> object:
    raise CodecError("a notebook's worker names no objects")


def _error(text: Text | str) -> CellOutput:
    return CellOutput(OutputKind.ERROR, text)


TOO_MUCH = Text(
    es=f"Las celdas muestran más de {NOTEBOOK_CHARACTERS} caracteres; las demás no se ejecutan.",
    en=f"The cells show more than {NOTEBOOK_CHARACTERS} characters; those after are not run.",
)
TOO_LONG = Text(
    es=f"No se ejecuta: las celdas anteriores tardaron más de {NOTEBOOK_SECONDS:g} s.",
    en=f"Not run: the cells before took more than {NOTEBOOK_SECONDS:g} s.",
)
