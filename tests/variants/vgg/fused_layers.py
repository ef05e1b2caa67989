"""Convolutions that activate themselves, named to fit; counting on a deep copy of the module."""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


def _stages(*stages):
    return tuple(item for stage in stages for item in (*stage, "M"))


VGG_CONFIGS = {
    "A": _stages([64], [128], [256] * 2, [512] * 2, [512] * 2),
    "A-LRN": _stages([64, "LRN"], [128], [256] * 2, [512] * 2, [512] * 2),
    "B": _stages(*([width] * 2 for width in (64, 128, 256, 512, 512))),
    "C": _stages(
        [64] * 2, [128] * 2, *([width] * 2 + [("conv1", width)] for width in (256, 512, 512))
    ),
    "D": _stages(
        *([w] * n for w, n in zip((64, 128, 256, 512, 512), (2, 2, 3, 3, 3), strict=True))
    ),
    "E": _stages(
        *([w] * n for w, n in zip((64, 128, 256, 512, 512), (2, 2, 4, 4, 4), strict=True))
    ),
}


class ActiveConv(nn.Conv2d):
    def forward(self, x):
        return super().forward(x).relu()


class ActiveNorm(nn.BatchNorm2d):
    def forward(self, x):
        return F.relu(super().forward(x))


class AcrossChannels(nn.Module):
    def forward(self, x):
        wide = x.float() if x.itemsize < 4 else x
        squares = wide.pow(2).movedim(1, -1)
        window = F.pad(squares, (2, 2)).unfold(-1, 5, 1).mean(-1).movedim(-1, 1)
        return wide.div((1 + 1e-4 * window).pow(0.75)).to(x.dtype)


def make_features(config, in_channels=3, batch_norm=False):
    try:
        column = VGG_CONFIGS[config]
    except KeyError:
        raise ValueError(f"config {config!r} is not in the table") from None
    features, index, channels = OrderedDict(), 0, in_channels
    for item in column:
        if item == "M":
            features[str(index)] = nn.MaxPool2d(2, 2)
            index += 1
        elif item == "LRN":
            features[str(index)] = AcrossChannels()
            index += 1
        else:
            width, size = (item, 3) if isinstance(item, int) else (item[1], 1)
            convolution = nn.Conv2d if batch_norm else ActiveConv
            features[str(index)] = convolution(channels, width, size, 1, (size - 1) // 2)
            if batch_norm:
                features[str(index + 1)] = ActiveNorm(width)
            index += 3 if batch_norm else 2
            channels = width
    return nn.Sequential(features)


class Head(nn.ModuleDict):
    def __init__(self, num_classes, dropout):
        sizes = {"0": (512 * 49, 4096), "3": (4096, 4096), "6": (4096, num_classes)}
        super().__init__({name: nn.Linear(*size) for name, size in sizes.items()})
        self.dropout = dropout

    def forward(self, x):
        for name in ("0", "3"):
            x = F.dropout(F.relu(self[name](x)), self.dropout, self.training)
        return self["6"](x)


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.classifier = Head(num_classes, dropout)
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d(7)

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def count_parameters(module, trainable_only=False):
    seen, total, stack = set(), 0, [module]
    while stack:
        current = stack.pop()
        stack.extend(current.children())
        for parameter in current.parameters(recurse=False):
            if id(parameter) not in seen and (parameter.requires_grad or not trainable_only):
                total += parameter.nelement()
            seen.add(id(parameter))
    return total


def count_macs(module, input_shape):
    twin = copy.deepcopy(module).eval()
    counts = []

    def conv(layer, args, y):
        per_output = layer.weight[0].numel()
        counts.append(
            per_output * layer.out_channels * y.shape[-2:].numel() * y[..., 0, 0, 0].numel()
        )

    def linear(layer, args, y):
        counts.append(y[..., 0].numel() * layer.weight.numel())

    for kind, hook in ((nn.Conv2d, conv), (nn.Linear, linear)):
        for layer in twin.modules():
            if isinstance(layer, kind):
                layer.register_forward_hook(hook)
    tensors = [t for t in twin.parameters() if t.is_floating_point()] or [torch.zeros(1)]
    with torch.inference_mode():
        twin(tensors[0].new_ones([1, *input_shape]))
    return sum(counts)
