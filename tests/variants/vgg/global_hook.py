"""Recursive building from the end of the column; counting with one global forward hook."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

M = ("M",)
_TAIL = (512, 512, *M)
VGG_CONFIGS = {"A": (64, *M, 128, *M, 256, 256, *M, *_TAIL, *_TAIL)}
VGG_CONFIGS["A-LRN"] = (64, "LRN", *VGG_CONFIGS["A"][1:])
VGG_CONFIGS["B"] = (64, 64, *M, 128, 128, *M, 256, 256, *M, *_TAIL, *_TAIL)
_HEAD = VGG_CONFIGS["B"][:6]
for _name, _extra in (("C", [("conv1", 256), ("conv1", 512)]), ("D", [256, 512]), ("E", None)):
    _three, _five = ([x] for x in _extra) if _extra else ([256, 256], [512, 512])
    _last = (512, 512, *_five, *M)
    VGG_CONFIGS[_name] = (*_HEAD, 256, 256, *_three, *M, *_last, *_last)


class LocalResponse(nn.Module):
    def __init__(self, size=5, alpha=1e-4, beta=0.75, k=2.0):
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x):
        channels = torch.arange(x.shape[1], device=x.device)
        near = (channels[:, None] - channels).abs() <= self.size // 2
        squares = x.to(torch.promote_types(x.dtype, torch.float32)) ** 2
        energy = torch.einsum("dc,nchw->ndhw", near.to(squares.dtype), squares)
        return (x * (self.k + self.alpha * energy) ** -self.beta).to(x.dtype)


def _build(column, channels, batch_norm):
    if not column:
        return []
    item, *rest = column
    if item == "M":
        return [nn.MaxPool2d((2, 2), (2, 2)), *_build(rest, channels, batch_norm)]
    if item == "LRN":
        return [LocalResponse(), *_build(rest, channels, batch_norm)]
    kernel, width = (3, item) if isinstance(item, int) else (1, item[1])
    block = [nn.Conv2d(channels, width, (kernel, kernel), padding=kernel // 2)]
    block += [nn.BatchNorm2d(width)] if batch_norm else []
    return [*block, nn.ReLU(), *_build(rest, width, batch_norm)]


def make_features(config, in_channels=3, batch_norm=False):
    if config not in list(VGG_CONFIGS):
        raise ValueError(f"config={config!r}")
    return nn.Sequential(*_build(list(VGG_CONFIGS[config]), in_channels, batch_norm))


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        self.features = make_features(config, in_channels, batch_norm)
        self.classifier = nn.Sequential()
        for name, layer in {
            "0": nn.Linear(25_088, 4096),
            "drop1": nn.Sequential(nn.ReLU(), nn.Dropout(dropout)),
            "3": nn.Linear(4096, 4096),
            "drop2": nn.Sequential(nn.ReLU(), nn.Dropout(dropout)),
            "6": nn.Linear(4096, num_classes),
        }.items():
            self.classifier.add_module(name, layer)

    def forward(self, x):
        for stage in (self.features, self.avgpool, nn.Flatten(), self.classifier):
            x = stage(x)
        return x


def count_parameters(module, trainable_only=False):
    sizes = {}
    for parameter in module.parameters():
        if trainable_only and not parameter.requires_grad:
            continue
        sizes[parameter] = math.prod(parameter.shape)
    return sum(sizes.values())


def count_macs(module, input_shape):
    members = set(module.modules())
    macs = []

    def hook(layer, args, output):
        if layer not in members:
            return
        if isinstance(layer, nn.Linear):
            macs.append(math.prod(output.shape[:-1]) * math.prod(layer.weight.shape))
        elif isinstance(layer, nn.Conv2d):
            images = math.prod(output.shape[:-3])
            macs.append(images * math.prod(output.shape[-2:]) * math.prod(layer.weight.shape))

    state = {m: (m.training, dict(m._buffers)) for m in members}
    handle = register_module_forward_hook(hook)
    try:
        for m, (_, buffers) in state.items():
            m.training = False
            for name, buffer in buffers.items():
                m._buffers[name] = None if buffer is None else buffer.clone()
        weights = [*module.parameters(), torch.empty(0)]
        x = torch.zeros((1, *input_shape), dtype=weights[0].dtype, device=weights[0].device)
        with torch.set_grad_enabled(False):
            module(x)
    finally:
        handle.remove()
        for m, (training, buffers) in state.items():
            m.training = training
            m._buffers.update(buffers)
    return sum(macs)
