"""Lab 4: the VGG networks, their parameters and their multiply-accumulates.

Sources: Simonyan & Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image
Recognition" (arXiv:1409.1556); Canziani et al. 2016, "An Analysis of Deep Neural Network Models
for Practical Applications" (arXiv:1605.07678). `torchvision.models` is not allowed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float

Column = tuple[int | str | tuple[str, int], ...]

VGG_CONFIGS: dict[str, Column] = {
    # TODO: the columns A, A-LRN, B, C, D and E of table 1. An int is a 3x3 convolution's
    # output channels, ("conv1", n) a 1x1 convolution with n, "LRN" local response
    # normalisation and "M" a 2x2 max pool of stride 2.
}


def make_features(config: str, in_channels: int = 3, batch_norm: bool = False) -> nn.Sequential:
    """Build the convolutional part of one column of the paper's table 1.

    Every convolution has stride 1, keeps height and width, and is followed by a ReLU; the max
    pools between them halve height and width.

    Args:
        config: a key of `VGG_CONFIGS`.
        in_channels: channels of the image.
        batch_norm: put a batch normalisation between each convolution and its ReLU.

    Returns:
        a flat sequence of layers: (N, in_channels, H, W) to (N, 512, H // 32, W // 32).

    Raises:
        ValueError: an unknown `config`.

    Source: Simonyan & Zisserman 2014, section 2.1 and table 1; the constants of the local
    response normalisation are free.
    """
    # TODO
    raise NotImplementedError("make_features")


class VGG(nn.Module):
    """A VGG network: images in, class scores (logits) out.

    `features` is the column's convolutional part, `avgpool` brings any feature map to 7x7, and
    `classifier` holds three linear layers (4096, 4096, num_classes) with a ReLU and a dropout
    after each of the first two. The state dicts of torchvision's vgg11, vgg13, vgg16 and vgg19,
    with or without `_bn`, load strictly into the columns A, B, D and E and give the same scores:
    look at their keys before you choose where each layer goes.

    Args:
        config: a key of `VGG_CONFIGS`.
        num_classes: number of scores.
        in_channels: channels of the image.
        batch_norm: batch normalisation after each convolution.
        dropout: probability of dropping a unit of the classifier; 0 is allowed.

    Raises:
        ValueError: an unknown `config`.

    Source: Simonyan & Zisserman 2014, section 2 and table 1.
    """

    def __init__(
        self,
        config: str = "D",
        num_classes: int = 1000,
        in_channels: int = 3,
        batch_norm: bool = False,
        dropout: float = 0.5,
    ) -> None:
        # TODO
        raise NotImplementedError("VGG.__init__")

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n classes"]:
        """Return the scores of images of at least 32x32 pixels."""
        # TODO
        raise NotImplementedError("VGG.forward")


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    """Return the number of scalar parameters of a module, those of its submodules included.

    Args:
        module: any module. A parameter that several layers share counts once.
        trainable_only: leave out the parameters that require no gradient.

    Source: Simonyan & Zisserman 2014, table 2, which rounds to millions.
    """
    # TODO
    raise NotImplementedError("count_parameters")


def count_macs(module: nn.Module, input_shape: tuple[int, int, int]) -> int:
    """Return the multiply-accumulates that a module's layers spend on one image.

    Only `nn.Conv2d` and `nn.Linear` count, their subclasses included; biases, activations,
    pooling, normalisation and transposed convolutions cost nothing here. How often is each
    weight of a convolution used, and how often one of a linear layer that is applied to many
    rows? A layer that is called twice costs twice, so a list of the layers is not enough: watch
    the module at work.

    Args:
        module: any module, on any device; on `meta` nothing is computed, which is fast. It
            comes back as it was: modes, hooks, buffers, `requires_grad` and weights.
        input_shape: (C, H, W) of the image.

    Returns:
        the number of multiply-accumulates; 15,470,264,320 for VGG-16 on a 224x224 image.

    Source: Canziani et al. 2016, who compare networks by their operations.
    """
    # TODO
    raise NotImplementedError("count_macs")
