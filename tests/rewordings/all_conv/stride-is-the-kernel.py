from torch import nn


def strided_conv_like(pool, channels):
    if pool.ceil_mode is True:
        raise ValueError("pool: ceil_mode is not supported")
    kernel = pool.kernel_size
    if isinstance(kernel, int):
        kernel = (kernel, kernel)
    return nn.Conv2d(channels, channels, kernel, kernel, pool.padding, pool.dilation)
