"""Public tests of lab 1; the sizes are small enough to check with pencil and paper."""

from __future__ import annotations

import pytest

from cnnlab.conv_arithmetic import (
    conv2d_output_shape,
    conv_output_size,
    conv_transpose_output_size,
    receptive_field,
    same_padding,
)


@pytest.mark.target("conv_output_size")
def test_conv_output_size_without_padding() -> None:
    """Un núcleo de 3 cabe en 6 sitios sobre 8 píxeles.

    A kernel of 3 fits in 6 places on 8 pixels.
    """
    assert conv_output_size(8, 3) == 6


@pytest.mark.target("conv_output_size")
def test_conv_output_size_pads_both_ends() -> None:
    """El relleno se añade en los dos extremos.

    Padding is added at both ends.
    """
    assert conv_output_size(8, 5, padding=2) == 8
    assert conv_output_size(8, 3, padding=2) == 10


@pytest.mark.target("conv_output_size")
def test_conv_output_size_of_alexnet() -> None:
    """La primera capa de AlexNet: 227 píxeles, núcleo 11 y paso 4 dan 55.

    AlexNet's first layer: 227 pixels, kernel 11 and stride 4 give 55.
    """
    assert conv_output_size(227, 11, stride=4) == 55


@pytest.mark.target("conv_output_size")
def test_conv_output_size_leaves_out_a_last_partial_step() -> None:
    """Un último paso que se saldría de la entrada no cuenta.

    A last step that would leave the input does not count.
    """
    assert conv_output_size(7, 2, stride=2) == 3
    assert conv_output_size(8, 3, stride=2) == 3


@pytest.mark.target("conv_output_size")
def test_conv_output_size_with_dilation() -> None:
    """Con dilatación 2, un núcleo de 3 ocupa 5 píxeles.

    With dilation 2, a kernel of 3 covers 5 pixels.
    """
    assert conv_output_size(9, 3, dilation=2) == conv_output_size(9, 5) == 5


@pytest.mark.target("conv_output_size")
def test_conv_output_size_refuses_a_kernel_that_does_not_fit() -> None:
    """Un núcleo que no cabe en la entrada es un error.

    A kernel that does not fit into the input is an error.
    """
    assert conv_output_size(3, 3, stride=2) == 1
    with pytest.raises(ValueError, match=r"kernel_size|input_size|padding|dilation"):
        conv_output_size(2, 3, stride=2)


@pytest.mark.target("conv_output_size")
def test_conv_output_size_names_the_bad_argument() -> None:
    """El mensaje del error dice qué argumento está mal.

    The error's message says which argument is wrong.
    """
    assert conv_output_size(8, 3) == 6
    with pytest.raises(ValueError, match="stride"):
        conv_output_size(8, 3, stride=0)
    with pytest.raises(ValueError, match="padding"):
        conv_output_size(8, 3, padding=-1)


@pytest.mark.target("same_padding")
@pytest.mark.parametrize("kernel_size", [1, 3, 5, 7, 11])
def test_same_padding_of_odd_kernels(kernel_size: int) -> None:
    """La fórmula de la clase: p = (k - 1) / 2.

    The lecture's formula: p = (k - 1) / 2.
    """
    assert same_padding(kernel_size) == (kernel_size - 1) // 2


@pytest.mark.target("same_padding")
def test_same_padding_grows_with_dilation() -> None:
    """Con dilatación, el núcleo ocupa más y necesita más relleno.

    A dilated kernel covers more and needs more padding.
    """
    assert same_padding(3, dilation=2) == 2
    assert same_padding(4, dilation=2) == 3


@pytest.mark.target("same_padding")
def test_same_padding_refuses_what_is_not_symmetric() -> None:
    """Un núcleo par necesita rellenos distintos a cada lado: es un error.

    An even kernel needs different paddings at its ends: an error.
    """
    assert same_padding(1) == 0
    with pytest.raises(ValueError, match=r"kernel_size|dilation"):
        same_padding(2)


