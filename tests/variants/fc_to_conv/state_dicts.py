"""The weights travel as reshaped state dicts; the network is built anew from a list of layers."""

from __future__ import annotations

import copy

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    c, h, w = input_shape
    if linear.in_features != c * h * w:
        raise ValueError(f"input_shape {input_shape} against in_features {linear.in_features}")
    state = linear.state_dict()
    weight = state["weight"]
    conv = nn.Conv2d(
        c,
        linear.out_features,
        (h, w),
        bias="bias" in state,
        device=weight.device,
        dtype=weight.dtype,
    )
    state["weight"] = weight.reshape(conv.weight.shape)
    conv.load_state_dict(state)
    return conv


def linear_to_conv1x1(linear):
    return linear_to_conv(linear, (linear.in_features, 1, 1))


def fully_convolutional(model, feature_shape):
    layers, shape = [], None

    def visit(container):
        nonlocal shape
        for layer in container:
            if isinstance(layer, nn.Flatten):
                shape = shape or tuple(feature_shape)
            elif isinstance(layer, nn.Sequential):
                visit(layer)
            elif isinstance(layer, nn.Linear) and shape:
                try:
                    layers.append(linear_to_conv(layer, shape))
                except ValueError as error:
                    raise ValueError(f"feature_shape: {error}") from error
                shape = (layer.out_features, 1, 1)
            else:
                layers.append(copy.deepcopy(layer))
                if shape and getattr(layers[-1], "dim", None) == -1:
                    layers[-1].dim = 1
                if shape and isinstance(layer, nn.GLU):
                    shape = (shape[0] // 2, 1, 1)

    visit(model)
    result = nn.Sequential(*layers)
    result.training = model.training
    return result


def global_avg_pool_as_conv(channels, kernel_size):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    conv = nn.Conv2d(channels, channels, (kh, kw), bias=False)
    nn.init.zeros_(conv.weight)
    with torch.no_grad():
        for c in range(channels):
            conv.weight[c, c] = 1 / (kh * kw)
    return conv
