"""Práctica 6: All-CNN-C. Diego, grupo B."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean(dim=(2, 3), keepdim=True)


def strided_conv_like(pool: nn.MaxPool2d, channels: int) -> nn.Conv2d:
    if pool.ceil_mode:
        raise ValueError("pool: ceil_mode no se puede imitar con una convolución")
    return nn.Conv2d(
        channels, channels, pool.kernel_size, pool.stride, pool.padding, pool.dilation
    )


def replace_max_pool(model: nn.Sequential) -> nn.Sequential:
    new, _ = convert(deepcopy(model), None)
    return new


def convert(seq, last_conv):
    """Cambia los pools de `seq`; devuelve también la última convolución vista."""
    for i in range(len(seq)):
        layer = seq[i]
        if isinstance(layer, nn.Sequential):
            seq[i], last_conv = convert(layer, last_conv)
        elif isinstance(layer, nn.MaxPool2d):
            if last_conv is None:
                raise ValueError("model: no hay convolución antes del pool")
            conv = strided_conv_like(layer, last_conv.out_channels)
            w = last_conv.weight
            pair = nn.Sequential(conv.to(device=w.device, dtype=w.dtype), nn.ReLU())
            seq[i] = pair.train(layer.training)
        else:
            for m in layer.modules():
                if isinstance(m, nn.Conv2d):
                    last_conv = m
    return seq, last_conv


class AllConvNet(nn.Module):
    def __init__(self, num_classes: int = 10, in_channels: int = 3) -> None:
        super().__init__()
        # (canales, kernel, stride, padding) de la tabla 1
        table = [
            (96, 3, 1, 1),
            (96, 3, 1, 1),
            (96, 3, 2, 1),
            (192, 3, 1, 1),
            (192, 3, 1, 1),
            (192, 3, 2, 1),
            (192, 3, 1, 0),
            (192, 1, 1, 0),
        ]
        layers = [nn.Dropout(0.2)]
        c = in_channels
        for n, k, s, p in table:
            conv = nn.Conv2d(c, n, k, s, p)
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            layers += [conv, nn.ReLU()]
            if s == 2:
                layers.append(nn.Dropout(0.5))
            c = n
        layers.append(nn.Conv2d(c, num_classes, 1))
        self.net = nn.Sequential(*layers)
        self.pool = GlobalAvgPool2d()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(self.net(x))
        return x.reshape(len(x), -1)  # cross_entropy quiere (N, K)
