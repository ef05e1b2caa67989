"""One factor and one shift per channel, `x * scale + shift`; the layer uses its own `batch_stats`.

The buffers are replaced by new tensors; the statistics of one channel are mapped over the others.
"""

from __future__ import annotations

import torch
from torch import nn


def _single_or_better(x):
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def _moments_of_one(values):
    mean = values.mean()
    return mean, torch.linalg.vector_norm(values - mean).square() / values.numel()


def batch_stats(x):
    rows = _single_or_better(x).movedim(1, 0).flatten(1)
    mean, variance = torch.vmap(_moments_of_one)(rows)
    return mean.to(x.dtype), variance.to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        tracks = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if tracks else None)
        self.register_buffer("running_var", torch.ones(num_features) if tracks else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if tracks else None)

    def forward(self, x):
        if x.dim() != 4:
            raise ValueError(f"expected 4D input (got {x.dim()}D input)")
        n, channels, height, width = x.size()
        if channels != self.num_features:
            raise ValueError(f"expected {self.num_features} channels, the input has {channels}")
        if self.training and n * height * width == 1:
            raise ValueError("the input needs more than 1 value per channel when training")
        scale, shift = self._constants(_single_or_better(x))
        shape = (1, channels, 1, 1)
        y = torch.addcmul(shift.view(shape), _single_or_better(x), scale.view(shape))
        return y.to(x.dtype)

    def _constants(self, x):
        if self.training or self.running_var is None:
            mean, variance = batch_stats(x)
            if self.training and self.running_var is not None:
                self._advance(mean.detach(), variance.detach(), x.numel() // x.size(1))
        else:
            mean, variance = self.running_mean.to(x.dtype), self.running_var.to(x.dtype)
        scale = torch.exp(-0.5 * torch.log(variance + self.eps))
        if self.weight is None:
            return scale, -mean * scale
        scale = scale * self.weight
        return scale, self.bias - mean * scale

    def _advance(self, mean, variance, count):
        self.num_batches_tracked = self.num_batches_tracked + 1
        share = self.momentum
        if share is None:
            share = 1.0 / float(self.num_batches_tracked)
        dtype = self.running_mean.dtype
        unbiased = variance * count / (count - 1)
        self.running_mean = ((1 - share) * self.running_mean + share * mean).to(dtype)
        self.running_var = ((1 - share) * self.running_var + share * unbiased).to(dtype)
