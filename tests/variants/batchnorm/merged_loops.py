"""Explicit loops over samples and channels that merge partial moments (Chan et al. 1979)."""

from __future__ import annotations

import torch
from torch import nn


def _merge(left, right):
    n_left, mean_left, m2_left = left
    n_right, mean_right, m2_right = right
    n = n_left + n_right
    delta = mean_right - mean_left
    mean = mean_left + delta * (n_right / n)
    return n, mean, m2_left + m2_right + delta * delta * (n_left * n_right / n)


def _moments_of(values):
    mean = values.mean()
    return values.numel(), mean, ((values - mean) ** 2).sum()


def _channel_moments(x):
    wide = x.to(torch.float32) if x.element_size() < 4 else x
    means, variances = [], []
    for c in range(x.shape[1]):
        total = None
        for sample in wide.select(1, c):
            part = _moments_of(sample)
            total = part if total is None else _merge(total, part)
        n, mean, m2 = total
        means.append(mean)
        variances.append(m2 / n)
    return torch.stack(means), torch.stack(variances)


def batch_stats(x):
    return tuple(statistic.to(x.dtype) for statistic in _channel_moments(x))


class BatchNorm2d(nn.Module):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        empty = dict.fromkeys(("running_mean", "running_var", "num_batches_tracked"))
        full = {
            "running_mean": torch.zeros(num_features),
            "running_var": torch.ones(num_features),
            "num_batches_tracked": torch.tensor(0),
        }
        for name, buffer in (full if track_running_stats else empty).items():
            self.register_buffer(name, buffer)

    def forward(self, x):
        if x.ndim != 4:
            raise ValueError(f"x has {x.ndim} dimensions instead of 4")
        n, c, h, w = x.shape
        if c != self.num_features:
            raise ValueError(f"x has {c} channels instead of num_features={self.num_features}")
        if self.training and n * h * w == 1:
            raise ValueError("x: a variance needs two values")
        if not self.training and self.running_mean is not None:
            means, variances = self.running_mean, self.running_var
        else:
            means, variances = _channel_moments(x)
        if self.training and self.running_mean is not None:
            self.update(means.detach(), variances.detach(), n * h * w)
        outputs = []
        for channel in range(c):
            values = x[:, channel]
            if values.element_size() < 4:
                values = values.to(torch.float32)
            deviation = torch.sqrt(variances[channel].to(values.dtype) + self.eps)
            y = (values - means[channel]) / deviation
            if self.weight is not None:
                y = y * self.weight[channel] + self.bias[channel]
            outputs.append(y.to(x.dtype))
        return torch.stack(outputs, dim=1)

    def update(self, means, variances, count):
        self.num_batches_tracked.add_(1)
        if self.momentum is None:
            share = 1 / self.num_batches_tracked.to(means.dtype)
        else:
            share = self.momentum
        for channel in range(self.num_features):
            mean, variance = means[channel], variances[channel] * count / (count - 1)
            old_mean, old_variance = self.running_mean[channel], self.running_var[channel]
            self.running_mean[channel] = (1 - share) * old_mean + share * mean
            self.running_var[channel] = (1 - share) * old_variance + share * variance
