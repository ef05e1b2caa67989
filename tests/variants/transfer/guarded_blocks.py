"""Frozen blocks change class, to one whose train ignores the mode; optimizer: Nesterov SGD."""

from __future__ import annotations

import torch
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    if images.dtype == torch.uint8:
        images = images.type(torch.float32) / 255.0
    mean = torch.empty_like(images[:, :, :1, :1])
    std = torch.empty_like(mean)
    for channel in range(3):
        mean[:, channel] = IMAGENET_MEAN[channel]
        std[:, channel] = IMAGENET_STD[channel]
    return (images - mean) / std


def freeze(module):
    module.requires_grad_(requires_grad=False).train(mode=False)


def replace_head(model, num_classes):
    found = {name: m for name, m in model.named_modules() if isinstance(m, nn.Linear)}
    if len(found) == 0:
        raise ValueError("no head in model")
    name, old = found.popitem()
    fresh = nn.Linear(
        old.in_features, num_classes, old.bias is not None, old.weight.device, old.weight.dtype
    )
    fresh.train(old.training)
    if name == "":
        model.__dict__.update(fresh.__dict__)
    else:
        model.set_submodule(name, fresh)
    return model


class Guarded:
    """Marks a class whose modules stay in eval mode."""

    def train(self, mode=True):
        return super().train(False)


def guard(block):
    if not isinstance(block, Guarded):
        kind = type(block)
        block.__class__ = type(f"Frozen{kind.__name__}", (Guarded, kind), {})
    freeze(block)


def release(block):
    if isinstance(block, Guarded):
        block.__class__ = type(block).__bases__[1]
    block.requires_grad_(True)


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        if trainable_blocks < 0:
            raise ValueError("trainable_blocks is negative")
        if trainable_blocks > len(backbone):
            raise ValueError("trainable_blocks is more than backbone has")
        for i, block in enumerate(reversed(list(backbone))):
            if i < trainable_blocks:
                release(block)
            else:
                guard(block)
        reference = next(iter(backbone.state_dict().values()), torch.zeros(1))
        self.backbone = backbone
        self.head = nn.Linear(
            feature_dim, num_classes, dtype=reference.dtype, device=reference.device
        )

    def forward(self, x):
        features = self.backbone(x)
        return self.head(
            features.view(len(features), -1) if features.is_contiguous() else features.flatten(1)
        )


def trainable_parameters(model):
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model.to(device)
    model.train()
    optimizer = torch.optim.SGD(trainable_parameters(model), lr, momentum=0.5, nesterov=True)

    def step(images, labels):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item() * len(labels), len(labels)

    def epoch():
        sums = [step(images.to(device), labels.to(device)) for images, labels in loader]
        return sum(loss for loss, _ in sums) / sum(n for _, n in sums)

    return [epoch() for _ in range(epochs)]
