"""Misconceptions about `cnnlab.fc_to_conv`."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

KERNEL = "    kernel = linear.weight.reshape(-1, channels, height, width)\n"
SIZE = "        (height, width),\n"
HAS_BIAS = "        bias=linear.bias is not None,\n"
DEVICE = "        device=linear.weight.device,\n"
DTYPE = "        dtype=linear.weight.dtype,\n"
WEIGHT = "        convolution.weight.copy_(kernel)\n"
BIAS = "        if convolution.bias is not None:\n            convolution.bias.copy_(linear.bias)\n"
IN_FEATURES = "    if math.prod(input_shape) != linear.in_features:\n"
BY_PIXEL = "    return linear_to_conv(linear, (linear.in_features, 1, 1))\n"
AT_FLATTEN = "        if isinstance(layer, nn.Flatten):\n"
CONVERTED = "    converted = copy.deepcopy(model)\n"
FLATTEN = "            converted[index] = nn.Identity()\n"
FIRST = "                convolution = _first_convolution(layer, feature_shape)\n"
LATER = "                convolution = linear_to_conv1x1(layer)\n"
FEATURES_FIT = "        return linear_to_conv(linear, feature_shape)\n"
RETURN = "    return converted\n"
DENSE = "    convolution = nn.Conv2d(channels, channels, kernel_size, bias=False)\n"
MEAN = "    mean_of_own_map = torch.eye(channels) / math.prod(convolution.kernel_size)\n"
FILL = "        convolution.weight.copy_(mean_of_own_map[:, :, None, None])\n"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        key="kernel-channels-last",
        target="linear_to_conv",
        edits={
            KERNEL: "    kernel = linear.weight.reshape(-1, height, width, channels)\n"
            "    kernel = kernel.permute(0, 3, 1, 2)\n"
        },
        belief=Text(
            es="Al aplanar un mapa, los canales de un mismo píxel quedan uno junto al otro.",
            en="Flattening a map puts the channels of one pixel next to each other.",
        ),
        hint=Text(
            es="Aplana a mano un mapa de 2 canales y 1x2 píxeles: ¿qué índice varía más deprisa?",
            en="Flatten by hand a map of 2 channels and 1x2 pixels: which index runs fastest?",
        ),
    ),
    Misconception(
        key="kernel-column-by-column",
        target="linear_to_conv",
        edits={
            KERNEL: "    kernel = linear.weight.reshape(-1, channels, width, height)\n"
            "    kernel = kernel.transpose(2, 3)\n"
        },
        belief=Text(
            es="Los píxeles de un canal se aplanan columna a columna.",
            en="The pixels of one channel are flattened column by column.",
        ),
        hint=Text(
            es="¿Dos vecinos en el vector aplanado son vecinos en la misma fila o en la misma "
            "columna de la imagen?",
            en="Are two neighbours in the flattened vector neighbours in one row or in one column "
            "of the image?",
        ),
    ),
    Misconception(
        key="kernel-width-first",
        target="linear_to_conv",
        edits={
            SIZE: SIZE.replace("height, width", "width, height"),
            KERNEL: KERNEL.replace("height, width", "width, height"),
        },
        belief=Text(
            es="El tamaño del núcleo se da como (ancho, alto).",
            en="A kernel's size is given as (width, height).",
        ),
        hint=Text(
            es="Prueba con un mapa que no sea cuadrado: ¿cabe tu núcleo en él?",
            en="Try a map that is not square: does your kernel fit into it?",
        ),
    ),
    Misconception(
        key="kernel-rotated",
        target="linear_to_conv",
        edits={KERNEL: KERNEL + "    kernel = kernel.flip(2, 3)\n"},
        belief=Text(
            es="Una convolución gira el núcleo, así que hay que girar los pesos antes.",
            en="A convolution turns its kernel round, so the weights must be turned first.",
        ),
        hint=Text(
            es="¿Qué calcula nn.Conv2d, la convolución de los matemáticos o la correlación "
            "cruzada? Mira su documentación.",
            en="What does nn.Conv2d compute, the mathematicians' convolution or the "
            "cross-correlation? See its documentation.",
        ),
    ),
    Misconception(
        key="conv-without-the-bias",
        target="linear_to_conv",
        edits={HAS_BIAS: "        bias=False,\n"},
        belief=Text(
            es="Solo los pesos de la capa lineal pasan a la convolución.",
            en="Only the linear layer's weights go into the convolution.",
        ),
        hint=Text(
            es="Con una entrada de ceros, ¿qué responde la capa lineal y qué tu convolución?",
            en="For an input of zeros, what does the linear layer answer, and what your "
            "convolution?",
        ),
    ),
    Misconception(
        key="conv-always-with-bias",
        target="linear_to_conv",
        edits={
            HAS_BIAS: "",
            BIAS: "        if linear.bias is not None:\n"
            "            convolution.bias.copy_(linear.bias)\n"
            "        else:\n"
            "            convolution.bias.zero_()\n",
        },
        belief=Text(
            es="Si la capa lineal no tiene sesgo, uno de ceros es lo mismo.",
            en="Where the linear layer has no bias, one of zeros is the same thing.",
        ),
        hint=Text(
            es="¿Seguirá siendo cero ese sesgo después de un paso de entrenamiento?",
            en="Will that bias still be zero after a step of training?",
        ),
    ),
    Misconception(
        key="conv-bias-left-random",
        target="linear_to_conv",
        edits={BIAS: ""},
        belief=Text(
            es="Basta con sustituir los pesos: el sesgo de la convolución ya sirve.",
            en="Replacing the weights is enough: the convolution's own bias will do.",
        ),
        hint=Text(
            es="¿De dónde salen los valores del sesgo de una nn.Conv2d recién creada?",
            en="Where do the values of a new nn.Conv2d's bias come from?",
        ),
    ),
    Misconception(
        key="conv-shares-the-weights",
        target="linear_to_conv",
        edits={WEIGHT: "        convolution.weight = nn.Parameter(kernel)\n"},
        belief=Text(
            es="Dar otra forma a los pesos, o detach(), hace una copia.",
            en="Giving the weights another shape, or detach(), makes a copy.",
        ),
        hint=Text(
            es="Cambia un peso de la convolución y mira la capa lineal: ¿qué operaciones de "
            "PyTorch devuelven vistas?",
            en="Change a weight of the convolution and look at the linear layer: which PyTorch "
            "operations return views?",
        ),
    ),
    Misconception(
        key="conv-shares-the-bias",
        target="linear_to_conv",
        edits={BIAS: BIAS.replace(".copy_(linear.bias)", " = linear.bias")},
        belief=Text(
            es="Como el sesgo no cambia de forma, se puede usar el mismo parámetro.",
            en="As the bias keeps its shape, the same parameter can be used.",
        ),
        hint=Text(
            es="Si entrenas la red nueva, ¿qué le pasa al sesgo de la capa original?",
            en="If you train the new network, what happens to the original layer's bias?",
        ),
    ),
    Misconception(
        key="conv-always-in-float32",
        target="linear_to_conv",
        edits={DTYPE: ""},
        belief=Text(
            es="Una capa nueva está siempre en float32.",
            en="A new layer is always in float32.",
        ),
        hint=Text(
            es="Convierte una capa en float64 y dale una entrada en float64: ¿qué ocurre?",
            en="Convert a layer in float64 and give it an input in float64: what happens?",
        ),
    ),
    Misconception(
        key="conv-left-on-the-cpu",
        target="linear_to_conv",
        edits={DEVICE: ""},
        belief=Text(
            es="Los tensores nuevos se crean donde están los demás.",
            en="New tensors are made where the others are.",
        ),
        hint=Text(
            es="¿En qué dispositivo crea torch.zeros un tensor si no se le dice nada?",
            en="On which device does torch.zeros make a tensor when it is told nothing?",
        ),
    ),
    Misconception(
        key="conv-weights-frozen",
        target="linear_to_conv",
        edits={WEIGHT: WEIGHT + "        convolution.weight.requires_grad_(False)\n"},
        belief=Text(
            es="Pesos copiados de otra capa ya no tienen que entrenarse.",
            en="Weights that are copied from another layer need no more training.",
        ),
        hint=Text(
            es="¿Se podría ajustar la red convertida a una tarea nueva?",
            en="Could the converted network be fine-tuned for a new task?",
        ),
    ),
    Misconception(
        key="conv-kernel-of-stride",
        target="linear_to_conv",
        edits={SIZE: SIZE + "        stride=(height, width),\n"},
        belief=Text(
            es="Las ventanas en las que se aplica la capa no se solapan.",
            en="The windows that the layer is applied to do not overlap.",
        ),
        hint=Text(
            es="Si el mapa tiene una columna más que el núcleo, ¿cuántas ventanas caben en él?",
            en="If the map has one column more than the kernel, how many windows fit into it?",
        ),
    ),
    Misconception(
        key="conv-padded",
        target="linear_to_conv",
        edits={SIZE: SIZE + "        padding=(height // 2, width // 2),\n"},
        belief=Text(
            es="Toda convolución necesita el padding que conserva el tamaño.",
            en="Every convolution needs the padding that keeps the size.",
        ),
        hint=Text(
            es="¿Cuántos números por imagen debe dar la convolución en el mapa original?",
            en="How many numbers per image must the convolution give on the original map?",
        ),
    ),
    Misconception(
        key="input-shape-unchecked",
        target="linear_to_conv",
        edits={IN_FEATURES: "    if len(input_shape) != 3:\n"},
        belief=Text(
            es="Si la forma no encaja, ya fallará PyTorch al cambiar la forma de los pesos.",
            en="If the shape does not fit, PyTorch will fail when the weights are reshaped.",
        ),
        hint=Text(
            es="¿Falla siempre, también si el producto es un divisor de in_features? ¿Y qué "
            "excepción es la que se pide?",
            en="Does it always fail, also where the product divides in_features? And which "
            "exception is asked for?",
        ),
    ),
    Misconception(
        key="input-shape-may-be-smaller",
        target="linear_to_conv",
        edits={
            IN_FEATURES: "    if linear.in_features % math.prod(input_shape):\n",
            KERNEL: KERNEL.replace(".reshape(", "[:, : math.prod(input_shape)].reshape("),
        },
        belief=Text(
            es="Basta con que in_features sea un múltiplo de C·H·W.",
            en="It is enough that in_features is a multiple of C·H·W.",
        ),
        hint=Text(
            es="¿Qué pesos sobrarían si el mapa tuviera menos números que entradas la capa?",
            en="Which weights would be left over if the map had fewer numbers than the layer has "
            "inputs?",
        ),
    ),
    Misconception(
        key="pixel-conv-without-the-bias",
        target="linear_to_conv1x1",
        edits={
            BY_PIXEL: "    convolution = linear_to_conv(linear, (linear.in_features, 1, 1))\n"
            "    convolution.bias = None\n"
            "    return convolution\n"
        },
        belief=Text(
            es="Una convolución de 1x1 solo mezcla canales, sin sesgo.",
            en="A 1x1 convolution only mixes channels, without a bias.",
        ),
        hint=Text(
            es="Con una entrada de ceros, ¿qué responde la capa lineal?",
            en="What does the linear layer answer for an input of zeros?",
        ),
    ),
    Misconception(
        key="pixel-conv-shares-the-weights",
        target="linear_to_conv1x1",
        edits={
            BY_PIXEL: "    convolution = linear_to_conv(linear, (linear.in_features, 1, 1))\n"
            "    convolution.weight = nn.Parameter(linear.weight.detach()[:, :, None, None])\n"
            "    return convolution\n"
        },
        belief=Text(
            es="Añadir dos ejes a los pesos los copia.",
            en="Adding two axes to the weights copies them.",
        ),
        hint=Text(
            es="¿Indexar con None devuelve memoria nueva o una vista?",
            en="Does indexing by None return new memory, or a view?",
        ),
    ),
    Misconception(
        key="pixel-conv-along-the-width",
        target="linear_to_conv1x1",
        edits={BY_PIXEL: BY_PIXEL.replace("linear.in_features, 1, 1", "1, 1, linear.in_features")},
        belief=Text(
            es="Las entradas de la capa lineal son una fila de píxeles de un solo canal.",
            en="The linear layer's inputs are one row of pixels of a single channel.",
        ),
        hint=Text(
            es="En una entrada (N, in_features, 1, 1), ¿cuántos canales hay, y cuántos píxeles?",
            en="In an input (N, in_features, 1, 1), how many channels are there, and how many "
            "pixels?",
        ),
    ),
    Misconception(
        key="pixel-conv-transposed",
        target="linear_to_conv1x1",
        edits={
            BY_PIXEL: "    convolution = linear_to_conv(linear, (linear.in_features, 1, 1))\n"
            "    kernel = convolution.weight.detach().transpose(0, 1).contiguous()\n"
            "    convolution.weight = nn.Parameter(kernel)\n"
            "    return convolution\n"
        },
        belief=Text(
            es="Los pesos de una Linear son (entradas, salidas) y los de una Conv2d al revés.",
            en="A Linear's weight is (inputs, outputs), and a Conv2d's the other way round.",
        ),
        hint=Text(
            es="Imprime las formas de los pesos de las dos capas y compáralas.",
            en="Print the shapes of both layers' weights and compare them.",
        ),
    ),
    Misconception(
        key="pixel-conv-padded",
        target="linear_to_conv1x1",
        edits={
            BY_PIXEL: "    convolution = linear_to_conv(linear, (linear.in_features, 1, 1))\n"
            "    convolution.padding = (1, 1)\n"
            "    return convolution\n"
        },
        belief=Text(
            es="padding=1 conserva el tamaño con cualquier núcleo.",
            en="padding=1 keeps the size with any kernel.",
        ),
        hint=Text(
            es="¿Qué tamaño da la fórmula de la convolución con núcleo 1 y padding 1?",
            en="Which size does the convolution formula give for kernel 1 and padding 1?",
        ),
    ),
    Misconception(
        key="pixel-conv-always-in-float32",
        target="linear_to_conv1x1",
        edits={BY_PIXEL: BY_PIXEL.replace("1, 1))", "1, 1)).float()")},
        belief=Text(
            es="La convolución de 1x1 está siempre en float32.",
            en="The 1x1 convolution is always in float32.",
        ),
        hint=Text(
            es="¿Qué pasa si la red está en float16 o en float64?",
            en="What if the network is in float16, or in float64?",
        ),
    ),
    Misconception(
        key="only-the-first-linear-converted",
        target="fully_convolutional",
        edits={LATER: "                continue\n"},
        belief=Text(
            es="Solo la Linear que sigue a Flatten tiene que ser una convolución.",
            en="Only the Linear after Flatten has to become a convolution.",
        ),
        hint=Text(
            es="¿A qué eje de un tensor (N, K, 1, 1) se aplica una nn.Linear?",
            en="To which axis of a tensor (N, K, 1, 1) is an nn.Linear applied?",
        ),
    ),
    Misconception(
        key="every-linear-covers-the-map",
        target="fully_convolutional",
        edits={
            LATER: LATER.replace(
                "linear_to_conv1x1(layer)",
                "linear_to_conv(layer, "
                "(layer.in_features // math.prod(feature_shape[1:]), *feature_shape[1:]))",
            )
        },
        belief=Text(
            es="Todas las Linear ven un mapa del tamaño de feature_shape.",
            en="Every Linear sees a map of the size of feature_shape.",
        ),
        hint=Text(
            es="¿Qué tamaño tiene el mapa después de la primera convolución nueva?",
            en="What size is the map after the first new convolution?",
        ),
    ),
    Misconception(
        key="every-linear-by-pixel",
        target="fully_convolutional",
        edits={FIRST: LATER},
        belief=Text(
            es="Toda Linear equivale a una convolución de 1x1.",
            en="Every Linear amounts to a 1x1 convolution.",
        ),
        hint=Text(
            es="¿Cuántos canales y cuántos píxeles tiene lo que entra en la primera Linear?",
            en="How many channels and how many pixels does the first Linear's input have?",
        ),
    ),
    Misconception(
        key="flatten-left-in",
        target="fully_convolutional",
        edits={FLATTEN: "            continue\n"},
        belief=Text(
            es="Flatten no estorba: la convolución vuelve a dar forma al mapa.",
            en="Flatten does no harm: the convolution gives the map its shape back.",
        ),
        hint=Text(
            es="¿Cuántos ejes tiene la salida de Flatten, y cuántos necesita una Conv2d?",
            en="How many axes does the output of Flatten have, and how many does a Conv2d need?",
        ),
    ),
    Misconception(
        key="dropout-thrown-away",
        target="fully_convolutional",
        edits={
            AT_FLATTEN: "        if isinstance(layer, nn.Dropout):\n"
            "            converted[index] = nn.Identity()\n" + AT_FLATTEN.replace("if", "elif")
        },
        belief=Text(
            es="Una red convertida ya no se entrena, así que el dropout sobra.",
            en="A converted network is not trained any more, so dropout can go.",
        ),
        hint=Text(
            es="Compara las dos redes en modo train.",
            en="Compare the two networks in train mode.",
        ),
    ),
    Misconception(
        key="activations-thrown-away",
        target="fully_convolutional",
        edits={
            "    for index, layer in enumerate(converted):\n": "    flat = False\n"
            "    for index, layer in enumerate(converted):\n"
            "        flat = flat or isinstance(layer, nn.Flatten)\n"
            "        if flat and not isinstance(layer, nn.Linear | nn.Flatten | nn.Dropout):\n"
            "            converted[index] = nn.Identity()\n"
        },
        belief=Text(
            es="De lo que sigue a Flatten solo cuentan las capas lineales.",
            en="Of what follows Flatten only the linear layers count.",
        ),
        hint=Text(
            es="¿A qué equivalen dos capas lineales seguidas sin nada entre ellas?",
            en="What do two linear layers in a row, with nothing in between, amount to?",
        ),
    ),
    Misconception(
        key="model-converted-in-place",
        target="fully_convolutional",
        edits={CONVERTED: "    converted = model\n"},
        belief=Text(
            es="La función puede sustituir las capas en la red que recibe.",
            en="The function may replace the layers in the network that it is given.",
        ),
        hint=Text(
            es="¿Funciona todavía la red original después de llamarla?",
            en="Does the original network still work after the call?",
        ),
    ),
    Misconception(
        key="convolutions-shared-with-the-model",
        target="fully_convolutional",
        edits={CONVERTED: "    converted = nn.Sequential(*model)\n"},
        belief=Text(
            es="Una nn.Sequential nueva con las mismas capas es una copia.",
            en="A new nn.Sequential of the same layers is a copy.",
        ),
        hint=Text(
            es="Entrena la red nueva un paso: ¿qué pesos de la original se mueven?",
            en="Train the new network for one step: which weights of the original move?",
        ),
    ),
    Misconception(
        key="model-put-in-eval-mode",
        target="fully_convolutional",
        edits={CONVERTED: CONVERTED + "    model.eval()\n"},
        belief=Text(
            es="Poner la red en modo eval para convertirla no la cambia.",
            en="Putting the network in eval mode for the conversion does not change it.",
        ),
        hint=Text(
            es="Quien siga entrenando la red original, ¿en qué modo la encontrará?",
            en="In which mode will those who go on training the original network find it?",
        ),
    ),
    Misconception(
        key="scores-averaged",
        target="fully_convolutional",
        edits={RETURN: "    converted.append(nn.AdaptiveAvgPool2d(1))\n    return converted\n"},
        belief=Text(
            es="La red debe dar (N, K, 1, 1) con cualquier imagen.",
            en="The network has to give (N, K, 1, 1) for any image.",
        ),
        hint=Text(
            es="¿Qué se aprende de un mapa de puntuaciones que se pierde en su media?",
            en="What does a map of scores tell that its mean does not?",
        ),
    ),
    Misconception(
        key="features-pooled-to-size",
        target="fully_convolutional",
        edits={FLATTEN: "            converted[index] = nn.AdaptiveAvgPool2d(feature_shape[1:])\n"},
        belief=Text(
            es="El mapa tiene que llevarse al tamaño original antes de clasificarlo.",
            en="The map has to be brought to the original size before it is classified.",
        ),
        hint=Text(
            es="¿Cuántas ventanas del tamaño original caben en la imagen grande, y cuántas "
            "respuestas das?",
            en="How many windows of the original size fit into the larger image, and how many "
            "answers do you give?",
        ),
    ),
    Misconception(
        key="scores-flattened",
        target="fully_convolutional",
        edits={
            RETURN: '    converted.add_module("scores", nn.Unflatten(1, (-1, 1)))\n'
            "    converted.scores = nn.Flatten()\n    return converted\n"
        },
        belief=Text(
            es="Los logits tienen que salir con forma (N, K), como antes.",
            en="The logits have to come out with shape (N, K), as before.",
        ),
        hint=Text(
            es="¿Dónde queda la posición de cada ventana si aplanas la salida?",
            en="Where does each window's position go if the output is flattened?",
        ),
    ),
    Misconception(
        key="windows-do-not-overlap",
        target="fully_convolutional",
        edits={FIRST: FIRST + "                convolution.stride = tuple(feature_shape[1:])\n"},
        belief=Text(
            es="La red recorre la imagen grande en ventanas que no se solapan.",
            en="The network goes over the larger image in windows that do not overlap.",
        ),
        hint=Text(
            es="¿Cuántos píxeles de la imagen hay entre dos posiciones vecinas del mapa de "
            "características?",
            en="How many pixels of the image lie between two neighbouring places of the feature "
            "map?",
        ),
    ),
    Misconception(
        key="first-kernel-padded",
        target="fully_convolutional",
        edits={
            FIRST: FIRST + "                convolution.padding = tuple(size // 2 for size in "
            "feature_shape[1:])\n"
        },
        belief=Text(
            es="El mapa de puntuaciones ha de tener el tamaño del mapa de características.",
            en="The score map has to have the size of the feature map.",
        ),
        hint=Text(
            es="¿Qué ventana de la imagen correspondería a una posición del borde?",
            en="Which window of the image would a place at the border belong to?",
        ),
    ),
    Misconception(
        key="padding-taken-out",
        target="fully_convolutional",
        edits={
            CONVERTED: CONVERTED + "    for layer in converted.modules():\n"
            "        if isinstance(layer, nn.Conv2d):\n            layer.padding = (0, 0)\n"
        },
        belief=Text(
            es="Una red totalmente convolucional no puede tener padding.",
            en="A fully convolutional network must have no padding.",
        ),
        hint=Text(
            es="Con el tamaño original, ¿da tu red los mismos logits que una red con padding?",
            en="On the original size, does your network give the logits of a network with padding?",
        ),
    ),
    Misconception(
        key="feature-shape-channels-last",
        target="fully_convolutional",
        edits={
            FIRST: FIRST.replace(
                "layer, feature_shape", "layer, (feature_shape[2], *feature_shape[:2])"
            )
        },
        belief=Text(
            es="feature_shape se da como (H, W, C).",
            en="feature_shape is given as (H, W, C).",
        ),
        hint=Text(
            es="Lee en qué orden van los ejes de una imagen en PyTorch.",
            en="Read up on the order of an image's axes in PyTorch.",
        ),
    ),
    Misconception(
        key="feature-shape-unchecked",
        target="fully_convolutional",
        edits={
            FEATURES_FIT: FEATURES_FIT.replace(
                "feature_shape",
                "(linear.in_features // math.prod(feature_shape[1:]), *feature_shape[1:])",
            )
        },
        belief=Text(
            es="De feature_shape solo importan H y W: los canales salen de in_features.",
            en="Only H and W of feature_shape matter: the channels follow from in_features.",
        ),
        hint=Text(
            es="¿Qué haces si feature_shape no es lo que entra en Flatten?",
            en="What do you do where feature_shape is not what enters Flatten?",
        ),
    ),
    Misconception(
        key="converted-network-frozen",
        target="fully_convolutional",
        edits={RETURN: "    return converted.requires_grad_(False)\n"},
        belief=Text(
            es="La red convertida solo sirve para predecir.",
            en="The converted network is good for prediction only.",
        ),
        hint=Text(
            es="Long et al. entrenan su red después de convertirla: ¿se puede con la tuya?",
            en="Long et al. train their network after converting it: can yours be trained?",
        ),
    ),
    Misconception(
        key="norm-statistics-reset",
        target="fully_convolutional",
        edits={
            RETURN: "    for layer in converted.modules():\n"
            "        if isinstance(layer, nn.BatchNorm2d):\n"
            "            layer.reset_running_stats()\n"
            "    return converted\n"
        },
        belief=Text(
            es="Solo hay que copiar los parámetros; las estadísticas de batch norm no lo son.",
            en="Only parameters have to be copied, and batch norm's statistics are none.",
        ),
        hint=Text(
            es="¿Con qué normaliza una capa de batch norm en modo eval?",
            en="What does a batch norm layer normalise by in eval mode?",
        ),
    ),
    Misconception(
        key="first-linear-told-by-its-size",
        target="fully_convolutional",
        edits={
            "            if first_linear:\n": "            if layer.in_features == "
            "math.prod(feature_shape) or first_linear:\n"
        },
        belief=Text(
            es="La Linear que sigue a Flatten es la que recibe C·H·W números.",
            en="The Linear after Flatten is the one that takes C·H·W numbers.",
        ),
        hint=Text(
            es="¿Y si una capa posterior recibe los mismos números que la primera?",
            en="What if a later layer takes as many numbers as the first?",
        ),
    ),
    Misconception(
        key="activations-shared-with-the-model",
        target="fully_convolutional",
        edits={
            RETURN: "    for index, layer in enumerate(model):\n"
            "        if isinstance(layer, nn.ReLU | nn.PReLU | nn.Tanh | nn.Sigmoid | nn.ELU):\n"
            "            converted[index] = layer\n"
            "    return converted\n"
        },
        belief=Text(
            es="Las activaciones no tienen parámetros: las dos redes pueden usar las mismas.",
            en="Activations have no parameters: both networks can use the same ones.",
        ),
        hint=Text(
            es="¿Es así con todas las activaciones de torch.nn? ¿Y su modo?",
            en="Is that so with all activations of torch.nn? And what about their mode?",
        ),
    ),
    Misconception(
        key="seed-set-to-convert",
        target="fully_convolutional",
        edits={CONVERTED: CONVERTED + "    torch.manual_seed(0)\n"},
        belief=Text(
            es="Fijar la semilla dentro de la función la hace reproducible.",
            en="Setting the seed inside the function makes it reproducible.",
        ),
        hint=Text(
            es="¿Qué números aleatorios obtendrá después quien llame a tu función?",
            en="Which random numbers will those who call your function draw afterwards?",
        ),
    ),
    Misconception(
        key="mean-over-all-channels",
        target="global_avg_pool_as_conv",
        edits={MEAN: MEAN.replace("torch.eye(channels)", "torch.ones(channels, channels)")},
        belief=Text(
            es="Todos los pesos del núcleo valen 1/(kh·kw).",
            en="All of the kernel's weights are 1/(kh·kw).",
        ),
        hint=Text(
            es="¿Qué canales de entrada suma cada canal de salida de una convolución densa?",
            en="Which input channels does each output channel of a dense convolution add up?",
        ),
    ),
    Misconception(
        key="mean-divided-by-channels-too",
        target="global_avg_pool_as_conv",
        edits={
            MEAN: MEAN.replace(
                "math.prod(convolution.kernel_size)", "convolution.weight[0].numel()"
            )
        },
        belief=Text(
            es="Hay que dividir entre todos los pesos de un núcleo, canales incluidos.",
            en="One has to divide by all weights of a kernel, channels included.",
        ),
        hint=Text(
            es="¿Cuántos números entran en la media de un mapa?",
            en="How many numbers enter the mean of one map?",
        ),
    ),
    Misconception(
        key="mean-by-depthwise-convolution",
        target="global_avg_pool_as_conv",
        edits={
            DENSE: DENSE.replace("bias=False", "groups=channels, bias=False"),
            MEAN: MEAN.replace("torch.eye(channels)", "torch.ones(channels, 1)"),
        },
        belief=Text(
            es="Para que los canales no se mezclen hace falta un grupo por canal.",
            en="To keep channels apart there has to be one group per channel.",
        ),
        hint=Text(
            es="¿Qué pesos de una convolución densa dejan pasar solo el propio canal?",
            en="Which weights of a dense convolution let only the own channel through?",
        ),
    ),
    Misconception(
        key="mean-with-a-bias",
        target="global_avg_pool_as_conv",
        edits={DENSE: DENSE.replace(", bias=False", "")},
        belief=Text(
            es="El sesgo de la convolución no cambia la media.",
            en="The convolution's bias does not change the mean.",
        ),
        hint=Text(
            es="¿Qué da tu capa con una imagen de ceros?",
            en="What does your layer give for an image of zeros?",
        ),
    ),
    Misconception(
        key="mean-window-width-first",
        target="global_avg_pool_as_conv",
        edits={
            DENSE: "    if not isinstance(kernel_size, int):\n"
            "        kernel_size = (kernel_size[1], kernel_size[0])\n" + DENSE
        },
        belief=Text(
            es="Un par de tamaños es (ancho, alto).",
            en="A pair of sizes is (width, height).",
        ),
        hint=Text(
            es="Prueba con (1, 5) en una imagen de 1x5.",
            en="Try (1, 5) on an image of 1x5.",
        ),
    ),
    Misconception(
        key="mean-is-a-sum",
        target="global_avg_pool_as_conv",
        edits={MEAN: MEAN.replace(" / math.prod(convolution.kernel_size)", "")},
        belief=Text(
            es="Con pesos 1 en la diagonal cada canal da su media.",
            en="With weights of 1 on the diagonal every channel gives its mean.",
        ),
        hint=Text(
            es="¿Qué da tu capa con una imagen de unos?",
            en="What does your layer give for an image of ones?",
        ),
    ),
    Misconception(
        key="mean-of-square-windows-only",
        target="global_avg_pool_as_conv",
        edits={
            MEAN: MEAN.replace(
                "math.prod(convolution.kernel_size)", "convolution.kernel_size[0] ** 2"
            )
        },
        belief=Text(
            es="Una ventana de lado k tiene k² píxeles.",
            en="A window of side k has k² pixels.",
        ),
        hint=Text(
            es="¿Y si kernel_size es un par de números distintos?",
            en="What if kernel_size is a pair of different numbers?",
        ),
    ),
    Misconception(
        key="mean-of-padded-windows",
        target="global_avg_pool_as_conv",
        edits={
            DENSE: DENSE
            + "    convolution.padding = tuple(k // 2 for k in convolution.kernel_size)\n"
        },
        belief=Text(
            es="La convolución debe conservar el tamaño del mapa.",
            en="The convolution has to keep the size of the map.",
        ),
        hint=Text(
            es="¿De qué tamaño es la salida en un mapa del tamaño de la ventana?",
            en="What size is the output on a map of the window's size?",
        ),
    ),
    Misconception(
        key="mean-of-separate-windows",
        target="global_avg_pool_as_conv",
        edits={DENSE: DENSE.replace("kernel_size, bias", "kernel_size, kernel_size, bias")},
        belief=Text(
            es="Como en las capas de pooling, el stride es el tamaño de la ventana.",
            en="As in pooling layers, the stride is the window's size.",
        ),
        hint=Text(
            es="¿Qué stride se pide, y qué cambia en un mapa algo más grande que la ventana?",
            en="Which stride is asked for, and what changes on a map a little larger than the "
            "window?",
        ),
    ),
    Misconception(
        key="weights-between-channels-left-random",
        target="global_avg_pool_as_conv",
        edits={
            FILL: "        for channel in range(channels):\n"
            "            convolution.weight[channel, channel] = mean_of_own_map[channel, channel]\n"
        },
        belief=Text(
            es="Una convolución nueva empieza con pesos cero.",
            en="A new convolution starts with weights of zero.",
        ),
        hint=Text(
            es="Imprime los pesos entre dos canales distintos.",
            en="Print the weights between two different channels.",
        ),
    ),
)
