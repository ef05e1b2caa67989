"""Public tests of lab 4; whole networks live on the meta device, which computes nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.vgg import VGG, VGG_CONFIGS, count_macs, count_parameters, make_features


def running_means(features: nn.Sequential) -> int:
    """Return how many batch normalisations a network holds."""
    return sum(name.endswith("running_mean") for name in features.state_dict())


@pytest.mark.target("VGG_CONFIGS")
@pytest.mark.parametrize(
    ("config", "convolutions"), [("A", 8), ("A-LRN", 8), ("B", 10), ("C", 13), ("D", 13), ("E", 16)]
)
def test_VGG_CONFIGS_have_the_depth_of_table_1(config: str, convolutions: int) -> None:
    """Cada columna tiene sus convoluciones y cinco max pools.

    Each column has its convolutions and five max pools.
    """
    column = list(VGG_CONFIGS[config])
    assert column.count("M") == 5
    assert len([item for item in column if item not in ("M", "LRN")]) == convolutions


@pytest.mark.target("VGG_CONFIGS")
def test_VGG_CONFIGS_C_has_three_1x1_convolutions() -> None:
    """La columna C usa convoluciones de 1x1 donde la D usa las de 3x3.

    Column C has 1x1 convolutions where D has 3x3 ones.
    """
    small = [item for item in VGG_CONFIGS["C"] if isinstance(item, tuple)]
    assert small == [("conv1", 256), ("conv1", 512), ("conv1", 512)]


@pytest.mark.target("make_features")
def test_make_features_halves_the_image_five_times() -> None:
    """Las convoluciones conservan el tamaño y cada pool lo divide entre dos.

    Convolutions keep the size and each pool halves it.
    """
    with torch.device("meta"):
        maps = make_features("D")(torch.empty(2, 3, 224, 96))
    assert tuple(maps.shape) == (2, 512, 7, 3)


@pytest.mark.target("make_features")
def test_make_features_ends_without_negative_values() -> None:
    """Detrás de cada convolución hay una ReLU.

    A ReLU follows every convolution.
    """
    maps = make_features("A")(torch.randn(1, 3, 32, 32))
    assert tuple(maps.shape) == (1, 512, 1, 1)
    assert (maps >= 0).all()


@pytest.mark.target("make_features")
def test_make_features_adds_batch_norm_where_asked() -> None:
    """Con `batch_norm`, hay una normalización por convolución; sin él, ninguna.

    With `batch_norm` there is one normalisation per convolution; without it, none.
    """
    with torch.device("meta"):
        assert running_means(make_features("A", batch_norm=True)) == 8
        assert running_means(make_features("A")) == 0


@pytest.mark.target("make_features")
def test_make_features_takes_other_channels() -> None:
    """La primera convolución acepta los canales que se le pidan.

    The first convolution takes the channels that it is asked for.
    """
    with torch.device("meta"):
        maps = make_features("B", in_channels=1)(torch.empty(1, 1, 32, 32))
    assert tuple(maps.shape) == (1, 512, 1, 1)


@pytest.mark.target("make_features")
def test_make_features_refuses_an_unknown_column() -> None:
    """Una columna que no existe es un error.

    A column that does not exist is an error.
    """
    with pytest.raises(ValueError, match="config"):
        make_features("F")


@pytest.mark.target("VGG")
def test_VGG_gives_one_score_per_class() -> None:
    """De imágenes de cualquier tamaño salen `num_classes` puntuaciones.

    Images of any size give `num_classes` scores.
    """
    with torch.device("meta"):
        scores = VGG("A", num_classes=10)(torch.empty(2, 3, 64, 48))
    assert tuple(scores.shape) == (2, 10)


@pytest.mark.target("VGG")
@pytest.mark.parametrize(
    ("config", "name"), [("A", "vgg11"), ("B", "vgg13_bn"), ("D", "vgg16"), ("E", "vgg19_bn")]
)
def test_VGG_loads_the_weights_of_torchvision(config: str, name: str) -> None:
    """Los nombres de los pesos son los de torchvision.

    The weights have the names of torchvision.
    """
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):
        weights = torchvision.models.get_model(name).state_dict()
        ours = VGG(config, batch_norm=name.endswith("_bn")).state_dict()
    assert {key: value.shape for key, value in ours.items()} == {
        key: value.shape for key, value in weights.items()
    }


@pytest.mark.target("count_parameters")
@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ("A", 132_863_336),
        ("A-LRN", 132_863_336),
        ("B", 133_047_848),
        ("C", 133_638_952),
        ("D", 138_357_544),
        ("E", 143_667_240),
    ],
)
def test_count_parameters_of_table_2(config: str, parameters: int) -> None:
    """Los parámetros de la tabla 2 del artículo, uno por uno.

    The parameters of the paper's table 2, to the last one.
    """
    with torch.device("meta"):
        assert count_parameters(VGG(config)) == parameters


@pytest.mark.target("count_parameters")
def test_count_parameters_counts_a_shared_one_once() -> None:
    """Un parámetro que comparten dos capas cuenta una vez.

    A parameter that two layers share counts once.
    """
    layer = nn.Linear(3, 3)
    assert count_parameters(nn.Sequential(layer, nn.ReLU(), layer)) == 12


@pytest.mark.target("count_parameters")
def test_count_parameters_can_leave_out_frozen_ones() -> None:
    """Con `trainable_only` no cuentan los parámetros congelados.

    With `trainable_only`, frozen parameters do not count.
    """
    layer = nn.Linear(4, 3)
    layer.bias.requires_grad_(False)
    assert count_parameters(layer) == 15
    assert count_parameters(layer, trainable_only=True) == 12


@pytest.mark.target("count_macs")
def test_count_macs_of_one_convolution() -> None:
    """Cada peso del núcleo se usa una vez por píxel de salida; el sesgo no cuenta.

    Each weight of the kernel is used once per output pixel; the bias does not count.
    """
    layer = nn.Conv2d(3, 8, kernel_size=3, padding=1)
    assert count_macs(layer, (3, 10, 20)) == 3 * 8 * 3 * 3 * 10 * 20


@pytest.mark.target("count_macs")
def test_count_macs_of_grouped_convolutions() -> None:
    """Con grupos, cada salida ve solo los canales de su grupo.

    With groups, each output sees the channels of its group only.
    """
    layer = nn.Conv2d(4, 8, kernel_size=3, groups=2)
    assert count_macs(layer, (4, 6, 5)) == 2 * 8 * 3 * 3 * 4 * 3


@pytest.mark.target("count_macs")
def test_count_macs_of_linear_counts_its_rows() -> None:
    """Una capa lineal cuenta una vez por cada fila a la que se aplica.

    A linear layer counts once for each row that it is applied to.
    """
    assert count_macs(nn.Linear(6, 5), (2, 3, 6)) == 2 * 3 * 6 * 5


@pytest.mark.target("count_macs")
def test_count_macs_counts_every_call() -> None:
    """Una capa que se usa dos veces cuesta el doble.

    A layer that is used twice costs twice.
    """
    layer = nn.Conv2d(4, 4, kernel_size=1)
    assert count_macs(nn.Sequential(layer, nn.ReLU(), layer), (4, 5, 5)) == 2 * 16 * 25


@pytest.mark.target("count_macs")
def test_count_macs_leaves_the_module_as_it_was() -> None:
    """Contar no cambia ni el modo ni las estadísticas de la normalización.

    Counting changes neither the mode nor the statistics of the normalisation.
    """
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train()
    assert count_macs(module, (3, 8, 8)) == 3 * 4 * 9 * 36
    assert all(layer.training for layer in module.modules())
    assert module.state_dict()["1.num_batches_tracked"] == 0


@pytest.mark.target("count_macs")
def test_count_macs_of_vgg16() -> None:
    """VGG-16 con una imagen de 224x224: 15 470 264 320 multiplicaciones y sumas.

    VGG-16 on a 224x224 image: 15,470,264,320 multiply-accumulates.
    """
    with torch.device("meta"):
        network = VGG("D")
    assert count_macs(network, (3, 224, 224)) == 15_470_264_320
