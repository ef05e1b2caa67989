"""Lab 3 - Carla. Batch normalization (Ioffe & Szegedy 2015)."""

from __future__ import annotations

import torch
from torch import nn


def _float(t):
    # en media precisión las sumas se desbordan, mejor en float32
    if t.dtype in (torch.float16, torch.bfloat16):
        return t.float()
    return t


def _media_y_varianza(x):
    # (N, C, H, W) o (N, C)  ->  (C, todo lo demás)
    por_canal = x.transpose(0, 1).reshape(x.shape[1], -1)
    media = por_canal.mean(dim=1)
    desviaciones = por_canal - media.unsqueeze(1)
    return media, (desviaciones * desviaciones).mean(dim=1)


def batch_stats(x):
    """Media y varianza (entre N, no N-1) de cada canal."""
    media, var = _media_y_varianza(_float(x))
    return media.to(x.dtype), var.to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True
    ):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats

        if affine:
            self.weight = nn.Parameter(torch.ones(num_features))
            self.bias = nn.Parameter(torch.zeros(num_features))
        else:
            self.register_parameter("weight", None)
            self.register_parameter("bias", None)

        if track_running_stats:
            self.register_buffer("running_mean", torch.zeros(num_features))
            self.register_buffer("running_var", torch.ones(num_features))
            self.register_buffer("num_batches_tracked", torch.zeros((), dtype=torch.long))
        else:
            for nombre in ["running_mean", "running_var", "num_batches_tracked"]:
                self.register_buffer(nombre, None)

    def forward(self, x):
        if x.dim() != 4:
            raise ValueError(f"x tiene que ser (N, C, H, W), no {tuple(x.shape)}")
        if x.size(1) != self.num_features:
            raise ValueError(f"num_features es {self.num_features}, x tiene {x.size(1)} canales")
        m = x.numel() // x.size(1)
        if self.training and m == 1:
            raise ValueError("x: con un solo valor por canal no hay varianza")

        z = _float(x)
        if self.training or not self.track_running_stats:
            media, var = _media_y_varianza(z)
        else:
            media, var = self.running_mean, self.running_var

        if self.training and self.track_running_stats:
            with torch.no_grad():
                self.num_batches_tracked += 1
                nuevo_var = var * m / (m - 1)
                if self.momentum is None:
                    # media acumulada: mu_n = mu_{n-1} + (x_n - mu_{n-1}) / n
                    n = self.num_batches_tracked
                    self.running_mean += (media - self.running_mean) / n
                    self.running_var += (nuevo_var - self.running_var) / n
                else:
                    a = self.momentum
                    self.running_mean.mul_(1 - a).add_(a * media)
                    self.running_var.mul_(1 - a).add_(a * nuevo_var)

        C = self.num_features
        y = z - media.reshape(1, C, 1, 1)
        y = y / torch.sqrt(_float(var).reshape(1, C, 1, 1) + self.eps)
        if self.affine:
            y = y * self.weight.reshape(1, C, 1, 1) + self.bias.reshape(1, C, 1, 1)
        return y.to(x.dtype)
