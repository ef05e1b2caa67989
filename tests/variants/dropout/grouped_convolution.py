"""Each map is a group of its own in a 1x1 convolution whose weights are its factors."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p: {p}")
        self.rate = p

    def forward(self, x):
        return dropout2d(x, self.rate, self.training)


def dropout2d(x, p=0.5, training=True, generator=None):
    Dropout2d(p)
    if x.ndim != 4:
        raise ValueError(f"x: {list(x.shape)}")
    if not training:
        return x + 0
    if p == 1:
        return torch.zeros_like(x)
    n, c, h, w = x.shape
    where = x.device if generator is None else generator.device
    numbers = torch.rand(n * c, generator=generator, device=where).to(x.device)
    weight = (numbers >= p).to(x.dtype) / (1 - p)
    y = F.conv2d(x.reshape(1, n * c, h, w), weight[:, None, None, None], groups=n * c)
    return y.view(n, c, h, w)
