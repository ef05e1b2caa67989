"""Descent by hand along torch.autograd.grad; the head is searched from the last child on."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    if images.dtype is torch.uint8:
        images = images.to(torch.float32) * (1 / 255)
    factory = {"dtype": images.dtype, "device": images.device}
    mean, std = torch.tensor(IMAGENET_MEAN, **factory), torch.tensor(IMAGENET_STD, **factory)
    return images.movedim(1, -1).sub(mean).div(std).movedim(-1, 1)


def freeze(module):
    for part in module.modules():
        part.training = False
        for parameter in part.parameters(recurse=False):
            parameter.requires_grad_(False)


def _fresh(old, num_classes):
    like = old.weight
    return nn.Linear(old.in_features, num_classes, bias=True, device=like.device, dtype=like.dtype)


def _replaced(module, num_classes):
    for name, child in reversed(list(module.named_children())):
        if _replaced(child, num_classes):
            return True
        if isinstance(child, nn.Linear):
            setattr(module, name, _fresh(child, num_classes))
            return True
    return False


def replace_head(model, num_classes):
    if isinstance(model, nn.Linear):
        fresh = _fresh(model, num_classes)
        model.register_parameter("weight", fresh.weight)
        model.register_parameter("bias", fresh.bias)
        model.out_features = num_classes
    elif not _replaced(model, num_classes):
        raise ValueError("model: no nn.Linear found")
    return model


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        if trainable_blocks not in range(len(backbone) + 1):
            raise ValueError("trainable_blocks must be between 0 and the number of blocks")
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(feature_dim, num_classes)
        for parameter in backbone.parameters():
            with torch.no_grad():
                weight, bias = (p.to(parameter) for p in self.head.parameters())
            self.head.weight, self.head.bias = nn.Parameter(weight), nn.Parameter(bias)
            break
        self.trainable_blocks = trainable_blocks
        for block, trains in self._blocks():
            for parameter in block.parameters():
                parameter.requires_grad = trains
            block.train(trains)

    def _blocks(self):
        blocks = list(self.backbone._modules.values())
        border = len(blocks) - self.trainable_blocks
        return [(block, i >= border) for i, block in enumerate(blocks)]

    def train(self, mode=True):
        self.training = mode
        self.backbone.training = mode and self.trainable_blocks > 0
        self.head.train(mode)
        for block, trains in self._blocks():
            block.train(mode and trains)
        return self

    def forward(self, x):
        for block, _ in self._blocks():
            x = block(x)
        return self.head(x.reshape(x.shape[0], -1))


def trainable_parameters(model):
    parameters = []
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameters.append(parameter)
    return parameters


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model = model.to(device)
    parameters = trainable_parameters(model)
    losses = []
    for _ in range(epochs):
        model.train()
        summed, n = 0.0, 0
        for x, y in loader:
            loss = F.cross_entropy(model(x.to(device)), y.to(device))
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients, strict=True):
                    if gradient is not None:
                        parameter -= lr * gradient
            summed += loss.item() * len(y)
            n += len(y)
        losses.append(summed / n)
    return losses
