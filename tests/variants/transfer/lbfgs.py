"""L-BFGS with closures; frozen and trainable blocks in lists of their own."""

from __future__ import annotations

import torch
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    x = images.to(torch.float32) / 255.0 if images.dtype == torch.uint8 else images
    mean = torch.tensor(IMAGENET_MEAN, dtype=x.dtype, device=x.device)[None, :, None, None]
    std = torch.as_tensor(IMAGENET_STD, dtype=x.dtype, device=x.device)[None, :, None, None]
    return x * (1 / std) - mean / std


def freeze(module):
    module.train(False)
    module.requires_grad_(False)


def replace_head(model, num_classes):
    for name, module in reversed(list(model.named_modules())):
        if isinstance(module, nn.Linear):
            parent, _, leaf = name.rpartition(".")
            head = nn.Linear(module.in_features, num_classes).to(module.weight)
            nn.init.zeros_(head.bias)
            setattr(model.get_submodule(parent), leaf, head)
            return model
    raise ValueError("no Linear in model")


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        if not (0 <= trainable_blocks <= len(backbone)):
            raise ValueError(f"bad trainable_blocks {trainable_blocks}")
        self.backbone = backbone
        self.head = nn.Linear(feature_dim, num_classes)
        border = len(backbone) - trainable_blocks
        self.frozen = nn.ModuleList(list(backbone)[:border])
        self.live = nn.ModuleList(list(backbone)[border:])
        self.frozen.requires_grad_(False).eval()
        self.live.requires_grad_(True)

    def train(self, mode=True):
        self.training = mode
        for part in (self.live, self.head):
            part.train(mode)
        return self

    def forward(self, x):
        for block in (*self.frozen, *self.live):
            x = block(x)
        return self.head(x.flatten(start_dim=1))


def trainable_parameters(model):
    return [p for p in model.parameters() if p.requires_grad]


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model.to(device)
    model.train()
    optimizer = torch.optim.LBFGS(trainable_parameters(model), lr=lr)

    def step(images, labels):
        def closure():
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            return loss

        return float(optimizer.step(closure)) * len(labels), len(labels)

    means = []
    for _ in range(epochs):
        steps = [step(images.to(device), labels.to(device)) for images, labels in loader]
        means.append(sum(loss for loss, _ in steps) / sum(count for _, count in steps))
    return means
