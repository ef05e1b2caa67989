"""A map falls if its first toss is a success; the numbers of tosses are geometric."""

from __future__ import annotations

import torch
from torch import nn


def _valid(p, x=None):
    if p < 0 or p > 1:
        raise ValueError(f"p has to be a probability, not {p}")
    if x is not None and x.ndim != 4:
        raise ValueError("x has to have four axes")


def _tosses(x, p, generator):
    device = x.device if generator is None else generator.device
    tosses = torch.empty(x.shape[1::-1], dtype=torch.float64, device=device)
    return tosses.geometric_(p, generator=generator).t().to(x.device)


def dropout2d(x, p=0.5, training=True, generator=None):
    _valid(p, x)
    if p == 0 or not training:
        return x
    if p == 1:
        # Zeros that know nothing of x, and yet take part in its graph.
        return x.new_zeros(x.shape).requires_grad_(x.requires_grad)
    stays = _tosses(x, p, generator) > 1
    pairs = zip(x, stays, strict=True)
    return torch.stack([torch.where(s[:, None, None], image / (1 - p), 0) for image, s in pairs])


class Dropout2d(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        (self.p,) = (*args, *kwargs.values()) or (0.5,)
        _valid(self.p)

    def forward(self, x):
        return dropout2d(x, self.p, self.training)
