"""An empty tensor filled in place by bernoulli_, and torch.where to choose."""

from __future__ import annotations

import torch
from torch import nn


def dropout2d(x, p=0.5, training=True, generator=None):
    if p < 0 or p > 1 or p != p:
        raise ValueError(f"p={p} is no probability")
    if x.dim() != 4:
        raise ValueError("x must be four-dimensional")
    if not training:
        return x.clone()
    device = generator.device if generator is not None else x.device
    keep = torch.empty(x.shape[:2], dtype=torch.float64, device=device)
    keep = keep.bernoulli_(1 - p, generator=generator).bool().to(x.device)
    scaled = x / (1 - p) if p < 1 else x
    return torch.where(keep[:, :, None, None], scaled, torch.zeros_like(x))


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not (p >= 0 and p <= 1):
            raise ValueError("p outside [0, 1]")
        self.p = p

    def forward(self, x):
        return dropout2d(x, p=self.p, training=self.training)
