"""Convolutions as unfold and einsum, in a subclass of nn.Conv2d; ReLU as a maximum with zero."""

from __future__ import annotations

import torch
from torch import nn


class MatrixConv2d(nn.Conv2d):
    def forward(self, x):
        n, _, h, w = x.shape
        (k, _), (s, _), (p, _) = self.kernel_size, self.stride, self.padding
        columns = nn.functional.unfold(x, self.kernel_size, padding=p, stride=s)
        y = torch.einsum("ok,nkl->nol", self.weight.flatten(1), columns)
        return y.reshape(n, -1, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)


def relu(x):
    return x.clamp(min=0)


def conv_norm(in_channels, out_channels, kernel_size, stride):
    padding = kernel_size // 2
    return (
        MatrixConv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False),
        nn.BatchNorm2d(out_channels),
    )


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1, self.bn1 = conv_norm(in_channels, out_channels, 3, stride)
        self.conv2, self.bn2 = conv_norm(out_channels, out_channels, 3, 1)
        same_shape = stride == 1 and in_channels == out_channels
        self.downsample = (
            None if same_shape else nn.Sequential(*conv_norm(in_channels, out_channels, 1, stride))
        )

    def residual(self, x):
        for convolution, norm, last in ((self.conv1, self.bn1, 0), (self.conv2, self.bn2, 1)):
            x = norm(convolution(x))
            x = x if last else relu(x)
        return x

    def forward(self, x):
        return relu(self.residual(x) + (self.downsample(x) if self.downsample else x))


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        try:
            one, two, three, four = layers
        except ValueError:
            raise ValueError("layers has to have four entries") from None
        if not (one >= 1 and two >= 1 and three >= 1 and four >= 1):
            raise ValueError("no entry of layers may be below 1")
        self.conv1, self.bn1 = conv_norm(in_channels, width, 7, 2)
        widths = [width, width, width * 2, width * 4, width * 8]
        for i, blocks in enumerate((one, two, three, four), start=1):
            stage = nn.Sequential()
            stage.add_module("0", ResidualBlock(widths[i - 1], widths[i], min(i, 2)))
            for j in range(1, blocks):
                stage.add_module(str(j), ResidualBlock(widths[i], widths[i]))
            setattr(self, f"layer{i}", stage)
        self.fc = nn.Linear(widths[-1], num_classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for i in range(1, 5):
            x = getattr(self, f"layer{i}")(x)
        x = x.flatten(2).mean(-1)
        return torch.einsum("nc,kc->nk", x, self.fc.weight) + self.fc.bias


def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            module.bn2.state_dict()["weight"].zero_()
