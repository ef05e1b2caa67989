"""A frozen dataclass per axis that checks itself; the functions only build it and ask."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Axis:
    input_size: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            smallest = 0 if "padding" in field.name else 1
            if getattr(self, field.name) < smallest:
                raise ValueError(f"bad {field.name}: {getattr(self, field.name)}")

    @property
    def reach(self) -> int:
        return self.dilation * (self.kernel_size - 1)

    def forward(self) -> int:
        places, _ = divmod(self.input_size + 2 * self.padding - self.reach - 1, self.stride)
        return self._fits(places + 1)

    def transposed(self) -> int:
        if self.output_padding >= max(self.stride, self.dilation):
            raise ValueError(f"bad output_padding: {self.output_padding}")
        grown = (self.input_size - 1) * self.stride + self.reach + 1
        return self._fits(grown - 2 * self.padding + self.output_padding)

    def before(self, size: int) -> int:
        return (size - 1) * self.stride + self.kernel_size

    def _fits(self, size: int) -> int:
        if size <= 0:
            raise ValueError(f"kernel_size does not fit: {self}")
        return size


def conv_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return Axis(input_size, kernel_size, stride, padding, dilation).forward()


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    reach = Axis(1, kernel_size, dilation=dilation).reach
    if reach & 1:
        raise ValueError(f"kernel_size {kernel_size}: an odd reach has no half")
    return reach >> 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4:
        raise ValueError("input_shape has four numbers")
    if min(input_shape) < 1 or out_channels < 1:
        raise ValueError(f"bad input_shape {input_shape} or out_channels {out_channels}")
    named = {"kernel_size": kernel_size, "stride": stride, "dilation": dilation}
    same = False
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError("padding is unknown")
        same, padding = padding == "same", 0
    named["padding"] = padding
    height, width = (
        Axis(
            input_shape[2 + i],
            **{name: v[i] if isinstance(v, tuple | list) else v for name, v in named.items()},
        )
        for i in range(2)
    )
    if same:
        if height.stride * width.stride != 1:
            raise ValueError("padding='same' with a stride")
        height, width = (
            replace(axis, input_size=axis.input_size + axis.reach) for axis in (height, width)
        )
    return input_shape[0], out_channels, height.forward(), width.forward()


def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    return Axis(input_size, kernel_size, stride, padding, dilation, output_padding).transposed()


def receptive_field(layers) -> int:
    size = 1
    for kernel_size, stride in list(layers)[::-1]:
        size = Axis(1, kernel_size, stride).before(size)
    return size
