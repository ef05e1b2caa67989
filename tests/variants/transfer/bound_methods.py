"""Frozen blocks get a train method of their own that does nothing; optimizer: Adam."""

from __future__ import annotations

import types

import torch
import torch.nn.functional as F
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    if not images.is_floating_point():
        images = images.float().div(255.0)
    channels = zip(images.unbind(1), IMAGENET_MEAN, IMAGENET_STD, strict=True)
    return torch.stack([(channel - mean) / std for channel, mean, std in channels], dim=1)


def freeze(module):
    for parameter in module.parameters():
        parameter.requires_grad = False
    module.eval()


def replace_head(model, num_classes):
    linears = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not linears:
        raise ValueError("there is no Linear in model")
    old = linears[-1]
    new = nn.Linear(old.in_features, num_classes, device=old.weight.device, dtype=old.weight.dtype)
    if old is model:
        model.weight, model.bias = new.weight, new.bias
        model.out_features = num_classes
        return model
    for parent in list(model.modules()):
        for name, child in list(parent._modules.items()):
            if child is old:
                parent._modules[name] = new
    return model


def stay(block, mode=True):
    return block


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        blocks = [backbone[i] for i in range(len(backbone))]
        if trainable_blocks < 0 or trainable_blocks > len(blocks):
            raise ValueError(f"trainable_blocks = {trainable_blocks} of {len(blocks)}")
        self.backbone = backbone
        weights = list(backbone.parameters())
        factory = {"device": weights[0].device, "dtype": weights[0].dtype} if weights else {}
        self.head = nn.Linear(feature_dim, num_classes, **factory)
        for i, block in enumerate(blocks):
            block.__dict__.pop("train", None)
            if i < len(blocks) - trainable_blocks:
                freeze(block)
                block.train = types.MethodType(stay, block)
            else:
                block.requires_grad_(True)

    def forward(self, x):
        return self.head(torch.flatten(self.backbone(x), start_dim=1))


def trainable_parameters(model):
    return list(filter(lambda parameter: parameter.requires_grad, model.parameters()))


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model.to(device)
    optimizer = torch.optim.Adam(trainable_parameters(model), lr=lr)
    history = []
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * labels.size(0)
            count += labels.size(0)
        history.append(total / count)
    return history
