"""Summed cross-entropy divided by the batch's size, and a decorated evaluation."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train(True)
    total = 0.0
    seen = 0
    for x, y in loader:
        optimizer.zero_grad(set_to_none=False)
        n = y.size(0)
        summed = F.cross_entropy(model(x.to(device)), y.to(device), reduction="sum")
        (summed / n).backward()
        optimizer.step()
        total += float(summed.detach())
        seen += n
    return total / seen


@torch.no_grad()
def evaluate(model, loader, device="cpu"):
    modes = {}
    for module in model.modules():
        modes[module] = module.training
    try:
        model.train(False)
        hits = seen = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            _, best = torch.max(model(x), 1)
            hits += torch.sum(best == y).item()
            seen += x.size(0)
    finally:
        for module, mode in modes.items():
            module.training = mode
    return hits / seen
