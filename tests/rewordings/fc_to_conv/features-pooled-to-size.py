"""The map is interpolated to the original size by an area average in place of Flatten."""

import copy

from torch import nn
from torch.nn import functional as F


class ToSize(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = tuple(size)

    def forward(self, x):
        return F.interpolate(x, size=self.size, mode="area")


def fully_convolutional(model, feature_shape):
    layers, linears = [], 0
    for layer in model:
        if isinstance(layer, nn.Flatten):
            layers.append(ToSize(feature_shape[1:]))
        elif isinstance(layer, nn.Linear):
            make = linear_to_conv1x1 if linears else None
            layers.append(make(layer) if make else linear_to_conv(layer, feature_shape))
            linears += 1
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers).train(model.training)
