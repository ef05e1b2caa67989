"""Práctica 3: batch norm. Diego, grupo B.

Algoritmos 1 y 2 de Ioffe & Szegedy.
"""

from __future__ import annotations

import torch
from torch import nn


def reduce_dims(x):
    return [0] + list(range(2, x.dim()))


def stats(x):
    dims = reduce_dims(x)
    mu = x.mean(dims, keepdim=True)
    var = (x - mu).pow(2).mean(dims, keepdim=True)
    return mu, var


def upcast(x):
    return x if x.dtype == torch.float64 else x.to(torch.float32)


def batch_stats(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    mu, var = stats(upcast(x))
    return mu.flatten().to(x.dtype), var.flatten().to(x.dtype)


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
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = nn.Parameter(torch.full((num_features,), 1.0)) if affine else None
        self.bias = nn.Parameter(torch.full((num_features,), 0.0)) if affine else None
        buffers = {"running_mean": None, "running_var": None, "num_batches_tracked": None}
        if track_running_stats:
            buffers["running_mean"] = torch.zeros(num_features)
            buffers["running_var"] = torch.ones(num_features)
            buffers["num_batches_tracked"] = torch.tensor(0, dtype=torch.int64)
        for name, value in buffers.items():
            self.register_buffer(name, value)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.check_input(x)
        z = upcast(x)
        if self.training:
            mu, var = stats(z)
            if self.track_running_stats:
                self.update(mu.detach().flatten(), var.detach().flatten())
        elif self.track_running_stats:
            mu = upcast(self.running_mean)[:, None, None]
            var = upcast(self.running_var)[:, None, None]
        else:
            mu, var = stats(z)

        y = (z - mu) / (var + self.eps) ** 0.5
        if self.affine:
            y = self.weight[:, None, None] * y + self.bias[:, None, None]
        return y.to(x.dtype)

    def update(self, mu, var):
        self.num_batches_tracked.add_(1)
        rate = self.momentum
        if rate is None:
            # media de todos los lotes vistos hasta ahora
            rate = 1 / self.num_batches_tracked.to(mu.dtype)
        self.running_mean.copy_(self.running_mean + rate * (mu - self.running_mean))
        self.running_var.copy_(self.running_var + rate * (var - self.running_var))

    def check_input(self, x):
        if x.dim() != 4:
            raise ValueError("x must be (N, C, H, W)")
        n, c, h, w = x.shape
        if c != self.num_features:
            raise ValueError("x: %d channels instead of num_features=%d" % (c, self.num_features))
        if self.training and n * h * w <= 1:
            raise ValueError("x: more than one value per channel is needed to train")
