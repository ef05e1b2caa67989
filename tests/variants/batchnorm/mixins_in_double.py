"""Everything in float64 with shifted sums; affine part and tracking are classes of their own."""

from __future__ import annotations

import torch
from torch import nn


def _shifted(x):
    """Moments about a first value of each channel, which lies near the mean."""
    axes = (0, *range(2, x.ndim))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    double = x.double()
    shift = double.detach().movedim(1, 0).flatten(1)[:, 0]
    moved = double - shift.view(shape)
    first = moved.mean(axes)
    again = moved - first.view(shape)
    rest = again.mean(axes)
    return shift + first + rest, (again * again).mean(axes) - rest * rest


def batch_stats(x):
    mean, variance = _shifted(x)
    return mean.to(x.dtype), variance.to(x.dtype)


class Affine(nn.Module):
    def __init__(self, num_features, affine):
        super().__init__()
        self.affine = affine
        if affine:
            self.weight = nn.Parameter(torch.empty(num_features).fill_(1))
            self.bias = nn.Parameter(torch.empty(num_features).fill_(0))
        else:
            self.register_parameter("weight", None)
            self.register_parameter("bias", None)

    def scale_and_shift(self, y):
        if not self.affine:
            return y
        weight, bias = (v.double().view(1, -1, 1, 1) for v in (self.weight, self.bias))
        return y * weight + bias


class Tracking(nn.Module):
    def __init__(self, num_features, momentum, track_running_stats, **rest):
        super().__init__(num_features, **rest)
        self.momentum = momentum
        self.track_running_stats = track_running_stats
        for name, start in (("running_mean", 0.0), ("running_var", 1.0)):
            value = torch.tensor([start] * num_features) if track_running_stats else None
            self.register_buffer(name, value)
        self.register_buffer(
            "num_batches_tracked", torch.tensor(0) if track_running_stats else None
        )

    def track(self, **batch):
        if not self.track_running_stats:
            return
        self.num_batches_tracked += 1
        newest = self.momentum
        if newest is None:
            newest = self.num_batches_tracked.double() ** -1
        for name, value in batch.items():
            running = getattr(self, name)
            moved = running.double() * (1 - newest) + value.detach() * newest
            running.copy_(moved)


class BatchNorm2d(Tracking, Affine):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__(num_features, momentum, track_running_stats, affine=affine)
        self.num_features = num_features
        self.eps = eps

    def forward(self, x):
        if x.ndim != 4:
            raise ValueError(f"x has {x.ndim} axes")
        if x.shape[1] != self.num_features:
            raise ValueError(f"x has {x.shape[1]} channels, num_features says otherwise")
        count = x.shape[0] * x.shape[2:].numel()
        if self.training:
            if count == 1:
                raise ValueError("x gives one value per channel")
            mean, variance = _shifted(x)
            self.track(running_mean=mean, running_var=variance * count / (count - 1))
        elif self.track_running_stats:
            mean, variance = self.running_mean.double(), self.running_var.double()
        else:
            mean, variance = _shifted(x)
        mean, variance = mean.view(-1, 1, 1), variance.view(-1, 1, 1)
        y = (x.double() - mean) * torch.pow(variance + self.eps, -0.5)
        return self.scale_and_shift(y).to(x.dtype)
