"""A pure function returns the output and the next state; the module is a thin shell."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn


class Running(NamedTuple):
    mean: torch.Tensor
    var: torch.Tensor
    batches: torch.Tensor


def _accumulate_in(x):
    return torch.promote_types(x.dtype, torch.float32)


def _stats(x):
    dtype = _accumulate_in(x)
    count = x.numel() // x.shape[1]
    mean = torch.sum(x, [d for d in range(x.ndim) if d != 1], keepdim=True, dtype=dtype) / count
    variance = (
        torch.nn.functional.mse_loss(x.to(dtype), mean.expand_as(x), reduction="none")
        .movedim(1, -1)
        .flatten(0, -2)
        .mean(0)
    )
    return mean.flatten(), variance


def batch_stats(x):
    mean, variance = _stats(x)
    return mean.to(x.dtype), variance.to(x.dtype)


def normalise(x, mean, var, weight, bias, eps):
    view = (-1, 1, 1)
    y = (x.to(_accumulate_in(x)) - mean.view(view)) / (
        var.to(_accumulate_in(x)).view(view) + eps
    ).sqrt()
    if weight is not None:
        y = y * weight.view(view)
    if bias is not None:
        y = y + bias.view(view)
    return y.to(x.dtype)


def next_running(running, mean, var, count, momentum):
    batches = running.batches + 1
    share = momentum if momentum is not None else 1 / batches.to(mean.dtype)
    mixed = (
        old + share * (new - old)
        for old, new in ((running.mean, mean), (running.var, var * (count / (count - 1))))
    )
    return Running(*mixed, batches)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = (
            (nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features)))
            if affine
            else (None, None)
        )
        state = Running(torch.zeros(num_features), torch.ones(num_features), torch.tensor(0))
        for name, value in zip(
            ("running_mean", "running_var", "num_batches_tracked"), state, strict=True
        ):
            self.register_buffer(name, value if track_running_stats else None)

    @property
    def running(self):
        if self.running_mean is None:
            return None
        return Running(self.running_mean, self.running_var, self.num_batches_tracked)

    def forward(self, x):
        if x.ndim != 4:
            raise ValueError("x is not (N, C, H, W)")
        count, channels = x.numel() // max(x.shape[1], 1), x.shape[1]
        if channels != self.num_features:
            raise ValueError(f"x: {channels} channels, num_features: {self.num_features}")
        if self.training and count == 1:
            raise ValueError("x: one value per channel")
        if self.running is not None and not self.training:
            return normalise(x, *self.running[:2], self.weight, self.bias, self.eps)
        mean, var = _stats(x)
        if self.training and self.running is not None:
            following = next_running(
                self.running, mean.detach(), var.detach(), count, self.momentum
            )
            for buffer, value in zip(self.running, following, strict=True):
                buffer.copy_(value)
        return normalise(x, mean, var, self.weight, self.bias, self.eps)
