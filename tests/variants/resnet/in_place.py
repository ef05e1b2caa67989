"""In-place additions and ReLUs, an empty Sequential as identity, stages that grow by append."""

from __future__ import annotations

import torch
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.downsample = nn.Sequential()
        if stride > 1 or in_channels != out_channels:
            self.downsample.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))
            self.downsample.append(nn.BatchNorm2d(out_channels))
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu_()
        out = self.bn2(self.conv2(out))
        out += self.downsample(x)
        return out.relu_()


class Stage(nn.Sequential):
    def __init__(self, in_channels, out_channels, blocks, stride):
        super().__init__(ResidualBlock(in_channels, out_channels, stride))
        while len(self) < blocks:
            self.append(ResidualBlock(out_channels, out_channels))


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        if len(layers) != 4:
            raise ValueError("layers must hold four numbers")
        if any(blocks <= 0 for blocks in layers):
            raise ValueError("every number of layers must be positive")
        super().__init__()
        self.fc = nn.Linear(width << 3, num_classes)
        self.layer4 = Stage(width << 2, width << 3, layers[3], 2)
        self.layer3 = Stage(width << 1, width << 2, layers[2], 2)
        self.layer2 = Stage(width, width << 1, layers[1], 2)
        self.layer1 = Stage(width, width, layers[0], 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)

    def forward(self, x):
        x = torch.max_pool2d(self.bn1(self.conv1(x)).relu_(), 3, 2, 1)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(torch.nn.functional.avg_pool2d(x, x.shape[2:]).flatten(start_dim=1))


def zero_init_residual(model):
    for block in filter(lambda module: isinstance(module, ResidualBlock), model.modules()):
        block.bn2.weight.data.zero_()
