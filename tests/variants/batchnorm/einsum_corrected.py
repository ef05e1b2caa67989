"""Sums by einsum, with a second pass that corrects the mean."""

from __future__ import annotations

import torch
from torch import nn


def _per_channel(x):
    wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    axes = "nchw"[: x.ndim]
    n = x.numel() // x.shape[1]
    mean = torch.einsum(f"{axes}->c", wide) / n
    shape = [1, -1, *[1] * (x.ndim - 2)]
    centred = wide - mean.reshape(shape)
    slip = torch.einsum(f"{axes}->c", centred) / n
    centred = centred - slip.reshape(shape)
    variance = torch.einsum(f"{axes},{axes}->c", centred, centred) / n
    return mean + slip, variance, centred


def batch_stats(x):
    mean, variance, _ = _per_channel(x)
    return mean.to(x.dtype), variance.to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        if affine:
            self.weight = nn.Parameter(torch.ones(num_features))
            self.bias = nn.Parameter(torch.zeros(num_features))
        else:
            self.weight = self.bias = None
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            del self.running_mean, self.running_var, self.num_batches_tracked
            self.register_buffer("running_mean", torch.zeros(num_features))
            self.register_buffer("running_var", torch.ones(num_features))
            self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))

    def forward(self, x):
        if x.dim() != 4 or x.size(1) != self.num_features:
            raise ValueError(f"x must be (N, {self.num_features}, H, W), not {tuple(x.shape)}")
        n = x.numel() // max(1, self.num_features)
        if self.training and n == 1:
            raise ValueError("x must have more than one value per channel")
        if self.training or self.running_mean is None:
            mean, variance, centred = _per_channel(x)
            if self.training and self.running_mean is not None:
                self._follow(mean.detach(), variance.detach() * n / (n - 1))
        else:
            wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
            centred = wide - self.running_mean[:, None, None]
            variance = self.running_var.to(centred.dtype)
        scale = (variance + self.eps) ** -0.5
        if self.weight is None:
            return torch.einsum("nchw,c->nchw", centred, scale).to(x.dtype)
        y = torch.einsum("nchw,c->nchw", centred, scale * self.weight)
        return (y + self.bias[:, None, None]).to(x.dtype)

    def _follow(self, mean, variance):
        with torch.no_grad():
            self.num_batches_tracked += 1
            for running, batch in ((self.running_mean, mean), (self.running_var, variance)):
                difference = batch - running
                if self.momentum is None:
                    step = difference / self.num_batches_tracked.to(difference.dtype)
                else:
                    step = self.momentum * difference
                running.copy_(running + step)
