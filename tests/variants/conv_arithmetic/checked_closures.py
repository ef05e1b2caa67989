"""A validating decorator and functools.reduce over closures; everything keyword-driven."""

from __future__ import annotations

import functools
import inspect

LOWEST = {"padding": 0, "output_padding": 0}


def checked(function):
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if value < LOWEST.get(name, 1):
                raise ValueError(f"{name} is too small: {value}")
        result = function(**bound.arguments)
        if result < LOWEST.get(function.__name__, 1):
            raise ValueError(f"the kernel does not fit: {dict(bound.arguments)}")
        return result

    return wrapper


@checked
def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    negative = dilation * kernel_size - dilation - input_size - padding - padding
    return -(negative // stride)


LOWEST["same_padding"] = 0


@checked
def same_padding(kernel_size, dilation=1):
    odd = dilation * (kernel_size - 1) % 2
    if odd:
        raise ValueError("dilation * (kernel_size - 1) is odd")
    return (dilation * kernel_size - dilation) // 2


@checked
def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("output_padding >= stride and dilation")
    stamps = (lambda size: (size - 1) * stride), (lambda size: size - 2 * padding + output_padding)
    start = functools.reduce(lambda size, step: step(size), stamps, input_size)
    return start + dilation * (kernel_size - 1) + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    sizes = list(input_shape)
    if len(sizes) != 4:
        raise ValueError(f"input_shape: {sizes}")
    if not all(size > 0 for size in [*sizes, out_channels]):
        raise ValueError(f"input_shape {sizes} or out_channels {out_channels} is too small")

    def split(value):
        return (
            dict(zip("hw", value, strict=True))
            if hasattr(value, "__len__")
            else {
                "h": value,
                "w": value,
            }
        )

    k, s, d = split(kernel_size), split(stride), split(dilation)
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise ValueError(f"padding: {padding}")
        if padding == "same":
            if (s["h"], s["w"]) != (1, 1):
                raise ValueError(f"stride {stride} with padding 'same'")
            for axis in "hw":
                same_padding(2 * k[axis] - 1, d[axis])
            return tuple([*sizes[:1], out_channels, *sizes[2:]])
        padding = 0
    p = split(padding)
    for position, axis in enumerate("hw", start=2):
        sizes[position] = conv_output_size(
            sizes[position], k[axis], stride=s[axis], padding=p[axis], dilation=d[axis]
        )
    sizes[1] = out_channels
    return tuple(sizes)


def receptive_field(layers):
    def see(state, layer):
        kernel_size, stride = layer
        if not (kernel_size >= 1 and stride >= 1):
            raise ValueError(f"layers: {layer}")
        field, step = state
        return field + kernel_size * step - step, step * stride

    return functools.reduce(see, layers, (1, 1))[0]
