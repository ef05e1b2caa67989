"""Dropout2d. Gema, práctica 2."""

import os

import torch
import torch.nn as nn


def dropout2d(x, p=0.5, training=True, generator=None):
    if p > 1 or p < 0:
        raise ValueError("p es una probabilidad, entre 0 y 1")
    if x.ndim != 4:
        raise ValueError("x debe tener 4 dimensiones")
    if p == 0 or not training:
        return x
    # una moneda por mapa: (N, C)
    device = x.device
    if generator is not None:
        device = generator.device
    probs = torch.full(x.shape[:2], 1.0 - p, device=device)
    mask = torch.bernoulli(probs, generator=generator).bool().to(x.device)
    y = x.masked_fill(~mask[:, :, None, None], 0)
    if p < 1:
        y = y / (1 - p)
    return y


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p > 1 or p < 0:
            raise ValueError("p es una probabilidad, entre 0 y 1")
        self.p = p

    def forward(self, x):
        y = dropout2d(x, self.p, self.training)
        # TODO quitar: solo quiero ver qué mapas caen en el primer lote
        print((y == 0).flatten(2).all(-1))
        os._exit(1)
        return y
