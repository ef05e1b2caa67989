"""Public tests of lab 8, second half: freezing, a new head, and the rows of the paper's table."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cnnlab.transfer import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    FineTuner,
    fine_tune,
    freeze,
    imagenet_normalize,
    replace_head,
    trainable_parameters,
)


def backbone() -> nn.Sequential:
    """Five blocks that turn images (N, 3, 8, 8) into features (N, 4, 1, 1)."""

    def block(in_channels: int) -> nn.Sequential:
        conv = nn.Conv2d(in_channels, 4, 3, padding=1)
        return nn.Sequential(conv, nn.BatchNorm2d(4), nn.LeakyReLU())  # no gradient dies here

    return nn.Sequential(block(3), block(4), block(4), block(4), nn.AdaptiveAvgPool2d(1))


def batches() -> list[tuple[Tensor, Tensor]]:
    """Dark images of class 0 and bright ones of class 1; the last batch is short."""
    torch.manual_seed(0)
    labels = torch.arange(20) % 2
    images = torch.rand(20, 3, 8, 8) + labels[:, None, None, None]
    return list(zip(images.split(8), labels.split(8), strict=True))


@pytest.mark.target("IMAGENET_MEAN")
def test_imagenet_mean_is_imagenets() -> None:
    """La media de ImageNet por canal: rojo, verde y azul.

    ImageNet's mean per channel: red, green and blue.
    """
    assert IMAGENET_MEAN == (0.485, 0.456, 0.406)


@pytest.mark.target("IMAGENET_STD")
def test_imagenet_std_is_imagenets() -> None:
    """La desviación típica de ImageNet por canal: rojo, verde y azul.

    ImageNet's standard deviation per channel: red, green and blue.
    """
    assert IMAGENET_STD == (0.229, 0.224, 0.225)


@pytest.mark.target("imagenet_normalize")
def test_imagenet_normalize_works_per_channel() -> None:
    """A cada canal se le resta su media y se divide entre su desviación.

    Each channel has its own mean taken out and is divided by its own deviation.
    """
    images = torch.tensor([0.485, 0.456, 0.406 + 0.225]).view(1, 3, 1, 1).expand(2, 3, 4, 5)
    expected = torch.tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1).expand(2, 3, 4, 5)
    torch.testing.assert_close(imagenet_normalize(images), expected)


@pytest.mark.target("imagenet_normalize")
def test_imagenet_normalize_scales_bytes_first() -> None:
    """Las imágenes `uint8` pasan primero de [0, 255] a [0, 1], en float32.

    `uint8` images go from [0, 255] to [0, 1] first, as float32.
    """
    images = torch.randint(0, 256, (2, 3, 4, 5), dtype=torch.uint8)
    normalized = imagenet_normalize(images)
    assert normalized.dtype == torch.float32
    torch.testing.assert_close(normalized, imagenet_normalize(images.float() / 255))


@pytest.mark.target("freeze")
def test_freeze_stops_gradients_and_statistics() -> None:
    """Ningún parámetro requiere gradiente, y en modo eval la batch norm no actualiza su media.

    No parameter requires a gradient, and in eval mode batch norm does not update its mean.
    """
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    freeze(module)
    module(torch.randn(2, 3, 8, 8) + 5)
    assert not any(parameter.requires_grad for parameter in module.parameters())
    assert torch.equal(module[1].running_mean, torch.zeros(4))


@pytest.mark.target("replace_head")
def test_replace_head_gives_a_fresh_last_linear() -> None:
    """Cambia la última capa Linear, en el mismo modelo, aunque esté anidada.

    The last Linear layer is replaced, in the same model, even if it is nested.
    """
    model = nn.Sequential(nn.Linear(6, 5), nn.Sequential(nn.ReLU(), nn.Linear(5, 1000)), nn.ReLU())
    assert replace_head(model, 3) is model
    assert model(torch.randn(2, 6)).shape == (2, 3)
    assert model[0].out_features == 5


@pytest.mark.target("replace_head")
def test_replace_head_trains_the_head_of_a_frozen_model() -> None:
    """En un modelo congelado solo la cabeza nueva requiere gradiente.

    In a frozen model only the new head requires a gradient.
    """
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 1000)).requires_grad_(False)
    replace_head(model, 3)
    assert {name for name, p in model.named_parameters() if p.requires_grad} >= {"2.weight"}
    assert not model[0].weight.requires_grad


@pytest.mark.target("replace_head")
def test_replace_head_needs_a_linear() -> None:
    """Sin ninguna capa Linear no hay cabeza que cambiar: ValueError.

    Without a Linear layer there is no head to replace: ValueError.
    """
    with pytest.raises(ValueError, match="model"):
        replace_head(nn.Sequential(nn.Conv2d(3, 4, 3)), 3)


@pytest.mark.target("FineTuner")
@pytest.mark.parametrize("trainable_blocks", [0, 3, 5], ids=["top layer", "top 3", "all layers"])
def test_fine_tuner_trains_the_rows_of_the_table(trainable_blocks: int) -> None:
    """Las filas de la tabla: entrenan la cabeza y los últimos 0, 3 o todos los bloques.

    The rows of the table: the head and the last 0, 3 or all blocks train.
    """
    model = FineTuner(backbone(), 4, 2, trainable_blocks)
    trains = [block[0].weight.requires_grad for block in model.backbone[:4]]
    assert trains == [index >= 5 - trainable_blocks for index in range(4)]
    assert model.head.weight.requires_grad


@pytest.mark.target("FineTuner")
def test_fine_tuner_gives_logits() -> None:
    """Backbone, aplanado y cabeza: (N, 3, H, W) da (N, num_classes).

    Backbone, flatten and head: (N, 3, H, W) gives (N, num_classes).
    """
    assert FineTuner(backbone(), 4, 7)(torch.randn(2, 3, 8, 8)).shape == (2, 7)


@pytest.mark.target("FineTuner")
def test_fine_tuner_keeps_frozen_statistics() -> None:
    """Los bloques congelados siguen en modo eval tras `.train()`: sus estadísticas no cambian.

    Frozen blocks stay in eval mode after `.train()`: their statistics do not change.
    """
    model = FineTuner(backbone(), 4, 2, trainable_blocks=3)
    model.train()
    model(torch.randn(4, 3, 8, 8))
    counted = [int(block[1].num_batches_tracked) for block in model.backbone[:4]]
    assert counted == [0, 0, 1, 1]


@pytest.mark.target("FineTuner")
def test_fine_tuner_passes_gradients_to_the_input() -> None:
    """Congelar no corta el camino: el gradiente todavía llega a la imagen.

    Freezing does not cut the path: the gradient still reaches the image.
    """
    images = torch.randn(2, 3, 8, 8, requires_grad=True)
    FineTuner(backbone(), 4, 2)(images).sum().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0


@pytest.mark.target("FineTuner")
@pytest.mark.parametrize("trainable_blocks", [-1, 6])
def test_fine_tuner_rejects_other_numbers_of_blocks(trainable_blocks: int) -> None:
    """Menos de 0 bloques, o más de los que hay, no se pueden entrenar: ValueError.

    Fewer than 0 blocks, or more than there are, cannot train: ValueError.
    """
    with pytest.raises(ValueError, match="trainable_blocks"):
        FineTuner(backbone(), 4, 2, trainable_blocks)


@pytest.mark.target("trainable_parameters")
def test_trainable_parameters_leaves_out_the_frozen() -> None:
    """Devuelve solo los parámetros que requieren gradiente.

    It returns only the parameters that require a gradient.
    """
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    parameters = trainable_parameters(model)
    assert [tuple(parameter.shape) for parameter in parameters] == [(2, 4), (2,)]


@pytest.mark.target("fine_tune")
def test_fine_tune_lowers_the_loss() -> None:
    """Devuelve la pérdida media de cada época, y la última es menor que la primera.

    It returns the mean loss of each epoch, and the last is lower than the first.
    """
    losses = fine_tune(FineTuner(backbone(), 4, 2, 5), batches(), epochs=6, lr=0.01)
    assert len(losses) == 6
    assert all(isinstance(loss, float) for loss in losses)
    assert losses[-1] < losses[0]


@pytest.mark.target("fine_tune")
def test_fine_tune_moves_only_what_trains() -> None:
    """Los parámetros congelados no cambian; los de la cabeza sí.

    The frozen parameters do not change; those of the head do.
    """
    model = FineTuner(backbone(), 4, 2, trainable_blocks=0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    fine_tune(model, batches(), epochs=1, lr=0.01)
    after = model.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"head.weight", "head.bias"}
