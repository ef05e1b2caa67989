"""Elena - práctica 1"""

from __future__ import annotations

from functools import reduce


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    if min(input_size, kernel_size, stride, dilation) < 1:
        raise ValueError("input_size, kernel_size, stride, dilation: mínimo 1")
    if padding < 0:
        raise ValueError("padding negativo")
    o = (input_size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
    if o < 1:
        raise ValueError("kernel_size no cabe en input_size")
    return o


def same_padding(kernel_size, dilation=1):
    if kernel_size < 1:
        raise ValueError("kernel_size")
    if dilation < 1:
        raise ValueError("dilation")
    p = dilation * (kernel_size - 1) / 2
    if p != int(p):
        raise ValueError("kernel_size par: no hay padding igual a los dos lados")
    return int(p)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4 or min(input_shape) < 1:
        raise ValueError("input_shape tiene que ser (N, C, H, W)")
    if out_channels < 1:
        raise ValueError("out_channels")
    if isinstance(padding, str) and padding not in ("valid", "same"):
        raise ValueError("padding " + padding)
    if padding == "valid":
        padding = 0

    # todo a listas [h, w]
    args = []
    for v in (kernel_size, stride, padding, dilation):
        args.append([v, v] if isinstance(v, (int, str)) else list(v))
    k, s, p, d = args

    salida = []
    for eje in (0, 1):
        tam = input_shape[2 + eje]
        if padding == "same":
            if s[eje] != 1:
                raise ValueError("padding same con stride")
            if k[eje] < 1 or d[eje] < 1:
                raise ValueError("kernel_size, dilation: mínimo 1")
            salida.append(tam)
        else:
            salida.append(conv_output_size(tam, k[eje], s[eje], p[eje], d[eje]))
    return (input_shape[0], out_channels, salida[0], salida[1])


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    if min(input_size, kernel_size, stride, dilation) < 1:
        raise ValueError("input_size, kernel_size, stride, dilation: mínimo 1")
    if min(padding, output_padding) < 0:
        raise ValueError("padding, output_padding: mínimo 0")
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding demasiado grande")
    o = (input_size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if o <= 0:
        raise ValueError("padding demasiado grande")
    return o


def receptive_field(layers):
    def paso(acc, capa):
        rf, salto = acc
        k, s = capa
        if k < 1 or s < 1:
            raise ValueError("layers: kernel y stride mínimo 1")
        return rf + (k - 1) * salto, salto * s

    return reduce(paso, layers, (1, 1))[0]
