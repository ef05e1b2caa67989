"""Lab 3: batch normalisation.

Source: Ioffe & Szegedy 2015, "Batch Normalization: Accelerating Deep Network Training by Reducing
Internal Covariate Shift" (arXiv:1502.03167). The normalisation layers and functions of torch are
not allowed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def batch_stats(
    x: Float[torch.Tensor, "n c *spatial"],
) -> tuple[Float[torch.Tensor, " c"], Float[torch.Tensor, " c"]]:
    """Return the mean and the biased variance of every channel.

    A channel's statistics run over the batch and, in images, over all its pixels: N values per
    channel of (N, C), N * H * W of (N, C, H, W). "Biased" divides by that number, not by one less.

    Mind the numerics: the mean of the squares minus the square of the mean is the same on paper,
    but loses every digit where the mean is large; and a sum of float16 numbers overflows long
    before their mean does.

    Args:
        x: activations of shape (N, C) or (N, C, H, W), of any floating dtype, on any device.

    Returns:
        mean and variance, each of shape (C,), with the dtype and device of `x`, differentiable.

    Source: Ioffe & Szegedy 2015, algorithm 1, lines 1 and 2; section 3.2 for images.
    """
    # TODO
    raise NotImplementedError("batch_stats")


class BatchNorm2d(nn.Module):
    """Normalise every channel of a batch of images, then scale and shift it.

    In train mode a channel is normalised by the mean and the biased variance of the batch,
    through which gradients flow, and the running statistics move towards those of the batch: the
    running variance towards the unbiased one. In eval mode the running statistics normalise.

    Args:
        num_features: channels C.
        eps: added to the variance, inside the square root.
        momentum: weight of the newest batch in the running statistics; `None` averages all the
            batches seen, with equal weights.
        affine: learn a `weight` and a `bias` per channel; both are `None` otherwise.
        track_running_stats: keep running statistics; otherwise the three buffers are `None`, and
            the batch's statistics normalise in eval mode too.

    Attributes:
        weight, bias: parameters of shape (C,), fresh 1 and 0.
        running_mean, running_var: buffers of shape (C,), fresh 0 and 1; they carry no gradient.
        num_batches_tracked: integer buffer of shape (), batches seen in train mode.

    Parameters and buffers have the names and shapes of `torch.nn.BatchNorm2d`, so that the state
    dicts of the two are interchangeable.

    Source: Ioffe & Szegedy 2015, algorithms 1 and 2.
    """

    weight: nn.Parameter | None
    bias: nn.Parameter | None
    running_mean: Float[torch.Tensor, " c"] | None
    running_var: Float[torch.Tensor, " c"] | None
    num_batches_tracked: Int[torch.Tensor, ""] | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        # TODO
        raise NotImplementedError("BatchNorm2d.__init__")

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n c h w"]:
        """Return the normalised `x`; in train mode, update the running statistics as well.

        Raises:
            ValueError: an `x` that is not 4-D or has another number of channels than
                `num_features`; in train mode also a single value per channel (N * H * W = 1),
                which has no variance to speak of.
        """
        # TODO
        raise NotImplementedError("BatchNorm2d.forward")
