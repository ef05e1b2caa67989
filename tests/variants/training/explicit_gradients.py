"""Gradients from torch.autograd.grad, and an evaluation on a deep copy of the model."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    weighted, count = 0.0, 0
    for images, labels in loader:
        loss = F.nll_loss(F.log_softmax(model(images.to(device)), dim=-1), labels.to(device))
        optimizer.zero_grad()
        every = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
        gradients = torch.autograd.grad(loss, every, allow_unused=True)
        for parameter, gradient in zip(every, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        weighted += loss.item() * images.shape[0]
        count += images.shape[0]
    return weighted / count


def evaluate(model, loader, device="cpu"):
    twin = copy.deepcopy(model).eval()
    with torch.no_grad():
        pairs = [(twin(x.to(device)).argmax(-1) == y.to(device)) for x, y in loader]
    hits = sum(pair.sum().item() for pair in pairs)
    return hits / sum(pair.numel() for pair in pairs)
