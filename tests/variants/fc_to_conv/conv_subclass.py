"""Subclasses of nn.Conv2d that are built from a Linear, and a network that is a list of slots."""

from __future__ import annotations

import copy
from functools import singledispatch

import torch
from torch import nn


class DenseConv2d(nn.Conv2d):
    def __init__(self, linear, input_shape):
        c, *size = input_shape
        if linear.in_features != c * size[0] * size[1]:
            raise ValueError(f"input_shape does not match linear (feature_shape {input_shape})")
        super().__init__(c, linear.out_features, tuple(size), bias=False, device="meta")
        twin = copy.deepcopy(linear)
        self.weight = nn.Parameter(twin.weight.data.reshape(self.weight.shape))
        self.bias = twin.bias


class MeanConv2d(nn.Conv2d):
    def reset_parameters(self):
        with torch.no_grad():
            self.weight.zero_()
            self.weight.diagonal().fill_(1.0 / (self.kernel_size[0] * self.kernel_size[1]))


def linear_to_conv(linear, input_shape):
    return DenseConv2d(linear, input_shape)


def linear_to_conv1x1(linear):
    return DenseConv2d(linear, (linear.in_features, 1, 1))


@singledispatch
def convert(layer, flat, shape):
    """Return the new layers, whether the map is flat by now, and the next kernel's shape."""
    layer = copy.deepcopy(layer)
    if flat and getattr(layer, "dim", None) == -1:
        layer.dim = 1
    return [layer], flat, shape


@convert.register
def _(layer: nn.Flatten, flat, shape):
    return [], True, shape


@convert.register
def _(layer: nn.Linear, flat, shape):
    return [linear_to_conv(layer, shape) if shape else linear_to_conv1x1(layer)], flat, None


@convert.register
def _(layer: nn.Sequential, flat, shape):
    made = []
    for child in layer:
        new, flat, shape = convert(child, flat, shape)
        made += new
    return made, flat, shape


def fully_convolutional(model, feature_shape):
    layers, _, _ = convert(model, False, feature_shape)
    network = nn.Sequential(*layers)
    network.training = model.training
    return network


def global_avg_pool_as_conv(channels, kernel_size):
    return MeanConv2d(channels, channels, kernel_size, bias=False)
