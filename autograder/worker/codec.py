"""Between Python values with tensors and the protocol's values with raw bytes.

The same code serves both sides; the side that holds objects says how to name and find them. A
tensor travels by its logical contents and its strides, so slices, transposes and channels-last
arrive as they were; only what shares memory within itself (`expand`) arrives contiguous.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor

from autograder.worker.framing import MAX_BODY_BYTES, MAX_HEADER_BYTES
from autograder.worker.protocol import (
    DictValue,
    FloatValue,
    ListValue,
    TensorValue,
    TorchName,
    TupleValue,
    Value,
)

DTYPES: dict[str, torch.dtype] = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.bool,
    )
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
DEVICES = frozenset({"cpu", "cuda", "meta"})
DEVICE_NAMES = DEVICES | {f"{device}:{index}" for device in DEVICES for index in range(16)}
MAX_DEPTH = 12
MAX_VALUES = MAX_HEADER_BYTES  # each takes a byte at least: more need not be tried
MAX_TEXT = 2**16
MAX_DIMENSIONS = 8
MAX_ELEMENTS = 2**40
ALIGNMENT = 16
FLOAT = struct.Struct(">d")


class CodecError(Exception):
    """A value that cannot cross, or a message that describes an impossible one."""


class Encoder:
    """Turns values into protocol values and adds tensor bytes to `body`."""

    def __init__(
        self, name_object: Callable[[object], Value], body: bytearray | None = None
    ) -> None:
        self.body = bytearray() if body is None else body
        self._name_object = name_object
        self._room = MAX_VALUES

    def encode(self, value: object, depth: int = 0) -> Value:
        if depth > MAX_DEPTH:
            raise CodecError(f"a value nested more than {MAX_DEPTH} deep")
        if value is None or type(value) is bool:
            return value
        if type(value) is str:
            if len(value) > MAX_TEXT:
                raise CodecError(f"a text of {len(value)} characters")
            return value
        if type(value) is int and -(2**63) <= value < 2**63:
            return value
        if type(value) is float:
            return FloatValue(FLOAT.pack(value))
        if isinstance(value, Tensor):
            encoded = self._encode_tensor(value)
            return self._name_object(value) if encoded is None else encoded
        if isinstance(value, tuple | list | dict):
            self._room -= len(value)
            if self._room < 0:
                raise CodecError(f"more than {MAX_VALUES} values in one answer")
        if isinstance(value, tuple):
            return TupleValue(tuple(self.encode(item, depth + 1) for item in value))
        if isinstance(value, list):
            return ListValue(tuple(self.encode(item, depth + 1) for item in value))
        if isinstance(value, dict):
            pairs = (
                (self.encode(k, depth + 1), self.encode(v, depth + 1)) for k, v in value.items()
            )
            return DictValue(tuple(pairs))
        if isinstance(value, (torch.dtype, torch.device, torch.memory_format)):
            return TorchName(type(value).__name__, str(value).removeprefix("torch."))
        return self._name_object(value)

    def _encode_tensor(self, tensor: Tensor) -> TensorValue | None:
        dtype = NAMES.get(tensor.dtype)
        if dtype is None or tensor.layout is not torch.strided:
            return None
        offset = None
        if not (tensor.is_meta or isinstance(tensor, FakeTensor)):
            self.body.extend(bytes(-len(self.body) % ALIGNMENT))
            offset = len(self.body)
            self.body.extend(_values_of(tensor))
        return TensorValue(
            type_name=_tensor_type(tensor),
            dtype=dtype,
            shape=tuple(tensor.shape),
            strides=tuple(tensor.stride()),
            device=tensor.device.type,
            requires_grad=tensor.requires_grad,
            offset=offset,
        )


def _values_of(tensor: Tensor) -> bytes:
    """The bytes of its values, in order."""
    if tensor.numel() == 0:
        return b""
    is_plain = type(tensor) in (Tensor, nn.Parameter) and tensor.is_cpu and not tensor.is_neg()
    if is_plain and tensor.is_contiguous():
        return ctypes.string_at(tensor.data_ptr(), tensor.nbytes)
    flat = tensor.detach().to("cpu").resolve_neg().contiguous().reshape(-1)
    # A single value may have any stride and counts as contiguous all the same.
    flat = flat.as_strided(flat.shape, (1,))
    return flat.view(torch.uint8).numpy().tobytes()


def _tensor_type(tensor: Tensor) -> str:
    if isinstance(tensor, nn.Parameter):
        return "Parameter"
    return "Tensor" if type(tensor) in (Tensor, FakeTensor) else type(tensor).__name__


class Decoder:
    """Turns protocol values back; `find_object` resolves what stays on the worker's side.

    Tensors have to come in the order of their bytes, each with bytes of its own, so that a message
    never grows. With a `device`, they are made there without their values (for fake tensors).
    """

    def __init__(
        self,
        body: bytearray,
        find_object: Callable[[Any], object],
        *,
        device: str | None = None,
    ) -> None:
        self._body = body
        self._end_of_last = 0
        self._find_object = find_object
        self._device = device

    def decode(self, value: Value, depth: int = 0) -> Any:
        if depth > MAX_DEPTH:
            raise CodecError(f"a value nested more than {MAX_DEPTH} deep")
        match value:
            case None | bool() | int() | str():
                return value
            case FloatValue():
                if len(value.bits) != FLOAT.size:
                    raise CodecError("a float of the wrong size")
                return FLOAT.unpack(value.bits)[0]
            case TensorValue():
                return self._decode_tensor(value)
            case ListValue():
                return [self.decode(item, depth + 1) for item in value.items]
            case TupleValue():
                return tuple(self.decode(item, depth + 1) for item in value.items)
            case DictValue():
                return {
                    self._decode_key(key, depth): self.decode(item, depth + 1)
                    for key, item in value.items
                }
            case TorchName():
                return _torch_name(value)
            case _:
                return self._find_object(value)

    def _decode_key(self, key: Value, depth: int) -> Any:
        decoded = self.decode(key, depth + 1)
        # A tuple's hash can be had by many others: a dictionary of such takes for ever to fill.
        if isinstance(decoded, list | tuple | dict | Tensor):
            raise CodecError("a dictionary key that is no plain value")
        return decoded

    def _decode_tensor(self, value: TensorValue) -> Tensor:
        dtype = DTYPES.get(value.dtype)
        if dtype is None or value.device not in DEVICES or len(value.shape) > MAX_DIMENSIONS:
            raise CodecError("a tensor of unknown dtype, device or rank")
        if (
            min(value.shape, default=0) < 0
            or math.prod(max(n, 1) for n in value.shape) > MAX_ELEMENTS
        ):
            raise CodecError("a tensor of impossible shape")
        if self._device is None and value.offset is not None:
            contents = self._read(value.offset, value.shape, dtype)
            if value.device == "meta":
                raise CodecError("a tensor with values on meta")
            if contents.stride() == value.strides:
                tensor = contents.clone()
            else:
                _check_strides(value)
                tensor = _restride(contents, value.strides)
            if value.device != "cpu":  # the values are looked at here
                tensor.__dict__["worker_device"] = value.device
        else:
            _check_strides(value)
            device = self._device or "meta"
            tensor = torch.empty_strided(value.shape, value.strides, dtype=dtype, device=device)
            tensor.__dict__["worker_device"] = value.device
        if value.requires_grad and dtype.is_floating_point:
            tensor.requires_grad_()
        return tensor

    def _read(self, offset: int, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        count = math.prod(shape)
        size = count * dtype.itemsize
        if offset < self._end_of_last or offset % ALIGNMENT or offset + size > len(self._body):
            raise CodecError("a tensor that lies outside its part of the message")
        self._end_of_last = offset + size
        if count == 0:
            return torch.empty(shape, dtype=dtype)
        return torch.frombuffer(self._body, dtype=dtype, count=count, offset=offset).reshape(shape)


def _check_strides(value: TensorValue) -> None:
    is_one_each = len(value.strides) == len(value.shape)
    if not is_one_each or min(value.strides, default=0) < 0:
        raise CodecError("a tensor of impossible strides")
    if _extent(value.shape, value.strides) > MAX_ELEMENTS:
        raise CodecError("a tensor of impossible strides")


def _restride(contents: Tensor, strides: tuple[int, ...]) -> Tensor:
    """A copy of `contents`, laid out with `strides` where they can hold it."""
    copy = torch.empty_like(contents)
    bytes_needed = _extent(copy.shape, strides) * copy.itemsize
    if bytes_needed <= MAX_BODY_BYTES and not _overlaps(copy.shape, strides):
        copy = torch.empty_strided(copy.shape, strides, dtype=copy.dtype)
    return copy.copy_(contents)


def _extent(shape: Sequence[int], strides: Sequence[int]) -> int:
    """Elements from the first to the last of a tensor in memory."""
    return 1 + sum((n - 1) * step for n, step in zip(shape, strides, strict=True) if n)


def _overlaps(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether two elements may share memory: an axis steps less far than the inner ones reach."""
    reach = 0
    for step, size in sorted(zip(strides, shape, strict=True)):
        if size > 1:
            if step <= reach:
                return True
            reach += (size - 1) * step
    return False


def _torch_name(value: TorchName) -> object:
    if value.kind == "device":
        if value.name in DEVICE_NAMES:
            return torch.device(value.name)
    elif value.kind == "dtype" and value.name in DTYPES:
        return DTYPES[value.name]
    elif value.kind == "memory_format" and value.name in ("channels_last", "contiguous_format"):
        return getattr(torch, value.name)
    raise CodecError(f"an unknown torch {value.kind}")
