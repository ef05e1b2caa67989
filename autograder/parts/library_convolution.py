"""A strided convolution, for a network to build on."""

from __future__ import annotations

from torch import nn


def library_convolution(pool: nn.MaxPool2d, channels: int) -> nn.Conv2d:
    """Torch's convolution with what the max pool was given."""
    if pool.ceil_mode:
        raise ValueError("pool has ceil_mode=True")
    given = (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    return nn.Conv2d(channels, channels, *given)
