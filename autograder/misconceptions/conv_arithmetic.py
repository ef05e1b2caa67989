"""Misconceptions about convolution arithmetic."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_OUTPUT = "conv_output_size"
_SAME = "same_padding"
_SHAPE = "conv2d_output_shape"
_TRANSPOSE = "conv_transpose_output_size"
_FIELD = "receptive_field"

# What the edits start from.
_PLACES = "output_size = (input_size + 2 * padding - kernel_extent) // stride + 1"
_FIT = "if output_size < 1:\n        raise ValueError(\n"
_HALF = "padding, remainder = divmod(dilation * (kernel_size - 1), 2)"
_SAME_BRANCH = (
    "        if strides != (1, 1):\n"
    '            raise ValueError(f\'padding "same" needs stride 1, got '
    "{stride}')\n"
    "        for kernel, gap in zip(kernels, dilations, strict=True):\n"
    "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
    "        return batch, out_channels, height, width\n"
)
_SHAPE_RETURNED = "return batch, out_channels, output_height, output_width"
_PAIR = "return (value, value) if isinstance(value, int) else value"
_STAMPED = "output_size = (input_size - 1) * stride + kernel_extent - 2 * padding + output_padding"
_CUT = '    if output_size < 1:\n        raise ValueError(f"padding'
_BOUND = "if output_padding >= max(stride, dilation):"
_STEP = "        field += (kernel_size - 1) * step\n        step *= stride\n"
_EXTENT = "kernel_extent = dilation * (kernel_size - 1) + 1\n    output_size = (input_size + 2"
_STAMP = "kernel_extent = dilation * (kernel_size - 1) + 1\n    output_size = (input_size - 1)"
_LAYER_CHECKED = "        _require_at_least(1, kernel_size=kernel_size, stride=stride)\n"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # conv_output_size
    Misconception(
        key="last-partial-step-counted",
        target=_OUTPUT,
        edits={
            _PLACES: "output_size = -(-(input_size + 2 * padding - kernel_extent) // stride) + 1"
        },
        belief=Text(
            es="Un último paso incompleto también da una salida: se redondea hacia arriba.",
            en="A last incomplete step gives an output too: round up.",
        ),
        hint=Text(
            es="¿Qué píxeles vería el núcleo en ese último sitio?",
            en="Which pixels would the kernel see in that last place?",
        ),
    ),
    Misconception(
        key="quotient-rounded",
        target=_OUTPUT,
        edits={
            _PLACES: (
                "output_size = round((input_size + 2 * padding - kernel_extent) / stride) + 1"
            )
        },
        belief=Text(
            es="El cociente se redondea al entero más próximo.",
            en="The quotient is rounded to the nearest integer.",
        ),
        hint=Text(
            es="¿Cuántos pasos enteros caben cuando el último se queda a medias o casi?",
            en="How many whole steps fit where the last one is half or nearly there?",
        ),
    ),
    Misconception(
        key="quotient-cut-towards-zero",
        target=_OUTPUT,
        edits={
            _PLACES: "output_size = int((input_size + 2 * padding - kernel_extent) / stride) + 1"
        },
        belief=Text(es="int() redondea hacia abajo.", en="int() rounds down."),
        hint=Text(
            es="¿Qué da int() con un cociente negativo, y cuándo es negativo este?",
            en="What does int() make of a negative quotient, and when is this one negative?",
        ),
    ),
    Misconception(
        key="first-place-not-counted",
        target=_OUTPUT,
        edits={_PLACES: "output_size = (input_size + 2 * padding - kernel_extent) // stride"},
        belief=Text(
            es="Hay tantas salidas como pasos da el núcleo.",
            en="There are as many outputs as the kernel takes steps.",
        ),
        hint=Text(
            es="Cuenta los sitios de un núcleo de 3 sobre 3 píxeles, y los pasos que da.",
            en="Count the places of a kernel of 3 on 3 pixels, and the steps it takes.",
        ),
    ),
    Misconception(
        key="padding-at-one-end",
        target=_OUTPUT,
        edits={_PLACES: "output_size = (input_size + padding - kernel_extent) // stride + 1"},
        belief=Text(
            es="El relleno alarga la entrada en padding píxeles.",
            en="The padding makes the input padding pixels longer.",
        ),
        hint=Text(
            es="¿En cuántos extremos del eje se rellena?",
            en="At how many ends of the axis is there padding?",
        ),
    ),
    Misconception(
        key="extent-is-the-product",
        target=_OUTPUT,
        edits={
            _EXTENT: ("kernel_extent = dilation * kernel_size\n    output_size = (input_size + 2")
        },
        belief=Text(
            es="Un núcleo de k pesos con dilatación d ocupa d·k píxeles.",
            en="A kernel of k weights with dilation d covers d·k pixels.",
        ),
        hint=Text(
            es="Dibuja 2 pesos con dilatación 3: ¿cuántos píxeles hay del primero al último?",
            en=(
                "Draw 2 weights with dilation 3: how many pixels are there from the first "
                "to the last?"
            ),
        ),
    ),
    Misconception(
        key="dilation-counts-the-holes",
        target=_OUTPUT,
        edits={
            _EXTENT: (
                "kernel_extent = kernel_size + dilation * (kernel_size - 1)\n"
                "    output_size = (input_size + 2"
            )
        },
        belief=Text(
            es="dilation es el número de huecos que hay entre dos pesos.",
            en="dilation is the number of holes between two weights.",
        ),
        hint=Text(
            es="¿Cuántos huecos hay entre los pesos con la dilatación por defecto?",
            en="How many holes are there between the weights at the default dilation?",
        ),
    ),
    Misconception(
        key="dilation-forgotten",
        target=_OUTPUT,
        edits={_EXTENT: ("kernel_extent = kernel_size\n    output_size = (input_size + 2")},
        belief=Text(
            es=("La dilatación cambia qué píxeles ve el núcleo, pero no el tamaño de la salida."),
            en="Dilation changes which pixels the kernel sees, not the output size.",
        ),
        hint=Text(
            es="¿Cabe en los mismos sitios un núcleo cuyos pesos están más separados?",
            en="Does a kernel whose weights are further apart fit in the same places?",
        ),
    ),
    Misconception(
        key="dilation-spreads-the-padding",
        target=_OUTPUT,
        edits={
            _PLACES: (
                "output_size = (input_size + 2 * padding * dilation - kernel_extent) // stride + 1"
            )
        },
        belief=Text(
            es="La dilatación multiplica también el relleno.",
            en="Dilation multiplies the padding too.",
        ),
        hint=Text(
            es=(
                "¿De qué separa la dilatación los elementos: del núcleo o de la entrada rellenada?"
            ),
            en=("Whose elements does dilation spread: the kernel's or those of the padded input?"),
        ),
    ),
    Misconception(
        key="floor-before-the-subtraction",
        target=_OUTPUT,
        edits={
            _PLACES: (
                "output_size = (input_size + 2 * padding) // stride - kernel_extent // stride + 1"
            )
        },
        belief=Text(
            es="Se puede dividir cada término por el paso y restar después.",
            en="Each term can be divided by the stride and subtracted afterwards.",
        ),
        hint=Text(
            es="¿Es lo mismo redondear una diferencia que restar dos números redondeados?",
            en="Is rounding a difference the same as subtracting two rounded numbers?",
        ),
    ),
    Misconception(
        key="fit-judged-without-padding",
        target=_OUTPUT,
        edits={_FIT: ("if kernel_extent > input_size:\n        raise ValueError(\n")},
        belief=Text(
            es="El núcleo tiene que caber en la entrada sin rellenar.",
            en="The kernel has to fit into the input without its padding.",
        ),
        hint=Text(
            es=("¿Sobre qué se mueve el núcleo: sobre la entrada o sobre la entrada rellenada?"),
            en="What does the kernel move on: the input, or the padded input?",
        ),
    ),
    Misconception(
        key="fit-judged-without-dilation",
        target=_OUTPUT,
        edits={_FIT: ("if input_size + 2 * padding < kernel_size:\n        raise ValueError(\n")},
        belief=Text(
            es="El núcleo cabe si la entrada rellenada tiene al menos kernel_size píxeles.",
            en="The kernel fits where the padded input has at least kernel_size pixels.",
        ),
        hint=Text(
            es="¿Cuántos píxeles ocupa un núcleo dilatado?",
            en="How many pixels does a dilated kernel cover?",
        ),
    ),
    Misconception(
        key="zero-is-a-size",
        target=_OUTPUT,
        edits={_FIT: ("if output_size < 0:\n        raise ValueError(\n")},
        belief=Text(
            es="Solo un resultado negativo es imposible; 0 es un tamaño como otro.",
            en="Only a negative result is impossible; 0 is a size like any other.",
        ),
        hint=Text(
            es=("¿Qué dice el enunciado de un núcleo al que le falta un solo píxel para caber?"),
            en="What does the assignment say of a kernel that is one pixel too long to fit?",
        ),
    ),
    Misconception(
        key="impossible-size-returned",
        target=_OUTPUT,
        edits={_FIT: ("if False:\n        raise ValueError(\n")},
        belief=Text(
            es="La fórmula vale siempre: si el núcleo no cabe, el resultado ya lo dirá.",
            en="The formula always holds: if the kernel does not fit, the result will tell.",
        ),
        hint=Text(
            es="¿Qué debería saber quien pide el tamaño de una salida que no existe?",
            en=(
                "What should somebody learn who asks for the size of an output that does not exist?"
            ),
        ),
    ),
    Misconception(
        key="impossible-size-is-zero",
        target=_OUTPUT,
        edits={_FIT: ("if output_size < 1:\n        return 0\n        raise ValueError(\n")},
        belief=Text(
            es="Si el núcleo no cabe, no hay salidas: el tamaño es 0.",
            en="Where the kernel does not fit there are no outputs: the size is 0.",
        ),
        hint=Text(
            es="¿Cómo distingue quien llama un error de un tamaño?",
            en="How does a caller tell an error from a size?",
        ),
    ),
    Misconception(
        key="stride-defaults-to-the-kernel",
        target=_OUTPUT,
        edits={
            (
                "input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, "
                "dilation: int = 1\n"
            ): (
                "input_size: int, kernel_size: int, stride: int | None = None, padding: int "
                "= 0, dilation: int = 1\n"
            ),
            (
                '    """\n'
                "    ### BEGIN SOLUTION\n"
                "    _require_at_least(\n"
                "        1, input_size=input_size, kernel_size=kernel_size, stride=stride, "
                "dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            ): (
                '    """\n'
                "    ### BEGIN SOLUTION\n"
                "    stride = kernel_size if stride is None else stride\n"
                "    _require_at_least(\n"
                "        1, input_size=input_size, kernel_size=kernel_size, stride=stride, "
                "dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            ),
        },
        belief=Text(
            es="Por defecto el paso es el tamaño del núcleo, como en el pooling.",
            en="By default the stride is the kernel size, as in pooling.",
        ),
        hint=Text(
            es="¿Qué paso da el enunciado por defecto a una convolución?",
            en="Which stride does the assignment give a convolution by default?",
        ),
    ),
    Misconception(
        key="padding-comes-before-stride",
        target=_OUTPUT,
        edits={
            (
                "input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, "
                "dilation: int = 1\n"
            ): (
                "input_size: int, kernel_size: int, padding: int = 0, stride: int = 1, "
                "dilation: int = 1\n"
            )
        },
        belief=Text(
            es="El orden de los argumentos da igual mientras se llamen así.",
            en="The order of the arguments does not matter as long as they have these names.",
        ),
        hint=Text(
            es="¿Qué es el tercer número de conv_output_size(7, 3, 2)?",
            en="What is the third number of conv_output_size(7, 3, 2)?",
        ),
    ),
    Misconception(
        key="size-is-a-float",
        target=_OUTPUT,
        edits={
            _PLACES: (
                "output_size = float((input_size + 2 * padding - kernel_extent) // stride + 1)"
            )
        },
        belief=Text(
            es="Un tamaño puede ser 5.0: es el mismo número.",
            en="A size may be 5.0: it is the same number.",
        ),
        hint=Text(
            es="¿Se puede crear un tensor con torch.zeros(5.0)?",
            en="Can a tensor be made with torch.zeros(5.0)?",
        ),
    ),
    Misconception(
        key="size-is-a-numpy-number",
        target=_OUTPUT,
        edits={
            "from collections.abc import Sequence\n": (
                "from collections.abc import Sequence\n\nimport numpy as np\n"
            ),
            _PLACES: (
                "output_size = np.floor_divide(input_size + 2 * padding - kernel_extent, "
                "stride) + 1"
            ),
        },
        belief=Text(es="Un número de NumPy es un int.", en="A NumPy number is an int."),
        hint=Text(
            es="¿Qué dice type() del resultado, y qué pide la firma?",
            en="What does type() say of the result, and what does the signature ask for?",
        ),
    ),
    Misconception(
        key="stride-of-zero-divides",
        target=_OUTPUT,
        edits={
            (
                "1, input_size=input_size, kernel_size=kernel_size, stride=stride, "
                "dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            ): (
                "1, input_size=input_size, kernel_size=kernel_size, dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            )
        },
        belief=Text(
            es="Con stride=0 ya fallará la división.",
            en="With stride=0 the division will fail anyway.",
        ),
        hint=Text(
            es="¿Qué clase de excepción da una división por cero, y cuál pide el enunciado?",
            en=(
                "Which exception does a division by zero give, and which does the "
                "assignment ask for?"
            ),
        ),
    ),
    Misconception(
        key="padding-fills-an-empty-input",
        target=_OUTPUT,
        edits={
            (
                "1, input_size=input_size, kernel_size=kernel_size, stride=stride, "
                "dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            ): (
                "1, kernel_size=kernel_size, stride=stride, dilation=dilation\n"
                "    )\n"
                "    _require_at_least(0, padding=padding)\n"
            )
        },
        belief=Text(
            es="Una entrada vacía vale si el relleno le da píxeles.",
            en="An empty input is fine where the padding gives it pixels.",
        ),
        hint=Text(
            es="¿Qué tamaños de entrada acepta el enunciado, con relleno o sin él?",
            en="Which input sizes does the assignment accept, with padding or without?",
        ),
    ),
    Misconception(
        key="negative-padding-crops",
        target=_OUTPUT,
        edits={"    _require_at_least(0, padding=padding)\n": ""},
        belief=Text(
            es="Un relleno negativo recorta la entrada.", en="A negative padding crops the input."
        ),
        hint=Text(
            es="¿Qué dice el enunciado de un relleno menor que 0?",
            en="What does the assignment say of a padding below 0?",
        ),
    ),
    Misconception(
        key="padding-up-to-half-the-kernel",
        target=_OUTPUT,
        edits={
            _FIT: (
                "if output_size < 1 or padding > kernel_extent // 2:\n        raise ValueError(\n"
            )
        },
        belief=Text(
            es="El relleno no puede pasar de la mitad del núcleo, como en el pooling.",
            en="The padding may not exceed half the kernel, as in pooling.",
        ),
        hint=Text(
            es="¿De qué capa es esa regla, y aparece entre los errores del enunciado?",
            en="Which layer has that rule, and is it among the errors of the assignment?",
        ),
    ),
    Misconception(
        key="misfit-is-asserted",
        target=_OUTPUT,
        edits={
            _FIT: ("assert output_size >= 1\n    if output_size < 1:\n        raise ValueError(\n")
        },
        belief=Text(
            es="Un assert basta para rechazar argumentos imposibles.",
            en="An assert is enough to refuse impossible arguments.",
        ),
        hint=Text(
            es="¿Qué excepción lanza un assert, y qué queda de él con python -O?",
            en=("Which exception does an assert raise, and what is left of it under python -O?"),
        ),
    ),
    Misconception(
        key="misfit-without-a-name",
        target=_OUTPUT,
        edits={
            _FIT: (
                "if output_size < 1:\n"
                '        raise ValueError("impossible configuration")\n'
                "        raise ValueError(\n"
            )
        },
        belief=Text(
            es="Lo que importa es lanzar ValueError; el mensaje da igual.",
            en="What matters is to raise ValueError; the message does not.",
        ),
        hint=Text(
            es="¿Con qué palabras sabría quien llama qué argumento ha de cambiar?",
            en="Which words would tell the caller which argument to change?",
        ),
    ),
    # same_padding
    Misconception(
        key="half-of-the-product",
        target=_SAME,
        edits={
            _HALF: (
                "padding, remainder = divmod(dilation * kernel_size, 2)[0], dilation * "
                "(kernel_size - 1) % 2"
            )
        },
        belief=Text(
            es="El núcleo dilatado ocupa d·k píxeles, y el relleno es la mitad.",
            en="The dilated kernel covers d·k pixels, and the padding is half of it.",
        ),
        hint=Text(
            es=(
                "¿Cuántos píxeles hay a la izquierda del centro de un núcleo de 3 con dilatación 3?"
            ),
            en=("How many pixels lie to the left of the middle of a kernel of 3 with dilation 3?"),
        ),
    ),
    Misconception(
        key="half-kernel-for-any-kernel",
        target=_SAME,
        edits={_HALF: "padding, remainder = dilation * (kernel_size // 2), 0"},
        belief=Text(
            es="El relleno es k // 2, sea el núcleo par o impar.",
            en="The padding is k // 2, whether the kernel is even or odd.",
        ),
        hint=Text(
            es="¿Qué tamaño sale de 8 píxeles con un núcleo de 2 y ese relleno?",
            en="Which size comes out of 8 pixels with a kernel of 2 and that padding?",
        ),
    ),
    Misconception(
        key="odd-total-rounded-down",
        target=_SAME,
        edits={_HALF: "padding, remainder = dilation * (kernel_size - 1) // 2, 0"},
        belief=Text(
            es="Si no se puede repartir por igual, se redondea hacia abajo.",
            en="What cannot be shared equally is rounded down.",
        ),
        hint=Text(
            es="¿Se conserva el tamaño de la entrada con ese relleno y un núcleo par?",
            en="Is the input's size kept with that padding and an even kernel?",
        ),
    ),
    Misconception(
        key="same-padding-without-dilation",
        target=_SAME,
        edits={_HALF: "padding, remainder = divmod(kernel_size - 1, 2)"},
        belief=Text(
            es="El relleno depende del número de pesos, no de lo separados que estén.",
            en="The padding depends on the number of weights, not on how far apart they are.",
        ),
        hint=Text(
            es=(
                "¿Cuánto ocupa un núcleo de 3 con dilatación 2, y cuánto se pierde entonces "
                "en cada extremo?"
            ),
            en=(
                "How much does a kernel of 3 with dilation 2 cover, and how much is then "
                "lost at each end?"
            ),
        ),
    ),
    Misconception(
        key="every-even-kernel-refused",
        target=_SAME,
        edits={"    if remainder:\n": "    if kernel_size % 2 == 0:\n"},
        belief=Text(
            es="Un núcleo par nunca tiene un relleno simétrico.",
            en="An even kernel never has a symmetric padding.",
        ),
        hint=Text(
            es=(
                "¿Cuántos píxeles de relleno hacen falta en total para un núcleo de 2 con "
                "dilatación 2?"
            ),
            en=("How many pixels of padding does a kernel of 2 with dilation 2 need altogether?"),
        ),
    ),
    Misconception(
        key="total-padding-returned",
        target=_SAME,
        edits={
            _HALF: (
                "padding, remainder = dilation * (kernel_size - 1), dilation * (kernel_size "
                "- 1) % 2"
            )
        },
        belief=Text(
            es="Se pide el relleno total, el de los dos extremos.",
            en="What is asked for is the total padding, of both ends.",
        ),
        hint=Text(
            es="¿En cuántos extremos añade una convolución su padding?",
            en="At how many ends does a convolution add its padding?",
        ),
    ),
    Misconception(
        key="padding-is-a-float",
        target=_SAME,
        edits={"    return padding\n": "    return dilation * (kernel_size - 1) / 2\n"},
        belief=Text(
            es="La mitad se calcula con /, y 1.0 es lo mismo que 1.",
            en="Half is computed with /, and 1.0 is the same as 1.",
        ),
        hint=Text(
            es="¿Acepta nn.Conv2d un relleno de 1.0?", en="Does nn.Conv2d accept a padding of 1.0?"
        ),
    ),
    Misconception(
        key="half-rounded-before-dilating",
        target=_SAME,
        edits={
            _HALF: (
                "padding, remainder = dilation * ((kernel_size - 1) // 2), dilation * "
                "(kernel_size - 1) % 2"
            )
        },
        belief=Text(
            es=("Primero la mitad de k − 1, en enteros, y luego se multiplica por la dilatación."),
            en="First half of k − 1, in integers, and then times the dilation.",
        ),
        hint=Text(
            es="¿Qué se pierde al dividir k − 1 si el núcleo es par?",
            en="What is lost in halving k − 1 where the kernel is even?",
        ),
    ),
    Misconception(
        key="odd-total-is-a-type-error",
        target=_SAME,
        edits={
            ("    if remainder:\n        raise ValueError(\n"): (
                "    if remainder:\n        raise TypeError(\n"
            )
        },
        belief=Text(
            es="Un núcleo par es un argumento del tipo equivocado.",
            en="An even kernel is an argument of the wrong type.",
        ),
        hint=Text(
            es="¿Qué le pasa a un 2 que no le pase a un 3: el tipo o el valor?",
            en="What is wrong with a 2 that is not with a 3: its type or its value?",
        ),
    ),
    Misconception(
        key="kernel-of-one-refused",
        target=_SAME,
        edits={
            ("_require_at_least(1, kernel_size=kernel_size, dilation=dilation)\n    padding"): (
                "_require_at_least(2, kernel_size=kernel_size)\n"
                "    _require_at_least(1, dilation=dilation)\n"
                "    padding"
            )
        },
        belief=Text(
            es="Un núcleo de 1 no tiene relleno que calcular.",
            en="A kernel of 1 has no padding to compute.",
        ),
        hint=Text(
            es="¿Qué relleno conserva el tamaño con una convolución 1×1?",
            en="Which padding keeps the size of a 1×1 convolution?",
        ),
    ),
    Misconception(
        key="same-dilation-unchecked",
        target=_SAME,
        edits={
            ("_require_at_least(1, kernel_size=kernel_size, dilation=dilation)\n    padding"): (
                "_require_at_least(1, kernel_size=kernel_size)\n    padding"
            )
        },
        belief=Text(
            es="Solo el núcleo puede ser demasiado pequeño.", en="Only the kernel can be too small."
        ),
        hint=Text(
            es="¿Qué sería una dilatación de 0: a qué distancia están entonces los pesos?",
            en="What would a dilation of 0 be: how far apart are the weights then?",
        ),
    ),
    # conv2d_output_shape
    Misconception(
        key="pairs-are-width-height",
        target=_SHAPE,
        edits={_PAIR: "return (value, value) if isinstance(value, int) else (value[1], value[0])"},
        belief=Text(
            es="Los pares son (ancho, alto), como (x, y).",
            en="Pairs are (width, height), like (x, y).",
        ),
        hint=Text(
            es="¿Qué eje va primero en la forma de una imagen?",
            en="Which axis comes first in an image's shape?",
        ),
    ),
    Misconception(
        key="first-of-the-pair-for-both",
        target=_SHAPE,
        edits={_PAIR: "return (value, value) if isinstance(value, int) else (value[0], value[0])"},
        belief=Text(
            es="Los núcleos son cuadrados: basta el primer número.",
            en="Kernels are square: the first number is enough.",
        ),
        hint=Text(
            es="¿Para qué sirve entonces el segundo número del par?",
            en="What is the second number of the pair for, then?",
        ),
    ),
    Misconception(
        key="stride-of-the-height-for-both",
        target=_SHAPE,
        edits={
            (
                "output_width = conv_output_size(width, kernels[1], strides[1], "
                "paddings[1], dilations[1])"
            ): (
                "output_width = conv_output_size(width, kernels[1], strides[0], "
                "paddings[1], dilations[1])"
            )
        },
        belief=Text(
            es="El paso es el mismo en los dos ejes.", en="The stride is the same on both axes."
        ),
        hint=Text(
            es="¿Qué ancho sale con stride=(2, 1)?", en="Which width comes out with stride=(2, 1)?"
        ),
    ),
    Misconception(
        key="padding-axes-crossed",
        target=_SHAPE,
        edits={
            (
                "output_height = conv_output_size(height, kernels[0], strides[0], "
                "paddings[0], dilations[0])"
            ): (
                "output_height = conv_output_size(height, kernels[0], strides[0], "
                "paddings[1], dilations[0])"
            ),
            (
                "output_width = conv_output_size(width, kernels[1], strides[1], "
                "paddings[1], dilations[1])"
            ): (
                "output_width = conv_output_size(width, kernels[1], strides[1], "
                "paddings[0], dilations[1])"
            ),
        },
        belief=Text(
            es="El relleno de un par se da primero para el ancho.",
            en="The padding of a pair is given for the width first.",
        ),
        hint=Text(
            es="¿Qué eje crece con padding=(2, 0)?", en="Which axis grows with padding=(2, 0)?"
        ),
    ),
    Misconception(
        key="dilation-of-the-height-for-both",
        target=_SHAPE,
        edits={
            (
                "output_width = conv_output_size(width, kernels[1], strides[1], "
                "paddings[1], dilations[1])"
            ): (
                "output_width = conv_output_size(width, kernels[1], strides[1], "
                "paddings[1], dilations[0])"
            )
        },
        belief=Text(
            es="La dilatación es la misma en los dos ejes.",
            en="The dilation is the same on both axes.",
        ),
        hint=Text(
            es="¿Qué ancho sale con dilation=(1, 2)?",
            en="Which width comes out with dilation=(1, 2)?",
        ),
    ),
    Misconception(
        key="input-channels-last",
        target=_SHAPE,
        edits={"batch, _, height, width = input_shape": "batch, height, width, _ = input_shape"},
        belief=Text(
            es="Una imagen tiene la forma (N, H, W, C).", en="An image has the shape (N, H, W, C)."
        ),
        hint=Text(
            es="¿En qué orden da PyTorch los ejes de un lote de imágenes?",
            en="In which order does PyTorch give the axes of a batch of images?",
        ),
    ),
    Misconception(
        key="output-channels-last",
        target=_SHAPE,
        edits={
            _SHAPE_RETURNED: "return batch, output_height, output_width, out_channels",
            "        return batch, out_channels, height, width\n": (
                "        return batch, height, width, out_channels\n"
            ),
        },
        belief=Text(
            es="Los canales de la salida van al final.", en="The output's channels come last."
        ),
        hint=Text(
            es="¿En qué orden da PyTorch los ejes de un lote de imágenes?",
            en="In which order does PyTorch give the axes of a batch of images?",
        ),
    ),
    Misconception(
        key="channels-stay",
        target=_SHAPE,
        edits={
            "batch, _, height, width = input_shape\n": (
                "batch, out_channels, height, width = input_shape\n"
            )
        },
        belief=Text(
            es="Una convolución conserva los canales de la entrada.",
            en="A convolution keeps the input's channels.",
        ),
        hint=Text(
            es="¿De qué depende cuántos mapas salen: de la entrada o del número de núcleos?",
            en="What decides how many maps come out: the input, or the number of kernels?",
        ),
    ),
    Misconception(
        key="height-and-width-exchanged",
        target=_SHAPE,
        edits={_SHAPE_RETURNED: "return batch, out_channels, output_width, output_height"},
        belief=Text(
            es="La forma de la salida es (N, C, ancho, alto).",
            en="The output's shape is (N, C, width, height).",
        ),
        hint=Text(
            es="Prueba con una imagen más alta que ancha.",
            en="Try an image that is higher than wide.",
        ),
    ),
    Misconception(
        key="same-is-half-the-kernel",
        target=_SHAPE,
        edits={
            _SAME_BRANCH: (
                "        if strides != (1, 1):\n"
                '            raise ValueError(f\'padding "same" needs stride 1, got '
                "{stride}')\n"
                "        padding = (dilations[0] * (kernels[0] // 2), dilations[1] * "
                "(kernels[1] // 2))\n"
            )
        },
        belief=Text(
            es='"same" es un relleno de k // 2 en cada extremo.',
            en='"same" is a padding of k // 2 at each end.',
        ),
        hint=Text(
            es="¿Qué tamaño da ese relleno con un núcleo de 2 o de 4?",
            en="Which size does that padding give with a kernel of 2 or 4?",
        ),
    ),
    Misconception(
        key="same-forgets-the-dilation",
        target=_SHAPE,
        edits={
            _SAME_BRANCH: (
                "        if strides != (1, 1):\n"
                '            raise ValueError(f\'padding "same" needs stride 1, got '
                "{stride}')\n"
                "        for kernel, gap in zip(kernels, dilations, strict=True):\n"
                "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
                "        grown = [size + k - 1 for size, k in zip((height, width), kernels, "
                "strict=True)]\n"
                "        sizes = [conv_output_size(*axis, 1, 0, d) for *axis, d in "
                "zip(grown, kernels, dilations)]\n"
                "        return batch, out_channels, *sizes\n"
            )
        },
        belief=Text(
            es='"same" añade k − 1 píxeles, haya dilatación o no.',
            en='"same" adds k − 1 pixels, dilated or not.',
        ),
        hint=Text(
            es="¿Cuántos píxeles se pierden con un núcleo de 3 y dilatación 2?",
            en="How many pixels are lost with a kernel of 3 and dilation 2?",
        ),
    ),
    Misconception(
        key="same-needs-symmetric-padding",
        target=_SHAPE,
        edits={
            _SAME_BRANCH: (
                "        if strides != (1, 1):\n"
                '            raise ValueError(f\'padding "same" needs stride 1, got '
                "{stride}')\n"
                "        padding = (\n"
                "            same_padding(kernels[0], dilations[0]),\n"
                "            same_padding(kernels[1], dilations[1]),\n"
                "        )\n"
            )
        },
        belief=Text(
            es='"same" es same_padding en cada eje, así que un núcleo par es un error.',
            en='"same" is same_padding on each axis, so an even kernel is an error.',
        ),
        hint=Text(
            es='¿Con qué núcleos promete el enunciado que "same" conserva el tamaño?',
            en='With which kernels does the assignment promise that "same" keeps the size?',
        ),
    ),
    Misconception(
        key="same-divides-by-the-stride",
        target=_SHAPE,
        edits={
            _SAME_BRANCH: (
                "        for kernel, gap in zip(kernels, dilations, strict=True):\n"
                "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
                "        for step in strides:\n"
                "            _require_at_least(1, stride=step)\n"
                "        return batch, out_channels, -(-height // strides[0]), -(-width // "
                "strides[1])\n"
            )
        },
        belief=Text(
            es='Con paso s, "same" da el tamaño dividido por s, como en TensorFlow.',
            en='With stride s, "same" gives the size divided by s, as in TensorFlow.',
        ),
        hint=Text(
            es='¿Qué promete "same" en el enunciado, y qué dice de los demás pasos?',
            en=(
                'What does "same" promise in the assignment, and what does it say of other strides?'
            ),
        ),
    ),
    Misconception(
        key="same-wants-an-integer-stride",
        target=_SHAPE,
        edits={"        if strides != (1, 1):\n": "        if stride != 1:\n"},
        belief=Text(es="Un paso de 1 se escribe 1.", en="A stride of 1 is written 1."),
        hint=Text(
            es="¿Qué paso tiene cada eje con stride=(1, 1)?",
            en="Which stride does each axis have with stride=(1, 1)?",
        ),
    ),
    Misconception(
        key="same-looks-at-the-first-stride",
        target=_SHAPE,
        edits={"        if strides != (1, 1):\n": "        if strides[0] != 1:\n"},
        belief=Text(
            es='Con "same" basta con mirar el paso del primer eje.',
            en='With "same" it is enough to look at the first axis\'s stride.',
        ),
        hint=Text(
            es="¿Se conserva el ancho con stride=(1, 2)?",
            en="Is the width kept with stride=(1, 2)?",
        ),
    ),
    Misconception(
        key="same-checks-nothing-else",
        target=_SHAPE,
        edits={
            (
                "        for kernel, gap in zip(kernels, dilations, strict=True):\n"
                "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
            ): ("")
        },
        belief=Text(
            es='Con "same" el tamaño no cambia, así que el núcleo da igual.',
            en='With "same" the size stays, so the kernel does not matter.',
        ),
        hint=Text(
            es="¿Puede haber una convolución con un núcleo de 0?",
            en="Can there be a convolution with a kernel of 0?",
        ),
    ),
    Misconception(
        key="same-kernel-has-to-fit",
        target=_SHAPE,
        edits={
            (
                "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
                "        return batch"
            ): (
                "            _require_at_least(1, kernel_size=kernel, dilation=gap)\n"
                "            conv_output_size(min(height, width), kernel, 1, 0, gap)\n"
                "        return batch"
            )
        },
        belief=Text(
            es='También con "same" el núcleo tiene que caber en la imagen sin rellenar.',
            en='With "same", too, the kernel has to fit into the image without padding.',
        ),
        hint=Text(
            es="¿Sobre qué se mueve el núcleo cuando hay relleno?",
            en="What does the kernel move on where there is padding?",
        ),
    ),
    Misconception(
        key="valid-ignores-the-stride",
        target=_SHAPE,
        edits={
            ("        padding = 0\n    if isinstance(padding, str):"): (
                "        padding, strides = 0, (1, 1)\n    if isinstance(padding, str):"
            )
        },
        belief=Text(
            es='"valid", como "same", supone un paso de 1.',
            en='"valid", like "same", implies a stride of 1.',
        ),
        hint=Text(
            es='¿Qué dice "valid": algo del relleno o algo del paso?',
            en='What is "valid" about: the padding, or the stride?',
        ),
    ),
    Misconception(
        key="unknown-padding-is-none",
        target=_SHAPE,
        edits={
            ('    if padding == "valid":\n        padding = 0\n'): (
                "    if isinstance(padding, str):\n        padding = 0\n"
            )
        },
        belief=Text(
            es='Un texto que no es "same" significa que no se rellena.',
            en='A text other than "same" means no padding.',
        ),
        hint=Text(
            es='¿Qué le pasaría a quien escribe "smae"?',
            en='What would happen to somebody who types "smae"?',
        ),
    ),
    Misconception(
        key="padding-in-capitals-accepted",
        target=_SHAPE,
        edits={
            '    if padding == "same":\n': (
                "    padding = padding.lower() if isinstance(padding, str) else padding\n"
                '    if padding == "same":\n'
            )
        },
        belief=Text(
            es='"SAME" y "Valid" quieren decir lo mismo.', en='"SAME" and "Valid" mean the same.'
        ),
        hint=Text(
            es="¿Qué dicen las reglas generales de las mayúsculas?",
            en="What do the general rules say about capitals?",
        ),
    ),
    Misconception(
        key="single-image-accepted",
        target=_SHAPE,
        edits={
            "    if len(input_shape) != 4:\n": (
                "    if len(input_shape) == 3:\n"
                "        input_shape = (1, *input_shape)\n"
                "    if len(input_shape) != 4:\n"
            )
        },
        belief=Text(
            es="Una imagen sin lote, (C, H, W), es un lote de una.",
            en="An image without a batch, (C, H, W), is a batch of one.",
        ),
        hint=Text(
            es="¿Cuántos números pide el enunciado en input_shape?",
            en="How many numbers does the assignment ask for in input_shape?",
        ),
    ),
    Misconception(
        key="length-left-to-unpacking",
        target=_SHAPE,
        edits={
            (
                "    if len(input_shape) != 4:\n"
                '        raise ValueError(f"input_shape must be (N, C, H, W), got '
                '{tuple(input_shape)}")\n'
                "    if min(input_shape) < 1:\n"
                '        raise ValueError(f"input_shape must be at least 1 everywhere, got '
                '{tuple(input_shape)}")\n'
                "    _require_at_least(1, out_channels=out_channels)\n"
                "    batch, _, height, width = input_shape\n"
            ): (
                "    batch, channels, height, width = input_shape\n"
                "    if min(batch, channels, height, width) < 1:\n"
                '        raise ValueError(f"input_shape must be at least 1 everywhere, got '
                '{tuple(input_shape)}")\n'
                "    _require_at_least(1, out_channels=out_channels)\n"
            )
        },
        belief=Text(
            es="Desempaquetar ya lanza un ValueError si no hay cuatro números.",
            en="Unpacking raises a ValueError by itself unless there are four numbers.",
        ),
        hint=Text(
            es="¿Nombra ese mensaje algún argumento?", en="Does that message name an argument?"
        ),
    ),
    Misconception(
        key="empty-batch-accepted",
        target=_SHAPE,
        edits={"    if min(input_shape) < 1:\n": "    if min(input_shape[1:]) < 1:\n"},
        belief=Text(es="Un lote puede estar vacío.", en="A batch may be empty."),
        hint=Text(
            es="¿Qué tamaños de input_shape han de ser al menos 1?",
            en="Which sizes of input_shape have to be at least 1?",
        ),
    ),
    Misconception(
        key="input-channels-unchecked",
        target=_SHAPE,
        edits={
            "    if min(input_shape) < 1:\n": (
                "    if min(input_shape[0], *input_shape[2:]) < 1:\n"
            )
        },
        belief=Text(
            es=("Los canales de la entrada no influyen en la salida, así que no hay que mirarlos."),
            en="The input's channels do not influence the output, so they need no check.",
        ),
        hint=Text(es="¿Hay imágenes con 0 canales?", en="Are there images with 0 channels?"),
    ),
    Misconception(
        key="image-left-to-the-axes",
        target=_SHAPE,
        edits={"    if min(input_shape) < 1:\n": "    if min(input_shape[:2]) < 1:\n"},
        belief=Text(
            es="El alto y el ancho ya los comprueba conv_output_size.",
            en="conv_output_size checks height and width already.",
        ),
        hint=Text(
            es="¿Se llama a conv_output_size en todos los casos?",
            en="Is conv_output_size called in every case?",
        ),
    ),
    Misconception(
        key="output-channels-unchecked",
        target=_SHAPE,
        edits={"    _require_at_least(1, out_channels=out_channels)\n": ""},
        belief=Text(
            es="out_channels solo se copia en la forma: no hay nada que comprobar.",
            en="out_channels is only copied into the shape: there is nothing to check.",
        ),
        hint=Text(
            es="¿Qué sería una convolución con 0 núcleos?",
            en="What would a convolution with 0 kernels be?",
        ),
    ),
    Misconception(
        key="shape-is-a-list",
        target=_SHAPE,
        edits={
            _SHAPE_RETURNED: "return [batch, out_channels, output_height, output_width]",
            "        return batch, out_channels, height, width\n": (
                "        return [batch, out_channels, height, width]\n"
            ),
        },
        belief=Text(es="Una forma puede ser una lista.", en="A shape may be a list."),
        hint=Text(es="¿Qué tipo anuncia la firma?", en="Which type does the signature announce?"),
    ),
    Misconception(
        key="integer-is-for-the-height",
        target=_SHAPE,
        edits={_PAIR: "return (value, 1) if isinstance(value, int) else value"},
        belief=Text(
            es="Un entero solo dice algo del primer eje.",
            en="An integer speaks of the first axis only.",
        ),
        hint=Text(
            es="¿Qué núcleo es kernel_size=3: 3×1 o 3×3?",
            en="Which kernel is kernel_size=3: 3×1 or 3×3?",
        ),
    ),
    # conv_transpose_output_size
    Misconception(
        key="a-stride-per-pixel",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = input_size * stride + kernel_extent - 2 * padding + output_padding"
            )
        },
        belief=Text(
            es="Cada píxel de la entrada ocupa stride píxeles de la salida.",
            en="Each input pixel takes stride pixels of the output.",
        ),
        hint=Text(
            es="¿Cuántos pasos hay del primer estampado al último?",
            en="How many steps are there from the first stamp to the last?",
        ),
    ),
    Misconception(
        key="transpose-padding-enlarges",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = (input_size - 1) * stride + kernel_extent + 2 * padding + "
                "output_padding"
            )
        },
        belief=Text(
            es="El relleno agranda la salida, como en una convolución.",
            en="Padding enlarges the output, as in a convolution.",
        ),
        hint=Text(
            es=(
                "La convolución transpuesta deshace una convolución: ¿qué hace con lo que "
                "aquella añadió?"
            ),
            en=(
                "The transposed convolution undoes a convolution: what does it do with what "
                "that one added?"
            ),
        ),
    ),
    Misconception(
        key="transpose-padding-cuts-one-end",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = (input_size - 1) * stride + kernel_extent - padding + output_padding"
            )
        },
        belief=Text(
            es="El relleno recorta padding píxeles de la salida.",
            en="The padding cuts padding pixels off the output.",
        ),
        hint=Text(es="¿En cuántos extremos se recorta?", en="At how many ends is there a cut?"),
    ),
    Misconception(
        key="transpose-dilation-forgotten",
        target=_TRANSPOSE,
        edits={_STAMP: ("kernel_extent = kernel_size\n    output_size = (input_size - 1)")},
        belief=Text(
            es="La dilatación no influye en una convolución transpuesta.",
            en="Dilation has no influence on a transposed convolution.",
        ),
        hint=Text(
            es="¿Qué ancho tiene el estampado de un núcleo dilatado?",
            en="How wide is the stamp of a dilated kernel?",
        ),
    ),
    Misconception(
        key="transpose-extent-is-the-product",
        target=_TRANSPOSE,
        edits={
            _STAMP: ("kernel_extent = dilation * kernel_size\n    output_size = (input_size - 1)")
        },
        belief=Text(
            es="Un núcleo de k pesos con dilatación d estampa d·k píxeles.",
            en="A kernel of k weights with dilation d stamps d·k pixels.",
        ),
        hint=Text(
            es="Dibuja 2 pesos con dilatación 3: ¿cuántos píxeles hay del primero al último?",
            en=(
                "Draw 2 weights with dilation 3: how many pixels are there from the first "
                "to the last?"
            ),
        ),
    ),
    Misconception(
        key="transpose-last-pixel-missing",
        target=_TRANSPOSE,
        edits={
            _STAMP: (
                "kernel_extent = dilation * (kernel_size - 1)\n    output_size = (input_size - 1)"
            )
        },
        belief=Text(
            es="La salida mide (i − 1)s + d(k − 1) − 2p.",
            en="The output measures (i − 1)s + d(k − 1) − 2p.",
        ),
        hint=Text(
            es="¿Qué tamaño sale de un píxel con un núcleo de 1?",
            en="Which size comes out of one pixel with a kernel of 1?",
        ),
    ),
    Misconception(
        key="dilation-spreads-the-stamps",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = (input_size - 1) * stride * dilation + kernel_extent - 2 * "
                "padding + output_padding"
            )
        },
        belief=Text(
            es="La dilatación separa también los estampados.", en="Dilation spreads the stamps too."
        ),
        hint=Text(
            es="¿Qué separa la dilatación: los pesos de un núcleo o los núcleos?",
            en="What does dilation spread: the weights of a kernel, or the kernels?",
        ),
    ),
    Misconception(
        key="output-padding-forgotten",
        target=_TRANSPOSE,
        edits={_STAMPED: "output_size = (input_size - 1) * stride + kernel_extent - 2 * padding"},
        belief=Text(
            es="output_padding solo elige qué valores se rellenan, no el tamaño.",
            en="output_padding only chooses which values are filled in, not the size.",
        ),
        hint=Text(
            es="¿Para qué hace falta, si varios tamaños llevan por la convolución al mismo?",
            en="What is it for, if the convolution maps several sizes to one?",
        ),
    ),
    Misconception(
        key="output-padding-at-both-ends",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = (input_size - 1) * stride + kernel_extent - 2 * padding + 2 "
                "* output_padding"
            )
        },
        belief=Text(
            es="output_padding se añade en los dos extremos, como padding.",
            en="output_padding is added at both ends, like padding.",
        ),
        hint=Text(
            es="¿Qué tamaños intermedios no se podrían alcanzar así?",
            en="Which sizes in between could not be reached that way?",
        ),
    ),
    Misconception(
        key="output-padding-below-the-stride",
        target=_TRANSPOSE,
        edits={_BOUND: "if output_padding >= stride:"},
        belief=Text(
            es="output_padding ha de ser menor que stride.",
            en="output_padding has to be below stride.",
        ),
        hint=Text(
            es="¿Qué otro argumento puede dejarle sitio?",
            en="Which other argument can leave room for it?",
        ),
    ),
    Misconception(
        key="output-padding-below-both",
        target=_TRANSPOSE,
        edits={_BOUND: "if output_padding >= min(stride, dilation):"},
        belief=Text(
            es="output_padding ha de ser menor que stride y que dilation.",
            en="output_padding has to be below stride and below dilation.",
        ),
        hint=Text(
            es="¿Hacen falta las dos condiciones, o basta con una?",
            en="Are both conditions needed, or is one enough?",
        ),
    ),
    Misconception(
        key="output-padding-may-equal-the-bound",
        target=_TRANSPOSE,
        edits={_BOUND: "if output_padding > max(stride, dilation):"},
        belief=Text(
            es="output_padding puede llegar hasta stride o dilation.",
            en="output_padding may be as large as stride or dilation.",
        ),
        hint=Text(
            es="Con output_padding igual al paso, ¿no habría cabido otro estampado?",
            en=("With an output_padding of a whole stride, would not another stamp have fitted?"),
        ),
    ),
    Misconception(
        key="output-padding-unbounded",
        target=_TRANSPOSE,
        edits={_BOUND: "if False:"},
        belief=Text(
            es="output_padding puede ser cualquier número que no sea negativo.",
            en="output_padding may be any number that is not negative.",
        ),
        hint=Text(
            es="¿Cuántos tamaños de entrada lleva una convolución al mismo?",
            en="How many input sizes does a convolution map to one?",
        ),
    ),
    Misconception(
        key="fills-up-to-the-stride",
        target=_TRANSPOSE,
        edits={
            "    output_padding: int = 0,\n": "    output_padding: int | None = None,\n",
            "    _require_at_least(0, padding=padding, output_padding=output_padding)\n": (
                "    output_padding = stride - 1 if output_padding is None else "
                "output_padding\n"
                "    _require_at_least(0, padding=padding, output_padding=output_padding)\n"
            ),
        },
        belief=Text(
            es="Por defecto la salida llega a ser stride veces la entrada.",
            en="By default the output becomes stride times the input.",
        ),
        hint=Text(
            es="¿Qué valor por defecto da el enunciado a output_padding?",
            en="Which default does the assignment give output_padding?",
        ),
    ),
    Misconception(
        key="computes-the-convolution-again",
        target=_TRANSPOSE,
        edits={
            _STAMPED: (
                "output_size = (input_size + 2 * padding - kernel_extent) // stride + 1 + "
                "output_padding"
            )
        },
        belief=Text(
            es="La fórmula es la de la convolución.", en="The formula is the convolution's."
        ),
        hint=Text(
            es="¿Agranda o achica una convolución transpuesta con paso 2?",
            en="Does a transposed convolution of stride 2 enlarge or reduce?",
        ),
    ),
    Misconception(
        key="dilation-before-output-padding",
        target=_TRANSPOSE,
        edits={
            ("    output_padding: int = 0,\n    dilation: int = 1,\n"): (
                "    dilation: int = 1,\n    output_padding: int = 0,\n"
            )
        },
        belief=Text(
            es="output_padding es el último argumento.", en="output_padding is the last argument."
        ),
        hint=Text(
            es="¿En qué orden los da la firma del enunciado?",
            en="In which order does the assignment's signature have them?",
        ),
    ),
    Misconception(
        key="empty-output-returned",
        target=_TRANSPOSE,
        edits={_CUT: ('    if False:\n        raise ValueError(f"padding')},
        belief=Text(
            es="Una convolución transpuesta solo agranda: no hay nada que comprobar.",
            en="A transposed convolution only enlarges: there is nothing to check.",
        ),
        hint=Text(
            es="¿Cuánto queda de un estampado de 3 píxeles si se recortan 2 por cada lado?",
            en="How much is left of a stamp of 3 pixels if 2 are cut off at each side?",
        ),
    ),
    Misconception(
        key="empty-output-is-a-size",
        target=_TRANSPOSE,
        edits={_CUT: ('    if output_size < 0:\n        raise ValueError(f"padding')},
        belief=Text(
            es="Una salida de 0 píxeles es posible.", en="An output of 0 pixels is possible."
        ),
        hint=Text(
            es="¿Qué dice el enunciado de un resultado menor que 1?",
            en="What does the assignment say of a result below 1?",
        ),
    ),
    Misconception(
        key="cut-judged-before-output-padding",
        target=_TRANSPOSE,
        edits={
            _CUT: ('    if output_size - output_padding < 1:\n        raise ValueError(f"padding')
        },
        belief=Text(
            es="El recorte ha de dejar un píxel antes de sumar output_padding.",
            en="The cut has to leave a pixel before output_padding is added.",
        ),
        hint=Text(
            es="¿De qué resultado habla el enunciado: del intermedio o del final?",
            en="Which result does the assignment speak of: the one in between, or the last?",
        ),
    ),
    Misconception(
        key="transpose-padding-up-to-the-kernel",
        target=_TRANSPOSE,
        edits={
            _CUT: (
                "    if output_size < 1 or padding >= kernel_extent:\n"
                '        raise ValueError(f"padding'
            )
        },
        belief=Text(
            es="El relleno ha de ser menor que el núcleo.",
            en="The padding has to be smaller than the kernel.",
        ),
        hint=Text(
            es="¿Queda algo de la salida con un relleno mayor, si la entrada es larga?",
            en=("Is anything left of the output with a larger padding, where the input is long?"),
        ),
    ),
    Misconception(
        key="negative-output-padding-accepted",
        target=_TRANSPOSE,
        edits={
            "_require_at_least(0, padding=padding, output_padding=output_padding)": (
                "_require_at_least(0, padding=padding)"
            )
        },
        belief=Text(
            es="Un output_padding negativo quita píxeles de un extremo.",
            en="A negative output_padding takes pixels off one end.",
        ),
        hint=Text(
            es="¿Qué dice el enunciado de un output_padding menor que 0?",
            en="What does the assignment say of an output_padding below 0?",
        ),
    ),
    # receptive_field
    Misconception(
        key="own-stride-first",
        target=_FIELD,
        edits={_STEP: ("        step *= stride\n        field += (kernel_size - 1) * step\n")},
        belief=Text(
            es="El paso de una capa separa ya los píxeles que ve ella misma.",
            en="A layer's stride already spreads the pixels that it sees itself.",
        ),
        hint=Text(
            es="¿Cuántos píxeles ve una sola capa de núcleo 3 y paso 2?",
            en="How many pixels does a single layer of kernel 3 and stride 2 see?",
        ),
    ),
    Misconception(
        key="strides-ignored",
        target=_FIELD,
        edits={_STEP: "        field += kernel_size - 1\n"},
        belief=Text(
            es="El campo receptivo solo depende de los núcleos.",
            en="The receptive field depends on the kernels only.",
        ),
        hint=Text(
            es=(
                "¿A qué distancia están, en la imagen, dos salidas vecinas de una capa con paso 2?"
            ),
            en=("How far apart in the image are two neighbouring outputs of a layer of stride 2?"),
        ),
    ),
    Misconception(
        key="kernels-multiplied",
        target=_FIELD,
        edits={_STEP: ("        field *= kernel_size\n        step *= stride\n")},
        belief=Text(
            es="Los tamaños de los núcleos se multiplican.",
            en="The sizes of the kernels are multiplied.",
        ),
        hint=Text(
            es=("¿Cuántos píxeles ven dos capas de núcleo 3 y paso 1, si sus ventanas se solapan?"),
            en=(
                "How many pixels do two layers of kernel 3 and stride 1 see, as their "
                "windows overlap?"
            ),
        ),
    ),
    Misconception(
        key="whole-kernels-added",
        target=_FIELD,
        edits={
            "        field += (kernel_size - 1) * step\n": ("        field += kernel_size * step\n")
        },
        belief=Text(es="Cada capa añade su núcleo entero.", en="Each layer adds its whole kernel."),
        hint=Text(
            es="¿Cuánto añade una capa de núcleo 1?", en="How much does a layer of kernel 1 add?"
        ),
    ),
    Misconception(
        key="last-layer-first",
        target=_FIELD,
        edits={
            "    for kernel_size, stride in layers:\n": (
                "    for kernel_size, stride in reversed(layers):\n"
            )
        },
        belief=Text(
            es="La primera capa de la lista es la más cercana a la salida.",
            en="The first layer in the list is the one nearest to the output.",
        ),
        hint=Text(
            es=(
                "¿De qué capas los pasos separan lo que ve otra: de las de antes o de las "
                "de después?"
            ),
            en=("Which layers' strides spread what another sees: those before it, or those after?"),
        ),
    ),
    Misconception(
        key="empty-stack-sees-nothing",
        target=_FIELD,
        edits={"    return field\n": "    return field if layers else 0\n"},
        belief=Text(es="Sin capas no se ve ningún píxel.", en="Without layers no pixel is seen."),
        hint=Text(
            es="Si no hay capas, ¿qué es la salida, y qué píxeles la forman?",
            en="If there are no layers, what is the output, and which pixels make it up?",
        ),
    ),
    Misconception(
        key="only-the-stride-before",
        target=_FIELD,
        edits={"        step *= stride\n": "        step = stride\n"},
        belief=Text(
            es="Solo cuenta el paso de la capa anterior.",
            en="Only the stride of the layer before counts.",
        ),
        hint=Text(
            es="¿A qué distancia están dos píxeles vecinos tras dos capas de paso 2?",
            en="How far apart are two neighbouring pixels after two layers of stride 2?",
        ),
    ),
    Misconception(
        key="strides-added",
        target=_FIELD,
        edits={"        step *= stride\n": "        step += stride - 1\n"},
        belief=Text(es="Los pasos de las capas se suman.", en="The strides of the layers add up."),
        hint=Text(
            es="¿A qué distancia están dos píxeles vecinos tras tres capas de paso 2?",
            en="How far apart are two neighbouring pixels after three layers of stride 2?",
        ),
    ),
    Misconception(
        key="own-stride-alone",
        target=_FIELD,
        edits={_STEP: "        field += (kernel_size - 1) * stride\n"},
        belief=Text(
            es="Cada capa añade k − 1 veces su propio paso.",
            en="Each layer adds k − 1 times its own stride.",
        ),
        hint=Text(
            es="¿Cuántos píxeles ve una sola capa de núcleo 3 y paso 2?",
            en="How many pixels does a single layer of kernel 3 and stride 2 see?",
        ),
    ),
    Misconception(
        key="skipped-pixels-left-out",
        target=_FIELD,
        edits={
            "    return field\n": (
                "    pixels = {0}\n"
                "    for kernel_size, stride in reversed(layers):\n"
                "        pixels = {pixel * stride + tap for pixel in pixels for tap in "
                "range(kernel_size)}\n"
                "    return len(pixels)\n"
            )
        },
        belief=Text(
            es="Cuentan solo los píxeles que llegan a algún peso.",
            en="Only pixels that reach some weight count.",
        ),
        hint=Text(
            es=(
                "¿Habla el enunciado de cuántos píxeles se ven o de cuánto hay del primero "
                "al último?"
            ),
            en=(
                "Does the assignment speak of how many pixels are seen, or of the way from "
                "the first to the last?"
            ),
        ),
    ),
    Misconception(
        key="only-whole-halves-seen",
        target=_FIELD,
        edits={
            "        field += (kernel_size - 1) * step\n": (
                "        field += 2 * (kernel_size // 2) * step\n"
            )
        },
        belief=Text(
            es="Un núcleo mira k // 2 píxeles a cada lado del centro.",
            en="A kernel looks k // 2 pixels to each side of its middle.",
        ),
        hint=Text(
            es="¿Cuántos píxeles ve un núcleo de 2?", en="How many pixels does a kernel of 2 see?"
        ),
    ),
    Misconception(
        key="field-is-an-area",
        target=_FIELD,
        edits={"    return field\n": "    return field**2\n"},
        belief=Text(
            es="El campo receptivo es un área, en píxeles cuadrados.",
            en="The receptive field is an area, in square pixels.",
        ),
        hint=Text(
            es="¿A lo largo de cuántos ejes pide el enunciado la medida?",
            en="Along how many axes does the assignment ask for the measure?",
        ),
    ),
    Misconception(
        key="last-stride-counted",
        target=_FIELD,
        edits={"    return field\n": "    return field + step - 1\n"},
        belief=Text(
            es="El paso de la última capa también alarga lo que ve una salida.",
            en="The last layer's stride makes what one output sees longer, too.",
        ),
        hint=Text(
            es="¿Se mueve el núcleo para calcular una sola salida?",
            en="Does the kernel move to compute a single output?",
        ),
    ),
    Misconception(
        key="layers-used-up",
        target=_FIELD,
        edits={
            "    for kernel_size, stride in layers:\n": (
                "    while layers:\n        kernel_size, stride = layers.pop(0)\n"
            )
        },
        belief=Text(
            es="La lista es de la función: puede ir vaciándola.",
            en="The list belongs to the function, which may empty it.",
        ),
        hint=Text(
            es="¿Qué queda en la lista de quien llamó?", en="What is left in the caller's list?"
        ),
    ),
    Misconception(
        key="layers-unchecked",
        target=_FIELD,
        edits={_LAYER_CHECKED: ""},
        belief=Text(
            es="Las capas que recibe ya serán posibles.",
            en="The layers that come in will be possible ones.",
        ),
        hint=Text(
            es="¿Qué sale con un núcleo de 0, y debería salir algo?",
            en="What comes out with a kernel of 0, and should anything?",
        ),
    ),
    Misconception(
        key="field-checks-only-kernels",
        target=_FIELD,
        edits={_LAYER_CHECKED: "        _require_at_least(1, kernel_size=kernel_size)\n"},
        belief=Text(
            es="Solo un núcleo puede ser demasiado pequeño.", en="Only a kernel can be too small."
        ),
        hint=Text(es="¿A dónde va una capa con paso 0?", en="Where does a layer of stride 0 go?"),
    ),
)
