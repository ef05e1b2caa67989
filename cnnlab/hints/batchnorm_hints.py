"""Hints on batch normalization."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "batch_stats": Hint(
        idea=Text(
            es="Reúne todos los valores de un mismo canal, de cualquier imagen y posición, y "
            "calcula su media y su varianza.",
            en="Gather all the values of one channel, from any image and position, and take "
            "their mean and variance.",
        ),
        formula=Text(
            es="Con m = N·H·W (o m = N para una entrada (N, C)): media = suma de x / m, "
            "varianza = suma de (x - media)^2 / m.",
            en="With m = N·H·W (or m = N for an input (N, C)): mean = sum of x / m, variance = "
            "sum of (x - mean)^2 / m.",
        ),
        pitfall=Text(
            es="La varianza sesgada divide entre m, no entre m - 1. Y la diferencia E[x^2] - "
            "E[x]^2 pierde toda la precisión cuando la media es mucho mayor que la "
            "desviación.",
            en="The biased variance divides by m, not by m - 1. And the difference E[x^2] - "
            "E[x]^2 loses all precision where the mean is much larger than the deviation.",
        ),
    ),
    "BatchNorm2d": Hint(
        idea=Text(
            es="En entrenamiento la capa normaliza con las estadísticas del lote y las va "
            "acumulando; en evaluación normaliza con lo que acumuló.",
            en="In training the layer normalises by the batch's statistics and keeps a running "
            "record of them; in evaluation it normalises by that record.",
        ),
        formula=Text(
            es="y = (x - E[x]) / sqrt(Var[x] + eps) · weight + bias, y después de cada lote "
            "acumulada = (1 - momentum) · acumulada + momentum · lote.",
            en="y = (x - E[x]) / sqrt(Var[x] + eps) · weight + bias, and after each batch "
            "running = (1 - momentum) · running + momentum · batch.",
        ),
        pitfall=Text(
            es="Se normaliza con la varianza sesgada, pero se acumula la insesgada, m / (m - "
            "1) veces mayor. Lo acumulado no lleva gradiente; con momentum None pesa 1 "
            "entre el número de lotes.",
            en="It normalises by the biased variance but records the unbiased one, m / (m - 1) "
            "times larger. The record carries no gradient; with momentum None each batch "
            "weighs 1 over their number.",
        ),
    ),
}
