"""Lab 2: spatial dropout, which drops whole feature maps.

Source: Tompson et al. 2015, "Efficient Object Localization Using Convolutional Networks"
(arXiv:1411.4280), section 3.2. The dropout layers and functions of torch are not allowed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float


def dropout2d(
    x: Float[torch.Tensor, "n c h w"],
    p: float = 0.5,
    training: bool = True,
    generator: torch.Generator | None = None,
) -> Float[torch.Tensor, "n c h w"]:
    """Zero whole feature maps at random and scale up the ones that stay.

    Neighbouring pixels of a feature map say nearly the same, so dropping single pixels takes
    little information away; dropping the map does. Each of the N * C maps falls with probability
    `p`, independently of all others; the rest is scaled so that the expected output is `x`.

    Args:
        x: feature maps; of any floating dtype, on any device, which the result keeps.
        p: probability that a map is dropped. At 1 everything is zero, whatever `x` holds.
        training: where false, the values of `x` come back unchanged.
        generator: source of the random mask; by default torch's generator of the device of `x`.

    Raises:
        ValueError: `p` outside [0, 1] or an `x` that is not 4-D, also where `training` is false.

    Source: Tompson et al. 2015, section 3.2; the scaling is known as inverted dropout.
    """
    # TODO
    raise NotImplementedError("dropout2d")


class Dropout2d(nn.Module):
    """Drop whole feature maps in train mode; in eval mode, return the input's values.

    Args:
        p: probability that a map is dropped.

    Raises:
        ValueError: `p` outside [0, 1], at construction; an input that is not 4-D, in both modes.

    Source: Tompson et al. 2015, section 3.2.
    """

    def __init__(self, p: float = 0.5) -> None:
        # TODO
        raise NotImplementedError("Dropout2d.__init__")

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n c h w"]:
        """Return `x` with its maps dropped or unchanged, as the module's mode asks."""
        # TODO
        raise NotImplementedError("Dropout2d.forward")
