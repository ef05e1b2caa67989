"""Public tests of lab 7: fully connected layers and average pooling as convolutions."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.fc_to_conv import (
    fully_convolutional,
    global_avg_pool_as_conv,
    linear_to_conv,
    linear_to_conv1x1,
)

SLIDE_INPUT = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
SLIDE_OUTPUT = torch.tensor([[14.9, 19.0]])


def slide_layer() -> nn.Linear:
    """The lecture's layer: two neurons, weights 1.1 ... 1.8, biases 1.9 and 2.0."""
    linear = nn.Linear(4, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[1.1, 1.2, 1.3, 1.4], [1.5, 1.6, 1.7, 1.8]]))
        linear.bias.copy_(torch.tensor([1.9, 2.0]))
    return linear


@pytest.mark.target("linear_to_conv")
def test_linear_to_conv_gives_the_slides_numbers() -> None:
    """El ejemplo de la clase: un kernel de 2x2 sobre [[1, 2], [3, 4]] da 14.9 y 19.0.

    The lecture's example: a 2x2 kernel on [[1, 2], [3, 4]] gives 14.9 and 19.0.
    """
    convolution = linear_to_conv(slide_layer(), (1, 2, 2))
    assert tuple(convolution.kernel_size) == (2, 2)
    torch.testing.assert_close(torch.relu(convolution(SLIDE_INPUT)).flatten(1), SLIDE_OUTPUT)


@pytest.mark.target("linear_to_conv")
def test_linear_to_conv_flattens_as_nn_flatten_does() -> None:
    """Con varios canales y H distinto de W, calcula lo mismo que la capa sobre el mapa aplanado.

    With several channels and H other than W it computes what the layer does on the flattened map.
    """
    linear = nn.Linear(3 * 2 * 5, 4)
    x = torch.randn(6, 3, 2, 5)
    scores = linear_to_conv(linear, (3, 2, 5))(x)
    assert scores.shape == (6, 4, 1, 1)
    torch.testing.assert_close(scores.flatten(1), linear(x.flatten(1)))


@pytest.mark.target("linear_to_conv")
def test_linear_to_conv_copies_the_weights() -> None:
    """Los pesos son copias independientes, y sin sesgo en la capa no hay sesgo en la convolución.

    The weights are independent copies, and no bias in the layer means none in the convolution.
    """
    linear = nn.Linear(12, 4, bias=False)
    convolution = linear_to_conv(linear, (3, 2, 2))
    assert convolution.bias is None
    before = linear.weight.clone()
    nn.init.zeros_(convolution.weight)
    assert torch.equal(linear.weight, before), "el peso es compartido / the weight is shared"


@pytest.mark.target("linear_to_conv")
def test_linear_to_conv_rejects_a_shape_that_does_not_fit() -> None:
    """Si in_features no es C·H·W, ValueError.

    Where in_features is not C·H·W, ValueError.
    """
    with pytest.raises(ValueError, match=r"input_shape|linear"):
        linear_to_conv(nn.Linear(12, 4), (3, 2, 3))


@pytest.mark.target("linear_to_conv1x1")
def test_linear_to_conv1x1_gives_the_slides_numbers() -> None:
    """El mismo ejemplo al revés: la imagen aplanada, como cuatro canales de 1x1, da 14.9 y 19.0.

    The same example the other way: the flattened image, as four 1x1 channels, gives 14.9 and 19.0.
    """
    convolution = linear_to_conv1x1(slide_layer())
    x = SLIDE_INPUT.reshape(1, 4, 1, 1)
    torch.testing.assert_close(torch.relu(convolution(x)).flatten(1), SLIDE_OUTPUT)


@pytest.mark.target("linear_to_conv1x1")
def test_linear_to_conv1x1_works_on_every_pixel() -> None:
    """En un mapa más grande aplica la misma capa a cada píxel.

    On a larger map it applies the same layer to each pixel.
    """
    linear = nn.Linear(3, 5)
    x = torch.randn(2, 3, 4, 6)
    by_pixel = linear(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    torch.testing.assert_close(linear_to_conv1x1(linear)(x), by_pixel)


def classifier() -> nn.Sequential:
    """Logits of images of 12x12 pixels; the features have shape (4, 5, 5) and total stride 2."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4 * 5 * 5, 8),
        nn.ReLU(),
        nn.Dropout(),
        nn.Linear(8, 6),
    ).eval()


@pytest.mark.target("fully_convolutional")
def test_fully_convolutional_gives_the_same_logits() -> None:
    """Con el tamaño original da los mismos logits, con forma (N, K, 1, 1).

    On the original size it gives the same logits, of shape (N, K, 1, 1).
    """
    model = classifier()
    converted = fully_convolutional(model, (4, 5, 5)).eval()
    x = torch.randn(2, 3, 12, 12)
    scores = converted(x)
    assert scores.shape == (2, 6, 1, 1)
    torch.testing.assert_close(scores.flatten(1), model(x))


@pytest.mark.target("fully_convolutional")
def test_fully_convolutional_slides_over_a_larger_image() -> None:
    """En una imagen más grande equivale a deslizar la red original, aquí de dos en dos píxeles.

    On a larger image it equals sliding the original network, here by two pixels at a time.
    """
    model = classifier()
    x = torch.randn(1, 3, 14, 18)
    scores = fully_convolutional(model, (4, 5, 5)).eval()(x)
    assert scores.shape == (1, 6, 2, 4)
    torch.testing.assert_close(scores[:, :, 1, 2], model(x[:, :, 2:14, 4:16]))


@pytest.mark.target("fully_convolutional")
def test_fully_convolutional_has_only_convolutions() -> None:
    """La red nueva no tiene ni Flatten ni Linear, y la red dada los conserva.

    The new network has neither Flatten nor Linear, and the given one keeps them.
    """
    model = classifier()
    converted = fully_convolutional(model, (4, 5, 5))
    assert not any(isinstance(layer, nn.Flatten | nn.Linear) for layer in converted.modules())
    assert isinstance(model[3], nn.Flatten), "el argumento ha cambiado / the argument changed"
    assert isinstance(model[4], nn.Linear), "el argumento ha cambiado / the argument changed"


@pytest.mark.target("global_avg_pool_as_conv")
def test_global_avg_pool_as_conv_replaces_an_8x8_pooling() -> None:
    """El ejemplo de la clase: una convolución de 8x8 hace lo mismo que el average pooling de 8x8.

    The lecture's example: an 8x8 convolution does what the 8x8 average pooling does.
    """
    convolution = global_avg_pool_as_conv(10, 8)
    x = torch.randn(2, 10, 8, 8)
    torch.testing.assert_close(convolution(x), nn.AvgPool2d(8)(x))


@pytest.mark.target("global_avg_pool_as_conv")
def test_global_avg_pool_as_conv_keeps_the_maps_apart() -> None:
    """Los pesos valen 1/(kh·kw) entre cada mapa y sí mismo, 0 entre mapas distintos; sin sesgo.

    The weights are 1/(kh·kw) from each map to itself and 0 between maps; there is no bias.
    """
    convolution = global_avg_pool_as_conv(3, (2, 4))
    assert convolution.bias is None
    expected = torch.eye(3)[:, :, None, None].expand(3, 3, 2, 4) / 8
    torch.testing.assert_close(convolution.weight.detach(), expected)
