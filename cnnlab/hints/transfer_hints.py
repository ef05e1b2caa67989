"""Hints on transfer learning."""

from __future__ import annotations

from cnnlab.hints.model import Hint
from cnnlab.text import Text

HINTS = {
    "IMAGENET_MEAN": Hint(
        idea=Text(
            es="Es el color medio de las imágenes de ImageNet: un número por canal.",
            en="It is the mean colour of ImageNet's images: one number per channel.",
        ),
        formula=Text(
            es="Rojo 0,485, verde 0,456 y azul 0,406, para imágenes en [0, 1].",
            en="Red 0.485, green 0.456 and blue 0.406, for images in [0, 1].",
        ),
        pitfall=Text(
            es="El orden es rojo, verde, azul; y es una tupla de números, no un tensor.",
            en="The order is red, green, blue; and it is a tuple of numbers, not a tensor.",
        ),
    ),
    "IMAGENET_STD": Hint(
        idea=Text(
            es="Es cuánto varía cada canal en las imágenes de ImageNet.",
            en="It is how much each channel varies over ImageNet's images.",
        ),
        formula=Text(
            es="Rojo 0,229, verde 0,224 y azul 0,225, para imágenes en [0, 1].",
            en="Red 0.229, green 0.224 and blue 0.225, for images in [0, 1].",
        ),
        pitfall=Text(
            es="Son desviaciones típicas, no varianzas: se divide por ellas sin tomar ninguna "
            "raíz.",
            en="They are standard deviations, not variances: one divides by them without "
            "taking a root.",
        ),
    ),
    "imagenet_normalize": Hint(
        idea=Text(
            es="La red aprendió con imágenes centradas y escaladas canal a canal: las tuyas "
            "deben entrar del mismo modo.",
            en="The network learned on images centred and scaled channel by channel: yours "
            "must enter in the same way.",
        ),
        formula=Text(
            es="y_c = (x_c - media_c) / desviación_c, con x en [0, 1]; para enteros de 8 bits, "
            "x = v / 255.",
            en="y_c = (x_c - mean_c) / std_c, with x in [0, 1]; for 8-bit integers, x = v / 255.",
        ),
        pitfall=Text(
            es="Solo las imágenes uint8 se dividen entre 255. Las demás conservan su tipo y su "
            "dispositivo, así que la media y la desviación tienen que tomarlos de ellas.",
            en="Only uint8 images are divided by 255. The others keep their dtype and device, "
            "so the mean and the deviation have to take theirs.",
        ),
    ),
    "freeze": Hint(
        idea=Text(
            es="Congelar un módulo es que no se mueva nada en él: ni los pesos ni las "
            "estadísticas acumuladas.",
            en="To freeze a module is to let nothing in it move: neither the weights nor the "
            "running statistics.",
        ),
        formula=Text(
            es="Ningún parámetro pide gradiente y el módulo queda en modo de evaluación.",
            en="No parameter asks for a gradient and the module is left in eval mode.",
        ),
        pitfall=Text(
            es="Quitar los gradientes no detiene a la normalización por lotes: sus "
            "estadísticas cambian mientras siga en modo de entrenamiento.",
            en="Taking the gradients away does not stop batch normalization: its statistics "
            "move as long as it is in train mode.",
        ),
    ),
    "replace_head": Hint(
        idea=Text(
            es="Busca la última capa densa en el orden de los módulos y pon una nueva en su "
            "lugar, dentro del módulo que la contiene.",
            en="Find the last fully connected layer in module order and put a new one in its "
            "place, inside the module that holds it.",
        ),
        formula=Text(
            es="La nueva tiene las mismas entradas y num_classes salidas, con el mismo tipo y "
            "en el mismo dispositivo.",
            en="The new one has the same inputs and num_classes outputs, of the same dtype and "
            "on the same device.",
        ),
        pitfall=Text(
            es="Puede estar anidada a cualquier profundidad, y se cambia en su padre. La nueva "
            "se entrena aunque todo lo demás esté congelado, y nada más cambia.",
            en="It may be nested at any depth, and it is changed in its parent. The new one "
            "trains even where all else is frozen, and nothing else changes.",
        ),
    ),
    "FineTuner": Hint(
        idea=Text(
            es="La base se parte en dos, primero los bloques congelados y después los que se "
            "entrenan; la cabeza se entrena siempre.",
            en="The backbone is split in two, first the frozen blocks and then those that "
            "train; the head always trains.",
        ),
        formula=Text(
            es="De B bloques se congelan los B - trainable_blocks primeros; 0, 3 y B son las "
            "tres filas de la tabla del artículo.",
            en="Of B blocks the first B - trainable_blocks are frozen; 0, 3 and B are the "
            "three rows of the paper's table.",
        ),
        pitfall=Text(
            es="Poner la red en modo de entrenamiento alcanza a todos sus hijos: los "
            "congelados tienen que volver cada vez a evaluación. Y contar cero bloques "
            "desde el final es fácil de confundir con contarlos todos.",
            en="Putting the network in train mode reaches all its children: the frozen ones "
            "have to go back to eval mode each time. And counting zero blocks from the end "
            "is easily confused with counting all.",
        ),
    ),
    "trainable_parameters": Hint(
        idea=Text(
            es="De todos los parámetros del modelo, quédate con los que el entrenamiento puede "
            "mover.",
            en="Of all the model's parameters, keep those that training may move.",
        ),
        formula=Text(
            es="El conjunto de los parámetros w que requieren gradiente.",
            en="The set of the parameters w that require a gradient.",
        ),
        pitfall=Text(
            es="Se pide una lista: un iterador se agota al recorrerlo, y el optimizador no "
            "sería el único en leerlo.",
            en="A list is asked for: an iterator is used up when read, and the optimizer would "
            "not be its only reader.",
        ),
    ),
    "fine_tune": Hint(
        idea=Text(
            es="Es el bucle de entrenamiento de siempre, con un optimizador que solo conoce "
            "los parámetros entrenables.",
            en="It is the usual training loop, with an optimizer that knows the trainable "
            "parameters only.",
        ),
        formula=Text(
            es="Para cada época, pérdida = suma de n_b · L_b, entre la suma de n_b: un número "
            "por época.",
            en="For each epoch, loss = the sum of n_b · L_b, divided by the sum of n_b: one "
            "number per epoch.",
        ),
        pitfall=Text(
            es="La red se lleva al dispositivo antes de crear el optimizador. Y el modo de "
            "entrenamiento no debe despertar lo que está congelado.",
            en="The network goes to the device before the optimizer is made. And train mode "
            "must not wake what is frozen.",
        ),
    ),
}
