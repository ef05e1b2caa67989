"""Lab 7: fully connected layers as convolutions, so that a classifier runs on images of any size.

Source: Long, Shelhamer and Darrell 2015, "Fully convolutional networks for semantic segmentation"
(arXiv:1411.4038), section 3.1. Feature maps are floating tensors of shape (N, C, H, W);
`nn.Flatten` turns each image's map into C*H*W numbers, channel by channel and row by row.

Every layer that these functions return holds copies: training it never moves the layer it came
from. It keeps the dtype and the device, and has no bias where the original has none.
"""

from __future__ import annotations

### BEGIN SOLUTION
### STUB
import copy
import math

### END SOLUTION
from typing import TYPE_CHECKING

### BEGIN SOLUTION
### STUB
import torch

### END SOLUTION
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
    ### BEGIN SOLUTION
    if math.prod(input_shape) != linear.in_features:
        raise ValueError(
            f"input_shape {tuple(input_shape)} holds {math.prod(input_shape)} numbers, "
            f"but linear takes {linear.in_features}"
        )
    channels, height, width = input_shape
    convolution = nn.Conv2d(
        channels,
        linear.out_features,
        (height, width),
        bias=linear.bias is not None,
        device=linear.weight.device,
        dtype=linear.weight.dtype,
    )
    kernel = linear.weight.reshape(-1, channels, height, width)
    with torch.no_grad():
        convolution.weight.copy_(kernel)
        if convolution.bias is not None:
            convolution.bias.copy_(linear.bias)
    return convolution
    ### END SOLUTION


def linear_to_conv1x1(linear: nn.Linear) -> nn.Conv2d:
    """Return the convolution that computes what `linear` computes, one pixel at a time.

    An input (N, in_features, 1, 1) gives (N, out_features, 1, 1); on a larger map the same layer is
    applied to every pixel.
    """
    ### BEGIN SOLUTION
    return linear_to_conv(linear, (linear.in_features, 1, 1))
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    converted = copy.deepcopy(model)
    first_linear = True
    for index, layer in enumerate(converted):
        if isinstance(layer, nn.Flatten):
            converted[index] = nn.Identity()
        elif isinstance(layer, nn.Linear):
            if first_linear:
                convolution = _first_convolution(layer, feature_shape)
                first_linear = False
            else:
                convolution = linear_to_conv1x1(layer)
            converted[index] = convolution.train(layer.training)
    return converted
    ### END SOLUTION


def global_avg_pool_as_conv(channels: int, kernel_size: int | tuple[int, int]) -> nn.Conv2d:
    """Return the convolution that computes the mean of each map.

    Average pooling is a special case of it: dense (`groups=1`), of stride 1 and without bias. On
    maps of the kernel's size it gives (N, channels, 1, 1), as global average pooling does.

    Args:
        channels: channels that enter and leave it.
        kernel_size: size of the averaged window in pixels, a number or an (h, w) pair.
    """
    ### BEGIN SOLUTION
    convolution = nn.Conv2d(channels, channels, kernel_size, bias=False)
    mean_of_own_map = torch.eye(channels) / math.prod(convolution.kernel_size)
    with torch.no_grad():
        convolution.weight.copy_(mean_of_own_map[:, :, None, None])
    return convolution
    ### END SOLUTION


### BEGIN SOLUTION
### STUB
def _first_convolution(linear: nn.Linear, feature_shape: Shape) -> nn.Conv2d:
    try:
        return linear_to_conv(linear, feature_shape)
    except ValueError as error:
        raise ValueError(f"feature_shape does not fit the model: {error}") from error


### END SOLUTION
