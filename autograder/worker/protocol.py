"""The vocabulary between the grader and a worker: plain typed values, never objects.

A value that is not plain data stays in the worker; the grader holds an `Object` that names it by
number and lists the names of its types.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class TensorValue(msgspec.Struct, frozen=True, tag="tensor", array_like=True):
    """A tensor: its description here, its bytes in the frame's body from `offset` on."""

    type_name: str
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    device: str
    requires_grad: bool
    offset: int | None  # None on devices that hold no data (meta, fake)


class ListValue(msgspec.Struct, frozen=True, tag="list", array_like=True):
    items: tuple[Value, ...]


class TupleValue(msgspec.Struct, frozen=True, tag="tuple", array_like=True):
    items: tuple[Value, ...]


class DictValue(msgspec.Struct, frozen=True, tag="dict", array_like=True):
    items: tuple[tuple[Value, Value], ...]


class FloatValue(msgspec.Struct, frozen=True, tag="float", array_like=True):
    """A float by its bits: infinities and NaN survive, and an int never turns into one."""

    bits: bytes


class TorchName(msgspec.Struct, frozen=True, tag="torch", array_like=True):
    """A dtype, device or memory format, by its text ("float64", "cuda:0")."""

    kind: str
    name: str


class Object(msgspec.Struct, frozen=True, tag="object", array_like=True):
    """Something that stays in the worker; `types` are the qualified names of its classes."""

    number: int
    types: tuple[str, ...]


class Root(msgspec.Struct, frozen=True, tag="root", array_like=True):
    """A lab module of the student; or a module of the worker, or by dots something in it."""

    name: str


class Attribute(msgspec.Struct, frozen=True, tag="attribute", array_like=True):
    """An attribute of an object, looked up when the request it is part of is carried out."""

    of: Object
    name: str


Value = (
    None
    | bool
    | int
    | str
    | TensorValue
    | ListValue
    | TupleValue
    | DictValue
    | FloatValue
    | TorchName
    | Object
    | Root
    | Attribute
)


class Mode(StrEnum):
    """Where the tensors of a request live."""

    PLAIN = "plain"
    FAKE_CUDA = "fake_cuda"


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A stand-in for the function `replaces` of the lab module `module`: `name` in `source`.

    `file` is what the check calls the source by, to give it values (`autograder.parts`).
    """

    module: str
    replaces: str
    file: str
    name: str
    source: str


class Hello(msgspec.Struct, frozen=True):
    """What the workers' server is told of a worker before it forks it: the names of operators that
    will be `forbidden`, so that the worker starts where that has been seen to already.
    """

    forbidden: tuple[str, ...] = ()


class Load(msgspec.Struct, frozen=True, tag="load"):
    """The first request: the student's lab modules, source by module name.

    `forbidden` are the names of operators that these modules may not call; `parts` take the place
    of functions of theirs. Whether responses say what they took is `timed`; `notebook` makes
    ready for cells.
    """

    sources: dict[str, str]
    forbidden: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    timed: bool = False
    notebook: bool = False


class GetAttribute(msgspec.Struct, frozen=True, tag="getattr"):
    target: Value
    name: str


class Call(msgspec.Struct, frozen=True, tag="call"):
    target: Value
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]
    mode: Mode


class Earlier(msgspec.Struct, frozen=True, array_like=True):
    """A call that was put off until the next request: the worker keeps what it answers as object
    `number`, which is below zero."""

    number: int
    call: Call


class RunCell(msgspec.Struct, frozen=True, tag="cell"):
    """Run one cell of a notebook; the answer lists what it shows (`autograder.worker.cells`)."""

    code: str


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action, and what comes before it: where there is a `seed`, every generator is seeded with
    it and torch's global switches are put where they belong; the `earlier` calls are made, and what
    is `released` is forgotten.
    """

    number: int
    action: Load | GetAttribute | Call | RunCell
    released: tuple[int, ...] = ()
    seed: int | None = None
    earlier: tuple[Earlier, ...] = ()


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """What a worker says before it has seen any student code.

    `is_first` of a pid namespace: all that it starts ends with it.
    """

    pid: int
    is_first: bool = False


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    value: Value
    witnessed: tuple[str, ...] = ()


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """An exception: `types` from the most to the least specific, the student's line if known.

    Where an earlier call raised it, and nothing after that was done, `earlier` is its index.
    """

    types: tuple[str, ...]
    message: str
    place: str | None
    witnessed: tuple[str, ...] = ()
    earlier: int | None = None


class Spent(msgspec.Struct, frozen=True, array_like=True):
    """Wall seconds of a request: importing the student's modules, running what was called."""

    importing: float = 0.0
    running: float = 0.0


class Response(msgspec.Struct, frozen=True, omit_defaults=True):
    number: int
    outcome: Ready | Returned | Raised
    spent: Spent = Spent()


encode_message = msgspec.msgpack.Encoder().encode
decode_hello = msgspec.msgpack.Decoder(Hello).decode
decode_request = msgspec.msgpack.Decoder(Request).decode
_responses = msgspec.msgpack.Decoder(Response)


def decode_response(header: bytes) -> Response:
    """The response that `header` holds; `msgspec.DecodeError` whatever else a worker may send."""
    try:
        return _responses.decode(header)
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError(str(error)) from error
