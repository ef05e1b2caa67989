"""Práctica 5: ResNet-18 y ResNet-34. Diego, grupo B."""

from __future__ import annotations

import torch
from torch import nn


def conv3x3(c_in, c_out, stride=1):
    return nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)


class ResidualBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = conv3x3(in_channels, out_channels, stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = conv3x3(out_channels, out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if stride == 1 and in_channels == out_channels:
            self.downsample = None
        else:
            # proyección 1x1 (opción B del artículo)
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        identity = x
        if self.downsample is not None:
            identity = self.downsample(x)
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        return out + identity


class ResNet(nn.Module):
    def __init__(
        self, layers=(2, 2, 2, 2), num_classes: int = 1000, in_channels: int = 3, width: int = 64
    ) -> None:
        super().__init__()
        if len(layers) != 4 or any(n < 1 for n in layers):
            raise ValueError("layers must be 4 positive numbers")
        self.conv1 = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        c = width
        for i, n in enumerate(layers):
            c_out = width * 2**i
            blocks = []
            for j in range(n):
                # solo el primer bloque de las etapas 2, 3 y 4 reduce el tamaño
                stride = 2 if i > 0 and j == 0 else 1
                blocks.append(ResidualBlock(c, c_out, stride))
                c = c_out
            setattr(self, "layer%d" % (i + 1), nn.Sequential(*blocks))
        self.fc = nn.Linear(c, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.maxpool(x)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(x.mean(dim=(-2, -1)))


def zero_init_residual(model: nn.Module) -> None:
    for m in model.modules():
        if isinstance(m, ResidualBlock):
            with torch.no_grad():
                m.bn2.weight.fill_(0)
