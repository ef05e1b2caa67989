"""The hints on every name that a student writes.

Their files are not named like the modules of the labs: whoever looks for a student's modules by
file name finds no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cnnlab.hints import (
    all_conv_hints,
    batchnorm_hints,
    conv_arithmetic_hints,
    dropout_hints,
    fc_to_conv_hints,
    resnet_hints,
    training_hints,
    transfer_hints,
    vgg_hints,
)
from cnnlab.hints.model import Hint, Level

__all__ = ["HINTS", "LEVELS", "Hint", "Level"]

LEVELS = tuple(Level)

HINTS: Mapping[str, Hint] = MappingProxyType(
    {
        **conv_arithmetic_hints.HINTS,
        **dropout_hints.HINTS,
        **batchnorm_hints.HINTS,
        **vgg_hints.HINTS,
        **resnet_hints.HINTS,
        **all_conv_hints.HINTS,
        **fc_to_conv_hints.HINTS,
        **training_hints.HINTS,
        **transfer_hints.HINTS,
    }
)
"""By the name of the function, class or constant."""
