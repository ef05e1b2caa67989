"""Lab 1 - Carla. Cuentas de tamaños de las convoluciones (Dumoulin & Visin 2016)."""

from __future__ import annotations


def _par(v):
    # un entero vale para los dos ejes
    if isinstance(v, int):
        return v, v
    h, w = v
    return h, w


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    """o = floor((i + 2p - d(k-1) - 1)/s) + 1"""
    if input_size < 1 or kernel_size < 1:
        raise ValueError("input_size y kernel_size tienen que ser >= 1")
    if stride < 1 or dilation < 1:
        raise ValueError("stride y dilation tienen que ser >= 1")
    if padding < 0:
        raise ValueError("padding no puede ser negativo")
    hueco = input_size + 2 * padding - dilation * (kernel_size - 1) - 1
    if hueco < 0:  # el kernel no cabe ni una vez
        raise ValueError("kernel_size demasiado grande para la entrada")
    return hueco // stride + 1


def same_padding(kernel_size, dilation=1):
    """p = d(k-1)/2, si sale entero"""
    if kernel_size < 1 or dilation < 1:
        raise ValueError("kernel_size y dilation tienen que ser >= 1")
    total = dilation * (kernel_size - 1)
    if total % 2 != 0:
        raise ValueError("con este kernel_size el padding no puede ser simétrico")
    return total // 2


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4:
        raise ValueError("input_shape tiene que ser (N, C, H, W)")
    n, c, h, w = input_shape
    if n < 1 or c < 1 or h < 1 or w < 1:
        raise ValueError("input_shape: todo >= 1")
    if out_channels < 1:
        raise ValueError("out_channels tiene que ser >= 1")

    kh, kw = _par(kernel_size)
    sh, sw = _par(stride)
    dh, dw = _par(dilation)

    if isinstance(padding, str):
        if padding == "valid":
            ph = pw = 0
        elif padding == "same":
            if sh != 1 or sw != 1:
                raise ValueError("padding='same' solo con stride 1")
            if kh < 1 or kw < 1 or dh < 1 or dw < 1:
                raise ValueError("kernel_size y dilation tienen que ser >= 1")
            return (n, out_channels, h, w)
        else:
            raise ValueError("padding: solo 'same' o 'valid'")
    else:
        ph, pw = _par(padding)

    alto = conv_output_size(h, kh, sh, ph, dh)
    ancho = conv_output_size(w, kw, sw, pw, dw)
    return (n, out_channels, alto, ancho)


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    for nombre, v in [
        ("input_size", input_size),
        ("kernel_size", kernel_size),
        ("stride", stride),
        ("dilation", dilation),
    ]:
        if v < 1:
            raise ValueError(nombre + " tiene que ser >= 1")
    if padding < 0 or output_padding < 0:
        raise ValueError("padding y output_padding no pueden ser negativos")
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError("output_padding tiene que ser menor que stride o dilation")
    o = (input_size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if o < 1:
        raise ValueError("padding demasiado grande, no queda nada")
    return o


def receptive_field(layers):
    """De la última capa hacia atrás: r = (r - 1) * s + k"""
    r = 1
    for k, s in reversed(list(layers)):
        if k < 1 or s < 1:
            raise ValueError("kernel_size y stride tienen que ser >= 1")
        r = (r - 1) * s + k
    return r
