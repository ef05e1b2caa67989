"""Means by a loop over rows, ReLU and dropout by forward hooks, copies by rebuilding containers."""

from __future__ import annotations

import copy
from collections import OrderedDict
from itertools import pairwise

import torch
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        rows = x.unbind(2)
        dtype = torch.promote_types(x.dtype, torch.float32)
        total = torch.zeros_like(rows[0][:, :, 0], dtype=dtype)
        for row in rows:
            total = total + row.to(dtype).mean(-1)
        return total.div(len(rows)).to(x.dtype)


def strided_conv_like(pool, channels):
    def pair(value):
        return tuple(value) if isinstance(value, tuple | list) else (value, value)

    if pool.ceil_mode:
        raise ValueError("pool.ceil_mode is not for convolutions")
    kernel, stride = pair(pool.kernel_size), pair(pool.stride)
    return nn.Conv2d(channels, channels, kernel, stride, pair(pool.padding), pair(pool.dilation), 1)


def _layers(model, memo, state):
    for name, layer in model._modules.items():
        if isinstance(layer, nn.MaxPool2d):
            if "conv" not in state:
                raise ValueError("model: max pool without convolution")
            reference = state["conv"]
            made = strided_conv_like(layer, reference.out_channels)
            for key, value in list(made._parameters.items()):
                value = torch.empty_like(value, device=reference.weight.device).to(
                    reference.weight.dtype
                )
                setattr(made, key, nn.Parameter(nn.init.normal_(value, std=0.05)))
            state["conv"] = made
            yield name, nn.Sequential(made, nn.ReLU()).train(layer.training)
        elif isinstance(layer, nn.Sequential):
            yield name, _rebuilt(layer, memo, state)
        else:
            twin = copy.deepcopy(layer, memo)
            for module in twin.modules():
                if isinstance(module, nn.Conv2d):
                    state["conv"] = module
            yield name, twin


def _rebuilt(model, memo, state):
    container = nn.Sequential(OrderedDict(_layers(model, memo, state)))
    container.training = model.training
    return container


def replace_max_pool(model):
    return _rebuilt(model, {}, {})


def rectify(module, args, output):
    return output.relu()


def drop_half(module, args, output):
    return nn.functional.dropout(output, 0.5, module.training)


class AllConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        channels = (in_channels, *[96] * 3, *[192] * 5, num_classes)
        self.convolutions = nn.ModuleList()
        for i, (before, after) in enumerate(pairwise(channels)):
            stride = 2 if i in {2, 5} else 1
            layer = nn.Conv2d(before, after, 3 if i < 7 else 1, stride, 1 if i < 6 else 0)
            nn.init.xavier_normal_(layer.weight, gain=2**0.5)
            if i != 8:
                layer.register_forward_hook(rectify)
            if stride == 2:
                layer.register_forward_hook(drop_half)
            self.convolutions.append(layer)

    def forward(self, x):
        if self.training:
            x = torch.dropout(x, 0.2, True)
        for layer in self.convolutions:
            x = layer(x)
        return x.mean(3).mean(2)
