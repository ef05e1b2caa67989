"""The module's own hooks check the input and follow the statistics; forward only normalises."""

from __future__ import annotations

import torch
from torch import nn


def _check(layer, args):
    (x,) = args
    problem = None
    if x.ndim != 4:
        problem = "is not (N, C, H, W)"
    elif x.shape[1] != layer.num_features:
        problem = f"has not num_features = {layer.num_features} channels"
    elif layer.training and x.shape[0] * x.shape[2] * x.shape[3] == 1:
        problem = "has one value per channel"
    if problem:
        raise ValueError(f"x of shape {tuple(x.shape)} {problem}")


@torch.no_grad()
def _follow(layer, args, output):
    if not layer.training or layer.running_mean is None:
        return
    (x,) = args
    wide = _widened(x)
    variance, mean = torch.var_mean(wide, (0, 2, 3), correction=1)
    layer.num_batches_tracked.add_(1)
    if layer.momentum is None:
        share = layer.num_batches_tracked.to(wide.dtype).reciprocal()
    else:
        share = layer.momentum
    layer.running_mean.add_(((mean - layer.running_mean) * share).to(layer.running_mean.dtype))
    layer.running_var.add_(((variance - layer.running_var) * share).to(layer.running_var.dtype))


def _widened(x):
    return x if x.dtype == torch.float64 else x.float()


def batch_stats(x):
    variance, mean = torch.var_mean(
        _widened(x), dim=tuple(d for d in range(x.ndim) if d != 1), unbiased=False
    )
    return mean.type(x.dtype), variance.type(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.register_parameter(
            "weight", nn.Parameter(torch.ones(num_features)) if affine else None
        )
        self.register_parameter("bias", nn.Parameter(torch.zeros(num_features)) if affine else None)
        on = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if on else None)
        self.register_buffer("running_var", torch.ones(num_features) if on else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if on else None)
        self.register_forward_pre_hook(_check)
        self.register_forward_hook(_follow)

    def forward(self, x):
        wide = _widened(x)
        if self.training or self.running_mean is None:
            mean = wide.mean(dim=(0, 2, 3), keepdim=True)
            variance = (wide - mean).square().mean(dim=(0, 2, 3), keepdim=True)
        else:
            mean, variance = (
                buffer.detach().reshape(1, -1, 1, 1).to(wide.dtype)
                for buffer in (self.running_mean, self.running_var)
            )
        y = (wide - mean) / torch.sqrt(variance + self.eps)
        for name, operation in (("weight", torch.mul), ("bias", torch.add)):
            parameter = getattr(self, name)
            if parameter is not None:
                y = operation(y, parameter.reshape(-1, 1, 1))
        return y.to(x.dtype)
