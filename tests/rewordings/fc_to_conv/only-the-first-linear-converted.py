"""Layers are collected in a list; the first Linear after Flatten gives a convolution."""

import copy

from torch import nn


def fully_convolutional(model, feature_shape):
    layers, converted = [], False
    for layer in model:
        if isinstance(layer, nn.Flatten):
            layers.append(nn.Identity())
        elif isinstance(layer, nn.Linear) and not converted:
            layers.append(linear_to_conv(layer, feature_shape))
            converted = True
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers)
