"""Exact fractions: the number of places is a ceiling, padding and strides are rationals."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate
from operator import mul


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    if min(input_size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("input_size, kernel_size, stride, dilation >= 1 and padding >= 0, please")
    free = input_size + 2 * padding - dilation * (kernel_size - 1)
    result = math.ceil(Fraction(free, stride))
    if result < 1:
        raise ValueError("kernel_size and dilation are too large for input_size and padding")
    return result


def same_padding(kernel_size, dilation=1):
    if kernel_size < 1 or dilation < 1:
        raise ValueError("kernel_size and dilation must be positive")
    padding = Fraction(dilation * (kernel_size - 1), 2)
    if padding.denominator != 1:
        raise ValueError(f"kernel_size and dilation would need a padding of {padding}")
    return padding.numerator


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4 or any(size < 1 for size in input_shape):
        raise ValueError("input_shape must be four positive numbers")
    if out_channels < 1:
        raise ValueError("out_channels must be positive")
    sizes = []
    for axis in (0, 1):

        def pick(value, axis=axis):
            return value if isinstance(value, int) else value[axis]

        size, kernel, step, gap = (
            input_shape[2 + axis],
            pick(kernel_size),
            pick(stride),
            pick(dilation),
        )
        if padding == "same":
            if step != 1:
                raise ValueError('padding="same" needs stride=1')
            # Both ends together get dilation * (kernel - 1) pixels.
            sizes.append(conv_output_size(size + gap * (kernel - 1), kernel, 1, 0, gap))
        elif padding == "valid":
            sizes.append(conv_output_size(size, kernel, step, 0, gap))
        elif isinstance(padding, str):
            raise ValueError(f"padding {padding!r} is unknown")
        else:
            sizes.append(conv_output_size(size, kernel, step, pick(padding), gap))
    return (input_shape[0], out_channels, *sizes)


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    if min(input_size, kernel_size, stride, dilation) < 1:
        raise ValueError("input_size, kernel_size, stride and dilation must be positive")
    if padding < 0 or not 0 <= output_padding < max(stride, dilation):
        raise ValueError("padding or output_padding out of range")
    result = (input_size - 1) * stride - 2 * padding + dilation * (kernel_size - 1)
    result += output_padding + 1
    if result < 1:
        raise ValueError("padding leaves nothing of the output")
    return result


def receptive_field(layers):
    layers = list(layers)
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError("layers must hold positive numbers")
    steps = accumulate((stride for _, stride in layers), mul, initial=1)
    return 1 + sum((kernel - 1) * step for (kernel, _), step in zip(layers, steps, strict=False))
