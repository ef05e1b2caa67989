"""Hidden checks of `cnnlab.conv_arithmetic`.

The expected sizes are those of torch's own convolutions on small zero tensors. Each argument has
its check, in which the others are given explicitly and do nothing; all of them together have one,
and so have names and defaults. A wrong formula is wrong almost everywhere: the calls are tables,
the smallest first, whose answers are computed once. A function may build on the others: it is held
to what it gives with stand-ins for them, so that a mistake costs the points of its own function
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import torch
from torch.nn import functional as F

from autograder.checking import assert_equal, check
from autograder.checks.many_calls import Case, assert_all_refused, assert_answers

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

FIT = "input shape kernel stride padding dilation"


def grid(*axes: Iterable[int]) -> list[tuple[int, ...]]:
    """Every choice of a number from each axis, those with the smallest sum first."""
    return sorted(product(*axes), key=sum)


def answered(function: Callable[..., object], calls: Iterable[tuple[Any, ...]]) -> list[Case]:
    """Calls with what `function` answers."""
    return [(arguments, function(*arguments)) for arguments in calls]


def refused(names: str, calls: Iterable[tuple[Any, ...]]) -> list[Case]:
    """Calls that are wrong in an argument that has one of these names."""
    return [(arguments, names) for arguments in calls]


def both(numbers: Numbers) -> Pair:
    """The numbers of the two axes."""
    return (numbers, numbers) if isinstance(numbers, int) else numbers


def smallest_size(kernel_size: int, padding: int = 0, dilation: int = 1) -> int:
    """The smallest input that the kernel fits into."""
    return max(1, dilation * (kernel_size - 1) + 1 - 2 * padding)


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


def spans(*stacks: Layers) -> list[Case]:
    return answered(span, [(layers,) for layers in stacks])


# conv_output_size


STRIDED = answered(
    torch_size,
    [
        (kernel_size + extra, kernel_size, stride, 0, 1)
        for kernel_size, stride, extra in (
            *grid((1, 2, 3, 5), (1, 2, 3, 5), (0, 1, 7)),
            (11, 4, 216),
        )
    ],
)


@check(
    points=0.5,
    target="conv_output_size",
    es="el núcleo avanza de stride en stride, y un último paso incompleto no cuenta",
    en="the kernel moves by stride, and a last incomplete step does not count",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
def test_output_size_with_stride(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_output_size, STRIDED)


PADDED = answered(
    torch_size,
    [
        (smallest_size(kernel_size, padding) + extra, kernel_size, 1, padding, 1)
        for kernel_size, padding, extra in grid((1, 2, 3, 6), (0, 1, 2, 4), (0, 5))
    ],
)


@check(
    points=0.3,
    target="conv_output_size",
    es="el relleno se añade en los dos extremos",
    en="the padding is added at both ends",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
def test_output_size_with_padding(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_output_size, PADDED)


DILATED = answered(
    torch_size,
    [
        (smallest_size(kernel_size, 0, dilation) + extra, kernel_size, 1, 0, dilation)
        for kernel_size, dilation, extra in grid((1, 2, 3, 6), (1, 2, 3, 4), (0, 5))
    ],
)


@check(
    points=0.4,
    target="conv_output_size",
    es="la dilatación separa los pesos del núcleo, que así ocupa más píxeles",
    en="dilation spreads the weights of the kernel, which then covers more pixels",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
def test_output_size_with_dilation(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_output_size, DILATED)


ALL_TOGETHER = answered(
    torch_size,
    [
        (
            smallest_size(kernel_size, padding, dilation) + extra,
            kernel_size,
            stride,
            padding,
            dilation,
        )
        for kernel_size, stride, padding, dilation, extra in (
            *grid((2, 3), (2, 3), (1, 3), (2, 3), (0, 4)),
            (4, 3, 2, 3, 4),
            (6, 5, 4, 4, 9),
        )
    ],
)


@check(
    points=0.3,
    target="conv_output_size",
    es="paso, relleno y dilatación actúan juntos: se rellena, se extiende el núcleo y se avanza",
    en="stride, padding and dilation act together: pad, spread the kernel, and move on",
    covers=("output-formula",),
    parts=OUTPUT_PARTS,
)
def test_output_size_of_all_together(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_output_size, ALL_TOGETHER)


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
def test_output_size_signature(student: Any) -> None:
    output_size = student.conv_output_size
    assert_equal(output_size(6, 2), 5)
    assert_equal(output_size(5, 5), 1)
    size = output_size(dilation=1, padding=0, stride=1, kernel_size=2, input_size=6)
    assert_equal(size, 5)
    for alone in ({"stride": 3}, {"padding": 2}, {"dilation": 2}):
        assert_equal(output_size(15, 2, **alone), torch_size(15, 2, **alone))


@check(
    points=0.3,
    target="conv_output_size",
    es="un tamaño, núcleo, paso o dilatación menor que 1, o un relleno negativo, es un ValueError",
    en="a size, kernel, stride or dilation below 1, or a negative padding, is a ValueError",
    covers=("output-numbers", "named-errors"),
    parts=OUTPUT_PARTS,
)
def test_output_size_rejects_numbers_out_of_range(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for below in (0, 1, 3):
        cases += [
            ((-below, 1, 1, below + 1, 1), "input"),
            ((9, -below, 1, 0, 1), "kernel"),
            ((3, 3, -below, 0, 1), "stride"),
            ((9, 1, 1, -below - 1, 1), "padding"),
            ((9, 3, 1, 0, -below), "dilation"),
        ]
    assert_all_refused(tools, student.conv_output_size, cases)


@check(
    points=0.3,
    target="conv_output_size",
    es="un núcleo que cabe justo da 1, y uno que no cabe es un ValueError",
    en="a kernel that just fits gives 1, and one that does not fit is a ValueError",
    covers=("output-fit", "named-errors"),
    parts=OUTPUT_PARTS,
)
def test_output_size_rejects_a_kernel_that_does_not_fit(student: Any, tools: Any) -> None:
    fitting: list[Case] = []
    too_small: list[Case] = []
    for kernel_size, stride, padding, dilation, missing in (
        (2, 1, 0, 1, 1),
        (5, 1, 0, 1, 3),
        (5, 2, 0, 1, 1),
        (3, 3, 0, 2, 1),
        (5, 1, 1, 1, 1),
        (6, 5, 4, 4, 2),
        (4, 2, 1, 3, 7),
        (3, 4, 2, 3, 2),
    ):
        size = exact_size(1, kernel_size, stride, padding, dilation)
        numbers = (kernel_size, stride, padding, dilation)
        fitting.append(((size, *numbers), 1))
        too_small.append(((max(1, size - missing), *numbers), FIT))
    assert_answers(tools, student.conv_output_size, fitting)
    assert_all_refused(tools, student.conv_output_size, too_small)


# same_padding


@check(
    points=0.4,
    target="same_padding",
    es="un núcleo impar sin dilatación necesita p = (k − 1)/2",
    en="an odd kernel without dilation needs p = (k − 1)/2",
    covers=("same-formula", "same-signature"),
    parts=SAME_PARTS,
)
def test_same_padding_of_odd_kernels(student: Any, tools: Any) -> None:
    assert_answers(tools, student.same_padding, [((2 * half + 1,), half) for half in range(11)])
    assert_equal(student.same_padding(dilation=1, kernel_size=7), 3)


def size_keeping_padding(kernel_size: int, dilation: int) -> int:
    """The first padding with which torch keeps the size of its input."""
    size = dilation * kernel_size
    kept = [p for p in range(size) if torch_size(size, kernel_size, 1, p, dilation) == size]
    return kept[0]


SYMMETRIC = answered(
    size_keeping_padding,
    [
        (kernel_size, dilation)
        for kernel_size, dilation in grid(range(1, 7), range(1, 7))
        if dilation * (kernel_size - 1) % 2 == 0
    ],
)


@check(
    points=0.5,
    target="same_padding",
    es="también con dilatación conserva el tamaño, y con un núcleo par cuando es posible",
    en="it keeps the size with dilation too, and with an even kernel where that is possible",
    covers=("same-formula",),
    parts=SAME_PARTS,
)
def test_same_padding_with_dilation(student: Any, tools: Any) -> None:
    assert_answers(tools, student.same_padding, SYMMETRIC)


@check(
    points=0.3,
    target="same_padding",
    es="donde los dos extremos necesitarían rellenos distintos hay un ValueError",
    en="where the two ends would need different paddings there is a ValueError",
    covers=("same-odd", "named-errors"),
    parts=SAME_PARTS,
)
def test_same_padding_rejects_an_odd_total(student: Any, tools: Any) -> None:
    odd = grid((2, 4, 6, 10), (1, 3, 5))
    assert_all_refused(tools, student.same_padding, refused("kernel dilation", odd))


@check(
    points=0.2,
    target="same_padding",
    es="un núcleo o una dilatación menor que 1 es un ValueError",
    en="a kernel or a dilation below 1 is a ValueError",
    covers=("same-numbers", "named-errors"),
    parts=SAME_PARTS,
)
def test_same_padding_rejects_numbers_below_one(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for below in (0, 1, 3):
        cases += [
            ((-below, 2), "kernel"),
            ((-2 * below - 1,), "kernel"),
            ((3, -below), "dilation"),
        ]
    assert_all_refused(tools, student.same_padding, cases)


# conv2d_output_shape


LAYOUTS: list[Case] = [
    (
        ((batch, channels, kernel_size + rows, kernel_size + columns), out, kernel_size, 1, 0, 1),
        (batch, out, rows + 1, columns + 1),
    )
    for batch, channels, out, kernel_size, rows, columns in (
        (1, 1, 1, 1, 0, 0),
        (2, 3, 4, 3, 7, 5),
        (4, 1, 2, 2, 0, 3),
        (3, 5, 1, 5, 9, 0),
        (1, 2, 5, 1, 12, 4),
    )
]


@check(
    points=0.3,
    target="conv2d_output_shape",
    es="la forma es (N, out_channels, H_out, W_out)",
    en="the shape is (N, out_channels, H_out, W_out)",
    covers=("shape-layout",),
    parts=SHAPE_PARTS,
)
def test_output_shape_layout(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv2d_output_shape, LAYOUTS)


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="un entero en stride, padding o dilation vale para los dos ejes",
    en="an integer stride, padding or dilation holds for both axes",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
def test_output_shape_of_integers(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for kernel_size, stride, padding, dilation, *extra in (
        (1, 1, 0, 1, 0, 2),
        (2, 1, 0, 1, 1, 0),
        (3, 1, 1, 1, 0, 3),
        (3, 1, 0, 2, 4, 1),
        (3, 2, 1, 2, 3, 5),
        (5, 3, 2, 1, 2, 0),
        (2, 5, 4, 2, 7, 3),
        (6, 4, 3, 2, 0, 11),
    ):
        numbers = (kernel_size, stride, padding, dilation)
        rows, columns = (2 * padding + 1 + more for more in extra)
        height, width = (exact_size(places, *numbers) for places in (rows, columns))
        cases.append((((2, 3, height, width), 4, *numbers), (2, 4, rows, columns)))
    assert_answers(tools, student.conv2d_output_shape, cases)


def reach(kernel_size: Pair, dilation: Pair) -> int:
    """The pixels from the first to the last weight, on the axis where they are more."""
    return max(d * (k - 1) for k, d in zip(kernel_size, dilation, strict=True))


KERNEL_PAIRS = answered(
    torch_shape,
    [
        (
            (
                2,
                3,
                reach(kernel_size, dilation) + 2 + extra,
                reach(kernel_size, dilation) + 1 + extra,
            ),
            *(4, kernel_size, (1, 1), (0, 0), dilation),
        )
        for kernel_size, dilation, extra in (
            ((1, 1), (1, 1), 0),
            ((2, 1), (1, 1), 0),
            ((3, 2), (1, 1), 0),
            ((3, 3), (1, 2), 0),
            ((3, 3), (3, 1), 2),
            ((2, 5), (2, 1), 1),
            ((4, 3), (1, 3), 0),
            ((6, 2), (2, 4), 5),
            ((1, 4), (4, 3), 9),
        )
    ],
)


@check(
    points=0.3,
    target="conv2d_output_shape",
    es="un par (h, w) en kernel_size o dilation da a cada eje su número",
    en="a pair (h, w) as kernel_size or dilation gives each axis its own number",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
def test_output_shape_of_kernel_and_dilation_pairs(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv2d_output_shape, KERNEL_PAIRS)


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="un par (h, w) en stride o padding da a cada eje su número",
    en="a pair (h, w) as stride or padding gives each axis its own number",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
def test_output_shape_of_stride_and_padding_pairs(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for kernel_size, stride, padding, extra in (
        (1, (1, 1), (0, 0), (0, 1)),
        (3, (2, 1), (0, 0), (2, 2)),
        (3, (1, 3), (1, 1), (1, 0)),
        (3, (1, 1), (2, 1), (2, 2)),
        (2, (1, 1), (0, 3), (4, 1)),
        (5, (4, 3), (1, 2), (0, 3)),
        (4, (2, 5), (4, 0), (3, 2)),
    ):
        # As many places as make both the size and the size with the axes swapped a multiple.
        rows, columns = (1 + 2 * max(padding) + stride[0] * stride[1] * more for more in extra)
        height = exact_size(rows, kernel_size, stride[0], padding[0])
        width = exact_size(columns, kernel_size, stride[1], padding[1])
        kernels = (kernel_size, kernel_size)
        call = ((2, 3, height, width), 4, kernels, stride, padding, (1, 1))
        cases.append((call, (2, 4, rows, columns)))
    assert_answers(tools, student.conv2d_output_shape, cases)


def fitting_call(
    kernel_size: Numbers, stride: Numbers, padding: Numbers, dilation: Numbers, extra: Pair
) -> tuple[Any, ...]:
    """Arguments for an input that has `extra` pixels more than the kernel needs."""
    height, width = (
        smallest_size(kernel, pad, gap) + more
        for kernel, pad, gap, more in zip(
            both(kernel_size), both(padding), both(dilation), extra, strict=True
        )
    )
    return (2, 3, height, width), 4, kernel_size, stride, padding, dilation


ALL_ON_BOTH_AXES = answered(
    torch_shape,
    [
        fitting_call(3, 2, 1, 2, (4, 7)),
        fitting_call((3, 2), (2, 1), (1, 2), (1, 3), (5, 3)),
        fitting_call((2, 4), 3, 2, (3, 1), (6, 2)),
        fitting_call(3, (1, 4), (0, 2), 2, (1, 9)),
        fitting_call((5, 3), (3, 2), 1, 4, (0, 5)),
        fitting_call(2, 5, (3, 1), (1, 4), (8, 10)),
        fitting_call((1, 6), (2, 3), (4, 0), 1, (12, 7)),
    ],
)


@check(
    points=0.25,
    target="conv2d_output_shape",
    es="cada eje usa sus números, se den juntos o por separado, como enteros o como pares",
    en="each axis uses its own numbers, given together or apart, as integers or as pairs",
    covers=("shape-formula", "shape-pairs"),
    parts=SHAPE_PARTS,
)
def test_output_shape_of_all_together(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv2d_output_shape, ALL_ON_BOTH_AXES)


INCOMPLETE = answered(
    torch_shape,
    [
        (
            (2, 3, kernel_size[0] + rows, kernel_size[1] + columns),
            4,
            kernel_size,
            (stride, stride),
            0,
            1,
        )
        for kernel_size, stride, rows, columns in (
            ((1, 1), 2, 1, 0),
            ((1, 1), 2, 0, 1),
            ((2, 2), 2, 1, 2),
            ((3, 1), 3, 2, 4),
            ((2, 5), 5, 9, 3),
            ((4, 3), 4, 6, 11),
            ((6, 2), 3, 10, 1),
        )
    ],
)


@check(
    points=0.2,
    target="conv2d_output_shape",
    es="un último paso incompleto no cuenta en ninguno de los ejes",
    en="a last incomplete step does not count on either axis",
    covers=("shape-formula",),
    parts=SHAPE_PARTS,
)
def test_output_shape_rounds_down(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv2d_output_shape, INCOMPLETE)


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
def test_output_shape_signature(student: Any) -> None:
    output_shape = student.conv2d_output_shape
    expected = (1, 3, 5, 1)
    assert_equal(output_shape((1, 2, 7, 3), 3, 3), expected)
    shape = output_shape(
        dilation=1,
        padding=0,
        stride=1,
        kernel_size=3,
        out_channels=3,
        input_shape=(1, 2, 7, 3),
    )
    assert_equal(shape, expected)
    for alone in ({"stride": 3}, {"padding": 2}, {"dilation": 2}):
        shape = output_shape((1, 2, 12, 13), 3, 3, **alone)
        assert_equal(shape, torch_shape((1, 2, 12, 13), 3, 3, **alone))


@check(
    points=0.25,
    target="conv2d_output_shape",
    es='con padding="valid" no se rellena, sean cuales sean el paso y la dilatación',
    en='with padding="valid" nothing is padded, at any stride and dilation',
    covers=("shape-valid",),
    parts=SHAPE_PARTS,
)
def test_output_shape_valid(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for kernel_size, stride, dilation, extra in (
        ((1, 1), 1, 1, (0, 0)),
        ((3, 5), 1, 1, (3, 1)),
        ((2, 3), 2, 1, (0, 4)),
        ((4, 2), 1, 3, (2, 0)),
        ((3, 3), 3, 2, (7, 1)),
        ((6, 5), 5, 4, (1, 12)),
    ):
        height, width = (
            exact_size(1 + more, kernel, stride, 0, dilation)
            for more, kernel in zip(extra, kernel_size, strict=True)
        )
        call = ((2, 3, height, width), 4, kernel_size, stride, "valid", dilation)
        cases.append((call, (2, 4, 1 + extra[0], 1 + extra[1])))
    assert_answers(tools, student.conv2d_output_shape, cases)


SAME: list[Case] = [
    (((2, 3, *size), 4, kernel_size, stride, "same", dilation), (2, 4, *size))
    for size, kernel_size, stride, dilation in (
        ((1, 2), 1, 1, 1),
        ((4, 5), 2, 1, 1),
        ((4, 5), 3, (1, 1), 1),
        ((6, 5), 3, 1, 2),
        ((3, 7), 4, 1, 3),
        ((2, 1), (1, 3), 1, 1),
        ((3, 2), (5, 4), (1, 1), (1, 3)),
        ((8, 12), (2, 6), 1, 4),
        ((5, 9), 6, (1, 1), (2, 1)),
    )
]


@check(
    points=0.35,
    target="conv2d_output_shape",
    es='con padding="same" se conservan el alto y el ancho, con cualquier núcleo y dilatación',
    en='with padding="same" height and width stay, with any kernel and dilation',
    covers=("shape-same",),
    parts=SHAPE_PARTS,
)
def test_output_shape_same(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv2d_output_shape, SAME)


@check(
    points=0.2,
    target="conv2d_output_shape",
    es='un paso distinto de 1 con padding="same", en cualquiera de los ejes, es un ValueError',
    en='a stride other than 1 with padding="same", on either axis, is a ValueError',
    covers=("shape-same-stride", "named-errors"),
    parts=SHAPE_PARTS,
)
def test_output_shape_rejects_same_with_stride(student: Any, tools: Any) -> None:
    strided = [
        ((2, 3, 8, 9), 4, 3, strides, "same", 1)
        for stride in (2, 3, 5)
        for strides in (stride, (stride, stride), (stride, 1), (1, stride))
    ]
    assert_all_refused(tools, student.conv2d_output_shape, refused("stride padding", strided))


@check(
    points=0.15,
    target="conv2d_output_shape",
    es="cualquier otro texto en padding, con mayúsculas incluso, es un ValueError",
    en="any other text as padding, in capitals too, is a ValueError",
    covers=("shape-strings", "named-errors"),
    parts=SHAPE_PARTS,
)
def test_output_shape_rejects_unknown_padding(student: Any, tools: Any) -> None:
    unknown = ("full", "SAME", "Valid", "same ", "", "0", "sa")
    calls = [((2, 3, 8, 9), 4, 3, 1, padding, 1) for padding in unknown]
    assert_all_refused(tools, student.conv2d_output_shape, refused("padding", calls))


@check(
    points=0.2,
    target="conv2d_output_shape",
    es="un input_shape que no tiene cuatro números, o con alguno menor que 1, es un ValueError",
    en="an input_shape that is not four numbers long, or has one below 1, is a ValueError",
    covers=("shape-length", "shape-numbers", "named-errors"),
    parts=SHAPE_PARTS,
)
def test_output_shape_rejects_input_shapes(student: Any, tools: Any) -> None:
    cases = refused(
        "input shape", [(shape, 4, 1, 1, 0, 1) for shape in ((3, 8, 9), (2, 3, 8, 9, 1), ())]
    )
    for below in (0, 1, 2):
        shapes = {
            "batch N": (-below, 3, 8, 9),
            "channel C": (2, -below, 8, 9),
            "height H": (2, 3, -below, 9),
            "width W": (2, 3, 8, -below),
        }
        for names, shape in shapes.items():
            calls = [(shape, 4, 1, 1, padding, 1) for padding in (below + 1, "same")]
            cases += refused(f"input shape {names}", calls)
    assert_all_refused(tools, student.conv2d_output_shape, cases)


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
def test_output_shape_rejects_numbers_out_of_range(student: Any, tools: Any) -> None:
    shape = (2, 3, 3, 3)
    cases: list[Case] = []
    for below in (0, 1):
        for padding in (0, "same"):
            cases.append(((shape, -below, 3, 1, padding, 1), "channel"))
            for bad in (-below, (-below, 3), (3, -below)):
                cases.append(((shape, 4, bad, 1, padding, 1), "kernel"))
            for bad in (-below, (-below, 1), (1, -below)):
                cases.append(((shape, 4, 2, 1, padding, bad), "dilation"))
        for bad in (-below, (-below, 1), (1, -below)):
            cases.append(((shape, 4, 3, bad, 0, 1), "stride"))
            cases.append(((shape, 4, 3, bad, "same", 1), "stride padding"))
        for bad in (-1 - below, (-1 - below, 1), (1, -1 - below)):
            cases.append(((shape, 4, 1, 1, bad, 1), "padding"))
        for too_large in ((4 + below, 3), (3, 4 + below)):
            for stride, padding in ((1, 0), (3, 0), (1, "valid")):
                call = (shape, 4, too_large, stride, padding, 1)
                cases.append((call, f"{FIT} height width H W"))
    assert_all_refused(tools, student.conv2d_output_shape, cases)


# conv_transpose_output_size


STAMPED = answered(
    torch_transpose_size,
    [
        (input_size + 2 * padding, kernel_size, stride, padding, 0, 1)
        for input_size, kernel_size, stride, padding in (
            *grid((1, 2, 5), (1, 3, 4), (1, 2, 3), (0, 1, 3)),
            (9, 6, 5, 4),
        )
    ],
)


@check(
    points=0.5,
    target="conv_transpose_output_size",
    es="los núcleos se estampan cada stride píxeles, y el relleno recorta los dos extremos",
    en="the kernels are stamped every stride pixels, and the padding cuts both ends",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_with_stride_and_padding(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_transpose_output_size, STAMPED)


ADDED_TO = answered(
    torch_transpose_size,
    [
        (input_size, kernel_size, output_padding + 1, 0, output_padding, 1)
        for input_size, kernel_size, output_padding in grid((1, 2, 3, 9), (1, 2, 5), (0, 1, 4))
    ],
)


@check(
    points=0.3,
    target="conv_transpose_output_size",
    es="el relleno de output_padding se suma una vez, en uno de los extremos",
    en="the pixels of output_padding are added once, at one of the ends",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_with_output_padding(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_transpose_output_size, ADDED_TO)


SPREAD = answered(
    torch_transpose_size,
    [
        (input_size, kernel_size, 1, 0, 0, dilation)
        for input_size, kernel_size, dilation in grid((1, 3, 8), (1, 2, 3, 6), (1, 2, 3, 4))
    ],
)


@check(
    points=0.3,
    target="conv_transpose_output_size",
    es="la dilatación separa los pesos de cada núcleo",
    en="dilation spreads the weights of each kernel",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_with_dilation(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_transpose_output_size, SPREAD)


ALL_STAMPED = answered(
    torch_transpose_size,
    [
        (2, 3, 1, 3, 2, 3),
        (3, 2, 2, 1, 1, 1),
        (4, 3, 2, 1, 1, 2),
        (1, 5, 3, 2, 2, 2),
        (2, 4, 5, 4, 3, 3),
        (6, 2, 3, 2, 1, 4),
        (5, 6, 4, 3, 3, 1),
        (3, 3, 2, 4, 3, 4),
    ],
)


@check(
    points=0.2,
    target="conv_transpose_output_size",
    es="paso, dilatación y los dos rellenos actúan juntos",
    en="stride, dilation and the two paddings act together",
    covers=("transpose-formula",),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_of_all_together(student: Any, tools: Any) -> None:
    assert_answers(tools, student.conv_transpose_output_size, ALL_STAMPED)


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
def test_transpose_size_signature(student: Any) -> None:
    transpose_size = student.conv_transpose_output_size
    assert_equal(transpose_size(5, 3), 7)
    size = transpose_size(
        dilation=1, output_padding=0, padding=0, stride=1, kernel_size=3, input_size=5
    )
    assert_equal(size, 7)
    for alone in ({"stride": 3}, {"padding": 1}, {"dilation": 2}):
        assert_equal(transpose_size(5, 3, **alone), torch_transpose_size(5, 3, **alone))


BOUNDS = ((1, 1), (1, 3), (3, 1), (2, 2), (2, 4), (5, 3))  # (stride, dilation)
ALLOWED = answered(
    torch_transpose_size,
    [(3, 1, stride, 0, max(stride, dilation) - 1, dilation) for stride, dilation in BOUNDS],
)
TOO_MUCH = [
    (3, 1, stride, 0, max(stride, dilation) + excess, dilation)
    for stride, dilation in BOUNDS
    for excess in (0, 1, 2)
]


@check(
    points=0.25,
    target="conv_transpose_output_size",
    es="el output_padding ha de ser menor que el mayor de stride y dilation, y basta con eso",
    en="the output_padding has to be below the larger of stride and dilation, and that is enough",
    covers=("transpose-output-padding", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_bounds_output_padding(student: Any, tools: Any) -> None:
    transpose_size = student.conv_transpose_output_size
    assert_answers(tools, transpose_size, ALLOWED)
    assert_all_refused(tools, transpose_size, refused("padding stride dilation", TOO_MUCH))


@check(
    points=0.15,
    target="conv_transpose_output_size",
    es="un tamaño, núcleo, paso o dilatación menor que 1, o un relleno negativo, es un ValueError",
    en="a size, kernel, stride or dilation below 1, or a negative padding, is a ValueError",
    covers=("transpose-numbers", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_rejects_numbers_out_of_range(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for below in (0, 1, 2):
        cases += [
            ((-below, 9, 1, 0, 0, 1), "input"),
            ((9, -below, 1, 0, 0, 1), "kernel"),
            ((2, 9, -below, 0, 0, 1), "stride"),
            ((9, 3, 1, -below - 1, 0, 1), "padding"),
            ((9, 3, 1, 0, -below - 1, 1), "padding"),
            ((9, 3, 1, 0, 0, -below), "dilation"),
        ]
    assert_all_refused(tools, student.conv_transpose_output_size, cases)


@check(
    points=0.15,
    target="conv_transpose_output_size",
    es="un relleno que recorta toda la salida es un ValueError, y uno que deja un píxel no",
    en="a padding that cuts the whole output away is a ValueError, one that leaves a pixel is not",
    covers=("transpose-fit", "named-errors"),
    parts=TRANSPOSE_PARTS,
)
def test_transpose_size_rejects_an_empty_output(student: Any, tools: Any) -> None:
    one_left: list[Case] = []
    none_left: list[Case] = []
    for padding in (1, 2, 5):
        # What is added at one end counts: it may leave the only pixel.
        one_left += [
            ((2, 2 * padding, 1, padding, 0, 1), 1),
            ((1, 2 * padding, 2, padding, 1, 1), 1),
        ]
        for excess in (1, 2, 3):
            none_left += [
                ((1, max(1, 2 * padding + 1 - excess), 1, padding, 0, 1), FIT),
                ((1, max(1, 2 * padding - excess), 2, padding, 1, 1), FIT),
            ]
    assert_answers(tools, student.conv_transpose_output_size, one_left)
    assert_all_refused(tools, student.conv_transpose_output_size, none_left)


# receptive_field


@check(
    points=0.4,
    target="receptive_field",
    es="sin capas se ve un píxel, y cada capa de paso 1 añade k − 1",
    en="without layers one pixel is seen, and each layer of stride 1 adds k − 1",
    covers=("field-span", "field-empty"),
    parts=FIELD_PARTS,
)
def test_receptive_field_of_dense_layers(student: Any, tools: Any) -> None:
    cases = [
        (([(kernel_size, 1) for kernel_size in kernels],), 1 + sum(k - 1 for k in kernels))
        for kernels in ([], [1], [2], [3, 3], [5, 2], [1, 4, 2], [6, 3, 5, 1], [2, 4, 3, 6, 5, 2])
    ]
    assert_answers(tools, student.receptive_field, cases)


OVERLAPPING = spans(
    [(1, 1)],
    [(2, 2)],
    [(2, 1), (3, 2)],
    [(3, 2), (2, 1)],
    [(2, 2), (2, 2)],
    [(3, 2), (3, 2), (3, 1)],
    [(3, 3), (2, 1), (4, 2)],
    [(5, 4), (1, 1), (3, 3)],
    [(2, 1), (6, 5), (3, 2), (2, 2)],
    [(4, 2), (3, 3), (5, 1), (6, 4)],
)


@check(
    points=0.5,
    target="receptive_field",
    es="los pasos de las capas anteriores separan los píxeles que ve una capa",
    en="the strides of the layers before it spread what a layer sees",
    covers=("field-span", "field-order"),
    parts=FIELD_PARTS,
)
def test_receptive_field_with_strides(student: Any, tools: Any) -> None:
    assert_answers(tools, student.receptive_field, OVERLAPPING)


SKIPPING = spans(
    [(1, 2), (2, 1)],
    [(1, 4), (2, 1)],
    [(2, 3), (2, 1)],
    [(1, 3), (3, 2)],
    [(3, 4), (2, 5)],
    [(3, 6), (3, 3)],
)


@check(
    points=0.2,
    target="receptive_field",
    es="cuentan también los píxeles intermedios que los pasos se saltan",
    en="pixels in between that the strides skip count as well",
    covers=("field-span",),
    parts=FIELD_PARTS,
)
def test_receptive_field_counts_skipped_pixels(student: Any, tools: Any) -> None:
    assert_answers(tools, student.receptive_field, SKIPPING)


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
def test_receptive_field_rejects_numbers_below_one(student: Any, tools: Any) -> None:
    cases: list[Case] = []
    for below in (0, 1, 3):
        for place in range(3):
            for layer, names in (((-below, 1), "layer kernel"), ((3, -below), "layer stride")):
                layers = [(3, 1), (3, 2), (3, 1)]
                layers[place] = layer
                cases.append(((layers,), names))
    assert_all_refused(tools, student.receptive_field, cases)
