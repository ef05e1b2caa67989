"""Each kernel is read off by applying the layer's weight to unit maps; Flatten becomes Identity."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import nn


@torch.no_grad()
def linear_to_conv(linear, input_shape):
    channels, height, width = input_shape
    if channels * height * width != linear.in_features:
        raise ValueError("input_shape does not fit linear")
    factory = {"device": linear.weight.device, "dtype": linear.weight.dtype}
    unit_maps = torch.eye(linear.in_features, **factory)
    answers = F.linear(unit_maps, linear.weight)  # one row per unit map
    has_bias = linear.bias is not None
    conv = nn.Conv2d(channels, linear.out_features, (height, width), bias=has_bias, **factory)
    conv.weight.copy_(answers.transpose(0, 1).reshape(-1, channels, height, width))
    if has_bias:
        conv.bias.copy_(F.linear(torch.zeros_like(unit_maps[:1]), linear.weight, linear.bias)[0])
    return conv


def linear_to_conv1x1(linear):
    return linear_to_conv(linear, (linear.in_features, 1, 1))


def fully_convolutional(model, feature_shape):
    model = copy.deepcopy(model)
    names = [name for name, _ in model.named_modules(remove_duplicate=False)]
    layers = [model.get_submodule(name) for name in names]
    after = False
    kernel = feature_shape
    for name, layer in zip(names, layers, strict=True):
        if isinstance(layer, nn.Flatten):
            after = True
            model.set_submodule(name, nn.Identity())
        elif isinstance(layer, nn.Linear) and after:
            if kernel is None:
                convolution = linear_to_conv1x1(layer)
            elif kernel[0] * kernel[1] * kernel[2] != layer.in_features:
                raise ValueError(f"feature_shape={feature_shape} does not fit the model")
            else:
                convolution = linear_to_conv(layer, kernel)
            model.set_submodule(name, convolution.train(layer.training))
            kernel = None
        elif after and isinstance(layer, nn.Softmax | nn.LogSoftmax | nn.Softmin | nn.GLU):
            layer.dim = 1 if layer.dim == -1 else layer.dim
    return model


def global_avg_pool_as_conv(channels, kernel_size):
    conv = nn.Conv2d(channels, channels, kernel_size, bias=False)
    height, width = conv.kernel_size
    unit = nn.init.dirac_(torch.empty(channels, channels, 1, 1))
    conv.weight = nn.Parameter((unit / (height * width)).expand(-1, -1, height, width).clone())
    return conv
