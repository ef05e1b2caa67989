# Federico - Lab 1
from __future__ import annotations

from math import floor


def comprobar(nombre, valor, minimo):
    if valor < minimo:
        raise ValueError(f"{nombre} = {valor}, tiene que ser al menos {minimo}")


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    comprobar("input_size", input_size, 1)
    comprobar("kernel_size", kernel_size, 1)
    comprobar("stride", stride, 1)
    comprobar("dilation", dilation, 1)
    comprobar("padding", padding, 0)
    # fórmula de la clase: (W - F + 2P)/S + 1, con F el kernel ya dilatado
    F = dilation * (kernel_size - 1) + 1
    resultado = floor((input_size - F + 2 * padding) // stride) + 1
    comprobar("la salida (kernel_size no cabe)", resultado, 1)
    return resultado


def same_padding(kernel_size, dilation=1):
    comprobar("kernel_size", kernel_size, 1)
    comprobar("dilation", dilation, 1)
    doble = dilation * (kernel_size - 1)
    if doble % 2 == 1:
        raise ValueError(f"kernel_size = {kernel_size} no tiene padding 'same' simétrico")
    return doble // 2


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4:
        raise ValueError("input_shape debe tener 4 números")
    for v in input_shape:
        comprobar("input_shape", v, 1)
    comprobar("out_channels", out_channels, 1)
    N, C, H, W = input_shape

    if type(kernel_size) is int:
        kernel_size = (kernel_size, kernel_size)
    if type(stride) is int:
        stride = (stride, stride)
    if type(dilation) is int:
        dilation = (dilation, dilation)

    if padding == "same":
        if tuple(stride) != (1, 1):
            raise ValueError("padding='same' necesita stride = 1")
        for i in range(2):
            comprobar("kernel_size", kernel_size[i], 1)
            comprobar("dilation", dilation[i], 1)
        return (N, out_channels, H, W)
    elif padding == "valid":
        padding = (0, 0)
    elif type(padding) is str:
        raise ValueError("padding desconocido: " + padding)
    elif type(padding) is int:
        padding = (padding, padding)

    H2 = conv_output_size(H, kernel_size[0], stride[0], padding[0], dilation[0])
    W2 = conv_output_size(W, kernel_size[1], stride[1], padding[1], dilation[1])
    return (N, out_channels, H2, W2)


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    comprobar("input_size", input_size, 1)
    comprobar("kernel_size", kernel_size, 1)
    comprobar("stride", stride, 1)
    comprobar("dilation", dilation, 1)
    comprobar("padding", padding, 0)
    comprobar("output_padding", output_padding, 0)
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding debe ser menor que max(stride, dilation)")
    resultado = (input_size - 1) * stride - 2 * padding
    resultado += dilation * (kernel_size - 1) + output_padding + 1
    comprobar("la salida (padding demasiado grande)", resultado, 1)
    return resultado


def receptive_field(layers):
    campo = 1
    salto = 1
    i = 0
    while i < len(layers):
        k, s = layers[i]
        comprobar("kernel_size", k, 1)
        comprobar("stride", s, 1)
        campo = campo + (k - 1) * salto
        salto = salto * s
    return campo
