"""A list of lists of losses, averaged at the end."""

import torch
from torch.nn import functional as F


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model.to(device)
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        losses = []
        for x, y in loader:
            loss = F.cross_entropy(model(x.to(device)), y.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
