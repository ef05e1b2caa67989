"""Kernels are filled slice by slice in loops over channels and rows."""

from __future__ import annotations

import copy

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    c, h, w = input_shape
    if c * h * w != linear.in_features:
        raise ValueError(f"input_shape {c}, {h}, {w} is not in_features of linear")
    weight, bias = linear.weight, linear.bias
    kernel = torch.zeros((linear.out_features, c, h, w), device=weight.device, dtype=weight.dtype)
    for channel in range(c):
        for row in range(h):
            start = (channel * h + row) * w
            kernel[:, channel, row, :] = weight.detach()[:, start : start + w]
    conv = nn.Conv2d(c, linear.out_features, (h, w), bias=False, device="meta")
    conv.weight = nn.Parameter(kernel)
    if bias is not None:
        conv.bias = nn.Parameter(torch.zeros_like(bias))
        for unit in range(linear.out_features):
            conv.bias.data[unit] = bias.detach()[unit]
    return conv


def linear_to_conv1x1(linear):
    return linear_to_conv(linear, (linear.in_features, 1, 1))


def _flat(container):
    for layer in container:
        if isinstance(layer, nn.Sequential):
            yield from _flat(layer)
        else:
            yield layer


def fully_convolutional(model, feature_shape):
    layers = list(_flat(copy.deepcopy(model)))
    cut = next(i for i, layer in enumerate(layers) if isinstance(layer, nn.Flatten))
    body, classifier = layers[:cut], layers[cut:]
    classifier = [layer for layer in classifier if not isinstance(layer, nn.Flatten)]
    linears = [i for i, layer in enumerate(classifier) if isinstance(layer, nn.Linear)]
    for i in linears:
        if i != linears[0]:
            classifier[i] = linear_to_conv1x1(classifier[i])
            continue
        try:
            classifier[i] = linear_to_conv(classifier[i], feature_shape)
        except ValueError:
            raise ValueError("feature_shape does not fit the model's first Linear") from None
    for layer in classifier:
        if getattr(layer, "dim", 0) == -1:
            layer.dim = 1
    result = nn.Sequential(*body, *classifier)
    result.training = model.training
    return result


def global_avg_pool_as_conv(channels, kernel_size):
    conv = nn.Conv2d(channels, channels, kernel_size, stride=1, groups=1, bias=False)
    conv.requires_grad_(False)
    kh, kw = conv.kernel_size
    for target in range(channels):
        for source in range(channels):
            conv.weight[target, source].fill_(1 / (kh * kw) if target == source else 0)
    return conv
