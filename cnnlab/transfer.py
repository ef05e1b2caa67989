"""Lab 8, second half: reuse what a network has learned, and train only the part that must change.

Source: Karpathy et al. 2014, "Large-scale video classification with convolutional neural networks"
(CVPR 2014), section 4.2: table 3 compares fine-tuning the top layer, the top 3 layers and all
layers. Images are tensors of shape (N, 3, H, W), their channels red, green and blue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jaxtyping import Float, UInt8
    from torch import Tensor

# TODO: the mean and the standard deviation of each channel (red, green, blue) of
# ImageNet's training images, scaled to [0, 1]. torchvision's networks expect them.
IMAGENET_MEAN = (0.0, 0.0, 0.0)
IMAGENET_STD = (1.0, 1.0, 1.0)


def imagenet_normalize(
    images: Float[Tensor, "n 3 h w"] | UInt8[Tensor, "n 3 h w"],
) -> Float[Tensor, "n 3 h w"]:
    """Return (x - mean) / std per channel, by `IMAGENET_MEAN` and `IMAGENET_STD`.

    A network that was trained on normalised images must see them so again.

    Args:
        images: floating, taken as in [0, 1], whose dtype is kept; or `torch.uint8` in [0, 255],
            which are first scaled to [0, 1] as `torch.float32`.
    """
    # TODO
    raise NotImplementedError("imagenet_normalize")


def freeze(module: nn.Module) -> None:
    """Make a fixed feature extractor of `module`, in place.

    No parameter requires a gradient, and the module is in eval mode: a batch norm in train mode
    would still move its running statistics, with frozen parameters too.
    """
    # TODO
    raise NotImplementedError("freeze")


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """Give `model` a fresh output layer of `num_classes` logits, in place, and return it.

    The last `nn.Linear` in module order (the order of `model.modules()`), however deep inside,
    gives way to a new, trainable one with as many inputs, on the same device and in the same dtype.
    Every other parameter stays as it is, frozen or not.

    Args:
        model: a network with at least one `nn.Linear`.
        num_classes: number of logits of the new task.

    Raises:
        ValueError: `model` has no `nn.Linear`.
    """
    # TODO
    raise NotImplementedError("replace_head")


class FineTuner(nn.Module):
    """A trained backbone and a fresh linear head, of which only the last blocks and the head train.

    The images go through `backbone`, are flattened to (N, feature_dim), and go through `head`, an
    `nn.Linear` from feature_dim to num_classes. With `trainable_blocks` of 0, 3 and `len(backbone)`
    it is the row "fine-tune top layer", "top 3 layers" and "all layers" of the paper's table 3.

    The other children of the backbone are frozen: their parameters require no gradient, and they
    are in eval mode from the start and stay in it when `.train()` is called, so that their
    batch-norm statistics never move. Gradients still reach the images through them.

    Args:
        backbone: the blocks, first to last; it is held as `backbone` itself, not copied.
        feature_dim: numbers per image that leave the backbone.
        num_classes: number of logits.
        trainable_blocks: how many of the last children of the backbone train.

    Raises:
        ValueError: `trainable_blocks` is not in 0 ... len(backbone).
    """

    def __init__(
        self, backbone: nn.Sequential, feature_dim: int, num_classes: int, trainable_blocks: int = 0
    ) -> None:
        super().__init__()
        # TODO
        raise NotImplementedError("FineTuner.__init__")

    def train(self, mode: bool = True) -> FineTuner:
        """Set the mode of the head and of the blocks that train, and of no frozen one."""
        # TODO
        raise NotImplementedError("FineTuner.train")

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n num_classes"]:
        """Return the logits of the images x."""
        # TODO
        raise NotImplementedError("FineTuner.forward")


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    """Return the parameters of `model` that require a gradient."""
    # TODO
    raise NotImplementedError("trainable_parameters")


def fine_tune(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    epochs: int,
    lr: float,
    device: torch.device | str = "cpu",
) -> list[float]:
    """Train the trainable parameters of `model` on `loader`, and return how the loss went.

    The model is moved to `device`, and is in train mode. Every epoch takes each batch once: moved
    to `device` too, a step down its mean cross-entropy. Parameters that require no gradient stay as
    they are. The optimizer is yours to choose; here it needs no more than the trainable parameters
    and `lr`.

    Args:
        model: gives logits (N, K); some of its parameters may be frozen.
        loader: an iterable of (images, labels), read once per epoch.
        epochs: number of passes.
        lr: learning rate.
        device: where to train.

    Returns:
        the mean cross-entropy per example of each epoch, in nats (a short last batch weighs by its
        size).
    """
    # TODO
    raise NotImplementedError("fine_tune")
