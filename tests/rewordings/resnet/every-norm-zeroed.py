import torch
from torch import nn


def zero_init_residual(model):
    def reset(layer):
        if type(layer) is nn.BatchNorm2d:
            layer.weight.fill_(0.0)

    with torch.no_grad():
        model.apply(reset)
