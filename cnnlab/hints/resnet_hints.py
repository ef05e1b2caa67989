"""Hints on residual networks."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "ResidualBlock": Hint(
        idea=Text(
            es="El bloque solo aprende lo que hay que sumar a su entrada; el atajo lleva la "
            "entrada hasta la suma.",
            en="The block only learns what to add to its input; the shortcut carries the input "
            "to the sum.",
        ),
        formula=Text(
            es="y = relu(F(x) + s(x)), donde F es convolución, normalización, ReLU, "
            "convolución y normalización, y s es x o su proyección 1×1 normalizada.",
            en="y = relu(F(x) + s(x)), where F is convolution, normalization, ReLU, "
            "convolution and normalization, and s is x or its normalised 1×1 projection.",
        ),
        pitfall=Text(
            es="La última ReLU va después de la suma. La proyección hace falta si cambian los "
            "canales o el tamaño, y solo entonces. Y ninguna operación debe alterar x "
            "mientras el atajo la espera.",
            en="The last ReLU comes after the sum. The projection is needed where the channels "
            "or the size change, and only there. And no operation may alter x while the "
            "shortcut waits for it.",
        ),
    ),
    "ResNet": Hint(
        idea=Text(
            es="Una entrada que reduce la imagen, cuatro etapas de bloques residuales, un "
            "promedio global y una capa densa.",
            en="A stem that reduces the image, four stages of residual blocks, a global "
            "average and one fully connected layer.",
        ),
        formula=Text(
            es="Entrada: convolución 7×7 de paso 2 y relleno 3, y max pool 3×3 de paso 2 y "
            "relleno 1. Etapas de w, 2w, 4w y 8w canales; el paso 2 está en el primer "
            "bloque de la segunda, la tercera y la cuarta.",
            en="Stem: 7×7 convolution of stride 2 and padding 3, and 3×3 max pool of stride 2 "
            "and padding 1. Stages of w, 2w, 4w and 8w channels; the stride 2 is in the "
            "first block of the second, third and fourth.",
        ),
        pitfall=Text(
            es="Solo el primer bloque de una etapa cambia de tamaño o de canales, y el de la "
            "primera etapa, ninguna de las dos cosas. Los nombres de los atributos deben "
            "ser los de torchvision.",
            en="Only the first block of a stage changes size or channels, and that of the "
            "first stage neither of them. The attributes' names must be those of "
            "torchvision.",
        ),
    ),
    "zero_init_residual": Hint(
        idea=Text(
            es="Si la rama residual de un bloque vale cero al empezar, el bloque deja pasar su "
            "entrada: la red arranca como si fuera poco profunda.",
            en="If a block's residual branch is zero to begin with, the block lets its input "
            "through: the network starts as if it were shallow.",
        ),
        formula=Text(
            es="Con peso 0 en la última normalización (su sesgo ya es 0), F(x) = 0 y por tanto "
            "y = relu(x).",
            en="With weight 0 in the last normalization (its bias is 0 already), F(x) = 0 and "
            "hence y = relu(x).",
        ),
        pitfall=Text(
            es="Solo cambia ese peso: ni la normalización del atajo ni la primera del bloque. "
            "Y el cambio no es una operación que deba derivarse.",
            en="Only that weight changes: neither the shortcut's normalization nor the block's "
            "first. And the change is no operation to be differentiated.",
        ),
    ),
}
