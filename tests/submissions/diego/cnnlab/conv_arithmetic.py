"""Práctica 1. Diego, grupo B.

Comprobado con los ejemplos del artículo de Dumoulin y Visin.
"""

from __future__ import annotations


def check_positive(**kw):
    for k, v in kw.items():
        if v <= 0:
            raise ValueError("%s must be positive, got %d" % (k, v))


def check_not_negative(**kw):
    for k, v in kw.items():
        if v < 0:
            raise ValueError("%s must not be negative, got %d" % (k, v))


def effective_kernel(kernel_size: int, dilation: int) -> int:
    return kernel_size + (kernel_size - 1) * (dilation - 1)


def conv_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    check_positive(
        input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    check_not_negative(padding=padding)
    padded = input_size + 2 * padding
    k = effective_kernel(kernel_size, dilation)
    if k > padded:
        raise ValueError("kernel_size: the kernel (%d) is wider than the input (%d)" % (k, padded))
    # posiciones donde empieza el kernel: 0, s, 2s, ...
    return len(range(0, padded - k + 1, stride))


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    check_positive(kernel_size=kernel_size, dilation=dilation)
    k = effective_kernel(kernel_size, dilation)
    if k % 2 == 0:
        raise ValueError("kernel_size: an even kernel needs an asymmetric padding")
    return k // 2


def conv2d_output_shape(
    input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1
) -> tuple[int, int, int, int]:
    def two(v):
        return tuple(v) if isinstance(v, (tuple, list)) else (v, v)

    if len(input_shape) != 4:
        raise ValueError("input_shape must have 4 numbers")
    n, c_in = input_shape[0], input_shape[1]
    check_positive(input_shape=min(input_shape), out_channels=out_channels)
    k, s, d = two(kernel_size), two(stride), two(dilation)

    if padding == "same":
        check_positive(kernel_size=min(k), dilation=min(d))
        if s != (1, 1):
            raise ValueError("padding: 'same' needs stride 1")
        return n, out_channels, input_shape[2], input_shape[3]
    if padding == "valid":
        p = (0, 0)
    elif isinstance(padding, str):
        raise ValueError("padding: unknown mode " + padding)
    else:
        p = two(padding)

    h, w = (
        conv_output_size(input_shape[2 + i], k[i], s[i], p[i], d[i]) for i in range(2)
    )
    return n, out_channels, h, w


def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    check_positive(
        input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    check_not_negative(padding=padding, output_padding=output_padding)
    if not output_padding < max(stride, dilation):
        raise ValueError("output_padding must be smaller than stride or dilation")
    full = (input_size - 1) * stride + effective_kernel(kernel_size, dilation)
    size = full - 2 * padding + output_padding
    if size <= 0:
        raise ValueError("padding: nothing is left of the output")
    return size


def receptive_field(layers) -> int:
    """Campo receptivo de una pila de capas (kernel, stride)."""
    rf, jump = 1, 1
    for kernel, stride in layers:
        check_positive(kernel=kernel, stride=stride)
        jump *= stride
        rf += (kernel - 1) * jump
    return rf
