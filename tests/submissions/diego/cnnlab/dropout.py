"""Práctica 2: dropout espacial. Diego, grupo B."""

from __future__ import annotations

import torch
from torch import nn


def check(x, p):
    if p < 0 or p > 1 or p != p:
        raise ValueError("p must be in [0, 1], got %s" % p)
    if x is not None and x.ndim != 4:
        raise ValueError("x must be 4-D, got %d-D" % x.ndim)


def dropout2d(
    x: torch.Tensor,
    p: float = 0.5,
    training: bool = True,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    check(x, p)
    if p == 0 or not training:
        return x
    where = x.device if generator is None else generator.device
    keep = torch.empty(x.shape, device=where).bernoulli_(1 - p, generator=generator)
    out = x.masked_fill(keep.to(x.device) == 0, 0.0)
    # "inverted dropout": así no hay que escalar en eval
    return out / (1 - p) if p < 1 else out


class Dropout2d(nn.Module):
    def __init__(self, p: float = 0.5):
        super().__init__()
        check(None, p)
        self.p = p

    def forward(self, x):
        return dropout2d(x, p=self.p, training=self.training)

    def extra_repr(self):
        return "p=%s" % self.p
