"""Networks that a study compares with those of the labs, made from the labs' own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from torch import Tensor, nn

from solutions.all_conv import GlobalAvgPool2d, replace_max_pool
from solutions.resnet import ResidualBlock, ResNet
from solutions.vgg import make_features

MODEL_C_WIDTH = 96  # the paper's
VGG_CHANNELS = 512


class PlainBlock(ResidualBlock):
    """A residual block without its shortcut: He et al. 2016, figure 3, middle."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.downsample = None

    def forward(self, x: Tensor) -> Tensor:
        maps = self.relu(self.bn1(self.conv1(x)))
        out: Tensor = self.relu(self.bn2(self.conv2(maps)))
        return out


def plain_network(layers: Sequence[int], num_classes: int, in_channels: int, width: int) -> ResNet:
    """A ResNet whose blocks have lost their shortcuts, with weights drawn anew."""
    network = ResNet(layers, num_classes, in_channels, width)
    blocks = [(n, m) for n, m in network.named_modules() if isinstance(m, ResidualBlock)]
    for name, block in blocks:
        convolution = block.conv1
        plain = PlainBlock(convolution.in_channels, convolution.out_channels, convolution.stride[0])
        network.set_submodule(name, plain)
    _initialise(network)
    return network


class Pooling(StrEnum):
    """How model C halves its maps: Springenberg et al. 2014, table 2."""

    MAX_POOL = "max-pool"  # model C itself
    STRIDED = "strided"  # the convolution before the pool takes its stride
    CONV_POOL = "conv-pool"  # one convolution more before each pool
    ALL_CONV = "all-conv"  # a convolution of stride 2 in the pool's place


def model_c(
    pooling: Pooling, num_classes: int, in_channels: int, width: int = MODEL_C_WIDTH
) -> nn.Sequential:
    """Model C and what is derived from it, `width` channels first; All-CNN-C is lab 6's network."""
    wide = 2 * width
    network = nn.Sequential(
        nn.Dropout(0.2),
        *_stage(pooling, in_channels, width),
        nn.Dropout(0.5),
        *_stage(pooling, width, wide),
        nn.Dropout(0.5),
        *_convolution(wide, wide, 3),
        *_convolution(wide, wide, 1),
        nn.Conv2d(wide, num_classes, 1),
        GlobalAvgPool2d(),
    )
    if pooling is Pooling.ALL_CONV:
        network = replace_max_pool(network)
    _initialise(network)
    return network


def _stage(pooling: Pooling, channels: int, width: int) -> list[nn.Module]:
    """Two convolutions, and what halves the maps."""
    first = _convolution(channels, width, 3, padding=1)
    pool = nn.MaxPool2d(3, stride=2, padding=1)
    if pooling is Pooling.STRIDED:
        return [*first, *_convolution(width, width, 3, stride=2, padding=1)]
    more = 2 if pooling is Pooling.CONV_POOL else 1
    rest = [layer for _ in range(more) for layer in _convolution(width, width, 3, padding=1)]
    return [*first, *rest, pool]


def _convolution(
    in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> tuple[nn.Conv2d, nn.ReLU]:
    return nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding), nn.ReLU()


def vgg_without_hidden_layers(config: str, num_classes: int, in_channels: int) -> nn.Sequential:
    """A VGG's convolutions with batch norm, their mean, and one linear layer."""
    features = make_features(config, in_channels, batch_norm=True)
    network = nn.Sequential(features, GlobalAvgPool2d(), nn.Linear(VGG_CHANNELS, num_classes))
    _initialise(network)
    return network


def _initialise(network: nn.Module) -> None:
    """He et al.'s initialisation: PyTorch's own lets the signal of many layers fade."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
