"""How a network is fitted outside the sandbox: one seeded recipe, by the course's own functions."""

from __future__ import annotations

import msgspec
import torch
from torch import nn

from autograder.results import BadUsage
from autograder.training.data import Batches, Examples
from autograder.worker.threads import use_one_thread
from solutions.training import train_one_epoch
from solutions.transfer import trainable_parameters

MOMENTUM = 0.9


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """Stochastic gradient descent with momentum; the rate falls to zero along half a cosine."""

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float = 5e-4


def fit(
    network: nn.Module, examples: Examples, training: Training, seed: int, device: torch.device
) -> list[float]:
    """Train what is trainable of `network`, on `device` already; the mean loss of each epoch."""
    optimizer = torch.optim.SGD(
        trainable_parameters(network),
        lr=training.learning_rate,
        momentum=MOMENTUM,
        weight_decay=training.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, training.epochs)
    batches = Batches(examples, training.batch_size, torch.Generator().manual_seed(seed))
    losses = []
    for _ in range(training.epochs):
        losses.append(train_one_epoch(network, batches, optimizer, device))
        schedule.step()
    return losses


def chosen_device(asked: str) -> torch.device:
    """The device to train on: `auto` takes a GPU where there is one, `BadUsage` for one not there.

    On the CPU one thread computes: networks this small gain nothing from more, and the figures do
    not depend on how many there are.
    """
    has_gpu = torch.cuda.is_available()
    if asked == "cuda" and not has_gpu:
        raise BadUsage("--device cuda: PyTorch finds no GPU on this machine")
    if asked == "cpu" or not has_gpu:
        use_one_thread()
        return torch.device("cpu")
    return torch.device("cuda")
