"""A generator of layers; counting replaces the forward of every layer instance for one call."""

from __future__ import annotations

import contextlib

import torch
import torch.nn.functional as F
from torch import nn

A = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
B = [64, *A[:3], 128, *A[3:]]
C = B.copy()
C[8:8] = [("conv1", 256)]
C[12:12] = [("conv1", 512)]
C[16:16] = [("conv1", 512)]
D = [item[1] if isinstance(item, tuple) else item for item in C]
E = D.copy()
for position, extra in ((17, 512), (13, 512), (9, 256)):
    E.insert(position, extra)
VGG_CONFIGS = {"A": A, "A-LRN": [A[0], "LRN", *A[1:]], "B": B, "C": C, "D": D, "E": E}


class Response(nn.Module):
    def forward(self, x):
        energy = x.to(torch.promote_types(x.dtype, torch.float32)).square()
        padded = F.pad(energy, (0, 0, 0, 0, 2, 2))
        total = sum(padded[:, i : i + x.shape[1]] for i in range(5))
        return (x / (2 + 1e-4 * total) ** 0.75).to(x.dtype)


def _layers(config, channels, batch_norm):
    for item in VGG_CONFIGS[config]:
        match item:
            case "M":
                yield nn.MaxPool2d(2)
            case "LRN":
                yield Response()
            case ("conv1", width) | int(width):
                kernel = 3 if isinstance(item, int) else 1
                yield nn.Conv2d(channels, width, kernel, padding="same")
                if batch_norm:
                    yield nn.BatchNorm2d(width)
                yield nn.ReLU()
                channels = width


def make_features(config, in_channels=3, batch_norm=False):
    if config not in VGG_CONFIGS:
        raise ValueError(f"unknown config {config}")
    return nn.Sequential(*_layers(config, in_channels, batch_norm))


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential()
        sizes = [25088, 4096, 4096, num_classes]
        for i in range(3):
            self.classifier.append(nn.Linear(sizes[i], sizes[i + 1]))
            if i < 2:
                self.classifier.extend([nn.ReLU(), nn.Dropout(p=dropout)])

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def count_parameters(module, trainable_only=False):
    unique = {id(p): p for p in module.parameters()}.values()
    return sum(p.numel() for p in unique if not trainable_only or p.requires_grad)


@contextlib.contextmanager
def _restored(module):
    training = {m: m.training for m in module.modules()}
    buffers = [(m, dict(m._buffers)) for m in module.modules()]
    copies = {b: b.detach().clone() for b in module.buffers()}
    try:
        yield
    finally:
        for m, mode in training.items():
            m.training = mode
        for m, own in buffers:
            m._buffers.update(own)
        with torch.no_grad():
            for buffer, copy in copies.items():
                buffer.copy_(copy)


def count_macs(module, input_shape):
    tally = []

    def watched(layer, forward):
        def counting(*args, **kwargs):
            y = forward(*args, **kwargs)
            if isinstance(layer, nn.Linear):
                rows = y.shape[:-1].numel()
                tally.append(rows * layer.in_features * layer.out_features)
            else:
                pixels = y.shape[-2] * y.shape[-1] * (y.shape[0] if y.dim() == 4 else 1)
                kernel = layer.kernel_size[0] * layer.kernel_size[1]
                per_pixel = layer.out_channels * (layer.in_channels // layer.groups) * kernel
                tally.append(pixels * per_pixel)
            return y

        return counting

    layers = [m for m in module.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    shadows = [(layer, layer.__dict__.get("forward")) for layer in layers]
    some = next((p for p in module.parameters() if p.is_floating_point()), torch.zeros(()))
    x = torch.zeros(1, *input_shape, dtype=some.dtype, device=some.device)
    with _restored(module), torch.no_grad():
        try:
            for m in module.modules():
                m.training = False
            for layer in layers:
                layer.forward = watched(layer, layer.forward)
            module(x)
        finally:
            for layer, shadow in shadows:
                layer.__dict__.pop("forward", None)
                if shadow is not None:
                    layer.forward = shadow
    return sum(tally)
