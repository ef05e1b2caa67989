"""Stateless calls of the model; gradients by torch.autograd.grad of the model's own parameters."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch.func import functional_call


def logits_of(model, images):
    return functional_call(model, dict(model.named_parameters()), (images,))


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    batches = list(loader)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    sums = []
    for images, labels in batches:
        loss = F.cross_entropy(logits_of(model, images.to(device)), labels.to(device))
        optimizer.zero_grad()
        gradients = torch.autograd.grad(loss, trained, allow_unused=True)
        for parameter, gradient in zip(trained, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        sums.append(loss.item() * len(labels))
    return math.fsum(sums) / sum(len(labels) for _, labels in batches)


def evaluate(model, loader, device="cpu"):
    flags = {parameter: parameter.requires_grad for parameter in model.parameters()}
    modes = {module: module.training for module in model.modules()}
    model.requires_grad_(False)
    right = total = 0
    for images, labels in loader:
        model.eval()
        best = logits_of(model, images.to(device)).max(dim=1).indices
        right += int(best.eq(labels.to(device)).sum())
        total += len(labels)
        for module, mode in modes.items():
            module.training = mode
    for parameter, flag in flags.items():
        parameter.requires_grad_(flag)
    return right / total
