"""Lab 2 - Carla. Dropout espacial (Tompson et al. 2015)."""

from __future__ import annotations

import torch
from torch import nn


def dropout2d(x, p=0.5, training=True, generator=None):
    """Pone a cero mapas enteros con probabilidad p y escala el resto por 1/(1-p)."""
    if not (0 <= p <= 1):
        raise ValueError(f"p tiene que estar entre 0 y 1, no {p}")
    if len(x.shape) != 4:
        raise ValueError(f"x tiene que ser (N, C, H, W), no {tuple(x.shape)}")
    if not training or p == 0:
        return x

    N, C, _, _ = x.shape
    device = generator.device if generator is not None else x.device
    r = torch.rand(N, C, 1, 1, generator=generator, device=device).to(x.device)
    escala = 1.0 if p == 1 else 1 / (1 - p)  # p = 1: no dividir entre cero
    return torch.where(r >= p, x * escala, torch.zeros_like(x))


class Dropout2d(nn.Module):
    """Drop whole feature maps in train mode; in eval mode, return the input's values."""

    def __init__(self, p: float = 0.5) -> None:
        # TODO
        raise NotImplementedError("Dropout2d.__init__")

    def forward(self, x):
        """Return `x` with its maps dropped or unchanged, as the module's mode asks."""
        # TODO
        raise NotImplementedError("Dropout2d.forward")