@pytest.mark.target("conv2d_output_shape")
def test_conv2d_output_shape_keeps_the_batch() -> None:
    """Cambian los canales, el alto y el ancho; el lote, no.

    Channels, height and width change; the batch does not.
    """
    assert conv2d_output_shape((32, 3, 224, 224), 64, 3, padding=1) == (32, 64, 224, 224)
    assert conv2d_output_shape((2, 3, 10, 8), 5, 3) == (2, 5, 8, 6)


@pytest.mark.target("conv2d_output_shape")
def test_conv2d_output_shape_takes_pairs_as_height_and_width() -> None:
    """Un par es (alto, ancho), y cada eje usa su número.

    A pair is (height, width), and each axis uses its own number.
    """
    shape = conv2d_output_shape((1, 3, 12, 9), 4, (5, 3), stride=(1, 2), padding=(2, 0))
    assert shape == (1, 4, 12, 4)


@pytest.mark.target("conv2d_output_shape")
def test_conv2d_output_shape_knows_valid_and_same() -> None:
    """ "valid" no rellena; "same" conserva el tamaño, también con un núcleo par.

    "valid" does not pad; "same" keeps the size, also with an even kernel.
    """
    assert conv2d_output_shape((1, 3, 8, 8), 4, 3, padding="valid") == (1, 4, 6, 6)
    assert conv2d_output_shape((1, 3, 8, 8), 4, 2, padding="same") == (1, 4, 8, 8)


@pytest.mark.target("conv2d_output_shape")
def test_conv2d_output_shape_has_same_only_at_stride_one() -> None:
    """ "same" solo tiene sentido con paso 1.

    "same" makes sense at stride 1 only.
    """
    assert conv2d_output_shape((1, 3, 8, 8), 4, 3, padding="same") == (1, 4, 8, 8)
    with pytest.raises(ValueError, match=r"padding|stride"):
        conv2d_output_shape((1, 3, 8, 8), 4, 3, stride=2, padding="same")


@pytest.mark.target("conv_transpose_output_size")
def test_conv_transpose_output_size_enlarges() -> None:
    """Cada píxel estampa el núcleo entero: 4 píxeles con paso 2 y núcleo 3 dan 9.

    Each pixel stamps the whole kernel: 4 pixels at stride 2 with kernel 3 give 9.
    """
    assert conv_transpose_output_size(4, 3, stride=2) == 9


@pytest.mark.target("conv_transpose_output_size")
def test_conv_transpose_output_size_undoes_a_convolution() -> None:
    """`output_padding` elige entre los tamaños que la convolución lleva al mismo.

    `output_padding` chooses among the sizes that the convolution maps to the same one.
    """
    assert conv_transpose_output_size(4, 3, stride=2, padding=1) == 7
    assert conv_transpose_output_size(4, 3, stride=2, padding=1, output_padding=1) == 8


@pytest.mark.target("conv_transpose_output_size")
def test_conv_transpose_output_size_limits_output_padding() -> None:
    """`output_padding` tiene que ser menor que el paso o que la dilatación.

    `output_padding` has to be below the stride or the dilation.
    """
    assert conv_transpose_output_size(4, 3, output_padding=1, dilation=2) == 9
    with pytest.raises(ValueError, match="output_padding"):
        conv_transpose_output_size(4, 3, stride=2, output_padding=2)


@pytest.mark.target("receptive_field")
def test_receptive_field_of_the_vgg_argument() -> None:
    """Dos capas de 3x3 ven 5 píxeles de ancho y tres ven 7, como en VGG.

    Two 3x3 layers see 5 pixels and three see 7, as in VGG.
    """
    assert receptive_field([(3, 1), (3, 1)]) == 5
    assert receptive_field([(3, 1), (3, 1), (3, 1)]) == 7


@pytest.mark.target("receptive_field")
def test_receptive_field_multiplies_strides() -> None:
    """El paso de una capa separa los píxeles que ven las siguientes, no los suyos.

    A layer's stride spreads the pixels that later layers see, not its own.
    """
    assert receptive_field([(3, 2), (3, 1)]) == 7
    assert receptive_field([(3, 1), (3, 2)]) == 5


@pytest.mark.target("receptive_field")
def test_receptive_field_of_nothing_is_one_pixel() -> None:
    """Sin capas, una salida es un píxel.

    Without layers, an output is one pixel.
    """
    assert receptive_field([]) == 1
