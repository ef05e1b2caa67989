"""A network that is a Sequential; layers change their class to a counting one while counted."""

from __future__ import annotations

import torch
from torch import nn

_D = "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M"
_TABLE = {
    "A": "64 M 128 M 256 256 M 512 512 M 512 512 M",
    "A-LRN": "64 LRN M 128 M 256 256 M 512 512 M 512 512 M",
    "B": "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    "C": "64 64 M 128 128 M 256 256 1:256 M 512 512 1:512 M 512 512 1:512 M",
    "D": _D,
    "E": _D.replace("256 M", "256 256 M").replace("512 M", "512 512 M"),
}


def _parse(word):
    if word.startswith("1:"):
        return "conv1", int(word[2:])
    return int(word) if word.isdigit() else word


VGG_CONFIGS = {name: [_parse(word) for word in row.split()] for name, row in _TABLE.items()}


class SafeLRN(nn.LocalResponseNorm):
    def forward(self, x):
        return super().forward(x.double()).to(x.dtype)


class Builder:
    def __init__(self, channels, batch_norm):
        self.channels, self.batch_norm, self.layers = channels, batch_norm, nn.Sequential()

    def conv(self, width, size=3):
        self.layers.append(nn.Conv2d(self.channels, width, size, padding=(size // 2, size // 2)))
        if self.batch_norm:
            self.layers.append(nn.BatchNorm2d(width))
        self.layers.append(nn.ReLU(True))
        self.channels = width

    def conv1(self, width):
        self.conv(width, size=1)

    def add(self, item):
        if isinstance(item, int):
            return self.conv(item)
        if isinstance(item, tuple):
            return getattr(self, item[0])(item[1])
        return self.layers.append({"M": nn.MaxPool2d(2, 2), "LRN": SafeLRN(5)}[item])


def make_features(config, in_channels=3, batch_norm=False):
    if VGG_CONFIGS.get(config) is None:
        raise ValueError("config: choose one of " + " ".join(VGG_CONFIGS))
    builder = Builder(in_channels, batch_norm)
    for item in VGG_CONFIGS[config]:
        builder.add(item)
    return builder.layers


class VGG(nn.Sequential):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        hidden = 4096
        self.add_module("features", make_features(config, in_channels, batch_norm))
        self.add_module("avgpool", nn.AdaptiveAvgPool2d(7))
        self.add_module("flatten", nn.Flatten())
        self.add_module(
            "classifier",
            nn.Sequential(
                nn.Linear(512 * 7 * 7, hidden),
                nn.ReLU(True),
                nn.Dropout(dropout) if dropout else nn.Identity(),
                nn.Linear(hidden, hidden),
                nn.ReLU(True),
                nn.Dropout(dropout) if dropout else nn.Identity(),
                nn.Linear(hidden, num_classes),
            ),
        )


def count_parameters(module, trainable_only=False):
    total = 0
    for _, parameter in module.named_parameters():
        total += 0 if trainable_only and not parameter.requires_grad else parameter.numel()
    return total


def count_macs(module, input_shape):
    total = 0

    def counting(kind):
        class Counting(kind):
            def forward(self, *args, **kwargs):
                nonlocal total
                y = super().forward(*args, **kwargs)
                axis = -1 if issubclass(kind, nn.Linear) else -3
                total += self.weight.numel() * y.select(axis, 0).numel()
                return y

        return Counting

    modules = list(module.modules())
    before = [(m, type(m), m.training) for m in modules]
    saved = [(b, b.clone()) for b in module.buffers()]
    like = next(iter([*module.parameters(), *module.buffers()]), torch.empty(()))
    try:
        for m, kind, _ in before:
            m.training = False
            if isinstance(m, nn.Conv2d | nn.Linear):
                m.__class__ = counting(kind)
        with torch.no_grad():
            module(torch.zeros((1, *input_shape), device=like.device, dtype=like.dtype))
    finally:
        for m, kind, training in before:
            m.__class__ = kind
            m.training = training
        with torch.no_grad():
            for buffer, values in saved:
                buffer.copy_(values)
    return total
