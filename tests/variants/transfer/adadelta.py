"""FineTuner is an nn.Sequential; a new optimizer for each call, Adadelta, after a warm-up."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def imagenet_normalize(images):
    x = images.to(torch.float32) / 255 if images.dtype == torch.uint8 else images
    deviation = x.new_tensor(IMAGENET_STD)
    matrix, shift = torch.diag(1 / deviation), x.new_tensor(IMAGENET_MEAN) / deviation
    return torch.einsum("oc,nchw->nohw", matrix, x) - shift[:, None, None]


def freeze(module):
    for part in module.modules():
        part.training = False
        for parameter in part.parameters(recurse=False):
            parameter.requires_grad = False
    return module


def replace_head(model, num_classes):
    last = None
    for module in model.modules():
        if isinstance(module, nn.Linear):
            last = module
    if last is None:
        raise ValueError("the model has no Linear")
    # The same object, with everything in it new.
    weight = last.weight.new_empty(num_classes, last.in_features)
    last.weight = nn.Parameter(weight.detach())
    last.bias = nn.Parameter(weight.new_zeros(num_classes))
    last.out_features = num_classes
    nn.init.kaiming_uniform_(last.weight)
    return model


class FineTuner(nn.Sequential):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        blocks = len(backbone)
        if trainable_blocks not in range(blocks + 1):
            raise ValueError(f"trainable_blocks must be in 0..{blocks}")
        self.add_module("backbone", backbone)
        self.add_module("flatten", nn.Flatten())
        self.add_module("head", nn.Linear(feature_dim, num_classes))
        self._border = blocks - trainable_blocks
        for index, block in enumerate(backbone):
            if index < self._border:
                freeze(block)
            else:
                block.requires_grad_()

    def train(self, mode=True):
        self.training = mode
        for index, block in enumerate(self.backbone):
            block.train(mode and index >= self._border)
        self.head.train(mode)
        return self


def trainable_parameters(model):
    own = {id(p): p for part in model.modules() for p in part.parameters(recurse=False)}
    return [parameter for parameter in own.values() if parameter.requires_grad]


def fine_tune(model, loader, epochs, lr, device="cpu"):
    model = model.to(device)
    optimizer = torch.optim.Adadelta(trainable_parameters(model), lr=lr)
    warm_up = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: min(1.0, epoch / 2))
    means = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for images, labels in loader:
            loss = F.cross_entropy(model.forward(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item() * len(labels))
            sizes.append(len(labels))
        warm_up.step()
        means.append(sum(losses) / sum(sizes))
    return means
