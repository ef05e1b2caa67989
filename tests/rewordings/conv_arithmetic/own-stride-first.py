from itertools import accumulate
from operator import mul


def receptive_field(layers):
    kernels = [kernel for kernel, _ in layers]
    strides = [stride for _, stride in layers]
    if any(number < 1 for number in kernels + strides):
        raise ValueError("layers: every kernel and stride must be positive")
    jumps = accumulate(strides, mul)
    return sum((kernel - 1) * jump for kernel, jump in zip(kernels, jumps, strict=True)) + 1
