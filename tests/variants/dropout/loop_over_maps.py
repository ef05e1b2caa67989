"""Explicit loops: one integer drawn and one decision taken per image and channel."""

from __future__ import annotations

import torch
from torch import nn

RESOLUTION = 2**40


def dropout2d(x, p=0.5, training=True, generator=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p}")
    if x.ndim != 4:
        raise ValueError(f"x has shape {tuple(x.shape)}")
    if not training or p == 0 or x.shape[0] * x.shape[1] == 0:
        return x
    where = x.device if generator is None else generator.device
    threshold = round(p * RESOLUTION)
    images = []
    for image in x:
        maps = []
        for feature_map in image:
            draw = torch.randint(RESOLUTION, (), device=where, generator=generator).to(x.device)
            scaled = feature_map / (1 - p) if p < 1 else feature_map
            maps.append(torch.where(draw >= threshold, scaled, 0.0).to(x.dtype))
        images.append(torch.stack(maps))
    return torch.stack(images)


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p = {p}")
        self.p = p

    def forward(self, x):
        if not self.training:
            return dropout2d(x, 0)
        return dropout2d(x, self.p)
