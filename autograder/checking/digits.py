"""Real images for the training checks: scikit-learn's digits, 1,797 scans of 8x8 pixels.

They are read on import: once per server, before it forks. Only the grader holds the test labels.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional as F

TRAIN_EXAMPLES = 1297  # of 1,797; the other 500 are the test set


@dataclass(frozen=True)
class Examples:
    """`images` (N, 1, H, W), float32 in [0, 1], and their `labels` (N,), int64."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def of_classes(self, classes: Collection[int]) -> Examples:
        """Those of `classes`, whose labels become 0, 1, … in increasing order."""
        wanted = torch.tensor(sorted(classes))
        chosen = torch.isin(self.labels, wanted)
        return Examples(self.images[chosen], torch.searchsorted(wanted, self.labels[chosen]))

    def first(self, per_class: int) -> Examples:
        """The first `per_class` of each class, in the order they have here."""
        places = [(self.labels == c).nonzero()[:per_class, 0] for c in self.labels.unique()]
        chosen = torch.cat(places).sort().values
        return Examples(self.images[chosen], self.labels[chosen])

    def resized(self, height: int, width: int) -> Examples:
        """The images interpolated to `height` x `width` pixels."""
        images = F.interpolate(self.images, (height, width), mode="bilinear", align_corners=False)
        return Examples(images, self.labels)


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """The share of examples whose largest logit is that of their label."""
    return float((logits.argmax(1) == labels).float().mean())


def _read() -> tuple[Examples, Examples]:
    data = load_digits()
    images = torch.tensor(data.images / 16, dtype=torch.float32)[:, None]
    labels = torch.tensor(data.target, dtype=torch.int64)
    # Neighbours in the file have the same writer, so both sets are drawn from all of it.
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    train, test = order[:TRAIN_EXAMPLES], order[TRAIN_EXAMPLES:]
    return Examples(images[train], labels[train]), Examples(images[test], labels[test])


TRAIN, TEST = _read()
