"""Places of the kernel as `range` objects, and stamps of the transposed one as intervals."""

from __future__ import annotations


def _positive(**numbers):
    for name in numbers:
        if numbers[name] <= 0:
            raise ValueError(name + " must be positive")


def _count(places):
    return places.index(places[-1]) + 1 if places else 0


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    _positive(input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    if padding < 0:
        raise ValueError("padding is negative")
    taps = range(0, kernel_size * dilation, dilation)
    first_pixels = range(-padding, input_size + padding - taps[-1], stride)
    if not first_pixels:
        raise ValueError("no place for a kernel of kernel_size, dilation in input_size, padding")
    return _count(first_pixels)


def same_padding(kernel_size, dilation=1):
    _positive(kernel_size=kernel_size, dilation=dilation)
    last_tap = range(0, kernel_size * dilation, dilation)[-1]
    centre = last_tap >> 1
    if centre + centre != last_tap:
        raise ValueError("kernel_size and dilation leave no pixel in the middle")
    return centre


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    try:
        n, c, *image = input_shape
        h, w = image
    except ValueError:
        raise ValueError("input_shape is not (N, C, H, W)") from None
    _positive(input_shape=min(n, c, h, w), out_channels=out_channels)
    if isinstance(padding, str) and padding not in {"valid", "same"}:
        raise ValueError("padding is neither valid nor same")
    kernel_size, stride, dilation = (
        [value] * 2 if isinstance(value, int) else value
        for value in (kernel_size, stride, dilation)
    )
    if padding == "same":
        _positive(kernel_size=min(kernel_size), stride=min(stride), dilation=min(dilation))
        if max(stride) > 1:
            raise ValueError("stride is not 1 although padding is same")
        return n, out_channels, h, w
    padding = 0 if padding == "valid" else padding
    padding = [padding] * 2 if isinstance(padding, int) else padding
    rows, columns = map(conv_output_size, (h, w), kernel_size, stride, padding, dilation)
    return n, out_channels, rows, columns


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    _positive(input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _positive(padding=padding + 1, output_padding=output_padding + 1)
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError("output_padding reaches both stride and dilation")
    last_stamp = range(0, input_size * stride, stride)[-1]
    last_tap = range(0, kernel_size * dilation, dilation)[-1]
    kept = range(padding, last_stamp + last_tap + 1 - padding + output_padding)
    if not kept:
        raise ValueError("padding removes every pixel")
    return _count(kept)


def receptive_field(layers):
    first, last = 0, 0
    for kernel_size, stride in reversed(list(layers)):
        _positive(kernel_size=kernel_size, stride=stride)
        first, last = first * stride, last * stride + kernel_size - 1
    return last - first + 1
