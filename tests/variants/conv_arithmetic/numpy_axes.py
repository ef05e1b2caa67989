"""NumPy for both axes at once, documented formulas in floats, Python's numbers at the end."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class Shape(NamedTuple):
    batch: int
    channels: int
    height: int
    width: int


def _require(least, **arguments):
    for name, value in arguments.items():
        if (np.asarray(value) < least).any():
            raise ValueError(f"{name} must be >= {least}")


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    _require(1, input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _require(0, padding=padding)
    size = math.floor((input_size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    if size < 1:
        raise ValueError("kernel_size")
    return size


def same_padding(kernel_size, dilation=1):
    _require(1, kernel_size=kernel_size, dilation=dilation)
    half = dilation * (kernel_size - 1) / 2
    if not half.is_integer():
        raise ValueError(f"kernel_size would need a padding of {half}")
    return int(half)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    shape = np.array(input_shape)
    if shape.shape != (4,):
        raise ValueError("input_shape")
    _require(1, input_shape=shape, out_channels=out_channels)
    _require(1, kernel_size=kernel_size, stride=stride, dilation=dilation)
    k, s, d = (np.broadcast_to(value, 2) for value in (kernel_size, stride, dilation))
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError("padding")
        if padding == "same" and (s != 1).any():
            raise ValueError("stride")
        total = d * (k - 1) if padding == "same" else np.zeros(2, int)
    else:
        _require(0, padding=padding)
        total = 2 * np.broadcast_to(padding, 2)
    sizes = (shape[2:] + total - d * (k - 1) - 1) // s + 1
    if (sizes < 1).any():
        raise ValueError("kernel_size does not fit")
    return Shape(int(shape[0]), int(out_channels), *map(int, sizes))


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    _require(1, input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _require(0, padding=padding, output_padding=output_padding)
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding")
    terms = [input_size - 1, padding, kernel_size - 1, output_padding + 1]
    size = np.dot(terms, [stride, -2, dilation, 1])
    if size < 1:
        raise ValueError("padding")
    return size.item()


def receptive_field(layers):
    table = np.array(layers, dtype=np.int64).reshape(-1, 2)
    _require(1, layers=table)
    kernels, strides = table.T
    return int(1 + ((kernels - 1) * np.cumprod(np.r_[1, strides])[:-1]).sum())
