"""Freezing, for a fine-tuner to build on."""

from __future__ import annotations

from torch import nn


def fix(module: nn.Module) -> None:
    """No gradients for its parameters, and eval mode, by torch's own methods."""
    module.requires_grad_(False).eval()
