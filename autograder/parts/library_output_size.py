"""The output size of a convolution, for other arithmetic to build on."""

from __future__ import annotations

import numpy as np


def library_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many windows NumPy finds on the padded axis."""
    if min(input_size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("input_size, kernel_size, stride, padding or dilation out of range")
    axis = np.pad(np.zeros(input_size), padding)
    reach = range(0, dilation * kernel_size, dilation)[-1] + 1
    if reach > len(axis):
        raise ValueError("kernel_size does not fit into input_size with this padding and dilation")
    return len(np.lib.stride_tricks.sliding_window_view(axis, reach)[::stride])
