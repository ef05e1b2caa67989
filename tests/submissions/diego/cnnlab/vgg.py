"""Práctica 4: VGG. Diego, grupo B."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn import functional as F

M = "M"
VGG_CONFIGS = {
    "A": (64, M, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "A-LRN": (64, "LRN", M, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "B": (64, 64, M, 128, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "C": (64, 64, M, 128, 128, M)
    + (256, 256, ("conv1", 256), M)
    + 2 * (512, 512, ("conv1", 512), M),
    "D": (64, 64, M, 128, 128, M) + (256,) * 3 + (M,) + 2 * (512, 512, 512, M),
    "E": (64, 64, M, 128, 128, M) + (256,) * 4 + (M,) + 2 * (512, 512, 512, 512, M),
}


class LRN(nn.Module):
    def forward(self, x):
        # en CPU no hay LRN para half
        y = x if x.dtype == torch.float64 else x.float()
        return F.local_response_norm(y, size=5, alpha=1e-4, beta=0.75, k=2).to(x.dtype)


def make_features(config: str, in_channels: int = 3, batch_norm: bool = False) -> nn.Sequential:
    try:
        column = VGG_CONFIGS[config]
    except KeyError:
        raise ValueError("config desconocida: %r" % config) from None

    features = nn.Sequential()
    c = in_channels
    for v in column:
        if v == M:
            features.append(nn.MaxPool2d(2))
        elif v == "LRN":
            features.append(LRN())
        else:
            n = v[1] if isinstance(v, tuple) else v
            features.append(nn.Conv2d(c, n, kernel_size=3, stride=1, padding=1))
            if batch_norm:
                features.append(nn.BatchNorm2d(n))
            features.append(nn.ReLU(inplace=True))
            c = n
    return features


class VGG(nn.Module):
    def __init__(
        self,
        config: str = "D",
        num_classes: int = 1000,
        in_channels: int = 3,
        batch_norm: bool = False,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        fc = []
        sizes = [512 * 7 * 7, 4096, 4096]
        for a, b in zip(sizes, sizes[1:]):
            fc += [nn.Linear(a, b), nn.ReLU(True), nn.Dropout(p=dropout)]
        fc.append(nn.Linear(4096, num_classes))
        self.classifier = nn.Sequential(*fc)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        return self.classifier(torch.flatten(x, 1))


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    params = set(module.parameters())
    if trainable_only:
        params = {p for p in params if p.requires_grad}
    return sum(p.numel() for p in params)


def count_macs(module: nn.Module, input_shape: tuple[int, int, int]) -> int:
    """Con hooks, sobre una copia para no tocar el original."""
    net = copy.deepcopy(module)
    macs = []

    def conv_hook(layer, args, out):
        kh, kw = layer.kernel_size
        macs.append(out.numel() * kh * kw * layer.in_channels // layer.groups)

    def linear_hook(layer, args, out):
        macs.append(out.numel() * layer.in_features)

    for layer in net.modules():
        layer.training = False
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(conv_hook)
        elif isinstance(layer, nn.Linear):
            layer.register_forward_hook(linear_hook)

    p = next(net.parameters(), torch.zeros(1))
    with torch.no_grad():
        net(torch.zeros(1, *input_shape, dtype=p.dtype, device=p.device))
    return sum(macs)
