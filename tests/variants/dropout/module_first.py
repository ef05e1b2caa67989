"""The module does the work, normal draws against a quantile; the function builds a module."""

from __future__ import annotations

from statistics import NormalDist

import torch
from torch import nn


class Dropout2d(nn.Module):
    def __init__(self, p=0.5, generator=None):
        super().__init__()
        if p not in (0, 1) and not 0 < p < 1:
            raise ValueError(f"p must be a probability, not {p}")
        self.p, self.generator = float(p), generator

    def forward(self, x):
        try:
            n, c, _, _ = x.shape
        except ValueError:
            raise ValueError("x must have four axes") from None
        if self.p == 0 or not self.training:
            return x
        device = x.device if self.generator is None else self.generator.device
        draws = torch.randn(n, c, device=device, dtype=torch.float64, generator=self.generator)
        threshold = NormalDist().inv_cdf(self.p) if self.p < 1 else float("inf")
        dropped = draws.lt(threshold).to(x.device)
        return x.masked_fill(dropped[..., None, None], 0.0).div(1 - self.p or 1)


def dropout2d(x, p=0.5, training=True, generator=None):
    return Dropout2d(p, generator).train(training)(x)
