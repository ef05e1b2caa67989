"""Misconceptions about spatial dropout."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_FUNCTION = "dropout2d"
_LAYER = "Dropout2d"

# Lines of the reference that several misconceptions change.
_MASK_SHAPE = "(x.shape[0], x.shape[1], 1, 1),"
_P_CHECK = "_require_probability(p)\n    if x.ndim != 4:"
_AXES_CHECK = (
    "    if x.ndim != 4:\n"
    '        raise ValueError(f"x must have shape (N, C, H, W), got {tuple(x.shape)}")\n'
)
_UNCHANGED = "    if not training or p == 0:\n        return x\n"
_GENERATOR = (
    "        generator=generator,\n"
    "        device=x.device if generator is None else generator.device,\n"
)
_DRAW = "    uniform = torch.rand("
_DROPPED = "    dropped = (uniform < p).to(x.device)"
_SCALE = "    scale = 1 / (1 - p) if p < 1 else 0.0"
_RESULT = "    return x.masked_fill(dropped, 0) * scale"
_BUILD = "        super().__init__()\n        _require_probability(p)\n        self.p = p"
_FORWARD = "        return dropout2d(x, self.p, self.training)"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # Which maps fall
    Misconception(
        key="mask-per-pixel",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "tuple(x.shape),"},
        belief=Text(
            es="Dropout anula valores sueltos, cada píxel por su cuenta.",
            en="Dropout zeroes single values, each pixel on its own.",
        ),
        hint=Text(
            es="¿Cuánta información quita anular un píxel cuyos vecinos dicen casi lo mismo?",
            en="How much information goes with a pixel whose neighbours say nearly the same?",
        ),
    ),
    Misconception(
        key="mask-per-row",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(x.shape[0], x.shape[1], x.shape[2], 1),"},
        belief=Text(
            es="Lo que cae a la vez es una fila del mapa.",
            en="What falls together is a row of the map.",
        ),
        hint=Text(
            es="Dibuja un mapa de 3×3 antes y después: ¿qué forma tiene lo anulado?",
            en="Draw a 3×3 map before and after: which shape has the zeroed part?",
        ),
    ),
    Misconception(
        key="pixel-falls-in-all-channels",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(x.shape[0], 1, x.shape[2], x.shape[3]),"},
        belief=Text(
            es="Se eligen posiciones de la imagen y caen en todos los canales.",
            en="Positions of the image are chosen, and fall in all channels.",
        ),
        hint=Text(
            es="¿Es un mapa de características una posición o un canal?",
            en="Is a feature map a position or a channel?",
        ),
    ),
    Misconception(
        key="channels-last",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(x.shape[0], 1, 1, x.shape[3]),"},
        belief=Text(
            es="El canal es el último eje, como en otras bibliotecas.",
            en="The channel is the last axis, as in other libraries.",
        ),
        hint=Text(
            es="¿Qué significa cada eje de un tensor (N, C, H, W)?",
            en="What does each axis of an (N, C, H, W) tensor mean?",
        ),
    ),
    Misconception(
        key="same-channels-in-every-image",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(1, x.shape[1], 1, 1),"},
        belief=Text(
            es="La máscara elige canales, y vale para todo el lote.",
            en="The mask chooses channels, and holds for the whole batch.",
        ),
        hint=Text(
            es="¿Cuántas decisiones independientes hacen falta para N imágenes de C canales?",
            en="How many independent decisions do N images of C channels need?",
        ),
    ),
    Misconception(
        key="whole-images-fall",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(x.shape[0], 1, 1, 1),"},
        belief=Text(
            es="De cada imagen del lote se decide si cae entera.",
            en="For each image of the batch it is decided whether it falls as a whole.",
        ),
        hint=Text(
            es="¿Qué aprende la red de una imagen de la que no queda ningún canal?",
            en="What does the network learn from an image none of whose channels is left?",
        ),
    ),
    Misconception(
        key="one-draw-for-the-batch",
        target=_FUNCTION,
        edits={_MASK_SHAPE: "(1, 1, 1, 1),"},
        belief=Text(
            es="En cada llamada se tira una moneda: o cae todo, o no cae nada.",
            en="Each call tosses one coin: everything falls, or nothing does.",
        ),
        hint=Text(
            es="Mira varios canales de una misma llamada: ¿pueden correr suertes distintas?",
            en="Look at several channels of one call: may their fates differ?",
        ),
    ),
    Misconception(
        key="fixed-number-per-image",
        target=_FUNCTION,
        edits={
            _DROPPED: (
                "    rank = uniform.argsort(dim=1).argsort(dim=1)\n"
                "    dropped = (rank < round(p * x.shape[1])).to(x.device)"
            )
        },
        belief=Text(
            es="De los C mapas de cada imagen caen exactamente p · C.",
            en="Of the C maps of each image, exactly p · C fall.",
        ),
        hint=Text(
            es="Si ya sabes cuántos caen, ¿dice algo el primer mapa sobre el último?",
            en="If the number that fall is known, does the first map tell about the last?",
        ),
    ),
    Misconception(
        key="fixed-number-per-batch",
        target=_FUNCTION,
        edits={
            _DROPPED: (
                "    rank = uniform.flatten().argsort().argsort().view_as(uniform)\n"
                "    dropped = (rank < round(p * uniform.numel())).to(x.device)"
            )
        },
        belief=Text(
            es="De los N · C mapas del lote caen exactamente una fracción p.",
            en="Of the N · C maps of the batch, exactly a share p falls.",
        ),
        hint=Text(
            es="¿Cuántas caras salen en 64 tiradas de una moneda? ¿Siempre las mismas?",
            en="How many heads come up in 64 tosses of a coin? Always as many?",
        ),
    ),
    Misconception(
        key="one-map-always-stays",
        target=_FUNCTION,
        edits={
            _DROPPED: (
                "    dropped = (uniform < p).to(x.device)\n"
                "    dropped = dropped & ~(dropped.all(dim=1, keepdim=True) & (p < 1))"
            )
        },
        belief=Text(
            es="Si caen todos los mapas de una imagen hay que salvarla.",
            en="Where all maps of an image fall, the image has to be saved.",
        ),
        hint=Text(
            es="Con un solo canal y p = 0.5, ¿con qué frecuencia debe caer?",
            en="With a single channel and p = 0.5, how often must it fall?",
        ),
    ),
    # With which probability
    Misconception(
        key="p-is-the-share-kept",
        target=_FUNCTION,
        edits={
            _UNCHANGED: "    if not training:\n        return x\n",
            _DROPPED: "    dropped = (uniform >= p).to(x.device)",
            _SCALE: "    scale = 1 / p if p > 0 else 0.0",
        },
        belief=Text(
            es="p es la probabilidad de conservar, como en el artículo original de dropout.",
            en="p is the probability of keeping, as in the original dropout paper.",
        ),
        hint=Text(
            es="¿Qué debe ocurrir con p = 0 y con p = 1, según el enunciado?",
            en="What has to happen at p = 0 and at p = 1, by the text?",
        ),
    ),
    Misconception(
        key="mask-the-wrong-way-round",
        target=_FUNCTION,
        edits={_DROPPED: "    dropped = (uniform >= p).to(x.device)"},
        belief=Text(
            es="Caen los mapas cuyo número al azar supera p.",
            en="The maps whose random number exceeds p fall.",
        ),
        hint=Text(
            es="¿Con qué probabilidad es un número uniforme de [0, 1) mayor que 0.9?",
            en="With which probability does a uniform number of [0, 1) exceed 0.9?",
        ),
    ),
    Misconception(
        key="always-one-half",
        target=_FUNCTION,
        edits={_DROPPED: "    dropped = (uniform < (0.5 if p < 1 else p)).to(x.device)"},
        belief=Text(
            es="La máscara es una moneda; p solo entra en la escala.",
            en="The mask is a coin; p enters the scale only.",
        ),
        hint=Text(
            es="Cuenta los mapas anulados con p = 0.9.",
            en="Count the zeroed maps at p = 0.9.",
        ),
    ),
    Misconception(
        key="mask-in-the-dtype-of-x",
        target=_FUNCTION,
        edits={"dtype=torch.float32,": "dtype=x.dtype,"},
        belief=Text(
            es="La máscara se saca en el mismo dtype que x.",
            en="The mask is drawn in the dtype of x.",
        ),
        hint=Text(
            es="¿Qué números hay en bfloat16 entre 0.996 y 1, y a cuál se redondea 0.9981?",
            en="Which bfloat16 numbers lie between 0.996 and 1, and to which is 0.9981 rounded?",
        ),
    ),
    # The scale
    Misconception(
        key="no-rescaling",
        target=_FUNCTION,
        edits={_SCALE: "    scale = 1.0"},
        belief=Text(
            es="Dropout solo anula; lo que queda no se toca.",
            en="Dropout only zeroes; what is left is not touched.",
        ),
        hint=Text(
            es="¿Cuál es la media de la salida si la mitad de los mapas cae?",
            en="What is the mean of the output where half of the maps fall?",
        ),
    ),
    Misconception(
        key="scaled-by-one-over-p",
        target=_FUNCTION,
        edits={_SCALE: "    scale = 1 / p"},
        belief=Text(
            es="Se compensa dividiendo por p.",
            en="What falls is made up for by a division by p.",
        ),
        hint=Text(
            es="Con p = 0.1, ¿tiene que crecer mucho o poco lo que queda?",
            en="At p = 0.1, must what is left grow much or little?",
        ),
    ),
    Misconception(
        key="multiplied-by-what-stays",
        target=_FUNCTION,
        edits={_SCALE: "    scale = 1 - p"},
        belief=Text(
            es="Lo que queda se multiplica por 1 − p, la probabilidad de quedarse.",
            en="What is left is multiplied by 1 − p, the probability of staying.",
        ),
        hint=Text(
            es="Calcula la esperanza de un píxel de la salida: ¿es x?",
            en="Work out the expectation of a pixel of the output: is it x?",
        ),
    ),
    Misconception(
        key="scaled-in-eval-mode-instead",
        target=_FUNCTION,
        edits={
            _UNCHANGED: (
                "    if not training:\n        return x * (1 - p)\n"
                "    if p == 0:\n        return x\n"
            ),
            _SCALE: "    scale = 1.0",
        },
        belief=Text(
            es="Se anula al entrenar y se escala al evaluar, como en el primer dropout.",
            en="Training zeroes and evaluation scales, as in the first kind of dropout.",
        ),
        hint=Text(
            es="¿Qué tiene que devolver la función con training=False?",
            en="What does the function have to return with training=False?",
        ),
    ),
    Misconception(
        key="scaled-in-both-modes",
        target=_FUNCTION,
        edits={
            _UNCHANGED: (
                "    if not training:\n        return x * (1 - p)\n"
                "    if p == 0:\n        return x\n"
            ),
        },
        belief=Text(
            es="La evaluación multiplica por 1 − p aunque el entrenamiento ya haya compensado.",
            en="Evaluation multiplies by 1 − p, although training has made up for it already.",
        ),
        hint=Text(
            es="Si la salida del entrenamiento ya vale x de media, ¿qué falta al evaluar?",
            en="If the output in training is x on average already, what is missing in evaluation?",
        ),
    ),
    Misconception(
        key="scaled-by-the-share-that-stayed",
        target=_FUNCTION,
        edits={
            _SCALE: "    scale = dropped.numel() / (~dropped).sum().clamp(min=1).to(x.dtype)",
        },
        belief=Text(
            es="Se divide por la fracción de mapas que de hecho han quedado.",
            en="The divisor is the share of maps that happen to have stayed.",
        ),
        hint=Text(
            es="¿Depende el factor 1/(1 − p) de qué mapas han caído?",
            en="Does the factor 1/(1 − p) depend on which maps have fallen?",
        ),
    ),
    Misconception(
        key="computed-in-float32",
        target=_FUNCTION,
        edits={_RESULT: ("    return (x.float().masked_fill(dropped, 0) * scale).to(x.dtype)")},
        belief=Text(
            es="Todo se calcula en float32 y al final se vuelve al dtype de x.",
            en="Everything is computed in float32, and cast back to the dtype of x in the end.",
        ),
        hint=Text(
            es="¿Cuántas cifras sobreviven a un paso por float32 si x es float64?",
            en="How many digits survive a detour through float32 where x is float64?",
        ),
    ),
    Misconception(
        key="mask-makes-the-result-float32",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    factor = torch.full_like(uniform, scale).to(x.device)\n"
                "    return x.masked_fill(dropped, 0) * factor"
            )
        },
        belief=Text(
            es="La máscara es un tensor float32, y el producto toma el dtype que toque.",
            en="The mask is a float32 tensor, and the product takes whichever dtype results.",
        ),
        hint=Text(
            es="¿Qué dtype tiene el producto de un tensor float16 y uno float32?",
            en="Which dtype has the product of a float16 and a float32 tensor?",
        ),
    ),
    Misconception(
        key="dropped-maps-get-their-mean",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    return torch.where(dropped, x.mean(dim=(2, 3), keepdim=True), x * scale)"
            )
        },
        belief=Text(
            es="Al mapa que cae se le quita el detalle y se le deja su media.",
            en="A map that falls loses its detail and is left its mean.",
        ),
        hint=Text(
            es="¿Qué valor tienen los píxeles de un mapa anulado?",
            en="Which value do the pixels of a zeroed map have?",
        ),
    ),
    Misconception(
        key="gaussian-noise-on-maps",
        target=_FUNCTION,
        edits={
            _DRAW: "    uniform = torch.randn(",
            _DROPPED: "    dropped = torch.zeros_like(uniform, dtype=torch.bool).to(x.device)",
            _SCALE: ("    scale = 1 + uniform.to(x) * (p / (1 - p)) ** 0.5 if p < 1 else 0.0"),
        },
        belief=Text(
            es="Basta con multiplicar cada mapa por un ruido gaussiano de media 1.",
            en="It is enough to multiply each map by Gaussian noise of mean 1.",
        ),
        hint=Text(
            es="¿Qué dos valores puede tener el factor de un mapa?",
            en="Which two values can the factor of a map have?",
        ),
    ),
    # The ends of the interval
    Misconception(
        key="division-by-zero-at-p-one",
        target=_FUNCTION,
        edits={_SCALE: "    scale = 1 / (1 - p)"},
        belief=Text(
            es="El factor 1/(1 − p) sirve para toda p.",
            en="The factor 1/(1 − p) serves for every p.",
        ),
        hint=Text(
            es="¿Cuánto vale 1 − p con p = 1?",
            en="What is 1 − p at p = 1?",
        ),
    ),
    Misconception(
        key="zero-by-zero-at-p-one",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    stays = torch.tensor(1 - p, dtype=torch.float64)\n"
                "    return x.masked_fill(dropped, 0) / stays"
            )
        },
        belief=Text(
            es="Dividir los ceros que quedan con p = 1 vuelve a dar ceros.",
            en="To divide the zeros that are left at p = 1 gives zeros again.",
        ),
        hint=Text(
            es="¿Qué da 0/0 con tensores?",
            en="What does 0/0 give with tensors?",
        ),
    ),
    Misconception(
        key="zero-times-infinity",
        target=_FUNCTION,
        edits={_RESULT: "    return x * (~dropped).to(x.dtype) * scale"},
        belief=Text(
            es="Multiplicar por 0 siempre anula.",
            en="To multiply by 0 always zeroes.",
        ),
        hint=Text(
            es="¿Qué da 0 · inf en coma flotante?",
            en="What does 0 · inf give in floating point?",
        ),
    ),
    Misconception(
        key="only-finite-values-fall",
        target=_FUNCTION,
        edits={_RESULT: "    return x.masked_fill(dropped & x.isfinite(), 0) * max(scale, 1)"},
        belief=Text(
            es="Un infinito es un error que la función tiene que dejar ver.",
            en="An infinity is an error that the function has to let through.",
        ),
        hint=Text(
            es="¿Qué pide el enunciado con p = 1 si x tiene infinitos?",
            en="What does the text want at p = 1 where x has infinities?",
        ),
    ),
    Misconception(
        key="nan-gradient-at-p-one",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    stays = torch.tensor(1 - p, dtype=torch.float64)\n"
                "    return torch.where(dropped, torch.zeros_like(x), x / stays)"
            )
        },
        belief=Text(
            es="torch.where tapa la rama que no se usa, también su división por cero.",
            en="torch.where covers the branch that is not used, its division by zero too.",
        ),
        hint=Text(
            es="¿Por qué ramas pasa el gradiente de torch.where, y qué da 0 · inf?",
            en="Through which branches does torch.where's gradient go, and what is 0 · inf?",
        ),
    ),
    Misconception(
        key="p-one-rejected",
        target=_FUNCTION,
        edits={
            _P_CHECK: (
                "_require_probability(p)\n    if p == 1:\n"
                '        raise ValueError("p must be below 1")\n    if x.ndim != 4:'
            )
        },
        belief=Text(
            es="Con p = 1 no queda nada, así que no es un valor válido.",
            en="At p = 1 nothing is left, so it is no valid value.",
        ),
        hint=Text(
            es="¿Está 1 dentro de [0, 1]?",
            en="Does 1 lie in [0, 1]?",
        ),
    ),
    Misconception(
        key="p-zero-rejected",
        target=_FUNCTION,
        edits={
            _P_CHECK: (
                "_require_probability(p)\n    if p == 0:\n"
                '        raise ValueError("p must be positive")\n    if x.ndim != 4:'
            )
        },
        belief=Text(
            es="Sin nada que anular no hay dropout: p tiene que ser positiva.",
            en="Without anything to zero there is no dropout: p has to be positive.",
        ),
        hint=Text(
            es="¿Está 0 dentro de [0, 1]?",
            en="Does 0 lie in [0, 1]?",
        ),
    ),
    # Training or not
    Misconception(
        key="drops-without-training",
        target=_FUNCTION,
        edits={_UNCHANGED: "    if p == 0:\n        return x\n"},
        belief=Text(
            es="La función siempre anula; el modo es cosa del módulo.",
            en="The function always zeroes; the mode is the module's business.",
        ),
        hint=Text(
            es="¿Para qué recibe la función el argumento training?",
            en="What does the function get the argument training for?",
        ),
    ),
    Misconception(
        key="training-the-wrong-way-round",
        target=_FUNCTION,
        edits={_UNCHANGED: "    if training or p == 0:\n        return x\n"},
        belief=Text(
            es="Se anula al evaluar, para medir la robustez.",
            en="Evaluation zeroes, to measure robustness.",
        ),
        hint=Text(
            es="¿En qué fase debe ser aleatoria la red?",
            en="In which phase should the network be random?",
        ),
    ),
    Misconception(
        key="not-training-detaches",
        target=_FUNCTION,
        edits={
            _UNCHANGED: (
                "    if not training:\n        return x.detach()\n"
                "    if p == 0:\n        return x\n"
            )
        },
        belief=Text(
            es="Fuera del entrenamiento no hacen falta gradientes.",
            en="Outside training, no gradients are needed.",
        ),
        hint=Text(
            es="¿Y si alguien quiere el gradiente de una red en modo eval respecto a su entrada?",
            en="What if someone wants a network's gradient in eval mode, by its input?",
        ),
    ),
    # Bad arguments
    Misconception(
        key="p-never-checked",
        target=_FUNCTION,
        edits={_P_CHECK: "if x.ndim != 4:"},
        belief=Text(
            es="Quien llama ya sabe que p es una probabilidad.",
            en="The caller knows that p is a probability.",
        ),
        hint=Text(
            es="¿Qué pasa con p = −0.1? ¿Y con p = 2?",
            en="What happens at p = −0.1? And at p = 2?",
        ),
    ),
    Misconception(
        key="p-checked-only-in-training",
        target=_FUNCTION,
        edits={_P_CHECK: "if training:\n        _require_probability(p)\n    if x.ndim != 4:"},
        belief=Text(
            es="Si no se anula nada, da igual cuánto valga p.",
            en="Where nothing is zeroed, the value of p does not matter.",
        ),
        hint=Text(
            es="¿Cuándo prefieres enterarte de una p mala: al evaluar o después de desplegar?",
            en="When does the text want a bad p to be noticed?",
        ),
    ),
    Misconception(
        key="only-p-above-one-checked",
        target=_FUNCTION,
        edits={_P_CHECK: ('if p > 1:\n        raise ValueError(f"p is {p}")\n    if x.ndim != 4:')},
        belief=Text(
            es="Lo único que no puede ser p es mayor que 1.",
            en="The one thing that p cannot be is greater than 1.",
        ),
        hint=Text(
            es="¿Qué dos lados tiene un intervalo?",
            en="Which two sides does an interval have?",
        ),
    ),
    Misconception(
        key="p-asserted",
        target=_FUNCTION,
        edits={_P_CHECK: 'assert 0 <= p <= 1, f"p is {p}"\n    if x.ndim != 4:'},
        belief=Text(
            es="Un assert es la manera de comprobar un argumento.",
            en="An assert is the way to check an argument.",
        ),
        hint=Text(
            es="¿Qué excepción lanza un assert, y cuál pide el enunciado?",
            en="Which exception does an assert raise, and which one does the text want?",
        ),
    ),
    Misconception(
        key="axes-never-checked",
        target=_FUNCTION,
        edits={
            _AXES_CHECK: "    x_shape = (*x.shape, 1, 1)[:2]\n",
            _MASK_SHAPE: "(*x_shape, *[1] * (x.ndim - 2))[: x.ndim],",
        },
        belief=Text(
            es="La función vale para cualquier número de ejes.",
            en="The function serves for any number of axes.",
        ),
        hint=Text(
            es="¿Qué es un mapa en un tensor de dos ejes? ¿Qué dice el enunciado de ese caso?",
            en="What is a map in a tensor of two axes? What does the text say of that case?",
        ),
    ),
    Misconception(
        key="image-without-batch-accepted",
        target=_FUNCTION,
        edits={
            _AXES_CHECK: (
                "    if x.ndim == 3:\n"
                "        return dropout2d(x[None], p, training, generator)[0]\n" + _AXES_CHECK
            )
        },
        belief=Text(
            es="Una sola imagen (C, H, W) también vale, como en torch.",
            en="A single image (C, H, W) will do, too, as in torch.",
        ),
        hint=Text(
            es="¿Con cuántos ejes pide el enunciado un ValueError?",
            en="For which numbers of axes does the text want a ValueError?",
        ),
    ),
    Misconception(
        key="axes-unchecked-without-training",
        target=_FUNCTION,
        edits={
            _AXES_CHECK: "    if not training:\n        return x\n" + _AXES_CHECK,
        },
        belief=Text(
            es="Con training=False se devuelve x y no hay nada que comprobar.",
            en="With training=False x is returned, and there is nothing to check.",
        ),
        hint=Text(
            es="¿En qué modo se notaría antes que x tiene una forma equivocada?",
            en="What does the text say about bad arguments in eval mode?",
        ),
    ),
    # Where the mask comes from
    Misconception(
        key="generator-ignored",
        target=_FUNCTION,
        edits={_GENERATOR: "        device=x.device,\n"},
        belief=Text(
            es="El argumento generator está por compatibilidad; los números salen de torch.",
            en="The argument generator is there for compatibility; the numbers come from torch.",
        ),
        hint=Text(
            es="Llama dos veces con generadores de la misma semilla: ¿es la misma máscara?",
            en="Call twice with generators of one seed: is the mask the same?",
        ),
    ),
    Misconception(
        key="generator-started-again",
        target=_FUNCTION,
        edits={
            _DRAW: (
                "    if generator is not None:\n"
                "        generator.manual_seed(generator.initial_seed())\n" + _DRAW
            )
        },
        belief=Text(
            es="Para que sea reproducible, el generador se pone en su semilla en cada llamada.",
            en="To be reproducible, the generator is set to its seed in each call.",
        ),
        hint=Text(
            es="¿Qué máscaras ven dos llamadas seguidas con el mismo generador?",
            en="Which masks do two calls in a row get from the same generator?",
        ),
    ),
    Misconception(
        key="generator-gives-only-its-seed",
        target=_FUNCTION,
        edits={
            _DRAW: (
                "    if generator is not None:\n"
                "        torch.manual_seed(generator.initial_seed())\n" + _DRAW
            ),
            _GENERATOR: "        device=x.device,\n",
        },
        belief=Text(
            es="Un generador es una semilla, y con ella se siembra torch.",
            en="A generator is a seed, and torch is seeded with it.",
        ),
        hint=Text(
            es="¿Qué efecto tiene torch.manual_seed en el resto del programa?",
            en="Which effect has torch.manual_seed on the rest of the program?",
        ),
    ),
    Misconception(
        key="fresh-generator-each-call",
        target=_FUNCTION,
        edits={
            _DRAW: "    source = torch.Generator() if generator is None else generator\n" + _DRAW,
            _GENERATOR: '        generator=source,\n        device="cpu",\n',
        },
        belief=Text(
            es="Si no se pasa generador, la función crea uno.",
            en="Where no generator is given, the function makes one.",
        ),
        hint=Text(
            es="¿Con qué semilla nace un torch.Generator() nuevo?",
            en="With which seed does a new torch.Generator() start?",
        ),
    ),
    Misconception(
        key="fixed-global-seed",
        target=_FUNCTION,
        edits={
            _DRAW: "    if generator is None:\n        torch.manual_seed(0)\n" + _DRAW,
        },
        belief=Text(
            es="Los experimentos reproducibles ponen la semilla antes de sacar números.",
            en="Reproducible experiments set the seed before they draw.",
        ),
        hint=Text(
            es="¿Quién debe decidir la semilla global: la función o quien la llama?",
            en="Who should decide on the global seed: the function or its caller?",
        ),
    ),
    Misconception(
        key="random-global-seed",
        target=_FUNCTION,
        edits={
            _DRAW: "    if generator is None:\n        torch.seed()\n" + _DRAW,
        },
        belief=Text(
            es="Para que cada máscara sea nueva hay que volver a sembrar torch.",
            en="For each mask to be new, torch has to be seeded again.",
        ),
        hint=Text(
            es="¿Se repite el resultado si quien llama pone antes una semilla?",
            en="Does the result repeat if the caller sets a seed before?",
        ),
    ),
    Misconception(
        key="mask-from-numpy",
        target=_FUNCTION,
        edits={
            _DROPPED: (
                "    import numpy\n\n"
                "    numbers = numpy.random.random_sample(uniform.shape)\n"
                "    dropped = (torch.from_numpy(numbers) < p).to(x.device)"
            ),
        },
        belief=Text(
            es="Da igual de qué biblioteca salgan los números al azar.",
            en="It does not matter which library the random numbers come from.",
        ),
        hint=Text(
            es="¿A qué generadores afecta torch.manual_seed?",
            en="Which generators does torch.manual_seed affect?",
        ),
    ),
    Misconception(
        key="mask-made-once",
        target=_FUNCTION,
        edits={
            _DROPPED: (
                '    key = f"{tuple(x.shape)}{x.device}"\n'
                "    uniform = dropout2d.__dict__.setdefault(key, uniform)\n" + _DROPPED
            )
        },
        belief=Text(
            es="La máscara se puede guardar para entradas de la misma forma.",
            en="The mask can be kept for inputs of the same shape.",
        ),
        hint=Text(
            es="¿Qué red más pequeña se entrena si siempre caen los mismos mapas?",
            en="Which smaller network is trained if the same maps fall each time?",
        ),
    ),
    Misconception(
        key="mask-drawn-on-the-cpu",
        target=_FUNCTION,
        edits={
            "device=x.device if generator is None else generator.device,": (
                'device="cpu" if generator is None else generator.device,'
            )
        },
        belief=Text(
            es="La máscara se puede sacar en la CPU y llevar luego a donde está x.",
            en="The mask can be drawn on the CPU and moved to where x is.",
        ),
        hint=Text(
            es="¿De qué dispositivo es el generador por defecto que pide el enunciado?",
            en="Of which device is the default generator that the text asks for?",
        ),
    ),
    Misconception(
        key="mask-left-on-the-cpu",
        target=_FUNCTION,
        edits={
            "device=x.device if generator is None else generator.device,": (
                'device="cpu" if generator is None else generator.device,'
            ),
            _DROPPED: "    dropped = uniform < p",
        },
        belief=Text(
            es="Un tensor nuevo va a parar solo al dispositivo que haga falta.",
            en="A new tensor goes by itself to the device where it is needed.",
        ),
        hint=Text(
            es="¿En qué dispositivo crea torch.rand sus números si nadie se lo dice?",
            en="On which device does torch.rand make its numbers if nobody says so?",
        ),
    ),
    # Side effects and gradients
    Misconception(
        key="works-in-place",
        target=_FUNCTION,
        edits={_RESULT: "    return x.masked_fill_(dropped, 0) * scale"},
        belief=Text(
            es="Anular en el propio tensor ahorra memoria.",
            en="To zero in the tensor itself saves memory.",
        ),
        hint=Text(
            es="¿Qué le ocurre a quien vuelva a usar x después?",
            en="What happens to those who use x again afterwards?",
        ),
    ),
    Misconception(
        key="in-place-at-p-one",
        target=_FUNCTION,
        edits={
            _UNCHANGED: _UNCHANGED + "    if p == 1:\n        return x.zero_()\n",
        },
        belief=Text(
            es="Con p = 1 basta con poner x a cero.",
            en="At p = 1 it is enough to set x to zero.",
        ),
        hint=Text(
            es="Imprime x antes y después de la llamada.",
            en="Print x before and after the call.",
        ),
    ),
    Misconception(
        key="gradient-detached",
        target=_FUNCTION,
        edits={_RESULT: "    return x.detach().masked_fill(dropped, 0) * scale"},
        belief=Text(
            es="El azar no se deriva, así que se trabaja con los datos de x.",
            en="Chance has no derivative, so the work is done on the data of x.",
        ),
        hint=Text(
            es="Una vez fijada la máscara, ¿qué función de x es la salida?",
            en="Once the mask is fixed, which function of x is the output?",
        ),
    ),
    Misconception(
        key="gradient-passes-everywhere",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    result = x.masked_fill(dropped, 0) * scale\n"
                "    return result.detach() + (x - x.detach()).masked_fill(x.isinf(), 0)"
            )
        },
        belief=Text(
            es="La máscara es cosa de la pasada hacia delante; el gradiente pasa entero.",
            en="The mask belongs to the forward pass; the gradient passes in full.",
        ),
        hint=Text(
            es="¿Cuánto cambia la salida si cambia un píxel de un mapa anulado?",
            en="How much does the output change if a pixel of a zeroed map does?",
        ),
    ),
    Misconception(
        key="gradient-without-the-scale",
        target=_FUNCTION,
        edits={
            _RESULT: (
                "    kept = x.masked_fill(dropped, 0)\n"
                "    return kept + kept.detach() * (scale - 1)"
            )
        },
        belief=Text(
            es="La escala es una corrección de los valores, no de los gradientes.",
            en="The scale corrects the values, not the gradients.",
        ),
        hint=Text(
            es="¿Cuál es la derivada de x/(1 − p) respecto a x?",
            en="What is the derivative of x/(1 − p) by x?",
        ),
    ),
    # The signature
    Misconception(
        key="another-default-p",
        target=_FUNCTION,
        edits={"    p: float = 0.5,\n": "    p: float = 0.1,\n"},
        belief=Text(
            es="Por defecto cae uno de cada diez mapas.",
            en="By default, one map in ten falls.",
        ),
        hint=Text(
            es="Mira la firma del enunciado.",
            en="Look at the signature in the text.",
        ),
    ),
    Misconception(
        key="not-training-by-default",
        target=_FUNCTION,
        edits={"training: bool = True,": "training: bool = False,"},
        belief=Text(
            es="Sin decir nada, la función no anula.",
            en="Unless told so, the function does not zero.",
        ),
        hint=Text(
            es="¿Qué hace dropout2d(x) según la firma del enunciado?",
            en="What does dropout2d(x) do, by the signature in the text?",
        ),
    ),
    # Dropout2d
    Misconception(
        key="layer-ignores-its-mode",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, self.p)"},
        belief=Text(
            es="El modo ya lo sabe la función; el módulo solo le pasa p.",
            en="The function knows the mode; the module only hands over p.",
        ),
        hint=Text(
            es="¿Dónde guarda un nn.Module si está en modo train o eval?",
            en="Where does an nn.Module keep whether it is in train or eval mode?",
        ),
    ),
    Misconception(
        key="layer-never-drops",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, self.p, training=False)"},
        belief=Text(
            es="El módulo llama a la función sin entrenar.",
            en="The module calls the function without training.",
        ),
        hint=Text(
            es="¿Qué devuelve la capa en modo train?",
            en="What does the layer return in train mode?",
        ),
    ),
    Misconception(
        key="layer-mode-the-wrong-way-round",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, self.p, not self.training)"},
        belief=Text(
            es="La capa anula cuando no se está entrenando.",
            en="The layer zeroes when it is not training.",
        ),
        hint=Text(
            es="Pon la capa en cada modo y cuenta los ceros.",
            en="Put the layer in each mode and count the zeros.",
        ),
    ),
    Misconception(
        key="layer-mode-only-by-its-own-eval",
        target=_LAYER,
        edits={
            "        self.p = p\n        ### END SOLUTION": (
                "        self.p = p\n"
                "        self.drops = True\n\n"
                "    def eval(self):\n"
                "        self.drops = False\n"
                "        return self\n\n"
                "    def train(self, mode=True):\n"
                "        self.drops = True\n"
                "        return self\n"
                "        ### END SOLUTION"
            ),
            _FORWARD: "        return dropout2d(x, self.p, self.drops)",
        },
        belief=Text(
            es="La capa cambia de modo cuando se llama a su eval() o a su train().",
            en="The layer changes its mode when its eval() or its train() is called.",
        ),
        hint=Text(
            es="¿A qué método de sus hijos llama network.eval(), y con qué argumento?",
            en="Which method of its children does network.eval() call, with which argument?",
        ),
    ),
    Misconception(
        key="layer-ignores-p",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, training=self.training)"},
        belief=Text(
            es="La función ya trae la probabilidad por defecto.",
            en="The function brings its default probability.",
        ),
        hint=Text(
            es="Construye Dropout2d(0.9) y cuenta los mapas anulados.",
            en="Build Dropout2d(0.9) and count the zeroed maps.",
        ),
    ),
    Misconception(
        key="layer-p-is-the-share-kept",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, 1 - self.p, self.training)"},
        belief=Text(
            es="El p del módulo es la probabilidad de conservar un mapa.",
            en="The module's p is the probability of keeping a map.",
        ),
        hint=Text(
            es="¿Qué dice el enunciado que hace Dropout2d(0.9)?",
            en="What does Dropout2d(0.9) do, by the text?",
        ),
    ),
    Misconception(
        key="layer-scales-again",
        target=_LAYER,
        edits={
            _FORWARD: (
                "        y = dropout2d(x, self.p, self.training)\n"
                "        return y / (1 - self.p) if self.training and self.p < 1 else y"
            )
        },
        belief=Text(
            es="La función anula y el módulo compensa.",
            en="The function zeroes, and the module makes up for it.",
        ),
        hint=Text(
            es="¿Quién multiplica ya por 1/(1 − p)?",
            en="Who multiplies by 1/(1 − p) already?",
        ),
    ),
    Misconception(
        key="layer-scales-in-eval-mode",
        target=_LAYER,
        edits={
            _FORWARD: (
                "        y = dropout2d(x, self.p, self.training)\n"
                "        return y if self.training else y * (1 - self.p)"
            )
        },
        belief=Text(
            es="En modo eval la capa multiplica por 1 − p.",
            en="In eval mode the layer multiplies by 1 − p.",
        ),
        hint=Text(
            es="¿Qué compensa ya la escala del modo train?",
            en="What does the scale of train mode make up for already?",
        ),
    ),
    Misconception(
        key="layer-same-channels-in-every-image",
        target=_LAYER,
        edits={
            _FORWARD: (
                "        if not self.training or x.ndim != 4 or self.p == 1:\n"
                "            return dropout2d(x, self.p, self.training)\n"
                "        return x * dropout2d(torch.ones_like(x[:1]), self.p)"
            )
        },
        belief=Text(
            es="La capa elige los canales una vez por lote.",
            en="The layer chooses the channels once per batch.",
        ),
        hint=Text(
            es="¿Deben perder dos imágenes del mismo lote los mismos canales?",
            en="Should two images of one batch lose the same channels?",
        ),
    ),
    Misconception(
        key="layer-mask-fixed-when-built",
        target=_LAYER,
        edits={
            "        self.p = p": (
                "        self.p = p\n"
                "        self.seed = int(torch.randint(2**31, (), device='cpu'))"
            ),
            _FORWARD: (
                "        generator = torch.Generator().manual_seed(self.seed)\n"
                "        return dropout2d(x, self.p, self.training, generator)"
            ),
        },
        belief=Text(
            es="La máscara es parte de la capa y se elige al construirla.",
            en="The mask is part of the layer, and chosen when it is built.",
        ),
        hint=Text(
            es="¿Cuántas subredes distintas se entrenan si la máscara no cambia?",
            en="How many different subnetworks are trained if the mask does not change?",
        ),
    ),
    Misconception(
        key="layer-has-its-own-generator",
        target=_LAYER,
        edits={
            "        self.p = p": "        self.p = p\n        self.source = torch.Generator()",
            _FORWARD: "        return dropout2d(x, self.p, self.training, self.source)",
        },
        belief=Text(
            es="Cada capa lleva su propio generador.",
            en="Each layer carries a generator of its own.",
        ),
        hint=Text(
            es="¿Afecta torch.manual_seed a los generadores que tú creas?",
            en="Does torch.manual_seed affect the generators that you make?",
        ),
    ),
    Misconception(
        key="layer-sets-the-seed",
        target=_LAYER,
        edits={
            _FORWARD: (
                "        torch.manual_seed(0)\n        return dropout2d(x, self.p, self.training)"
            )
        },
        belief=Text(
            es="La capa pone la semilla para que el entrenamiento se repita.",
            en="The layer sets the seed, so that training can be repeated.",
        ),
        hint=Text(
            es="¿Qué máscara sale en la segunda llamada?",
            en="Which mask comes out of the second call?",
        ),
    ),
    Misconception(
        key="layer-p-checked-at-the-call",
        target=_LAYER,
        edits={_BUILD: "        super().__init__()\n        self.p = p"},
        belief=Text(
            es="La función ya comprueba p cuando la capa se usa.",
            en="The function checks p when the layer is used.",
        ),
        hint=Text(
            es="¿Cuándo debe fallar Dropout2d(1.5)?",
            en="When does Dropout2d(1.5) have to fail?",
        ),
    ),
    Misconception(
        key="layer-rejects-the-ends",
        target=_LAYER,
        edits={
            _BUILD: (
                "        super().__init__()\n"
                "        if not 0 < p < 1:\n"
                '            raise ValueError(f"p = {p}")\n'
                "        self.p = p"
            )
        },
        belief=Text(
            es="Una probabilidad útil está entre 0 y 1, sin los extremos.",
            en="A useful probability lies between 0 and 1, without the ends.",
        ),
        hint=Text(
            es="¿Son 0 y 1 parte del intervalo [0, 1]?",
            en="Are 0 and 1 part of the interval [0, 1]?",
        ),
    ),
    Misconception(
        key="layer-eval-mode-checks-nothing",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x, self.p) if self.training else x"},
        belief=Text(
            es="En modo eval la capa es la identidad, con cualquier x.",
            en="In eval mode the layer is the identity, for any x.",
        ),
        hint=Text(
            es="¿Qué dice el enunciado de los errores en modo eval?",
            en="What does the text say about errors in eval mode?",
        ),
    ),
    Misconception(
        key="layer-gradient-detached",
        target=_LAYER,
        edits={_FORWARD: "        return dropout2d(x.detach(), self.p, self.training)"},
        belief=Text(
            es="Una capa sin parámetros no interviene en los gradientes.",
            en="A layer without parameters has no part in the gradients.",
        ),
        hint=Text(
            es="¿Cómo llega el gradiente a las capas que van antes?",
            en="How does the gradient reach the layers before it?",
        ),
    ),
    Misconception(
        key="layer-works-in-place",
        target=_LAYER,
        edits={
            _FORWARD: (
                "        y = dropout2d(x, self.p, self.training)\n"
                "        x.data.copy_(y.data)\n"
                "        return y"
            )
        },
        belief=Text(
            es="La capa deja el resultado también en su entrada.",
            en="The layer leaves its result in its input, too.",
        ),
        hint=Text(
            es="¿Quién más puede estar usando el tensor que entra en la capa?",
            en="Who else may be using the tensor that enters the layer?",
        ),
    ),
    Misconception(
        key="layer-with-another-default",
        target=_LAYER,
        edits={"def __init__(self, p: float = 0.5)": "def __init__(self, p: float = 0.1)"},
        belief=Text(
            es="Una capa sin argumentos anula uno de cada diez mapas.",
            en="A layer without arguments zeroes one map in ten.",
        ),
        hint=Text(
            es="Mira la firma del módulo en el enunciado.",
            en="Look at the module's signature in the text.",
        ),
    ),
)
