"""Messages: typed both ways, and whatever else a worker sends is one kind of error."""

from __future__ import annotations

import msgspec
import pytest

from autograder.worker.protocol import (
    Attribute,
    Call,
    DictValue,
    FloatValue,
    GetAttribute,
    ListValue,
    Load,
    Mode,
    Object,
    Raised,
    Ready,
    Request,
    Response,
    Returned,
    Root,
    TensorValue,
    TorchName,
    TupleValue,
    Value,
    decode_request,
    decode_response,
    encode_message,
)

TENSOR = TensorValue("Tensor", "float32", (2,), (1,), "cpu", True, 16)
VALUES: list[Value] = [
    None,
    True,
    -(2**63),
    "ñ",
    TENSOR,
    ListValue((1, TENSOR)),
    TupleValue((ListValue(()), None)),
    DictValue((("a", 1), (2, FloatValue(bytes(8))))),
    TorchName("dtype", "float64"),
    Object(3, ("builtins.object",)),
    Root("dropout"),
    Attribute(Object(3, ()), "train"),
]


def pack(message: object) -> bytes:
    return msgspec.msgpack.encode(message)


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_values_arrive(value: Value) -> None:
    response = Response(7, Returned(value, ("conv2d",)))
    assert decode_response(encode_message(response)) == response


@pytest.mark.parametrize(
    "action",
    [
        Load({"dropout": "x = 1"}, ("dropout",)),
        GetAttribute(Root("dropout"), "p"),
        Call(Root("dropout"), tuple(VALUES), {"p": True}, Mode.FAKE_CUDA),
    ],
    ids=lambda action: type(action).__name__,
)
def test_requests_arrive(action: Load | GetAttribute | Call) -> None:
    request = Request(1, action, (4, 5), seed=5)
    assert decode_request(encode_message(request)) == request


@pytest.mark.parametrize("outcome", [Ready(12), Raised(("E", "Exception"), "m", None, ("relu",))])
def test_responses_arrive(outcome: Ready | Raised) -> None:
    assert decode_response(encode_message(Response(2, outcome))) == Response(2, outcome)


def returned(value: object) -> bytes:
    return pack({"number": 1, "outcome": {"type": "returned", "value": value}})


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xc1",
        pack([1, 2]),
        pack({"number": 1}),
        pack({"number": "1", "outcome": {"type": "ready", "pid": 1}}),
        pack({"number": 1, "outcome": {"type": "load", "sources": {}, "forbidden": []}}),
        pack({"number": 1, "outcome": {"type": "ready", "pid": "1"}}),
        pack({"number": 1, "outcome": {"type": "raised", "types": "E", "message": 1}}),
        returned(1.5),
        returned(b"bytes"),
        returned({"a": 1}),
        returned(["pickle", b"x"]),
        returned(["list"]),
        returned(["list", 3]),
        returned(["tensor", "Tensor", "float32", "4", [1], "cpu", False, 0]),
        returned(["tensor", "Tensor", "float32", [4], [1.5], "cpu", False, 0]),
        returned(["tensor", "Tensor", "float32", [4], [1], "cpu", 1, 0]),
        returned(["tensor", "Tensor", "float32", [4], [1], "cpu", False]),
        returned(["float", 1.0]),
        returned("abc").replace(b"abc", b"\xff\xfe\xfd"),
        returned("abc")[:-1],
        returned("abc") + b"\0",
    ],
    ids=repr,
)
def test_anything_else_is_a_decode_error(header: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_response(header)


def test_endless_nesting_is_a_decode_error() -> None:
    before, after = returned("abc").split(b"\xa3abc")
    with pytest.raises(msgspec.DecodeError):
        decode_response(before + b"\x92\xa4list\x91" * 500_000 + b"\xc0" + after)
