"""Misconceptions about `cnnlab.transfer`."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

MEAN = "IMAGENET_MEAN = (0.485, 0.456, 0.406)\n"
STD = "IMAGENET_STD = (0.229, 0.224, 0.225)\n"
BYTES = "    if images.dtype == torch.uint8:\n"
SCALED = "        images = images.to(torch.float32) / 255\n"
MEANS = "    mean = images.new_tensor(IMAGENET_MEAN).view(3, 1, 1)\n"
STDS = "    std = images.new_tensor(IMAGENET_STD).view(3, 1, 1)\n"
NORMALIZED = "    return (images - mean) / std\n"

FROZEN = "    module.requires_grad_(False)\n"
EVAL = "    module.eval()\n"

NO_LINEAR = '    if not linears:\n        raise ValueError("model has no nn.Linear to replace")\n'
LAST = "    name, head = linears[-1]\n"
PLACE = "        device=head.weight.device,\n"
DTYPE = "        dtype=head.weight.dtype,\n"
MODE = "    ).train(head.training)\n"
SET = "    model.set_submodule(name, fresh)\n"
REPLACED = "    return model\n"

RANGE = "        if not 0 <= trainable_blocks <= len(backbone):\n"
DEFAULT = "trainable_blocks: int = 0\n"
BACKBONE = "        self.backbone = backbone\n"
HEAD = "nn.Linear(feature_dim, num_classes, device=like.device, dtype=like.dtype)\n"
BORDER = "        self.frozen_blocks = len(backbone) - trainable_blocks\n"
BLOCKS = (
    "        for index, block in enumerate(backbone):\n"
    "            block.requires_grad_(index >= self.frozen_blocks)\n"
)
AT_ONCE = "        self.train()\n"
TRAIN = "        super().train(mode)\n"
STAY = "        for block in list(self.backbone)[: self.frozen_blocks]:\n            block.eval()\n"
SELF = "        return self\n"
LOGITS = "        logits: Tensor = self.head(self.backbone(x).flatten(1))\n"

CHOSEN = "    return [parameter for parameter in model.parameters() if parameter.requires_grad]\n"

MOVED = "    model.to(device).train()\n"
OPTIMIZER = "    optimizer = torch.optim.SGD(trainable_parameters(model), lr=lr, momentum=0.9)\n"
EPOCHS = "    return [_train_epoch(model, loader, optimizer, device) for _ in range(epochs)]\n"
START = "    total_loss, examples = 0.0, 0\n"
BATCH = "        images, labels = images.to(device), labels.to(device)\n"
ZERO = "        optimizer.zero_grad()\n"
STEP = "        optimizer.step()\n"
TOTAL = "        total_loss += loss.item() * len(labels)\n"
COUNT = "        examples += len(labels)\n"
LOSS = "    return total_loss / examples\n"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        key="mean-of-one-half",
        target="IMAGENET_MEAN",
        edits={MEAN: "IMAGENET_MEAN = (0.5, 0.5, 0.5)\n"},
        belief=Text(
            es="La media de una imagen en [0, 1] es 0.5.",
            en="The mean of an image in [0, 1] is 0.5.",
        ),
        hint=Text(
            es="Los valores se midieron en las imágenes de ImageNet. ¿Cuáles usa torchvision?",
            en="The values were measured on ImageNet's images. Which ones does torchvision use?",
        ),
    ),
    Misconception(
        key="mean-in-bgr",
        target="IMAGENET_MEAN",
        edits={MEAN: "IMAGENET_MEAN = (0.406, 0.456, 0.485)\n"},
        belief=Text(
            es="El orden de los canales es azul, verde y rojo.",
            en="The order of the channels is blue, green and red.",
        ),
        hint=Text(
            es="¿En qué orden da los canales la biblioteca de la que salen estos números?",
            en="In which order does the library that these numbers come from give the channels?",
        ),
    ),
    Misconception(
        key="mean-in-bytes",
        target="IMAGENET_MEAN",
        edits={MEAN: "IMAGENET_MEAN = (123.675, 116.28, 103.53)\n"},
        belief=Text(
            es="La media se da en la escala de los bytes.",
            en="The mean is given on the scale of bytes.",
        ),
        hint=Text(
            es="¿En qué intervalo están las imágenes a las que se les resta?",
            en="In which range are the images that it is taken out of?",
        ),
    ),
    Misconception(
        key="deviation-of-one-half",
        target="IMAGENET_STD",
        edits={STD: "IMAGENET_STD = (0.5, 0.5, 0.5)\n"},
        belief=Text(
            es="Con 0.5 la imagen queda en [-1, 1], como hace falta.",
            en="With 0.5 the image ends up in [-1, 1], as it should.",
        ),
        hint=Text(
            es="¿Cuánto varían de verdad los píxeles de ImageNet?",
            en="How much do ImageNet's pixels really vary?",
        ),
    ),
    Misconception(
        key="deviation-in-bgr",
        target="IMAGENET_STD",
        edits={STD: "IMAGENET_STD = (0.225, 0.224, 0.229)\n"},
        belief=Text(
            es="Las desviaciones van en el orden azul, verde y rojo.",
            en="The deviations come in the order blue, green and red.",
        ),
        hint=Text(
            es="¿Qué canal es el primero en PIL y en torchvision?",
            en="Which channel comes first in PIL and in torchvision?",
        ),
    ),
    Misconception(
        key="variance-for-deviation",
        target="IMAGENET_STD",
        edits={STD: "IMAGENET_STD = (0.229**2, 0.224**2, 0.225**2)\n"},
        belief=Text(
            es="Se normaliza con la varianza de cada canal.",
            en="One normalises by the variance of each channel.",
        ),
        hint=Text(
            es="¿Qué unidades tiene la varianza, y cuáles los píxeles?",
            en="Which units does the variance have, and which the pixels?",
        ),
    ),
    Misconception(
        key="not-divided-by-the-deviation",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return images - mean\n"},
        belief=Text(
            es="Normalizar es centrar.",
            en="To normalise is to centre.",
        ),
        hint=Text(
            es="¿Qué desviación típica tendría el resultado?",
            en="Which standard deviation would the result have?",
        ),
    ),
    Misconception(
        key="divided-before-centring",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return images / std - mean\n"},
        belief=Text(
            es="Da igual restar la media antes o después de dividir.",
            en="Taking the mean out before or after the division is the same.",
        ),
        hint=Text(
            es="¿Qué valor debe dar un píxel igual a la media?",
            en="Which value must a pixel equal to the mean give?",
        ),
    ),
    Misconception(
        key="mean-and-deviation-swapped",
        target="imagenet_normalize",
        edits={
            MEANS: MEANS.replace("IMAGENET_MEAN", "IMAGENET_STD"),
            STDS: STDS.replace("IMAGENET_STD", "IMAGENET_MEAN"),
        },
        belief=Text(
            es="Se resta la desviación y se divide entre la media.",
            en="The deviation is taken out, and the mean divides.",
        ),
        hint=Text(
            es="¿Cuál de las dos dice dónde está el centro, y cuál la anchura?",
            en="Which of the two says where the centre is, and which the width?",
        ),
    ),
    Misconception(
        key="channels-reversed",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return (images.flip(1) - mean) / std\n"},
        belief=Text(
            es="Las imágenes llegan en BGR y hay que pasarlas a RGB.",
            en="The images come in BGR and have to be turned into RGB.",
        ),
        hint=Text(
            es="¿Qué dice el módulo sobre el orden de los canales?",
            en="What does the module say about the order of the channels?",
        ),
    ),
    Misconception(
        key="divided-by-the-variance",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return (images - mean) / std**2\n"},
        belief=Text(
            es="El denominador es la varianza.",
            en="The denominator is the variance.",
        ),
        hint=Text(
            es="¿Qué desviación tendría el resultado si la de la entrada es std?",
            en="Which deviation would the result have where the input's is std?",
        ),
    ),
    Misconception(
        key="one-mean-for-all-channels",
        target="imagenet_normalize",
        edits={
            MEANS: MEANS.replace(".view(3, 1, 1)", ".mean()"),
            STDS: STDS.replace(".view(3, 1, 1)", ".mean()"),
        },
        belief=Text(
            es="Una sola media y una sola desviación sirven para los tres canales.",
            en="One mean and one deviation do for the three channels.",
        ),
        hint=Text(
            es="¿Por qué hay tres números en cada constante?",
            en="Why does each constant hold three numbers?",
        ),
    ),
    Misconception(
        key="normalized-by-own-statistics",
        target="imagenet_normalize",
        edits={
            MEANS: "    mean = images.mean(dim=(0, 2, 3), keepdim=True)\n",
            STDS: "    std = images.std(dim=(0, 2, 3), keepdim=True, unbiased=False)\n",
        },
        belief=Text(
            es="Cada lote se normaliza con su propia media y desviación.",
            en="Each batch is normalised by its own mean and deviation.",
        ),
        hint=Text(
            es="¿Qué espera ver una red entrenada en ImageNet?",
            en="What does a network trained on ImageNet expect to see?",
        ),
    ),
    Misconception(
        key="deviation-with-epsilon",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return (images - mean) / (std + 1e-6)\n"},
        belief=Text(
            es="A una desviación se le suma siempre un épsilon.",
            en="An epsilon is always added to a deviation.",
        ),
        hint=Text(
            es="¿Puede ser cero alguna de estas desviaciones?",
            en="Can any of these deviations be zero?",
        ),
    ),
    Misconception(
        key="bytes-not-scaled",
        target="imagenet_normalize",
        edits={SCALED: SCALED.replace(" / 255", "")},
        belief=Text(
            es="Convertir a float32 ya deja los píxeles en [0, 1].",
            en="Conversion to float32 already puts the pixels in [0, 1].",
        ),
        hint=Text(
            es="¿Cuánto vale un píxel blanco después de images.float()?",
            en="What is a white pixel after images.float()?",
        ),
    ),
    Misconception(
        key="bytes-divided-by-256",
        target="imagenet_normalize",
        edits={SCALED: SCALED.replace("255", "256")},
        belief=Text(
            es="Un byte tiene 256 valores, así que se divide entre 256.",
            en="A byte has 256 values, so it is divided by 256.",
        ),
        hint=Text(
            es="¿En qué número tiene que convertirse el mayor byte?",
            en="Which number must the largest byte become?",
        ),
    ),
    Misconception(
        key="bytes-divided-down",
        target="imagenet_normalize",
        edits={SCALED: "        images = (images // 255).to(torch.float32)\n"},
        belief=Text(
            es="La división entre 255 se puede hacer antes de convertir.",
            en="The division by 255 can be done before the conversion.",
        ),
        hint=Text(
            es="¿Cuánto es 254 // 255?",
            en="What is 254 // 255?",
        ),
    ),
    Misconception(
        key="bytes-become-float64",
        target="imagenet_normalize",
        edits={SCALED: SCALED.replace("float32", "float64")},
        belief=Text(
            es="Los bytes se convierten en float64, que es más preciso.",
            en="Bytes become float64, which is more precise.",
        ),
        hint=Text(
            es="¿En qué dtype están los pesos de la red que recibe la imagen?",
            en="Which dtype do the weights of the network have that gets the image?",
        ),
    ),
    Misconception(
        key="floats-scaled-too",
        target="imagenet_normalize",
        edits={
            SCALED: SCALED.replace(" / 255", "") + "    images = images / 255\n",
        },
        belief=Text(
            es="Toda imagen llega en [0, 255].",
            en="Every image comes in [0, 255].",
        ),
        hint=Text(
            es="¿Qué dtype dice que una imagen está aún en [0, 255]?",
            en="Which dtype says that an image is still in [0, 255]?",
        ),
    ),
    Misconception(
        key="scaled-by-a-guess",
        target="imagenet_normalize",
        edits={
            BYTES: "    if images.dtype == torch.uint8 or (\n"
            "        not images.is_meta and float(images.detach().max()) > 2\n    ):\n",
            SCALED: "        images = images / 255\n",
        },
        belief=Text(
            es="Si algún valor pasa de 1, la imagen está en [0, 255].",
            en="If any value is above 1, the image is in [0, 255].",
        ),
        hint=Text(
            es="¿Decide el dtype o deciden los valores?",
            en="Does the dtype decide, or do the values?",
        ),
    ),
    Misconception(
        key="bytes-scaled-if-bright",
        target="imagenet_normalize",
        edits={
            SCALED: "        bright = not images.is_meta and int(images.max()) > 1\n"
            "        images = images.to(torch.float32) / (255 if bright else 1)\n"
        },
        belief=Text(
            es="Una imagen uint8 sin valores mayores que 1 ya está escalada.",
            en="A uint8 image without values above 1 has been scaled already.",
        ),
        hint=Text(
            es="¿Qué da una foto casi negra?",
            en="What does an almost black photo give?",
        ),
    ),
    Misconception(
        key="normalized-in-float32",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return ((images - mean) / std).float()\n"},
        belief=Text(
            es="Las imágenes normalizadas están siempre en float32.",
            en="Normalised images are always in float32.",
        ),
        hint=Text(
            es="¿Qué dtype debe salir si entra float64?",
            en="Which dtype must come out when float64 goes in?",
        ),
    ),
    Misconception(
        key="constants-rounded-to-float32",
        target="imagenet_normalize",
        edits={
            MEANS: MEANS.replace("(IMAGENET_MEAN)", "(IMAGENET_MEAN, dtype=torch.float32)").replace(
                ".view(3, 1, 1)", ".view(3, 1, 1).to(images.dtype)"
            ),
            STDS: STDS.replace("(IMAGENET_STD)", "(IMAGENET_STD, dtype=torch.float32)").replace(
                ".view(3, 1, 1)", ".view(3, 1, 1).to(images.dtype)"
            ),
        },
        belief=Text(
            es="torch.tensor guarda los números de Python tal cual.",
            en="torch.tensor keeps Python's numbers as they are.",
        ),
        hint=Text(
            es="¿Cuántas cifras de 0.485 sobreviven en float32?",
            en="How many digits of 0.485 survive in float32?",
        ),
    ),
    Misconception(
        key="images-normalized-in-place",
        target="imagenet_normalize",
        edits={
            NORMALIZED: "    if images.requires_grad and images.is_leaf:\n"
            "        return (images - mean) / std\n"
            "    return images.sub_(mean).div_(std)\n"
        },
        belief=Text(
            es="Las operaciones in-place ahorran memoria y no cambian nada más.",
            en="In-place operations save memory and change nothing else.",
        ),
        hint=Text(
            es="¿Qué le queda a quien llamó con sus imágenes?",
            en="What do those who called with their images still have?",
        ),
    ),
    Misconception(
        key="images-clamped",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return (images.clamp(0, 1) - mean) / std\n"},
        belief=Text(
            es="Los valores fuera de [0, 1] hay que recortarlos.",
            en="Values outside [0, 1] have to be clipped.",
        ),
        hint=Text(
            es="¿Pide la fórmula algún recorte?",
            en="Does the formula ask for any clipping?",
        ),
    ),
    Misconception(
        key="images-detached",
        target="imagenet_normalize",
        edits={NORMALIZED: "    return (images.detach() - mean) / std\n"},
        belief=Text(
            es="El preprocesado no necesita gradientes.",
            en="Preprocessing needs no gradients.",
        ),
        hint=Text(
            es="¿Cómo se calcularía un mapa de saliencia, el gradiente respecto a la imagen?",
            en="How would one compute a saliency map, the gradient by the image?",
        ),
    ),
    Misconception(
        key="frozen-without-eval",
        target="freeze",
        edits={EVAL: ""},
        belief=Text(
            es="Sin gradientes ya no cambia nada en el módulo.",
            en="Without gradients nothing in the module changes any more.",
        ),
        hint=Text(
            es="¿Qué mueve las estadísticas de batch norm, el optimizador o la pasada hacia "
            "delante?",
            en="What moves batch norm's statistics, the optimizer or the forward pass?",
        ),
    ),
    Misconception(
        key="attribute-set-on-the-module",
        target="freeze",
        edits={FROZEN: "    module.requires_grad = False  # type: ignore[assignment]\n"},
        belief=Text(
            es="Asignar requires_grad al módulo lo asigna a sus parámetros.",
            en="Setting requires_grad on the module sets it on its parameters.",
        ),
        hint=Text(
            es="Imprime requires_grad de cada parámetro después.",
            en="Print requires_grad of every parameter afterwards.",
        ),
    ),
    Misconception(
        key="own-parameters-frozen-only",
        target="freeze",
        edits={
            FROZEN: "    for child in (module, *module.children()):\n"
            "        for parameter in child.parameters(recurse=False):\n"
            "            parameter.requires_grad_(False)\n"
        },
        belief=Text(
            es="Los parámetros están en los hijos directos del módulo.",
            en="The parameters are in the module's direct children.",
        ),
        hint=Text(
            es="¿Y si un bloque contiene otro bloque?",
            en="What if a block contains another block?",
        ),
    ),
    Misconception(
        key="norms-left-trainable",
        target="freeze",
        edits={
            FROZEN: "    for parameter in module.parameters():\n"
            "        parameter.requires_grad_(False)\n"
            "    for part in module.modules():\n"
            "        if isinstance(part, nn.modules.batchnorm._BatchNorm):\n"
            "            part.requires_grad_(True)\n"
        },
        belief=Text(
            es="La escala y el desplazamiento de batch norm se pueden seguir entrenando.",
            en="Batch norm's scale and shift may go on training.",
        ),
        hint=Text(
            es="¿Qué parámetros tiene una capa de batch norm?",
            en="Which parameters does a batch norm layer have?",
        ),
    ),
    Misconception(
        key="biases-left-trainable",
        target="freeze",
        edits={
            FROZEN: "    for name, parameter in module.named_parameters():\n"
            '        parameter.requires_grad_("weight" not in name)\n'
        },
        belief=Text(
            es="Congelar una red es congelar sus pesos, no sus sesgos.",
            en="To freeze a network is to freeze its weights, not its biases.",
        ),
        hint=Text(
            es="Cuenta los parámetros que requieren gradiente después.",
            en="Count the parameters that require a gradient afterwards.",
        ),
    ),
    Misconception(
        key="only-norms-in-eval-mode",
        target="freeze",
        edits={
            EVAL: "    for part in module.modules():\n"
            "        if isinstance(part, nn.modules.batchnorm._BatchNorm):\n"
            "            part.eval()\n"
        },
        belief=Text(
            es="Solo batch norm necesita el modo eval.",
            en="Only batch norm needs eval mode.",
        ),
        hint=Text(
            es="¿Qué otras capas se comportan de otro modo al entrenar?",
            en="Which other layers behave differently in training?",
        ),
    ),
    Misconception(
        key="eval-flag-on-the-root-only",
        target="freeze",
        edits={EVAL: "    module.training = False\n"},
        belief=Text(
            es="Las capas toman el modo del módulo que las contiene.",
            en="Layers take the mode of the module that holds them.",
        ),
        hint=Text(
            es="¿Qué módulos recorre eval()?",
            en="Which modules does eval() go through?",
        ),
    ),
    Misconception(
        key="layers-without-children-frozen-only",
        target="freeze",
        edits={
            FROZEN: "    for part in module.modules():\n"
            "        if not list(part.children()):\n"
            "            part.requires_grad_(False)\n",
        },
        belief=Text(
            es="Solo las capas sin hijos tienen parámetros.",
            en="Only layers without children have parameters.",
        ),
        hint=Text(
            es="¿De quién es in_proj_weight en una nn.MultiheadAttention?",
            en="Whose is in_proj_weight in an nn.MultiheadAttention?",
        ),
    ),
    Misconception(
        key="children-frozen-only",
        target="freeze",
        edits={
            FROZEN: "    for child in module.children():\n        child.requires_grad_(False)\n",
        },
        belief=Text(
            es="Un módulo es la suma de sus hijos.",
            en="A module is the sum of its children.",
        ),
        hint=Text(
            es="¿Qué hace tu código con una sola capa?",
            en="What does your code do to a single layer?",
        ),
    ),
    Misconception(
        key="first-linear-replaced",
        target="replace_head",
        edits={LAST: LAST.replace("[-1]", "[0]")},
        belief=Text(
            es="La cabeza es la primera Linear que se encuentra.",
            en="The head is the first Linear that is found.",
        ),
        hint=Text(
            es="¿Qué capa produce los logits?",
            en="Which layer makes the logits?",
        ),
    ),
    Misconception(
        key="top-level-linear-replaced",
        target="replace_head",
        edits={
            "model.named_modules() if": "model.named_children() if",
        },
        belief=Text(
            es="La última Linear es hija directa del modelo.",
            en="The last Linear is a direct child of the model.",
        ),
        hint=Text(
            es="¿Dónde está la última Linear de una VGG de torchvision?",
            en="Where is the last Linear of torchvision's VGG?",
        ),
    ),
    Misconception(
        key="deepest-linear-replaced",
        target="replace_head",
        edits={LAST: '    name, head = max(linears, key=lambda found: found[0].count("."))\n'},
        belief=Text(
            es="La cabeza es la Linear que está a más profundidad.",
            en="The head is the Linear that lies deepest.",
        ),
        hint=Text(
            es="¿Tiene que ver la profundidad del anidamiento con el orden de las capas?",
            en="Has the depth of nesting to do with the order of the layers?",
        ),
    ),
    Misconception(
        key="last-name-replaced",
        target="replace_head",
        edits={
            LAST: "    name, head = max(linears, key=lambda found: found[0])\n",
        },
        belief=Text(
            es="Los nombres de las capas, ordenados, dan el orden de las capas.",
            en="The names of the layers, sorted, give the order of the layers.",
        ),
        hint=Text(
            es="¿Cuál va antes en orden alfabético, «10» o «2»?",
            en="Which comes first in alphabetical order, '10' or '2'?",
        ),
    ),
    Misconception(
        key="every-linear-replaced",
        target="replace_head",
        edits={
            SET: "    for other, old in linears:\n"
            "        model.set_submodule(\n"
            "            other,\n"
            "            fresh\n"
            "            if old is head\n"
            "            else nn.Linear(old.in_features, old.out_features).to(old.weight),\n"
            "        )\n"
        },
        belief=Text(
            es="El clasificador entero se vuelve a empezar.",
            en="The whole classifier starts anew.",
        ),
        hint=Text(
            es="¿Qué parámetros deben seguir como estaban?",
            en="Which parameters must stay as they were?",
        ),
    ),
    Misconception(
        key="head-put-on-top",
        target="replace_head",
        edits={
            SET: "    fresh = nn.Linear(head.out_features, num_classes).to(head.weight)\n"
            "    model.set_submodule(name, nn.Sequential(head, fresh))\n"
        },
        belief=Text(
            es="La capa nueva se pone detrás de la anterior.",
            en="The new layer goes behind the old one.",
        ),
        hint=Text(
            es="¿Cuántas capas lineales había, y cuántas hay ahora?",
            en="How many linear layers were there, and how many are there now?",
        ),
    ),
    Misconception(
        key="head-kept-if-it-fits",
        target="replace_head",
        edits={LAST: LAST + "    if head.out_features == num_classes:\n        return model\n"},
        belief=Text(
            es="Si el número de clases ya es ese, no hay nada que cambiar.",
            en="If the number of classes is right already, there is nothing to change.",
        ),
        hint=Text(
            es="¿Sirven los pesos de una tarea para otra con el mismo número de clases?",
            en="Are one task's weights of use for another with the same number of classes?",
        ),
    ),
    Misconception(
        key="head-keeps-old-weights",
        target="replace_head",
        edits={
            MODE: MODE + "    with torch.no_grad():\n"
            "        kept = min(num_classes, head.out_features)\n"
            "        if not head.weight.is_meta:\n"
            "            fresh.weight[:kept] = head.weight[:kept]\n"
        },
        belief=Text(
            es="Los pesos de las clases antiguas se aprovechan.",
            en="The old classes' weights are made use of.",
        ),
        hint=Text(
            es="¿Qué tiene que ver la clase 0 de antes con la de ahora?",
            en="What has class 0 of before to do with that of now?",
        ),
    ),
    Misconception(
        key="head-keeps-old-bias",
        target="replace_head",
        edits={
            MODE: MODE + "    with torch.no_grad():\n"
            "        kept = min(num_classes, head.out_features)\n"
            "        if not head.weight.is_meta:\n"
            "            fresh.bias[:kept] = head.bias[:kept]\n",
        },
        belief=Text(
            es="El sesgo de la capa anterior se puede conservar.",
            en="The bias of the layer before may be kept.",
        ),
        hint=Text(
            es="¿Qué clases hacía más probables el sesgo anterior?",
            en="Which classes did the bias before make more likely?",
        ),
    ),
    Misconception(
        key="head-in-float32",
        target="replace_head",
        edits={DTYPE: ""},
        belief=Text(
            es="La capa nueva toma el dtype del modelo al que se añade.",
            en="The new layer takes the dtype of the model it is added to.",
        ),
        hint=Text(
            es="¿Qué dtype tiene una nn.Linear recién creada?",
            en="Which dtype does a new nn.Linear have?",
        ),
    ),
    Misconception(
        key="head-on-the-cpu",
        target="replace_head",
        edits={PLACE: ""},
        belief=Text(
            es="La capa nueva va al dispositivo del modelo al asignarla.",
            en="The new layer goes to the model's device when it is assigned.",
        ),
        hint=Text(
            es="¿Dónde están los pesos de la capa nueva si el modelo está en la GPU?",
            en="Where are the new layer's weights if the model is on the GPU?",
        ),
    ),
    Misconception(
        key="head-frozen-like-the-old",
        target="replace_head",
        edits={MODE: MODE + "    fresh.requires_grad_(head.weight.requires_grad)\n"},
        belief=Text(
            es="La capa nueva hereda requires_grad de la anterior.",
            en="The new layer inherits requires_grad from the old one.",
        ),
        hint=Text(
            es="¿Qué parte de una red congelada se va a entrenar después de esto?",
            en="Which part of a frozen network is going to be trained after this?",
        ),
    ),
    Misconception(
        key="rest-frozen-with-the-head",
        target="replace_head",
        edits={LAST: LAST + "    model.requires_grad_(False)\n"},
        belief=Text(
            es="Cambiar la cabeza incluye congelar todo lo demás.",
            en="Replacing the head includes freezing all the rest.",
        ),
        hint=Text(
            es="¿Quién decide qué se entrena, esta función o quien la llama?",
            en="Who decides what is trained, this function or its caller?",
        ),
    ),
    Misconception(
        key="rest-unfrozen-with-the-head",
        target="replace_head",
        edits={LAST: LAST + "    model.requires_grad_(True)\n"},
        belief=Text(
            es="Para entrenar la cabeza hay que descongelar el modelo.",
            en="To train the head one has to unfreeze the model.",
        ),
        hint=Text(
            es="¿Cuántos parámetros se entrenan antes y después?",
            en="How many parameters are trained before and after?",
        ),
    ),
    Misconception(
        key="head-replaced-in-a-copy",
        target="replace_head",
        edits={
            "    linears = [\n": "    import copy\n\n    model = copy.deepcopy(model)\n"
            "    linears = [\n"
        },
        belief=Text(
            es="El modelo dado no se toca: se devuelve otro.",
            en="The given model is left alone, and another is returned.",
        ),
        hint=Text(
            es="Lee qué dice la función sobre el modelo que recibe y el que devuelve.",
            en="Read what the function says on the model that it gets and the one it returns.",
        ),
    ),
    Misconception(
        key="head-returned",
        target="replace_head",
        edits={REPLACED: "    return fresh\n"},
        belief=Text(
            es="Se devuelve la capa nueva.",
            en="The new layer is returned.",
        ),
        hint=Text(
            es="¿Qué espera quien escribe model = replace_head(model, 5)?",
            en="What do those expect who write model = replace_head(model, 5)?",
        ),
    ),
    Misconception(
        key="missing-linear-ignored",
        target="replace_head",
        edits={NO_LINEAR: "    if not linears:\n        return model\n"},
        belief=Text(
            es="Sin ninguna Linear no hay nada que hacer.",
            en="Without a Linear there is nothing to do.",
        ),
        hint=Text(
            es="¿Cómo se entera quien llama de que su modelo no tiene cabeza nueva?",
            en="How do callers learn that their model has no new head?",
        ),
    ),
    Misconception(
        key="missing-linear-is-an-index-error",
        target="replace_head",
        edits={NO_LINEAR: ""},
        belief=Text(
            es="Cualquier excepción avisa de que falta la Linear.",
            en="Any exception tells that the Linear is missing.",
        ),
        hint=Text(
            es="¿Qué excepción se pide, y qué ha de decir su mensaje?",
            en="Which exception is asked for, and what must its message say?",
        ),
    ),
    Misconception(
        key="zero-blocks-means-all",
        target="FineTuner",
        edits={
            BLOCKS: "        backbone.requires_grad_(False)\n"
            "        for block in list(backbone)[-trainable_blocks:]:\n"
            "            block.requires_grad_(True)\n"
        },
        belief=Text(
            es="bloques[-0:] es una lista vacía.",
            en="blocks[-0:] is an empty list.",
        ),
        hint=Text(
            es="¿Cuánto vale -0, y qué es lista[0:]?",
            en="What is -0, and what is a list's [0:]?",
        ),
    ),
    Misconception(
        key="first-blocks-train",
        target="FineTuner",
        edits={
            BLOCKS: BLOCKS.replace("index >= self.frozen_blocks", "index < trainable_blocks"),
            STAY: STAY.replace(
                "[: self.frozen_blocks]", "[len(self.backbone) - self.frozen_blocks :]"
            ),
        },
        belief=Text(
            es="Se entrenan los primeros bloques, los más cercanos a la imagen.",
            en="The first blocks train, those nearest to the image.",
        ),
        hint=Text(
            es="¿Qué capas aprenden rasgos generales, y cuáles los de la tarea?",
            en="Which layers learn general features, and which the task's own?",
        ),
    ),
    Misconception(
        key="one-block-too-few",
        target="FineTuner",
        edits={
            BORDER: "        self.frozen_blocks = len(backbone) - max(trainable_blocks - 1, 0)\n"
        },
        belief=Text(
            es="La cabeza cuenta como uno de los bloques que entrenan.",
            en="The head counts as one of the blocks that train.",
        ),
        hint=Text(
            es="Con trainable_blocks=1, ¿qué parámetros del backbone requieren gradiente?",
            en="With trainable_blocks=1, which parameters of the backbone require a gradient?",
        ),
    ),
    Misconception(
        key="layers-counted-for-blocks",
        target="FineTuner",
        edits={
            BLOCKS: "        leaves = [m for m in backbone.modules() if not list(m.children())]\n"
            "        for index, leaf in enumerate(leaves):\n"
            "            leaf.requires_grad_(index >= len(leaves) - trainable_blocks)\n"
        },
        belief=Text(
            es="Un bloque es una capa, esté donde esté.",
            en="A block is a layer, wherever it is.",
        ),
        hint=Text(
            es="¿Cuántos hijos tiene el backbone, y cuántas capas hay dentro de ellos?",
            en="How many children does the backbone have, and how many layers are inside them?",
        ),
    ),
    Misconception(
        key="one-block-by-default",
        target="FineTuner",
        edits={DEFAULT: DEFAULT.replace("= 0", "= 1")},
        belief=Text(
            es="Si no se dice nada, se entrena también el último bloque.",
            en="Unless told otherwise, the last block trains too.",
        ),
        hint=Text(
            es="¿A qué fila de la tabla del artículo corresponde el valor por defecto?",
            en="Which row of the paper's table does the default belong to?",
        ),
    ),
    Misconception(
        key="trainable-blocks-not-unfrozen",
        target="FineTuner",
        edits={
            BLOCKS: "        for block in list(backbone)[: self.frozen_blocks]:\n"
            "            block.requires_grad_(False)\n"
        },
        belief=Text(
            es="Los últimos bloques del backbone dado ya requieren gradiente.",
            en="The last blocks of the given backbone require a gradient already.",
        ),
        hint=Text(
            es="¿Y si el backbone llega congelado por completo?",
            en="What if the backbone comes all frozen?",
        ),
    ),
    Misconception(
        key="head-frozen-too",
        target="FineTuner",
        edits={AT_ONCE: "        self.head.requires_grad_(trainable_blocks > 0)\n" + AT_ONCE},
        belief=Text(
            es="Con trainable_blocks=0 no se entrena nada.",
            en="With trainable_blocks=0 nothing is trained.",
        ),
        hint=Text(
            es="¿Qué se entrena en la fila «fine-tune top layer»?",
            en="What is trained in the row 'fine-tune top layer'?",
        ),
    ),
    Misconception(
        key="frozen-blocks-follow-train",
        target="FineTuner",
        edits={
            AT_ONCE: "        for block in list(backbone)[: self.frozen_blocks]:\n"
            "            block.eval()\n",
            STAY: "",
        },
        belief=Text(
            es="Un bloque puesto en modo eval al principio se queda en él.",
            en="A block put in eval mode at the start stays in it.",
        ),
        hint=Text(
            es="¿Qué hace .train() con todos los submódulos?",
            en="What does .train() do to all submodules?",
        ),
    ),
    Misconception(
        key="frozen-blocks-train-at-first",
        target="FineTuner",
        edits={AT_ONCE: ""},
        belief=Text(
            es="El modo de los bloques solo importa cuando se llama a .train().",
            en="The blocks' mode matters only when .train() is called.",
        ),
        hint=Text(
            es="¿En qué modo está una nn.Module recién creada?",
            en="Which mode is a new nn.Module in?",
        ),
    ),
    Misconception(
        key="frozen-blocks-trained-by-parents",
        target="FineTuner",
        edits={
            STAY: STAY.replace("            block.eval()\n", "            block.training = False\n")
        },
        belief=Text(
            es="Marcar el bloque como no entrenable alcanza a las capas que contiene.",
            en="Marking the block as not training reaches the layers inside it.",
        ),
        hint=Text(
            es="¿Qué dice .training de la batch norm que está dentro de un bloque congelado?",
            en="What does .training say of the batch norm inside a frozen block?",
        ),
    ),
    Misconception(
        key="frozen-norms-only-in-eval",
        target="FineTuner",
        edits={
            STAY: STAY.replace(
                "            block.eval()\n",
                "            for part in block.modules():\n"
                "                if isinstance(part, nn.BatchNorm2d):\n"
                "                    part.eval()\n",
            )
        },
        belief=Text(
            es="De los bloques congelados solo batch norm tiene que estar en modo eval.",
            en="Of the frozen blocks only batch norm has to be in eval mode.",
        ),
        hint=Text(
            es="¿Debe el dropout de un bloque congelado seguir borrando valores?",
            en="Should the dropout of a frozen block go on dropping values?",
        ),
    ),
    Misconception(
        key="whole-backbone-in-eval",
        target="FineTuner",
        edits={STAY: "        self.backbone.eval()\n"},
        belief=Text(
            es="El backbone entero se queda en modo eval.",
            en="The whole backbone stays in eval mode.",
        ),
        hint=Text(
            es="¿Qué modo necesitan los bloques que sí se entrenan?",
            en="Which mode do the blocks need that do train?",
        ),
    ),
    Misconception(
        key="train-ignores-its-mode",
        target="FineTuner",
        edits={TRAIN: TRAIN.replace("mode", "")},
        belief=Text(
            es="train() siempre pone el modo train.",
            en="train() always sets train mode.",
        ),
        hint=Text(
            es="¿A qué método llama eval(), y con qué argumento?",
            en="Which method does eval() call, and with which argument?",
        ),
    ),
    Misconception(
        key="train-returns-nothing",
        target="FineTuner",
        edits={SELF: ""},
        belief=Text(
            es="train() solo cambia el modo y no devuelve nada.",
            en="train() only changes the mode and returns nothing.",
        ),
        hint=Text(
            es="¿Qué vale model en model = model.train()?",
            en="What is model after model = model.train()?",
        ),
    ),
    Misconception(
        key="backbone-copied",
        target="FineTuner",
        edits={
            BACKBONE: "        import copy\n\n        backbone = copy.deepcopy(backbone)\n"
            + BACKBONE
        },
        belief=Text(
            es="Hay que proteger el backbone dado con una copia.",
            en="The given backbone has to be protected by a copy.",
        ),
        hint=Text(
            es="¿Ve quien tiene el backbone lo que se entrena?",
            en="Do those who hold the backbone see what is trained?",
        ),
    ),
    Misconception(
        key="backbone-without-gradients",
        target="FineTuner",
        edits={
            LOGITS: "        if self.frozen_blocks:\n"
            "            with torch.no_grad():\n"
            "                x = self.backbone[: self.frozen_blocks](x)\n"
            "        x = self.backbone[self.frozen_blocks :](x)\n"
            "        logits: Tensor = self.head(x.flatten(1))\n"
        },
        belief=Text(
            es="Por los bloques congelados no tiene que pasar ningún gradiente.",
            en="No gradient has to pass through the frozen blocks.",
        ),
        hint=Text(
            es="¿Llega aún el gradiente hasta la imagen?",
            en="Does the gradient still reach the image?",
        ),
    ),
    Misconception(
        key="backbone-without-gradients-in-train-mode",
        target="FineTuner",
        edits={
            LOGITS: "        frozen = self.frozen_blocks == len(self.backbone)\n"
            "        with torch.set_grad_enabled(not (frozen and self.training)):\n"
            "            x = self.backbone(x)\n"
            "        logits: Tensor = self.head(x.flatten(1))\n",
        },
        belief=Text(
            es="Al entrenar solo la cabeza, por el backbone no pasa ningún gradiente.",
            en="While only the head trains, no gradient passes through the backbone.",
        ),
        hint=Text(
            es="¿Llega el gradiente a la imagen también en modo train?",
            en="Does the gradient reach the image in train mode too?",
        ),
    ),
    Misconception(
        key="features-detached",
        target="FineTuner",
        edits={
            LOGITS: LOGITS.replace(
                "self.backbone(x).flatten(1)", "self.backbone(x).detach().flatten(1)"
            )
        },
        belief=Text(
            es="Las características son fijas, así que se separan del grafo.",
            en="The features are fixed, so they are taken off the graph.",
        ),
        hint=Text(
            es="Con trainable_blocks=2, ¿qué gradiente reciben esos dos bloques?",
            en="With trainable_blocks=2, which gradient do those two blocks get?",
        ),
    ),
    Misconception(
        key="head-without-bias",
        target="FineTuner",
        edits={HEAD: HEAD.replace("num_classes, ", "num_classes, False, ")},
        belief=Text(
            es="La última capa no necesita sesgo.",
            en="The last layer needs no bias.",
        ),
        hint=Text(
            es="¿Qué parámetros tiene una nn.Linear(feature_dim, num_classes)?",
            en="Which parameters does an nn.Linear(feature_dim, num_classes) have?",
        ),
    ),
    Misconception(
        key="probabilities-for-logits",
        target="FineTuner",
        edits={LOGITS: LOGITS.replace("flatten(1))", "flatten(1)).softmax(1)")},
        belief=Text(
            es="El modelo devuelve probabilidades.",
            en="The model returns probabilities.",
        ),
        hint=Text(
            es="¿Qué espera la entropía cruzada de PyTorch?",
            en="What does PyTorch's cross-entropy take?",
        ),
    ),
    Misconception(
        key="rectified-features",
        target="FineTuner",
        edits={LOGITS: LOGITS.replace("self.backbone(x)", "self.backbone(x).relu()")},
        belief=Text(
            es="Antes de la capa lineal va siempre una ReLU.",
            en="There is always a ReLU before the linear layer.",
        ),
        hint=Text(
            es="¿Qué pasos hay entre el backbone y la cabeza?",
            en="Which steps lie between the backbone and the head?",
        ),
    ),
    Misconception(
        key="dropout-before-the-head",
        target="FineTuner",
        edits={
            LOGITS: "        x = nn.functional.dropout(self.backbone(x), 0.5, self.training)\n"
            "        logits: Tensor = self.head(x.flatten(1))\n"
        },
        belief=Text(
            es="Una cabeza nueva lleva siempre dropout delante.",
            en="A new head always has dropout in front of it.",
        ),
        hint=Text(
            es="¿Qué hay que hacer entre aplanar y la capa lineal?",
            en="What is to be done between flattening and the linear layer?",
        ),
    ),
    Misconception(
        key="flattened-channels-last",
        target="FineTuner",
        edits={LOGITS: LOGITS.replace("self.backbone(x)", "self.backbone(x).permute(0, 2, 3, 1)")},
        belief=Text(
            es="Al aplanar, los canales van al final.",
            en="In flattening, the channels come last.",
        ),
        hint=Text(
            es="¿En qué orden recorre nn.Flatten los ejes (C, H, W)?",
            en="In which order does nn.Flatten go through the axes (C, H, W)?",
        ),
    ),
    Misconception(
        key="features-viewed",
        target="FineTuner",
        edits={
            LOGITS: LOGITS.replace("flatten(1)", "view(len(x), -1)"),
        },
        belief=Text(
            es="view() y flatten() son lo mismo.",
            en="view() and flatten() are the same.",
        ),
        hint=Text(
            es="¿Cómo están en memoria los valores de un tensor channels_last?",
            en="How do the values of a channels_last tensor lie in memory?",
        ),
    ),
    Misconception(
        key="too-many-blocks-accepted",
        target="FineTuner",
        edits={
            RANGE: "        if trainable_blocks < 0:\n",
            BORDER: BORDER.replace(
                "len(backbone) - trainable_blocks", "max(len(backbone) - trainable_blocks, 0)"
            ),
        },
        belief=Text(
            es="Pedir más bloques de los que hay es pedirlos todos.",
            en="Asking for more blocks than there are is asking for all.",
        ),
        hint=Text(
            es="¿Entre qué dos números ha de estar trainable_blocks?",
            en="Between which two numbers must trainable_blocks lie?",
        ),
    ),
    Misconception(
        key="negative-blocks-accepted",
        target="FineTuner",
        edits={RANGE: "        if trainable_blocks > len(backbone):\n"},
        belief=Text(
            es="Solo puede sobrar, no faltar: basta mirar el máximo.",
            en="There can only be too many: checking the maximum is enough.",
        ),
        hint=Text(
            es="¿Qué hace tu código con trainable_blocks=-1?",
            en="What does your code do with trainable_blocks=-1?",
        ),
    ),
    Misconception(
        key="all-blocks-rejected",
        target="FineTuner",
        edits={RANGE: RANGE.replace("<= len", "< len")},
        belief=Text(
            es="Siempre tiene que quedar algún bloque congelado.",
            en="Some block always has to stay frozen.",
        ),
        hint=Text(
            es="¿Cómo se pide la fila «fine-tune all layers»?",
            en="How is the row 'fine-tune all layers' asked for?",
        ),
    ),
    Misconception(
        key="all-parameters-listed",
        target="trainable_parameters",
        edits={CHOSEN: "    return list(model.parameters())\n"},
        belief=Text(
            es="Todo parámetro es entrenable.",
            en="Every parameter is trainable.",
        ),
        hint=Text(
            es="¿Qué distingue a un parámetro congelado?",
            en="What marks a frozen parameter?",
        ),
    ),
    Misconception(
        key="frozen-parameters-listed",
        target="trainable_parameters",
        edits={CHOSEN: CHOSEN.replace("if parameter", "if not parameter")},
        belief=Text(
            es="requires_grad dice que el parámetro está fijo.",
            en="requires_grad says that the parameter is fixed.",
        ),
        hint=Text(
            es="¿Qué vale requires_grad en una capa recién creada?",
            en="What is requires_grad in a new layer?",
        ),
    ),
    Misconception(
        key="parameter-names-listed",
        target="trainable_parameters",
        edits={
            CHOSEN: "    return [name for name, p in model.named_parameters() if p.requires_grad]\n"
        },
        belief=Text(
            es="Un parámetro se da por su nombre.",
            en="A parameter is given by its name.",
        ),
        hint=Text(
            es="¿Qué le pasa un optimizador a torch.optim.SGD?",
            en="What does one hand to torch.optim.SGD?",
        ),
    ),
    Misconception(
        key="parameters-as-generator",
        target="trainable_parameters",
        edits={
            CHOSEN: "    return (parameter for parameter in model.parameters() if "
            "parameter.requires_grad)\n"
        },
        belief=Text(
            es="Un generador es tan bueno como una lista.",
            en="A generator is as good as a list.",
        ),
        hint=Text(
            es="¿Cuántas veces se puede recorrer lo que devuelves?",
            en="How many times can what you return be gone through?",
        ),
    ),
    Misconception(
        key="own-parameters-listed-only",
        target="trainable_parameters",
        edits={
            CHOSEN: "    layers = (model, *model.children())\n"
            "    parameters = [p for layer in layers for p in layer.parameters(recurse=False)]\n"
            "    return [p for p in parameters if p.requires_grad]\n"
        },
        belief=Text(
            es="Los parámetros están en las capas que son hijas directas.",
            en="The parameters are in the layers that are direct children.",
        ),
        hint=Text(
            es="¿Y los de una capa que está dentro de un bloque?",
            en="What about those of a layer inside a block?",
        ),
    ),
    Misconception(
        key="parameters-detached",
        target="trainable_parameters",
        edits={CHOSEN: CHOSEN.replace("return [parameter for", "return [parameter.detach() for")},
        belief=Text(
            es="Al optimizador le basta con los valores.",
            en="The values are enough for an optimizer.",
        ),
        hint=Text(
            es="¿Tienen .grad los tensores que devuelves?",
            en="Do the tensors that you return have a .grad?",
        ),
    ),
    Misconception(
        key="parameters-of-layers-without-children",
        target="trainable_parameters",
        edits={
            CHOSEN: "    layers = [m for m in model.modules() if not list(m.children())]\n"
            "    return [p for m in layers for p in m.parameters() if p.requires_grad]\n",
        },
        belief=Text(
            es="Un módulo que contiene capas no tiene parámetros suyos.",
            en="A module that holds layers has no parameters of its own.",
        ),
        hint=Text(
            es="¿Qué da parameters(recurse=False) en una nn.MultiheadAttention?",
            en="What does parameters(recurse=False) give for an nn.MultiheadAttention?",
        ),
    ),
    Misconception(
        key="fine-tunes-in-eval-mode",
        target="fine_tune",
        edits={MOVED: "    model.to(device).eval()\n"},
        belief=Text(
            es="Un modelo ya entrenado se ajusta en modo eval.",
            en="A trained model is fine-tuned in eval mode.",
        ),
        hint=Text(
            es="¿Qué capas del modelo se comportan de otro modo al entrenar?",
            en="Which of the model's layers behave differently in training?",
        ),
    ),
    Misconception(
        key="fine-tunes-in-the-given-mode",
        target="fine_tune",
        edits={MOVED: "    model.to(device)\n"},
        belief=Text(
            es="El modelo llega en modo train.",
            en="The model comes in train mode.",
        ),
        hint=Text(
            es="¿Y si acaba de evaluarse?",
            en="What if it has just been evaluated?",
        ),
    ),
    Misconception(
        key="eval-mode-after-the-first-epoch",
        target="fine_tune",
        edits={LOSS: "    model.eval()\n" + LOSS},
        belief=Text(
            es="El modo train se pone una vez para todas las épocas.",
            en="Train mode is set once for all epochs.",
        ),
        hint=Text(
            es="¿En qué modo empieza la segunda época?",
            en="In which mode does the second epoch begin?",
        ),
    ),
    Misconception(
        key="last-epoch-only",
        target="fine_tune",
        edits={EPOCHS: EPOCHS.replace("range(epochs)]", "range(epochs)][-1:]")},
        belief=Text(
            es="Solo interesa la pérdida de la última época.",
            en="Only the last epoch's loss is of interest.",
        ),
        hint=Text(
            es="¿Cuántos números se piden si hay tres épocas?",
            en="How many numbers are asked for where there are three epochs?",
        ),
    ),
    Misconception(
        key="single-epoch",
        target="fine_tune",
        edits={EPOCHS: EPOCHS.replace("range(epochs)", "range(1)")},
        belief=Text(
            es="Ajustar es una sola pasada por los datos.",
            en="Fine-tuning is a single pass over the data.",
        ),
        hint=Text(
            es="¿Dónde usas epochs?",
            en="Where do you use epochs?",
        ),
    ),
    Misconception(
        key="losses-summed-per-epoch",
        target="fine_tune",
        edits={LOSS: "    return total_loss\n"},
        belief=Text(
            es="La pérdida de una época es la suma de las de sus ejemplos.",
            en="An epoch's loss is the sum over its examples.",
        ),
        hint=Text(
            es="¿Depende tu número de cuántos ejemplos hay?",
            en="Does your number depend on how many examples there are?",
        ),
    ),
    Misconception(
        key="losses-mean-of-batches",
        target="fine_tune",
        edits={
            TOTAL: "        total_loss += loss.item()\n",
            COUNT: "        examples += 1\n",
        },
        belief=Text(
            es="Cada lote pesa lo mismo en la pérdida de la época.",
            en="Each batch weighs the same in the epoch's loss.",
        ),
        hint=Text(
            es="¿Y si el último lote es más corto?",
            en="What if the last batch is shorter?",
        ),
    ),
    Misconception(
        key="losses-run-on",
        target="fine_tune",
        edits={
            EPOCHS: "    losses = [_train_epoch(model, loader, optimizer, device) for _ in "
            "range(epochs)]\n"
            "    return [sum(losses[: i + 1]) for i in range(epochs)]\n"
        },
        belief=Text(
            es="La suma de la pérdida sigue de una época a la siguiente.",
            en="The sum of the loss runs on from one epoch to the next.",
        ),
        hint=Text(
            es="¿Qué variables empiezan de cero en cada época?",
            en="Which variables start from zero in every epoch?",
        ),
    ),
    Misconception(
        key="losses-as-tensors",
        target="fine_tune",
        edits={TOTAL: "        total_loss += loss.detach() * len(labels)\n"},
        belief=Text(
            es="Una lista de tensores de un elemento es una lista de números.",
            en="A list of tensors of one element is a list of numbers.",
        ),
        hint=Text(
            es="¿Qué tipo tiene cada elemento de la lista?",
            en="Which type has each item of the list?",
        ),
    ),
    Misconception(
        key="everything-unfrozen",
        target="fine_tune",
        edits={MOVED: MOVED + "    model.requires_grad_(True)\n"},
        belief=Text(
            es="Para entrenar, todos los parámetros tienen que requerir gradiente.",
            en="For training, all parameters have to require a gradient.",
        ),
        hint=Text(
            es="¿Qué quiere quien congeló una parte del modelo?",
            en="What do those want who froze a part of the model?",
        ),
    ),
    Misconception(
        key="only-the-last-layer-tuned",
        target="fine_tune",
        edits={
            OPTIMIZER: OPTIMIZER.replace(
                "trainable_parameters(model)", "trainable_parameters(model)[-2:]"
            )
        },
        belief=Text(
            es="Ajustar un modelo es entrenar su última capa.",
            en="To fine-tune a model is to train its last layer.",
        ),
        hint=Text(
            es="¿Qué parámetros requieren gradiente, y cuáles se mueven?",
            en="Which parameters require a gradient, and which move?",
        ),
    ),
    Misconception(
        key="frozen-gradients-used",
        target="fine_tune",
        edits={
            OPTIMIZER: OPTIMIZER.replace("trainable_parameters(model)", "model.parameters()"),
            ZERO: "        for parameter in trainable_parameters(model):\n"
            "            parameter.grad = None\n",
        },
        belief=Text(
            es="Un optimizador no toca los parámetros congelados.",
            en="An optimizer leaves frozen parameters alone.",
        ),
        hint=Text(
            es="¿Qué mira el optimizador, requires_grad o .grad?",
            en="What does the optimizer look at, requires_grad or .grad?",
        ),
    ),
    Misconception(
        key="tuning-gradients-never-zeroed",
        target="fine_tune",
        edits={ZERO: ""},
        belief=Text(
            es="Cada backward() empieza con gradientes nuevos.",
            en="Each backward() starts with new gradients.",
        ),
        hint=Text(
            es="¿Qué hay en .grad antes del segundo backward()?",
            en="What is in .grad before the second backward()?",
        ),
    ),
    Misconception(
        key="loss-climbed",
        target="fine_tune",
        edits={OPTIMIZER: OPTIMIZER.replace("lr=lr,", "lr=lr, maximize=True,")},
        belief=Text(
            es="El paso va en la dirección del gradiente.",
            en="The step goes in the gradient's direction.",
        ),
        hint=Text(
            es="¿Sube o baja la pérdida de una época a otra?",
            en="Does the loss go up or down from one epoch to the next?",
        ),
    ),
    Misconception(
        key="learning-rate-ignored",
        target="fine_tune",
        edits={OPTIMIZER: OPTIMIZER.replace("lr=lr", "lr=0.01")},
        belief=Text(
            es="Una tasa de aprendizaje de 0.01 siempre va bien.",
            en="A learning rate of 0.01 is always right.",
        ),
        hint=Text(
            es="¿Qué debería pasar con una tasa casi nula?",
            en="What should happen at a rate of next to nothing?",
        ),
    ),
    Misconception(
        key="no-step-made",
        target="fine_tune",
        edits={STEP: ""},
        belief=Text(
            es="backward() ya actualiza los pesos.",
            en="backward() already updates the weights.",
        ),
        hint=Text(
            es="¿Cambia algún peso en una época?",
            en="Does any weight change in an epoch?",
        ),
    ),
    Misconception(
        key="model-not-moved",
        target="fine_tune",
        edits={MOVED: "    model.train()\n"},
        belief=Text(
            es="El modelo ya está en el dispositivo.",
            en="The model is on the device already.",
        ),
        hint=Text(
            es="¿Quién mueve el modelo si se llama con otro device?",
            en="Who moves the model when the call names another device?",
        ),
    ),
    Misconception(
        key="tuning-batches-not-moved",
        target="fine_tune",
        edits={BATCH: ""},
        belief=Text(
            es="Basta con mover el modelo.",
            en="Moving the model is enough.",
        ),
        hint=Text(
            es="¿En qué dispositivo da el loader sus lotes?",
            en="On which device does the loader give its batches?",
        ),
    ),
    Misconception(
        key="copy-fine-tuned",
        target="fine_tune",
        edits={MOVED: "    import copy\n\n    model = copy.deepcopy(model)\n" + MOVED},
        belief=Text(
            es="El entrenamiento no debe tocar el modelo que se recibe.",
            en="Training must not touch the model that is given.",
        ),
        hint=Text(
            es="¿Dónde queda lo aprendido después de la llamada?",
            en="Where is what has been learned after the call?",
        ),
    ),
    Misconception(
        key="one-pass-for-all-epochs",
        target="fine_tune",
        edits={
            EPOCHS: "    batches = iter(loader)\n"
            "    return [_train_epoch(model, batches, optimizer, device) for _ in range(epochs)]\n"
        },
        belief=Text(
            es="Un mismo iterador sirve para todas las épocas.",
            en="One iterator does for all epochs.",
        ),
        hint=Text(
            es="¿Qué da un iterador cuando ya se ha recorrido?",
            en="What does an iterator give once it has been gone through?",
        ),
    ),
    Misconception(
        key="tuning-gradients-zeroed-per-epoch",
        target="fine_tune",
        edits={
            ZERO: "",
            LOSS: "    optimizer.zero_grad()\n" + LOSS,
        },
        belief=Text(
            es="Los gradientes se ponen a cero una vez por época.",
            en="Gradients are zeroed once per epoch.",
        ),
        hint=Text(
            es="¿Con qué gradientes se da el segundo paso de la época?",
            en="By which gradients is the epoch's second step made?",
        ),
    ),
    Misconception(
        key="one-step-per-tuning-epoch",
        target="fine_tune",
        edits={
            STEP: "",
            ZERO: "",
            LOSS: "    optimizer.step()\n    optimizer.zero_grad()\n" + LOSS,
        },
        belief=Text(
            es="Cada época es un paso, con los gradientes de todos sus lotes.",
            en="Every epoch is one step, by the gradients of all its batches.",
        ),
        hint=Text(
            es="¿Cuántas veces se mueven los pesos en una época de cien lotes?",
            en="How many times do the weights move in an epoch of a hundred batches?",
        ),
    ),
    Misconception(
        key="norms-kept-in-eval-mode",
        target="fine_tune",
        edits={
            MOVED: MOVED + "    for part in model.modules():\n"
            "        if isinstance(part, nn.modules.batchnorm._BatchNorm):\n"
            "            part.eval()\n",
        },
        belief=Text(
            es="Al ajustar, batch norm se queda siempre en modo eval.",
            en="In fine-tuning, batch norm always stays in eval mode.",
        ),
        hint=Text(
            es="¿Quién decide qué capas están congeladas, esta función o el modelo?",
            en="Who decides which layers are frozen, this function or the model?",
        ),
    ),
    Misconception(
        key="tuning-loader-has-a-length",
        target="fine_tune",
        edits={
            MOVED: "    batches = len(loader)  # type: ignore[arg-type]\n" + MOVED,
            EPOCHS: EPOCHS.replace("range(epochs)", "range(epochs if batches else 0)"),
        },
        belief=Text(
            es="Todo loader tiene longitud.",
            en="Every loader has a length.",
        ),
        hint=Text(
            es="¿Qué necesita de loader un bucle for?",
            en="What does a for loop need of the loader?",
        ),
    ),
    Misconception(
        key="tuned-in-bfloat16",
        target="fine_tune",
        edits={
            "cross_entropy(model(images), labels)": "cross_entropy(\n"
            '            torch.autocast("cpu", dtype=torch.bfloat16)(model)(images), labels\n'
            "        )",
        },
        belief=Text(
            es="La precisión mixta no cambia la pérdida.",
            en="Mixed precision does not change the loss.",
        ),
        hint=Text(
            es="¿Cuántas cifras de la pérdida coinciden con las de float32?",
            en="How many digits of the loss agree with float32's?",
        ),
    ),
    Misconception(
        key="stops-when-the-loss-stays",
        target="fine_tune",
        edits={
            EPOCHS: "    losses: list[float] = []\n"
            "    while len(losses) < epochs:\n"
            "        if len(losses) > 1 and losses[-1] > losses[-2] - 1e-4:\n"
            "            break\n"
            "        losses.append(_train_epoch(model, loader, optimizer, device))\n"
            "    return losses\n",
        },
        belief=Text(
            es="Si la pérdida ya no baja, se deja de entrenar.",
            en="Once the loss no longer falls, training ends.",
        ),
        hint=Text(
            es="¿Cuántos números espera quien pide tres épocas?",
            en="How many numbers do those expect who ask for three epochs?",
        ),
    ),
    Misconception(
        key="losses-averaged-since-the-start",
        target="fine_tune",
        edits={
            EPOCHS: "    losses = [_train_epoch(model, loader, optimizer, device) "
            "for _ in range(epochs)]\n"
            "    return [sum(losses[:last]) / last for last in range(1, epochs + 1)]\n",
        },
        belief=Text(
            es="La pérdida de una época es la media de todo lo visto hasta entonces.",
            en="An epoch's loss is the mean of all that was seen until then.",
        ),
        hint=Text(
            es="¿Se pone a cero la suma al empezar cada época?",
            en="Is the sum set to zero as each epoch begins?",
        ),
    ),
)
