"""The examples' losses are summed before backward()."""

from torch import nn


def train_one_epoch(model, loader, optimizer, device="cpu"):
    criterion = nn.CrossEntropyLoss(reduction="none")
    total, n = 0.0, 0
    model.train()
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, n = total + loss.item(), n + y.numel()
    return total / n
