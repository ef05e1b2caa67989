"""Real images for the training checks: scikit-learn's digits, 1,797 scans of 8x8 pixels.

They are read on import: once per server, before it forks. Only the grader holds the test labels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.training.data import Examples, digits

__all__ = ["TEST", "TRAIN", "Examples", "accuracy"]

TRAIN_EXAMPLES = 1297  # of 1,797; the other 500 are the test set


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """The share of examples whose largest logit is that of their label."""
    return float((logits.argmax(1) == labels).float().mean())


def train_and_test() -> tuple[Examples, Examples]:
    """The two sets, the same in every process."""
    data = digits()
    # Neighbours in the file have the same writer, so both sets are drawn from all of it.
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))
    return data.at(order[:TRAIN_EXAMPLES]), data.at(order[TRAIN_EXAMPLES:])


TRAIN, TEST = train_and_test()
