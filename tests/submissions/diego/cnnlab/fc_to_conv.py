"""Práctica 7: de capas lineales a convoluciones. Diego, grupo B."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn


def conv_from(weight, bias):
    """Una Conv2d con estos pesos (copiados)."""
    out, c, h, w = weight.shape
    conv = nn.Conv2d(
        c, out, (h, w), bias=bias is not None, device=weight.device, dtype=weight.dtype
    )
    with torch.no_grad():
        conv.weight.copy_(weight)
        if bias is not None:
            conv.bias.copy_(bias)
    return conv


def linear_to_conv(linear: nn.Linear, input_shape: tuple[int, int, int]) -> nn.Conv2d:
    C, H, W = input_shape
    if linear.in_features != C * H * W:
        raise ValueError(
            "input_shape: %dx%dx%d no son %d entradas" % (C, H, W, linear.in_features)
        )
    kernel = linear.weight.view(linear.out_features, H, W, C).permute(0, 3, 1, 2)
    return conv_from(kernel, linear.bias)


def linear_to_conv1x1(linear: nn.Linear) -> nn.Conv2d:
    return conv_from(linear.weight[:, :, None, None], linear.bias)


def flatten_layers(model):
    # quita los Sequential anidados
    for layer in model:
        if isinstance(layer, nn.Sequential):
            yield from flatten_layers(layer)
        else:
            yield layer


def fully_convolutional(
    model: nn.Sequential, feature_shape: tuple[int, int, int]
) -> nn.Sequential:
    layers = []
    after_flatten = False
    first = True
    for layer in flatten_layers(model):
        if isinstance(layer, nn.Flatten):
            after_flatten = True
            continue
        if isinstance(layer, nn.Linear):
            if first:
                conv = linear_to_conv(layer, feature_shape)
                first = False
            else:
                conv = linear_to_conv1x1(layer)
            layers.append(conv.train(layer.training))
            continue
        layer = deepcopy(layer)
        if after_flatten and getattr(layer, "dim", None) == -1:
            layer.dim = 1  # softmax por clases
        layers.append(layer)
    fcn = nn.Sequential(*layers)
    fcn.training = model.training
    return fcn


def global_avg_pool_as_conv(channels: int, kernel_size) -> nn.Conv2d:
    conv = nn.Conv2d(channels, channels, kernel_size, bias=False)
    kh, kw = conv.kernel_size
    nn.init.zeros_(conv.weight)
    with torch.no_grad():
        for c in range(channels):
            conv.weight[c, c] = 1 / (kh * kw)
    return conv
