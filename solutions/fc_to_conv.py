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
    ### BEGIN SOLUTION
    ### STUB
    from collections.abc import Iterator

    ### END SOLUTION
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
    _check_in_features(linear, "input_shape", input_shape)
    channels, height, width = input_shape
    # On the meta device, weights that are replaced at once take no memory and no random numbers.
    convolution = nn.Conv2d(
        channels, linear.out_features, (height, width), bias=linear.bias is not None, device="meta"
    )
    kernel = linear.weight.detach().clone().reshape(-1, channels, height, width)
    convolution.weight = nn.Parameter(kernel)
    if linear.bias is not None:
        convolution.bias = nn.Parameter(linear.bias.detach().clone())
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
    flat = False
    first_linear = True
    for container, index, layer in _layers(converted):
        if isinstance(layer, nn.Flatten):
            flat = True
            container[index] = nn.Identity()
        elif flat and isinstance(layer, nn.Linear):
            if first_linear:
                _check_in_features(layer, "feature_shape", feature_shape)
                container[index] = linear_to_conv(layer, feature_shape).train(layer.training)
                first_linear = False
            else:
                container[index] = linear_to_conv1x1(layer).train(layer.training)
        elif flat and isinstance(layer, _ALONG_FEATURES) and layer.dim == -1:
            layer.dim = 1  # The last axis of (N, K) is axis 1 of (N, K, H, W).
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
_ALONG_FEATURES = (nn.GLU, nn.LogSoftmax, nn.Softmax, nn.Softmin)


def _check_in_features(linear: nn.Linear, argument: str, shape: Shape) -> None:
    if math.prod(shape) != linear.in_features:
        raise ValueError(
            f"{argument} {tuple(shape)} holds {math.prod(shape)} numbers, "
            f"but the linear layer takes {linear.in_features}"
        )


def _layers(model: nn.Sequential) -> Iterator[tuple[nn.Sequential, int, nn.Module]]:
    """Yield each layer as it runs, after the container and the index that hold it."""
    for index, layer in enumerate(model):
        if isinstance(layer, nn.Sequential):
            yield from _layers(layer)
        else:
            yield model, index, layer


### END SOLUTION
