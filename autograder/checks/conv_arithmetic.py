"""Hidden checks of `cnnlab.conv_arithmetic`.

The expected sizes are those of torch's own convolutions on small zero tensors. Each argument has
its check, in which the others are given explicitly and do nothing; all of them together have one,
and so have names and defaults. A function may build on the others: it is held to what it gives with
stand-ins for them, so that a mistake costs the points of its own function alone.
"""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch.nn import functional as F

from autograder.checking import assert_equal, assert_that, check, rejects
from autograder.checking.compare import kind_and_value, seen_of

Pair = tuple[int, int]
Numbers = int | Pair
Layers = list[tuple[int, int]]

STAND_INS = {
    "conv_output_size": "library_output_size.library_output_size",
    "same_padding": "library_same_padding.library_same_padding",
    "conv_transpose_output_size": "library_transpose_size.library_transpose_size",
}


def parts_of(target: str) -> dict[str, str]:
    """The functions that `target` may build on, with their stand-ins."""
    return {name: tool for name, tool in STAND_INS.items() if name != target}


OUTPUT_PARTS = parts_of("conv_output_size")
SAME_PARTS = parts_of("same_padding")
SHAPE_PARTS = parts_of("conv2d_output_shape")
TRANSPOSE_PARTS = parts_of("conv_transpose_output_size")
FIELD_PARTS = parts_of("receptive_field")

# A wrong formula is wrong almost everywhere; where it is not, the example is listed.
FEW = settings(max_examples=8)
LISTED_ONLY = settings(phases=[Phase.explicit])

EXTRA = st.integers(0, 12)  # pixels beyond the smallest input that the kernel fits into
KERNELS = st.integers(1, 6)
STRIDES = st.integers(1, 5)
DILATIONS = st.integers(1, 4)
PADDINGS = st.integers(0, 4)
COUNTS = st.integers(1, 5)  # of images and channels

OVERLAPPING = st.tuples(KERNELS, STRIDES).filter(lambda layer: layer[1] <= layer[0])
FIT = "input shape kernel stride padding dilation"


def pairs(numbers: SearchStrategy[int]) -> SearchStrategy[Pair]:
    return st.tuples(numbers, numbers)


def both(numbers: Numbers) -> Pair:
    """The numbers of the two axes."""
    return (numbers, numbers) if isinstance(numbers, int) else numbers


def smallest_size(kernel_size: int, padding: int = 0, dilation: int = 1) -> int:
    """The smallest input that the kernel fits into."""
    return max(1, dilation * (kernel_size - 1) + 1 - 2 * padding)


def assert_refused(names: str, function: Any, *arguments: object) -> None:
    """A ValueError that has one of the words `names` in it; what is answered instead is told."""
    with rejects(*names.split()):
        answer = function(*arguments)
        seen = kind_and_value(answer)
        assert_that(
            False,
            es=f"Se esperaba un ValueError, se obtuvo {seen.es}.",
            en=f"Expected a ValueError, got {seen.en}.",
            seen=seen_of(answer),
        )


