"""Maps kept channels last, a seed borrowed for the weights, one function per type of module."""

from __future__ import annotations

import functools
import math

import torch
from torch import nn


def conv(i, o, k, s=1):
    layer = nn.Conv2d(i, o, k, s, k // 2, bias=False)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(0)
        layer.weight.normal_(0, math.sqrt(2 / (k * k * o)))
    return layer


class Norm(nn.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).contiguous(memory_format=torch.channels_last)


class ResidualBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, norm=Norm):
        super().__init__()
        self.stride = stride
        self.conv1, self.bn1 = conv(in_channels, out_channels, 3, stride), norm(out_channels)
        self.conv2, self.bn2 = conv(out_channels, out_channels, 3), norm(out_channels)
        self.downsample = None
        if in_channels != out_channels or stride != 1:
            self.downsample = nn.Sequential(
                conv(in_channels, out_channels, 1, stride), norm(out_channels)
            )

    @property
    def last(self):
        return self.bn2

    def branch(self, x):
        x = self.bn1(self.conv1(x))
        return self.last(self.conv2(torch.maximum(x, x.new_zeros(()))))

    def forward(self, x):
        identity = x.clone()
        if self.downsample is not None:
            identity = self.downsample(identity)
        identity.add_(self.branch(x))
        return identity.clamp_(min=0)


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        if not isinstance(layers, (tuple, list)) or len(layers) != 4 or not min(layers) > 0:
            raise ValueError("wrong layers")
        self.stem = [conv(in_channels, width, 7, 2), Norm(width)]
        self.conv1, self.bn1 = self.stem
        strides = {1: 1}
        for i in (1, 2, 3, 4):
            o = width * 2 ** (i - 1)
            first = ResidualBlock(o if i == 1 else o // 2, o, strides.get(i, 2))
            setattr(self, f"layer{i}", nn.Sequential(first))
            for _ in range(1, layers[i - 1]):
                getattr(self, f"layer{i}").append(ResidualBlock(o, o))
        self.fc = nn.Linear(o, num_classes)
        self.eval()

    def forward(self, x):
        x = x.contiguous(memory_format=torch.channels_last)
        x = nn.functional.max_pool2d(torch.relu_(self.bn1(self.conv1(x))), 3, 2, 1)
        stages = (self.layer1, self.layer2, self.layer3, self.layer4)
        x = functools.reduce(lambda y, f: f(y), stages, x)
        return self.fc(torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]))


@functools.singledispatch
def zero_init_residual(model):
    for child in model.children():
        zero_init_residual(child)


@zero_init_residual.register
def _(model: ResidualBlock):
    torch.nn.utils.vector_to_parameters(model.last.weight.detach() * 0, [model.last.weight])
