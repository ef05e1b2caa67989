"""VGG's convolutional part, for a network to build on."""

from __future__ import annotations

from torch import nn
from torchvision.models import vgg


def library_features(config: str, in_channels: int = 3, batch_norm: bool = False) -> nn.Sequential:
    """Torchvision's convolutional part of the VGG column `config`, for images of any channels."""
    if config not in vgg.cfgs:
        raise ValueError(f"config {config!r} is unknown to torchvision")
    features: nn.Sequential = vgg.make_layers(vgg.cfgs[config], batch_norm)
    if in_channels != 3:
        features[0] = nn.Conv2d(in_channels, 64, 3, padding=1)
    return features
