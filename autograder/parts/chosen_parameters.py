"""The parameters that the check has chosen, for training to build on."""

from __future__ import annotations

from torch import nn

prepared: list[str] = []  # their names


def chosen_parameters(model: nn.Module) -> list[nn.Parameter]:
    return [model.get_parameter(name) for name in prepared]