def exact_size(
    output_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """The input on which the kernel has `output_size` places, the last one at its very end."""
    return (output_size - 1) * stride + dilation * (kernel_size - 1) + 1 - 2 * padding


def torch_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    x, weight = torch.zeros(1, 1, input_size), torch.zeros(1, 1, kernel_size)
    return F.conv1d(x, weight, None, stride, padding, dilation).shape[-1]


def torch_shape(
    input_shape: tuple[int, int, int, int],
    out_channels: int,
    kernel_size: Numbers,
    stride: Numbers = 1,
    padding: Numbers = 0,
    dilation: Numbers = 1,
) -> tuple[int, ...]:
    weight = torch.zeros(out_channels, input_shape[1], *both(kernel_size))
    return tuple(F.conv2d(torch.zeros(input_shape), weight, None, stride, padding, dilation).shape)


def torch_transpose_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    x, weight = torch.zeros(1, 1, input_size), torch.zeros(1, 1, kernel_size)
    return F.conv_transpose1d(
        x, weight, None, stride, padding, output_padding, dilation=dilation
    ).shape[-1]


def span(layers: Layers) -> int:
    """Pixels from the first to the last that one output sees, from the last layer to the first."""
    size = 1
    for kernel_size, stride in reversed(layers):
        size = (size - 1) * stride + kernel_size
    return size


# conv_output_size


@check(
    points=0.5,
    target="conv_output_size",
    es="el núcleo avanza de stride en stride, y un último paso incompleto no cuenta",
    en="the kernel moves by stride, and a last incomplete step does not count",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
@settings(max_examples=12)
@given(kernel_size=KERNELS, stride=STRIDES, extra=EXTRA)
@example(kernel_size=2, stride=2, extra=1)
@example(kernel_size=11, stride=4, extra=216)
def test_output_size_with_stride(student: Any, kernel_size: int, stride: int, extra: int) -> None:
    size = student.conv_output_size(kernel_size + extra, kernel_size, stride, 0, 1)
    assert_equal(size, torch_size(kernel_size + extra, kernel_size, stride))


@check(
    points=0.3,
    target="conv_output_size",
    es="el relleno se añade en los dos extremos",
    en="the padding is added at both ends",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
@FEW
@given(kernel_size=KERNELS, padding=PADDINGS, extra=EXTRA)
@example(kernel_size=3, padding=1, extra=0)
def test_output_size_with_padding(student: Any, kernel_size: int, padding: int, extra: int) -> None:
    input_size = smallest_size(kernel_size, padding) + extra
    size = student.conv_output_size(input_size, kernel_size, 1, padding, 1)
    assert_equal(size, torch_size(input_size, kernel_size, 1, padding))


@check(
    points=0.4,
    target="conv_output_size",
    es="la dilatación separa los pesos del núcleo, que así ocupa más píxeles",
    en="dilation spreads the weights of the kernel, which then covers more pixels",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
@FEW
@given(kernel_size=KERNELS, dilation=DILATIONS, extra=EXTRA)
@example(kernel_size=1, dilation=3, extra=2)
def test_output_size_with_dilation(
    student: Any, kernel_size: int, dilation: int, extra: int
) -> None:
    input_size = smallest_size(kernel_size, 0, dilation) + extra
    size = student.conv_output_size(input_size, kernel_size, 1, 0, dilation)
    assert_equal(size, torch_size(input_size, kernel_size, 1, 0, dilation))


@check(
    points=0.3,
    target="conv_output_size",
    es="paso, relleno y dilatación actúan juntos: se rellena, se extiende el núcleo y se avanza",
    en="stride, padding and dilation act together: pad, spread the kernel, and move on",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
@FEW
@given(kernel_size=KERNELS, stride=STRIDES, padding=PADDINGS, dilation=DILATIONS, extra=EXTRA)
@example(kernel_size=3, stride=2, padding=1, dilation=2, extra=2)
@example(kernel_size=4, stride=3, padding=2, dilation=3, extra=4)
def test_output_size_of_all_together(
    student: Any, kernel_size: int, stride: int, padding: int, dilation: int, extra: int
) -> None:
    input_size = smallest_size(kernel_size, padding, dilation) + extra
    size = student.conv_output_size(input_size, kernel_size, stride, padding, dilation)
    assert_equal(size, torch_size(input_size, kernel_size, stride, padding, dilation))


@check(
    points=0.2,
    target="conv_output_size",
    es="los argumentos se llaman como pide el enunciado; por defecto, el paso y la dilatación "
    "son 1 y el relleno 0",
    en="the arguments are named as the assignment asks; by default, stride and dilation are 1 "
    "and the padding is 0",
    covers=("output-signature",),
    parts=OUTPUT_PARTS,
)
@LISTED_ONLY
@given(kernel_size=st.integers(2, 6), extra=EXTRA)
@example(kernel_size=2, extra=4)
@example(kernel_size=5, extra=0)
def test_output_size_signature(student: Any, kernel_size: int, extra: int) -> None:
    output_size = student.conv_output_size
    input_size = kernel_size + extra
    assert_equal(output_size(input_size, kernel_size), extra + 1)
    size = output_size(
        dilation=1, padding=0, stride=1, kernel_size=kernel_size, input_size=input_size
    )
    assert_equal(size, extra + 1)
    input_size += 9
    for alone in ({"stride": 3}, {"padding": 2}, {"dilation": 2}):
        size = output_size(input_size, kernel_size, **alone)
        assert_equal(size, torch_size(input_size, kernel_size, **alone))


@check(
    points=0.3,
    target="conv_output_size",
    es="un tamaño, núcleo, paso o dilatación menor que 1, o un relleno negativo, es un ValueError",
    en="a size, kernel, stride or dilation below 1, or a negative padding, is a ValueError",
    covers=("output-numbers", "named-errors"),
    parts=OUTPUT_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 3))
@example(below=0)
@example(below=1)
@example(below=3)
def test_output_size_rejects_numbers_out_of_range(student: Any, below: int) -> None:
    output_size = student.conv_output_size
    assert_refused("input", output_size, -below, 1, 1, below + 1, 1)
    assert_refused("kernel", output_size, 9, -below, 1, 0, 1)
    assert_refused("stride", output_size, 3, 3, -below, 0, 1)
    assert_refused("padding", output_size, 9, 1, 1, -below - 1, 1)
    assert_refused("dilation", output_size, 9, 3, 1, 0, -below)


@check(
    points=0.3,
    target="conv_output_size",
    es="un núcleo que cabe justo da 1, y uno que no cabe es un ValueError",
    en="a kernel that just fits gives 1, and one that does not fit is a ValueError",
    covers=("output-fit", "named-errors"),
    parts=OUTPUT_PARTS,
)
@FEW
@given(
    kernel_size=st.integers(2, 6),
    stride=STRIDES,
    padding=PADDINGS,
    dilation=DILATIONS,
    missing=st.integers(1, 8),
)
@example(kernel_size=5, stride=1, padding=0, dilation=1, missing=3)
@example(kernel_size=5, stride=2, padding=0, dilation=1, missing=1)
@example(kernel_size=3, stride=3, padding=0, dilation=2, missing=1)
@example(kernel_size=5, stride=1, padding=1, dilation=1, missing=1)
def test_output_size_rejects_a_kernel_that_does_not_fit(
    student: Any, kernel_size: int, stride: int, padding: int, dilation: int, missing: int
) -> None:
    extent = dilation * (kernel_size - 1) + 1
    padding = min(padding, (extent - 2) // 2)
    fitting = extent - 2 * padding
    assert_equal(student.conv_output_size(fitting, kernel_size, stride, padding, dilation), 1)
    too_small = max(1, fitting - missing)
    assert_refused(FIT, student.conv_output_size, too_small, kernel_size, stride, padding, dilation)


# same_padding


@check(
    points=0.4,
    target="same_padding",
    es="un núcleo impar sin dilatación necesita p = (k − 1)/2",
    en="an odd kernel without dilation needs p = (k − 1)/2",
    covers=("same-formula", "same-signature"),
    parts=SAME_PARTS,
)
@FEW
@given(half=st.integers(0, 10))
def test_same_padding_of_odd_kernels(student: Any, half: int) -> None:
    assert_equal(student.same_padding(2 * half + 1), half)
    assert_equal(student.same_padding(dilation=1, kernel_size=2 * half + 1), half)


@check(
    points=0.5,
    target="same_padding",
    es="también con dilatación conserva el tamaño, y con un núcleo par cuando es posible",
    en="it keeps the size with dilation too, and with an even kernel where that is possible",
    covers=("same-formula",),
    parts=SAME_PARTS,
)
@FEW
@given(kernel_size=KERNELS, dilation=st.integers(1, 6))
@example(kernel_size=3, dilation=3)
@example(kernel_size=2, dilation=2)
@example(kernel_size=1, dilation=2)
def test_same_padding_with_dilation(student: Any, kernel_size: int, dilation: int) -> None:
    assume(dilation * (kernel_size - 1) % 2 == 0)
    size = dilation * kernel_size
    kept = [p for p in range(size) if torch_size(size, kernel_size, 1, p, dilation) == size]
    assert_equal(student.same_padding(kernel_size, dilation), kept[0])


@check(
    points=0.3,
    target="same_padding",
    es="donde los dos extremos necesitarían rellenos distintos hay un ValueError",
    en="where the two ends would need different paddings there is a ValueError",
    covers=("same-odd", "named-errors"),
    parts=SAME_PARTS,
)
@FEW
@given(half=st.integers(1, 5), dilation=st.sampled_from((1, 3, 5)))
def test_same_padding_rejects_an_odd_total(student: Any, half: int, dilation: int) -> None:
    assert_refused("kernel dilation", student.same_padding, 2 * half, dilation)


@check(
    points=0.2,
    target="same_padding",
    es="un núcleo o una dilatación menor que 1 es un ValueError",
    en="a kernel or a dilation below 1 is a ValueError",
    covers=("same-numbers", "named-errors"),
    parts=SAME_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 3))
@example(below=0)
@example(below=1)
@example(below=3)
def test_same_padding_rejects_numbers_below_one(student: Any, below: int) -> None:
    assert_refused("kernel", student.same_padding, -below, 2)
    assert_refused("kernel", student.same_padding, -2 * below - 1)
    assert_refused("dilation", student.same_padding, 3, -below)


# conv2d_output_shape


@check(
    points=0.3,
    target="conv2d_output_shape",
    es="la forma es (N, out_channels, H_out, W_out)",
    en="the shape is (N, out_channels, H_out, W_out)",
    covers=("shape-layout",),
    parts=SHAPE_PARTS,
)
@FEW
@given(batch=COUNTS, channels=COUNTS, extra=pairs(EXTRA), out_channels=COUNTS, kernel_size=KERNELS)
@example(batch=2, channels=3, extra=(7, 5), out_channels=4, kernel_size=3)
def test_output_shape_layout(
    student: Any, batch: int, channels: int, extra: Pair, out_channels: int, kernel_size: int
) -> None:
    input_shape = (batch, channels, kernel_size + extra[0], kernel_size + extra[1])
    shape = student.conv2d_output_shape(input_shape, out_channels, kernel_size, 1, 0, 1)
    assert_equal(shape, (batch, out_channels, extra[0] + 1, extra[1] + 1))


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="un entero en stride, padding o dilation vale para los dos ejes",
    en="an integer stride, padding or dilation holds for both axes",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
@FEW
@given(
    extra=pairs(EXTRA),
    kernel_size=KERNELS,
    stride=STRIDES,
    padding=PADDINGS,
    dilation=st.integers(1, 2),
)
@example(extra=(3, 5), kernel_size=3, stride=2, padding=1, dilation=2)
def test_output_shape_of_integers(
    student: Any, extra: Pair, kernel_size: int, stride: int, padding: int, dilation: int
) -> None:
    rows, columns = (2 * padding + 1 + more for more in extra)
    height = exact_size(rows, kernel_size, stride, padding, dilation)
    width = exact_size(columns, kernel_size, stride, padding, dilation)
    shape = student.conv2d_output_shape(
        (2, 3, height, width), 4, kernel_size, stride, padding, dilation
    )
    assert_equal(shape, (2, 4, rows, columns))


@check(
    points=0.3,
    target="conv2d_output_shape",
    es="un par (h, w) en kernel_size o dilation da a cada eje su número",
    en="a pair (h, w) as kernel_size or dilation gives each axis its own number",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
@FEW
@given(extra=EXTRA, kernel_size=pairs(KERNELS), dilation=pairs(DILATIONS))
@example(extra=0, kernel_size=(3, 2), dilation=(1, 1))
@example(extra=0, kernel_size=(3, 3), dilation=(1, 2))
def test_output_shape_of_kernel_and_dilation_pairs(
    student: Any, extra: int, kernel_size: Pair, dilation: Pair
) -> None:
    reach = max(d * (k - 1) for k, d in zip(kernel_size, dilation, strict=True))
    input_shape = (2, 3, reach + 2 + extra, reach + 1 + extra)
    shape = student.conv2d_output_shape(input_shape, 4, kernel_size, (1, 1), (0, 0), dilation)
    assert_equal(shape, torch_shape(input_shape, 4, kernel_size, (1, 1), (0, 0), dilation))


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="un par (h, w) en stride o padding da a cada eje su número",
    en="a pair (h, w) as stride or padding gives each axis its own number",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
@FEW
@given(extra=pairs(EXTRA), kernel_size=KERNELS, stride=pairs(STRIDES), padding=pairs(PADDINGS))
@example(extra=(2, 2), kernel_size=3, stride=(2, 1), padding=(0, 0))
@example(extra=(2, 2), kernel_size=3, stride=(1, 1), padding=(2, 1))
def test_output_shape_of_stride_and_padding_pairs(
    student: Any, extra: Pair, kernel_size: int, stride: Pair, padding: Pair
) -> None:
    # As many places as make both the size and the size with the axes swapped a multiple.
    rows, columns = (1 + 2 * max(padding) + stride[0] * stride[1] * more for more in extra)
    height = exact_size(rows, kernel_size, stride[0], padding[0])
    width = exact_size(columns, kernel_size, stride[1], padding[1])
    shape = student.conv2d_output_shape(
        (2, 3, height, width), 4, (kernel_size, kernel_size), stride, padding, (1, 1)
    )
    assert_equal(shape, (2, 4, rows, columns))


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="cada eje usa sus números, se den juntos o por separado, como enteros o como pares",
    en="each axis uses its own numbers, given together or apart, as integers or as pairs",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
@FEW
@given(
    extra=pairs(EXTRA),
    kernel_size=KERNELS | pairs(KERNELS),
    stride=STRIDES | pairs(STRIDES),
    padding=PADDINGS | pairs(PADDINGS),
    dilation=DILATIONS | pairs(DILATIONS),
)
@example(extra=(5, 3), kernel_size=(3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 3))
@example(extra=(4, 7), kernel_size=3, stride=2, padding=1, dilation=2)
def test_output_shape_of_all_together(
    student: Any,
    extra: Pair,
    kernel_size: Numbers,
    stride: Numbers,
    padding: Numbers,
    dilation: Numbers,
) -> None:
    height, width = (
        smallest_size(*axis) + more
        for axis, more in zip(
            zip(both(kernel_size), both(padding), both(dilation), strict=True), extra, strict=True
        )
    )
    arguments = ((2, 3, height, width), 4, kernel_size, stride, padding, dilation)
    assert_equal(student.conv2d_output_shape(*arguments), torch_shape(*arguments))


@check(
    points=0.2,
    target="conv2d_output_shape",
    es="un último paso incompleto no cuenta en ninguno de los ejes",
    en="a last incomplete step does not count on either axis",
    covers=("shape-formula",),
    parts=SHAPE_PARTS,
)
@FEW
@given(extra=pairs(EXTRA), kernel_size=pairs(KERNELS), stride=st.integers(2, 5))
@example(extra=(1, 2), kernel_size=(2, 2), stride=2)
def test_output_shape_rounds_down(
    student: Any, extra: Pair, kernel_size: Pair, stride: int
) -> None:
    input_shape = (2, 3, kernel_size[0] + extra[0], kernel_size[1] + extra[1])
    shape = student.conv2d_output_shape(input_shape, 4, kernel_size, (stride, stride), 0, 1)
    assert_equal(shape, torch_shape(input_shape, 4, kernel_size, (stride, stride)))


@check(
    points=0.15,
    target="conv2d_output_shape",
    es="los argumentos se llaman como pide el enunciado; por defecto, el paso y la dilatación "
    "son 1 y el relleno 0",
    en="the arguments are named as the assignment asks; by default, stride and dilation are 1 "
    "and the padding is 0",
    covers=("shape-signature",),
    parts=SHAPE_PARTS,
)
@settings(max_examples=2)
@given(kernel_size=st.integers(2, 6), extra=EXTRA)
@example(kernel_size=3, extra=4)
def test_output_shape_signature(student: Any, kernel_size: int, extra: int) -> None:
    output_shape = student.conv2d_output_shape
    input_shape = (1, 2, kernel_size + extra, kernel_size)
    expected = (1, 3, extra + 1, 1)
    assert_equal(output_shape(input_shape, 3, kernel_size), expected)
    shape = output_shape(
        dilation=1,
        padding=0,
        stride=1,
        kernel_size=kernel_size,
        out_channels=3,
        input_shape=input_shape,
    )
    assert_equal(shape, expected)
    input_shape = (1, 2, kernel_size + 9, kernel_size + 10)
    for alone in ({"stride": 3}, {"padding": 2}, {"dilation": 2}):
        shape = output_shape(input_shape, 3, kernel_size, **alone)
        assert_equal(shape, torch_shape(input_shape, 3, kernel_size, **alone))


@check(
    points=0.25,
    target="conv2d_output_shape",
    es='con padding="valid" no se rellena, sean cuales sean el paso y la dilatación',
    en='with padding="valid" nothing is padded, at any stride and dilation',
    covers=("shape-valid",),
    parts=SHAPE_PARTS,
)
@FEW
@given(extra=pairs(EXTRA), kernel_size=pairs(KERNELS), stride=STRIDES, dilation=DILATIONS)
@example(extra=(3, 1), kernel_size=(3, 5), stride=1, dilation=1)
def test_output_shape_valid(
    student: Any, extra: Pair, kernel_size: Pair, stride: int, dilation: int
) -> None:
    height, width = (
        exact_size(1 + more, kernel, stride, 0, dilation)
        for more, kernel in zip(extra, kernel_size, strict=True)
    )
    shape = student.conv2d_output_shape(
        (2, 3, height, width), 4, kernel_size, stride, "valid", dilation
    )
    assert_equal(shape, (2, 4, 1 + extra[0], 1 + extra[1]))


@check(
    points=0.35,
    target="conv2d_output_shape",
    es='con padding="same" se conservan el alto y el ancho, con cualquier núcleo y dilatación',
    en='with padding="same" height and width stay, with any kernel and dilation',
    covers=("shape-same",),
    parts=SHAPE_PARTS,
)
@FEW
@given(
    size=pairs(st.integers(1, 12)),
    kernel_size=KERNELS | pairs(KERNELS),
    stride=st.sampled_from((1, (1, 1))),
    dilation=DILATIONS | pairs(DILATIONS),
)
@example(size=(4, 5), kernel_size=2, stride=1, dilation=1)
@example(size=(6, 5), kernel_size=3, stride=1, dilation=2)
@example(size=(4, 5), kernel_size=3, stride=(1, 1), dilation=1)
@example(size=(3, 2), kernel_size=(5, 4), stride=(1, 1), dilation=(1, 3))
def test_output_shape_same(
    student: Any, size: Pair, kernel_size: int | Pair, stride: int | Pair, dilation: int | Pair
) -> None:
    shape = student.conv2d_output_shape((2, 3, *size), 4, kernel_size, stride, "same", dilation)
    assert_equal(shape, (2, 4, *size))


@check(
    points=0.2,
    target="conv2d_output_shape",
    es='un paso distinto de 1 con padding="same", en cualquiera de los ejes, es un ValueError',
    en='a stride other than 1 with padding="same", on either axis, is a ValueError',
    covers=("shape-same-stride", "named-errors"),
    parts=SHAPE_PARTS,
)
@settings(max_examples=5)
@given(stride=st.integers(2, 5))
def test_output_shape_rejects_same_with_stride(student: Any, stride: int) -> None:
    output_shape = student.conv2d_output_shape
    for strides in (stride, (stride, stride), (stride, 1), (1, stride)):
        assert_refused("stride padding", output_shape, (2, 3, 8, 9), 4, 3, strides, "same", 1)


@check(
    points=0.15,
    target="conv2d_output_shape",
    es="cualquier otro texto en padding, con mayúsculas incluso, es un ValueError",
    en="any other text as padding, in capitals too, is a ValueError",
    covers=("shape-strings", "named-errors"),
    parts=SHAPE_PARTS,
)
@settings(max_examples=10)
@given(padding=st.sampled_from(("full", "SAME", "Valid", "same ", "", "0", "sa")))
def test_output_shape_rejects_unknown_padding(student: Any, padding: str) -> None:
    assert_refused("padding", student.conv2d_output_shape, (2, 3, 8, 9), 4, 3, 1, padding, 1)


@check(
    points=0.2,
    target="conv2d_output_shape",
    es="un input_shape que no tiene cuatro números, o con alguno menor que 1, es un ValueError",
    en="an input_shape that is not four numbers long, or has one below 1, is a ValueError",
    covers=("shape-length", "shape-numbers", "named-errors"),
    parts=SHAPE_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 2))
@example(below=0)
@example(below=1)
@example(below=2)
def test_output_shape_rejects_input_shapes(student: Any, below: int) -> None:
    output_shape = student.conv2d_output_shape
    for input_shape in ((3, 8, 9), (2, 3, 8, 9, 1), ()):
        assert_refused("input shape", output_shape, input_shape, 4, 1, 1, 0, 1)
    shapes = {
        "batch N": (-below, 3, 8, 9),
        "channel C": (2, -below, 8, 9),
        "height H": (2, 3, -below, 9),
        "width W": (2, 3, 8, -below),
    }
    for names, shape in shapes.items():
        for padding in (below + 1, "same"):
            assert_refused(f"input shape {names}", output_shape, shape, 4, 1, 1, padding, 1)


@check(
    points=0.2,
    target="conv2d_output_shape",
    es="un núcleo, paso, dilatación o número de canales menor que 1, un relleno negativo o un "
    "núcleo que no cabe es un ValueError en cualquiera de los ejes",
    en="a kernel, stride, dilation or number of channels below 1, a negative padding or a kernel "
    "that does not fit is a ValueError on either axis",
    covers=("shape-numbers", "shape-fit", "named-errors"),
    parts=SHAPE_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 1))
@example(below=0)
@example(below=1)
def test_output_shape_rejects_numbers_out_of_range(student: Any, below: int) -> None:
    output_shape = student.conv2d_output_shape
    input_shape = (2, 3, 3, 3)
    for padding in (0, "same"):
        assert_refused("channel", output_shape, input_shape, -below, 3, 1, padding, 1)
    for bad in (-below, (-below, 3), (3, -below)):
        for padding in (0, "same"):
            assert_refused("kernel", output_shape, input_shape, 4, bad, 1, padding, 1)
    for bad in (-below, (-below, 1), (1, -below)):
        assert_refused("stride", output_shape, input_shape, 4, 3, bad, 0, 1)
        assert_refused("stride padding", output_shape, input_shape, 4, 3, bad, "same", 1)
        for padding in (0, "same"):
            assert_refused("dilation", output_shape, input_shape, 4, 2, 1, padding, bad)
    for bad in (-1 - below, (-1 - below, 1), (1, -1 - below)):
        assert_refused("padding", output_shape, input_shape, 4, 1, 1, bad, 1)
    for too_large in ((4 + below, 3), (3, 4 + below)):
        for stride, padding in ((1, 0), (3, 0), (1, "valid")):
            assert_refused(
                f"{FIT} height width H W",
                output_shape,
                input_shape,
                4,
                too_large,
                stride,
                padding,
                1,
            )


# conv_transpose_output_size


@check(
    points=0.5,
    target="conv_transpose_output_size",
    es="los núcleos se estampan cada stride píxeles, y el relleno recorta los dos extremos",
    en="the kernels are stamped every stride pixels, and the padding cuts both ends",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(input_size=st.integers(1, 9), kernel_size=KERNELS, stride=STRIDES, padding=PADDINGS)
@example(input_size=4, kernel_size=3, stride=2, padding=1)
def test_transpose_size_with_stride_and_padding(
    student: Any, input_size: int, kernel_size: int, stride: int, padding: int
) -> None:
    input_size += 2 * padding
    size = student.conv_transpose_output_size(input_size, kernel_size, stride, padding, 0, 1)
    assert_equal(size, torch_transpose_size(input_size, kernel_size, stride, padding))


@check(
    points=0.3,
    target="conv_transpose_output_size",
    es="el relleno de output_padding se suma una vez, en uno de los extremos",
    en="the pixels of output_padding are added once, at one of the ends",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(input_size=st.integers(1, 9), kernel_size=KERNELS, output_padding=st.integers(0, 4))
@example(input_size=3, kernel_size=2, output_padding=1)
def test_transpose_size_with_output_padding(
    student: Any, input_size: int, kernel_size: int, output_padding: int
) -> None:
    stride = output_padding + 1
    size = student.conv_transpose_output_size(input_size, kernel_size, stride, 0, output_padding, 1)
    assert_equal(size, torch_transpose_size(input_size, kernel_size, stride, 0, output_padding))


@check(
    points=0.3,
    target="conv_transpose_output_size",
    es="la dilatación separa los pesos de cada núcleo",
    en="dilation spreads the weights of each kernel",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(input_size=st.integers(1, 9), kernel_size=KERNELS, dilation=DILATIONS)
@example(input_size=3, kernel_size=1, dilation=3)
def test_transpose_size_with_dilation(
    student: Any, input_size: int, kernel_size: int, dilation: int
) -> None:
    size = student.conv_transpose_output_size(input_size, kernel_size, 1, 0, 0, dilation)
    assert_equal(size, torch_transpose_size(input_size, kernel_size, 1, 0, 0, dilation))


@check(
    points=0.2,
    target="conv_transpose_output_size",
    es="paso, dilatación y los dos rellenos actúan juntos",
    en="stride, dilation and the two paddings act together",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(
    input_size=st.integers(1, 6),
    kernel_size=KERNELS,
    stride=STRIDES,
    padding=PADDINGS,
    output_padding=st.integers(0, 4),
    dilation=DILATIONS,
)
@example(input_size=4, kernel_size=3, stride=2, padding=1, output_padding=1, dilation=2)
@example(input_size=2, kernel_size=3, stride=1, padding=3, output_padding=2, dilation=3)
def test_transpose_size_of_all_together(
    student: Any,
    input_size: int,
    kernel_size: int,
    stride: int,
    padding: int,
    output_padding: int,
    dilation: int,
) -> None:
    extent = dilation * (kernel_size - 1) + 1
    padding = min(padding, ((input_size - 1) * stride + extent - 1) // 2)
    output_padding = min(output_padding, max(stride, dilation) - 1)
    arguments = (input_size, kernel_size, stride, padding, output_padding, dilation)
    assert_equal(student.conv_transpose_output_size(*arguments), torch_transpose_size(*arguments))


@check(
    points=0.15,
    target="conv_transpose_output_size",
    es="los argumentos se llaman como pide el enunciado; por defecto, el paso y la dilatación "
    "son 1 y los rellenos 0",
    en="the arguments are named as the assignment asks; by default, stride and dilation are 1 "
    "and the paddings are 0",
    covers=("transpose-signature",),
    parts=TRANSPOSE_PARTS,
)
@settings(max_examples=2)
@given(input_size=st.integers(2, 9), kernel_size=st.integers(2, 6))
@example(input_size=5, kernel_size=3)
def test_transpose_size_signature(student: Any, input_size: int, kernel_size: int) -> None:
    transpose_size = student.conv_transpose_output_size
    expected = input_size + kernel_size - 1
    assert_equal(transpose_size(input_size, kernel_size), expected)
    size = transpose_size(
        dilation=1,
        output_padding=0,
        padding=0,
        stride=1,
        kernel_size=kernel_size,
        input_size=input_size,
    )
    assert_equal(size, expected)
    for alone in ({"stride": 3}, {"padding": 1}, {"dilation": 2}):
        size = transpose_size(input_size, kernel_size, **alone)
        assert_equal(size, torch_transpose_size(input_size, kernel_size, **alone))


@check(
    points=0.25,
    target="conv_transpose_output_size",
    es="el output_padding ha de ser menor que el mayor de stride y dilation, y basta con eso",
    en="the output_padding has to be below the larger of stride and dilation, and that is enough",
    covers=("transpose-output-padding", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(stride=STRIDES, dilation=DILATIONS, excess=st.integers(0, 2))
@example(stride=2, dilation=2, excess=1)
@example(stride=1, dilation=3, excess=0)
@example(stride=3, dilation=1, excess=0)
def test_transpose_size_bounds_output_padding(
    student: Any, stride: int, dilation: int, excess: int
) -> None:
    bound = max(stride, dilation)
    size = student.conv_transpose_output_size(3, 1, stride, 0, bound - 1, dilation)
    assert_equal(size, torch_transpose_size(3, 1, stride, 0, bound - 1, dilation))
    assert_refused(
        "padding stride dilation",
        student.conv_transpose_output_size,
        3,
        1,
        stride,
        0,
        bound + excess,
        dilation,
    )


@check(
    points=0.15,
    target="conv_transpose_output_size",
    es="un tamaño, núcleo, paso o dilatación menor que 1, o un relleno negativo, es un ValueError",
    en="a size, kernel, stride or dilation below 1, or a negative padding, is a ValueError",
    covers=("transpose-numbers", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 2))
@example(below=0)
@example(below=1)
@example(below=2)
def test_transpose_size_rejects_numbers_out_of_range(student: Any, below: int) -> None:
    transpose_size = student.conv_transpose_output_size
    assert_refused("input", transpose_size, -below, 9, 1, 0, 0, 1)
    assert_refused("kernel", transpose_size, 9, -below, 1, 0, 0, 1)
    assert_refused("stride", transpose_size, 2, 9, -below, 0, 0, 1)
    assert_refused("padding", transpose_size, 9, 3, 1, -below - 1, 0, 1)
    assert_refused("padding", transpose_size, 9, 3, 1, 0, -below - 1, 1)
    assert_refused("dilation", transpose_size, 9, 3, 1, 0, 0, -below)


@check(
    points=0.15,
    target="conv_transpose_output_size",
    es="un relleno que recorta toda la salida es un ValueError, y uno que deja un píxel no",
    en="a padding that cuts the whole output away is a ValueError, one that leaves a pixel is not",
    covers=("transpose-fit", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
@FEW
@given(padding=st.integers(1, 5), excess=st.integers(1, 3))
@example(padding=2, excess=2)
@example(padding=1, excess=1)
def test_transpose_size_rejects_an_empty_output(student: Any, padding: int, excess: int) -> None:
    transpose_size = student.conv_transpose_output_size
    assert_equal(transpose_size(2, 2 * padding, 1, padding, 0, 1), 1)
    # What is added at one end counts: it may leave the only pixel.
    assert_equal(transpose_size(1, 2 * padding, 2, padding, 1, 1), 1)
    assert_refused(
        FIT,
        transpose_size,
        1,
        max(1, 2 * padding + 1 - excess),
        1,
        padding,
        0,
        1,
    )
    assert_refused(FIT, transpose_size, 1, max(1, 2 * padding - excess), 2, padding, 1, 1)


# receptive_field


@check(
    points=0.4,
    target="receptive_field",
    es="sin capas se ve un píxel, y cada capa de paso 1 añade k − 1",
    en="without layers one pixel is seen, and each layer of stride 1 adds k − 1",
    covers=("field-span", "field-empty"),
    parts=FIELD_PARTS,
)
@FEW
@given(kernels=st.lists(KERNELS, max_size=6))
@example(kernels=[])
@example(kernels=[3, 3])
def test_receptive_field_of_dense_layers(student: Any, kernels: list[int]) -> None:
    field = student.receptive_field([(kernel_size, 1) for kernel_size in kernels])
    assert_equal(field, 1 + sum(kernel_size - 1 for kernel_size in kernels))


@check(
    points=0.5,
    target="receptive_field",
    es="los pasos de las capas anteriores separan los píxeles que ve una capa",
    en="the strides of the layers before it spread what a layer sees",
    covers=("field-span", "field-order"),
    parts=FIELD_PARTS,
)
@settings(max_examples=12)
@given(layers=st.lists(OVERLAPPING, min_size=1, max_size=4))
@example(layers=[(2, 1), (3, 2)])
@example(layers=[(3, 2), (2, 1)])
@example(layers=[(3, 2), (3, 2), (3, 1)])
def test_receptive_field_with_strides(student: Any, layers: Layers) -> None:
    assert_equal(student.receptive_field(layers), span(layers))


@check(
    points=0.2,
    target="receptive_field",
    es="cuentan también los píxeles intermedios que los pasos se saltan",
    en="pixels in between that the strides skip count as well",
    covers=("field-span",),
    parts=FIELD_PARTS,
)
@FEW
@given(
    kernels=st.tuples(st.integers(1, 3), st.integers(2, 3)), skipped=st.integers(1, 3), last=STRIDES
)
@example(kernels=(1, 2), skipped=1, last=1)
def test_receptive_field_counts_skipped_pixels(
    student: Any, kernels: Pair, skipped: int, last: int
) -> None:
    layers = [(kernels[0], kernels[0] + skipped), (kernels[1], last)]
    assert_equal(student.receptive_field(layers), span(layers))


@check(
    points=0.05,
    target="receptive_field",
    es="el argumento se llama layers, y la lista queda como estaba",
    en="the argument is called layers, and the list is left as it was",
    covers=("field-signature", "input-unchanged", "seed-unchanged"),
    parts=FIELD_PARTS,
)
def test_receptive_field_leaves_the_list(student: Any, tools: Any) -> None:
    layers = [(3, 1), (2, 2), (5, 1)]
    seed = tools.observe(tools.as_list, [])["seed"]
    seen = tools.observe(student.receptive_field, layers)
    assert_equal(seen["arguments"], [layers])
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    assert_equal(student.receptive_field(layers=[(3, 1)]), 3)


@check(
    points=0.1,
    target="receptive_field",
    es="un núcleo o un paso menor que 1, en cualquier capa, es un ValueError",
    en="a kernel or a stride below 1, in any layer, is a ValueError",
    covers=("field-numbers", "named-errors"),
    parts=FIELD_PARTS,
)
@LISTED_ONLY
@given(below=st.integers(0, 3))
@example(below=0)
@example(below=1)
@example(below=3)
def test_receptive_field_rejects_numbers_below_one(student: Any, below: int) -> None:
    field = student.receptive_field
    for place in range(3):
        layers = [(3, 1), (3, 2), (3, 1)]
        assert_refused(
            "layer kernel",
            field,
            [*layers[:place], (-below, 1), *layers[place + 1 :]],
        )
        assert_refused(
            "layer stride",
            field,
            [*layers[:place], (3, -below), *layers[place + 1 :]],
        )
