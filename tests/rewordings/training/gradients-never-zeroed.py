"""Gradients are added by hand to those there are."""

import torch
from torch.nn import functional as F


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    losses = []
    for x, y in loader:
        each = F.cross_entropy(model(x.to(device)), y.to(device), reduction="none")
        parameters = [p for p in model.parameters() if p.requires_grad]
        for p, g in zip(parameters, torch.autograd.grad(each.mean(), parameters), strict=True):
            p.grad = g if p.grad is None else p.grad + g
        optimizer.step()
        losses.append(each.detach())
    return torch.cat(losses).double().mean().item()
