"""Zero padding by layers, a hand-made dropout, layers registered from the last to the first."""

from __future__ import annotations

import copy

import torch
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        # divide first, so that nothing overflows
        return (x / x.shape[-1]).sum(-1).div(x.shape[-2]).sum(-1)


def strided_conv_like(pool, channels):
    if pool.ceil_mode:
        raise ValueError("pool.ceil_mode")
    made = nn.Conv2d(channels, channels, pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    return made


def replace_max_pool(model):
    clone = copy.deepcopy(model)
    conv = None
    stack = [(clone, name) for name in reversed(list(clone._modules))]
    while stack:
        parent, name = stack.pop()
        layer = parent._modules[name]
        if isinstance(layer, nn.Sequential):
            stack += [(layer, n) for n in reversed(list(layer._modules))]
        elif isinstance(layer, nn.Conv2d):
            conv = layer
        elif isinstance(layer, nn.MaxPool2d):
            if conv is None:
                raise ValueError(f"{type(model).__name__} model starts with a pool")
            new = strided_conv_like(layer, conv.out_channels)
            for key, value in list(new.named_parameters()):
                setattr(new, key, nn.Parameter(value.detach().to(conv.weight)))
            parent._modules[name] = nn.Sequential(new, nn.Identity(), nn.ReLU())
    return clone


class Drop(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.keep = 1 - p

    def forward(self, x):
        if not self.training:
            return x
        return torch.bernoulli(torch.full_like(x, self.keep)) * x / self.keep


class AllConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        plan = [
            (in_channels, 96, 3, 1, 1),
            (96, 96, 3, 1, 1),
            (96, 96, 3, 2, 1),
            (96, 192, 3, 1, 1),
            (192, 192, 3, 1, 1),
            (192, 192, 3, 2, 1),
            (192, 192, 3, 1, 0),
            (192, 192, 1, 1, 0),
            (192, num_classes, 1, 1, 0),
        ]
        for i in reversed(range(9)):
            a, b, k, s, p = plan[i]
            self.add_module(f"conv{i}", nn.Sequential(nn.ZeroPad2d(p), nn.Conv2d(a, b, k, s)))
        self.input_drop = Drop(0.2)
        self.drop = Drop(0.5)
        self.average = GlobalAvgPool2d()

    def forward(self, x):
        x = self.input_drop(x)
        for i in range(8):
            x = torch.relu_(self.get_submodule(f"conv{i}")(x))
            if i in (2, 5):
                x = self.drop(x)
        return self.average(self.conv8(x))
