"""Misconceptions about `cnnlab.training`."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

MODE = "    model.train()\n"
START = "    total_loss, examples = 0.0, 0\n"
BATCHES = "    for images, labels in loader:\n        images, labels"
MOVED = "        images, labels = images.to(device), labels.to(device)\n"
LOSS = "torch.nn.functional.cross_entropy(model(images), labels)\n"
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
TOTAL = "        total_loss += loss.item() * len(labels)\n"
EXAMPLES = "        examples += len(labels)\n    if"
MEAN = "    return total_loss / examples\n"

FOUND = "    modes = [(module, module.training) for module in model.modules()]\n"
EVAL = "    model.eval()\n"
NO_GRAD = "        with torch.no_grad():\n"
SHOWN = "            for images, labels in loader:\n"
PREDICTED = "                predictions = model(images.to(device)).argmax(dim=1)\n"
RIGHT = "                correct += int((predictions == labels.to(device)).sum())\n"
COUNTED = "                examples += len(labels)\n    finally"
RESTORED = "        for module, training in modes:\n            module.training = training\n"
ACCURACY = "    return correct / examples\n"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        key="epoch-loss-mean-of-batches",
        target="train_one_epoch",
        edits={
            TOTAL: "        total_loss += loss.item()\n",
            EXAMPLES: "        examples += 1\n    if",
        },
        belief=Text(
            es="La media de las medias de los lotes es la media de los ejemplos.",
            en="The mean of the batches' means is the mean over the examples.",
        ),
        hint=Text(
            es="Si el último lote tiene un solo ejemplo, ¿cuánto pesa ese ejemplo en tu media?",
            en="If the last batch has a single example, how much does it weigh in your mean?",
        ),
    ),
    Misconception(
        key="epoch-loss-not-divided",
        target="train_one_epoch",
        edits={MEAN: "    return total_loss\n"},
        belief=Text(
            es="La pérdida de una época es la suma de las de sus ejemplos.",
            en="The loss of an epoch is the sum of its examples' losses.",
        ),
        hint=Text(
            es="¿Debería duplicarse la pérdida si los datos se repiten dos veces?",
            en="Should the loss double if the data are repeated twice?",
        ),
    ),
    Misconception(
        key="epoch-loss-of-the-last-batch",
        target="train_one_epoch",
        edits={MEAN: "    return loss.item()\n"},
        belief=Text(
            es="La pérdida del último lote representa la de la época.",
            en="The last batch's loss stands for the epoch's.",
        ),
        hint=Text(
            es="¿Qué parte de los ejemplos entra en el número que devuelves?",
            en="What share of the examples enters the number that you return?",
        ),
    ),
    Misconception(
        key="epoch-loss-as-tensor",
        target="train_one_epoch",
        edits={TOTAL: "        total_loss += loss.detach() * len(labels)\n"},
        belief=Text(
            es="Un tensor de un elemento es un float.",
            en="A tensor of one element is a float.",
        ),
        hint=Text(
            es="Imprime type() de lo que devuelves.",
            en="Print type() of what you return.",
        ),
    ),
    Misconception(
        key="epoch-loss-after-the-step",
        target="train_one_epoch",
        edits={
            TOTAL: "        with torch.no_grad():\n"
            "            after = torch.nn.functional.cross_entropy(model(images), labels)\n"
            "        total_loss += after.item() * len(labels)\n"
        },
        belief=Text(
            es="La pérdida de un lote se mide después de su paso.",
            en="A batch's loss is measured after its step.",
        ),
        hint=Text(
            es="¿Cuántas veces pasa cada lote por la red en tu época?",
            en="How many times does each batch go through the network in your epoch?",
        ),
    ),
    Misconception(
        key="gradients-never-zeroed",
        target="train_one_epoch",
        edits={ZERO: ""},
        belief=Text(
            es="backward() sustituye los gradientes anteriores.",
            en="backward() replaces the gradients there were.",
        ),
        hint=Text(
            es="Llama dos veces a backward() con la misma pérdida y mira .grad.",
            en="Call backward() twice on the same loss and look at .grad.",
        ),
    ),
    Misconception(
        key="gradients-zeroed-once",
        target="train_one_epoch",
        edits={ZERO: "", START: START + "    optimizer.zero_grad()\n"},
        belief=Text(
            es="Basta con poner a cero los gradientes al empezar la época.",
            en="Zeroing the gradients at the start of the epoch is enough.",
        ),
        hint=Text(
            es="¿Con qué gradientes se da el segundo paso?",
            en="By which gradients is the second step made?",
        ),
    ),
    Misconception(
        key="gradients-zeroed-after-the-step",
        target="train_one_epoch",
        edits={ZERO: "", STEP: STEP + ZERO},
        belief=Text(
            es="Al empezar una época no hay gradientes.",
            en="There are no gradients when an epoch begins.",
        ),
        hint=Text(
            es="¿Y si el código anterior llamó a backward() sobre el mismo modelo?",
            en="What if the code before called backward() on the same model?",
        ),
    ),
    Misconception(
        key="gradients-zeroed-before-the-step",
        target="train_one_epoch",
        edits={ZERO: "", BACKWARD: BACKWARD + ZERO},
        belief=Text(
            es="zero_grad() se llama cuando el gradiente ya está calculado.",
            en="zero_grad() is called once the gradient has been computed.",
        ),
        hint=Text(
            es="¿Qué hay en .grad cuando el optimizador da el paso?",
            en="What is in .grad when the optimizer makes its step?",
        ),
    ),
    Misconception(
        key="one-step-per-epoch",
        target="train_one_epoch",
        edits={
            ZERO: "",
            START: START + "    optimizer.zero_grad()\n",
            STEP: "",
            MEAN: "    optimizer.step()\n" + MEAN,
        },
        belief=Text(
            es="Los gradientes se suman durante la época y se da un paso al final.",
            en="The gradients add up over the epoch, and one step is made at its end.",
        ),
        hint=Text(
            es="¿Cuántos pasos da el descenso por gradiente estocástico en una época?",
            en="How many steps does stochastic gradient descent make in an epoch?",
        ),
    ),
    Misconception(
        key="step-before-the-gradient",
        target="train_one_epoch",
        edits={ZERO + BACKWARD + STEP: STEP + ZERO + BACKWARD},
        belief=Text(
            es="El orden de step() y backward() da igual.",
            en="The order of step() and backward() does not matter.",
        ),
        hint=Text(
            es="¿De qué lote es el gradiente con el que se da cada paso?",
            en="Which batch's gradient is each step made by?",
        ),
    ),
    Misconception(
        key="last-batch-without-a-step",
        target="train_one_epoch",
        edits={
            START: START + "    loader = list(loader)\n",
            BATCHES: "    for number, (images, labels) in enumerate(loader, 1):\n"
            "        images, labels",
            STEP: "        if number < len(loader):\n            optimizer.step()\n",
        },
        belief=Text(
            es="El paso corresponde a pasar de un lote al siguiente.",
            en="A step goes with the passage from one batch to the next.",
        ),
        hint=Text(
            es="Con un único lote, ¿se mueven los pesos?",
            en="With a single batch, do the weights move?",
        ),
    ),
    Misconception(
        key="short-last-batch-skipped",
        target="train_one_epoch",
        edits={
            START: START + "    batch_size = 0\n",
            MOVED: MOVED + "        batch_size = batch_size or len(labels)\n"
            "        if len(labels) < batch_size:\n            continue\n",
        },
        belief=Text(
            es="Un lote incompleto se descarta.",
            en="An incomplete batch is thrown away.",
        ),
        hint=Text(
            es="¿Entran todos los ejemplos en la época?",
            en="Do all examples take part in the epoch?",
        ),
    ),
    Misconception(
        key="summed-loss-descended",
        target="train_one_epoch",
        edits={
            LOSS: LOSS.replace("labels)", 'labels, reduction="sum")'),
            TOTAL: "        total_loss += loss.item()\n",
        },
        belief=Text(
            es="Da lo mismo descender la suma de las pérdidas que su media.",
            en="Descending the sum of the losses is the same as descending their mean.",
        ),
        hint=Text(
            es="¿Cómo cambia el tamaño del paso si el lote es el doble de grande?",
            en="How does the size of the step change if the batch is twice as large?",
        ),
    ),
    Misconception(
        key="softmax-before-cross-entropy",
        target="train_one_epoch",
        edits={LOSS: LOSS.replace("model(images)", "model(images).softmax(dim=1)")},
        belief=Text(
            es="cross_entropy espera probabilidades.",
            en="cross_entropy takes probabilities.",
        ),
        hint=Text(
            es="Lee en la documentación de cross_entropy qué es su primer argumento.",
            en="Read in the documentation of cross_entropy what its first argument is.",
        ),
    ),
    Misconception(
        key="labels-smoothed",
        target="train_one_epoch",
        edits={LOSS: LOSS.replace("labels)", "labels, label_smoothing=0.1)")},
        belief=Text(
            es="Suavizar las etiquetas sigue siendo la entropía cruzada.",
            en="With smoothed labels it is still the cross-entropy.",
        ),
        hint=Text(
            es="¿Puede llegar a 0 la pérdida de un ejemplo bien clasificado?",
            en="Can the loss of a well classified example come down to 0?",
        ),
    ),
    Misconception(
        key="gradients-clipped",
        target="train_one_epoch",
        edits={
            BACKWARD: BACKWARD
            + "        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)\n"
        },
        belief=Text(
            es="Un entrenamiento como es debido recorta los gradientes.",
            en="Proper training clips the gradients.",
        ),
        hint=Text(
            es="¿Es tu paso el que daría el optimizador con el gradiente del lote?",
            en="Is your step the one that the optimizer would make by the batch's gradient?",
        ),
    ),
    Misconception(
        key="only-large-gradients-clipped",
        target="train_one_epoch",
        edits={
            BACKWARD: BACKWARD
            + "        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=10.0)\n",
        },
        belief=Text(
            es="Recortar gradientes muy grandes no cambia nada: no aparecen.",
            en="Clipping very large gradients changes nothing: there are none.",
        ),
        hint=Text(
            es="¿Qué gradiente dan unas imágenes sin normalizar, en [0, 255]?",
            en="Which gradient do images give that were not normalised, in [0, 255]?",
        ),
    ),
    Misconception(
        key="trained-in-bfloat16",
        target="train_one_epoch",
        edits={
            LOSS: "_loss_in_bfloat16(model, images, labels)\n",
            "def train_one_epoch(\n": "def _loss_in_bfloat16(\n"
            "    model: nn.Module, images: Tensor, labels: Tensor\n"
            ") -> Tensor:\n"
            '    with torch.autocast("cpu", dtype=torch.bfloat16):\n'
            "        return torch.nn.functional.cross_entropy(model(images), labels)\n\n\n"
            "def train_one_epoch(\n",
        },
        belief=Text(
            es="La precisión mixta es más rápida y da lo mismo.",
            en="Mixed precision is faster and gives the same.",
        ),
        hint=Text(
            es="¿Cuántas cifras de un logit guarda bfloat16?",
            en="How many digits of a logit does bfloat16 keep?",
        ),
    ),
    Misconception(
        key="batches-of-an-epoch-limited",
        target="train_one_epoch",
        edits={
            BATCHES: "    for number, (images, labels) in enumerate(loader):\n"
            "        if number == 100:\n            break\n        images, labels",
        },
        belief=Text(
            es="Cien lotes bastan para una época.",
            en="A hundred batches are enough for an epoch.",
        ),
        hint=Text(
            es="¿Qué ejemplos no ve nunca la red?",
            en="Which examples does the network never see?",
        ),
    ),
    Misconception(
        key="frozen-parameters-set-free",
        target="train_one_epoch",
        edits={
            MODE: "    model.train().requires_grad_(True)\n",
        },
        belief=Text(
            es="El modo train incluye que todos los parámetros requieran gradiente.",
            en="Train mode includes that every parameter requires a gradient.",
        ),
        hint=Text(
            es="¿Quién decide qué se entrena, esta función o quien hizo el optimizador?",
            en="Who decides what is trained, this function or whoever made the optimizer?",
        ),
    ),
    Misconception(
        key="train-mode-if-the-root-lacks-it",
        target="train_one_epoch",
        edits={
            MODE: "    if not model.training:\n        model.train()\n",
        },
        belief=Text(
            es="Si el modelo está en modo train, también lo están todas sus capas.",
            en="If the model is in train mode, so are all of its layers.",
        ),
        hint=Text(
            es="¿Puede una capa estar en modo eval dentro de un modelo en modo train?",
            en="Can a layer be in eval mode within a model in train mode?",
        ),
    ),
    Misconception(
        key="learning-rate-lowered-afterwards",
        target="train_one_epoch",
        edits={
            MEAN: '    for group in optimizer.param_groups:\n        group["lr"] *= 0.95\n' + MEAN,
        },
        belief=Text(
            es="Cada época baja la tasa de aprendizaje.",
            en="Every epoch lowers the learning rate.",
        ),
        hint=Text(
            es="¿Con qué tasa daría su segunda época quien llama dos veces?",
            en="At which rate would those take their second epoch who call twice?",
        ),
    ),
    Misconception(
        key="train-mode-not-set",
        target="train_one_epoch",
        edits={MODE: ""},
        belief=Text(
            es="Un modelo está siempre en modo train mientras se entrena.",
            en="A model is always in train mode while it is trained.",
        ),
        hint=Text(
            es="¿En qué modo queda un modelo después de evaluarlo?",
            en="Which mode is a model in after it has been evaluated?",
        ),
    ),
    Misconception(
        key="trains-in-eval-mode",
        target="train_one_epoch",
        edits={MODE: "    model.train(False)\n"},
        belief=Text(
            es="Con el modo eval el entrenamiento es más estable.",
            en="Training is steadier in eval mode.",
        ),
        hint=Text(
            es="¿Qué hacen batch norm y dropout en cada modo?",
            en="What do batch norm and dropout do in each mode?",
        ),
    ),
    Misconception(
        key="train-mode-of-the-root-only",
        target="train_one_epoch",
        edits={MODE: "    model.training = True\n"},
        belief=Text(
            es="El modo es un atributo del modelo, y sus capas lo miran.",
            en="The mode is an attribute of the model, and its layers look it up.",
        ),
        hint=Text(
            es="Imprime .training de cada módulo de model.modules().",
            en="Print .training of each of model.modules().",
        ),
    ),
    Misconception(
        key="own-optimizer",
        target="train_one_epoch",
        edits={
            START: START + "    optimizer = torch.optim.SGD(\n"
            '        model.parameters(), lr=optimizer.param_groups[0]["lr"]\n    )\n'
        },
        belief=Text(
            es="Del optimizador dado solo importa la tasa de aprendizaje.",
            en="Only the learning rate of the given optimizer matters.",
        ),
        hint=Text(
            es="¿Qué sabe el optimizador dado que el tuyo no sabe?",
            en="What does the given optimizer know that yours does not?",
        ),
    ),
    Misconception(
        key="training-loader-has-a-length",
        target="train_one_epoch",
        edits={
            START: START + "    batches = len(loader)\n",
            MEAN: "    return total_loss / examples if batches else 0.0\n",
        },
        belief=Text(
            es="Todo loader sabe cuántos lotes tiene.",
            en="Every loader knows how many batches it has.",
        ),
        hint=Text(
            es="¿Qué da len() de un generador?",
            en="What does len() of a generator give?",
        ),
    ),
    Misconception(
        key="training-loader-read-twice",
        target="train_one_epoch",
        edits={
            START: "    total_loss, examples = 0.0, sum(len(labels) for _, labels in loader)\n",
            EXAMPLES: "    if",
        },
        belief=Text(
            es="Un loader se puede recorrer cuantas veces se quiera.",
            en="A loader can be gone through as often as one likes.",
        ),
        hint=Text(
            es="¿Qué queda de un generador después de contar sus elementos?",
            en="What is left of a generator once its items have been counted?",
        ),
    ),
    Misconception(
        key="training-labels-not-moved",
        target="train_one_epoch",
        edits={MOVED: "        images = images.to(device)\n"},
        belief=Text(
            es="Solo las imágenes pasan por la red, así que solo ellas van al dispositivo.",
            en="Only the images go through the network, so only they go to the device.",
        ),
        hint=Text(
            es="¿Dónde están los dos argumentos de cross_entropy?",
            en="Where are the two arguments of cross_entropy?",
        ),
    ),
    Misconception(
        key="training-batches-not-moved",
        target="train_one_epoch",
        edits={MOVED: ""},
        belief=Text(
            es="El loader ya entrega los lotes en el dispositivo del modelo.",
            en="The loader already hands the batches over on the model's device.",
        ),
        hint=Text(
            es="¿Para qué recibe la función device?",
            en="What does the function take device for?",
        ),
    ),
    Misconception(
        key="epoch-sets-the-seed",
        target="train_one_epoch",
        edits={START: START + "    torch.manual_seed(0)\n"},
        belief=Text(
            es="Fijar la semilla dentro de la función hace reproducible el entrenamiento.",
            en="Setting the seed inside the function makes training reproducible.",
        ),
        hint=Text(
            es="¿Qué máscaras de dropout se sortean en cada época si cada una empieza igual?",
            en="Which dropout masks are drawn in each epoch if every epoch starts alike?",
        ),
    ),
    Misconception(
        key="accuracy-mean-of-batches",
        target="evaluate",
        edits={
            RIGHT: RIGHT.replace("int(", "float(").replace(".sum()", ".double().mean()"),
            COUNTED: "                examples += 1\n    finally",
        },
        belief=Text(
            es="La exactitud es la media de las de los lotes.",
            en="The accuracy is the mean of the batches' accuracies.",
        ),
        hint=Text(
            es="Con un lote de 9 ejemplos y otro de 1, ¿cuánto pesa cada ejemplo?",
            en="With one batch of 9 examples and one of 1, how much does each example weigh?",
        ),
    ),
    Misconception(
        key="accuracy-in-per-cent",
        target="evaluate",
        edits={ACCURACY: "    return 100 * correct / examples\n"},
        belief=Text(
            es="La exactitud se da en tanto por ciento.",
            en="Accuracy is given in per cent.",
        ),
        hint=Text(
            es="¿Entre qué dos números ha de estar el resultado?",
            en="Between which two numbers must the result lie?",
        ),
    ),
    Misconception(
        key="accuracy-is-the-error-rate",
        target="evaluate",
        edits={RIGHT: RIGHT.replace("predictions == ", "predictions != ")},
        belief=Text(
            es="Se devuelve la proporción de fallos.",
            en="The share of wrong answers is returned.",
        ),
        hint=Text(
            es="¿Qué debe devolver un modelo perfecto?",
            en="What must a perfect model give?",
        ),
    ),
    Misconception(
        key="accuracy-is-a-count",
        target="evaluate",
        edits={ACCURACY: "    return float(correct)\n"},
        belief=Text(
            es="Basta con contar los aciertos.",
            en="Counting the right answers is enough.",
        ),
        hint=Text(
            es="¿Se pueden comparar tus resultados con dos conjuntos de distinto tamaño?",
            en="Can your results be compared between two sets of different sizes?",
        ),
    ),
    Misconception(
        key="accuracy-divided-down",
        target="evaluate",
        edits={ACCURACY: "    return float(correct // examples)\n"},
        belief=Text(
            es="La división de dos enteros es un entero.",
            en="Dividing two integers gives an integer.",
        ),
        hint=Text(
            es="¿Qué devuelves cuando acierta la mitad?",
            en="What do you return when half of the answers are right?",
        ),
    ),
    Misconception(
        key="accuracy-of-the-last-batch",
        target="evaluate",
        edits={
            RIGHT: RIGHT.replace("correct +=", "correct ="),
            COUNTED: "                examples = len(labels)\n    finally",
        },
        belief=Text(
            es="Al final del bucle las cuentas son las de todos los lotes.",
            en="After the loop the counts are those of all batches.",
        ),
        hint=Text(
            es="¿Qué queda de los aciertos del primer lote después del segundo?",
            en="What is left of the first batch's right answers after the second?",
        ),
    ),
    Misconception(
        key="accuracy-without-the-last-batch",
        target="evaluate",
        edits={
            FOUND: FOUND + "    batch_size = 0\n",
            SHOWN: SHOWN + "                batch_size = batch_size or len(labels)\n"
            "                if len(labels) < batch_size:\n                    break\n",
        },
        belief=Text(
            es="Un último lote incompleto no cuenta.",
            en="An incomplete last batch does not count.",
        ),
        hint=Text(
            es="¿Sobre cuántos ejemplos se calcula la exactitud?",
            en="Over how many examples is the accuracy taken?",
        ),
    ),
    Misconception(
        key="argmax-over-the-batch",
        target="evaluate",
        edits={
            PREDICTED: PREDICTED.replace("dim=1", "dim=0"),
            RIGHT: RIGHT.replace(
                "(predictions == labels.to(device)).sum()",
                "sum(a == b for a, b in zip(predictions.tolist(), labels.tolist()))",
            ),
        },
        belief=Text(
            es="Las clases están en el primer eje de los logits.",
            en="The classes are the first axis of the logits.",
        ),
        hint=Text(
            es="¿Cuántas predicciones salen con 5 imágenes y 3 clases?",
            en="How many predictions come out for 5 images and 3 classes?",
        ),
    ),
    Misconception(
        key="smallest-logit-wins",
        target="evaluate",
        edits={PREDICTED: PREDICTED.replace("argmax", "argmin")},
        belief=Text(
            es="Los logits son costes: gana el menor.",
            en="Logits are costs: the smallest wins.",
        ),
        hint=Text(
            es="¿Qué logit sube la entropía cruzada al entrenar?",
            en="Which logit does training by cross-entropy raise?",
        ),
    ),
    Misconception(
        key="two-best-count-as-right",
        target="evaluate",
        edits={
            PREDICTED: PREDICTED.replace("argmax(dim=1)", "topk(2, dim=1).indices"),
            RIGHT: RIGHT.replace("labels.to(device)", "labels.to(device)[:, None]"),
        },
        belief=Text(
            es="Una respuesta vale si la clase está entre las dos mejores.",
            en="An answer is right if the class is among the two best.",
        ),
        hint=Text(
            es="¿Qué exactitud tendría así cualquier modelo de dos clases?",
            en="Which accuracy would any model of two classes have that way?",
        ),
    ),
    Misconception(
        key="evaluates-in-train-mode",
        target="evaluate",
        edits={EVAL: ""},
        belief=Text(
            es="torch.no_grad() basta para evaluar.",
            en="torch.no_grad() is enough for an evaluation.",
        ),
        hint=Text(
            es="¿Cambia no_grad() lo que hacen dropout y batch norm?",
            en="Does no_grad() change what dropout and batch norm do?",
        ),
    ),
    Misconception(
        key="eval-mode-of-the-root-only",
        target="evaluate",
        edits={EVAL: "    model.training = False\n"},
        belief=Text(
            es="Poner training a False en el modelo basta para todas sus capas.",
            en="Setting the model's training to False is enough for all of its layers.",
        ),
        hint=Text(
            es="¿Qué hace eval() además de cambiar ese atributo?",
            en="What does eval() do besides changing that attribute?",
        ),
    ),
    Misconception(
        key="left-in-eval-mode",
        target="evaluate",
        edits={RESTORED: "        modes.clear()\n"},
        belief=Text(
            es="El modelo puede quedarse en modo eval: ya lo cambiará quien entrene.",
            en="The model may stay in eval mode: whoever trains will change it.",
        ),
        hint=Text(
            es="¿Qué módulos estaban en modo train antes de la llamada?",
            en="Which modules were in train mode before the call?",
        ),
    ),
    Misconception(
        key="all-put-in-train-mode",
        target="evaluate",
        edits={RESTORED: "        model.train()\n"},
        belief=Text(
            es="Antes de evaluar, el modelo estaba en modo train.",
            en="The model was in train mode before the evaluation.",
        ),
        hint=Text(
            es="¿Y si llegó en modo eval?",
            en="What if it came in eval mode?",
        ),
    ),
    Misconception(
        key="all-given-the-root-mode",
        target="evaluate",
        edits={RESTORED: "        model.train(modes[0][1])\n"},
        belief=Text(
            es="Todos los módulos están en el modo del modelo.",
            en="All modules are in the model's mode.",
        ),
        hint=Text(
            es="¿Qué le pasa a una capa congelada en modo eval dentro de un modelo que entrena?",
            en="What happens to a layer frozen in eval mode within a model that trains?",
        ),
    ),
    Misconception(
        key="modes-of-children-only",
        target="evaluate",
        edits={
            FOUND: "    modes = [(model, model.training)]\n"
            "    modes += [(child, child.training) for child in model.children()]\n",
            RESTORED: RESTORED.replace("module.training = training", "module.train(training)"),
        },
        belief=Text(
            es="Las capas de un modelo son sus hijas directas.",
            en="A model's layers are its direct children.",
        ),
        hint=Text(
            es="¿Qué diferencia hay entre children() y modules()?",
            en="What is the difference between children() and modules()?",
        ),
    ),
    Misconception(
        key="evaluates-with-gradients",
        target="evaluate",
        edits={NO_GRAD: "        if True:\n"},
        belief=Text(
            es="El modo eval desactiva los gradientes.",
            en="Eval mode turns gradients off.",
        ),
        hint=Text(
            es="En modo eval, ¿requires_grad de los logits es True o False?",
            en="In eval mode, is the logits' requires_grad True or False?",
        ),
    ),
    Misconception(
        key="gradients-left-switched-off",
        target="evaluate",
        edits={NO_GRAD: "        torch.set_grad_enabled(False)\n        if True:\n"},
        belief=Text(
            es="Los gradientes desactivados vuelven solos al salir de la función.",
            en="Gradients that are switched off come back by themselves after the function.",
        ),
        hint=Text(
            es="¿Qué devuelve torch.is_grad_enabled() después de la llamada?",
            en="What does torch.is_grad_enabled() say after the call?",
        ),
    ),
    Misconception(
        key="parameters-left-frozen",
        target="evaluate",
        edits={EVAL: EVAL + "    model.requires_grad_(False)\n"},
        belief=Text(
            es="Sin gradientes significa que los parámetros no los requieren.",
            en="Without gradients means that the parameters do not require any.",
        ),
        hint=Text(
            es="¿Se puede seguir entrenando el modelo después de evaluarlo?",
            en="Can the model go on training after the evaluation?",
        ),
    ),
    Misconception(
        key="gradients-thrown-away",
        target="evaluate",
        edits={EVAL: EVAL + "    model.zero_grad()\n"},
        belief=Text(
            es="Antes de evaluar hay que borrar los gradientes.",
            en="Gradients have to be cleared before an evaluation.",
        ),
        hint=Text(
            es="¿Y si se evalúa entre backward() y step()?",
            en="What if the evaluation comes between backward() and step()?",
        ),
    ),
    Misconception(
        key="parameters-set-free",
        target="evaluate",
        edits={
            RESTORED: RESTORED + "        model.requires_grad_(True)\n",
        },
        belief=Text(
            es="Después de evaluar, todos los parámetros vuelven a requerir gradiente.",
            en="After an evaluation, every parameter requires a gradient again.",
        ),
        hint=Text(
            es="¿Y los que estaban congelados?",
            en="What about those that were frozen?",
        ),
    ),
    Misconception(
        key="evaluated-in-half-precision",
        target="evaluate",
        edits={
            PREDICTED: PREDICTED.replace(".argmax", ".half().argmax"),
        },
        belief=Text(
            es="Para elegir la clase basta media precisión.",
            en="Half precision is enough to choose the class.",
        ),
        hint=Text(
            es="¿Qué pasa con dos logits que solo difieren en la cuarta cifra?",
            en="What about two logits that differ in the fourth digit only?",
        ),
    ),
    Misconception(
        key="batches-of-an-evaluation-limited",
        target="evaluate",
        edits={
            SHOWN: "            for number, (images, labels) in enumerate(loader):\n"
            "                if number == 100:\n                    break\n",
        },
        belief=Text(
            es="Cien lotes bastan para estimar la exactitud.",
            en="A hundred batches are enough to estimate the accuracy.",
        ),
        hint=Text(
            es="¿Sobre qué ejemplos se pide la exactitud?",
            en="Over which examples is the accuracy asked for?",
        ),
    ),
    Misconception(
        key="evaluated-labels-not-moved",
        target="evaluate",
        edits={RIGHT: RIGHT.replace("labels.to(device)", "labels")},
        belief=Text(
            es="Las etiquetas se pueden comparar estén donde estén.",
            en="Labels can be compared wherever they are.",
        ),
        hint=Text(
            es="¿En qué dispositivo están las predicciones?",
            en="On which device are the predictions?",
        ),
    ),
    Misconception(
        key="evaluated-images-not-moved",
        target="evaluate",
        edits={PREDICTED: PREDICTED.replace("images.to(device)", "images")},
        belief=Text(
            es="Al evaluar, las imágenes ya están donde está el modelo.",
            en="In an evaluation the images are already where the model is.",
        ),
        hint=Text(
            es="¿Para qué sirve el argumento device?",
            en="What is the argument device for?",
        ),
    ),
    Misconception(
        key="images-standardised-in-place",
        target="evaluate",
        edits={SHOWN: SHOWN + "                images -= images.mean(dim=0)\n"},
        belief=Text(
            es="Los lotes son de quien los recibe y se pueden centrar sobre sí mismos.",
            en="Batches belong to whoever gets them, and may be centred in place.",
        ),
        hint=Text(
            es="¿Qué encontrará en las imágenes la siguiente época?",
            en="What will the next epoch find in the images?",
        ),
    ),
    Misconception(
        key="evaluation-sets-the-seed",
        target="evaluate",
        edits={EVAL: EVAL + "    torch.manual_seed(0)\n"},
        belief=Text(
            es="Una evaluación reproducible fija la semilla global.",
            en="A reproducible evaluation sets the global seed.",
        ),
        hint=Text(
            es="¿Qué números aleatorios se repiten en el entrenamiento después de cada evaluación?",
            en="Which random numbers does training repeat after every evaluation?",
        ),
    ),
    Misconception(
        key="evaluation-loader-read-twice",
        target="evaluate",
        edits={
            FOUND: FOUND + "    total = sum(len(labels) for _, labels in loader)\n",
            ACCURACY: "    return correct / total\n",
        },
        belief=Text(
            es="Los ejemplos se pueden contar antes con otra pasada por el loader.",
            en="The examples can be counted beforehand in another pass over the loader.",
        ),
        hint=Text(
            es="¿Qué pasa con un loader que solo se puede recorrer una vez?",
            en="What about a loader that is good for one pass only?",
        ),
    ),
    Misconception(
        key="evaluates-parts-in-train-mode",
        target="evaluate",
        edits={"    model.eval()\n": "    if model.training:\n        model.eval()\n"},
        belief=Text(
            es="Si model.training es False, todo el modelo está ya en modo eval.",
            en="Where model.training is False, all of the model is in eval mode already.",
        ),
        hint=Text(
            es="¿Tiene cada módulo su propio modo?",
            en="Has each module a mode of its own?",
        ),
    ),
)
