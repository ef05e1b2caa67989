"""Binary search for the largest output whose last kernel still ends inside the padded input."""

from __future__ import annotations

from collections.abc import Callable


def _largest(fits: Callable[[int], bool]) -> int:
    if not fits(1):
        raise ValueError("kernel_size does not fit into input_size with this padding and dilation")
    low, high = 1, 2
    while fits(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _check(at_least_one: dict, at_least_zero: dict) -> None:
    bad = [name for name, value in at_least_one.items() if value < 1]
    bad += [name for name, value in at_least_zero.items() if value < 0]
    if bad:
        raise ValueError("out of range: " + ", ".join(bad))


def conv_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    _check(
        {
            "input_size": input_size,
            "kernel_size": kernel_size,
            "stride": stride,
            "dilation": dilation,
        },
        {"padding": padding},
    )
    end = input_size + 2 * padding
    return _largest(lambda n: (n - 1) * stride + (kernel_size - 1) * dilation < end)


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    _check({"kernel_size": kernel_size, "dilation": dilation}, {})
    if dilation % 2 == 1 and kernel_size % 2 == 0:
        raise ValueError("kernel_size is even and dilation odd")
    size = dilation * kernel_size
    padding = 0 if kernel_size == 1 else _largest(lambda p: 2 * p <= size - dilation)
    assert conv_output_size(size, kernel_size, 1, padding, dilation) == size
    return padding


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4:
        raise ValueError("input_shape must have length 4")
    _check({"input_shape": min(input_shape), "out_channels": out_channels}, {})
    twice = {int: lambda value: (value, value)}
    kernels, strides, dilations = (
        twice.get(type(value), tuple)(value) for value in (kernel_size, stride, dilation)
    )
    match padding:
        case "valid":
            pads = (0, 0)
        case "same" if all(step == 1 for step in strides):
            _check({"kernel_size": min(kernels), "dilation": min(dilations)}, {})
            return (*tuple(input_shape[:1]), out_channels, *tuple(input_shape[2:]))
        case str():
            raise ValueError(f"padding={padding!r} is unknown or does not go with stride={stride}")
        case _:
            pads = twice.get(type(padding), tuple)(padding)
    spatial = zip(input_shape[2:], kernels, strides, pads, dilations, strict=True)
    return (input_shape[0], out_channels, *(conv_output_size(*axis) for axis in spatial))


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    _check(
        {
            "input_size": input_size,
            "kernel_size": kernel_size,
            "stride": stride,
            "dilation": dilation,
            "output_padding below stride or dilation": max(stride, dilation) - output_padding,
        },
        {"padding": padding, "output_padding": output_padding},
    )
    smallest = (input_size - 1) * stride + (kernel_size - 1) * dilation + 1
    size = smallest - (padding << 1) + output_padding
    _check({"size after padding": size}, {})
    return size


def receptive_field(layers) -> int:
    if not layers:
        return 1
    (kernel_size, stride), *rest = layers
    _check({"layers: kernel_size": kernel_size, "layers: stride": stride}, {})
    return (receptive_field(rest) - 1) * stride + kernel_size
