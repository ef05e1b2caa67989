import torch
from torch import nn


def zero_init_residual(model):
    for _, layer in model.named_modules():
        if isinstance(layer, ResidualBlock):
            zeros = torch.zeros_like(layer.bn2.weight.data)
            layer.bn2.register_parameter("weight", nn.Parameter(zeros))
