"""What crosses between grader and worker arrives as it was; what lies about itself is refused."""

from __future__ import annotations

import math
import tracemalloc
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from autograder.worker.codec import (
    ALIGNMENT,
    DTYPES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    CodecError,
    Decoder,
    Encoder,
)
from autograder.worker.protocol import (
    DictValue,
    FloatValue,
    ListValue,
    Object,
    TensorValue,
    TorchName,
    Value,
)

MEBIBYTE = 2**20


class Colour(IntEnum):
    RED = 1


def as_object(value: object) -> Value:
    return Object(1, (type(value).__qualname__,))


def encode(value: object) -> tuple[Value, bytearray]:
    encoder = Encoder(as_object)
    return encoder.encode(value), encoder.body


def round_trip(value: object) -> Any:
    encoded, body = encode(value)
    return Decoder(body, lambda name: name).decode(encoded)


def decode(value: Value, body: bytes = b"") -> Any:
    return Decoder(bytearray(body), lambda name: name).decode(value)


def tensor_value(**fields: Any) -> TensorValue:
    """Four float32 at the start of the body, but for `fields`."""
    honest: dict[str, Any] = {
        "type_name": "Tensor",
        "dtype": "float32",
        "shape": (4,),
        "strides": (1,),
        "device": "cpu",
        "requires_grad": False,
        "offset": 0,
    }
    return TensorValue(**(honest | fields))


def assert_same_tensor(seen: Tensor, sent: Tensor) -> None:
    assert seen.dtype is sent.dtype
    assert seen.shape == sent.shape
    assert torch.equal(seen, sent)


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3), (2, 3, 4, 5)])
def test_tensors_keep_dtype_shape_and_values(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    sent = (torch.randn(shape) * 3).to(dtype)
    assert_same_tensor(round_trip(sent), sent)


@pytest.mark.parametrize(
    "sent",
    [
        torch.arange(12.0).reshape(3, 4).T,
        torch.arange(12.0)[::3],
        torch.arange(24.0).reshape(4, 6)[1:, ::2],
        torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        torch.randn(2, 1, 4, 1).to(memory_format=torch.channels_last),
        torch.empty(0, 3).T,
    ],
    ids=["transposed", "slice", "slices", "channels_last", "one_channel", "empty"],
)
def test_strides_arrive(sent: Tensor) -> None:
    seen = round_trip(sent)
    assert_same_tensor(seen, sent)
    assert seen.stride() == sent.stride()


@pytest.mark.parametrize(
    "sent",
    [
        torch.tensor(2.0).expand(3, 4),
        torch.tensor(2.0).expand(1),
        torch.arange(3.0)[:, None].expand(3, 4),
        torch.arange(5.0).unfold(0, 3, 1),
        torch.tensor([1 + 2j]).conj().imag,  # whose sign is kept apart
        torch.arange(12.0)[5:9],
    ],
    ids=["scalar", "single", "column", "windows", "negative", "inner"],
)
def test_views_onto_shared_memory_keep_their_values(sent: Tensor) -> None:
    assert_same_tensor(round_trip(sent), sent)


def test_a_slice_of_something_vast_keeps_its_values() -> None:
    column = torch.empty(2, 2**26).select(1, 0).copy_(torch.tensor([1.0, 2.0]))
    assert_same_tensor(round_trip(column), column)


@pytest.mark.parametrize("special", [math.inf, -math.inf, math.nan, -0.0, 5e-324])
def test_special_floats_arrive(special: float) -> None:
    for seen in (
        round_trip(special),
        round_trip(torch.tensor(special, dtype=torch.float64)).item(),
    ):
        assert repr(seen) == repr(special)


def test_what_arrives_is_a_tensor_of_its_own() -> None:
    sent = torch.ones(4)
    seen = round_trip(sent)
    seen.resize_(100).zero_()
    assert sent.sum() == 4


def test_requires_grad_arrives_and_the_graph_does_not() -> None:
    leaf = torch.ones(2, requires_grad=True)
    seen = round_trip(leaf * 2)
    assert seen.requires_grad
    assert seen.is_leaf
    assert not round_trip(torch.ones(2)).requires_grad


def test_parameters_arrive_as_plain_tensors() -> None:
    assert type(round_trip(nn.Parameter(torch.ones(2)))) is Tensor


def test_decoded_tensors_are_copies() -> None:
    encoded, body = encode(torch.ones(2))
    first = Decoder(body, lambda name: name).decode(encoded)
    first.zero_()
    assert torch.equal(Decoder(body, lambda name: name).decode(encoded), torch.ones(2))


def test_meta_tensors_arrive_without_values() -> None:
    sent = torch.empty(2, 2**20, 3, 2**10, device="meta").transpose(0, 1)
    seen = round_trip(sent)
    assert seen.is_meta
    assert (seen.shape, seen.stride(), seen.dtype) == (sent.shape, sent.stride(), sent.dtype)


def test_fake_tensors_arrive_on_meta_and_name_their_device() -> None:
    with FakeTensorMode():
        sent = torch.empty(2, 3, device="cuda")
    seen = round_trip(sent)
    assert seen.is_meta
    assert seen.__dict__["worker_device"] == "cuda"


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text("abc", max_size=2) | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain_values)
def test_plain_values_arrive_with_their_types(value: object) -> None:
    assert repr(round_trip(value)) == repr(value)


