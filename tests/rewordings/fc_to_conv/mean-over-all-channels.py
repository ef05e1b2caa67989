"""The weight is filled with one constant."""

from torch import nn


def global_avg_pool_as_conv(channels, kernel_size):
    h, w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    convolution = nn.Conv2d(channels, channels, (h, w), bias=False)
    nn.init.constant_(convolution.weight, 1 / (h * w))
    return convolution
