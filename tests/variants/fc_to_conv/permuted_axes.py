"""Weights by unflatten and movedim, as einops would; new layers keep the names of the old ones."""

from __future__ import annotations

import copy
import math

import torch
from torch import nn


def _convolution(weight, bias):
    skeleton = nn.Conv2d(1, 1, 1, bias=bias is not None, device="meta")
    skeleton.out_channels, skeleton.in_channels, *kernel = weight.shape
    skeleton.kernel_size = tuple(kernel)
    skeleton.weight = nn.Parameter(weight)
    skeleton.bias = None if bias is None else nn.Parameter(bias)
    return skeleton


def linear_to_conv(linear, input_shape):
    if math.prod(input_shape) != linear.in_features:
        raise ValueError("linear.in_features is not the product of input_shape")
    c, h, w = input_shape
    columns = linear.weight.detach().t()  # (c h w) o
    weight = columns.unflatten(0, (c, h, w)).movedim(-1, 0)
    bias = linear.bias
    return _convolution(
        weight.clone(memory_format=torch.contiguous_format),
        None if bias is None else bias.detach().clone(),
    )


def linear_to_conv1x1(linear):
    weight = copy.deepcopy(linear.weight.detach())[..., None, None]
    bias = None if linear.bias is None else copy.deepcopy(linear.bias.detach())
    return _convolution(weight, bias)


def fully_convolutional(model, feature_shape):
    def convert(container, linears):
        converted = nn.Sequential()
        converted.training = container.training
        for name, layer in container._modules.items():
            if isinstance(layer, nn.Flatten):
                linears = max(linears, 1)
                continue
            if isinstance(layer, nn.Sequential):
                layer, linears = convert(layer, linears)
            elif isinstance(layer, nn.Linear) and linears == 1:
                if math.prod(feature_shape) != layer.in_features:
                    raise ValueError("feature_shape is not what the first Linear of model takes")
                layer, linears = linear_to_conv(layer, feature_shape), 2
            elif isinstance(layer, nn.Linear) and linears == 2:
                layer = linear_to_conv1x1(layer)
            else:
                layer = copy.deepcopy(layer)
                if linears and hasattr(layer, "dim") and layer.dim == -1:
                    layer.dim = 1
            converted.add_module(name, layer)
        return converted, linears

    return convert(model, 0)[0]


def global_avg_pool_as_conv(channels, kernel_size):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    area = kernel_size[0] * kernel_size[1]
    weight = torch.eye(channels).div(area)[:, :, None, None].repeat(1, 1, *kernel_size)
    return _convolution(weight, None)
