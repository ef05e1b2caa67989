"""Hints on the training loop."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "train_one_epoch": Hint(
        idea=Text(
            es="Para cada lote: gradientes a cero, predicción, pérdida, retropropagación y un "
            "paso del optimizador, mientras llevas la cuenta de la pérdida.",
            en="For each batch: zero the gradients, predict, take the loss, propagate back and "
            "make one step of the optimizer, while you keep count of the loss.",
        ),
        formula=Text(
            es="Pérdida por ejemplo = suma de n_b · L_b, entre la suma de n_b, donde n_b son "
            "los ejemplos del lote b y L_b su pérdida media.",
            en="Loss per example = the sum of n_b · L_b, divided by the sum of n_b, where n_b "
            "are the examples of batch b and L_b their mean loss.",
        ),
        pitfall=Text(
            es="La media de las medias da demasiado peso a un último lote corto. Acumula "
            "números y no tensores, que arrastran su grafo; y pon la red en modo de "
            "entrenamiento.",
            en="The mean of the means gives a short last batch too much weight. Add up numbers "
            "and not tensors, which drag their graph along; and put the network in train "
            "mode.",
        ),
    ),
    "evaluate": Hint(
        idea=Text(
            es="Cuenta en cuántos ejemplos la clase de mayor puntuación es la correcta, con la "
            "red en modo de evaluación y sin gradientes.",
            en="Count in how many examples the class of the highest score is the right one, "
            "with the network in eval mode and without gradients.",
        ),
        formula=Text(
            es="Exactitud = aciertos / ejemplos, contados sobre todos los lotes.",
            en="Accuracy = hits / examples, counted over all batches.",
        ),
        pitfall=Text(
            es="Al terminar, cada submódulo vuelve al modo que tenía, y no todos tenían el "
            "mismo: uno congelado puede estar en evaluación dentro de una red en "
            "entrenamiento.",
            en="Afterwards each submodule goes back to the mode it had, and not all had the "
            "same: a frozen one may be in eval mode inside a network in train mode.",
        ),
    ),
}
