"""Public tests of lab 6: strided convolutions instead of pooling, and All-CNN-C."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.all_conv import AllConvNet, GlobalAvgPool2d, replace_max_pool, strided_conv_like


@pytest.mark.target("GlobalAvgPool2d")
def test_global_avg_pool2d_is_the_mean_of_each_map() -> None:
    """Cada mapa se resume en su media: (N, C, H, W) pasa a (N, C).

    Each map becomes its mean: (N, C, H, W) turns into (N, C).
    """
    x = torch.tensor([[[[1.0, 2.0, 6.0]], [[0.0, 0.0, 3.0]]]])
    torch.testing.assert_close(GlobalAvgPool2d()(x), torch.tensor([[3.0, 1.0]]))


@pytest.mark.target("GlobalAvgPool2d")
def test_global_avg_pool2d_takes_any_size() -> None:
    """No tiene parámetros y acepta cualquier alto y ancho.

    It has no parameters and takes any height and width.
    """
    pool = GlobalAvgPool2d()
    assert list(pool.parameters()) == []
    assert pool(torch.randn(2, 3, 1, 1)).shape == (2, 3)
    assert pool(torch.randn(2, 3, 8, 5)).shape == (2, 3)


@pytest.mark.target("strided_conv_like")
@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool2d(2),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.MaxPool2d((3, 2), stride=(1, 2)),
        nn.MaxPool2d(2, stride=1, dilation=3),
    ],
    ids=["2x2", "3x3 stride 2", "pairs", "dilated"],
)
def test_strided_conv_like_gives_the_pools_shape(pool: nn.MaxPool2d) -> None:
    """La convolución produce la misma forma que el max pooling al que sustituye.

    The convolution gives the same shape as the max pooling that it replaces.
    """
    x = torch.randn(2, 4, 9, 11)
    assert strided_conv_like(pool, 4)(x).shape == pool(x).shape


@pytest.mark.target("strided_conv_like")
def test_strided_conv_like_rejects_ceil_mode() -> None:
    """Con `ceil_mode=True` ninguna convolución da ese tamaño: ValueError.

    With `ceil_mode=True` no convolution gives that size: ValueError.
    """
    with pytest.raises(ValueError, match=r"pool|ceil_mode"):
        strided_conv_like(nn.MaxPool2d(2, ceil_mode=True), 4)


def small_network() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Sequential(nn.Conv2d(4, 6, 3, padding=1), nn.BatchNorm2d(6), nn.MaxPool2d(3, stride=2)),
    )


@pytest.mark.target("replace_max_pool")
def test_replace_max_pool_leaves_no_max_pool() -> None:
    """Desaparecen todos los MaxPool2d, también los anidados, y la forma de salida es la misma.

    Every MaxPool2d goes, nested ones too, and the output shape is the same.
    """
    model = small_network()
    converted = replace_max_pool(model)
    assert not any(isinstance(layer, nn.MaxPool2d) for layer in converted.modules())
    x = torch.randn(2, 3, 12, 14)
    assert converted(x).shape == model(x).shape


@pytest.mark.target("replace_max_pool")
def test_replace_max_pool_copies_the_other_layers() -> None:
    """Las demás capas son copias con los mismos pesos; el modelo dado no cambia.

    The other layers are copies with the same weights; the given model does not change.
    """
    model = small_network()
    converted = replace_max_pool(model)
    assert isinstance(model[2], nn.MaxPool2d), "el argumento ha cambiado / the argument changed"
    assert torch.equal(converted[0].weight, model[0].weight)
    assert converted[0].weight is not model[0].weight, (
        "el peso es compartido / the weight is shared"
    )


@pytest.mark.target("replace_max_pool")
def test_replace_max_pool_needs_a_convolution_before() -> None:
    """Sin una convolución antes del pooling no se conocen los canales: ValueError.

    Without a convolution before the pooling the channels are unknown: ValueError.
    """
    with pytest.raises(ValueError, match="model"):
        replace_max_pool(nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(3, 4, 3)))


@pytest.mark.target("AllConvNet")
def test_all_conv_net_has_the_papers_parameters() -> None:
    """La red tiene 1 369 738 parámetros, los 1,3 millones del artículo.

    The network has 1,369,738 parameters, the paper's 1.3 million.
    """
    assert sum(parameter.numel() for parameter in AllConvNet().parameters()) == 1_369_738


@pytest.mark.target("AllConvNet")
def test_all_conv_net_returns_logits_for_any_size() -> None:
    """Da un logit por clase con imágenes de 32x32, y de cualquier tamaño desde 9x9.

    It gives one logit per class for 32x32 images, and for any size from 9x9 on.
    """
    model = AllConvNet(num_classes=7, in_channels=1).eval()
    for height, width in [(32, 32), (9, 9), (10, 17)]:
        assert model(torch.randn(2, 1, height, width)).shape == (2, 7)


@pytest.mark.target("AllConvNet")
def test_all_conv_net_leaves_the_logits_free() -> None:
    """Tras la última convolución no hay ReLU: los logits también pueden ser negativos.

    No ReLU follows the last convolution: the logits may be negative too.
    """
    torch.manual_seed(0)
    logits = AllConvNet(num_classes=50).eval()(torch.randn(4, 3, 16, 16))
    assert (logits < 0).any()


@pytest.mark.target("AllConvNet")
def test_all_conv_net_drops_only_in_train_mode() -> None:
    """Con dropout, dos pasadas en modo train difieren; en modo eval coinciden.

    With dropout two passes differ in train mode; they agree in eval mode.
    """
    model = AllConvNet()
    x = torch.randn(2, 3, 16, 16)
    assert not torch.equal(model.train()(x), model(x))
    assert torch.equal(model.eval()(x), model(x))
