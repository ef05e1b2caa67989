"""torch.vmap of a rule for one map over the channels and then over the images."""

from __future__ import annotations

import torch
from torch import nn


def dropout2d(x, p=0.5, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p {p!r} is out of range")
    if x.ndim != 4:
        raise ValueError(f"x of {x.ndim} axes, not 4")
    if not training:
        return x
    device = x.device if generator is None else generator.device
    uniform = torch.empty(x.shape[:2], dtype=torch.float32, device=device)
    uniform.uniform_(generator=generator)
    gain = 1.0 if p == 1 else 1 / (1 - p)

    def rule(feature_map, number):
        return torch.where(number < p, torch.zeros_like(feature_map), feature_map * gain)

    return torch.vmap(torch.vmap(rule))(x, uniform.to(x.device))


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p")
        self.p = p

    def forward(self, x):
        return (self._keep_all, self._drop_some)[self.training](x)

    def _drop_some(self, x):
        return dropout2d(x, self.p)

    def _keep_all(self, x):
        return dropout2d(x, self.p, training=False)
