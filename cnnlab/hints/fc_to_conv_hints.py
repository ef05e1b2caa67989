"""Hints on turning fully connected layers into convolutions."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "linear_to_conv": Hint(
        idea=Text(
            es="Una capa densa sobre un mapa aplanado es una convolución cuyo núcleo cubre el "
            "mapa entero: solo cabe en una posición.",
            en="A fully connected layer on a flattened map is a convolution whose kernel "
            "covers the whole map: it fits at one position only.",
        ),
        formula=Text(
            es="Los pesos (K, C·H·W) se leen como (K, C, H, W); el núcleo es (H, W), sin "
            "relleno y con paso 1.",
            en="The weights (K, C·H·W) are read as (K, C, H, W); the kernel is (H, W), without "
            "padding and at stride 1.",
        ),
        pitfall=Text(
            es="Al aplanar, W es lo que varía más deprisa; confundir H y W no se nota en un "
            "mapa cuadrado. Los pesos se copian, y se conservan su tipo, su dispositivo y "
            "la falta de sesgo.",
            en="In the flattened map W varies fastest; mixing up H and W goes unnoticed on a "
            "square map. The weights are copied, and their dtype, device and a missing bias "
            "are kept.",
        ),
    ),
    "linear_to_conv1x1": Hint(
        idea=Text(
            es="Un vector es una imagen de un solo píxel con un canal por valor: sobre ella, "
            "la capa densa es una convolución 1×1.",
            en="A vector is an image of a single pixel with one channel per value: on it, the "
            "fully connected layer is a 1×1 convolution.",
        ),
        formula=Text(
            es="Los pesos (K, F) se leen como (K, F, 1, 1): y_k = suma de w_kf · x_f sobre f, "
            "más b_k.",
            en="The weights (K, F) are read as (K, F, 1, 1): y_k = the sum of w_kf · x_f over "
            "f, plus b_k.",
        ),
        pitfall=Text(
            es="La convolución tiene pesos propios: cambiar después la capa densa no debe "
            "cambiarla. Si no había sesgo, tampoco lo hay ahora.",
            en="The convolution has weights of its own: changing the fully connected layer "
            "later must not change it. Where there was no bias, there is none now.",
        ),
    ),
    "fully_convolutional": Hint(
        idea=Text(
            es="La primera capa densa ve el mapa aplanado y se vuelve una convolución del "
            "tamaño del mapa; las siguientes ya solo ven un píxel.",
            en="The first fully connected layer sees the flattened map and becomes a "
            "convolution of the map's size; those after it see a single pixel.",
        ),
        formula=Text(
            es="Sobre un mapa de H×W la salida es 1×1; sobre uno mayor, de H'×W', es (H' - H + "
            "1) × (W' - W + 1).",
            en="On a map of H×W the output is 1×1; on a larger one, of H'×W', it is (H' - H + "
            "1) × (W' - W + 1).",
        ),
        pitfall=Text(
            es="Lo que hay entre las capas densas se queda en su sitio, y solo la primera usa "
            "feature_shape. La red nueva no comparte nada con la original, tampoco las "
            "convoluciones que no cambian.",
            en="What stands between the fully connected layers stays in place, and only the "
            "first one uses feature_shape. The new network shares nothing with the "
            "original, not even the convolutions that stay.",
        ),
    ),
    "global_avg_pool_as_conv": Hint(
        idea=Text(
            es="Promediar es convolucionar con pesos todos iguales, sin mezclar unos canales "
            "con otros.",
            en="Averaging is convolving with weights that are all equal, without mixing channels.",
        ),
        formula=Text(
            es="El peso de la entrada c en la salida o vale 1 / (kh·kw) si c = o, y 0 si no.",
            en="The weight of input c in output o is 1 / (kh·kw) where c = o, and 0 elsewhere.",
        ),
        pitfall=Text(
            es="La convolución es densa, con groups = 1: los ceros de fuera de la diagonal "
            "también hay que escribirlos, porque la capa nace con valores al azar. Un "
            "tamaño puede ser un par (alto, ancho).",
            en="The convolution is dense, with groups = 1: the zeros off the diagonal have to "
            "be written too, because the layer is born with random values. A size may be a "
            "pair (height, width).",
        ),
    ),
}
