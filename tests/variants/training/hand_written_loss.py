"""Cross-entropy by logsumexp and gather; the examples' losses are kept and averaged at the end."""

from __future__ import annotations

import contextlib

import torch


def losses_of(logits, labels):
    picked = logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    return logits.logsumexp(dim=1) - picked


def train_one_epoch(model, loader, optimizer, device="cpu"):
    model.train()
    kept = []
    for batch in loader:
        images, labels = (tensor.to(device) for tensor in batch)
        losses = losses_of(model(images), labels)
        optimizer.zero_grad()
        losses.mean().backward()
        optimizer.step()
        kept.append(losses.detach().double())
    return torch.cat(kept).mean().item()


@contextlib.contextmanager
def evaluating(model):
    with contextlib.ExitStack() as stack:
        for module in model.modules():
            stack.callback(setattr, module, "training", module.training)
        model.eval()
        stack.enter_context(torch.inference_mode())
        yield


def evaluate(model, loader, device="cpu"):
    right = []
    for images, labels in loader:
        with evaluating(model):
            logits = model(images.to(device))
            right.append(logits.argsort(dim=1)[:, -1].eq(labels.to(device)).double())
    return torch.cat(right).mean().item()
