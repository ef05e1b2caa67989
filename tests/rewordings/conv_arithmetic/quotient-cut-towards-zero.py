import math


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    if min(input_size, kernel_size, stride, dilation) < 1:
        raise ValueError("input_size, kernel_size, stride and dilation must be at least 1")
    if padding < 0:
        raise ValueError("padding must not be negative")
    last_tap = (kernel_size - 1) * dilation
    last_start = input_size + 2 * padding - last_tap - 1
    result = 1 + math.trunc(last_start / stride)
    if result > 0:
        return result
    raise ValueError("the kernel does not fit into the input")
