"""One parameter group per tensor under RMSprop with a scheduler; the head is an einsum."""

from __future__ import annotations

from itertools import islice

import torch
import torch.nn.functional as F
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    scaled = images / 255 if images.dtype == torch.uint8 else images
    scaled = scaled.float() if images.dtype == torch.uint8 else scaled
    shape = (1, -1, 1, 1)
    mean = scaled.new_tensor(IMAGENET_MEAN).reshape(shape).expand_as(scaled)
    std = scaled.new_tensor(IMAGENET_STD).reshape(shape).expand_as(scaled)
    return torch.addcdiv(torch.zeros_like(scaled), scaled - mean, std)


def freeze(module):
    module.eval()
    with torch.no_grad():
        for _, parameter in module.named_parameters():
            parameter.requires_grad_(False)


def replace_head(model, num_classes):
    linears = [n for n, m in model.named_modules() if isinstance(m, nn.Linear)]
    try:
        name = linears.pop()
    except IndexError:
        raise ValueError("model has no linear layer") from None
    old = model.get_submodule(name)
    weight = torch.empty(
        num_classes, old.in_features, dtype=old.weight.dtype, device=old.weight.device
    )
    nn.init.normal_(weight, std=0.01)
    head = old if old is model else nn.Linear(old.in_features, num_classes, device="meta")
    head.weight = nn.Parameter(weight)
    head.bias = nn.Parameter(weight.new_zeros(num_classes))
    head.out_features = num_classes
    if head is not model:
        model.set_submodule(name, head)
    return model


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        if not isinstance(trainable_blocks, int) or not 0 <= trainable_blocks <= len(backbone):
            raise ValueError(f"trainable_blocks={trainable_blocks!r}")
        self.backbone = backbone
        self.frozen = len(backbone) - trainable_blocks
        backbone.requires_grad_(True)
        for block in islice(backbone, self.frozen):
            block.requires_grad_(False)
        tensor = next(backbone.parameters(), None)
        kwargs = {} if tensor is None else {"device": tensor.device, "dtype": tensor.dtype}
        self.head = nn.Linear(feature_dim, num_classes, **kwargs)
        nn.init.zeros_(self.head.bias)
        nn.init.xavier_uniform_(self.head.weight)
        self.train(backbone.training)

    def train(self, mode=True):
        super().train(mode)
        for block in islice(self.backbone, self.frozen):
            block.train(False)
        return self

    def forward(self, x):
        features = self.backbone(x).flatten(1)
        return torch.einsum("nf,kf->nk", features, self.head.weight) + self.head.bias


def trainable_parameters(model):
    return [*filter(lambda p: p.requires_grad, model.parameters())]


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model.to(device)
    groups = [{"params": [parameter]} for parameter in trainable_parameters(model)]
    optimizer = torch.optim.RMSprop(groups, lr=lr)
    scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)
    epoch_losses = []
    for _epoch in range(epochs):
        model.train()
        mean, seen = 0.0, 0
        for images, labels in loader:
            logits = model(images.to(device))
            loss = F.nll_loss(logits.log_softmax(1), labels.to(device))
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    parameter.grad = None
            loss.backward()
            optimizer.step()
            seen += len(images)
            mean += (loss.item() - mean) * len(images) / seen
        scheduler.step()
        epoch_losses.append(mean)
    return epoch_losses
