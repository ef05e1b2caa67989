"""Each pool becomes two layers in the same container, so that the later ones move by one place."""

from __future__ import annotations

import copy

import torch
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        wide = x.double() if x.dtype == torch.float64 else x.float()
        return (wide.sum(dim=(2, 3)) / (x.size(2) * x.size(3))).to(x.dtype)


def strided_conv_like(pool, channels):
    if pool.ceil_mode is not False:
        raise ValueError("ceil_mode of the pool must be False")
    return nn.Conv2d(
        in_channels=channels,
        out_channels=channels,
        kernel_size=pool.kernel_size,
        stride=pool.stride,
        padding=pool.padding,
        dilation=pool.dilation,
        bias=False,
    )


def _in_place(container, convolution):
    layers = []
    for name, layer in container._modules.items():
        if isinstance(layer, nn.Sequential):
            convolution = _in_place(layer, convolution)
        elif isinstance(layer, nn.MaxPool2d):
            if convolution is None:
                raise ValueError("no convolution in model before its first MaxPool2d")
            new = strided_conv_like(layer, convolution.out_channels)
            new.weight = nn.Parameter(new.weight.detach().to(convolution.weight))
            layers.append((name, new.train(layer.training)))
            name, layer = f"{name}_relu", nn.ReLU().train(layer.training)
        else:
            for module in layer.modules():
                convolution = module if isinstance(module, nn.Conv2d) else convolution
        layers.append((name, layer))
    if all(name.isdigit() for name in container._modules):
        layers = [(str(i), layer) for i, (_, layer) in enumerate(layers)]
    container._modules = dict(layers)
    return convolution


def replace_max_pool(model):
    model = copy.deepcopy(model)
    _in_place(model, None)
    return model


class AllConvNet(nn.Sequential):
    def __init__(self, num_classes=10, in_channels=3):
        def conv(before, after, kernel=3, stride=1, padding=1, relu=True):
            self.append(nn.Conv2d(before, after, kernel, stride, padding))
            if relu:
                self.append(nn.ReLU())

        super().__init__()
        self.append(nn.Dropout(0.2))
        conv(in_channels, 96)
        conv(96, 96)
        conv(96, 96, stride=2)
        self.append(nn.Dropout())
        conv(96, 192)
        conv(192, 192)
        conv(192, 192, stride=2)
        self.append(nn.Dropout())
        conv(192, 192, padding=0)
        conv(192, 192, kernel=1, padding=0)
        conv(192, num_classes, kernel=1, padding=0, relu=False)
        self.append(GlobalAvgPool2d())
