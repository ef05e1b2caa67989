"""What LABS.md says of `cnnlab.fc_to_conv`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "linear-to-conv-computes": (
        "linear_to_conv(linear, input_shape) returns the convolution that computes what linear "
        "computes on the flattened map."
    ),
    "linear-to-conv-kernel": (
        "Its kernel covers a (C, H, W) feature map, and slides over a larger one with stride 1."
    ),
    "linear-to-conv-class": "linear_to_conv returns an nn.Conv2d.",
    "linear-to-conv-slide": (
        "Known values: input [[1, 2], [3, 4]], weights 1.1 ... 1.8, bias 1.9, 2.0 give 14.9, 19.0 "
        "by the layer on the flattened map."
    ),
    "linear-to-conv-copies": "The weights of linear_to_conv's layer are independent copies.",
    "linear-to-conv-dtype": "linear_to_conv keeps the dtype.",
    "linear-to-conv-device": "linear_to_conv keeps the device, meta included.",
    "linear-to-conv-bias": "linear_to_conv keeps a missing bias.",
    "linear-to-conv-error": "linear_to_conv: ValueError where in_features is not C·H·W.",
    "linear-to-conv-input": (
        "linear_to_conv changes neither the linear layer nor the global random state's seed."
    ),
    "linear-to-conv-differentiable": (
        "The layer of linear_to_conv is differentiable in its input and in its weights."
    ),
    "conv1x1-computes": (
        "linear_to_conv1x1(linear) does the same on inputs reshaped to (N, in_features, 1, 1)."
    ),
    "conv1x1-kernel": "It is a 1x1 convolution: on a larger map it is applied to every pixel.",
    "conv1x1-class": "linear_to_conv1x1 returns an nn.Conv2d.",
    "conv1x1-slide": "Known values: the lecture's slide gives 14.9, 19.0 both ways.",
    "conv1x1-copies": "The weights of linear_to_conv1x1's layer are independent copies.",
    "conv1x1-dtype": "linear_to_conv1x1 keeps the dtype.",
    "conv1x1-device": "linear_to_conv1x1 keeps the device, meta included.",
    "conv1x1-bias": "linear_to_conv1x1 keeps a missing bias.",
    "conv1x1-input": (
        "linear_to_conv1x1 changes neither the linear layer nor the global random state's seed."
    ),
    "conv1x1-differentiable": (
        "The layer of linear_to_conv1x1 is differentiable in its input and in its weights."
    ),
    "network-layers": (
        "fully_convolutional(model, feature_shape) gives an nn.Sequential without Flatten and "
        "Linear."
    ),
    "network-original-size": (
        "The same logits, as (N, K, 1, 1), on the original size, layers that pad included."
    ),
    "network-other-layers": (
        "Activations and dropout between the linear layers work as before, in train mode too."
    ),
    "network-larger-image": (
        "On a larger image, in eval mode and where no layer pads or drops a border row, it gives "
        "the score map that sliding the original network over it at the features' total stride "
        "gives."
    ),
    "network-argument": (
        "The argument is left untouched: its layers, weights, modes and requires_grad, and the "
        "global random state's seed."
    ),
    "network-copies": "The network's weights are independent copies of the argument's.",
    "network-dtype": "fully_convolutional keeps the dtype.",
    "network-device": "fully_convolutional keeps the device, meta included.",
    "network-bias": "fully_convolutional keeps a missing bias.",
    "network-error": (
        "feature_shape (C, H, W) is what enters Flatten: ValueError where in_features is not C·H·W."
    ),
    "network-differentiable": "The network is differentiable in the image and in its weights.",
    "mean-weights": (
        "global_avg_pool_as_conv(channels, kernel_size) has 1/(kh·kw) on the channel diagonal."
    ),
    "mean-computes": "It computes each map's mean.",
    "mean-dense": "It is a dense convolution (groups=1), an nn.Conv2d.",
    "mean-stride": "Its stride is 1, and it does not pad.",
    "mean-bias": "It has no bias.",
    "mean-differentiable": "It is differentiable in its input.",
    "mean-seed": "global_avg_pool_as_conv does not change the global random state's seed.",
    "mean-kernel-size": "kernel_size is an int or an (h, w) pair.",
}
