import copy

from torch import nn


def replace_max_pool(model):
    def convert(container, latest):
        for name, layer in container._modules.items():
            if isinstance(layer, nn.MaxPool2d):
                if latest is None:
                    raise ValueError("model has a max pool before any convolution")
                new = strided_conv_like(layer, latest.out_channels)
                weight = latest.weight
                container._modules[name] = new.to(device=weight.device, dtype=weight.dtype)
            elif isinstance(layer, nn.Sequential):
                latest = convert(layer, latest)
            elif isinstance(layer, nn.Conv2d):
                latest = layer
        return latest

    result = copy.deepcopy(model)
    convert(result, None)
    return result
