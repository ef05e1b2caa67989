"""The optimizer calls a closure for each step, and gradients are switched off by hand."""

from __future__ import annotations

import torch
from torch import nn


def train_one_epoch(model, loader, optimizer, device="cpu"):
    criterion = nn.CrossEntropyLoss()
    history = []
    model.train()
    for images, labels in iter(loader):
        images = images.to(device=device)
        labels = labels.to(device=device)

        def closure(images=images, labels=labels):
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        history.append((loss.item(), labels.shape[0]))
    total = sum(n for _, n in history)
    return sum(loss * n for loss, n in history) / total


def evaluate(model, loader, device="cpu"):
    training = [module for module in model.modules() if module.training]
    enabled = torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    correct, total = 0, 0
    try:
        for images, labels in loader:
            predictions = model(images.to(device)).topk(1, dim=1).indices.flatten()
            correct += int(torch.count_nonzero(predictions == labels.to(device)))
            total += len(labels)
    finally:
        torch.set_grad_enabled(enabled)
        for module in training:
            module.training = True
    return correct / total
