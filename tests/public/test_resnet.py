"""Public tests of lab 5: residual blocks, the ResNet built of them, and its identity start."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.resnet import ResidualBlock, ResNet, zero_init_residual


def count_parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.target("ResidualBlock")
def test_residual_block_identity_shortcut_keeps_the_shape() -> None:
    """Con los mismos canales y paso 1, el bloque conserva la forma y no necesita proyección.

    With equal channels and stride 1 the block keeps the shape and needs no projection.
    """
    block = ResidualBlock(4, 4)
    assert block(torch.randn(2, 4, 5, 7)).shape == (2, 4, 5, 7)
    assert not any(name.startswith("downsample") for name in block.state_dict())


@pytest.mark.target("ResidualBlock")
def test_residual_block_adds_the_shortcut_before_the_last_relu() -> None:
    """La salida es relu(F(x) + x): primero se suma el atajo y después se aplica ReLU.

    The output is relu(F(x) + x): the shortcut is added first, and ReLU comes after.
    """
    block = ResidualBlock(4, 4).eval()
    x = torch.randn(2, 4, 5, 7)
    branch = block.bn2(block.conv2(torch.relu(block.bn1(block.conv1(x)))))
    torch.testing.assert_close(block(x), torch.relu(branch + x))


@pytest.mark.target("ResidualBlock")
def test_residual_block_projects_where_the_shapes_differ() -> None:
    """Si cambian los canales o el tamaño, una convolución 1x1 y batch norm adaptan el atajo.

    Where channels or size change, a 1x1 convolution and batch norm adapt the shortcut.
    """
    x = torch.randn(2, 4, 5, 7)
    assert ResidualBlock(4, 6)(x).shape == (2, 6, 5, 7)
    assert ResidualBlock(4, 4, stride=2)(x).shape == (2, 4, 3, 4)
    projection = ResidualBlock(4, 6, stride=2).state_dict()["downsample.0.weight"]
    assert projection.shape == (6, 4, 1, 1)


@pytest.mark.target("ResidualBlock")
def test_residual_block_has_torchvision_names() -> None:
    """Los parámetros se llaman como en torchvision, y ninguna convolución tiene sesgo.

    The parameters are called as in torchvision, and no convolution has a bias.
    """
    names = {name for name, _ in ResidualBlock(4, 4).named_parameters()}
    assert names == {
        *("conv1.weight", "bn1.weight", "bn1.bias"),
        *("conv2.weight", "bn2.weight", "bn2.bias"),
    }


@pytest.mark.target("ResidualBlock")
def test_residual_block_leaves_its_input_alone() -> None:
    """El bloque no modifica x, aunque use operaciones in-place por dentro.

    The block does not change x, even if it works in place inside.
    """
    x = torch.randn(2, 4, 5, 7)
    before = x.clone()
    ResidualBlock(4, 4)(x)
    assert torch.equal(x, before)


@pytest.mark.target("ResNet")
@pytest.mark.parametrize(
    ("layers", "parameters"), [((2, 2, 2, 2), 11_689_512), ((3, 4, 6, 3), 21_797_672)]
)
def test_resnet_has_the_papers_parameters(layers: tuple[int, ...], parameters: int) -> None:
    """ResNet-18 y ResNet-34 tienen exactamente los parámetros de torchvision.

    ResNet-18 and ResNet-34 have exactly torchvision's parameters.
    """
    with torch.device("meta"):  # shapes only: no memory, no time
        assert count_parameters(ResNet(layers)) == parameters


@pytest.mark.target("ResNet")
def test_resnet_divides_the_size_by_32() -> None:
    """Al final quedan mapas 32 veces más pequeños, que se promedian: 224 píxeles dan 7.

    The last maps are 32 times smaller, and averaged: 224 pixels give 7.
    """
    model = ResNet(width=4).eval()
    seen: list[torch.Size] = []
    model.layer4[-1].register_forward_hook(lambda layer, inputs, output: seen.append(output.shape))
    model(torch.randn(1, 3, 224, 224))
    assert seen == [(1, 32, 7, 7)]


@pytest.mark.target("ResNet")
def test_resnet_takes_its_arguments() -> None:
    """`layers`, `num_classes`, `in_channels` y `width` dan forma a la red.

    `layers`, `num_classes`, `in_channels` and `width` shape the network.
    """
    model = ResNet(layers=(1, 2, 1, 1), num_classes=5, in_channels=1, width=4).eval()
    assert model(torch.randn(2, 1, 40, 33)).shape == (2, 5)
    assert len(model.layer2) == 2
    assert model.fc.in_features == 32


@pytest.mark.target("zero_init_residual")
def test_zero_init_residual_makes_the_block_a_relu() -> None:
    """El argumento de la clase: al empezar, el bloque calcula relu(x); más capas no estorban.

    The lecture's argument: at the start the block computes relu(x); more layers do no harm.
    """
    block = ResidualBlock(4, 4)
    zero_init_residual(block)
    x = torch.randn(2, 4, 5, 7)
    torch.testing.assert_close(block(x), torch.relu(x))


@pytest.mark.target("zero_init_residual")
def test_zero_init_residual_changes_nothing_else() -> None:
    """Solo cambia el peso de la última batch norm de cada bloque, y sigue siendo entrenable.

    Only the weight of each block's last batch norm changes, and it can still be trained.
    """
    model = ResNet(layers=(1, 1, 1, 1), num_classes=5, width=4)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    zero_init_residual(model)
    after = model.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {f"layer{stage}.0.bn2.weight" for stage in (1, 2, 3, 4)}
    assert all(parameter.requires_grad for parameter in model.parameters())
