"""A residual network, for what works on its blocks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from torch import nn
from torchvision.models.resnet import BasicBlock


class LibraryResNet(nn.Sequential):
    """Torchvision's residual network at any width, with the same names.

    Its blocks are the part "ResidualBlock" where there is one before it.
    """

    def __init__(
        self,
        layers: Sequence[int] = (2, 2, 2, 2),
        num_classes: int = 1000,
        in_channels: int = 3,
        width: int = 64,
    ) -> None:
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            conv1=nn.Conv2d(in_channels, width, 7, 2, 3, bias=False),
            bn1=nn.BatchNorm2d(width),
            relu=nn.ReLU(),
            maxpool=nn.MaxPool2d(3, 2, 1),
        )
        block = globals().get("ResidualBlock", basic_block)
        before = width
        for stage, blocks in enumerate(layers):
            after = width * 2**stage
            first = block(before, after, 2 if stage else 1)
            others = [block(after, after) for _ in range(blocks - 1)]
            parts[f"layer{stage + 1}"] = nn.Sequential(first, *others)
            before = after
        parts |= {"avgpool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
        parts["fc"] = nn.Linear(before, num_classes)
        super().__init__(parts)


def basic_block(in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if stride == 1 and in_channels == out_channels:
        plain: nn.Module = BasicBlock(in_channels, out_channels)
        return plain
    projection = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
    )
    projecting: nn.Module = BasicBlock(in_channels, out_channels, stride, projection)
    return projecting
