"""The images of the training checks: gratings that no submission can have learned by heart.

They are drawn anew for each check and each seed, and stand in no file. Only the grader holds the
test labels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checking.remote import Remote
from autograder.training.data import Examples, Normalization, Split, synthetic

CENTRED = Normalization(mean=0.5, std=0.25)
FEW_PHASES = 0.25  # of a period: so that a few steps are enough


def hidden_images(
    student: Remote,
    *,
    classes: int,
    train: int,
    test: int,
    size: int,
    channels: int = 1,
    phases: float = FEW_PHASES,
) -> Split:
    """`train` and `test` images (channels, size, size) of the check at hand, the classes in turn.

    The same for every student; `train` and `test` are multiples of `classes`.
    """
    per_class = (train + test) // classes
    examples = synthetic(classes, per_class, size, data_seed(student), phases).normalized(CENTRED)
    images, labels = examples.images.expand(-1, channels, -1, -1), examples.labels
    return Split(Examples(images[:train], labels[:train]), Examples(images[train:], labels[train:]))


def data_seed(student: Remote) -> int:
    """The seed of the check at hand: another one for each check, and with each `--seeds`."""
    return student._session.seed


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """The share of examples whose largest logit is that of their label."""
    return float((logits.argmax(1) == labels).float().mean())


def is_gpu(device: str) -> bool:
    """Whether networks have the size that they have in the papers: on a GPU that costs nothing."""
    return torch.device(device).type == "cuda"
