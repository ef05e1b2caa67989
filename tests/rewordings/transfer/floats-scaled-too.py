"""Every image is divided by 255, and bytes are turned into floats first."""

import torch

MEAN = ((0.485,), (0.456,), (0.406,))
STD = ((0.229,), (0.224,), (0.225,))


def imagenet_normalize(images):
    if not images.is_floating_point():
        images = images.float()
    scaled = images / 255
    factory = {"dtype": scaled.dtype, "device": scaled.device}
    return (scaled - torch.tensor(MEAN, **factory)[..., None]) / torch.tensor(STD, **factory)[
        ..., None
    ]
