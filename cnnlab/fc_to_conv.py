"""Lab 7: fully connected layers as convolutions, so that a classifier runs on images of any size.

Source: Long, Shelhamer and Darrell 2015, "Fully convolutional networks for semantic segmentation"
(arXiv:1411.4038), section 3.1. Feature maps are floating tensors of shape (N, C, H, W);
`nn.Flatten` turns each image's map into C*H*W numbers, channel by channel and row by row.

Every layer that these functions return holds copies: training it never moves the layer it came
from. It keeps the dtype and the device, and has no bias where the original has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    Shape = tuple[int, int, int]


def linear_to_conv(linear: nn.Linear, input_shape: Shape) -> nn.Conv2d:
    """Return the convolution that computes what `linear` computes on a flattened feature map.

    Its kernel covers the whole map, so that each output map is one number: an input (N, C, H, W)
    gives (N, out_features, 1, 1).

    Args:
        linear: a layer with in_features = C*H*W.
        input_shape: (C, H, W) of the feature map, before it is flattened.

    Raises:
        ValueError: `input_shape` does not hold in_features numbers.
    """
    # TODO
    raise NotImplementedError("linear_to_conv")


def linear_to_conv1x1(linear: nn.Linear) -> nn.Conv2d:
    """Return the convolution that computes what `linear` computes, one pixel at a time.

    An input (N, in_features, 1, 1) gives (N, out_features, 1, 1); on a larger map the same layer is
    applied to every pixel.
    """
    # TODO
    raise NotImplementedError("linear_to_conv1x1")


def fully_convolutional(model: nn.Sequential, feature_shape: Shape) -> nn.Sequential:
    """Return a copy of the classifier `model` without `nn.Flatten` and `nn.Linear`.

    `model` is convolutional layers, `nn.Flatten`, then `nn.Linear`s with activations or dropout
    between them. On images of the original size the copy gives the same logits, as (N, K, 1, 1). On
    larger ones it gives a map of scores: what `model` would say of each window of the original
    size, the windows a total stride of the convolutional layers apart (in eval mode, and where no
    layer pads or drops a border row).

    Only one of the linear layers sees a map of more than one pixel: find out which. `model` stays
    as it was.

    Args:
        model: the classifier.
        feature_shape: (C, H, W) of what enters `nn.Flatten` for an image of the original size.

    Raises:
        ValueError: `feature_shape` does not hold the in_features numbers that the first `nn.Linear`
            takes.
    """
    # TODO
    raise NotImplementedError("fully_convolutional")


def global_avg_pool_as_conv(channels: int, kernel_size: int | tuple[int, int]) -> nn.Conv2d:
    """Return the convolution that computes the mean of each map.

    Average pooling is a special case of it: dense (`groups=1`), of stride 1 and without bias. On
    maps of the kernel's size it gives (N, channels, 1, 1), as global average pooling does.

    Args:
        channels: channels that enter and leave it.
        kernel_size: size of the averaged window in pixels, a number or an (h, w) pair.
    """
    # TODO
    raise NotImplementedError("global_avg_pool_as_conv")
