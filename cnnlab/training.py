"""Lab 8, first half: one epoch of training, and the accuracy it led to.

Source: the fine-tuning experiments of Karpathy et al. 2014, "Large-scale video classification with
convolutional neural networks" (CVPR 2014), section 4.2 and table 3. Images are floating tensors of
shape (N, C, H, W), labels integer tensors of shape (N,), and a model returns logits of shape (N,
K).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    device: torch.device | str = "cpu",
) -> float:
    """Take one pass over `loader` in train mode and return the mean loss per example.

    Each batch is moved to `device`, where the model already is, and makes one step of `optimizer`
    down the batch's mean cross-entropy. Gradients left from before must not count.

    The returned mean is over examples, not over batches: the last batch is often shorter, and
    weighs less.

    Args:
        model: gives logits (N, K).
        loader: any iterable of (images, labels); it may be good for one pass only and may have no
            length.
        optimizer: holds the parameters to train.
        device: where the model is.

    Returns:
        the mean cross-entropy per example in nats, each example's at the step that it took part in.

    Raises:
        ValueError: `loader` holds no example.
    """
    # TODO
    raise NotImplementedError("train_one_epoch")


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    device: torch.device | str = "cpu",
) -> float:
    """Return the fraction of examples whose largest logit is the label's.

    The model runs in eval mode and without gradients. Afterwards each of its modules is in the mode
    in which it was before, which need not be the same for all of them.

    Args:
        model: gives logits (N, K).
        loader: any iterable of (images, labels).
        device: where the model is; the batches are moved there.

    Returns:
        the accuracy, in [0, 1], over all examples.

    Raises:
        ValueError: `loader` holds no example.
    """
    # TODO
    raise NotImplementedError("evaluate")