def test_tensors_inside_containers_arrive_in_place() -> None:
    sent = {"a": [torch.ones(3), (torch.zeros(2, 2),)], "b": torch.tensor(True), 1: torch.arange(2)}
    seen = round_trip(sent)
    assert_same_tensor(seen["a"][0], sent["a"][0])
    assert_same_tensor(seen["a"][1][0], sent["a"][1][0])
    assert_same_tensor(seen["b"], sent["b"])
    assert_same_tensor(seen[1], sent[1])


@pytest.mark.parametrize(
    "value",
    [torch.float64, torch.device("cuda:1"), torch.channels_last, torch.Size([2, 3])],
    ids=str,
)
def test_torch_names_arrive(value: object) -> None:
    assert round_trip(value) == value


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        -(2**63) - 1,
        np.float64(1.0),
        np.int64(1),
        np.ones(2),
        Colour.RED,
        Fraction(1, 2),
        1j,
        b"bytes",
        {1, 2},
        torch.ones(2, dtype=torch.complex64),
        torch.eye(2).to_sparse(),
        type("MyFloat", (float,), {})(1.0),
        type("MyStr", (str,), {})("a"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_stays_an_object(value: object) -> None:
    assert isinstance(round_trip(value), Object)


def test_a_structure_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(CodecError, match="deep"):
        encode(endless)


@pytest.mark.parametrize(
    "fields",
    [
        {"offset": ALIGNMENT},
        {"offset": 2**62},
        {"offset": -ALIGNMENT},
        {"offset": 4, "shape": (1,)},
        {"shape": (5,)},
        {"shape": (2**40,)},
        {"shape": (2**62, 4), "strides": (1, 1)},
        {"shape": (-1,)},
        {"shape": (-2, -2), "strides": (1, 1)},
        {"shape": (0, 2**62, 2**62), "strides": (1, 1, 1)},
        {"shape": (0, 2**63), "strides": (1, 1)},
        {"shape": (1,) * 9, "strides": (1,) * 9},
        {"strides": ()},
        {"strides": (1, 1)},
        {"strides": (-1,)},
        {"strides": (2**40,)},
        {"strides": (2**64,)},
        {"strides": (2**62,), "offset": None},
        {"dtype": "float8_e4m3fn"},
        {"dtype": "complex64"},
        {"dtype": "__class__"},
        {"device": "xla"},
        {"device": ""},
        {"device": "meta"},
        {"shape": (MAX_ELEMENTS + 1,), "device": "meta", "offset": None},
    ],
    ids=str,
)
def test_impossible_tensors_are_refused_before_they_are_made(fields: dict[str, Any]) -> None:
    tracemalloc.start()
    with pytest.raises(CodecError):
        decode(tensor_value(**fields), bytes(16))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEBIBYTE


def test_values_on_a_gpu_are_looked_at_here() -> None:
    seen = decode(tensor_value(device="cuda"), bytes(16))
    assert isinstance(seen, torch.Tensor)
    assert (seen.device.type, seen.__dict__["worker_device"]) == ("cpu", "cuda")
    assert torch.equal(seen, torch.zeros_like(seen))


def test_bytes_are_used_once() -> None:
    """Or a small message could ask for the same 256 MiB a hundred thousand times."""
    with pytest.raises(CodecError, match="its part"):
        decode(ListValue((tensor_value(), tensor_value())), bytes(16))


def test_wide_gaps_are_not_allocated() -> None:
    seen = decode(tensor_value(strides=(2**36,)), bytes(16))
    assert seen.untyped_storage().nbytes() == 16


@pytest.mark.parametrize(
    "value",
    [
        FloatValue(b""),
        FloatValue(bytes(9)),
        TorchName("dtype", "int"),
        TorchName("device", "cpu:x"),
        TorchName("device", "cuda:99999999999"),
        TorchName("memory_format", "preserve_format"),
        TorchName("load", "float32"),
        DictValue(((ListValue(()), None),)),
    ],
    ids=str,
)
def test_impossible_values_are_refused(value: Value) -> None:
    with pytest.raises(CodecError):
        decode(value)


def test_deep_nesting_is_refused() -> None:
    value: Value = None
    for _ in range(MAX_DEPTH + 1):
        value = ListValue((value,))
    with pytest.raises(CodecError, match="deep"):
        decode(value)
