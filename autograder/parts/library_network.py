"""A residual network, for what works on its blocks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from torch import nn
from torchvision.models.resnet import BasicBlock


class LibraryResNet(nn.Sequential):
    """Torchvision's residual network at any width, with the same names."""

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
        before = width
        for stage, blocks in enumerate(layers):
            after = width * 2**stage
            first = BasicBlock(before, after)
            if stage:
                projection = nn.Conv2d(before, after, 1, 2, bias=False)
                first = BasicBlock(
                    before, after, 2, nn.Sequential(projection, nn.BatchNorm2d(after))
                )
            others = [BasicBlock(after, after) for _ in range(blocks - 1)]
            parts[f"layer{stage + 1}"] = nn.Sequential(first, *others)
            before = after
        parts |= {"avgpool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
        parts["fc"] = nn.Linear(before, num_classes)
        super().__init__(parts)
