"""Elena - práctica 3"""

from __future__ import annotations

import torch
from torch import nn


def batch_stats(x):
    ejes = (0,) if x.dim() == 2 else (0, 2, 3)
    y = x if x.dtype == torch.float64 else x.float()
    var, mean = torch.var_mean(y, dim=ejes, unbiased=False)
    return mean.to(x.dtype), var.to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features)
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if x.dim() != 4 or x.shape[1] != self.num_features:
            raise ValueError("x: forma incorrecta")
        if self.training:
            mean, var = batch_stats(x)
        else:
            mean, var = self.running_mean, self.running_var
        # falta actualizar running_mean y running_var
        y = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
