"""Batch statistics, for a batch norm to build on."""

from __future__ import annotations

import torch
from torch import Tensor


def channel_moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and biased variance of every channel, computed in float32 or wider."""
    axes = [axis for axis in range(x.ndim) if axis != 1]
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    variance, mean = torch.var_mean(wide, axes, correction=0)
    return mean.to(x.dtype), variance.to(x.dtype)
