"""A hand-written autograd function that saves the mask and nothing else."""

from __future__ import annotations

import torch


class DropMaps(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, dropped, scale):
        ctx.save_for_backward(dropped)
        ctx.scale = scale
        return x.mul(scale).masked_fill_(dropped, 0)

    @staticmethod
    def backward(ctx, grad):
        (dropped,) = ctx.saved_tensors
        return grad.mul(ctx.scale).masked_fill(dropped, 0), None, None


def _validate(p):
    if not 0 <= p <= 1:
        raise ValueError("p has to lie between 0 and 1")


def dropout2d(x, p=0.5, training=True, generator=None):
    _validate(p)
    if len(x.shape) != 4:
        raise ValueError("x has to be (N, C, H, W)")
    if not training:
        return x
    source = x.device if generator is None else generator.device
    maps = (*x.shape[:2], 1, 1)
    dropped = torch.rand(maps, dtype=torch.float64, device=source, generator=generator) < p
    return DropMaps.apply(x, dropped.to(x.device), 1.0 if p == 1 else 1 / (1 - p))


class Dropout2d(torch.nn.Module):
    def __init__(self, p=0.5):
        _validate(p)
        super().__init__()
        self.register_forward_pre_hook(lambda module, args: _validate(module.p))
        self.p = p

    def forward(self, x):
        return dropout2d(x, self.p, self.training)
