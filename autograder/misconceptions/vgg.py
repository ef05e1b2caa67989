"""Misconceptions about the VGG networks and about counting."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_CONFIGS = "VGG_CONFIGS"
_FEATURES = "make_features"
_NETWORK = "VGG"
_PARAMETERS = "count_parameters"
_MACS = "count_macs"

_COLUMN_C = (
    '        *(256, 256, ("conv1", 256), "M"),\n'
    '        *(512, 512, ("conv1", 512), "M"),\n'
    '        *(512, 512, ("conv1", 512), "M"),\n'
)
_COLUMN_A_LRN = '(64, "LRN", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")'
_COLUMN_E = (
    '        *(256, 256, 256, 256, "M"),\n'
    '        *(512, 512, 512, 512, "M"),\n'
    '        *(512, 512, 512, 512, "M"),\n'
)
_CONVOLUTION = "layers.append(nn.Conv2d(channels, width, kernel_size, padding=kernel_size // 2))"
_BATCH_NORM_AND_RELU = (
    "        if batch_norm:\n"
    "            layers.append(nn.BatchNorm2d(width))\n"
    "        layers.append(nn.ReLU(inplace=True))\n"
)
_RESPONSE = "layers.append(_LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0))"
_POOL = "layers.append(nn.MaxPool2d(kernel_size=2, stride=2))"
_CLASSIFIER = """\
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
"""
_COUNTED = (
    "return sum(\n"
    "        parameter.numel()\n"
    "        for parameter in module.parameters()\n"
    "        if parameter.requires_grad or not trainable_only\n"
    "    )"
)
_KEPT = "if parameter.requires_grad or not trainable_only"
_USES = "uses_of_each_weight = output.numel() // output.shape[channel_axis]"
_ADDED = "macs += layer.weight.numel() * uses_of_each_weight"
_IMAGE = "image = next(floating, torch.empty(0)).new_zeros((1, *input_shape))"
_MODES_RESTORED = (
    "        for submodule, training in modes:\n            submodule.training = training\n"
)
_RUN = "torch.func.functional_call(module, buffers, (image,))"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # VGG_CONFIGS
    Misconception(
        key="column-c-all-three-by-three",
        target=_CONFIGS,
        edits={
            _COLUMN_C: _COLUMN_C.replace('("conv1", 256)', "256").replace('("conv1", 512)', "512")
        },
        belief=Text(
            es="Las columnas C y D son la misma.",
            en="The columns C and D are the same.",
        ),
        hint=Text(
            es="¿Qué significa «conv1» en la columna C de la tabla 1?",
            en="What does “conv1” in column C of table 1 mean?",
        ),
    ),
    Misconception(
        key="pointwise-convolution-first",
        target=_CONFIGS,
        edits={
            _COLUMN_C: _COLUMN_C.replace(
                '256, 256, ("conv1", 256)', '("conv1", 256), 256, 256'
            ).replace('512, 512, ("conv1", 512)', '("conv1", 512), 512, 512')
        },
        belief=Text(
            es="En la columna C la convolución 1×1 abre cada grupo.",
            en="In column C the 1×1 convolution opens each group.",
        ),
        hint=Text(
            es="Lee la columna C de arriba abajo: ¿qué fila del grupo lleva el 1?",
            en="Read column C from top to bottom: which row of the group has the 1?",
        ),
    ),
    Misconception(
        key="pointwise-convolutions-in-the-last-stages-only",
        target=_CONFIGS,
        edits={_COLUMN_C: _COLUMN_C.replace('256, 256, ("conv1", 256)', "256, 256, 256")},
        belief=Text(
            es="La columna C solo tiene convoluciones 1×1 en los grupos de 512 canales.",
            en="Column C has 1×1 convolutions in the groups of 512 channels only.",
        ),
        hint=Text(
            es="¿Cuántas filas conv1 cuentas en la columna C?",
            en="How many rows conv1 do you count in column C?",
        ),
    ),
    Misconception(
        key="response-normalised-after-every-convolution",
        target=_CONFIGS,
        edits={
            _COLUMN_A_LRN: (
                '(64, "LRN", "M", 128, "LRN", "M", 256, "LRN", 256, "LRN", "M",'
                ' 512, "LRN", 512, "LRN", "M", 512, "LRN", 512, "LRN", "M")'
            )
        },
        belief=Text(
            es="A-LRN normaliza tras cada convolución.",
            en="A-LRN normalises after each convolution.",
        ),
        hint=Text(
            es="¿Cuántas veces pone LRN la columna A-LRN de la tabla 1?",
            en="How often does the column A-LRN of table 1 say LRN?",
        ),
    ),
    Misconception(
        key="response-normalised-after-the-pool",
        target=_CONFIGS,
        edits={_COLUMN_A_LRN: _COLUMN_A_LRN.replace('"LRN", "M"', '"M", "LRN"')},
        belief=Text(
            es="La normalización local va después de la agrupación.",
            en="Local response normalisation comes after the pool.",
        ),
        hint=Text(
            es="En la tabla 1, ¿está LRN por encima o por debajo de maxpool?",
            en="In table 1, is LRN above or below maxpool?",
        ),
    ),
    Misconception(
        key="three-convolutions-of-256-in-column-e",
        target=_CONFIGS,
        edits={_COLUMN_E: _COLUMN_E.replace("256, 256, 256, 256", "256, 256, 256")},
        belief=Text(
            es="La columna E solo alarga los grupos de 512 canales.",
            en="Column E makes the groups of 512 channels longer, and no other.",
        ),
        hint=Text(
            es="Cuenta las capas con pesos: ¿salen las 19 de VGG-19?",
            en="Count the layers with weights: are they the 19 of VGG-19?",
        ),
    ),
    Misconception(
        key="last-stage-of-1024-channels",
        target=_CONFIGS,
        edits={
            _COLUMN_E: _COLUMN_E[: _COLUMN_E.rindex("        *(")]
            + '        *(1024, 1024, 1024, 1024, "M"),\n'
        },
        belief=Text(
            es="Los canales se doblan en cada grupo, también en el último.",
            en="The channels double in each group, the last one included.",
        ),
        hint=Text(
            es="¿Cuántos canales llegan al clasificador de una VGG?",
            en="How many channels reach a VGG's classifier?",
        ),
    ),
    Misconception(
        key="no-pool-at-the-end-of-column-b",
        target=_CONFIGS,
        edits={
            '"B": (64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),': (
                '"B": (64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512),'
            )
        },
        belief=Text(
            es="Tras la última convolución ya no se agrupa.",
            en="Nothing is pooled after the last convolution.",
        ),
        hint=Text(
            es="¿Cuántas veces se reduce 224 a la mitad hasta llegar a 7?",
            en="How often is 224 halved to reach 7?",
        ),
    ),
    # make_features
    Misconception(
        key="pointwise-convolution-padded",
        target=_FEATURES,
        edits={"padding=kernel_size // 2": "padding=1"},
        belief=Text(
            es="Todas las convoluciones llevan relleno 1.",
            en="All convolutions have padding 1.",
        ),
        hint=Text(
            es="¿Qué relleno conserva el tamaño con un núcleo de 1×1?",
            en="Which padding keeps the size with a 1×1 kernel?",
        ),
    ),
    Misconception(
        key="convolutions-unpadded",
        target=_FEATURES,
        edits={_CONVOLUTION: "layers.append(nn.Conv2d(channels, width, kernel_size))"},
        belief=Text(
            es="Las convoluciones no llevan relleno.",
            en="The convolutions have no padding.",
        ),
        hint=Text(
            es="¿Qué capas reducen el tamaño en la tabla 1, y cuáles no?",
            en="Which layers of table 1 shrink the maps, and which do not?",
        ),
    ),
    Misconception(
        key="pointwise-convolution-of-three-by-three",
        target=_FEATURES,
        edits={
            "(1, item[1]) if isinstance(item, tuple)": "(3, item[1]) if isinstance(item, tuple)"
        },
        belief=Text(
            es='("conv1", n) es una convolución más, con n canales.',
            en='("conv1", n) is one more convolution, of n channels.',
        ),
        hint=Text(
            es="¿De qué tamaño es el núcleo que nombra «conv1»?",
            en="Which kernel size does “conv1” name?",
        ),
    ),
    Misconception(
        key="no-relu-after-pointwise-convolutions",
        target=_FEATURES,
        edits={
            "        layers.append(nn.ReLU(inplace=True))\n": (
                "        layers.append(nn.ReLU(inplace=True) if kernel_size == 3"
                " else nn.Identity())\n"
            )
        },
        belief=Text(
            es="Las convoluciones 1×1 son lineales.",
            en="1×1 convolutions are linear.",
        ),
        hint=Text(
            es="¿Para qué añaden los autores una convolución 1×1, según la sección 2.3?",
            en="What do the authors add a 1×1 convolution for, by section 2.3?",
        ),
    ),
    Misconception(
        key="no-relu-before-a-pool",
        target=_FEATURES,
        edits={
            _POOL: (
                "if isinstance(layers[-1], nn.ReLU):\n"
                "                layers[-1] = nn.Identity()\n"
                "            " + _POOL
            )
        },
        belief=Text(
            es="Antes de una agrupación por máximos no hace falta ReLU.",
            en="No ReLU is needed before a max pool.",
        ),
        hint=Text(
            es="¿Puede ser negativo el máximo de cuatro valores?",
            en="May the maximum of four values be negative?",
        ),
    ),
    Misconception(
        key="relu-before-the-batch-norm",
        target=_FEATURES,
        edits={
            _BATCH_NORM_AND_RELU: (
                "        layers.append(nn.ReLU(inplace=True))\n"
                "        if batch_norm:\n"
                "            layers.append(nn.BatchNorm2d(width))\n"
            )
        },
        belief=Text(
            es="La normalización por lotes es lo último de cada capa.",
            en="Batch normalisation is the last thing in each layer.",
        ),
        hint=Text(
            es="¿Entre qué dos cosas pone el enunciado la normalización por lotes?",
            en="Between which two things does the text put the batch normalisation?",
        ),
    ),
    Misconception(
        key="batch-norm-takes-the-place-of-relu",
        target=_FEATURES,
        edits={
            "        layers.append(nn.ReLU(inplace=True))\n": (
                "        else:\n            layers.append(nn.ReLU(inplace=True))\n"
            )
        },
        belief=Text(
            es="Con normalización por lotes ya no hace falta la ReLU.",
            en="With batch normalisation the ReLU is no longer needed.",
        ),
        hint=Text(
            es="¿Es lineal o no lineal la normalización por lotes en modo eval?",
            en="Is batch normalisation linear or non-linear in eval mode?",
        ),
    ),
    Misconception(
        key="batch-norm-argument-ignored",
        target=_FEATURES,
        edits={"        if batch_norm:\n": "        if False:\n"},
        belief=Text(
            es="La red del artículo no lleva normalización por lotes, así que el argumento sobra.",
            en="The paper's network has no batch normalisation, so the argument is not needed.",
        ),
        hint=Text(
            es="¿Qué cambia en tu red cuando batch_norm=True?",
            en="What changes in your network where batch_norm=True?",
        ),
    ),
    Misconception(
        key="batch-norm-without-a-convolution-bias",
        target=_FEATURES,
        edits={
            _CONVOLUTION: (
                "layers.append(nn.Conv2d(channels, width, kernel_size,"
                " padding=kernel_size // 2, bias=not batch_norm))"
            )
        },
        belief=Text(
            es="Antes de una normalización por lotes la convolución no lleva sesgo.",
            en="In front of a batch normalisation the convolution has no bias.",
        ),
        hint=Text(
            es="Es buena idea, pero ¿qué entradas tiene el state dict de vgg11_bn?",
            en="That is a good idea, but which entries does the state dict of vgg11_bn have?",
        ),
    ),
    Misconception(
        key="images-of-three-channels-assumed",
        target=_FEATURES,
        edits={"    channels = in_channels\n": "    channels = 3\n"},
        belief=Text(
            es="Las imágenes siempre tienen tres canales.",
            en="Images always have three channels.",
        ),
        hint=Text(
            es="¿Qué argumento de make_features no has usado?",
            en="Which argument of make_features have you not used?",
        ),
    ),
    Misconception(
        key="average-pools-in-vgg",
        target=_FEATURES,
        edits={_POOL: "layers.append(nn.AvgPool2d(kernel_size=2, stride=2))"},
        belief=Text(
            es="Da igual agrupar por la media que por el máximo.",
            en="Pooling by the mean or by the maximum is the same.",
        ),
        hint=Text(
            es="¿Qué quiere decir la «M» de la columna?",
            en="What does the column's “M” stand for?",
        ),
    ),
    Misconception(
        key="overlapping-pools",
        target=_FEATURES,
        edits={_POOL: "layers.append(nn.MaxPool2d(kernel_size=3, stride=2, padding=1))"},
        belief=Text(
            es="Las agrupaciones se solapan, como en AlexNet.",
            en="The pools overlap, as in AlexNet.",
        ),
        hint=Text(
            es="¿De qué ventana y de qué paso es la agrupación de la sección 2.1?",
            en="Which window and which stride has the pooling of section 2.1?",
        ),
    ),
    Misconception(
        key="pools-that-round-up",
        target=_FEATURES,
        edits={_POOL: "layers.append(nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True))"},
        belief=Text(
            es="Una fila suelta al borde también se agrupa.",
            en="An odd row at the border is pooled as well.",
        ),
        hint=Text(
            es="¿Cuántas filas deja una agrupación de 2×2 de una imagen de 127?",
            en="How many rows does a 2×2 pool leave of an image of 127?",
        ),
    ),
    Misconception(
        key="response-normalised-before-the-relu",
        target=_FEATURES,
        edits={_RESPONSE: _RESPONSE.replace("append(", "insert(-1, ")},
        belief=Text(
            es="La normalización local va entre la convolución y la ReLU, como la de lotes.",
            en="Local response normalisation goes in front of the ReLU, as batch norm does.",
        ),
        hint=Text(
            es="¿Las respuestas que se normalizan pueden ser negativas?",
            en="May the responses that are normalised be negative?",
        ),
    ),
    Misconception(
        key="response-normalisation-skipped",
        target=_FEATURES,
        edits={_RESPONSE: "layers.append(nn.Identity())"},
        belief=Text(
            es='"LRN" no cambia el resultado y se puede saltar.',
            en='"LRN" does not change the result and can be skipped.',
        ),
        hint=Text(
            es="¿En qué se diferencian entonces las columnas A y A-LRN?",
            en="What is then the difference between the columns A and A-LRN?",
        ),
    ),
    Misconception(
        key="response-normalised-over-pixels",
        target=_FEATURES,
        edits={
            "return super().forward(wide).to(x.dtype)": (
                "near = nn.functional.avg_pool2d(wide.square(), 5, stride=1, padding=2)\n"
                "        return (wide / (2.0 + 5e-4 * near) ** 0.75).to(x.dtype)"
            )
        },
        belief=Text(
            es="«Local» quiere decir los píxeles vecinos del mismo canal.",
            en="“Local” means the neighbouring pixels of the same channel.",
        ),
        hint=Text(
            es="¿A lo largo de qué eje toma vecinos la normalización de AlexNet?",
            en="Along which axis does AlexNet's normalisation take its neighbours?",
        ),
    ),
    Misconception(
        key="response-normalised-over-all-channels",
        target=_FEATURES,
        edits={_RESPONSE: _RESPONSE.replace("size=5", "size=513")},
        belief=Text(
            es="Cada respuesta se divide por la energía de todos los canales.",
            en="Each response is divided by the energy of all channels.",
        ),
        hint=Text(
            es="¿Qué significa «local» en el nombre?",
            en="What does “local” in the name mean?",
        ),
    ),
    Misconception(
        key="response-normalised-by-the-batch",
        target=_FEATURES,
        edits={_RESPONSE: "layers.append(nn.BatchNorm2d(channels))"},
        belief=Text(
            es="LRN es una normalización por lotes.",
            en="LRN is a batch normalisation.",
        ),
        hint=Text(
            es="¿Tiene pesos la normalización local?",
            en="Does local response normalisation have weights?",
        ),
    ),
    Misconception(
        key="unknown-column-is-a-key-error",
        target=_FEATURES,
        edits={"    if config not in VGG_CONFIGS:\n": "    if False:\n"},
        belief=Text(
            es="El KeyError del diccionario ya avisa de una columna desconocida.",
            en="The dictionary's KeyError is warning enough of an unknown column.",
        ),
        hint=Text(
            es="¿Qué excepción promete el docstring?",
            en="Which exception does the docstring promise?",
        ),
    ),
    Misconception(
        key="column-names-in-any-case",
        target=_FEATURES,
        edits={
            "    if config not in VGG_CONFIGS:\n": (
                "    config = config.upper()\n    if config not in VGG_CONFIGS:\n"
            )
        },
        belief=Text(
            es='"d" y "D" son la misma columna.',
            en='"d" and "D" are the same column.',
        ),
        hint=Text(
            es="¿Es «d» una clave de VGG_CONFIGS?",
            en="Is “d” a key of VGG_CONFIGS?",
        ),
    ),
    Misconception(
        key="unknown-column-becomes-column-d",
        target=_FEATURES,
        edits={
            "        raise ValueError(f\"config must be one of {', '.join(VGG_CONFIGS)},"
            ' got {config!r}")\n': '        config = "D"\n'
        },
        belief=Text(
            es="Para una columna desconocida vale la que viene por omisión.",
            en="For an unknown column the default one will do.",
        ),
        hint=Text(
            es="¿Cómo se entera de su errata quien escribe «vgg16»?",
            en="How does someone who writes “vgg16” learn of the mistake?",
        ),
    ),
    # VGG
    Misconception(
        key="only-one-dropout",
        target=_NETWORK,
        edits={
            "            nn.Dropout(dropout),\n            nn.Linear(4096, num_classes),": (
                "            nn.Identity(),\n            nn.Linear(4096, num_classes),"
            )
        },
        belief=Text(
            es="Un solo dropout, tras la primera capa oculta, es suficiente.",
            en="A single dropout, after the first hidden layer, is enough.",
        ),
        hint=Text(
            es="¿Cuántas capas ocultas tiene el clasificador?",
            en="How many hidden layers does the classifier have?",
        ),
    ),
    Misconception(
        key="dropout-rate-fixed",
        target=_NETWORK,
        edits={_CLASSIFIER: _CLASSIFIER.replace("Dropout(dropout)", "Dropout(0.5)")},
        belief=Text(
            es="La probabilidad de dropout de una VGG es siempre 0,5.",
            en="A VGG's dropout probability is always 0.5.",
        ),
        hint=Text(
            es="¿Qué argumento de VGG no has usado?",
            en="Which argument of VGG have you not used?",
        ),
    ),
    Misconception(
        key="dropout-rate-is-the-share-kept",
        target=_NETWORK,
        edits={_CLASSIFIER: _CLASSIFIER.replace("Dropout(dropout)", "Dropout(1 - dropout)")},
        belief=Text(
            es="dropout es la probabilidad de conservar una unidad.",
            en="dropout is the probability of keeping a unit.",
        ),
        hint=Text(
            es="¿Qué probabilidad recibe nn.Dropout, y cuál el argumento del enunciado?",
            en="Which probability does nn.Dropout take, and which one the text's argument?",
        ),
    ),
    Misconception(
        key="no-dropout-means-the-default",
        target=_NETWORK,
        edits={_CLASSIFIER: _CLASSIFIER.replace("Dropout(dropout)", "Dropout(dropout or 0.5)")},
        belief=Text(
            es="«dropout or 0.5» da el valor por omisión cuando no se pasa ninguno.",
            en="“dropout or 0.5” gives the default where no value is passed.",
        ),
        hint=Text(
            es="¿Qué vale «0 or 0.5» en Python?",
            en="What is “0 or 0.5” in Python?",
        ),
    ),
    Misconception(
        key="dropout-of-zero-refused",
        target=_NETWORK,
        edits={
            "        self.features = make_features(config, in_channels, batch_norm)\n": (
                "        if not 0 < dropout < 1:\n"
                '            raise ValueError("dropout must be between 0 and 1")\n'
                "        self.features = make_features(config, in_channels, batch_norm)\n"
            )
        },
        belief=Text(
            es="Una probabilidad de dropout tiene que ser mayor que 0.",
            en="A dropout probability has to be greater than 0.",
        ),
        hint=Text(
            es="¿Qué dice el enunciado sobre dropout=0?",
            en="What does the text say about dropout=0?",
        ),
    ),
    Misconception(
        key="dropout-on-the-scores",
        target=_NETWORK,
        edits={
            "            nn.Linear(4096, num_classes),\n": (
                "            nn.Linear(4096, num_classes),\n            nn.Dropout(dropout),\n"
            )
        },
        belief=Text(
            es="Cada capa lineal lleva su dropout, también la última.",
            en="Each linear layer has its dropout, the last one too.",
        ),
        hint=Text(
            es="¿Qué pasa con la pérdida si la puntuación de la clase correcta se anula?",
            en="What happens to the loss if the right class's score is dropped?",
        ),
    ),
    Misconception(
        key="dropout-on-the-features",
        target=_NETWORK,
        edits={
            "self.classifier(maps.flatten(start_dim=1))": (
                "self.classifier(nn.functional.dropout("
                "maps.flatten(start_dim=1), self.classifier[2].p, self.training))"
            )
        },
        belief=Text(
            es="También lo que entra en el clasificador pasa por un dropout.",
            en="What enters the classifier goes through a dropout as well.",
        ),
        hint=Text(
            es="¿Entre qué capas hay dropout según el enunciado?",
            en="Between which layers is there a dropout by the text?",
        ),
    ),
    Misconception(
        key="dropout-never-off",
        target=_NETWORK,
        edits={
            "        scores: torch.Tensor = self.classifier(maps.flatten(start_dim=1))\n": (
                "        hidden = maps.flatten(start_dim=1)\n"
                "        for layer in self.classifier:\n"
                "            hidden = layer.train()(hidden)\n"
                "        scores: torch.Tensor = hidden\n"
            )
        },
        belief=Text(
            es="El dropout actúa siempre, también al evaluar.",
            en="Dropout is always at work, in evaluation too.",
        ),
        hint=Text(
            es="Pide dos veces las puntuaciones de una misma imagen en modo eval: ¿son iguales?",
            en="Ask twice for the scores of one image in eval mode: are they equal?",
        ),
    ),
    Misconception(
        key="hidden-layers-without-relu",
        target=_NETWORK,
        edits={_CLASSIFIER: _CLASSIFIER.replace("nn.ReLU(inplace=True)", "nn.Identity()")},
        belief=Text(
            es="En el clasificador las capas lineales van seguidas.",
            en="In the classifier the linear layers follow each other.",
        ),
        hint=Text(
            es="¿A cuántas capas equivalen tres capas lineales sin nada entre ellas?",
            en="How many layers are three linear layers worth with nothing between them?",
        ),
    ),
    Misconception(
        key="relu-on-the-scores",
        target=_NETWORK,
        edits={
            "            nn.Linear(4096, num_classes),\n": (
                "            nn.Linear(4096, num_classes),\n            nn.ReLU(inplace=True),\n"
            )
        },
        belief=Text(
            es="Detrás de cada capa lineal va una ReLU, también de la última.",
            en="A ReLU follows each linear layer, the last one too.",
        ),
        hint=Text(
            es="¿Puede ser negativa la puntuación de una clase?",
            en="May a class's score be negative?",
        ),
    ),
    Misconception(
        key="probabilities-from-vgg",
        target=_NETWORK,
        edits={
            "self.classifier(maps.flatten(start_dim=1))": (
                "self.classifier(maps.flatten(start_dim=1)).softmax(dim=1)"
            )
        },
        belief=Text(
            es="La red termina en un softmax, como dice la tabla 1.",
            en="The network ends in a softmax, as table 1 says.",
        ),
        hint=Text(
            es="¿Devuelve probabilidades la VGG de torchvision?",
            en="Does torchvision's VGG return probabilities?",
        ),
    ),
    Misconception(
        key="maps-taken-as-they-come",
        target=_NETWORK,
        edits={"nn.AdaptiveAvgPool2d(7)": "nn.Identity()"},
        belief=Text(
            es="Los mapas ya son de 7×7 y no hace falta llevarlos a ese tamaño.",
            en="The maps are 7×7 already and need not be brought to that size.",
        ),
        hint=Text(
            es="¿Qué le llega al clasificador con una imagen que no es de 224×224?",
            en="What reaches the classifier for an image that is not 224×224?",
        ),
    ),
    Misconception(
        key="adaptive-max-pool",
        target=_NETWORK,
        edits={"nn.AdaptiveAvgPool2d(7)": "nn.AdaptiveMaxPool2d(7)"},
        belief=Text(
            es="Todas las agrupaciones de una VGG son por máximos.",
            en="All of a VGG's pools are max pools.",
        ),
        hint=Text(
            es="¿Qué dice el nombre del atributo avgpool?",
            en="What does the attribute's name avgpool say?",
        ),
    ),
    Misconception(
        key="maps-stretched-instead-of-pooled",
        target=_NETWORK,
        edits={"nn.AdaptiveAvgPool2d(7)": 'nn.Upsample((7, 7), mode="bilinear")'},
        belief=Text(
            es="Para llevar los mapas a 7×7 se interpolan.",
            en="To bring the maps to 7×7 they are interpolated.",
        ),
        hint=Text(
            es="¿Es lo mismo interpolar que promediar cuando los mapas son de 10×10?",
            en="Are interpolating and averaging the same where the maps are 10×10?",
        ),
    ),
    Misconception(
        key="maps-flattened-pixel-by-pixel",
        target=_NETWORK,
        edits={"maps.flatten(start_dim=1)": "maps.permute(0, 2, 3, 1).flatten(start_dim=1)"},
        belief=Text(
            es="Da igual en qué orden se aplanen los mapas.",
            en="The order in which the maps are flattened does not matter.",
        ),
        hint=Text(
            es="¿A qué píxel y canal corresponde cada columna de los pesos de torchvision?",
            en="Which pixel and channel does each column of torchvision's weights belong to?",
        ),
    ),
    Misconception(
        key="scores-of-1000-classes",
        target=_NETWORK,
        edits={"nn.Linear(4096, num_classes)": "nn.Linear(4096, 1000)"},
        belief=Text(
            es="La red distingue siempre las 1000 clases de ImageNet.",
            en="The network always tells the 1000 classes of ImageNet apart.",
        ),
        hint=Text(
            es="¿Qué argumento de VGG no has usado?",
            en="Which argument of VGG have you not used?",
        ),
    ),
    Misconception(
        key="network-without-the-batch-norm-asked-for",
        target=_NETWORK,
        edits={
            "self.features = make_features(config, in_channels, batch_norm)": (
                "self.features = make_features(config, in_channels)"
            )
        },
        belief=Text(
            es="batch_norm es cosa de make_features y no de la red.",
            en="batch_norm is for make_features and not for the network.",
        ),
        hint=Text(
            es="¿A quién le das el argumento batch_norm de VGG?",
            en="Whom do you give VGG's argument batch_norm?",
        ),
    ),
    Misconception(
        key="network-for-colour-images-only",
        target=_NETWORK,
        edits={
            "self.features = make_features(config, in_channels, batch_norm)": (
                "self.features = make_features(config, batch_norm=batch_norm)"
            )
        },
        belief=Text(
            es="Las imágenes de la red siempre son de tres canales.",
            en="The network's images always have three channels.",
        ),
        hint=Text(
            es="¿A quién le das el argumento in_channels de VGG?",
            en="Whom do you give VGG's argument in_channels?",
        ),
    ),
    Misconception(
        key="classifier-numbered-freely",
        target=_NETWORK,
        edits={
            _CLASSIFIER: _CLASSIFIER.replace("            nn.Dropout(dropout),\n", "").replace(
                "            nn.Linear(4096, num_classes),\n",
                "            nn.Dropout(dropout),\n            nn.Linear(4096, num_classes),\n",
            )
        },
        belief=Text(
            es="El dropout va solo delante de la última capa, y la numeración es libre.",
            en="Dropout goes in front of the last layer only, and the numbering is free.",
        ),
        hint=Text(
            es="¿Cómo se llaman las tres capas lineales en el state dict de vgg16?",
            en="What are the three linear layers called in the state dict of vgg16?",
        ),
    ),
    # count_parameters
    Misconception(
        key="buffers-counted",
        target=_PARAMETERS,
        edits={
            "for parameter in module.parameters()\n": (
                "for parameter in (*module.parameters(), *module.buffers())\n"
            )
        },
        belief=Text(
            es="Las estadísticas de una normalización también son parámetros.",
            en="A normalisation's statistics are parameters as well.",
        ),
        hint=Text(
            es="¿Aprende el optimizador la media acumulada?",
            en="Does the optimizer learn the running mean?",
        ),
    ),
    Misconception(
        key="shared-parameters-counted-per-name",
        target=_PARAMETERS,
        edits={
            "for parameter in module.parameters()\n": (
                "for _, parameter in module.named_parameters(remove_duplicate=False)\n"
            )
        },
        belief=Text(
            es="Un parámetro cuenta en cada sitio en el que aparece.",
            en="A parameter counts at each place at which it appears.",
        ),
        hint=Text(
            es="¿Cuánta memoria ocupa un peso que usan dos capas?",
            en="How much memory does a weight take that two layers use?",
        ),
    ),
    Misconception(
        key="parameters-told-apart-by-their-memory",
        target=_PARAMETERS,
        edits={
            "for parameter in module.parameters()\n": (
                "for parameter in {p.data_ptr(): p for p in module.parameters()}.values()\n"
            )
        },
        belief=Text(
            es="Dos parámetros con la misma dirección de memoria son el mismo.",
            en="Two parameters with the same memory address are the same.",
        ),
        hint=Text(
            es="¿Qué dirección tiene un tensor en meta, que no tiene datos?",
            en="Which address does a tensor on meta have, which has no data?",
        ),
    ),
    Misconception(
        key="parameters-told-apart-by-their-shape",
        target=_PARAMETERS,
        edits={
            "for parameter in module.parameters()\n": (
                "for parameter in {p.shape: p for p in module.parameters()}.values()\n"
            )
        },
        belief=Text(
            es="Dos parámetros de la misma forma son el mismo.",
            en="Two parameters of the same shape are the same.",
        ),
        hint=Text(
            es="¿Comparten algo dos capas iguales recién creadas?",
            en="Do two equal layers share anything that have just been made?",
        ),
    ),
    Misconception(
        key="tensors-counted-instead-of-scalars",
        target=_PARAMETERS,
        edits={"        parameter.numel()\n": "        1\n"},
        belief=Text(
            es="Cada tensor de pesos es un parámetro.",
            en="Each weight tensor is one parameter.",
        ),
        hint=Text(
            es="¿Cuántos números aprende una nn.Linear(7, 5)?",
            en="How many numbers does an nn.Linear(7, 5) learn?",
        ),
    ),
    Misconception(
        key="trainable-only-ignored",
        target=_PARAMETERS,
        edits={"        " + _KEPT + "\n": ""},
        belief=Text(
            es="Todos los parámetros se entrenan.",
            en="All parameters train.",
        ),
        hint=Text(
            es="¿Qué atributo de un parámetro dice si se entrena?",
            en="Which attribute of a parameter says whether it trains?",
        ),
    ),
    Misconception(
        key="frozen-parameters-never-counted",
        target=_PARAMETERS,
        edits={_KEPT: "if parameter.requires_grad"},
        belief=Text(
            es="Solo cuentan los parámetros que se entrenan.",
            en="Only parameters that train count.",
        ),
        hint=Text(
            es="¿Qué debe dar la función, por omisión, en una red congelada?",
            en="What should the function give, by default, for a frozen network?",
        ),
    ),
    Misconception(
        key="frozen-parameters-counted-instead",
        target=_PARAMETERS,
        edits={_KEPT: "if not parameter.requires_grad or not trainable_only"},
        belief=Text(
            es="requires_grad=True quiere decir que un parámetro está congelado.",
            en="requires_grad=True means that a parameter is frozen.",
        ),
        hint=Text(
            es="¿Qué vale requires_grad en una capa recién creada?",
            en="What is requires_grad in a layer that has just been made?",
        ),
    ),
    Misconception(
        key="submodules-forgotten",
        target=_PARAMETERS,
        edits={
            "for parameter in module.parameters()\n": (
                "for parameter in module.parameters(recurse=False)\n"
            )
        },
        belief=Text(
            es="Un módulo tiene solo los parámetros que él mismo creó.",
            en="A module has only the parameters that it made itself.",
        ),
        hint=Text(
            es="¿De quién son los pesos de una capa que está dentro de un nn.Sequential?",
            en="Whose are the weights of a layer inside an nn.Sequential?",
        ),
    ),
    Misconception(
        key="biases-not-counted",
        target=_PARAMETERS,
        edits={_KEPT: "if parameter.dim() > 1 and (parameter.requires_grad or not trainable_only)"},
        belief=Text(
            es="Los sesgos son tan pocos que no se cuentan.",
            en="Biases are so few that they do not count.",
        ),
        hint=Text(
            es="Calcula a mano los parámetros de una nn.Linear(7, 5).",
            en="Work out the parameters of an nn.Linear(7, 5) by hand.",
        ),
    ),
    # count_macs
    Misconception(
        key="groups-forgotten",
        target=_MACS,
        edits={
            _ADDED: (
                'groups = getattr(layer, "groups", 1)\n'
                "        macs += layer.weight.numel() * uses_of_each_weight * groups"
            )
        },
        belief=Text(
            es="Cada canal de salida mira todos los canales de entrada.",
            en="Each output channel looks at all input channels.",
        ),
        hint=Text(
            es="¿Qué forma tienen los pesos de una convolución con groups=2?",
            en="Which shape do the weights of a convolution with groups=2 have?",
        ),
    ),
    Misconception(
        key="rows-of-a-linear-forgotten",
        target=_MACS,
        edits={
            _USES: _USES
            + "\n        if isinstance(layer, nn.Linear):\n            uses_of_each_weight = 1"
        },
        belief=Text(
            es="Una capa lineal usa cada peso una sola vez.",
            en="A linear layer uses each weight only once.",
        ),
        hint=Text(
            es="¿Qué hace nn.Linear con una entrada de forma (1, 12, 2)?",
            en="What does nn.Linear do with an input of shape (1, 12, 2)?",
        ),
    ),
    Misconception(
        key="pixels-of-the-input",
        target=_MACS,
        edits={
            "args: object, output: torch.Tensor": (
                "args: tuple[torch.Tensor], output: torch.Tensor"
            ),
            _USES: ("uses_of_each_weight = args[0].numel() // args[0].shape[channel_axis]"),
        },
        belief=Text(
            es="Un peso se usa una vez por píxel de la entrada.",
            en="A weight is used once per pixel of the input.",
        ),
        hint=Text(
            es="¿Cuántas veces se coloca el núcleo con paso 2?",
            en="At how many places is the kernel laid with a stride of 2?",
        ),
    ),
    Misconception(
        key="square-kernels-assumed",
        target=_MACS,
        edits={
            _ADDED: (
                "size = layer.weight.numel()\n"
                "        if isinstance(layer, nn.Conv2d):\n"
                "            size = size * layer.kernel_size[0] // layer.kernel_size[1]\n"
                "        macs += size * uses_of_each_weight"
            )
        },
        belief=Text(
            es="El núcleo es cuadrado: basta con kernel_size[0].",
            en="Kernels are square: kernel_size[0] is enough.",
        ),
        hint=Text(
            es="Prueba un núcleo de 1×3.",
            en="Try a 1×3 kernel.",
        ),
    ),
    Misconception(
        key="square-maps-assumed",
        target=_MACS,
        edits={
            _USES: _USES + "\n        if isinstance(layer, nn.Conv2d):\n"
            "            uses_of_each_weight = output.shape[0] * output.shape[-1] ** 2"
        },
        belief=Text(
            es="Los mapas son cuadrados: basta con su anchura.",
            en="Maps are square: their width is enough.",
        ),
        hint=Text(
            es="Prueba una imagen más ancha que alta.",
            en="Try an image that is wider than high.",
        ),
    ),
    Misconception(
        key="bias-additions-counted",
        target=_MACS,
        edits={
            _ADDED: (_ADDED + "\n        macs += output.numel() if layer.bias is not None else 0")
        },
        belief=Text(
            es="Sumar el sesgo es una operación más por cada salida.",
            en="Adding the bias is one more operation per output.",
        ),
        hint=Text(
            es="¿Multiplica algo el sesgo?",
            en="Does the bias multiply anything?",
        ),
    ),
    Misconception(
        key="operations-instead-of-multiply-accumulates",
        target=_MACS,
        edits={_ADDED: "macs += 2 * layer.weight.numel() * uses_of_each_weight"},
        belief=Text(
            es="Multiplicar y acumular son dos operaciones.",
            en="Multiplying and accumulating are two operations.",
        ),
        hint=Text(
            es="¿Cuántas multiplicaciones acompañan a cada suma, y qué cuenta como uno?",
            en="How many multiplications go with each addition, and what counts as one?",
        ),
    ),
    Misconception(
        key="each-layer-counted-once",
        target=_MACS,
        edits={
            "    macs = 0\n": "    macs = 0\n    seen: set[nn.Module] = set()\n",
            "        nonlocal macs\n": (
                "        nonlocal macs\n"
                "        if layer in seen:\n"
                "            return\n"
                "        seen.add(layer)\n"
            ),
        },
        belief=Text(
            es="Una capa cuesta lo mismo se la llame una vez o tres.",
            en="A layer costs the same whether it is called once or three times.",
        ),
        hint=Text(
            es="¿Cuánto trabaja una capa por la que la imagen pasa tres veces?",
            en="How much does a layer work that the image passes three times?",
        ),
    ),
    Misconception(
        key="pieces-of-an-image-counted-as-one",
        target=_MACS,
        edits={
            _USES: _USES + "\n        if isinstance(layer, nn.Conv2d):\n"
            "            uses_of_each_weight //= output.shape[0]"
        },
        belief=Text(
            es="Con una imagen, el primer eje de toda convolución mide 1.",
            en="For one image, the first axis of every convolution has size 1.",
        ),
        hint=Text(
            es="¿Y si un módulo parte la imagen en trozos y los trata como un lote?",
            en="What if a module cuts the image into pieces and treats them as a batch?",
        ),
    ),
    Misconception(
        key="subclasses-not-counted",
        target=_MACS,
        edits={
            "        if isinstance(layer, nn.Conv2d | nn.Linear)\n": (
                "        if type(layer) in (nn.Conv2d, nn.Linear)\n"
            )
        },
        belief=Text(
            es="Una convolución es un objeto cuya clase es nn.Conv2d.",
            en="A convolution is an object whose class is nn.Conv2d.",
        ),
        hint=Text(
            es="¿Deja de ser convolución una clase derivada de nn.Conv2d?",
            en="Does a class derived from nn.Conv2d stop being a convolution?",
        ),
    ),
    Misconception(
        key="transposed-convolutions-counted",
        target=_MACS,
        edits={
            "        if isinstance(layer, nn.Conv2d | nn.Linear)\n": (
                "        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)\n"
            )
        },
        belief=Text(
            es="Una convolución traspuesta también es una convolución.",
            en="A transposed convolution is a convolution too.",
        ),
        hint=Text(
            es="¿Qué clases de capas cuentan según el enunciado?",
            en="Which classes of layers count by the text?",
        ),
    ),
    Misconception(
        key="normalisation-counted",
        target=_MACS,
        edits={
            "        if isinstance(layer, nn.Conv2d | nn.Linear)\n": (
                "        if isinstance(layer, nn.Conv2d | nn.Linear | nn.BatchNorm2d)\n"
            )
        },
        belief=Text(
            es="Toda capa con pesos multiplica y acumula.",
            en="Each layer with weights multiplies and accumulates.",
        ),
        hint=Text(
            es="¿Qué clases de capas cuentan según el enunciado?",
            en="Which classes of layers count by the text?",
        ),
    ),
    Misconception(
        key="only-the-outer-layers-counted",
        target=_MACS,
        edits={
            "        for layer in module.modules()\n": "        for layer in module.children()\n"
        },
        belief=Text(
            es="children() recorre todas las capas de un módulo.",
            en="children() visits all layers of a module.",
        ),
        hint=Text(
            es="¿Qué pasa con una capa dentro de otra, o con un módulo que es una sola capa?",
            en="What about a layer inside another, or a module that is a single layer?",
        ),
    ),
    Misconception(
        key="counting-hooks-left",
        target=_MACS,
        edits={"        for hook in hooks:\n            hook.remove()\n": ""},
        belief=Text(
            es="Los hooks desaparecen solos al terminar la función.",
            en="Hooks go away by themselves when the function ends.",
        ),
        hint=Text(
            es="¿Quién guarda los hooks que registras?",
            en="Who keeps the hooks that you register?",
        ),
    ),
    Misconception(
        key="hooks-of-others-removed",
        target=_MACS,
        edits={
            "        for hook in hooks:\n            hook.remove()\n": (
                "        for submodule in module.modules():\n"
                "            submodule._forward_hooks.clear()\n"
            )
        },
        belief=Text(
            es="Los únicos hooks del módulo son los que ha puesto la función.",
            en="The module's only hooks are those that the function put there.",
        ),
        hint=Text(
            es="¿Y si el módulo ya tenía un hook antes?",
            en="What if the module had a hook before?",
        ),
    ),
    Misconception(
        key="module-left-in-eval-mode",
        target=_MACS,
        edits={_MODES_RESTORED: ""},
        belief=Text(
            es="Después de contar, el módulo puede quedarse en modo eval.",
            en="After counting, the module may stay in eval mode.",
        ),
        hint=Text(
            es="¿Qué hacen después el dropout y la batch norm de quien estaba entrenando?",
            en="What do dropout and batch norm then do for someone who was training?",
        ),
    ),
    Misconception(
        key="one-mode-for-all-layers",
        target=_MACS,
        edits={_MODES_RESTORED: "        module.train(modes[0][1])\n"},
        belief=Text(
            es="Todas las capas están en el modo del módulo.",
            en="All layers are in the mode of the module.",
        ),
        hint=Text(
            es="¿Y si alguien dejó una capa congelada en modo eval?",
            en="What if someone left a frozen layer in eval mode?",
        ),
    ),
    Misconception(
        key="module-left-in-train-mode",
        target=_MACS,
        edits={_MODES_RESTORED: "        module.train()\n"},
        belief=Text(
            es="Después de contar se vuelve a modo train.",
            en="After counting, the module goes back to train mode.",
        ),
        hint=Text(
            es="¿En qué modo estaba el módulo antes?",
            en="Which mode was the module in before?",
        ),
    ),
    Misconception(
        key="running-statistics-moved",
        target=_MACS,
        edits={
            "submodule.training = False  # not .eval(), which": "submodule.training = True  # not",
            _RUN: "module(image.expand(2, -1, -1, -1))",
            _ADDED: "macs += layer.weight.numel() * uses_of_each_weight // 2",
        },
        belief=Text(
            es="Una pasada sin gradientes no cambia nada del módulo.",
            en="A pass without gradients changes nothing of the module.",
        ),
        hint=Text(
            es="¿Qué guarda una batch norm en modo train aunque no haya gradientes?",
            en="What does a batch norm keep in train mode even without gradients?",
        ),
    ),
    Misconception(
        key="module-frozen-by-counting",
        target=_MACS,
        edits={
            "    try:\n        for submodule, _ in modes:": (
                "    module.requires_grad_(False)\n    try:\n        for submodule, _ in modes:"
            )
        },
        belief=Text(
            es="Para no calcular gradientes hay que congelar el módulo.",
            en="To compute no gradients, the module has to be frozen.",
        ),
        hint=Text(
            es="¿Puede seguir entrenándose el módulo después de contar?",
            en="Can the module go on training after it was counted?",
        ),
    ),
    Misconception(
        key="module-moved-to-meta",
        target=_MACS,
        edits={
            "    floating = (t for t": '    module = module.to("meta")\n    floating = (t for t'
        },
        belief=Text(
            es='module.to("meta") devuelve una copia sin datos.',
            en='module.to("meta") returns a copy without data.',
        ),
        hint=Text(
            es="¿Qué devuelve .to() de un módulo, y qué le pasa al original?",
            en="What does .to() of a module return, and what happens to the original?",
        ),
    ),
    Misconception(
        key="counted-with-a-float32-image-on-the-cpu",
        target=_MACS,
        edits={_IMAGE: "image = torch.zeros((1, *input_shape))"},
        belief=Text(
            es="Una imagen de ceros sirve para cualquier módulo.",
            en="An image of zeros serves any module.",
        ),
        hint=Text(
            es="¿Acepta una capa en float64, o en meta, una imagen float32 en la CPU?",
            en="Does a layer in float64, or on meta, take a float32 image on the CPU?",
        ),
    ),
    Misconception(
        key="counted-without-a-batch-axis",
        target=_MACS,
        edits={_IMAGE: _IMAGE.replace("(1, *input_shape)", "input_shape")},
        belief=Text(
            es="Una imagen es un tensor (C, H, W), y así se le da al módulo.",
            en="An image is a (C, H, W) tensor, and so it is given to the module.",
        ),
        hint=Text(
            es="¿Qué forma espera nn.Flatten o una batch norm?",
            en="Which shape does nn.Flatten or a batch norm expect?",
        ),
    ),
)
