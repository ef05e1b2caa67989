"""Named layers in OrderedDicts, "same" padding, a subclassed pair, and average pooling of torch."""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import nn


class GlobalAvgPool2d(nn.AdaptiveAvgPool2d):
    def __init__(self):
        super().__init__(output_size=1)

    def forward(self, input):
        return torch.flatten(super().forward(input), 1)


class StridedConv2d(nn.Conv2d):
    def __init__(self, pool, channels, device=None, dtype=None):
        if pool.ceil_mode:
            raise ValueError("a pool in ceil_mode has another output shape than a convolution")
        super().__init__(
            channels,
            channels,
            pool.kernel_size,
            pool.stride,
            pool.padding,
            pool.dilation,
            device=device,
            dtype=dtype,
        )


def strided_conv_like(pool, channels):
    return StridedConv2d(pool, channels)


class LearnedPool(nn.Sequential):
    def __init__(self, pool, like):
        weight = like.weight
        convolution = StridedConv2d(pool, like.out_channels, weight.device, weight.dtype)
        super().__init__(OrderedDict(conv=convolution, relu=nn.ReLU()))


def replace_max_pool(model):
    model = copy.deepcopy(model)
    convolution = None
    for name, layer in list(model.named_modules(remove_duplicate=False)):
        if isinstance(layer, nn.Conv2d):
            convolution = layer
        if isinstance(layer, nn.MaxPool2d):
            if convolution is None:
                raise ValueError(f"model.{name} comes before every convolution")
            parent, _, key = name.rpartition(".")
            setattr(
                model.get_submodule(parent),
                key,
                LearnedPool(layer, convolution).train(layer.training),
            )
    return model


def conv(before, after, kernel, stride=1, padding="same"):
    layers = OrderedDict(conv=nn.Conv2d(before, after, kernel, stride, padding), relu=nn.ReLU(True))
    return nn.Sequential(layers)


class AllConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        first = OrderedDict(
            a=conv(in_channels, 96, 3),
            b=conv(96, 96, 3),
            c=conv(96, 96, 3, stride=2, padding=1),
        )
        second = OrderedDict(
            a=conv(96, 192, 3),
            b=conv(192, 192, 3),
            c=conv(192, 192, 3, stride=2, padding=1),
        )
        third = OrderedDict(
            a=conv(192, 192, 3, padding="valid"),
            b=conv(192, 192, 1),
            logits=nn.Conv2d(192, num_classes, 1),
        )
        parts = [nn.Sequential(part) for part in (first, second, third)]
        self.parts = nn.ModuleDict(zip(("first", "second", "third"), parts, strict=True))
        self.dropouts = nn.ModuleDict({"first": nn.Dropout(0.2)})
        self.dropouts.update({name: nn.Dropout(0.5) for name in ("second", "third")})
        self.pool = GlobalAvgPool2d()

    def forward(self, x):
        for name, part in self.parts.items():
            x = part(self.dropouts[name](x))
        return self.pool(x)
