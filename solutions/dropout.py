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

### BEGIN SOLUTION
### STUB


def _require_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability in [0, 1], got {p}")


### END SOLUTION


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
    ### BEGIN SOLUTION
    _require_probability(p)
    if x.ndim != 4:
        raise ValueError(f"x must have shape (N, C, H, W), got {tuple(x.shape)}")
    if not training or p == 0:
        return x
    # Drawn in float32 whatever the dtype of x: half precision would round p itself.
    uniform = torch.rand(
        (x.shape[0], x.shape[1], 1, 1),
        generator=generator,
        device=x.device if generator is None else generator.device,
        dtype=torch.float32,
    )
    dropped = (uniform < p).to(x.device)
    scale = 1 / (1 - p) if p < 1 else 0.0
    # Filled, not multiplied by zero: an infinity times zero is NaN.
    return x.masked_fill(dropped, 0) * scale
    ### END SOLUTION


class Dropout2d(nn.Module):
    """Drop whole feature maps in train mode; in eval mode, return the input's values.

    Args:
        p: probability that a map is dropped.

    Raises:
        ValueError: `p` outside [0, 1], at construction; an input that is not 4-D, in both modes.

    Source: Tompson et al. 2015, section 3.2.
    """

    def __init__(self, p: float = 0.5) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        _require_probability(p)
        self.p = p
        ### END SOLUTION

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n c h w"]:
        """Return `x` with its maps dropped or unchanged, as the module's mode asks."""
        ### BEGIN SOLUTION
        return dropout2d(x, self.p, self.training)
        ### END SOLUTION
