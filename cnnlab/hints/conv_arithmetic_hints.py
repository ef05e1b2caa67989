"""Hints on the sizes of convolutions."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "conv_output_size": Hint(
        idea=Text(
            es="Imagina el núcleo deslizándose por la entrada con su relleno: la salida tiene "
            "un elemento por cada posición en la que cabe entero.",
            en="Picture the kernel sliding over the padded input: the output has one element "
            "for each position where it fits completely.",
        ),
        formula=Text(
            es="o = floor((i + 2p - d(k - 1) - 1) / s) + 1, donde d(k - 1) + 1 es lo que ocupa "
            "el núcleo dilatado.",
            en="o = floor((i + 2p - d(k - 1) - 1) / s) + 1, where d(k - 1) + 1 is the extent "
            "of the dilated kernel.",
        ),
        pitfall=Text(
            es="La división se redondea hacia abajo y entre enteros, nunca con decimales. Y un "
            "resultado menor que 1 no es un tamaño: el núcleo no cabe.",
            en="The division rounds down and stays among integers, never floating point. And a "
            "result below 1 is no size: the kernel does not fit.",
        ),
    ),
    "same_padding": Hint(
        idea=Text(
            es="Con paso 1, el núcleo recorta los bordes de la imagen: el relleno devuelve "
            "justo lo que se pierde, la mitad a cada lado.",
            en="At stride 1 the kernel trims the borders of the image: the padding gives back "
            "just what is lost, half on each side.",
        ),
        formula=Text(
            es="p = d(k - 1) / 2; sin dilatación, p = (k - 1) / 2.",
            en="p = d(k - 1) / 2; without dilation, p = (k - 1) / 2.",
        ),
        pitfall=Text(
            es="Lo que decide si existe un relleno simétrico es que d(k - 1) sea par, no que k "
            "sea impar: un núcleo par con dilatación 2 lo tiene.",
            en="What decides whether a symmetric padding exists is that d(k - 1) is even, not "
            "that k is odd: an even kernel at dilation 2 has one.",
        ),
    ),
    "conv2d_output_shape": Hint(
        idea=Text(
            es="Alto y ancho son dos problemas independientes de una sola dimensión; el lote "
            "pasa tal cual y los canales los fija la capa.",
            en="Height and width are two independent problems of one dimension; the batch "
            "passes through and the layer sets the channels.",
        ),
        formula=Text(
            es="(N, C_out, o_h, o_w), cada o con el núcleo, el paso, el relleno y la "
            'dilatación de su eje; "valid" es p = 0 y "same" es o = i.',
            en="(N, C_out, o_h, o_w), each o with the kernel, stride, padding and dilation of "
            'its axis; "valid" is p = 0 and "same" is o = i.',
        ),
        pitfall=Text(
            es='Un par es (alto, ancho), en ese orden. "same" admite cualquier núcleo, también '
            "par, pero exige paso 1 en los dos ejes.",
            en='A pair is (height, width), in that order. "same" takes any kernel, even ones '
            "too, but asks for stride 1 on both axes.",
        ),
    ),
    "conv_transpose_output_size": Hint(
        idea=Text(
            es="Es la convolución leída al revés: ¿qué tamaño de entrada daría, al "
            "convolucionar, el tamaño que tienes?",
            en="It is the convolution read backwards: which input size would a convolution "
            "have turned into the size you have?",
        ),
        formula=Text(
            es="o = (i - 1)s - 2p + d(k - 1) + output_padding + 1.",
            en="o = (i - 1)s - 2p + d(k - 1) + output_padding + 1.",
        ),
        pitfall=Text(
            es="Aquí el relleno quita tamaño en vez de añadirlo. Y output_padding solo elige "
            "entre los tamaños que el redondeo confunde, por eso es menor que el mayor de s "
            "y d.",
            en="Here padding takes size away instead of adding it. And output_padding only "
            "chooses among the sizes that rounding confuses, hence it is below the larger "
            "of s and d.",
        ),
    ),
    "receptive_field": Hint(
        idea=Text(
            es="Recorre la pila desde la entrada y anota cuántos píxeles separan a dos "
            "elementos vecinos: cada capa amplía el campo en proporción a esa separación.",
            en="Walk the stack from the input and keep track of how many pixels lie between "
            "two neighbouring elements: each layer widens the field in proportion to that "
            "distance.",
        ),
        formula=Text(
            es="r = 1 + suma sobre las capas l de (k_l - 1) por el producto de los pasos de "
            "las capas anteriores a l.",
            en="r = 1 + the sum over the layers l of (k_l - 1) times the product of the "
            "strides of the layers before l.",
        ),
        pitfall=Text(
            es="El paso de una capa cuenta para las capas siguientes, no para ella misma; el "
            "de la última no cambia nada. Una pila vacía ve un píxel.",
            en="A layer's stride counts for the layers after it, not for itself; that of the "
            "last one changes nothing. An empty stack sees one pixel.",
        ),
    ),
}
