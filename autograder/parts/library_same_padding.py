"""The padding that keeps the size, for other arithmetic to build on."""

from __future__ import annotations

import numpy as np


def library_same_padding(kernel_size: int, dilation: int = 1) -> int:
    """How far the middle of a kernel is from its end, where it has a middle."""
    if min(kernel_size, dilation) < 1:
        raise ValueError("kernel_size or dilation out of range")
    places = np.arange(kernel_size) * dilation
    padding, rest = divmod(int(places[-1]), 2)
    if rest:
        raise ValueError("kernel_size with this dilation has no middle")
    return padding
