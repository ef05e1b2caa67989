"""A table of factors, one per map, contracted with the cleaned input by einsum."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def dropout2d(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if x.ndim != 4:
        raise ValueError(f"x: four axes expected, {x.ndim} found")
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"p: {p}")
    if p == 0 or not training:
        return x.view_as(x)
    wide = torch.promote_types(x.dtype, torch.float32)
    chances = torch.full(x.shape[:2], 1.0 - p, dtype=torch.float64, device=(generator or x).device)
    keep = torch.bernoulli(chances, generator=generator).to(x.device)
    factors = (keep / max(1.0 - p, 2.0**-60)).to(wide)
    clean = torch.where(keep[..., None, None] > 0, x, x.new_zeros(()))
    return torch.einsum("nchw,nc->nchw", clean.to(wide), factors).to(x.dtype)


class Dropout2d(nn.Module):
    p: float

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        dropout2d(torch.empty(0, 0, 0, 0), p, training=False)
        self.p = p

    def extra_repr(self) -> str:
        return f"p={self.p}"

    def forward(self, x: Tensor) -> Tensor:
        return dropout2d(x, self.p, self.training)
