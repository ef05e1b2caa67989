"""Práctica 8 (segunda parte): transfer learning. Diego, grupo B."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images: torch.Tensor) -> torch.Tensor:
    if not images.is_floating_point():
        images = images.float().div(255)
    mean = torch.tensor(IMAGENET_MEAN, dtype=images.dtype, device=images.device)
    std = torch.tensor(IMAGENET_STD, dtype=images.dtype, device=images.device)
    return (images - mean[None, :, None, None]) / std[None, :, None, None]


def freeze(module: nn.Module) -> None:
    for p in module.parameters():
        p.requires_grad = False
    module.eval()


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    name = old = None
    for n, m in model.named_modules():
        if isinstance(m, nn.Linear):
            name, old = n, m
    if old is None:
        raise ValueError("model has no nn.Linear")
    new = nn.Linear(old.in_features, num_classes)
    new = new.to(device=old.weight.device, dtype=old.weight.dtype).train(old.training)
    if name == "":  # el propio modelo es la capa lineal
        old.weight, old.bias, old.out_features = new.weight, new.bias, num_classes
        return model
    *path, last = name.split(".")
    parent = model.get_submodule(".".join(path))
    setattr(parent, last, new)
    return model


class FineTuner(nn.Module):
    """Backbone preentrenado + cabeza nueva."""

    def __init__(
        self, backbone: nn.Sequential, feature_dim: int, num_classes: int, trainable_blocks: int = 0
    ) -> None:
        super().__init__()
        if trainable_blocks < 0 or trainable_blocks > len(backbone):
            raise ValueError("trainable_blocks out of range: %d" % trainable_blocks)
        self.backbone = backbone
        self.head = nn.Linear(feature_dim, num_classes)
        for p in backbone.parameters():
            self.head.to(device=p.device, dtype=p.dtype)
            break
        # los primeros bloques no se entrenan
        self.num_frozen = len(backbone) - trainable_blocks
        for i, block in enumerate(backbone):
            if i < self.num_frozen:
                freeze(block)
            else:
                block.train()
                for p in block.parameters():
                    p.requires_grad = True

    def train(self, mode: bool = True):
        super().train(mode)
        for block in list(self.backbone)[: self.num_frozen]:
            for p in block.parameters():
                p.requires_grad = False
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = self.backbone(x)
        return self.head(torch.flatten(features, start_dim=1))


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    return list(filter(lambda p: p.requires_grad, model.parameters()))


def fine_tune(model, loader, epochs: int, lr: float, device="cpu") -> list[float]:
    model.to(device)
    optimizer = torch.optim.Adam(trainable_parameters(model), lr=lr)
    history = []
    for epoch in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            # la pérdida del lote pesa por su tamaño
            total += loss.item() * x.shape[0]
            n += x.shape[0]
        history.append(total / n)
    return history
