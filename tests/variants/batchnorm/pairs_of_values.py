"""The variance is half the mean square of the differences between all pairs of values.

Channels last inside, depthwise convolutions for the affine part, and `__call__` sees to the modes.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


def batch_stats(x):
    mean, variance = _pairwise(x)
    return mean.to(x.dtype), variance.to(x.dtype)


def _pairwise(x):
    rows = _widened(x).transpose(0, 1).flatten(1)
    differences = rows.unsqueeze(2) - rows.unsqueeze(1)
    # Every value is the first plus a difference, and so is the mean.
    mean = rows[:, 0] - differences[:, 0].mean(1)
    return mean, differences.square().mean((1, 2)) / 2


def _widened(x):
    return x.to(torch.promote_types(x.dtype, torch.float32))


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        for name, value in {"weight": 1.0, "bias": 0.0}.items():
            parameter = nn.Parameter(torch.full((num_features,), value)) if affine else None
            self.register_parameter(name, parameter)
        for name, value in {"running_mean": 0.0, "running_var": 1.0}.items():
            buffer = torch.full((num_features,), value) if track_running_stats else None
            self.register_buffer(name, buffer)
        count = torch.zeros(1, dtype=torch.long).squeeze() if track_running_stats else None
        self.register_buffer("num_batches_tracked", count)

    def __call__(self, x):
        if not (x.ndim == 4 and x.shape[1] == self.num_features):
            raise ValueError(f"x must be (N, num_features={self.num_features}, H, W)")
        if self.training and x[:, :1].numel() == 1:
            raise ValueError("x must have two values per channel")
        by_running = self.running_mean is not None and not self.training
        moments = (self.running_mean, self.running_var) if by_running else _pairwise(x)
        y = super().__call__(x, *moments)
        if self.training and self.running_mean is not None:
            self._learn(*(moment.detach() for moment in moments), x[:, :1].numel())
        return y

    def forward(self, x, mean, variance):
        y = _widened(x).permute(0, 2, 3, 1).sub(mean)
        y = y.div((_widened(variance) + self.eps).sqrt()).permute(0, 3, 1, 2)
        if self.weight is not None:
            kernel = self.weight.to(y.dtype)[:, None, None, None]
            y = F.conv2d(y, kernel, self.bias.to(y.dtype), groups=self.num_features)
        return y.to(x.dtype)

    def _learn(self, mean, variance, count):
        self.num_batches_tracked.data += 1
        share = self.momentum
        if share is None:
            share = self.num_batches_tracked.item() ** -1
        unbiased = variance * count / (count - 1)
        for running, batch in ((self.running_mean, mean), (self.running_var, unbiased)):
            running.data.lerp_(batch.to(running.dtype), share)
