"""A residual block, for a network to build on."""

from __future__ import annotations

from torch import nn
from torchvision.models.resnet import BasicBlock


class LibraryBlock(BasicBlock):  # type: ignore[misc]  # torchvision has no types
    """Torchvision's residual block, which makes its projection where the shapes differ."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        projection = None
        if stride != 1 or in_channels != out_channels:
            projection = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        super().__init__(in_channels, out_channels, stride, projection)
