"""Cross-entropy against one-hot rows, a running mean, and modes that recursion puts back."""

from __future__ import annotations

import torch
from torch.nn import functional as F


def train_one_epoch(model, loader, optimizer, device="cpu"):
    device = torch.device(device)
    mean, seen = 0.0, 0
    model.train()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        target = torch.zeros_like(logits).scatter_(1, labels.view(-1, 1), 1)
        loss = -(target * torch.log_softmax(logits, 1)).sum(1).mean()
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None
        loss.backward()
        optimizer.step()
        batch = len(images)
        seen += batch
        mean += (loss.item() - mean) * batch / seen
    return mean


def evaluate(model, loader, device="cpu"):
    def modes(module):
        return module.training, [modes(child) for child in module.children()]

    def restore(module, saved):
        module.training, below = saved
        for child, mode in zip(module.children(), below, strict=True):
            restore(child, mode)

    saved = modes(model)
    model.eval()
    wrong = examples = 0
    try:
        for images, labels in loader:
            with torch.no_grad():
                logits = model(images.to(device))
            labels = labels.to(device)
            wrong += int(
                F.one_hot(logits.argmax(1), logits.shape[1]).gather(1, labels[:, None]).eq(0).sum()
            )
            examples += labels.numel()
    finally:
        restore(model, saved)
    return (examples - wrong) / examples
