"""Hints on dropout of feature maps."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "dropout2d": Hint(
        idea=Text(
            es="Lanza una moneda por cada mapa de características, no por cada píxel: el mapa "
            "entero se queda o desaparece.",
            en="Toss one coin for each feature map, not for each pixel: the whole map stays or "
            "goes.",
        ),
        formula=Text(
            es="y = m·x / (1 - p), con una máscara m de forma (N, C, 1, 1) que vale 1 con "
            "probabilidad 1 - p y 0 con probabilidad p.",
            en="y = m·x / (1 - p), with a mask m of shape (N, C, 1, 1) that is 1 with "
            "probability 1 - p and 0 with probability p.",
        ),
        pitfall=Text(
            es="Con p = 1 la escala divide entre cero, y cero por infinito no es cero: trata "
            "ese caso aparte. Los argumentos se comprueban también fuera del entrenamiento.",
            en="At p = 1 the scale divides by zero, and zero times infinity is not zero: treat "
            "that case apart. The arguments are checked outside training too.",
        ),
    ),
    "Dropout2d": Hint(
        idea=Text(
            es="El módulo solo recuerda p; lo demás lo hace la función, según el modo en que "
            "esté el módulo.",
            en="The module only remembers p; the function does the rest, depending on the mode "
            "the module is in.",
        ),
        formula=Text(
            es="En modo de entrenamiento, y = m·x / (1 - p); en modo de evaluación, y = x.",
            en="In train mode, y = m·x / (1 - p); in eval mode, y = x.",
        ),
        pitfall=Text(
            es="El modo se consulta en cada llamada, porque cambia después de construir el "
            "módulo; el valor de p, en cambio, se comprueba al construirlo.",
            en="The mode is looked up at each call, because it changes after the module is "
            "built; the value of p, in turn, is checked when it is built.",
        ),
    ),
}
