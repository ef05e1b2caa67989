"""Lab 6: networks of convolutions only, where a strided convolution does a pooling layer's work.

Source: Springenberg et al. 2014, "Striving for simplicity: the all convolutional net"
(arXiv:1412.6806), table 1, and Lin et al. 2013, "Network in network" (arXiv:1312.4400) for global
average pooling. Images and feature maps are floating tensors of shape (N, C, H, W).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float
    from torch import Tensor


class GlobalAvgPool2d(nn.Module):
    """The mean of each feature map, whatever its height and width; it has no parameters."""

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c"]:
        """Return one number per image and channel, in the dtype and on the device of x."""
        # TODO
        raise NotImplementedError("GlobalAvgPool2d.forward")


def strided_conv_like(pool: nn.MaxPool2d, channels: int) -> nn.Conv2d:
    """Return the learnable replacement of a max pool: a convolution with the same output shape.

    It has the pool's kernel, stride, padding and dilation, each of which may be a number or a pair,
    and mixes `channels` channels into `channels` channels. A pool that is given no stride steps by
    its kernel size.

    Args:
        pool: the pooling layer to stand in for.
        channels: channels that enter and leave it.

    Raises:
        ValueError: `pool` has `ceil_mode=True`; a convolution always rounds the output size down.
    """
    # TODO
    raise NotImplementedError("strided_conv_like")


def replace_max_pool(model: nn.Sequential) -> nn.Sequential:
    """Return a copy of `model` in which strided convolutions have replaced the max pools.

    Every `nn.MaxPool2d`, in nested `nn.Sequential`s too, becomes `strided_conv_like` of it and a
    ReLU (two layers or one nested pair). The new convolution works on the channels, dtype and
    device of the nearest convolution before the pool. All other layers keep their weights; they are
    deep copies, so that training one network never moves the other, and `model` stays as it was.

    Args:
        model: layers in the order in which they run.

    Raises:
        ValueError: `model` has a max pool with no convolution before it, or with `ceil_mode=True`.
    """
    # TODO
    raise NotImplementedError("replace_max_pool")


class AllConvNet(nn.Module):
    """All-CNN-C of table 1: nine convolutions, and no pooling but the mean at the end.

    Three 3x3 convolutions of 96 channels, the third of stride 2; three of 192, the third of stride
    2; a 3x3 and a 1x1 convolution of 192; a 1x1 convolution to one map per class; global average
    pooling. A ReLU follows every convolution but the last, whose maps stay free for the
    cross-entropy (the paper rectifies them too). Dropout falls on single values: 0.2 on the input,
    0.5 after each convolution of stride 2.

    Each 3x3 convolution has padding 1, except the last of them, which has none: a 32x32 image ends
    in maps of 6x6, as in the paper. With the default arguments there are 1,369,738 parameters,
    biases included.

    Args:
        num_classes: number of logits.
        in_channels: channels of the images.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 3) -> None:
        super().__init__()
        # TODO
        raise NotImplementedError("AllConvNet.__init__")

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n num_classes"]:
        """Return the logits of images of at least 9x9 pixels."""
        # TODO
        raise NotImplementedError("AllConvNet.forward")
