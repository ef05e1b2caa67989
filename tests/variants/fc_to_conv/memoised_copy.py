"""deepcopy with a memo that hands out the convolutions in place of the linear layers."""

from __future__ import annotations

import copy

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    if torch.Size(input_shape).numel() != linear.in_features:
        raise ValueError(f"input_shape={input_shape}")
    w = linear.weight
    conv = nn.Conv2d(
        input_shape[0],
        linear.out_features,
        tuple(input_shape[1:]),
        bias=linear.bias is not None,
        device="meta",
        dtype=w.dtype,
    ).to_empty(device=w.device)
    with torch.no_grad():
        torch.add(w.view(conv.weight.shape), 0, out=conv.weight)
        if linear.bias is not None:
            conv.bias[:] = linear.bias
    return conv


def linear_to_conv1x1(linear):
    return linear_to_conv(linear, (linear.in_features, 1, 1))


def fully_convolutional(model, feature_shape):
    memo, shape = {}, feature_shape
    for layer in model:
        if isinstance(layer, nn.Flatten):
            memo[id(layer)] = nn.Identity()
        elif isinstance(layer, nn.Linear):
            memo[id(layer)] = linear_to_conv(layer, shape)
            shape = [layer.out_features, 1, 1]
    return copy.deepcopy(model, memo)


def global_avg_pool_as_conv(channels, kernel_size):
    conv = nn.Conv2d(channels, channels, kernel_size, bias=False)
    nn.init.constant_(conv.weight, 0.0)
    for c, kernel in enumerate(conv.weight.data):
        kernel[c] = torch.ones(conv.kernel_size).softmax(1) / conv.kernel_size[0]
    return conv
