"""Hints on VGG and its cost."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "VGG_CONFIGS": Hint(
        idea=Text(
            es="Cada columna de la tabla 1 del artículo, leída de arriba abajo, es una lista "
            "de capas; las tres capas densas del final no forman parte de ella.",
            en="Each column of the paper's table 1, read from top to bottom, is a list of "
            "layers; the three fully connected layers at the end are no part of it.",
        ),
        formula=Text(
            es="Los canales de los cinco bloques son 64, 128, 256, 512 y 512, y cada bloque "
            'termina en "M": cinco en total. La cifra del nombre (11, 13, 16, 19) son las '
            "convoluciones más 3.",
            en="The channels of the five blocks are 64, 128, 256, 512 and 512, and each block "
            'ends in "M": five in all. The number in the name (11, 13, 16, 19) is that of '
            "the convolutions plus 3.",
        ),
        pitfall=Text(
            es="C no es D: donde D tiene su tercera convolución 3×3 de un bloque, C la tiene "
            "1×1. Y A-LRN es A con una sola normalización, tras la primera convolución.",
            en="C is not D: where D has the third 3×3 convolution of a block, C has a 1×1 one. "
            "And A-LRN is A with a single normalisation, after the first convolution.",
        ),
    ),
    "make_features": Hint(
        idea=Text(
            es="Recorre la configuración y recuerda cuántos canales salen de la última "
            "convolución: son los que entran en la siguiente.",
            en="Walk the configuration and remember how many channels leave the last "
            "convolution: they are those that enter the next.",
        ),
        formula=Text(
            es="Relleno p = (k - 1) / 2, es decir, 1 para 3×3 y 0 para 1×1; cada max pool "
            "divide el tamaño entre 2.",
            en="Padding p = (k - 1) / 2, that is 1 for 3×3 and 0 for 1×1; each max pool halves "
            "the size.",
        ),
        pitfall=Text(
            es="El orden es convolución, normalización por lotes, ReLU y, si toca, LRN. Una "
            "capa de más desplaza los índices, y con ellos los nombres de los parámetros; "
            "las convoluciones conservan su sesgo.",
            en="The order is convolution, batch normalization, ReLU and, where asked for, LRN. "
            "One layer too many shifts the indices, and with them the parameters' names; "
            "the convolutions keep their bias.",
        ),
    ),
    "VGG": Hint(
        idea=Text(
            es="Tres piezas seguidas: la parte convolucional, un promedio adaptativo que "
            "siempre entrega 7×7 y un clasificador de tres capas densas.",
            en="Three pieces in a row: the convolutional part, an adaptive average that always "
            "gives 7×7 and a classifier of three fully connected layers.",
        ),
        formula=Text(
            es="El clasificador recibe 512·7·7 = 25088 valores por imagen y pasa a 4096, a "
            "4096 y a num_classes.",
            en="The classifier takes 512·7·7 = 25088 values per image and goes to 4096, to "
            "4096 and to num_classes.",
        ),
        pitfall=Text(
            es="Los parámetros se llaman por la posición de su capa: ReLU y dropout ocupan su "
            "sitio tras las dos primeras capas densas aunque el dropout sea 0. Y hay que "
            "aplanar antes del clasificador.",
            en="Parameters are named by the position of their layer: ReLU and dropout hold "
            "their places after the first two fully connected layers even where dropout is "
            "0. And the map is flattened before the classifier.",
        ),
    ),
    "count_parameters": Hint(
        idea=Text(
            es="Suma los elementos de todos los parámetros del módulo y de sus hijos.",
            en="Add up the elements of all parameters of the module and its children.",
        ),
        formula=Text(
            es="Una convolución aporta kh·kw·C_in·C_out / grupos pesos y C_out sesgos; una "
            "capa densa, entradas·salidas pesos y un sesgo por salida.",
            en="A convolution has kh·kw·C_in·C_out / groups weights and C_out biases; a fully "
            "connected layer, inputs·outputs weights and one bias per output.",
        ),
        pitfall=Text(
            es="Un parámetro que comparten dos capas cuenta una sola vez, y los buffers (las "
            "estadísticas acumuladas) no son parámetros.",
            en="A parameter that two layers share counts once, and buffers (the running "
            "statistics) are no parameters.",
        ),
    ),
    "count_macs": Hint(
        idea=Text(
            es="Haz pasar una entrada por la red y observa cada convolución y cada capa densa: "
            "cada elemento de su salida cuesta un producto por cada peso que interviene en "
            "él.",
            en="Send an input through the network and watch each convolution and fully "
            "connected layer: each element of its output costs one product for each weight "
            "that takes part in it.",
        ),
        formula=Text(
            es="Convolución: C_out·H_out·W_out·kh·kw·C_in / grupos. Capa densa: "
            "entradas·salidas por cada fila a la que se aplica.",
            en="Convolution: C_out·H_out·W_out·kh·kw·C_in / groups. Fully connected layer: "
            "inputs·outputs for each row it is applied to.",
        ),
        pitfall=Text(
            es="Una capa llamada dos veces cuesta dos veces. Deja la red como estaba, también "
            "si algo falla a mitad: modo, observadores y estadísticas acumuladas.",
            en="A layer that is called twice costs twice. Leave the network as it was, also "
            "where something fails halfway: mode, hooks and running statistics.",
        ),
    ),
}
