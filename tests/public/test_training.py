"""Public tests of lab 8, first half: one epoch of training, and accuracy."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from cnnlab.training import evaluate, train_one_epoch

Batch = tuple[Tensor, Tensor]


def two_clouds() -> list[Batch]:
    """Two classes of points that a line separates; the last batch is short."""
    torch.manual_seed(0)
    labels = torch.arange(50) % 2
    points = torch.randn(50, 2) + 3 * labels[:, None]
    return list(zip(points.split(16), labels.split(16), strict=True))


@pytest.mark.target("train_one_epoch")
def test_train_one_epoch_learns() -> None:
    """Tras unas épocas la pérdida baja.

    After a few epochs the loss is lower.
    """
    batches = two_clouds()
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = [train_one_epoch(model, batches, optimizer) for _ in range(5)]
    assert losses[-1] < losses[0]


@pytest.mark.target("train_one_epoch")
def test_train_one_epoch_averages_over_examples() -> None:
    """La pérdida es la media por ejemplo: el último lote, más corto, pesa menos.

    The loss is the mean per example: the last batch, which is shorter, weighs less.
    """
    model = nn.Linear(2, 2)
    with torch.no_grad():  # at the origin: probability 3/4 for class 0, 1/4 for class 1
        model.bias.copy_(torch.tensor([3.0, 1.0]).log())
    batches = [
        (torch.zeros(3, 2), torch.tensor([0, 0, 0])),
        (torch.zeros(1, 2), torch.tensor([1])),
    ]
    loss = train_one_epoch(model, batches, torch.optim.SGD(model.parameters(), lr=0.0))
    assert isinstance(loss, float)
    assert loss == pytest.approx((3 * math.log(4 / 3) + math.log(4)) / 4)


@pytest.mark.target("train_one_epoch")
def test_train_one_epoch_zeroes_old_gradients() -> None:
    """Los gradientes anteriores no cuentan: cada paso usa solo los de su lote.

    Gradients from before do not count: each step uses only those of its batch.
    """
    model = nn.Linear(2, 2)
    start = model.weight.detach().clone()
    model.weight.grad = torch.full_like(model.weight, 1e6)
    train_one_epoch(model, two_clouds()[:1], torch.optim.SGD(model.parameters(), lr=0.1))
    assert (model.weight - start).abs().max() < 10


@pytest.mark.target("train_one_epoch")
def test_train_one_epoch_uses_train_mode() -> None:
    """El modelo entrena en modo train, aunque llegue en modo eval.

    The model trains in train mode, even if it comes in eval mode.
    """
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2)).eval()
    train_one_epoch(model, two_clouds(), torch.optim.SGD(model.parameters(), lr=0.1))
    assert model[0].num_batches_tracked == 4


@pytest.mark.target("train_one_epoch")
def test_train_one_epoch_takes_any_iterable() -> None:
    """`loader` puede ser un generador: sin longitud y de una sola pasada.

    `loader` may be a generator: no length, and one pass only.
    """
    model = nn.Linear(2, 2)
    batches = (batch for batch in two_clouds())
    loss = train_one_epoch(model, batches, torch.optim.SGD(model.parameters(), lr=0.1))
    assert math.isfinite(loss)


@pytest.mark.target("evaluate")
def test_evaluate_counts_examples() -> None:
    """La precisión cuenta ejemplos, no lotes: 3 aciertos de 4 son 0.75.

    Accuracy counts examples, not batches: 3 right of 4 is 0.75.
    """
    batches = [
        (torch.tensor([[2.0, 1.0], [0.0, 5.0], [3.0, 1.0]]), torch.tensor([0, 1, 0])),
        (torch.tensor([[1.0, 0.0]]), torch.tensor([1])),
    ]
    assert evaluate(nn.Identity(), batches) == 0.75  # the logits are the inputs


@pytest.mark.target("evaluate")
def test_evaluate_leaves_every_mode_as_it_was() -> None:
    """Cada módulo vuelve a su propio modo, aunque no todos estén en el mismo.

    Each module returns to its own mode, even if they are not all in the same.
    """
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(), nn.Linear(2, 2))
    model[0].eval()
    evaluate(model, two_clouds())
    assert [module.training for module in model.modules()] == [True, False, True, True]


@pytest.mark.target("evaluate")
def test_evaluate_runs_in_eval_mode_without_gradients() -> None:
    """Durante la evaluación no hay dropout ni gradientes.

    During the evaluation there is no dropout and no gradient.
    """

    class Spy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            logits: Tensor = self.linear(x)
            seen.append((self.training, logits.requires_grad))
            return logits

    seen: list[tuple[bool, bool]] = []
    evaluate(Spy(), two_clouds())
    assert set(seen) == {(False, False)}
