"""The transposed size as an affine map, and every other function by that one."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Sequence
from functools import reduce


class TransposedSizes(Sequence):
    """The transposed sizes of 1, 2, 3, … pixels, in ascending order."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def __len__(self):
        return 10**6

    def __getitem__(self, index):
        kernel_size, stride, dilation = self.numbers
        return conv_transpose_output_size(index + 1, kernel_size, stride, 0, 0, dilation)


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    given = (input_size, kernel_size, stride, padding, output_padding, dilation)
    i, k, s, p, o, d = map(operator.index, given)
    if i < 1 or k < 1 or s < 1 or d < 1:
        raise ValueError("input_size, kernel_size, stride and dilation start at 1")
    if p < 0 or o < 0:
        raise ValueError("padding and output_padding start at 0")
    if not o < max(s, d):
        raise ValueError("output_padding < max(stride, dilation)")
    size = s * i + d * k + o + 1 - s - d - 2 * p
    if size < 1:
        raise ValueError("padding > output")
    return size


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    if input_size < 1:
        raise ValueError("Input size")
    if padding < 0:
        raise ValueError("Padding")
    sizes = TransposedSizes(kernel_size, stride, dilation)
    places = bisect_right(sizes, input_size + 2 * padding)
    if places == 0:
        raise ValueError("Kernel size too large")
    return places


def same_padding(kernel_size, dilation=1):
    whole = conv_transpose_output_size(1, kernel_size, dilation=dilation)
    half, odd = whole // 2, whole % 2
    if not odd:
        raise ValueError("Kernel size even")
    return half


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4:
        raise ValueError("Input shape")
    if any(map((0).__ge__, input_shape)):
        raise ValueError("Input shape")
    if out_channels <= 0:
        raise ValueError("Out channels")

    def on(axis, value):
        try:
            return value[axis]
        except TypeError:
            return value

    result = [input_shape[0], out_channels]
    for axis in (0, 1):
        size, k, s, d = (
            input_shape[axis + 2],
            on(axis, kernel_size),
            on(axis, stride),
            on(axis, dilation),
        )
        p = 0
        match padding:
            case "same":
                if s != 1:
                    raise ValueError("Stride")
                size = conv_transpose_output_size(size, k, dilation=d)
            case "valid":
                pass
            case str():
                raise ValueError("Padding")
            case _:
                p = on(axis, padding)
        result.append(conv_output_size(size, k, s, p, d))
    return tuple(result)


def receptive_field(layers):
    try:
        return reduce(
            lambda size, layer: conv_transpose_output_size(size, *layer), reversed(layers), 1
        )
    except ValueError as error:
        raise ValueError(f"layers: {error}") from None
