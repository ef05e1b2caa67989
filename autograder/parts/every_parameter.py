"""The trainable parameters of a network that has no others."""

from __future__ import annotations

from torch import nn


def every_parameter(model: nn.Module) -> list[nn.Parameter]:
    return list(model.parameters())
