"""The shortcut and the last ReLU are a forward hook; the body is found in the order of children."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn


def add_shortcut(block, args, branch):
    return nn.functional.relu(branch + block.shortcut(args[0]))


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, out_channels, (3, 3), (stride, stride), (1, 1), bias=False
        )
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(out_channels, out_channels, (3, 3), padding=(1, 1), bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.body = ("conv1", "bn1", "relu", "conv2", "bn2")
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                OrderedDict(
                    [
                        ("0", nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)),
                        ("1", nn.BatchNorm2d(out_channels)),
                    ]
                )
            )
        self.register_forward_hook(add_shortcut)

    def shortcut(self, x):
        return self.downsample(x) if hasattr(self, "downsample") else x

    def forward(self, x):
        for name in self.body:
            x = self.get_submodule(name)(x)
        return x


class ResNet(nn.Sequential):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        if len(layers) != 4 or sorted(layers)[0] < 1:
            raise ValueError(f"layers={layers!r}")
        super().__init__()
        self.add_module("conv1", nn.Conv2d(in_channels, width, 7, 2, 3, bias=False))
        self.add_module("bn1", nn.BatchNorm2d(width))
        self.add_module("relu", nn.ReLU(inplace=True))
        self.add_module("maxpool", nn.MaxPool2d(3, 2, 1))
        channels = width
        for i, blocks in enumerate(layers):
            stage = []
            for j in range(blocks):
                stride = 2 if i and not j else 1
                stage.append(ResidualBlock(channels, width * 2**i, stride))
                channels = width * 2**i
            self.add_module(f"layer{i + 1}", nn.Sequential(*stage))
        self.add_module("avgpool", nn.AdaptiveAvgPool2d(1))
        self.add_module("flatten", nn.Flatten())
        self.add_module("fc", nn.Linear(channels, num_classes))


def zero_init_residual(model):
    names = [name for name, module in model.named_modules() if isinstance(module, ResidualBlock)]
    for name in names:
        weight = model.get_parameter(f"{name}.bn2.weight".lstrip("."))
        weight.data.fill_(0)
