"""Lab 5: residual networks, whose shortcuts let depth help instead of hurt.

Source: He et al. 2016, "Deep residual learning for image recognition" (arXiv:1512.03385), table 1
and figure 2; in the lecture, "ResNet". Images are floating tensors of shape (N, C, H, W).

Do not use `torchvision.models` here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from torch import Tensor


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions whose result is added to a shortcut of the input.

    The output is relu(F(x) + shortcut(x)). The residual branch F is convolution, batch norm, ReLU,
    convolution, batch norm: the convolutions keep the size but for `stride`, which the first one
    takes, and have no bias, since the batch norm after them has one. The shortcut is the identity
    where F(x) has the shape of x; elsewhere it is a projection, `downsample`: a 1x1 convolution of
    the same stride, without bias, and a batch norm.

    The attributes are called as in torchvision's `BasicBlock` (`conv1`, `bn1`, `conv2`, `bn2`,
    `downsample`), so that its state dict loads strictly.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        stride: step, in pixels, of the first 3x3 convolution and of the projection.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Sequential | None = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "n c_in h w"]) -> Float[Tensor, "n c_out h_out w_out"]:
        """Return relu(F(x) + shortcut(x)) and leave x as it was."""
        ### BEGIN SOLUTION
        shortcut = x if self.downsample is None else self.downsample(x)
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.bn2(self.conv2(residual))
        out: Tensor = self.relu(residual + shortcut)
        return out
        ### END SOLUTION


class ResNet(nn.Module):
    """The ImageNet ResNet of table 1, built of `ResidualBlock`s.

    A 7x7 convolution of stride 2 (without bias) with batch norm and ReLU, a 3x3 max pool of stride
    2 and padding 1, four stages of blocks, global average pooling and one linear layer. The first
    block of stages 2, 3 and 4 halves the size; stage k works on 2^(k-1) * width channels.

    The attributes are called as in torchvision's `ResNet` (`conv1`, `bn1`, `layer1` to `layer4`,
    `fc`): the state dicts of `resnet18`, layers (2, 2, 2, 2), and `resnet34`, layers (3, 4, 6, 3),
    load strictly and give the same outputs.

    Args:
        layers: number of blocks of each of the four stages, each at least 1.
        num_classes: number of logits.
        in_channels: channels of the images.
        width: channels of the 7x7 convolution and of stage 1.

    Raises:
        ValueError: `layers` is not four numbers of at least 1.
    """

    def __init__(
        self,
        layers: Sequence[int] = (2, 2, 2, 2),
        num_classes: int = 1000,
        in_channels: int = 3,
        width: int = 64,
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        if len(layers) != 4 or min(layers) < 1:
            raise ValueError(f"layers must be four numbers of at least 1, got {tuple(layers)}")
        self.conv1 = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _make_stage(width, width, layers[0], stride=1)
        self.layer2 = _make_stage(width, 2 * width, layers[1], stride=2)
        self.layer3 = _make_stage(2 * width, 4 * width, layers[2], stride=2)
        self.layer4 = _make_stage(4 * width, 8 * width, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n num_classes"]:
        """Return the logits of the images x."""
        ### BEGIN SOLUTION
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        logits: Tensor = self.fc(self.avgpool(x).flatten(1))
        return logits
        ### END SOLUTION


### BEGIN SOLUTION
### STUB
def _make_stage(in_channels: int, out_channels: int, blocks: int, stride: int) -> nn.Sequential:
    """Return `blocks` residual blocks, of which the first changes the channels and the size."""
    first = ResidualBlock(in_channels, out_channels, stride)
    rest = [ResidualBlock(out_channels, out_channels) for _ in range(blocks - 1)]
    return nn.Sequential(first, *rest)


### END SOLUTION


def zero_init_residual(model: nn.Module) -> None:
    """Start every `ResidualBlock` of `model` as its shortcut alone, in place.

    The weight of the last batch norm of each block's residual branch becomes zero, and nothing else
    changes: no bias, no projection, no layer outside a block. A fresh block with an identity
    shortcut then computes relu(x), the lecture's argument that a deeper network need not do worse
    than a shallower one.

    Args:
        model: any module; a `ResidualBlock` itself counts.
    """
    ### BEGIN SOLUTION
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
    ### END SOLUTION
