"""Misconceptions about residual networks."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_BLOCK = "ResidualBlock"
_NETWORK = "ResNet"
_ZERO_INIT = "zero_init_residual"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # ResidualBlock
    Misconception(
        key="relu-before-the-addition",
        target=_BLOCK,
        edits={
            "out: Tensor = self.relu(residual + shortcut)": (
                "out: Tensor = self.relu(residual) + shortcut"
            )
        },
        belief=Text(
            es="La última ReLU pertenece a la rama residual, y la suma es lo último.",
            en="The last ReLU belongs to the residual branch, and the sum comes last.",
        ),
        hint=Text(
            es="¿Qué signo puede tener lo que sale de la rama antes de sumarse al atajo?",
            en="Which signs may the branch's output have before it is added to the shortcut?",
        ),
    ),
    Misconception(
        key="no-relu-after-the-addition",
        target=_BLOCK,
        edits={"out: Tensor = self.relu(residual + shortcut)": "out: Tensor = residual + shortcut"},
        belief=Text(
            es="El bloque termina con la suma; la ReLU la pondrá el bloque siguiente.",
            en="The block ends with the sum; the next block brings the ReLU.",
        ),
        hint=Text(
            es="Mira en la figura 2 del artículo qué hay después del signo de suma.",
            en="Look at figure 2 of the paper: what stands after the plus sign?",
        ),
    ),
    Misconception(
        key="no-relu-between-the-convolutions",
        target=_BLOCK,
        edits={
            "residual = self.relu(self.bn1(self.conv1(x)))": "residual = self.bn1(self.conv1(x))"
        },
        belief=Text(
            es="Basta con la ReLU del final del bloque.",
            en="The ReLU at the end of the block is enough.",
        ),
        hint=Text(
            es="¿Qué función calculan dos convoluciones seguidas sin nada no lineal en medio?",
            en="What do two convolutions compute that have nothing non-linear between them?",
        ),
    ),
    Misconception(
        key="batch-norm-after-the-relu",
        target=_BLOCK,
        edits={
            "residual = self.relu(self.bn1(self.conv1(x)))": (
                "residual = self.bn1(self.relu(self.conv1(x)))"
            )
        },
        belief=Text(
            es="Se normaliza lo que ya ha pasado por la ReLU.",
            en="What is normalised is what the ReLU has let through.",
        ),
        hint=Text(
            es="Compara con la fórmula de F(x): ¿qué le llega a la ReLU?",
            en="Compare with the formula of F(x): what enters the ReLU?",
        ),
    ),
    Misconception(
        key="relu-after-the-second-batch-norm",
        target=_BLOCK,
        edits={
            "residual = self.bn2(self.conv2(residual))": (
                "residual = self.relu(self.bn2(self.conv2(residual)))"
            )
        },
        belief=Text(
            es="Toda batch norm lleva su ReLU detrás, también la segunda, y otra tras la suma.",
            en="Every batch norm has its ReLU, the second one too, and the sum has another.",
        ),
        hint=Text(
            es="¿Podría entonces la rama restarle algo al atajo?",
            en="Could the branch then take anything away from the shortcut?",
        ),
    ),
    Misconception(
        key="stride-in-the-second-convolution",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)": (
                "nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)"
            ),
            "nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)": (
                "nn.Conv2d(out_channels, out_channels, 3, stride, padding=1, bias=False)"
            ),
        },
        belief=Text(
            es="El tamaño se reduce en la última convolución del bloque.",
            en="The size shrinks in the last convolution of the block.",
        ),
        hint=Text(
            es="La forma sale bien; ¿cuál de las dos convoluciones da el paso según el enunciado?",
            en="The shape is right; which of the two convolutions takes the stride by the text?",
        ),
    ),
    Misconception(
        key="projection-without-stride",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)": (
                "nn.Conv2d(in_channels, out_channels, 1, bias=False)"
            )
        },
        belief=Text(
            es="La convolución 1×1 del atajo solo tiene que cambiar los canales.",
            en="The shortcut's 1×1 convolution has only the channels to change.",
        ),
        hint=Text(
            es="¿Qué altura y anchura tienen los dos sumandos cuando el paso es 2?",
            en="Which height and width do the two summands have where the stride is 2?",
        ),
    ),
    Misconception(
        key="projection-in-every-block",
        target=_BLOCK,
        edits={"if stride != 1 or in_channels != out_channels:": "if True:"},
        belief=Text(
            es="El atajo es siempre una convolución 1×1 con batch norm.",
            en="The shortcut is always a 1×1 convolution with batch norm.",
        ),
        hint=Text(
            es="¿Qué le hace falta al atajo donde la entrada y la salida tienen la misma forma?",
            en="What does the shortcut need where input and output have the same shape?",
        ),
    ),
    Misconception(
        key="projection-only-for-a-stride",
        target=_BLOCK,
        edits={"if stride != 1 or in_channels != out_channels:": "if stride != 1:"},
        belief=Text(
            es="Solo hay que proyectar el atajo donde cambia el tamaño.",
            en="The shortcut needs a projection only where the size changes.",
        ),
        hint=Text(
            es="¿Se pueden sumar dos tensores con distinto número de canales?",
            en="Can two tensors with different numbers of channels be added?",
        ),
    ),
    Misconception(
        key="projection-only-for-new-channels",
        target=_BLOCK,
        edits={"if stride != 1 or in_channels != out_channels:": "if in_channels != out_channels:"},
        belief=Text(
            es="Solo hay que proyectar el atajo donde cambia el número de canales.",
            en="The shortcut needs a projection only where the number of channels changes.",
        ),
        hint=Text(
            es="Prueba un bloque con los mismos canales a la entrada y a la salida y paso 2.",
            en="Try a block with as many channels in as out, and a stride of 2.",
        ),
    ),
    Misconception(
        key="padded-shortcut",
        target=_BLOCK,
        edits={
            "shortcut = x if self.downsample is None else self.downsample(x)": (
                "step, more = self.conv1.stride[0], self.conv1.out_channels - x.shape[1]\n"
                "        shortcut = nn.functional.pad("
                "x[:, :, ::step, ::step], (0, 0, 0, 0, 0, more))"
            )
        },
        belief=Text(
            es="El atajo salta píxeles y rellena con ceros los canales que faltan, sin pesos.",
            en="The shortcut skips pixels and fills missing channels with zeros, without weights.",
        ),
        hint=Text(
            es="Esa es la opción A del artículo; ¿cuál pide el enunciado?",
            en="That is the paper's option A; which one does the text want?",
        ),
    ),
    Misconception(
        key="projection-averages-before-it-steps",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),\n"
            "                nn.BatchNorm2d(out_channels),": (
                "nn.Conv2d(in_channels, out_channels, 1, bias=False),\n"
                "                nn.BatchNorm2d(out_channels),\n"
                "                nn.AvgPool2d(stride, ceil_mode=True),"
            )
        },
        belief=Text(
            es="El atajo reduce el tamaño con la media de los píxeles vecinos.",
            en="The shortcut shrinks by the mean of neighbouring pixels.",
        ),
        hint=Text(
            es="¿De qué píxeles de x depende cada píxel de la proyección que pide el enunciado?",
            en="On which pixels of x does each pixel of the projection in the text depend?",
        ),
    ),
    Misconception(
        key="projection-of-three-by-three",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)": (
                "nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)"
            )
        },
        belief=Text(
            es="La proyección es una convolución como las otras dos, de 3×3.",
            en="The projection is a convolution like the other two, 3×3.",
        ),
        hint=Text(
            es="El atajo debe cambiar lo menos posible: ¿qué núcleo no mezcla píxeles vecinos?",
            en="The shortcut should change little: which kernel does not mix neighbouring pixels?",
        ),
    ),
    Misconception(
        key="projection-without-batch-norm",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),\n"
            "                nn.BatchNorm2d(out_channels),": (
                "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),"
            )
        },
        belief=Text(
            es="La proyección es solo la convolución 1×1; normalizar es cosa de la rama.",
            en="The projection is the 1×1 convolution alone; normalising is for the branch.",
        ),
        hint=Text(
            es="¿Qué entradas del state dict de un BasicBlock empiezan por downsample?",
            en="Which entries of a BasicBlock's state dict start with downsample?",
        ),
    ),
    Misconception(
        key="projection-with-bias",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)": (
                "nn.Conv2d(in_channels, out_channels, 1, stride)"
            )
        },
        belief=Text(
            es="Quitar el sesgo solo vale para las convoluciones 3×3.",
            en="Leaving the bias out is for the 3×3 convolutions only.",
        ),
        hint=Text(
            es="¿Qué hace con un sesgo la batch norm que viene después de la proyección?",
            en="What does the batch norm after the projection do to a bias?",
        ),
    ),
    Misconception(
        key="convolutions-with-bias",
        target=_BLOCK,
        edits={
            "nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)": (
                "nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)"
            ),
            "nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)": (
                "nn.Conv2d(out_channels, out_channels, 3, padding=1)"
            ),
        },
        belief=Text(
            es="Toda convolución lleva sesgo, como es costumbre en PyTorch.",
            en="Every convolution has a bias, as PyTorch has it by default.",
        ),
        hint=Text(
            es="¿Qué parámetro de la batch norm hace ya ese trabajo?",
            en="Which parameter of the batch norm does that work already?",
        ),
    ),
    Misconception(
        key="one-batch-norm-for-both",
        target=_BLOCK,
        edits={
            "residual = self.bn2(self.conv2(residual))": "residual = self.bn1(self.conv2(residual))"
        },
        belief=Text(
            es="Como los canales coinciden, la misma batch norm sirve para las dos convoluciones.",
            en="As the channels agree, one batch norm serves both convolutions.",
        ),
        hint=Text(
            es="¿De qué mapas son la media y la varianza que guarda cada batch norm?",
            en="Of which maps are the mean and the variance that each batch norm keeps?",
        ),
    ),
    Misconception(
        key="no-second-batch-norm",
        target=_BLOCK,
        edits={"residual = self.bn2(self.conv2(residual))": "residual = self.conv2(residual)"},
        belief=Text(
            es="Antes de la suma no se normaliza, para no estropear el atajo.",
            en="Nothing is normalised before the sum, so as not to spoil the shortcut.",
        ),
        hint=Text(
            es="Hay una capa que se crea; ¿se usa alguna vez?",
            en="There is a layer that is made; is it ever used?",
        ),
    ),
    Misconception(
        key="rectified-shortcut",
        target=_BLOCK,
        edits={
            "shortcut = x if self.downsample is None else self.downsample(x)": (
                "shortcut = (x if self.downsample is None else self.downsample(x)).relu()"
            )
        },
        belief=Text(
            es="También el atajo pasa por una ReLU antes de sumarse.",
            en="The shortcut goes through a ReLU as well before it is added.",
        ),
        hint=Text(
            es="¿Qué quiere decir que el atajo sea la identidad, si x tiene valores negativos?",
            en="What does an identity shortcut mean where x has negative values?",
        ),
    ),
    Misconception(
        key="rectified-projection",
        target=_BLOCK,
        edits={
            "shortcut = x if self.downsample is None else self.downsample(x)": (
                "shortcut = x if self.downsample is None else self.downsample(x).relu()"
            )
        },
        belief=Text(
            es="La proyección es convolución, batch norm y ReLU, como cualquier otra capa.",
            en="The projection is convolution, batch norm and ReLU, like any other layer.",
        ),
        hint=Text(
            es="En relu(F(x) + downsample(x)), ¿cuántas ReLU caen sobre el atajo?",
            en="In relu(F(x) + downsample(x)), how many ReLUs fall on the shortcut?",
        ),
    ),
    Misconception(
        key="sum-written-into-the-input",
        target=_BLOCK,
        edits={
            "out: Tensor = self.relu(residual + shortcut)": (
                "shortcut += residual\n        out: Tensor = shortcut.relu()"
            )
        },
        belief=Text(
            es="Sumar en el sitio sobre el atajo ahorra memoria y no cambia nada más.",
            en="Adding to the shortcut in place saves memory and changes nothing else.",
        ),
        hint=Text(
            es="¿Qué tensor es el atajo cuando no hay proyección?",
            en="Which tensor is the shortcut where there is no projection?",
        ),
    ),
    Misconception(
        key="relu-written-into-the-input",
        target=_BLOCK,
        edits={
            "residual = self.relu(self.bn1(self.conv1(x)))": (
                "residual = self.relu(self.bn1(self.conv1(self.relu(x))))"
            )
        },
        belief=Text(
            es="Por si acaso, la entrada de la rama pasa por self.relu, que solo mira valores.",
            en="To be safe the branch's input goes through self.relu, which only looks at values.",
        ),
        hint=Text(
            es="¿Qué le hace una operación in-place al tensor que también usa el atajo?",
            en="What does an in-place operation do to the tensor that the shortcut uses too?",
        ),
    ),
    Misconception(
        key="shortcut-missing",
        target=_BLOCK,
        edits={
            "out: Tensor = self.relu(residual + shortcut)": (
                "out: Tensor = self.relu(residual + 0 * shortcut)"
            )
        },
        belief=Text(
            es="El bloque son dos convoluciones; el atajo es solo para el gradiente.",
            en="The block is two convolutions; the shortcut is there for the gradient only.",
        ),
        hint=Text(
            es="Con F(x) = 0, ¿qué debe salir del bloque?",
            en="With F(x) = 0, what should leave the block?",
        ),
    ),
    Misconception(
        key="projection-called-shortcut",
        target=_BLOCK,
        edits={
            "self.downsample: nn.Sequential | None = None": (
                "self.shortcut: nn.Sequential | None = None"
            ),
            "self.downsample = nn.Sequential(": "self.shortcut = nn.Sequential(",
            "shortcut = x if self.downsample is None else self.downsample(x)": (
                "shortcut = x if self.shortcut is None else self.shortcut(x)"
            ),
        },
        belief=Text(
            es="Los nombres de los atributos son libres mientras el cálculo sea el mismo.",
            en="The names of the attributes are free as long as the result is the same.",
        ),
        hint=Text(
            es="¿Con qué nombres busca load_state_dict los pesos de un BasicBlock?",
            en="By which names does load_state_dict look for a BasicBlock's weights?",
        ),
    ),
    Misconception(
        key="batch-norm-without-statistics",
        target=_BLOCK,
        edits={
            "self.bn2 = nn.BatchNorm2d(out_channels)": (
                "self.bn2 = nn.BatchNorm2d(out_channels, track_running_stats=False)"
            )
        },
        belief=Text(
            es="Se normaliza siempre por el lote, también en modo eval.",
            en="The batch is what normalises, in eval mode too.",
        ),
        hint=Text(
            es="¿Debe depender la salida de una imagen, en modo eval, de las demás del lote?",
            en="Should one image's output in eval mode depend on the others of the batch?",
        ),
    ),
    Misconception(
        key="projection-run-twice",
        target=_BLOCK,
        edits={
            "shortcut = x if self.downsample is None else self.downsample(x)": (
                "shortcut = x\n"
                "        if self.downsample is not None and self.downsample(x).shape != x.shape:\n"
                "            shortcut = self.downsample(x)"
            )
        },
        belief=Text(
            es="Llamar a una capa para mirar la forma de su salida no tiene efectos.",
            en="Calling a layer to look at the shape of its output has no effect.",
        ),
        hint=Text(
            es="¿Qué guarda una batch norm cada vez que se la llama en modo train?",
            en="What does a batch norm keep each time it is called in train mode?",
        ),
    ),
    Misconception(
        key="second-norm-shared-by-all-blocks",
        target=_BLOCK,
        edits={
            "class ResidualBlock(nn.Module):\n": (
                "_norms: dict[int, nn.BatchNorm2d] = {}\n\n\nclass ResidualBlock(nn.Module):\n"
            ),
            "self.bn2 = nn.BatchNorm2d(out_channels)": (
                "self.bn2 = _norms.setdefault(out_channels, nn.BatchNorm2d(out_channels))"
            ),
        },
        belief=Text(
            es="Dos capas con los mismos argumentos son la misma capa.",
            en="Two layers of the same arguments are the same layer.",
        ),
        hint=Text(
            es="Si entrenas una red, ¿qué le pasa a otra hecha con la misma clase?",
            en="If you train one network, what happens to another of the same class?",
        ),
    ),
    Misconception(
        key="shortcut-without-gradient",
        target=_BLOCK,
        edits={"self.relu(residual + shortcut)": "self.relu(residual + shortcut.detach())"},
        belief=Text(
            es="El atajo es una copia de la entrada, y de una copia no se aprende.",
            en="The shortcut is a copy of the input, and nothing is learnt from a copy.",
        ),
        hint=Text(
            es="¿Por qué camino llega el gradiente sin atenuarse a las primeras capas?",
            en="Along which path does the gradient reach the first layers undamped?",
        ),
    ),
    # ResNet
    Misconception(
        key="stem-for-small-images",
        target=_NETWORK,
        edits={
            "nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)": (
                "nn.Conv2d(in_channels, width, 3, stride=1, padding=1, bias=False)"
            )
        },
        belief=Text(
            es="La primera convolución es de 3×3 y paso 1, como en las ResNet de CIFAR.",
            en="The first convolution is 3×3 of stride 1, as in the ResNets for CIFAR.",
        ),
        hint=Text(
            es="¿Qué dice la fila conv1 de la tabla 1?",
            en="What does the row conv1 of table 1 say?",
        ),
    ),
    Misconception(
        key="stem-without-stride",
        target=_NETWORK,
        edits={
            "nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)": (
                "nn.Conv2d(in_channels, width, 7, padding=3, bias=False)"
            )
        },
        belief=Text(
            es="Solo el max pool reduce el tamaño antes de la primera etapa.",
            en="Only the max pool shrinks the image before the first stage.",
        ),
        hint=Text(
            es="De 224 píxeles, ¿cuántos quedan a la entrada de layer1 según la tabla 1?",
            en="Of 224 pixels, how many are left at the entrance of layer1 by table 1?",
        ),
    ),
    Misconception(
        key="stem-with-bias",
        target=_NETWORK,
        edits={
            "nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)": (
                "nn.Conv2d(in_channels, width, 7, stride=2, padding=3)"
            )
        },
        belief=Text(
            es="Solo las convoluciones de los bloques van sin sesgo.",
            en="Only the blocks' convolutions go without a bias.",
        ),
        hint=Text(
            es="¿Qué capa viene después de la convolución 7×7?",
            en="Which layer comes after the 7×7 convolution?",
        ),
    ),
    Misconception(
        key="stem-without-relu",
        target=_NETWORK,
        edits={
            "x = self.maxpool(self.relu(self.bn1(self.conv1(x))))": (
                "x = self.maxpool(self.bn1(self.conv1(x)))"
            )
        },
        belief=Text(
            es="El max pool ya hace de función no lineal en la entrada.",
            en="The max pool is non-linearity enough at the entrance.",
        ),
        hint=Text(
            es="¿Puede ser negativo lo que entra en el primer bloque?",
            en="May what enters the first block be negative?",
        ),
    ),
    Misconception(
        key="stem-without-max-pool",
        target=_NETWORK,
        edits={
            "x = self.maxpool(self.relu(self.bn1(self.conv1(x))))": (
                "x = self.relu(self.bn1(self.conv1(x)))"
            )
        },
        belief=Text(
            es="El paso de la convolución 7×7 sustituye al max pool.",
            en="The 7×7 convolution's stride takes the max pool's place.",
        ),
        hint=Text(
            es="De 224 píxeles, ¿cuántos quedan a la entrada de layer1 según la tabla 1?",
            en="Of 224 pixels, how many are left at the entrance of layer1 by table 1?",
        ),
    ),
    Misconception(
        key="max-pool-of-two",
        target=_NETWORK,
        edits={"nn.MaxPool2d(3, stride=2, padding=1)": "nn.MaxPool2d(2, stride=2)"},
        belief=Text(
            es="Para reducir a la mitad, el max pool es de 2×2.",
            en="To halve the size, the max pool is 2×2.",
        ),
        hint=Text(
            es="¿Se solapan las ventanas del max pool de la tabla 1?",
            en="Do the windows of the max pool in table 1 overlap?",
        ),
    ),
    Misconception(
        key="max-pool-without-padding",
        target=_NETWORK,
        edits={"nn.MaxPool2d(3, stride=2, padding=1)": "nn.MaxPool2d(3, stride=2)"},
        belief=Text(
            es="El max pool no necesita relleno.",
            en="The max pool needs no padding.",
        ),
        hint=Text(
            es="¿Qué tamaño sale de 112 píxeles, y cuál pide la tabla 1?",
            en="Which size do 112 pixels give, and which one does table 1 want?",
        ),
    ),
    Misconception(
        key="first-stage-halves-too",
        target=_NETWORK,
        edits={
            "_make_stage(width, width, layers[0], stride=1)": (
                "_make_stage(width, width, layers[0], stride=2)"
            )
        },
        belief=Text(
            es="Cada etapa empieza reduciendo el tamaño a la mitad, la primera también.",
            en="Each stage starts by halving the size, the first one too.",
        ),
        hint=Text(
            es="¿Qué ha reducido ya el tamaño justo antes de layer1?",
            en="What has halved the size right before layer1 already?",
        ),
    ),
    Misconception(
        key="last-stage-keeps-the-size",
        target=_NETWORK,
        edits={
            "_make_stage(4 * width, 8 * width, layers[3], stride=2)": (
                "_make_stage(4 * width, 8 * width, layers[3], stride=1)"
            )
        },
        belief=Text(
            es="La última etapa conserva el tamaño, porque después se hace la media.",
            en="The last stage keeps the size, as the mean comes next.",
        ),
        hint=Text(
            es="¿Qué tamaño tienen los mapas de conv5_x en la tabla 1?",
            en="Which size do the maps of conv5_x have in table 1?",
        ),
    ),
    Misconception(
        key="every-block-of-a-stage-strides",
        target=_NETWORK,
        edits={
            "rest = [ResidualBlock(out_channels, out_channels) for": (
                "rest = [ResidualBlock(out_channels, out_channels, stride) for"
            )
        },
        belief=Text(
            es="El paso de una etapa es el de todos sus bloques.",
            en="A stage's stride is that of all its blocks.",
        ),
        hint=Text(
            es="¿Cuántas veces se reduce el tamaño dentro de una etapa?",
            en="How often does the size shrink within one stage?",
        ),
    ),
    Misconception(
        key="last-block-of-a-stage-strides",
        target=_NETWORK,
        edits={
            "first = ResidualBlock(in_channels, out_channels, stride)\n"
            "    rest = [ResidualBlock(out_channels, out_channels) for _ in range(blocks - 1)]\n"
            "    return nn.Sequential(first, *rest)": (
                "strides = [1] * (blocks - 1) + [stride]\n"
                "    channels = [in_channels] + [out_channels] * (blocks - 1)\n"
                "    return nn.Sequential(*[ResidualBlock(c, out_channels, s)"
                " for c, s in zip(channels, strides)])"
            )
        },
        belief=Text(
            es="Una etapa trabaja primero y reduce el tamaño al final.",
            en="A stage works first and shrinks at its end.",
        ),
        hint=Text(
            es="¿Qué bloque de layer2 tiene un downsample en torchvision?",
            en="Which block of layer2 has a downsample in torchvision?",
        ),
    ),
    Misconception(
        key="one-block-repeated",
        target=_NETWORK,
        edits={
            "rest = [ResidualBlock(out_channels, out_channels) for _ in range(blocks - 1)]": (
                "rest = [ResidualBlock(out_channels, out_channels)] * (blocks - 1)"
            )
        },
        belief=Text(
            es="Multiplicar una lista de un bloque da bloques distintos.",
            en="Multiplying a list of one block gives different blocks.",
        ),
        hint=Text(
            es="¿Cuántos objetos hay en [bloque] * 3?",
            en="How many objects are there in [block] * 3?",
        ),
    ),
    Misconception(
        key="one-block-too-many",
        target=_NETWORK,
        edits={"for _ in range(blocks - 1)]": "for _ in range(blocks)]"},
        belief=Text(
            es="El bloque que reduce el tamaño se suma a los que pide layers.",
            en="The block that shrinks comes on top of those that layers asks for.",
        ),
        hint=Text(
            es="Cuenta las capas con pesos de una ResNet-18: ¿salen 18?",
            en="Count the layers with weights of a ResNet-18: are they 18?",
        ),
    ),
    Misconception(
        key="layers-argument-ignored",
        target=_NETWORK,
        edits={
            "self.conv1 = nn.Conv2d(in_channels, width, 7": (
                "layers = (2, 2, 2, 2)\n        self.conv1 = nn.Conv2d(in_channels, width, 7"
            )
        },
        belief=Text(
            es="Cada etapa tiene dos bloques.",
            en="Each stage has two blocks.",
        ),
        hint=Text(
            es="¿En qué se distinguen una ResNet-18 y una ResNet-34?",
            en="What is the difference between a ResNet-18 and a ResNet-34?",
        ),
    ),
    Misconception(
        key="classifier-of-512-features",
        target=_NETWORK,
        edits={"nn.Linear(8 * width, num_classes)": "nn.Linear(512, num_classes)"},
        belief=Text(
            es="La capa lineal recibe siempre 512 valores.",
            en="The linear layer always gets 512 values.",
        ),
        hint=Text(
            es="¿De dónde sale el 512 de la ResNet-18?",
            en="Where does the 512 of a ResNet-18 come from?",
        ),
    ),
    Misconception(
        key="classes-always-1000",
        target=_NETWORK,
        edits={"nn.Linear(8 * width, num_classes)": "nn.Linear(8 * width, 1000)"},
        belief=Text(
            es="Una ResNet de ImageNet tiene 1000 clases.",
            en="An ImageNet ResNet has 1000 classes.",
        ),
        hint=Text(
            es="¿Qué argumento de ResNet no has usado?",
            en="Which argument of ResNet have you not used?",
        ),
    ),
    Misconception(
        key="images-always-three-channels",
        target=_NETWORK,
        edits={
            "nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)": (
                "nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)"
            )
        },
        belief=Text(
            es="Las imágenes siempre tienen tres canales.",
            en="Images always have three channels.",
        ),
        hint=Text(
            es="¿Qué argumento de ResNet no has usado?",
            en="Which argument of ResNet have you not used?",
        ),
    ),
    Misconception(
        key="global-max-pool-in-resnet",
        target=_NETWORK,
        edits={"nn.AdaptiveAvgPool2d(1)": "nn.AdaptiveMaxPool2d(1)"},
        belief=Text(
            es="De cada mapa cuenta su mayor valor.",
            en="What counts of each map is its largest value.",
        ),
        hint=Text(
            es="¿Cómo se llama en la tabla 1 la última agrupación?",
            en="What is the last pooling called in table 1?",
        ),
    ),
    Misconception(
        key="average-pool-of-seven",
        target=_NETWORK,
        edits={"nn.AdaptiveAvgPool2d(1)": "nn.AvgPool2d(7)"},
        belief=Text(
            es="Los últimos mapas siempre son de 7×7.",
            en="The last maps are always 7×7.",
        ),
        hint=Text(
            es="¿Qué pasa con una imagen que no es de 224×224?",
            en="What happens to an image that is not 224×224?",
        ),
    ),
    Misconception(
        key="probabilities-from-resnet",
        target=_NETWORK,
        edits={
            "logits: Tensor = self.fc(self.avgpool(x).flatten(1))": (
                "logits: Tensor = self.fc(self.avgpool(x).flatten(1)).softmax(1)"
            )
        },
        belief=Text(
            es="Un clasificador devuelve probabilidades.",
            en="A classifier returns probabilities.",
        ),
        hint=Text(
            es="¿Qué espera recibir la entropía cruzada de PyTorch?",
            en="What does PyTorch's cross-entropy expect to be given?",
        ),
    ),
    Misconception(
        key="classifier-without-bias",
        target=_NETWORK,
        edits={
            "nn.Linear(8 * width, num_classes)": "nn.Linear(8 * width, num_classes, bias=False)"
        },
        belief=Text(
            es="Tampoco la capa lineal lleva sesgo.",
            en="The linear layer has no bias either.",
        ),
        hint=Text(
            es="¿Hay una batch norm después de la capa lineal?",
            en="Is there a batch norm after the linear layer?",
        ),
    ),
    Misconception(
        key="layers-unchecked",
        target=_NETWORK,
        edits={
            "if len(layers) != 4 or min(layers) < 1:": "if False:",
        },
        belief=Text(
            es="Quien llama ya sabrá dar cuatro números.",
            en="Whoever calls will know to give four numbers.",
        ),
        hint=Text(
            es="¿Qué red sale de layers = (1, 1, 0, 1), y quién se da cuenta?",
            en="Which network does layers = (1, 1, 0, 1) give, and who notices?",
        ),
    ),
    Misconception(
        key="stage-without-blocks-accepted",
        target=_NETWORK,
        edits={
            "if len(layers) != 4 or min(layers) < 1:": "if len(layers) != 4 or min(layers) < 0:"
        },
        belief=Text(
            es="Una etapa con cero bloques simplemente no está.",
            en="A stage of zero blocks is simply not there.",
        ),
        hint=Text(
            es="¿Qué bloque cambia los canales cuando la etapa pide 0 bloques?",
            en="Which block changes the channels where the stage asks for 0 blocks?",
        ),
    ),
    Misconception(
        key="more-than-four-stages-accepted",
        target=_NETWORK,
        edits={"if len(layers) != 4 or min(layers) < 1:": "if len(layers) < 4 or min(layers) < 1:"},
        belief=Text(
            es="Si layers trae más de cuatro números, los que sobran no molestan.",
            en="Where layers has more than four numbers, the rest does no harm.",
        ),
        hint=Text(
            es="Quien pide cinco etapas, ¿recibe lo que pidió?",
            en="Does someone who asks for five stages get what was asked for?",
        ),
    ),
    Misconception(
        key="max-pool-rounds-up",
        target=_NETWORK,
        edits={
            "nn.MaxPool2d(3, stride=2, padding=1)": (
                "nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)"
            )
        },
        belief=Text(
            es="La mitad de un tamaño impar se redondea hacia arriba: hace falta ceil_mode.",
            en="Half of an odd size is rounded up, so ceil_mode is needed.",
        ),
        hint=Text(
            es="¿Cuántas ventanas de 3 con relleno 1 y paso 2 caben en 10 píxeles?",
            en="How many windows of 3 with padding 1 and stride 2 fit into 10 pixels?",
        ),
    ),
    Misconception(
        key="single-image-loses-its-batch-axis",
        target=_NETWORK,
        edits={"self.fc(self.avgpool(x).flatten(1))": "self.fc(self.avgpool(x).squeeze())"},
        belief=Text(
            es="squeeze() quita los dos ejes de tamaño 1 que deja la media.",
            en="squeeze() takes away the two axes of size 1 that the mean leaves.",
        ),
        hint=Text(
            es="¿Qué forma tienen los logits de un lote de una sola imagen?",
            en="Which shape have the logits of a batch of a single image?",
        ),
    ),
    Misconception(
        key="dropout-before-the-classifier",
        target=_NETWORK,
        edits={
            "self.fc(self.avgpool(x).flatten(1))": (
                "self.fc(nn.functional.dropout(self.avgpool(x).flatten(1), 0.5, self.training))"
            )
        },
        belief=Text(
            es="Toda red lleva un dropout antes de su última capa.",
            en="Every network has a dropout before its last layer.",
        ),
        hint=Text(
            es="Busca «dropout» en la sección 3.4 del artículo.",
            en="Look for “dropout” in section 3.4 of the paper.",
        ),
    ),
    Misconception(
        key="stages-shared-between-networks",
        target=_NETWORK,
        edits={"def _make_stage(": '@__import__("functools").cache\ndef _make_stage('},
        belief=Text(
            es="Una función que hace capas puede recordar lo que hizo, y así ahorra tiempo.",
            en="A function that makes layers may remember what it made, which saves time.",
        ),
        hint=Text(
            es="Haz dos redes iguales y entrena una: ¿qué pasa con la otra?",
            en="Make two equal networks and train one: what happens to the other?",
        ),
    ),
    Misconception(
        key="network-seeds-its-weights",
        target=_NETWORK,
        edits={
            "self.conv1 = nn.Conv2d(in_channels, width, 7": (
                '__import__("torch").manual_seed(42)\n'
                "        self.conv1 = nn.Conv2d(in_channels, width, 7"
            )
        },
        belief=Text(
            es="La red fija la semilla, para que sus pesos sean siempre los mismos.",
            en="The network sets the seed, so that its weights are always the same.",
        ),
        hint=Text(
            es="¿Qué números al azar da torch después de hacer una red, y quién lo esperaba?",
            en="Which random numbers does torch give once a network was made, and who expected it?",
        ),
    ),
    Misconception(
        key="number-of-blocks-checked-by-sum",
        target=_NETWORK,
        edits={"min(layers) < 1": "sum(layers) < 4"},
        belief=Text(
            es="Cuatro etapas con al menos un bloque son al menos cuatro bloques.",
            en="Four stages of at least one block are at least four blocks.",
        ),
        hint=Text(
            es="¿Vale también al revés? Prueba layers = (2, 2, 0, 2).",
            en="Is the reverse true as well? Try layers = (2, 2, 0, 2).",
        ),
    ),
    # zero_init_residual
    Misconception(
        key="first-norm-of-the-block-zeroed",
        target=_ZERO_INIT,
        edits={"nn.init.zeros_(module.bn2.weight)": "nn.init.zeros_(module.bn1.weight)"},
        belief=Text(
            es="Con la primera batch norm a cero, la rama ya no deja pasar nada.",
            en="With the first batch norm at zero the branch lets nothing through.",
        ),
        hint=Text(
            es="¿Cuál es la última batch norm por la que pasa la rama antes de la suma?",
            en="Which is the last batch norm that the branch passes before the sum?",
        ),
    ),
    Misconception(
        key="both-norms-of-the-block-zeroed",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "nn.init.zeros_(module.bn1.weight)\n            nn.init.zeros_(module.bn2.weight)"
            )
        },
        belief=Text(
            es="Toda la rama empieza a cero.",
            en="The whole branch starts at zero.",
        ),
        hint=Text(
            es="¿Basta una de las dos para que F(x) sea 0? ¿Qué aprendería la otra?",
            en="Is one of the two enough for F(x) = 0? What would the other one learn?",
        ),
    ),
    Misconception(
        key="every-norm-zeroed",
        target=_ZERO_INIT,
        edits={
            "if isinstance(module, ResidualBlock):\n"
            "            nn.init.zeros_(module.bn2.weight)": (
                "if isinstance(module, nn.BatchNorm2d):\n            nn.init.zeros_(module.weight)"
            )
        },
        belief=Text(
            es="Todas las batch norm de la red empiezan a cero.",
            en="All batch norms of the network start at zero.",
        ),
        hint=Text(
            es="¿Qué sale de la primera batch norm de la red, que no está en ningún bloque?",
            en="What leaves the network's first batch norm, which is in no block?",
        ),
    ),
    Misconception(
        key="everything-called-bn2-zeroed",
        target=_ZERO_INIT,
        edits={"if isinstance(module, ResidualBlock):": 'if hasattr(module, "bn2"):'},
        belief=Text(
            es="Lo que se llama bn2 es la última batch norm de un bloque residual.",
            en="What is called bn2 is the last batch norm of a residual block.",
        ),
        hint=Text(
            es="¿Qué otros módulos podrían tener una capa con ese nombre?",
            en="Which other modules may have a layer of that name?",
        ),
    ),
    Misconception(
        key="projection-norm-zeroed-too",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "nn.init.zeros_(module.bn2.weight)\n"
                "            if module.downsample is not None:\n"
                "                nn.init.zeros_(module.downsample[1].weight)"
            )
        },
        belief=Text(
            es="La batch norm de la proyección también es de las últimas del bloque.",
            en="The projection's batch norm is one of the block's last ones as well.",
        ),
        hint=Text(
            es="¿Qué le queda al bloque si el atajo también vale 0?",
            en="What is left of the block where the shortcut is 0 too?",
        ),
    ),
    Misconception(
        key="norm-bias-zeroed-too",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "nn.init.zeros_(module.bn2.weight)\n            nn.init.zeros_(module.bn2.bias)"
            )
        },
        belief=Text(
            es="Para que F(x) sea 0 hay que poner a cero también el sesgo.",
            en="For F(x) = 0 the bias has to be set to zero as well.",
        ),
        hint=Text(
            es="¿Qué valor tiene ya ese sesgo en un bloque recién hecho, y en uno entrenado?",
            en="What is that bias in a fresh block already, and in a trained one?",
        ),
    ),
    Misconception(
        key="norm-weight-replaced",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "module.bn2.weight = nn.Parameter(module.bn2.weight.detach() * 0)"
            )
        },
        belief=Text(
            es="Da igual cambiar el valor de un parámetro que poner uno nuevo en su lugar.",
            en="Changing a parameter's value and putting a new one in its place are the same.",
        ),
        hint=Text(
            es="¿Qué parámetros movería un optimizador creado antes de la llamada?",
            en="Which parameters would an optimizer move that was made before the call?",
        ),
    ),
    Misconception(
        key="norm-weight-frozen",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "nn.init.zeros_(module.bn2.weight).requires_grad_(False)"
            )
        },
        belief=Text(
            es="Para tocar un peso sin gradiente hay que dejarlo con requires_grad=False.",
            en="To touch a weight without gradients, leave it with requires_grad=False.",
        ),
        hint=Text(
            es="¿Podrá la rama aprender algo después?",
            en="Can the branch learn anything afterwards?",
        ),
    ),
    Misconception(
        key="second-convolution-zeroed",
        target=_ZERO_INIT,
        edits={"nn.init.zeros_(module.bn2.weight)": "nn.init.zeros_(module.conv2.weight)"},
        belief=Text(
            es="La rama se apaga con los pesos de su última convolución.",
            en="The branch is switched off by the weights of its last convolution.",
        ),
        hint=Text(
            es="¿De qué capa habla el enunciado?",
            en="Which layer does the text speak of?",
        ),
    ),
    Misconception(
        key="only-direct-children-zeroed",
        target=_ZERO_INIT,
        edits={"for module in model.modules():": "for module in model.children():"},
        belief=Text(
            es="children() recorre todos los módulos de una red.",
            en="children() visits all modules of a network.",
        ),
        hint=Text(
            es="En una ResNet, ¿son los bloques hijos directos de la red?",
            en="In a ResNet, are the blocks direct children of the network?",
        ),
    ),
    Misconception(
        key="block-by-itself-missed",
        target=_ZERO_INIT,
        edits={"for module in model.modules():": "for module in list(model.modules())[1:]:"},
        belief=Text(
            es="El argumento contiene bloques; él mismo no lo es.",
            en="The argument contains blocks; it is none itself.",
        ),
        hint=Text(
            es="¿Qué pasa si model es un ResidualBlock?",
            en="What if model is a ResidualBlock?",
        ),
    ),
    Misconception(
        key="only-identity-blocks-zeroed",
        target=_ZERO_INIT,
        edits={
            "if isinstance(module, ResidualBlock):": (
                "if isinstance(module, ResidualBlock) and module.downsample is None:"
            )
        },
        belief=Text(
            es="Solo cuentan los bloques cuyo atajo es la identidad.",
            en="Only the blocks with an identity shortcut count.",
        ),
        hint=Text(
            es="¿Qué bloques nombra el enunciado?",
            en="Which blocks does the text name?",
        ),
    ),
    Misconception(
        key="zeroed-in-a-copy",
        target=_ZERO_INIT,
        edits={
            "for module in model.modules():": (
                'for module in __import__("copy").deepcopy(model).modules():'
            )
        },
        belief=Text(
            es="La función trabaja sobre una copia, para no estropear la red.",
            en="The function works on a copy, so as not to spoil the network.",
        ),
        hint=Text(
            es="La función no devuelve nada: ¿cómo ve el resultado quien la llama?",
            en="The function returns nothing: how does its caller see the result?",
        ),
    ),
    Misconception(
        key="norm-registered-last-zeroed",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                "norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]\n"
                "            nn.init.zeros_(norms[-1].weight)"
            )
        },
        belief=Text(
            es="La última batch norm de la rama es la última que el bloque registró.",
            en="The branch's last batch norm is the one that the block registered last.",
        ),
        hint=Text(
            es="¿Qué batch norm aparece al final en un bloque con proyección?",
            en="Which batch norm comes at the end in a block with a projection?",
        ),
    ),
    Misconception(
        key="only-trainable-norms-zeroed",
        target=_ZERO_INIT,
        edits={
            "if isinstance(module, ResidualBlock):": (
                "if isinstance(module, ResidualBlock) and module.bn2.weight.requires_grad:"
            )
        },
        belief=Text(
            es="Los bloques congelados no se tocan.",
            en="Frozen blocks are left alone.",
        ),
        hint=Text(
            es="¿Hace el enunciado alguna excepción entre los bloques?",
            en="Does the text make any exception among the blocks?",
        ),
    ),
    Misconception(
        key="norm-weight-becomes-a-float32-on-the-cpu",
        target=_ZERO_INIT,
        edits={
            "nn.init.zeros_(module.bn2.weight)": (
                'module.bn2.weight.data = __import__("torch").zeros(module.bn2.num_features)'
            )
        },
        belief=Text(
            es="torch.zeros da ceros que sirven para cualquier parámetro.",
            en="torch.zeros gives zeros that will do for any parameter.",
        ),
        hint=Text(
            es="¿De qué dtype y en qué dispositivo son esos ceros?",
            en="Of which dtype and on which device are these zeros?",
        ),
    ),
    Misconception(
        key="only-stages-of-a-resnet-zeroed",
        target=_ZERO_INIT,
        edits={
            "for module in model.modules():": (
                'for module in (b for k in range(1, 5) for b in getattr(model, f"layer{k}", ())):'
            )
        },
        belief=Text(
            es="Los bloques están siempre en layer1 … layer4.",
            en="The blocks are always in layer1 … layer4.",
        ),
        hint=Text(
            es="¿Qué tipo de modelo admite la función, según su docstring?",
            en="Which kinds of model does the function take, by its docstring?",
        ),
    ),
)
