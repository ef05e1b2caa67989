"""Hints on the all convolutional net."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "GlobalAvgPool2d": Hint(
        idea=Text(
            es="Cada mapa de características se resume en un solo número, su media.",
            en="Each feature map is summed up in a single number, its mean.",
        ),
        formula=Text(
            es="y_nc = suma de x_nchw sobre h y w, entre H·W.",
            en="y_nc = the sum of x_nchw over h and w, divided by H·W.",
        ),
        pitfall=Text(
            es="La salida tiene dos dimensiones, (N, C), y no cuatro; y el tamaño del mapa es "
            "el de cada entrada, no uno fijo.",
            en="The output has two dimensions, (N, C), not four; and the map's size is that of "
            "each input, not a fixed one.",
        ),
    ),
    "strided_conv_like": Hint(
        idea=Text(
            es="Un max pool recorre la imagen con una ventana y un paso; una convolución con "
            "la misma ventana y el mismo paso da el mismo tamaño, pero aprende qué hacer en "
            "ella.",
            en="A max pool walks the image with a window and a stride; a convolution with the "
            "same window and stride gives the same size, but learns what to do in it.",
        ),
        formula=Text(
            es="Los mismos k, s, p y d dan la misma salida: o = floor((i + 2p - d(k - 1) - 1) "
            "/ s) + 1.",
            en="The same k, s, p and d give the same output: o = floor((i + 2p - d(k - 1) - 1) "
            "/ s) + 1.",
        ),
        pitfall=Text(
            es="El paso de un max pool es su ventana cuando nadie lo indica. Y ceil_mode "
            "redondea hacia arriba, cosa que ninguna convolución hace.",
            en="A max pool's stride is its window where none is given. And ceil_mode rounds "
            "up, which no convolution does.",
        ),
    ),
    "replace_max_pool": Hint(
        idea=Text(
            es="Copia la red entera y recórrela en orden, también por dentro de las secuencias "
            "anidadas, recordando los canales de la última convolución que viste.",
            en="Copy the whole network and walk it in order, into the nested sequences too, "
            "remembering the channels of the last convolution you saw.",
        ),
        formula=Text(
            es="Cada max pool pasa a ser una convolución de C a C canales y una ReLU, donde C "
            "son los canales de salida de la convolución anterior más cercana.",
            en="Each max pool becomes a convolution from C to C channels and a ReLU, where C "
            "are the output channels of the nearest convolution before it.",
        ),
        pitfall=Text(
            es="La convolución anterior puede estar en otra secuencia que el max pool. Y una "
            "copia superficial comparte las capas, y con ellas los pesos, con la red "
            "original.",
            en="The convolution before may sit in another sequence than the max pool. And a "
            "shallow copy shares the layers, and with them the weights, with the original "
            "network.",
        ),
    ),
    "AllConvNet": Hint(
        idea=Text(
            es="Son nueve convoluciones: dos de paso 2 ocupan el lugar del max pool; las de "
            "1×1 y el promedio global, el de las capas densas.",
            en="There are nine convolutions: two of stride 2 stand in for the max pools; the "
            "1×1 ones and the global average, for the fully connected layers.",
        ),
        formula=Text(
            es="Canales: 96, 96 y 96 (paso 2); 192, 192 y 192 (paso 2); 192 (3×3), 192 (1×1) y "
            "num_classes (1×1). Dropout de 0,2 en la entrada y de 0,5 tras cada convolución "
            "de paso 2.",
            en="Channels: 96, 96 and 96 (stride 2); 192, 192 and 192 (stride 2); 192 (3×3), "
            "192 (1×1) and num_classes (1×1). Dropout of 0.2 on the input and of 0.5 after "
            "each convolution of stride 2.",
        ),
        pitfall=Text(
            es="Toda convolución 3×3 lleva relleno 1, también las de paso 2, salvo la última "
            "3×3, que no lleva ninguno. Tras la última convolución no hay ReLU: salen "
            "logits.",
            en="Every 3×3 convolution has padding 1, those of stride 2 too, except the last "
            "3×3 one, which has none. No ReLU follows the last convolution: logits come "
            "out.",
        ),
    ),
}
