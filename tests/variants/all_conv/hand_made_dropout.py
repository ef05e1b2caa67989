"""Dropout by hand and before the ReLU, 1x1 convolutions as einsums, means over the last axis."""

from __future__ import annotations

import copy

import torch
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        return x.flatten(2).mean(dim=-1)


def strided_conv_like(pool, channels):
    if pool.ceil_mode:
        raise ValueError(f"pool = {pool} rounds up")
    pair = nn.modules.utils._pair
    geometry = (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    return nn.Conv2d(channels, channels, *map(pair, geometry))


def replace_max_pool(model):
    model = copy.deepcopy(model)
    todo = [(model, key) for key in model._modules]
    latest = None
    while todo:
        parent, key = todo.pop(0)
        layer = parent._modules[key]
        if isinstance(layer, nn.Conv2d):
            latest = layer
        if not isinstance(layer, nn.MaxPool2d):
            todo = [(layer, key) for key, m in layer._modules.items() if m is not None] + todo
            continue
        if latest is None:
            raise ValueError("model has nothing that would tell the channels of a max pool")
        with torch.device(latest.weight.device):
            fresh = strided_conv_like(layer, latest.out_channels)
        if fresh.weight.dtype != latest.weight.dtype:
            fresh = fresh.to(latest.weight.dtype)
        parent._modules[key] = nn.Sequential(fresh, nn.ReLU())
        parent._modules[key].train(layer.training)
    return model


def drop(x, p, training):
    if not training:
        return x
    keep = torch.rand_like(x, dtype=torch.float32) >= p
    return x * keep.to(x.dtype) / (1 - p)


def conv1x1(layer, x):
    weight = layer.weight[:, :, 0, 0]
    return torch.einsum("nchw,oc->nohw", x, weight) + layer.bias[:, None, None]


class AllConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        sizes = [in_channels, 96, 96, 96, 192, 192, 192, 192, 192, num_classes]
        for i in range(9):
            strided, kernel = i in (2, 5), 3 if i < 7 else 1
            layer = nn.Conv2d(sizes[i], sizes[i + 1], kernel, 2 if strided else 1, int(i < 6))
            self.register_module(f"conv{i + 1}", layer)
        self.pool = GlobalAvgPool2d()

    def forward(self, x):
        x = drop(x, 0.2, self.training)
        for i in range(1, 10):
            layer = getattr(self, f"conv{i}")
            x = conv1x1(layer, x) if i >= 8 else layer(x)
            if i in (3, 6):
                x = drop(x, 0.5, self.training)
            if i < 9:
                x = x.clamp_min(0)
        return self.pool(x)
