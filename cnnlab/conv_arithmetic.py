"""Lab 1: convolution arithmetic, the sizes that a convolution makes out of sizes.

Source: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning"
(arXiv:1603.07285). Everything here is exact arithmetic on integers: no tensor is needed, and
running a convolution to read its size off is not allowed.
"""

from __future__ import annotations

from collections.abc import Sequence


def conv_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Return how many outputs a convolution has along one axis.

    Picture the kernel on the padded axis: how far does it reach when `dilation` spreads its
    weights apart, and in how many places can it stand if it moves `stride` pixels at a time?
    A last step that would leave the axis is not taken.

    Args:
        input_size: pixels along the axis, without the padding.
        kernel_size: weights of the kernel along the axis.
        stride: pixels between two neighbouring places of the kernel.
        padding: pixels added at each of the two ends.
        dilation: pixels between two neighbouring weights of the kernel; 1 is a dense kernel.

    Raises:
        ValueError: a size, kernel, stride or dilation below 1, a negative padding, or a kernel
            that does not fit into the padded axis even once.

    Source: Dumoulin & Visin 2016, chapters 2 and 5.1; the lecture's formula is the case
    `dilation=1`.
    """
    # TODO
    raise NotImplementedError("conv_output_size")


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding at each end that keeps the size of the input at stride 1.

    Args:
        kernel_size: weights of the kernel along the axis.
        dilation: pixels between two neighbouring weights of the kernel.

    Raises:
        ValueError: a kernel or dilation below 1, or one for which the two ends would need
            different paddings.

    Source: Dumoulin & Visin 2016, section 2.3, "half padding"; the lecture's p = (k - 1)/2 is
    the case `dilation=1`.
    """
    # TODO
    raise NotImplementedError("same_padding")


def conv2d_output_shape(
    input_shape: Sequence[int],
    out_channels: int,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | str = 0,
    dilation: int | tuple[int, int] = 1,
) -> tuple[int, int, int, int]:
    """Return the shape (N, out_channels, H_out, W_out) of a 2-D convolution's output.

    Height and width follow `conv_output_size`, each with its own numbers: `kernel_size`,
    `stride`, `padding` and `dilation` are one integer for both axes or a pair (h, w).

    Args:
        input_shape: (N, C, H, W).
        out_channels: kernels of the convolution.
        padding: pixels at each end, or "valid" for none, or "same" for an output of the input's
            size, which even kernels reach as well (with one pixel more at one of the ends).

    Raises:
        ValueError: an `input_shape` that is not 4 long, anything that `conv_output_size`
            refuses, a batch or channels below 1, an unknown padding string, or "same" with a
            stride other than 1.

    Source: Dumoulin & Visin 2016, chapter 2: the axes do not interact.
    """
    # TODO
    raise NotImplementedError("conv2d_output_shape")


def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return how many outputs a transposed convolution has along one axis.

    Each input pixel stamps the whole kernel onto the output, neighbouring stamps `stride` pixels
    apart; then `padding` pixels are cut off at each end and `output_padding` pixels are added at
    one. With `output_padding=0` this is the smallest size from which the convolution with the
    same numbers leads back to `input_size`.

    Args:
        input_size: pixels along the axis.
        kernel_size, stride, padding, dilation: as in `conv_output_size`.
        output_padding: extra pixels at one end, to choose among the sizes that the convolution
            maps to the same `input_size`.

    Raises:
        ValueError: a size, kernel, stride or dilation below 1, a negative padding, an
            `output_padding` that is not below the larger of stride and dilation, or a result
            below 1.

    Source: Dumoulin & Visin 2016, chapter 4.
    """
    # TODO
    raise NotImplementedError("conv_transpose_output_size")


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """Return how many input pixels along one axis one output of a stack of layers spans.

    The span runs from the first to the last pixel that the output sees, both included; pixels
    between them that strides skip belong to it. Two 3-wide layers of stride 1 span 5 pixels: the
    VGG paper's argument for small kernels.

    Args:
        layers: (kernel_size, stride) of each layer, the one next to the input first.

    Raises:
        ValueError: a kernel or stride below 1.

    Source: the lecture's topic "receptive field"; Simonyan & Zisserman 2014, section 2.3.
    """
    # TODO
    raise NotImplementedError("receptive_field")
