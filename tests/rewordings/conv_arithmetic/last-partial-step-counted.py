import math


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    named = dict(input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    for name, number in named.items():
        if number <= 0:
            raise ValueError(f"{name}: {number}")
    if padding < 0:
        raise ValueError(f"padding: {padding}")
    room = input_size + padding + padding - (dilation * kernel_size - dilation + 1)
    places = math.ceil(room / stride) + 1
    if places <= 0:
        raise ValueError("kernel_size is too large")
    return places
