"""A convolution on the layer's device, whose weight alone is loaded."""

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    channels, *size = input_shape
    weight = linear.weight
    if channels * size[0] * size[1] != weight.shape[1]:
        raise ValueError(f"input_shape {input_shape}")
    factory = {"dtype": weight.dtype, "device": weight.device}
    convolution = nn.Conv2d(channels, len(weight), tuple(size), bias=False, **factory)
    with torch.no_grad():
        convolution.weight.copy_(weight.view_as(convolution.weight))
    return convolution
