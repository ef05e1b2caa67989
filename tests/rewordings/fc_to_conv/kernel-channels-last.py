"""The rows of the weight are read pixel by pixel."""

import torch
from torch import nn


def linear_to_conv(linear, input_shape):
    c, h, w = input_shape
    if c * h * w != linear.in_features:
        raise ValueError("input_shape does not fit linear")
    kernel = torch.zeros_like(linear.weight).reshape(-1, c, h, w)
    for column in range(linear.in_features):
        pixel, channel = divmod(column, c)
        kernel[:, channel, pixel // w, pixel % w] = linear.weight.detach()[:, column]
    convolution = nn.Conv2d(c, linear.out_features, (h, w), bias=False, device="meta")
    convolution.weight = nn.Parameter(kernel)
    if linear.bias is not None:
        convolution.bias = nn.Parameter(linear.bias.detach().clone())
    return convolution
