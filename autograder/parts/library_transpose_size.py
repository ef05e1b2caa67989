"""The output size of a transposed convolution, for other arithmetic to build on."""

from __future__ import annotations

from typing import Any

import numpy as np


def library_transpose_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """How many values NumPy's full convolution has, cut and padded."""
    if min(input_size, kernel_size, stride, dilation) < 1 or min(padding, output_padding) < 0:
        raise ValueError("input_size, kernel_size, stride, padding or dilation out of range")
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding is not below stride or dilation")
    stamped = np.convolve(_spread(input_size, stride), _spread(kernel_size, dilation))
    size = len(stamped) - 2 * padding + output_padding
    if size < 1:
        raise ValueError("padding leaves nothing of the output")
    return size


def _spread(count: int, distance: int) -> Any:
    """`count` ones, `distance` apart, and zeros between them."""
    values = np.zeros((count, distance))
    values[:, 0] = 1
    return values.reshape(-1)[: (count - 1) * distance + 1]
