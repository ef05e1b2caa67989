"""Public tests of lab 2; they hold whichever random numbers you draw."""

from __future__ import annotations

import pytest
import torch

from cnnlab.dropout import Dropout2d, dropout2d


@pytest.mark.target("dropout2d")
def test_dropout2d_drops_whole_maps() -> None:
    """El tensor de la clase: cada mapa queda entero o se anula entero.

    The lecture's tensor: each map stays whole or is zeroed as a whole.
    """
    x = torch.ones(8, 16, 3, 5)
    pixels = dropout2d(x, p=0.5).flatten(start_dim=2)
    whole = (pixels == pixels[:, :, :1]).all()
    assert whole, "hay un mapa anulado solo en parte / a map was dropped in part"
    assert set(pixels.flatten().tolist()) == {0.0, 2.0}


@pytest.mark.target("dropout2d")
def test_dropout2d_draws_for_each_image_and_channel() -> None:
    """Cada mapa (n, c) cae por su cuenta: ni todo el canal ni toda la imagen.

    Each map (n, c) falls on its own: neither a whole channel nor a whole image.
    """
    dropped = dropout2d(torch.ones(64, 64, 1, 1))[:, :, 0, 0] == 0
    assert not (dropped == dropped[:1]).all(), (
        "todas las imágenes perdieron los mismos canales / all images lost the same channels"
    )
    assert not (dropped == dropped[:, :1]).all(), (
        "una imagen perdió todos los canales o ninguno / an image lost all channels or none"
    )


@pytest.mark.target("dropout2d")
def test_dropout2d_drops_with_probability_p() -> None:
    """Se anula la parte p de los mapas, no la parte 1 - p.

    The share p of the maps is zeroed, not the share 1 - p.
    """
    y = dropout2d(torch.ones(100, 200, 1, 1), p=0.2)
    assert (y == 0).float().mean().item() == pytest.approx(0.2, abs=0.03)


@pytest.mark.target("dropout2d")
def test_dropout2d_scales_the_rest() -> None:
    """Lo que queda se divide entre 1 - p, para que la media no cambie.

    What stays is divided by 1 - p, so that the mean does not change.
    """
    x = torch.rand(10, 20, 2, 3) + 1
    y = dropout2d(x, p=0.2)
    torch.testing.assert_close(y[y != 0], x[y != 0] / 0.8)


@pytest.mark.target("dropout2d")
def test_dropout2d_changes_nothing_outside_training() -> None:
    """Sin entrenamiento, o con p = 0, los valores no cambian.

    Outside training, or with p = 0, the values do not change.
    """
    x = torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(dropout2d(x, training=False), x, rtol=0, atol=0)
    torch.testing.assert_close(dropout2d(x, p=0), x, rtol=0, atol=0)


@pytest.mark.target("dropout2d")
def test_dropout2d_with_p_one_is_zero() -> None:
    """Con p = 1 todo es cero, incluso donde había un infinito.

    With p = 1 everything is zero, even where there was an infinity.
    """
    x = torch.full((2, 3, 4, 5), float("inf"))
    assert (dropout2d(x, p=1) == 0).all()


@pytest.mark.target("dropout2d")
def test_dropout2d_repeats_with_the_same_generator() -> None:
    """Dos generadores con la misma semilla dan la misma máscara.

    Two generators with the same seed give the same mask.
    """
    x = torch.ones(8, 16, 2, 2)
    first = dropout2d(x, generator=torch.Generator().manual_seed(7))
    second = dropout2d(x, generator=torch.Generator().manual_seed(7))
    assert torch.equal(first, second)


@pytest.mark.target("dropout2d")
def test_dropout2d_leaves_its_input_alone() -> None:
    """La entrada queda como estaba.

    The input stays as it was.
    """
    x = torch.ones(8, 16, 2, 2)
    y = dropout2d(x)
    assert (y == 0).any()
    assert (x == 1).all()


@pytest.mark.target("dropout2d")
@pytest.mark.parametrize("p", [-0.1, 1.5])
def test_dropout2d_refuses_what_is_no_probability(p: float) -> None:
    """Fuera de [0, 1], p no es una probabilidad, tampoco al evaluar.

    Outside [0, 1], p is no probability, in evaluation neither.
    """
    with pytest.raises(ValueError, match=r"\bp\b"):
        dropout2d(torch.ones(1, 2, 3, 3), p=p, training=False)


@pytest.mark.target("dropout2d")
def test_dropout2d_refuses_what_is_not_a_batch_of_images() -> None:
    """La entrada tiene cuatro dimensiones: (N, C, H, W).

    The input has four dimensions: (N, C, H, W).
    """
    with pytest.raises(ValueError, match=r"\bx\b"):
        dropout2d(torch.ones(2, 3, 3))


@pytest.mark.target("Dropout2d")
def test_Dropout2d_drops_in_train_mode_only() -> None:
    """El módulo anula mapas en modo train y nada en modo eval.

    The module drops maps in train mode and nothing in eval mode.
    """
    layer = Dropout2d(p=0.5)
    x = torch.ones(16, 16, 2, 2)
    assert (layer.train()(x) == 0).any()
    assert torch.equal(layer.eval()(x), x)


@pytest.mark.target("Dropout2d")
def test_Dropout2d_drops_half_by_default() -> None:
    """Sin argumentos, p = 0.5.

    Without arguments, p = 0.5.
    """
    y = Dropout2d().train()(torch.ones(100, 100, 1, 1))
    assert (y == 0).float().mean().item() == pytest.approx(0.5, abs=0.05)


@pytest.mark.target("Dropout2d")
def test_Dropout2d_checks_p_at_construction() -> None:
    """Un p imposible falla ya al construir el módulo.

    An impossible p fails as soon as the module is built.
    """
    with pytest.raises(ValueError, match=r"\bp\b"):
        Dropout2d(p=2)
