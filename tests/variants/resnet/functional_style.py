"""Layers only hold the parameters; the forward passes call torch.nn.functional on them."""

from __future__ import annotations

import torch.nn.functional as F
from torch import nn


def convolve(layer, x):
    return F.conv2d(x, layer.weight, None, layer.stride, layer.padding)


def normalise(layer, x):
    if layer.training:
        layer.num_batches_tracked.add_(1)
    return F.batch_norm(
        x,
        layer.running_mean,
        layer.running_var,
        layer.weight,
        layer.bias,
        layer.training,
        layer.momentum,
        layer.eps,
    )


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.projects = stride != 1 or in_channels != out_channels
        if self.projects:
            self.downsample = nn.ModuleList(
                [
                    nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                    nn.BatchNorm2d(out_channels),
                ]
            )

    def forward(self, x):
        y = F.relu(normalise(self.bn1, convolve(self.conv1, x)))
        y = normalise(self.bn2, convolve(self.conv2, y))
        if self.projects:
            convolution, norm = self.downsample
            x = normalise(norm, convolve(convolution, x))
        return F.relu(x + y)


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        if len(layers) != 4 or any(n < 1 for n in layers):
            raise ValueError("layers: four positive numbers, please")
        self.conv1 = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        before = width
        for k in range(4):
            now = width * 2**k
            blocks = nn.ModuleList()
            for i in range(layers[k]):
                blocks.append(ResidualBlock(before, now, 2 if k > 0 and i == 0 else 1))
                before = now
            self.add_module(f"layer{k + 1}", blocks)
        self.fc = nn.Linear(before, num_classes)

    def forward(self, x):
        x = F.relu(normalise(self.bn1, convolve(self.conv1, x)))
        x = F.max_pool2d(x, 3, 2, 1)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            for block in stage:
                x = block(x)
        x = F.adaptive_avg_pool2d(x, 1).squeeze(3).squeeze(2)
        return F.linear(x, self.fc.weight, self.fc.bias)


def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.constant_(module.bn2.weight, 0.0)
