"""Counting wraps nn.Module.__call__ for one pass; the network is built from stage modules."""

from __future__ import annotations

from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn

_PLAIN = [[64], [128], [256, 256], [512, 512], [512, 512]]
_DOUBLE = [[64, 64], [128, 128], *_PLAIN[2:]]
_ONE = [[*stage, ("conv1", stage[-1])] if i > 1 else stage for i, stage in enumerate(_DOUBLE)]
_THREE = [[*stage, stage[-1]] if i > 1 else stage for i, stage in enumerate(_DOUBLE)]
_FOUR = [[*stage, stage[-1]] if i > 1 else stage for i, stage in enumerate(_THREE)]
VGG_CONFIGS = {
    name: [item for stage in stages for item in [*stage, "M"]]
    for name, stages in {
        "A": _PLAIN,
        "A-LRN": [[64, "LRN"], *_PLAIN[1:]],
        "B": _DOUBLE,
        "C": _ONE,
        "D": _THREE,
        "E": _FOUR,
    }.items()
}


class Apply(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def _respond(x):
    wide = x if x.dtype in (torch.float32, torch.float64) else x.float()
    stacked = F.pad(wide**2, (0, 0, 0, 0, 2, 2))
    windows = torch.stack([stacked.narrow(1, i, x.shape[1]) for i in range(5)])
    return (wide * (2 + 1e-4 * windows.sum(0)).pow(-0.75)).to(x.dtype)


def _halve(x):
    n, c, h, w = x.shape
    even = x[:, :, : h // 2 * 2, : w // 2 * 2]
    return even.reshape(n, c, h // 2, 2, w // 2, 2).amax((3, 5))


class Features(nn.Sequential):
    def grow(self, item, batch_norm):
        if item == "M":
            return self.append(Apply(_halve))
        if item == "LRN":
            return self.append(Apply(_respond))
        size, width = (1, item[1]) if isinstance(item, tuple) else (3, item)
        self.append(nn.Conv2d(self.channels, width, size, padding=(size - 1) // 2))
        if batch_norm:
            self.append(nn.BatchNorm2d(width))
        self.channels = width
        return self.append(Apply(torch.relu))


def make_features(config, in_channels=3, batch_norm=False):
    if config not in VGG_CONFIGS:
        raise ValueError(f"config must be one of {sorted(VGG_CONFIGS)}")
    features = Features()
    features.channels = in_channels
    for item in VGG_CONFIGS[config]:
        features.grow(item, batch_norm)
    return features


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = Apply(lambda x: F.adaptive_avg_pool2d(x, 7))
        drop = nn.Dropout(dropout)
        self.classifier = nn.Sequential(
            nn.Linear(25088, 4096),
            Apply(torch.relu),
            drop,
            nn.Linear(4096, 4096),
            Apply(torch.relu),
            drop,
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        y = self.avgpool(self.features(x))
        return self.classifier(y.flatten(1))


def count_parameters(module, trainable_only=False):
    owned = set()
    module.apply(lambda m: owned.update(m.parameters(recurse=False)))
    return sum(p.numel() for p in owned if p.requires_grad or not trainable_only)


def count_macs(module, input_shape):
    total = 0
    call = nn.Module.__call__
    members = set(module.modules())

    def counting(layer, *args, **kwargs):
        nonlocal total
        y = call(layer, *args, **kwargs)
        if layer in members and isinstance(layer, nn.Conv2d):
            total += y.shape[-1] * y.shape[-2] * y.shape[:-3].numel() * layer.weight.numel()
        elif layer in members and isinstance(layer, nn.Linear):
            total += y.shape[:-1].numel() * layer.weight.numel()
        return y

    saved = [(b, b.detach().clone()) for b in module.buffers()]
    modes = {m: m.training for m in members}
    first = next(module.parameters(), torch.empty(0))
    try:
        for m in members:
            m.training = False
        with mock.patch.object(nn.Module, "__call__", counting), torch.no_grad():
            module(first.new_zeros(1, *input_shape))
    finally:
        for m, mode in modes.items():
            m.training = mode
        with torch.no_grad():
            for buffer, value in saved:
                buffer.copy_(value)
    return total
