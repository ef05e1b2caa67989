"""Public tests of lab 3."""

from __future__ import annotations

import pytest
import torch

from cnnlab.batchnorm import BatchNorm2d, batch_stats


def images(*shape: int) -> torch.Tensor:
    """Return images that are neither centred nor scaled, always the same ones."""
    return 3 + 2 * torch.randn(shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.target("batch_stats")
def test_batch_stats_of_four_numbers() -> None:
    """Media 2.5 y varianza 1.25: la varianza sesgada divide entre N.

    Mean 2.5 and variance 1.25: the biased variance divides by N.
    """
    mean, variance = batch_stats(torch.tensor([[1.0], [2.0], [3.0], [4.0]]))
    torch.testing.assert_close(mean, torch.tensor([2.5]))
    torch.testing.assert_close(variance, torch.tensor([1.25]))


@pytest.mark.target("batch_stats")
def test_batch_stats_has_one_number_per_channel() -> None:
    """En imágenes, las estadísticas recorren el lote, el alto y el ancho.

    On images, the statistics run over batch, height and width.
    """
    x = torch.zeros(2, 3, 4, 5)
    x[:, 1] = 7
    mean, variance = batch_stats(x)
    torch.testing.assert_close(mean, torch.tensor([0.0, 7.0, 0.0]))
    torch.testing.assert_close(variance, torch.zeros(3))


@pytest.mark.target("batch_stats")
def test_batch_stats_stays_accurate_far_from_zero() -> None:
    """Sumar 10 000 a todos los valores no cambia la varianza.

    Adding 10,000 to every value does not change the variance.
    """
    x = torch.tensor([[-1.0], [1.0], [-1.0], [1.0]])
    _, variance = batch_stats(x + 10_000)
    torch.testing.assert_close(variance, torch.tensor([1.0]))


@pytest.mark.target("batch_stats")
def test_batch_stats_does_not_overflow_in_half_precision() -> None:
    """La media de números grandes de float16 cabe en float16 aunque su suma no quepa.

    The mean of large float16 numbers fits into float16 although their sum does not.
    """
    mean, variance = batch_stats(torch.full((4, 1), 40_000.0, dtype=torch.float16))
    assert mean.dtype == torch.float16
    assert mean.item() == 40_000
    assert variance.item() == 0


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_has_192_weights_and_192_biases() -> None:
    """La capa de la clase: BatchNorm2d(192) tiene 192 pesos y 192 sesgos.

    The lecture's layer: BatchNorm2d(192) has 192 weights and 192 biases.
    """
    layer = BatchNorm2d(192)
    shapes = {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()}
    assert shapes == {"weight": (192,), "bias": (192,)}


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_starts_neutral() -> None:
    """Una capa nueva no escala ni desplaza, y no ha visto ningún lote.

    A fresh layer neither scales nor shifts, and has seen no batch.
    """
    state = BatchNorm2d(2).state_dict()
    assert {name: value.tolist() for name, value in state.items()} == {
        "weight": [1, 1],
        "bias": [0, 0],
        "running_mean": [0, 0],
        "running_var": [1, 1],
        "num_batches_tracked": 0,
    }


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_normalises_each_channel() -> None:
    """En modo train, cada canal sale con media 0 y varianza 1.

    In train mode, each channel comes out with mean 0 and variance 1.
    """
    y = BatchNorm2d(3).train()(images(4, 3, 5, 6))
    torch.testing.assert_close(y.mean(dim=(0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)
    variance = y.var(dim=(0, 2, 3), correction=0)
    torch.testing.assert_close(variance, torch.ones(3), rtol=0, atol=1e-4)


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_applies_weight_and_bias() -> None:
    """El peso escala y el sesgo desplaza lo ya normalizado.

    The weight scales and the bias shifts what is normalised already.
    """
    layer = BatchNorm2d(2).train()
    x = images(3, 2, 4, 5)
    normalised = layer(x).detach()
    layer.load_state_dict(
        {"weight": torch.tensor([2.0, 3.0]), "bias": torch.tensor([10.0, 20.0])}, strict=False
    )
    y = layer(x)
    torch.testing.assert_close(y[:, 0], 2 * normalised[:, 0] + 10)
    torch.testing.assert_close(y[:, 1], 3 * normalised[:, 1] + 20)


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_moves_its_running_statistics() -> None:
    """Con momentum 0.1, las estadísticas avanzan una décima parte hacia las del lote.

    With momentum 0.1, the statistics move a tenth of the way to those of the batch.
    """
    layer = BatchNorm2d(3).train()
    x = images(4, 3, 5, 6)
    layer(x)
    torch.testing.assert_close(layer.running_mean, 0.1 * x.mean(dim=(0, 2, 3)))
    assert layer.num_batches_tracked == 1


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_tracks_the_unbiased_variance() -> None:
    """La varianza acumulada usa la del lote dividida entre n - 1.

    The running variance takes the batch's, divided by n - 1.
    """
    layer = BatchNorm2d(1).train()
    layer(torch.tensor([1.0, 2.0, 3.0, 4.0]).view(4, 1, 1, 1))
    torch.testing.assert_close(layer.running_var, torch.tensor([0.9 + 0.1 * 5 / 3]))


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_averages_all_batches_without_momentum() -> None:
    """Con momentum=None, la media acumulada es la media de todos los lotes.

    With momentum=None, the running mean is the mean of all batches.
    """
    layer = BatchNorm2d(1, momentum=None).train()
    for value in (1.0, 2.0, 6.0):
        layer(torch.full((2, 1, 3, 3), value))
    torch.testing.assert_close(layer.running_mean, torch.tensor([3.0]))


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_uses_running_statistics_in_eval_mode() -> None:
    """En modo eval se normaliza con lo acumulado, que ya no cambia.

    In eval mode the running statistics normalise, and no longer change.
    """
    layer = BatchNorm2d(1, eps=0.0)
    layer.load_state_dict(
        {"running_mean": torch.tensor([10.0]), "running_var": torch.tensor([4.0])}, strict=False
    )
    y = layer.eval()(torch.tensor([12.0, 6.0]).view(1, 1, 1, 2))
    torch.testing.assert_close(y.flatten(), torch.tensor([1.0, -2.0]))
    assert layer.running_mean is not None
    assert layer.running_mean.item() == 10
    assert layer.num_batches_tracked == 0


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_can_do_without_parameters_and_buffers() -> None:
    """Sin `affine` no hay parámetros; sin `track_running_stats`, no hay buffers.

    Without `affine` there are no parameters; without `track_running_stats`, no buffers.
    """
    layer = BatchNorm2d(3, affine=False, track_running_stats=False).eval()
    assert layer.state_dict() == {}
    assert layer.weight is None
    assert layer.running_mean is None
    y = layer(images(4, 3, 5, 6))
    torch.testing.assert_close(y.mean(dim=(0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_shares_state_dicts_with_torch() -> None:
    """Los nombres y las formas son los de torch, en los dos sentidos.

    Names and shapes are those of torch, in both directions.
    """
    ours, theirs = BatchNorm2d(5), torch.nn.BatchNorm2d(5)
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())


@pytest.mark.target("BatchNorm2d")
def test_BatchNorm2d_sends_gradients_through_the_statistics() -> None:
    """Sumar una constante a un canal no cambia la salida: sus gradientes suman cero.

    Adding a constant to a channel leaves the output as it is: its gradients sum to zero.
    """
    x = images(4, 3, 5, 6).double().requires_grad_()
    y = BatchNorm2d(3).double().train()(x)
    (y**3).sum().backward()
    assert x.grad is not None
    sums = x.grad.sum(dim=(0, 2, 3))
    torch.testing.assert_close(sums, torch.zeros_like(sums), rtol=0, atol=1e-9)


@pytest.mark.target("BatchNorm2d")
@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 5, 5), (1, 3, 1, 1)])
def test_BatchNorm2d_refuses_inputs_it_cannot_normalise(shape: tuple[int, ...]) -> None:
    """Ni otra forma, ni otros canales, ni un solo valor por canal al entrenar.

    No other shape, no other channels, no single value per channel in training.
    """
    layer = BatchNorm2d(3).train()
    with pytest.raises(ValueError, match=r"\bx\b|num_features|channels"):
        layer(torch.ones(shape))
