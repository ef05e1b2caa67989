"""nn.Identity where there is nothing to project, and no in-place operation anywhere."""

from __future__ import annotations

import torch
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(
            out_channels, out_channels, kernel_size=3, padding="same", bias=False
        )
        self.bn2 = nn.BatchNorm2d(out_channels)
        if (in_channels, 1) == (out_channels, stride):
            self.downsample = nn.Identity()
        else:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        branch = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(torch.add(branch, self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        layers = tuple(layers)
        if len(layers) != 4 or min(layers) < 1:
            raise ValueError(f"bad layers {layers}")
        self.conv1 = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def stage(before, after, blocks, stride):
            strides = [stride] + [1] * (blocks - 1)
            channels = [before] + [after] * (blocks - 1)
            return nn.Sequential(
                *[ResidualBlock(c, after, s) for c, s in zip(channels, strides, strict=True)]
            )

        self.layer1 = stage(width, width, layers[0], 1)
        self.layer2 = stage(width, 2 * width, layers[1], 2)
        self.layer3 = stage(2 * width, 4 * width, layers[2], 2)
        self.layer4 = stage(4 * width, 8 * width, layers[3], 2)
        self.fc = nn.Linear(8 * width, num_classes)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(-2, -1)))


def zero_init_residual(model):
    def reset(module):
        if isinstance(module, ResidualBlock):
            with torch.no_grad():
                module.bn2.weight.zero_()

    model.apply(reset)
