"""The batches' losses are kept in a list and averaged."""

import statistics

from torch import nn


def train_one_epoch(model, loader, optimizer, device="cpu"):
    criterion, losses = nn.CrossEntropyLoss(), []
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return statistics.fmean(losses)
