"""Eval mode folds each batch norm into its convolution; the pool comes before the ReLU."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


def conv_norm(convolution, norm, x):
    if norm.training:
        return norm(convolution(x))
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    weight = convolution.weight * scale.view(-1, 1, 1, 1)
    bias = norm.bias - norm.running_mean * scale
    return F.conv2d(x, weight, bias, convolution.stride, convolution.padding)


class ResidualBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, stride=1, *, last_scale=1.0):
        super().__init__()
        layers = {
            "conv1": nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            "bn1": nn.BatchNorm2d(out_channels),
            "conv2": nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            "bn2": nn.BatchNorm2d(out_channels),
        }
        if (in_channels, stride) != (out_channels, 1):
            layers["downsample"] = nn.ModuleDict(
                {
                    "0": nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                    "1": nn.BatchNorm2d(out_channels),
                }
            )
        for name, layer in layers.items():
            self.add_module(name, layer)
        nn.init.constant_(self.bn2.weight, last_scale)

    def forward(self, x):
        conv1, norm1, conv2, norm2, *projection = self
        y = conv_norm(conv2, norm2, conv_norm(conv1, norm1, x).relu())
        for pair in projection:
            x = conv_norm(pair["0"], pair["1"], x)
        return F.relu(y + x)


class ResNet(nn.ModuleDict):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        if len(layers) != 4 or any(n <= 0 for n in layers):
            raise ValueError("layers: " + ", ".join(map(str, layers)))
        super().__init__()
        self["conv1"] = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)
        self["bn1"] = nn.BatchNorm2d(width)
        channels = width
        for k, count in enumerate(layers, 1):
            stage = nn.ModuleList()
            while len(stage) < count:
                wanted = width << (k - 1)
                stride = 2 if k > 1 and not len(stage) else 1
                stage.append(ResidualBlock(channels, wanted, stride, last_scale=0.5))
                channels = wanted
            self[f"layer{k}"] = stage
        self["fc"] = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = F.relu(F.max_pool2d(conv_norm(self["conv1"], self["bn1"], x), 3, 2, 1))
        for k in range(1, 5):
            for block in self[f"layer{k}"]:
                x = block(x)
        return self["fc"](x.mean((2, 3)))


def zero_init_residual(model):
    torch._foreach_zero_(
        [m.bn2.weight.detach() for m in model.modules() if isinstance(m, ResidualBlock)]
    )
