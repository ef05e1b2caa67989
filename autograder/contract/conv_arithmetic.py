"""What binds lab 1, `conv_arithmetic`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "output-formula": (
        "conv_output_size: o = floor((i + 2p − d(k−1) − 1)/s) + 1; the lecture's formula at d = 1"
    ),
    "output-signature": (
        "conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1) -> int: "
        "names, order and defaults"
    ),
    "output-numbers": (
        "conv_output_size: ValueError for a size, kernel, stride or dilation below 1, or a "
        "negative padding"
    ),
    "output-fit": "conv_output_size: ValueError for a result below 1 (the kernel does not fit)",
    "same-formula": (
        "same_padding: the symmetric padding that keeps the size at stride 1, p = d(k−1)/2"
    ),
    "same-signature": "same_padding(kernel_size, dilation=1) -> int: names, order and default",
    "same-odd": "same_padding: ValueError where d(k−1) is odd",
    "same-numbers": "same_padding: ValueError for a kernel or dilation below 1",
    "shape-layout": (
        "conv2d_output_shape: a tuple (N, C_out, H_out, W_out) for input_shape (N, C, H, W)"
    ),
    "shape-formula": "conv2d_output_shape: height and width as conv_output_size has them",
    "shape-signature": (
        "conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, "
        "dilation=1): names, order and defaults"
    ),
    "shape-pairs": (
        "conv2d_output_shape: kernel_size, stride, padding, dilation are an int or an (h, w) "
        "pair; a pair is a tuple (h, w)"
    ),
    "shape-valid": 'conv2d_output_shape: padding may also be "valid" (0)',
    "shape-same": (
        'conv2d_output_shape: padding may also be "same" (output size = input size, any kernel)'
    ),
    "shape-same-stride": 'conv2d_output_shape: "same" at stride 1 only, else ValueError',
    "shape-strings": (
        "conv2d_output_shape: ValueError for an unknown padding string; strings are case-sensitive"
    ),
    "shape-length": "conv2d_output_shape: ValueError for an input_shape that is not 4 long",
    "shape-numbers": (
        "conv2d_output_shape: ValueError for sizes (N included), kernels, strides, dilations or "
        "channels below 1, or a negative padding"
    ),
    "shape-fit": "conv2d_output_shape: ValueError for a result below 1 (the kernel does not fit)",
    "transpose-formula": ("conv_transpose_output_size: (i−1)s − 2p + d(k−1) + output_padding + 1"),
    "transpose-signature": (
        "conv_transpose_output_size(input_size, kernel_size, stride=1, padding=0, "
        "output_padding=0, dilation=1) -> int: names, order and defaults"
    ),
    "transpose-output-padding": (
        "conv_transpose_output_size: ValueError unless output_padding < max(s, d)"
    ),
    "transpose-numbers": (
        "conv_transpose_output_size: ValueError for a size, kernel, stride or dilation below 1, "
        "or a negative padding or output_padding"
    ),
    "transpose-fit": "conv_transpose_output_size: ValueError for a result below 1",
    "field-span": (
        "receptive_field: the span, in input pixels along one axis, from the first to the last "
        "pixel that one output sees"
    ),
    "field-order": "receptive_field: a stack of (kernel_size, stride) layers, first layer first",
    "field-empty": "receptive_field: 1 for an empty stack",
    "field-signature": "receptive_field(layers) -> int: the argument's name",
    "field-numbers": "receptive_field: ValueError for a kernel or stride below 1",
    "named-errors": "Bad arguments raise ValueError with a message that names an argument involved",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
}
