"""Each map waits an exponential time and survives if it outlasts -log(1 - p)."""

from __future__ import annotations

import math

import torch
from torch import nn


def dropout2d(x, p=0.5, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError("p is not in [0, 1]")
    if x.ndim != 4:
        raise ValueError("x is not a batch of images")
    if not training or p == 0:
        return x
    if p == 1:
        return x.masked_fill(torch.ones((), dtype=torch.bool, device=x.device), 0)
    device = x.device if generator is None else generator.device
    clocks = torch.empty(x.size(0) * x.size(1), dtype=torch.float64, device=device)
    clocks.exponential_(generator=generator)
    died = (clocks < -math.log1p(-p)).to(x.device)
    flat = x.flatten(0, 1).masked_fill(died.view(-1, 1, 1), 0)
    return flat.unflatten(0, x.shape[:2]) / (1 - p)


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    @property
    def p(self):
        return self._p

    @p.setter
    def p(self, value):
        if not 0 <= value <= 1:
            raise ValueError(f"p: {value}")
        self._p = value

    def forward(self, x):
        return dropout2d(x, self.p, self.training)
