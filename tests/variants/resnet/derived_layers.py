"""Small classes derived from torch's layers; blocks are made by a generator and a running count."""

from __future__ import annotations

import itertools

import torch
from torch import nn


class Conv3x3(nn.Conv2d):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")


class Projection(nn.Sequential):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False),
            nn.BatchNorm2d(out_channels),
        )


class ResidualBlock(nn.Module):
    downsample: nn.Module | None

    def __init__(self, in_channels, out_channels, stride=1):
        nn.Module.__init__(self)
        self.register_module("downsample", None)
        self.conv1 = Conv3x3(in_channels, out_channels, stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = Conv3x3(out_channels, out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if not (stride == 1 and in_channels == out_channels):
            self.downsample = Projection(in_channels, out_channels, stride)

    def forward(self, x):
        total = [x if self.downsample is None else self.downsample(x)]
        hidden = self.bn1(self.conv1(x))
        hidden = torch.where(hidden > 0, hidden, torch.zeros_like(hidden))
        total.append(self.bn2(self.conv2(hidden)))
        return nn.functional.threshold(torch.stack(total).sum(0), 0, 0)


def blocks_of(layers, width):
    before = width
    for stage, count in enumerate(layers):
        after = width * (1, 2, 4, 8)[stage]
        made = []
        for stride in itertools.islice(
            itertools.chain([1 + (stage > 0)], itertools.repeat(1)), count
        ):
            made.append(ResidualBlock(before, after, stride))
            before = after
        yield nn.Sequential(*made)


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        if len(layers) != 4 or not all(count >= 1 for count in layers):
            raise ValueError("layers must be 4 numbers, each at least 1")
        self.conv1 = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1, self.layer2, self.layer3, self.layer4 = blocks_of(layers, width)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(8 * width, num_classes)

    def forward(self, x):
        x = self.maxpool(nn.functional.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        x = self.layer4(self.layer3(x))
        return self.fc(torch.flatten(self.avgpool(x), 1))


@torch.no_grad()
def zero_init_residual(model):
    for module in model.modules():
        match module:
            case ResidualBlock(bn2=norm):
                norm.weight.copy_(torch.zeros_like(norm.weight))
