"""functools.reduce builds; counting runs the module on meta tensors in place of its own."""

from __future__ import annotations

import functools
import itertools

import torch
from torch import nn
from torch.func import functional_call

WIDTHS = (64, 128, 256, 512, 512)
DEPTHS = {"A": (1, 1, 2, 2, 2), "B": (2,) * 5, "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}


def _column(depths):
    stages = ([width] * depth + ["M"] for width, depth in zip(WIDTHS, depths, strict=True))
    return list(itertools.chain.from_iterable(stages))


VGG_CONFIGS = {name: _column(depths) for name, depths in DEPTHS.items()}
VGG_CONFIGS["A-LRN"] = list(VGG_CONFIGS["A"])
VGG_CONFIGS["A-LRN"].insert(1, "LRN")
VGG_CONFIGS["C"] = [
    ("conv1", item) if item in (256, 512) and following == "M" else item
    for item, following in zip(VGG_CONFIGS["D"], [*VGG_CONFIGS["D"][1:], None], strict=True)
]


class ChannelResponse(nn.Module):
    def forward(self, x):
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        total = (wide * wide).cumsum(1)
        before = torch.cat([torch.zeros_like(total[:, :3]), total[:, :-3]], 1)
        after = torch.cat([total[:, 2:], total[:, -1:], total[:, -1:]], 1)
        return (wide / (1 + 2e-5 * (after - before)).pow(0.75)).to(x.dtype)


def make_features(config, in_channels=3, batch_norm=False):
    if config not in set(VGG_CONFIGS):
        raise ValueError(f"no config {config!r}")

    def extend(state, item):
        layers, channels = state
        if isinstance(item, str):
            return [*layers, nn.MaxPool2d(2) if item == "M" else ChannelResponse()], channels
        kind, width = item if isinstance(item, tuple) else ("conv3", item)
        size = int(kind[-1])
        norm = [nn.BatchNorm2d(width)] * batch_norm
        return [*layers, nn.Conv2d(channels, width, size, 1, size // 2), *norm, nn.ReLU()], width

    layers, _ = functools.reduce(extend, VGG_CONFIGS[config], ([], in_channels))
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))

        def hidden(size):
            return [nn.Linear(size, 4096), nn.ReLU(), nn.Dropout(dropout)]

        self.classifier = nn.Sequential(
            *hidden(512 * 7 * 7), *hidden(4096), nn.Linear(4096, num_classes)
        )

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).reshape(x.shape[0], -1))


def count_parameters(module, trainable_only=False):
    keep = (lambda p: p.requires_grad) if trainable_only else (lambda p: True)
    return sum(map(torch.Tensor.numel, filter(keep, module.parameters())))


def count_macs(module, input_shape):
    counted, handles = [0], []

    def add(layer, args, kwargs, output):
        channels = layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
        counted[0] += output.numel() // channels * layer.weight.numel()

    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    meta = {name: torch.empty_like(tensor, device="meta") for name, tensor in own.items()}
    dtypes = [tensor.dtype for tensor in own.values() if tensor.is_floating_point()]
    x = torch.empty((1, *input_shape), dtype=dtypes[0] if dtypes else None, device="meta")
    training = [m for m in module.modules() if m.training]
    try:
        for layer in module.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                handles.append(layer.register_forward_hook(add, with_kwargs=True, prepend=True))
        for m in training:
            m.training = False
        with torch.no_grad():
            functional_call(module, meta, (x,))
    finally:
        for m in training:
            m.training = True
        for handle in handles:
            handle.remove()
    return counted[0]
