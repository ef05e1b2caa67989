"""Lab 4 - Carla. VGG (me falta todo menos la tabla y contar parámetros)."""

from __future__ import annotations

import torch
from torch import nn

# tabla 1 del artículo
VGG_CONFIGS = {
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "A-LRN": [64, "LRN", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "B": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "C": [
        64, 64, "M", 128, 128, "M", 256, 256, ("conv1", 256), "M",
        512, 512, ("conv1", 512), "M", 512, 512, ("conv1", 512), "M",
    ],
    "D": [
        64, 64, "M", 128, 128, "M", 256, 256, 256, "M",
        512, 512, 512, "M", 512, 512, 512, "M",
    ],
    "E": [
        64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M",
        512, 512, 512, 512, "M", 512, 512, 512, 512, "M",
    ],
}


def make_features(config: str, in_channels: int = 3, batch_norm: bool = False) -> nn.Sequential:
    """Build the convolutional part of one column of the paper's table 1."""
    # TODO
    raise NotImplementedError("make_features")


class VGG(nn.Module):
    """A VGG network: images in, class scores (logits) out."""

    def __init__(
        self,
        config: str = "D",
        num_classes: int = 1000,
        in_channels: int = 3,
        batch_norm: bool = False,
        dropout: float = 0.5,
    ) -> None:
        # TODO
        raise NotImplementedError("VGG.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores of images of at least 32x32 pixels."""
        # TODO
        raise NotImplementedError("VGG.forward")


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    total = 0
    for p in module.parameters():  # parameters() ya quita los repetidos
        if trainable_only and not p.requires_grad:
            continue
        total += p.numel()
    return total


def count_macs(module: nn.Module, input_shape: tuple[int, int, int]) -> int:
    """Return the multiply-accumulates that a module's layers spend on one image."""
    # TODO
    raise NotImplementedError("count_macs")
