"""Misconceptions about networks of convolutions only."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_MEAN = "GlobalAvgPool2d"
_STRIDED = "strided_conv_like"
_REPLACE = "replace_max_pool"
_NETWORK = "AllConvNet"

_THE_MEAN = "return x.mean(dim=(2, 3))"
_CEIL_MODE = (
    '    if pool.ceil_mode:\n        raise ValueError("pool has ceil_mode=True, '
    'but a convolution rounds its output size down")\n'
)
_NO_CONVOLUTION = 'raise ValueError(f"model has no convolution before the max pool {name!r}")'
_STRIDED_LAYER = "strided = strided_conv_like(layer, nearest.out_channels).to(nearest.weight)"
_PAIR = "replacement = nn.Sequential(strided, nn.ReLU()).train(layer.training)"
_FIRST_STRIDED = "*_conv_relu(96, 96, 3, stride=2, padding=1),\n            nn.Dropout(0.5),"
_SECOND_STRIDED = "*_conv_relu(192, 192, 3, stride=2, padding=1),\n            nn.Dropout(0.5),"
_LOGITS = "logits: Tensor = self.classifier(self.features(x))"
_LAST_LAYERS = "nn.Sequential(nn.Conv2d(192, num_classes, 1), GlobalAvgPool2d())"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # GlobalAvgPool2d
    Misconception(
        key="largest-value-of-each-map",
        target=_MEAN,
        edits={_THE_MEAN: "return x.amax(dim=(2, 3))"},
        belief=Text(
            es="Una agrupación global se queda con el mayor valor de cada mapa.",
            en="Global pooling keeps the largest value of each map.",
        ),
        hint=Text(
            es="¿Qué significa «average» en el nombre de la capa?",
            en="What does “average” in the layer's name mean?",
        ),
    ),
    Misconception(
        key="sum-of-each-map",
        target=_MEAN,
        edits={_THE_MEAN: "return x.sum(dim=(2, 3))"},
        belief=Text(
            es="Basta con sumar el mapa; la escala la aprenderán los pesos.",
            en="Adding up the map is enough; the weights will learn the scale.",
        ),
        hint=Text(
            es="¿Qué le pasa a la salida si la imagen se hace el doble de grande?",
            en="What happens to the output if the image becomes twice as large?",
        ),
    ),
    Misconception(
        key="mean-keeps-the-axes",
        target=_MEAN,
        edits={_THE_MEAN: "return x.mean(dim=(2, 3), keepdim=True)"},
        belief=Text(
            es="La salida sigue siendo un mapa, de 1×1.",
            en="The output is still a map, of 1×1.",
        ),
        hint=Text(
            es="¿Cuántos ejes tiene un tensor de forma (N, C)?",
            en="How many axes does a tensor of shape (N, C) have?",
        ),
    ),
    Misconception(
        key="mean-loses-axes-of-size-one",
        target=_MEAN,
        edits={_THE_MEAN: "return x.mean(dim=(2, 3), keepdim=True).squeeze()"},
        belief=Text(
            es="squeeze() quita los dos ejes de la imagen y ningún otro.",
            en="squeeze() removes the two axes of the image and no other.",
        ),
        hint=Text(
            es="Prueba un lote de una sola imagen, o un solo canal.",
            en="Try a batch of a single image, or a single channel.",
        ),
    ),
    Misconception(
        key="mean-over-the-batch",
        target=_MEAN,
        edits={_THE_MEAN: "return x.mean(dim=(0, 2, 3))"},
        belief=Text(
            es="Se promedia cada canal sobre todo el lote, como en batch norm.",
            en="Each channel is averaged over the whole batch, as in batch norm.",
        ),
        hint=Text(
            es="¿Debe depender el resultado de una imagen de las demás del lote?",
            en="Should one image's result depend on the others of the batch?",
        ),
    ),
    Misconception(
        key="mean-over-the-last-axis",
        target=_MEAN,
        edits={_THE_MEAN: "return x.mean(dim=-1)[:, :, 0]"},
        belief=Text(
            es="Promediar el último eje promedia todo el mapa.",
            en="Averaging the last axis averages the whole map.",
        ),
        hint=Text(
            es="¿Cuántos píxeles de un mapa de 3×4 entran en tu media?",
            en="How many pixels of a 3×4 map enter your mean?",
        ),
    ),
    Misconception(
        key="mean-of-a-square-map",
        target=_MEAN,
        edits={_THE_MEAN: "return x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[2])"},
        belief=Text(
            es="Los mapas son cuadrados, así que se divide por la altura al cuadrado.",
            en="Maps are square, so the sum is divided by the height squared.",
        ),
        hint=Text(
            es="Prueba un mapa más ancho que alto.",
            en="Try a map that is wider than high.",
        ),
    ),
    Misconception(
        key="mean-of-six-by-six",
        target=_MEAN,
        edits={_THE_MEAN: "return x.sum(dim=(2, 3)) / 36"},
        belief=Text(
            es="Los mapas que se promedian son siempre de 6×6, como en el artículo.",
            en="The maps to be averaged are always 6×6, as in the paper.",
        ),
        hint=Text(
            es="¿De qué tamaño son los mapas si la imagen no es de 32×32?",
            en="Which size do the maps have if the image is not 32×32?",
        ),
    ),
    Misconception(
        key="mean-by-a-sum-that-overflows",
        target=_MEAN,
        edits={_THE_MEAN: "return x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[3])"},
        belief=Text(
            es="Sumar y después dividir da la media en cualquier tipo de número.",
            en="Adding and then dividing gives the mean in any kind of number.",
        ),
        hint=Text(
            es="¿Cuál es el mayor número de float16, y cuánto suman 2000 píxeles de valor 1000?",
            en="What is the largest float16, and what do 2000 pixels of 1000 add up to?",
        ),
    ),
    Misconception(
        key="mean-without-a-gradient",
        target=_MEAN,
        edits={_THE_MEAN: "return x.detach().mean(dim=(2, 3))"},
        belief=Text(
            es="La capa no tiene pesos, así que no necesita gradientes.",
            en="The layer has no weights, so it needs no gradients.",
        ),
        hint=Text(
            es="¿Cómo aprenden las convoluciones que hay antes de esta capa?",
            en="How do the convolutions before this layer learn?",
        ),
    ),
    Misconception(
        key="mean-always-in-float32",
        target=_MEAN,
        edits={_THE_MEAN: "return x.float().mean(dim=(2, 3))"},
        belief=Text(
            es="El resultado es siempre float32.",
            en="The result is always float32.",
        ),
        hint=Text(
            es="¿Qué dtype debe tener la salida de una red en float64?",
            en="Which dtype should the output of a float64 network have?",
        ),
    ),
    Misconception(
        key="mean-needs-contiguous-maps",
        target=_MEAN,
        edits={_THE_MEAN: "return x.view(*x.shape[:2], -1).mean(dim=2)"},
        belief=Text(
            es="Los píxeles de un mapa están siempre seguidos en memoria.",
            en="The pixels of a map always follow each other in memory.",
        ),
        hint=Text(
            es="Prueba una imagen traspuesta.",
            en="Try a transposed image.",
        ),
    ),
    # strided_conv_like
    Misconception(
        key="stride-left-out",
        target=_STRIDED,
        edits={"        stride=pool.stride,\n": ""},
        belief=Text(
            es="El paso por omisión de una convolución es el de un max pool.",
            en="A convolution's default stride is that of a max pool.",
        ),
        hint=Text(
            es="¿Qué hace cada capa cuando no se le da un paso?",
            en="What does each layer do when it is given no stride?",
        ),
    ),
    Misconception(
        key="stride-is-the-kernel",
        target=_STRIDED,
        edits={"stride=pool.stride,": "stride=pool.kernel_size,"},
        belief=Text(
            es="Un max pool avanza siempre el tamaño de su ventana.",
            en="A max pool always steps by the size of its window.",
        ),
        hint=Text(
            es="¿Qué hace MaxPool2d(3, stride=2)?",
            en="What does MaxPool2d(3, stride=2) do?",
        ),
    ),
    Misconception(
        key="stride-always-two",
        target=_STRIDED,
        edits={"stride=pool.stride,": "stride=2,"},
        belief=Text(
            es="Un max pool reduce siempre a la mitad.",
            en="A max pool always halves the size.",
        ),
        hint=Text(
            es="¿Qué hace MaxPool2d(3)?",
            en="What does MaxPool2d(3) do?",
        ),
    ),
    Misconception(
        key="pool-padding-left-out",
        target=_STRIDED,
        edits={"        padding=pool.padding,\n": ""},
        belief=Text(
            es="Los max pool no llevan relleno.",
            en="Max pools have no padding.",
        ),
        hint=Text(
            es="¿Qué argumentos tiene nn.MaxPool2d?",
            en="Which arguments does nn.MaxPool2d have?",
        ),
    ),
    Misconception(
        key="padding-is-half-the-kernel",
        target=_STRIDED,
        edits={
            "padding=pool.padding,": (
                "padding=tuple(k // 2 for k in nn.modules.utils._pair(pool.kernel_size)),"
            )
        },
        belief=Text(
            es="Una convolución lleva la mitad de su núcleo de relleno.",
            en="A convolution is padded by half its kernel.",
        ),
        hint=Text(
            es="Compara las formas de salida de MaxPool2d(3, 2) y de tu convolución.",
            en="Compare the output shapes of MaxPool2d(3, 2) and of your convolution.",
        ),
    ),
    Misconception(
        key="pool-dilation-left-out",
        target=_STRIDED,
        edits={"        dilation=pool.dilation,\n": ""},
        belief=Text(
            es="Un max pool mira siempre píxeles contiguos.",
            en="A max pool always looks at adjacent pixels.",
        ),
        hint=Text(
            es="¿Qué argumentos tiene nn.MaxPool2d?",
            en="Which arguments does nn.MaxPool2d have?",
        ),
    ),
    Misconception(
        key="replacement-without-mixing",
        target=_STRIDED,
        edits={
            "        dilation=pool.dilation,\n": (
                "        dilation=pool.dilation,\n        groups=channels,\n"
            )
        },
        belief=Text(
            es="Como un max pool, la convolución trata cada canal por separado.",
            en="Like a max pool, the convolution treats each channel by itself.",
        ),
        hint=Text(
            es="¿Qué forma tienen los pesos de una convolución de C canales a C canales?",
            en="Which shape do the weights of a convolution from C to C channels have?",
        ),
    ),
    Misconception(
        key="first-number-of-each-pair",
        target=_STRIDED,
        edits={
            "kernel_size=pool.kernel_size,": (
                "kernel_size=nn.modules.utils._pair(pool.kernel_size)[0],"
            ),
            "stride=pool.stride,": "stride=nn.modules.utils._pair(pool.stride)[0],",
            "padding=pool.padding,": "padding=nn.modules.utils._pair(pool.padding)[0],",
            "dilation=pool.dilation,": "dilation=nn.modules.utils._pair(pool.dilation)[0],",
        },
        belief=Text(
            es="Las ventanas son cuadradas: de un par basta el primer número.",
            en="Windows are square: of a pair the first number is enough.",
        ),
        hint=Text(
            es="Prueba un pooling de ventana (2, 3).",
            en="Try a pool with a (2, 3) window.",
        ),
    ),
    Misconception(
        key="pairs-read-as-width-and-height",
        target=_STRIDED,
        edits={
            "kernel_size=pool.kernel_size,": (
                "kernel_size=nn.modules.utils._pair(pool.kernel_size)[::-1],"
            ),
            "stride=pool.stride,": "stride=nn.modules.utils._pair(pool.stride)[::-1],",
        },
        belief=Text(
            es="Un par es (anchura, altura).",
            en="A pair is (width, height).",
        ),
        hint=Text(
            es="¿Cuál de los dos últimos ejes de (N, C, H, W) viene antes?",
            en="Which of the last two axes of (N, C, H, W) comes first?",
        ),
    ),
    Misconception(
        key="replacement-does-not-train",
        target=_STRIDED,
        edits={
            "        dilation=pool.dilation,\n    )": (
                "        dilation=pool.dilation,\n    ).requires_grad_(False)"
            )
        },
        belief=Text(
            es="La convolución sustituye a una capa sin pesos, así que no se entrena.",
            en="The convolution replaces a layer without weights, so it does not train.",
        ),
        hint=Text(
            es="¿Qué gana el artículo al cambiar un pooling por una convolución?",
            en="What does the paper gain by replacing a pool with a convolution?",
        ),
    ),
    Misconception(
        key="ceil-mode-overlooked",
        target=_STRIDED,
        edits={_CEIL_MODE: ""},
        belief=Text(
            es="ceil_mode no tiene que ver con la convolución.",
            en="ceil_mode has nothing to do with the convolution.",
        ),
        hint=Text(
            es="Compara las formas de salida con un pooling que redondea hacia arriba.",
            en="Compare the output shapes for a pool that rounds up.",
        ),
    ),
    Misconception(
        key="ceil-mode-made-up-by-padding",
        target=_STRIDED,
        edits={
            _CEIL_MODE: (
                "    pool.padding = nn.modules.utils._pair(pool.padding)\n"
                "    if pool.ceil_mode:\n"
                "        pool.padding = tuple(p + 1 for p in pool.padding)\n"
            )
        },
        belief=Text(
            es="Con un píxel más de relleno se imita el redondeo hacia arriba.",
            en="One more pixel of padding imitates rounding up.",
        ),
        hint=Text(
            es="¿Da esa convolución la misma forma para todos los tamaños de imagen?",
            en="Does that convolution give the same shape for every image size?",
        ),
    ),
    Misconception(
        key="ceil-mode-asserted",
        target=_STRIDED,
        edits={_CEIL_MODE: '    assert not pool.ceil_mode, "pool has ceil_mode=True"\n'},
        belief=Text(
            es="Un assert es una forma válida de rechazar un argumento.",
            en="An assert is a good way to refuse an argument.",
        ),
        hint=Text(
            es="¿Qué tipo de excepción pide el enunciado?",
            en="Which kind of exception does the text want?",
        ),
    ),
    # replace_max_pool
    Misconception(
        key="replaced-without-a-relu",
        target=_REPLACE,
        edits={_PAIR: "replacement = nn.Sequential(strided).train(layer.training)"},
        belief=Text(
            es="Solo hay que poner una convolución; el pooling tampoco llevaba ReLU.",
            en="Only a convolution is needed; the pool had no ReLU either.",
        ),
        hint=Text(
            es="¿Qué sigue a cada convolución en la red del artículo?",
            en="What follows each convolution in the paper's network?",
        ),
    ),
    Misconception(
        key="relu-before-the-new-convolution",
        target=_REPLACE,
        edits={_PAIR: "replacement = nn.Sequential(nn.ReLU(), strided).train(layer.training)"},
        belief=Text(
            es="La ReLU va delante de la convolución nueva.",
            en="The ReLU goes in front of the new convolution.",
        ),
        hint=Text(
            es="¿Puede ser negativo lo que sale de una convolución seguida de ReLU?",
            en="May what leaves a convolution and its ReLU be negative?",
        ),
    ),
    Misconception(
        key="only-the-outer-pools-replaced",
        target=_REPLACE,
        edits={
            "for name, layer in list(converted.named_modules(remove_duplicate=False)):\n"
            "        if isinstance(layer, nn.Conv2d):\n"
            "            nearest = layer\n": (
                "for name, layer in list(converted.named_children()):\n"
                "        for part in layer.modules():\n"
                "            nearest = part if isinstance(part, nn.Conv2d) else nearest\n"
                "        if isinstance(layer, nn.Conv2d):\n"
                "            nearest = layer\n"
            )
        },
        belief=Text(
            es="Los max pool están todos en el primer nivel del modelo.",
            en="All max pools are on the model's first level.",
        ),
        hint=Text(
            es="¿Qué hay dentro de un nn.Sequential que está dentro de otro?",
            en="What is inside an nn.Sequential that is inside another one?",
        ),
    ),
    Misconception(
        key="argument-converted-in-place",
        target=_REPLACE,
        edits={"converted = copy.deepcopy(model)": "converted = model"},
        belief=Text(
            es="La función cambia el modelo que se le da y lo devuelve.",
            en="The function changes the model that it is given and returns it.",
        ),
        hint=Text(
            es="¿Qué le queda a quien quería comparar las dos redes?",
            en="What is left to someone who wanted to compare the two networks?",
        ),
    ),
    Misconception(
        key="weights-shared-with-the-argument",
        target=_REPLACE,
        edits={
            "converted = copy.deepcopy(model)": (
                "memo = {id(t): t for t in (*model.parameters(), *model.buffers())}\n"
                "    converted = copy.deepcopy(model, memo)"
            )
        },
        belief=Text(
            es="La copia tiene capas nuevas, y los pesos pueden ser los mismos objetos.",
            en="The copy has new layers, and its weights may be the same objects.",
        ),
        hint=Text(
            es="¿Qué le pasa al modelo original cuando se entrena la copia?",
            en="What happens to the original model while the copy trains?",
        ),
    ),
    Misconception(
        key="channels-of-the-first-convolution",
        target=_REPLACE,
        edits={"nearest = layer\n": "nearest = nearest or layer\n"},
        belief=Text(
            es="Los canales son los de la primera convolución del modelo.",
            en="The channels are those of the model's first convolution.",
        ),
        hint=Text(
            es="¿Cuántos canales llegan al segundo max pool?",
            en="How many channels reach the second max pool?",
        ),
    ),
    Misconception(
        key="channels-of-the-last-convolution",
        target=_REPLACE,
        edits={
            _STRIDED_LAYER: (
                "last = [m for m in model.modules() if isinstance(m, nn.Conv2d)][-1]\n"
                "            strided = strided_conv_like(layer, last.out_channels)"
                ".to(nearest.weight)"
            )
        },
        belief=Text(
            es="Los canales son los de la última convolución del modelo.",
            en="The channels are those of the model's last convolution.",
        ),
        hint=Text(
            es="¿Qué convolución produce los mapas que entran en este max pool?",
            en="Which convolution makes the maps that enter this max pool?",
        ),
    ),
    Misconception(
        key="input-channels-of-the-nearest-convolution",
        target=_REPLACE,
        edits={
            _STRIDED_LAYER: (
                "strided = strided_conv_like(layer, nearest.in_channels).to(nearest.weight)"
            )
        },
        belief=Text(
            es="Los canales son los que entran en la convolución anterior.",
            en="The channels are those that enter the convolution before.",
        ),
        hint=Text(
            es="¿Entran o salen de la convolución los mapas que llegan al max pool?",
            en="Do the maps that reach the max pool enter or leave the convolution?",
        ),
    ),
    Misconception(
        key="nearest-convolution-of-the-same-level",
        target=_REPLACE,
        edits={
            "        elif isinstance(layer, nn.MaxPool2d):\n": (
                "            level = name.rpartition('.')[0]\n"
                "        elif isinstance(layer, nn.MaxPool2d):\n"
                "            inside = converted.get_submodule(name.rpartition('.')[0])\n"
                "            same = [m for k, m in inside.named_children()"
                " if isinstance(m, nn.Conv2d)"
                " and list(inside._modules).index(k)"
                " < list(inside._modules).index(name.rpartition('.')[2])]\n"
                "            nearest = same[-1] if same else None\n"
            )
        },
        belief=Text(
            es="La convolución más cercana está en el mismo nn.Sequential que el max pool.",
            en="The nearest convolution is in the same nn.Sequential as the max pool.",
        ),
        hint=Text(
            es="¿Por qué capas han pasado los mapas antes de entrar en un Sequential anidado?",
            en="Which layers have the maps passed before they enter a nested Sequential?",
        ),
    ),
    Misconception(
        key="pool-without-a-convolution-left-alone",
        target=_REPLACE,
        edits={_NO_CONVOLUTION: "continue"},
        belief=Text(
            es="Un max pool sin convolución antes se deja como está.",
            en="A max pool with no convolution before it is left as it is.",
        ),
        hint=Text(
            es="¿Qué promete la función sobre los max pool de lo que devuelve?",
            en="What does the function promise about the max pools of what it returns?",
        ),
    ),
    Misconception(
        key="pool-without-a-convolution-takes-the-next",
        target=_REPLACE,
        edits={
            _NO_CONVOLUTION: (
                "later = [m for m in model.modules() if isinstance(m, nn.Conv2d)]\n"
                "                if not later:\n"
                '                    raise ValueError("model has no convolution")\n'
                "                nearest = nn.Conv2d(1, later[0].in_channels, 1)"
            )
        },
        belief=Text(
            es="Sin convolución antes, los canales se leen de la que viene después.",
            en="Without a convolution before it, the channels are read off the one after it.",
        ),
        hint=Text(
            es="¿Qué pide el enunciado para un max pool sin convolución antes?",
            en="What does the text want for a max pool with no convolution before it?",
        ),
    ),
    Misconception(
        key="new-convolutions-in-float32",
        target=_REPLACE,
        edits={_STRIDED_LAYER: "strided = strided_conv_like(layer, nearest.out_channels)"},
        belief=Text(
            es="Una capa nueva tiene el tipo y el dispositivo que hagan falta.",
            en="A new layer has whatever dtype and device are needed.",
        ),
        hint=Text(
            es="¿Qué dtype y qué dispositivo tiene una nn.Conv2d recién creada?",
            en="Which dtype and which device does a new nn.Conv2d have?",
        ),
    ),
    Misconception(
        key="new-convolutions-in-the-dtype-only",
        target=_REPLACE,
        edits={
            _STRIDED_LAYER: (
                "strided = strided_conv_like(layer, nearest.out_channels).to(nearest.weight.dtype)"
            )
        },
        belief=Text(
            es="De la red basta copiar el dtype.",
            en="The network's dtype is all there is to copy.",
        ),
        hint=Text(
            es="¿Qué pasa si la red ya está en una GPU?",
            en="What if the network is on a GPU already?",
        ),
    ),
    Misconception(
        key="average-pools-replaced-too",
        target=_REPLACE,
        edits={
            "elif isinstance(layer, nn.MaxPool2d):": (
                "elif isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):\n"
                "            layer.dilation = 1"
            )
        },
        belief=Text(
            es="Se sustituye todo pooling.",
            en="Every pool is replaced.",
        ),
        hint=Text(
            es="¿Qué capas nombra la función en su nombre?",
            en="Which layers does the function's name speak of?",
        ),
    ),
    Misconception(
        key="pool-used-twice-replaced-once",
        target=_REPLACE,
        edits={"converted.named_modules(remove_duplicate=False)": "converted.named_modules()"},
        belief=Text(
            es="named_modules() da todos los sitios en los que hay una capa.",
            en="named_modules() gives every place at which there is a layer.",
        ),
        hint=Text(
            es="¿Qué hace named_modules() con un objeto que aparece dos veces?",
            en="What does named_modules() do with an object that appears twice?",
        ),
    ),
    Misconception(
        key="other-layers-initialised-anew",
        target=_REPLACE,
        edits={
            "    return converted\n": (
                "    for layer in converted.modules():\n"
                "        if isinstance(layer, nn.Conv2d):\n"
                "            layer.reset_parameters()\n"
                "    return converted\n"
            )
        },
        belief=Text(
            es="La red convertida empieza con pesos nuevos en todas sus convoluciones.",
            en="The converted network starts with new weights in all its convolutions.",
        ),
        hint=Text(
            es="¿Qué se pierde si la red ya estaba entrenada?",
            en="What is lost if the network has been trained?",
        ),
    ),
    Misconception(
        key="frozen-layers-thawed",
        target=_REPLACE,
        edits={"    return converted\n": "    return converted.requires_grad_(True)\n"},
        belief=Text(
            es="En la copia se entrenan todos los pesos.",
            en="In the copy all weights train.",
        ),
        hint=Text(
            es="¿Qué capas debe cambiar la función, y cuáles debe dejar como estaban?",
            en="Which layers should the function change, and which should stay as they were?",
        ),
    ),
    Misconception(
        key="copy-put-in-train-mode",
        target=_REPLACE,
        edits={"    return converted\n": "    return converted.train()\n"},
        belief=Text(
            es="La red convertida se va a entrenar, así que sale en modo train.",
            en="The converted network is going to train, so it is given in train mode.",
        ),
        hint=Text(
            es="¿En qué modo estaba cada una de las demás capas?",
            en="In which mode was each of the other layers?",
        ),
    ),
    Misconception(
        key="weight-shared-with-the-nearest-convolution",
        target=_REPLACE,
        edits={
            _PAIR: (
                "if strided.weight.shape == nearest.weight.shape:\n"
                "                strided.weight = nearest.weight\n"
                "            " + _PAIR
            )
        },
        belief=Text(
            es="Si la forma coincide, la convolución nueva puede usar los pesos de la anterior.",
            en="Where the shape agrees, the new convolution may use the weights of the one before.",
        ),
        hint=Text(
            es="¿Qué le pasa a la convolución anterior cuando se entrena la nueva?",
            en="What happens to the convolution before while the new one trains?",
        ),
    ),
    Misconception(
        key="one-convolution-for-equal-pools",
        target=_REPLACE,
        edits={
            "nearest: nn.Conv2d | None = None": (
                "made: dict[str, nn.Conv2d] = {}\n    nearest: nn.Conv2d | None = None"
            ),
            _PAIR: (
                'strided = made.setdefault(f"{layer} {nearest.out_channels}", strided)\n'
                "            " + _PAIR
            ),
        },
        belief=Text(
            es="Dos max pool iguales pueden compartir una sola convolución.",
            en="Two equal max pools can share a single convolution.",
        ),
        hint=Text(
            es="Un max pool no tiene pesos; ¿qué comparten dos sitios con una misma convolución?",
            en="A max pool has no weights; what do two places with one convolution share?",
        ),
    ),
    Misconception(
        key="pool-with-ceil-mode-left-alone",
        target=_REPLACE,
        edits={
            "elif isinstance(layer, nn.MaxPool2d):": (
                "elif isinstance(layer, nn.MaxPool2d) and not layer.ceil_mode:"
            )
        },
        belief=Text(
            es="Un max pool con ceil_mode no se puede sustituir y se deja como está.",
            en="A max pool with ceil_mode cannot be replaced and is left as it is.",
        ),
        hint=Text(
            es="¿Cómo se entera quien llama de que la red todavía tiene un max pool?",
            en="How does the caller learn that the network still has a max pool?",
        ),
    ),
    # AllConvNet
    Misconception(
        key="max-pools-in-all-cnn",
        target=_NETWORK,
        edits={
            _FIRST_STRIDED: (
                "*_conv_relu(96, 96, 3, padding=1),\n"
                "            nn.MaxPool2d(3, 2, 1),\n            nn.Dropout(0.5),"
            ),
            _SECOND_STRIDED: (
                "*_conv_relu(192, 192, 3, padding=1),\n"
                "            nn.MaxPool2d(3, 2, 1),\n            nn.Dropout(0.5),"
            ),
        },
        belief=Text(
            es="El tamaño se reduce con max pools, como en la columna ConvPool del artículo.",
            en="The size shrinks by max pools, as in the paper's column ConvPool.",
        ),
        hint=Text(
            es="¿Qué quiere decir «All» en el nombre de la red?",
            en="What does “All” in the network's name mean?",
        ),
    ),
    Misconception(
        key="last-three-by-three-padded",
        target=_NETWORK,
        edits={"*_conv_relu(192, 192, 3),": "*_conv_relu(192, 192, 3, padding=1),"},
        belief=Text(
            es="Todas las convoluciones 3×3 llevan relleno 1.",
            en="All 3×3 convolutions have padding 1.",
        ),
        hint=Text(
            es="¿De qué tamaño son los mapas que se promedian con una imagen de 32×32?",
            en="Which size do the averaged maps have for a 32×32 image?",
        ),
    ),
    Misconception(
        key="strided-convolutions-unpadded",
        target=_NETWORK,
        edits={
            "*_conv_relu(96, 96, 3, stride=2, padding=1)": "*_conv_relu(96, 96, 3, stride=2)",
            "*_conv_relu(192, 192, 3, stride=2, padding=1)": "*_conv_relu(192, 192, 3, stride=2)",
        },
        belief=Text(
            es="Las convoluciones de paso 2 no llevan relleno, como un max pool.",
            en="The convolutions of stride 2 have no padding, like a max pool.",
        ),
        hint=Text(
            es="¿Qué imagen es la más pequeña que debe admitir la red?",
            en="Which is the smallest image that the network must take?",
        ),
    ),
    Misconception(
        key="relu-on-the-logits",
        target=_NETWORK,
        edits={
            _LAST_LAYERS: (
                "nn.Sequential(nn.Conv2d(192, num_classes, 1), nn.ReLU(), GlobalAvgPool2d())"
            )
        },
        belief=Text(
            es="Detrás de toda convolución va una ReLU, también de la última.",
            en="A ReLU follows every convolution, the last one too.",
        ),
        hint=Text(
            es="¿Pueden ser negativos los logits?",
            en="May logits be negative?",
        ),
    ),
    Misconception(
        key="no-relu-after-the-pointwise-convolution",
        target=_NETWORK,
        edits={"*_conv_relu(192, 192, 1),": "nn.Conv2d(192, 192, 1),"},
        belief=Text(
            es="Las convoluciones 1×1 no llevan ReLU.",
            en="1×1 convolutions have no ReLU.",
        ),
        hint=Text(
            es="¿Qué calculan dos convoluciones 1×1 seguidas sin nada entre ellas?",
            en="What do two 1×1 convolutions compute that have nothing between them?",
        ),
    ),
    Misconception(
        key="no-relu-after-strided-convolutions",
        target=_NETWORK,
        edits={
            "*_conv_relu(96, 96, 3, stride=2, padding=1)": (
                "nn.Conv2d(96, 96, 3, stride=2, padding=1)"
            ),
            "*_conv_relu(192, 192, 3, stride=2, padding=1)": (
                "nn.Conv2d(192, 192, 3, stride=2, padding=1)"
            ),
        },
        belief=Text(
            es="Las convoluciones que hacen de pooling no llevan ReLU.",
            en="Convolutions that stand for a pool have no ReLU.",
        ),
        hint=Text(
            es="¿Cuántas convoluciones de la red van sin ReLU según el enunciado?",
            en="How many convolutions of the network go without a ReLU by the text?",
        ),
    ),
    Misconception(
        key="half-of-the-input-dropped",
        target=_NETWORK,
        edits={"nn.Dropout(0.2),": "nn.Dropout(0.5),"},
        belief=Text(
            es="El dropout es de 0,5 en toda la red.",
            en="Dropout is 0.5 in the whole network.",
        ),
        hint=Text(
            es="¿Cuánta información se pierde si falta la mitad de la imagen?",
            en="How much information is lost where half of the image is missing?",
        ),
    ),
    Misconception(
        key="no-dropout-on-the-input",
        target=_NETWORK,
        edits={"            nn.Dropout(0.2),\n": ""},
        belief=Text(
            es="El dropout solo actúa sobre capas ocultas.",
            en="Dropout is for hidden layers only.",
        ),
        hint=Text(
            es="¿Cuántos dropouts nombra el enunciado, y dónde está el primero?",
            en="How many dropouts does the text name, and where is the first?",
        ),
    ),
    Misconception(
        key="input-dropout-everywhere",
        target=_NETWORK,
        edits={
            _FIRST_STRIDED: _FIRST_STRIDED.replace("0.5", "0.2"),
            _SECOND_STRIDED: _SECOND_STRIDED.replace("0.5", "0.2"),
        },
        belief=Text(
            es="El dropout es de 0,2 en toda la red.",
            en="Dropout is 0.2 in the whole network.",
        ),
        hint=Text(
            es="¿Con qué probabilidad se anula un valor tras las convoluciones de paso 2?",
            en="With which probability is a value dropped after the convolutions of stride 2?",
        ),
    ),
    Misconception(
        key="second-hidden-dropout-missing",
        target=_NETWORK,
        edits={_SECOND_STRIDED: "*_conv_relu(192, 192, 3, stride=2, padding=1),"},
        belief=Text(
            es="Un dropout a mitad de la red es suficiente.",
            en="One dropout halfway through the network is enough.",
        ),
        hint=Text(
            es="¿Cuántas convoluciones de paso 2 tiene la red?",
            en="How many convolutions of stride 2 does the network have?",
        ),
    ),
    Misconception(
        key="dropout-before-strided-convolutions",
        target=_NETWORK,
        edits={
            _FIRST_STRIDED: (
                "nn.Dropout(0.5),\n            *_conv_relu(96, 96, 3, stride=2, padding=1),"
            ),
            _SECOND_STRIDED: (
                "nn.Dropout(0.5),\n            *_conv_relu(192, 192, 3, stride=2, padding=1),"
            ),
        },
        belief=Text(
            es="El dropout va delante de la convolución que hace de pooling.",
            en="Dropout goes in front of the convolution that stands for a pool.",
        ),
        hint=Text(
            es="¿Sobre qué capa cae el dropout en el artículo, sobre la que entra o la que sale?",
            en="On which layer does the paper's dropout fall: the one that enters or that leaves?",
        ),
    ),
    Misconception(
        key="dropout-before-the-logits",
        target=_NETWORK,
        edits={
            "*_conv_relu(192, 192, 1),": "*_conv_relu(192, 192, 1),\n            nn.Dropout(0.5),"
        },
        belief=Text(
            es="Delante del clasificador también va un dropout.",
            en="There is a dropout in front of the classifier as well.",
        ),
        hint=Text(
            es="¿Después de qué convoluciones hay un dropout según el enunciado?",
            en="After which convolutions is there a dropout by the text?",
        ),
    ),
    Misconception(
        key="whole-maps-dropped",
        target=_NETWORK,
        edits={
            _FIRST_STRIDED: _FIRST_STRIDED.replace("Dropout", "Dropout2d"),
            _SECOND_STRIDED: _SECOND_STRIDED.replace("Dropout", "Dropout2d"),
        },
        belief=Text(
            es="Entre convoluciones el dropout anula mapas enteros.",
            en="Between convolutions dropout drops whole maps.",
        ),
        hint=Text(
            es="El artículo es anterior al dropout por mapas: ¿sobre qué cae el suyo?",
            en="The paper is older than dropout of maps: what does its dropout fall on?",
        ),
    ),
    Misconception(
        key="whole-colours-dropped",
        target=_NETWORK,
        edits={"nn.Dropout(0.2),": "nn.Dropout2d(0.2),"},
        belief=Text(
            es="El dropout de la entrada anula canales enteros de la imagen.",
            en="The input's dropout drops whole channels of the image.",
        ),
        hint=Text(
            es="¿Qué queda de una imagen en gris si se anula su único canal?",
            en="What is left of a grey image if its only channel is dropped?",
        ),
    ),
    Misconception(
        key="one-mask-for-the-batch",
        target=_NETWORK,
        edits={
            _LOGITS: (
                "for layer in self.features:\n"
                "            if isinstance(layer, nn.Dropout) and layer.p == 0.5:\n"
                "                mask = x.new_ones(x[:1].shape)\n"
                "                x = x * nn.functional.dropout(mask, 0.5, self.training)\n"
                "            else:\n"
                "                x = layer(x)\n"
                "        logits: Tensor = self.classifier(x)"
            )
        },
        belief=Text(
            es="La máscara tiene la forma de un mapa de características, y vale para todo el lote.",
            en="The mask has the shape of one feature map, and serves the whole batch.",
        ),
        hint=Text(
            es="¿Qué valores pierde la segunda imagen del lote si se saben los de la primera?",
            en="Which values does the second image lose, once those of the first are known?",
        ),
    ),
    Misconception(
        key="mask-drawn-once",
        target=_NETWORK,
        edits={
            _LOGITS: (
                'masks = self.__dict__.setdefault("masks", {})\n'
                "        place = (x.shape, x.device, x.dtype)\n"
                "        if self.training and place not in masks:\n"
                "            masks[place] = nn.functional.dropout(x.new_ones(x.shape), 0.2)\n"
                "        x = x * masks[place] if self.training else x\n"
                "        logits: Tensor = self.classifier(self.features[1:](x))"
            )
        },
        belief=Text(
            es="La máscara de la entrada se sortea una vez y se guarda con la red.",
            en="The input's mask is drawn once and kept with the network.",
        ),
        hint=Text(
            es="¿Qué píxeles no vería nunca la red durante todo el entrenamiento?",
            en="Which pixels would the network never see during all of its training?",
        ),
    ),
    Misconception(
        key="seed-set-for-the-weights",
        target=_NETWORK,
        edits={
            "        self.features = nn.Sequential(\n": (
                "        import torch\n\n"
                "        torch.manual_seed(0)\n"
                "        self.features = nn.Sequential(\n"
            )
        },
        belief=Text(
            es="Una red fija la semilla para que sus pesos iniciales sean reproducibles.",
            en="A network sets the seed so that its first weights are reproducible.",
        ),
        hint=Text(
            es="¿Quién más saca números aleatorios del mismo generador?",
            en="Who else draws random numbers from the same generator?",
        ),
    ),
    Misconception(
        key="dropout-in-eval-mode-too",
        target=_NETWORK,
        edits={
            _LOGITS: (
                "x = nn.functional.dropout(x, 0.2)\n"
                "        logits: Tensor = self.classifier(self.features[1:](x))"
            )
        },
        belief=Text(
            es="nn.functional.dropout se apaga sola en modo eval.",
            en="nn.functional.dropout turns itself off in eval mode.",
        ),
        hint=Text(
            es="¿Cómo puede saber una función en qué modo está el módulo?",
            en="How can a function know which mode the module is in?",
        ),
    ),
    Misconception(
        key="largest-score-of-each-class",
        target=_NETWORK,
        edits={
            _LAST_LAYERS: (
                "nn.Sequential(nn.Conv2d(192, num_classes, 1), "
                "nn.AdaptiveMaxPool2d(1), nn.Flatten())"
            )
        },
        belief=Text(
            es="De cada mapa de clase cuenta el mayor valor.",
            en="What counts of each class's map is its largest value.",
        ),
        hint=Text(
            es="¿Qué agrupación nombra la última fila de la tabla 1?",
            en="Which pooling does the last row of table 1 name?",
        ),
    ),
    Misconception(
        key="probabilities-from-all-cnn",
        target=_NETWORK,
        edits={_LOGITS: ("logits: Tensor = self.classifier(self.features(x)).softmax(dim=1)")},
        belief=Text(
            es="La red termina en un softmax, como dice la tabla 1.",
            en="The network ends in a softmax, as table 1 says.",
        ),
        hint=Text(
            es="¿Qué hace ya la entropía cruzada de PyTorch con lo que recibe?",
            en="What does PyTorch's cross-entropy already do with what it is given?",
        ),
    ),
    Misconception(
        key="convolutions-without-a-bias",
        target=_NETWORK,
        edits={
            "nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)": (
                "nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)"
            ),
            "                nn.init.zeros_(module.bias)  # type: ignore[arg-type]\n": "",
        },
        belief=Text(
            es="Las convoluciones van sin sesgo.",
            en="The convolutions have no bias.",
        ),
        hint=Text(
            es="Compara el número de parámetros con el del enunciado.",
            en="Compare the number of parameters with that of the text.",
        ),
    ),
    Misconception(
        key="strided-convolution-doubles-the-channels",
        target=_NETWORK,
        edits={
            _FIRST_STRIDED: _FIRST_STRIDED.replace("96, 96", "96, 192"),
            "*_conv_relu(96, 192, 3, padding=1),": "*_conv_relu(192, 192, 3, padding=1),",
        },
        belief=Text(
            es="La convolución que reduce el tamaño es la que dobla los canales.",
            en="The convolution that shrinks the maps is the one that doubles the channels.",
        ),
        hint=Text(
            es="La convolución de paso 2 hace de max pool: ¿cambia un max pool los canales?",
            en="The convolution of stride 2 stands for a max pool: does that change the channels?",
        ),
    ),
    Misconception(
        key="second-convolution-of-each-group-strides",
        target=_NETWORK,
        edits={
            "*_conv_relu(96, 96, 3, padding=1),\n            " + _FIRST_STRIDED: (
                "*_conv_relu(96, 96, 3, stride=2, padding=1),\n"
                "            *_conv_relu(96, 96, 3, padding=1),\n            nn.Dropout(0.5),"
            ),
            "*_conv_relu(192, 192, 3, padding=1),\n            " + _SECOND_STRIDED: (
                "*_conv_relu(192, 192, 3, stride=2, padding=1),\n"
                "            *_conv_relu(192, 192, 3, padding=1),\n            nn.Dropout(0.5),"
            ),
        },
        belief=Text(
            es="En cada grupo de convoluciones, el paso 2 lo da la segunda.",
            en="In each group of convolutions the second one takes the stride of 2.",
        ),
        hint=Text(
            es="¿Qué fila de la tabla 1 lleva «stride r = 2»?",
            en="Which row of table 1 has “stride r = 2”?",
        ),
    ),
    Misconception(
        key="classes-always-ten",
        target=_NETWORK,
        edits={"nn.Conv2d(192, num_classes, 1)": "nn.Conv2d(192, 10, 1)"},
        belief=Text(
            es="La red distingue diez clases, las de CIFAR-10.",
            en="The network tells ten classes apart, those of CIFAR-10.",
        ),
        hint=Text(
            es="¿Qué argumento de AllConvNet no has usado?",
            en="Which argument of AllConvNet have you not used?",
        ),
    ),
)
