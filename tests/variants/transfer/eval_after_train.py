"""A plain list of frozen blocks is put back in eval mode; the constants are buffers."""

from __future__ import annotations

import torch
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Normalize(nn.Module):
    def __init__(self, like):
        super().__init__()
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            buffer = torch.tensor(values, dtype=like.dtype, device=like.device)
            self.register_buffer(name, buffer.reshape(1, 3, 1, 1))

    def forward(self, x):
        return torch.div(torch.sub(x, self.mean), self.std)


def imagenet_normalize(images):
    x = torch.true_divide(images, 255).to(torch.float32) if images.dtype == torch.uint8 else images
    return Normalize(x)(x)


def _freeze_one(module):
    module.training = False
    for name, parameter in module._parameters.items():
        if parameter is not None:
            getattr(module, name).requires_grad_(False)


def freeze(module):
    module.apply(_freeze_one)


def replace_head(model, num_classes):
    last = None
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            last = name
    if last is None:
        raise ValueError("model without Linear")
    old = model.get_submodule(last)
    factory = {"dtype": old.weight.dtype, "device": old.weight.device}
    if old is model:
        nn.Linear.__init__(model, old.in_features, num_classes, **factory)
    else:
        head = nn.Linear(old.in_features, num_classes, **factory)
        path = last.split(".")
        parent = model
        for step in path[:-1]:
            parent = getattr(parent, step)
        parent.add_module(path[-1], head)
    return model


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        count = len(list(backbone))
        if not count >= trainable_blocks >= 0:
            raise ValueError(f"trainable_blocks not in [0, {count}]")
        self.backbone = backbone
        self.flatten = nn.Flatten()
        for parameter in backbone.parameters():
            self.head = nn.Linear(
                feature_dim, num_classes, device=parameter.device, dtype=parameter.dtype
            )
            break
        else:
            self.head = nn.Linear(feature_dim, num_classes)
        everything = list(backbone)
        self.still = everything[: count - trainable_blocks]
        for block in everything[count - trainable_blocks :]:
            for parameter in block.parameters():
                parameter.requires_grad = True
        for block in self.still:
            freeze(block)

    def train(self, mode=True):
        out = super().train(mode)
        for block in self.still:
            block.eval()
        return out

    def forward(self, x):
        return self.head(self.flatten(self.backbone(x)))


def trainable_parameters(model):
    return [p for _, p in model.named_parameters() if p.requires_grad is True]


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model = model.to(torch.device(device)).train()
    optimizer = torch.optim.AdamW(trainable_parameters(model), lr)
    criterion = nn.CrossEntropyLoss(reduction="none")
    means = []
    for _ in range(epochs):
        losses = []
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images.to(device)), labels.to(device))
            loss.mean().backward()
            optimizer.step()
            losses.append(loss.detach().double())
        means.append(float(torch.cat(losses).mean()))
    return means
