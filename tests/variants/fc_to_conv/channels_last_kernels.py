"""Pattern matching on the layers, weights by unflatten; kernels lie in channels-last memory."""

from __future__ import annotations

import copy

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    try:
        kernel = linear.weight.detach().unflatten(1, tuple(input_shape))
    except RuntimeError as error:
        raise ValueError(f"{input_shape=} does not fit") from error
    kernel = kernel.clone(memory_format=torch.channels_last)
    c, *size = input_shape
    conv = nn.utils.skip_init(
        nn.Conv2d,
        c,
        linear.out_features,
        tuple(size),
        bias=linear.bias is not None,
        dtype=kernel.dtype,
        device=kernel.device,
    )
    conv.weight = nn.Parameter(kernel, requires_grad=True)
    if linear.bias is not None:
        conv.bias = nn.Parameter(copy.deepcopy(linear.bias.data))
    return conv


def linear_to_conv1x1(linear):
    return linear_to_conv(linear, [linear.in_features, 1, 1])


def fully_convolutional(model, feature_shape):
    out = nn.Sequential()
    wanted = feature_shape
    for i, layer in enumerate(model):
        match layer:
            case nn.Flatten():
                out.append(nn.Sequential())
            case nn.Linear(in_features=n):
                try:
                    out.append(linear_to_conv(layer, wanted))
                except ValueError:
                    raise ValueError(f"layer {i} of model takes {n}, {feature_shape=}") from None
                wanted = (layer.out_features, 1, 1)
            case _:
                out.append(copy.deepcopy(layer))
    return out


def global_avg_pool_as_conv(channels, kernel_size):
    conv = nn.Conv2d(channels, channels, kernel_size, stride=(1, 1), padding="valid", bias=False)
    k = conv.weight
    k.data = torch.einsum(
        "oi,hw->oihw",
        torch.eye(channels),
        torch.full(conv.kernel_size, 1 / (conv.kernel_size[0] * conv.kernel_size[1])),
    )
    return conv
