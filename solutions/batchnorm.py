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

### BEGIN SOLUTION
### STUB


def _widen(x: torch.Tensor) -> torch.Tensor:
    """Return half precision as float32, in which its sums and squares do not overflow."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def _moments(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and biased variance per channel in the dtype of x."""
    axes = [axis for axis in range(x.ndim) if axis != 1]
    variance, mean = torch.var_mean(x, dim=axes, correction=0)
    return mean, variance


### END SOLUTION


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
    ### BEGIN SOLUTION
    mean, variance = _moments(_widen(x))
    return mean.to(x.dtype), variance.to(x.dtype)
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        tracked = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if tracked else None)
        self.register_buffer("running_var", torch.ones(num_features) if tracked else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else None)
        ### END SOLUTION

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n c h w"]:
        """Return the normalised `x`; in train mode, update the running statistics as well.

        Raises:
            ValueError: an `x` that is not 4-D or has another number of channels than
                `num_features`; in train mode also a single value per channel (N * H * W = 1),
                which has no variance to speak of.
        """
        ### BEGIN SOLUTION
        if x.ndim != 4:
            raise ValueError(f"x must have shape (N, C, H, W), got {tuple(x.shape)}")
        if x.shape[1] != self.num_features:
            raise ValueError(f"x has {x.shape[1]} channels, num_features is {self.num_features}")
        count = x.shape[0] * x.shape[2] * x.shape[3]
        if self.training and count < 2:
            raise ValueError(
                f"x needs more than one value per channel in train mode, got {tuple(x.shape)}"
            )

        wide = _widen(x)
        if self.training or self.running_mean is None or self.running_var is None:
            mean, variance = _moments(wide)
        else:
            mean, variance = self.running_mean, self.running_var
        if self.training:
            self._track(mean, variance * (count / (count - 1)))

        per_channel = (1, -1, 1, 1)
        scale = torch.rsqrt(_widen(variance) + self.eps)
        y = (wide - mean.view(per_channel)) * scale.view(per_channel)
        if self.weight is not None and self.bias is not None:
            y = y * self.weight.view(per_channel) + self.bias.view(per_channel)
        return y.to(x.dtype)
        ### END SOLUTION

    ### BEGIN SOLUTION
    ### STUB
    @torch.no_grad()
    def _track(self, mean: torch.Tensor, unbiased_variance: torch.Tensor) -> None:
        running_mean, running_var = self.running_mean, self.running_var
        batches = self.num_batches_tracked
        if running_mean is None or running_var is None or batches is None:
            return
        batches.add_(1)
        # The share stays a tensor: a count on the meta device has no value to read.
        equal_share = 1 / batches.to(mean.dtype)
        newest = equal_share if self.momentum is None else self.momentum
        running_mean.copy_((1 - newest) * running_mean + newest * mean)
        running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)

    ### END SOLUTION
