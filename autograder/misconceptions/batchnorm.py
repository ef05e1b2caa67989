"""Misconceptions about batch normalisation."""

from __future__ import annotations

from autograder.misconceptions.misconception import Misconception
from cnnlab.text import Text

_STATS = "batch_stats"
_LAYER = "BatchNorm2d"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # batch_stats
    Misconception(
        key="stats-variance-unbiased",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n"
                "    n = x.numel() // x.shape[1]\n"
                "    variance = variance * n / max(n - 1, 1)"
            ),
        },
        belief=Text(
            es="La varianza de una muestra divide siempre entre n − 1.",
            en="A sample's variance always divides by n − 1.",
        ),
        hint=Text(
            es="¿Entre qué número divide la varianza sesgada, y qué hace var() por omisión?",
            en=(
                "By which number does the biased variance divide, and what does var() do by "
                "default?"
            ),
        ),
    ),
    Misconception(
        key="stats-deviation-for-variance",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n    variance = variance.sqrt()"
            ),
        },
        belief=Text(
            es="Con lo que se normaliza es la desviación, así que eso es lo que se devuelve.",
            en="What normalises is the deviation, so that is what is returned.",
        ),
        hint=Text(
            es="¿Qué unidades tiene una varianza si x está en metros?",
            en="Which unit does a variance have where x is in metres?",
        ),
    ),
    Misconception(
        key="stats-in-the-order-of-var-mean",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": "variance, mean = _moments(_widen(x))",
        },
        belief=Text(
            es="La varianza va primero y la media después, como en torch.var_mean.",
            en="The variance comes first and the mean second, as in torch.var_mean.",
        ),
        hint=Text(
            es="¿En qué orden nombra el enunciado los dos resultados?",
            en="In which order does the text name the two results?",
        ),
    ),
    Misconception(
        key="stats-over-the-channels-too",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), correction=0)"
            ),
        },
        belief=Text(
            es="Se calcula una sola media y una sola varianza de todo el lote.",
            en="There is one mean and one variance of the whole batch.",
        ),
        hint=Text(
            es="¿Cuántas medias hacen falta si hay C canales?",
            en="How many means are needed where there are C channels?",
        ),
    ),
    Misconception(
        key="stats-repeated-for-every-channel",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), correction=0)\n"
                "    mean, variance = mean.expand(x.shape[1]), variance.expand(x.shape[1])"
            ),
        },
        belief=Text(
            es="Todos los canales comparten las estadísticas del lote entero.",
            en="All channels share the statistics of the whole batch.",
        ),
        hint=Text(
            es="Si un canal vale siempre 0 y otro siempre 10, ¿qué media debería tener cada uno?",
            en="Where one channel is always 0 and another always 10, which mean should each have?",
        ),
    ),
    Misconception(
        key="stats-per-image",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=list(range(2, x.ndim)) or [0], "
                "correction=0)"
            ),
        },
        belief=Text(
            es="Cada imagen tiene sus propias estadísticas en cada canal.",
            en="Each image has statistics of its own in every channel.",
        ),
        hint=Text(
            es="¿Qué parte del nombre «batch normalization» falta aquí?",
            en="Which part of the name “batch normalization” is missing here?",
        ),
    ),
    Misconception(
        key="stats-per-position",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=0, correction=0)"
            ),
        },
        belief=Text(
            es="Las estadísticas se toman solo sobre el lote, en cada píxel por separado.",
            en="The statistics run over the batch alone, for each pixel by itself.",
        ),
        hint=Text(
            es="¿Qué dice el artículo (sección 3.2) de los píxeles de un mismo mapa?",
            en="What does the paper (section 3.2) say about the pixels of one map?",
        ),
    ),
    Misconception(
        key="stats-over-columns-of-pixels",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=[0, *range(2, x.ndim)][:2], "
                "correction=0)"
            ),
        },
        belief=Text(
            es="Basta con quitar el eje del lote y uno de los espaciales.",
            en="It is enough to reduce the batch's axis and one of the spatial axes.",
        ),
        hint=Text(
            es="¿Cuántos ejes debe quedarle al resultado?",
            en="How many axes should the result keep?",
        ),
    ),
    Misconception(
        key="stats-of-channels-last",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=list(range(x.ndim - 1)), "
                "correction=0)"
            ),
        },
        belief=Text(
            es="Los canales son el último eje, como en otras bibliotecas.",
            en="The channels are the last axis, as in other libraries.",
        ),
        hint=Text(
            es="¿Dónde está la C en (N, C, H, W)?",
            en="Where is the C in (N, C, H, W)?",
        ),
    ),
    Misconception(
        key="stats-per-example",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=list(range(1, x.ndim)), "
                "correction=0)"
            ),
        },
        belief=Text(
            es="Cada ejemplo se resume en una media y una varianza.",
            en="Each example is summed up by one mean and one variance.",
        ),
        hint=Text(
            es="¿Qué longitud tiene lo que devuelves: N o C?",
            en="How long is what you return: N or C?",
        ),
    ),
    Misconception(
        key="stats-keep-their-axes",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [axis for axis in range(x.ndim) if axis != 1]\n"
                "    variance, mean = torch.var_mean(_widen(x), dim=axes, correction=0, "
                "keepdim=True)"
            ),
        },
        belief=Text(
            es="Se conservan los ejes de tamaño 1 para poder restar después.",
            en="The axes of size 1 are kept, so that one can subtract afterwards.",
        ),
        hint=Text(
            es="¿Qué forma pide el enunciado para cada resultado?",
            en="Which shape does the text want for each result?",
        ),
    ),
    Misconception(
        key="stats-of-reshaped-rows",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "rows = _widen(x).reshape(x.shape[1], -1)\n"
                "    variance, mean = torch.var_mean(rows, dim=1, correction=0)"
            ),
        },
        belief=Text(
            es="reshape(C, −1) pone cada canal en su fila.",
            en="reshape(C, −1) puts each channel in a row of its own.",
        ),
        hint=Text(
            es=(
                "¿En qué orden están los valores en memoria: qué viene después del primer "
                "canal de la primera imagen?"
            ),
            en=(
                "In which order do the values lie in memory: what follows the first image's "
                "first channel?"
            ),
        ),
    ),
    Misconception(
        key="stats-mean-of-squares-minus-square",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [0, *range(2, x.ndim)]\n"
                "    mean = _widen(x).mean(axes)\n"
                "    variance = _widen(x).square().mean(axes) - mean.square()"
            ),
        },
        belief=Text(
            es="E[x²] − E[x]² es la varianza, y se calcula en una pasada.",
            en="E[x²] − E[x]² is the variance, and takes one pass.",
        ),
        hint=Text(
            es="¿Cuántos dígitos le quedan a 1000001 − 1000000 en float32?",
            en="How many digits are left of 1000001 − 1000000 in float32?",
        ),
    ),
    Misconception(
        key="stats-summed-in-half",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes, n = [0, *range(2, x.ndim)], x.numel() // x.shape[1]\n"
                "    mean = x.sum(axes) / n\n"
                "    _, variance = _moments(_widen(x))"
            ),
        },
        belief=Text(
            es="Sumar en el tipo de x y dividir después es lo mismo que la media.",
            en="Adding up in the dtype of x and dividing afterwards is the same as the mean.",
        ),
        hint=Text(
            es="¿Cuál es el mayor número de float16, y cuánto suman unos miles de valores?",
            en="Which is the largest float16, and what do a few thousand values add up to?",
        ),
    ),
    Misconception(
        key="stats-squared-in-half",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [0, *range(2, x.ndim)]\n"
                "    per_channel = [1, -1] + [1] * (x.ndim - 2)\n"
                "    mean = x.mean(axes)\n"
                "    variance = (x - mean.view(per_channel)).square().mean(axes)"
            ),
        },
        belief=Text(
            es="Si x y la varianza caben en float16, también lo que hay por el camino.",
            en="Where x and the variance fit into float16, so does all that is on the way.",
        ),
        hint=Text(
            es="¿Cuánto vale en float16 el cuadrado de 300?",
            en="What is the square of 300 in float16?",
        ),
    ),
    Misconception(
        key="stats-computed-in-float32",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": "mean, variance = _moments(x.float())",
        },
        belief=Text(
            es="float32 es siempre bastante precisión para una media.",
            en="float32 is always precise enough for a mean.",
        ),
        hint=Text(
            es="¿Cuántos dígitos correctos espera quien pasa float64?",
            en="How many correct digits does one expect who passes float64?",
        ),
    ),
    Misconception(
        key="stats-left-in-float32",
        target=_STATS,
        edits={
            "return mean.to(x.dtype), variance.to(x.dtype)": "return mean, variance",
        },
        belief=Text(
            es="Las estadísticas se devuelven con la precisión con que se calcularon.",
            en="The statistics are returned in the precision that they were computed in.",
        ),
        hint=Text(
            es="¿Qué tipo deben tener los resultados cuando x es float16?",
            en="Which dtype should the results have where x is float16?",
        ),
    ),
    Misconception(
        key="stats-without-gradient",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "with torch.no_grad():\n        mean, variance = _moments(_widen(x))"
            ),
        },
        belief=Text(
            es="Las estadísticas son constantes; no se deriva a través de ellas.",
            en="The statistics are constants; nothing is differentiated through them.",
        ),
        hint=Text(
            es="¿Depende la media del lote de cada valor del lote?",
            en="Does the batch's mean depend on each value of the batch?",
        ),
    ),
    Misconception(
        key="stats-mean-without-gradient",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n    mean = mean.detach()"
            ),
        },
        belief=Text(
            es="Solo la varianza necesita gradiente; la media es una constante que se resta.",
            en="Only the variance needs a gradient; the mean is a constant that is subtracted.",
        ),
        hint=Text(
            es="¿Cuánto cambia la media si cambia un solo valor del lote?",
            en="How much does the mean change where one value of the batch does?",
        ),
    ),
    Misconception(
        key="stats-variance-without-gradient",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n    variance = variance.detach()"
            ),
        },
        belief=Text(
            es="La varianza es un factor de escala fijo, sin gradiente.",
            en="The variance is a fixed scale, without a gradient.",
        ),
        hint=Text(
            es="¿Qué término del gradiente en el artículo viene de ∂ℓ/∂σ²?",
            en="Which term of the gradient in the paper comes from ∂ℓ/∂σ²?",
        ),
    ),
    Misconception(
        key="stats-of-images-only",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "variance, mean = torch.var_mean(_widen(x), dim=(0, 2, 3), correction=0)"
            ),
        },
        belief=Text(
            es="La entrada siempre tiene cuatro ejes.",
            en="The input always has four axes.",
        ),
        hint=Text(
            es="¿Qué otra forma de x permite el enunciado?",
            en="Which other shape of x does the text allow?",
        ),
    ),
    Misconception(
        key="stats-of-vectors-by-row",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [0, 2, 3] if x.ndim == 4 else [1]\n"
                "    variance, mean = torch.var_mean(_widen(x), dim=axes, correction=0)"
            ),
        },
        belief=Text(
            es="En (N, C) se promedia sobre las columnas de cada fila.",
            en="In (N, C) one averages over the columns of each row.",
        ),
        hint=Text(
            es="¿De quién son las estadísticas: de cada ejemplo o de cada canal?",
            en="Whose statistics are they: each example's or each channel's?",
        ),
    ),
    Misconception(
        key="stats-variance-not-centred",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n"
                "    variance = _widen(x).square().mean([0, *range(2, x.ndim)])"
            ),
        },
        belief=Text(
            es="La varianza es la media de los cuadrados.",
            en="The variance is the mean of the squares.",
        ),
        hint=Text(
            es="¿Qué varianza tiene un canal que vale siempre 5?",
            en="Which variance does a channel have that is always 5?",
        ),
    ),
    Misconception(
        key="stats-variance-summed",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n"
                "    variance = variance * (x.numel() // x.shape[1])"
            ),
        },
        belief=Text(
            es="La varianza es la suma de los cuadrados de las desviaciones.",
            en="The variance is the sum of the squared deviations.",
        ),
        hint=Text(
            es="¿Qué le pasa a tu varianza si el lote se repite dos veces?",
            en="What happens to your variance where the batch is repeated twice?",
        ),
    ),
    Misconception(
        key="stats-mean-absolute-deviation",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [0, *range(2, x.ndim)]\n"
                "    per_channel = [1, -1] + [1] * (x.ndim - 2)\n"
                "    mean = _widen(x).mean(axes)\n"
                "    variance = (_widen(x) - mean.view(per_channel)).abs().mean(axes)"
            ),
        },
        belief=Text(
            es="La varianza mide a qué distancia media de la media están los valores.",
            en="The variance measures how far from the mean the values are on average.",
        ),
        hint=Text(
            es="¿Qué se hace con cada distancia antes de promediar?",
            en="What is done to each distance before it is averaged?",
        ),
    ),
    Misconception(
        key="stats-variances-of-images-averaged",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n"
                "    if x.ndim == 4:\n"
                "        variance = _widen(x).var(dim=(2, 3), correction=0).mean(0)"
            ),
        },
        belief=Text(
            es="La varianza del lote es la media de las varianzas de sus imágenes.",
            en="The batch's variance is the mean of its images' variances.",
        ),
        hint=Text(
            es="Con dos imágenes, una toda 0 y otra toda 10, ¿qué varianza da cada cálculo?",
            en="With two images, one all 0 and one all 10, which variance does either way give?",
        ),
    ),
    Misconception(
        key="stats-about-one-mean",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "mean, variance = _moments(_widen(x))\n"
                "    variance = (_widen(x) - _widen(x).mean()).square().mean([0, *range(2, "
                "x.ndim)])"
            ),
        },
        belief=Text(
            es="Las desviaciones se miden respecto de la media de todo el lote.",
            en="Deviations are measured from the mean of the whole batch.",
        ),
        hint=Text(
            es="¿De qué media se aparta un valor del canal c?",
            en="From which mean does a value of channel c deviate?",
        ),
    ),
    Misconception(
        key="stats-divided-by-images",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "axes = [0, *range(2, x.ndim)]\n"
                "    mean = _widen(x).sum(axes) / x.shape[0]\n"
                "    _, variance = _moments(_widen(x))"
            ),
        },
        belief=Text(
            es="Una media sobre el lote divide entre N.",
            en="A mean over the batch divides by N.",
        ),
        hint=Text(
            es="¿Cuántos valores de cada canal se suman en (N, C, H, W)?",
            en="How many values of each channel are added up in (N, C, H, W)?",
        ),
    ),
    Misconception(
        key="stats-centre-the-input",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "wide = _widen(x)\n"
                "    mean, variance = _moments(wide)\n"
                "    wide -= mean.view([1, -1] + [1] * (x.ndim - 2))"
            ),
        },
        belief=Text(
            es="Restar la media en el sitio ahorra memoria, y x ya no hace falta.",
            en="Subtracting the mean in place saves memory, and x is not needed any more.",
        ),
        hint=Text(
            es="¿Quién más usa el tensor x después de la llamada?",
            en="Who else uses the tensor x after the call?",
        ),
    ),
    Misconception(
        key="stats-of-contiguous-inputs",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "rows = _widen(x).view(x.shape[0], x.shape[1], -1)\n"
                "    variance, mean = torch.var_mean(rows, dim=(0, 2), correction=0)"
            ),
        },
        belief=Text(
            es="view vale para cualquier tensor.",
            en="view is good for any tensor.",
        ),
        hint=Text(
            es="¿Qué pide view de la disposición en memoria?",
            en="What does view ask of the layout in memory?",
        ),
    ),
    Misconception(
        key="stats-kept-on-the-cpu",
        target=_STATS,
        edits={
            "mean, variance = _moments(_widen(x))": (
                "computed = _moments(_widen(x))\n"
                "    mean, variance = torch.zeros(2, x.shape[1], dtype=computed[0].dtype)\n"
                "    mean, variance = mean + computed[0], variance + computed[1]"
            ),
        },
        belief=Text(
            es="Los resultados se reúnen en un tensor de ceros recién creado.",
            en="The results are collected in a fresh tensor of zeros.",
        ),
        hint=Text(
            es="¿En qué dispositivo crea torch.zeros su tensor, si nadie lo dice?",
            en="On which device does torch.zeros make its tensor where nobody says?",
        ),
    ),
    Misconception(
        key="stats-stacked-in-one-tensor",
        target=_STATS,
        edits={
            "return mean.to(x.dtype), variance.to(x.dtype)": (
                "return torch.stack((mean, variance)).to(x.dtype)"
            ),
        },
        belief=Text(
            es="Media y varianza caben en un solo tensor de dos filas.",
            en="Mean and variance fit into one tensor of two rows.",
        ),
        hint=Text(
            es="¿Qué devuelve la función según su firma?",
            en="What does the function return by its signature?",
        ),
    ),
    # BatchNorm2d
    Misconception(
        key="eps-outside-the-root",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = 1 / (_widen(variance).sqrt() + self.eps)"
            ),
        },
        belief=Text(
            es="eps se suma a la desviación para no dividir entre cero.",
            en="eps is added to the deviation, so as not to divide by zero.",
        ),
        hint=Text(
            es="En la fórmula, ¿llega la raíz hasta eps?",
            en="In the formula, does the root reach as far as eps?",
        ),
    ),
    Misconception(
        key="eps-outside-the-root-in-eval-mode",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance) + self.eps)\n"
                "        if not self.training and self.running_var is not None:\n"
                "            scale = 1 / (_widen(variance).sqrt() + self.eps)"
            ),
        },
        belief=Text(
            es="Con la varianza móvil eps se suma a la desviación.",
            en="With the running variance eps is added to the deviation.",
        ),
        hint=Text(
            es="¿Son distintas las fórmulas de los dos modos, o solo las estadísticas?",
            en="Are the formulas of the two modes different, or only the statistics?",
        ),
    ),
    Misconception(
        key="no-eps",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance))"
            ),
        },
        belief=Text(
            es="eps no cambia nada que se pueda notar.",
            en="eps changes nothing that anybody would notice.",
        ),
        hint=Text(
            es="¿Qué sale de un canal que vale siempre lo mismo?",
            en="What comes out of a channel that is constant?",
        ),
    ),
    Misconception(
        key="no-eps-in-eval-mode",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance) + self.eps)\n"
                "        if not self.training and self.running_var is not None:\n"
                "            scale = torch.rsqrt(_widen(variance))"
            ),
        },
        belief=Text(
            es="En evaluación la varianza móvil nunca es cero, y eps sobra.",
            en="In eval mode the running variance is never zero, and eps is needless.",
        ),
        hint=Text(
            es="¿Coincidirían las dos salidas si las estadísticas móviles fueran las del lote?",
            en="Would both outputs agree if the running statistics were the batch's?",
        ),
    ),
    Misconception(
        key="eps-always-the-default",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance) + 1e-5)"
            ),
        },
        belief=Text(
            es="eps es siempre 1e-5.",
            en="eps is always 1e-5.",
        ),
        hint=Text(
            es="¿Para qué sirve entonces el argumento eps?",
            en="What is the argument eps for, then?",
        ),
    ),
    Misconception(
        key="eps-squared",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance) + self.eps**2)"
            ),
        },
        belief=Text(
            es="eps es una desviación pequeña, y dentro de la raíz va al cuadrado.",
            en="eps is a small deviation, and stands squared under the root.",
        ),
        hint=Text(
            es="¿A qué se suma eps en la fórmula, y con qué exponente?",
            en="To what is eps added in the formula, and with which exponent?",
        ),
    ),
    Misconception(
        key="eps-as-a-lower-bound",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance).clamp(min=self.eps))"
            ),
        },
        belief=Text(
            es="eps solo impide que la varianza sea demasiado pequeña.",
            en="eps only keeps the variance from being too small.",
        ),
        hint=Text(
            es="¿Qué efecto tiene eps en la fórmula cuando la varianza es grande?",
            en="Which effect does eps have in the formula where the variance is large?",
        ),
    ),
    Misconception(
        key="variance-from-the-deviation",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance).sqrt().square() + self.eps)"
            ),
        },
        belief=Text(
            es="La desviación al cuadrado es la varianza, así que se puede pasar por la raíz.",
            en="The deviation squared is the variance, so the way through the root does no harm.",
        ),
        hint=Text(
            es="¿Cuánto vale la derivada de la raíz en 0, en un canal constante?",
            en="What is the derivative of the root at 0, in a constant channel?",
        ),
    ),
    Misconception(
        key="divided-by-the-variance",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = 1 / (_widen(variance) + self.eps)"
            ),
        },
        belief=Text(
            es="Para tener varianza 1 se divide entre la varianza.",
            en="To have variance 1, one divides by the variance.",
        ),
        hint=Text(
            es="¿Qué le pasa a la varianza de x si x se multiplica por 2?",
            en="What happens to the variance of x where x is multiplied by 2?",
        ),
    ),
    Misconception(
        key="only-centred",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "y = wide - mean.view(per_channel)"
            ),
        },
        belief=Text(
            es="Normalizar es restar la media.",
            en="To normalise is to subtract the mean.",
        ),
        hint=Text(
            es="¿Qué varianza debe tener la salida?",
            en="Which variance should the output have?",
        ),
    ),
    Misconception(
        key="only-scaled",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "y = wide * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Normalizar es dividir entre la desviación; bias ya se ocupa de la media.",
            en="To normalise is to divide by the deviation; the bias sees to the mean.",
        ),
        hint=Text(
            es="¿Qué media debe tener la salida de una capa recién creada?",
            en="Which mean should the output of a fresh layer have?",
        ),
    ),
    Misconception(
        key="unbiased-variance-normalises",
        target=_LAYER,
        edits={
            "mean, variance = _moments(wide)": (
                "mean, variance = _moments(wide)\n"
                "            biased = variance\n"
                "            variance = variance * (count / max(count - 1, 1))"
            ),
            "self._track(mean, variance * (count / (count - 1)))": "self._track(mean, variance)",
        },
        belief=Text(
            es="Hay una sola varianza del lote, la insesgada, y sirve para todo.",
            en=(
                "There is one variance of the batch, the unbiased one, and it serves for "
                "everything."
            ),
        ),
        hint=Text(
            es="¿Cuál de las dos varianzas hace que la salida tenga varianza 1 en ese lote?",
            en="Which of the two variances gives the output variance 1 on that very batch?",
        ),
    ),
    Misconception(
        key="running-variance-biased",
        target=_LAYER,
        edits={
            "self._track(mean, variance * (count / (count - 1)))": "self._track(mean, variance)",
        },
        belief=Text(
            es="running_var guarda la misma varianza con la que se normaliza.",
            en="running_var keeps the variance that normalises.",
        ),
        hint=Text(
            es="¿Qué quiere estimar running_var: el lote o los datos de los que viene?",
            en="What is running_var to estimate: the batch, or the data it comes from?",
        ),
    ),
    Misconception(
        key="running-variance-corrected-the-wrong-way",
        target=_LAYER,
        edits={
            "self._track(mean, variance * (count / (count - 1)))": (
                "self._track(mean, variance * ((count - 1) / count))"
            ),
        },
        belief=Text(
            es="Insesgar es multiplicar por (n − 1)/n.",
            en="To remove the bias is to multiply by (n − 1)/n.",
        ),
        hint=Text(
            es="¿Es la varianza sesgada demasiado grande o demasiado pequeña?",
            en="Is the biased variance too large or too small?",
        ),
    ),
    Misconception(
        key="running-variance-corrected-by-images",
        target=_LAYER,
        edits={
            "self._track(mean, variance * (count / (count - 1)))": (
                "images = x.shape[0]\n"
                "            self._track(mean, variance * (images / max(images - 1, 1)))"
            ),
        },
        belief=Text(
            es="La corrección es N/(N − 1), con N el tamaño del lote.",
            en="The correction is N/(N − 1), with N the size of the batch.",
        ),
        hint=Text(
            es="¿De cuántos valores se ha calculado cada varianza?",
            en="From how many values has each variance been computed?",
        ),
    ),
    Misconception(
        key="cumulative-variance-biased",
        target=_LAYER,
        edits={
            "self._track(mean, variance * (count / (count - 1)))": (
                "unbiased = variance * (count / (count - 1))\n"
                "            self._track(mean, variance if self.momentum is None else unbiased)"
            ),
        },
        belief=Text(
            es="La media acumulada es de las varianzas con las que se normalizó.",
            en="The cumulative average is one of the variances that normalised.",
        ),
        hint=Text(
            es="¿Cambia momentum qué varianza se acumula, o solo con qué peso?",
            en="Does momentum change which variance is kept, or only its weight?",
        ),
    ),
    Misconception(
        key="running-variance-holds-the-deviation",
        target=_LAYER,
        edits={
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance.sqrt())"
            ),
            "mean, variance = self.running_mean, self.running_var": (
                "mean, variance = self.running_mean, self.running_var.square()"
            ),
        },
        belief=Text(
            es="Da igual guardar la varianza o la desviación, si luego se usa bien.",
            en="Keeping the variance or the deviation is the same, if it is used accordingly.",
        ),
        hint=Text(
            es="¿Es la media de las desviaciones la raíz de la media de las varianzas?",
            en="Is the mean of the deviations the root of the mean of the variances?",
        ),
    ),
    Misconception(
        key="momentum-reversed",
        target=_LAYER,
        edits={
            "running_mean.copy_((1 - newest) * running_mean + newest * mean)": (
                "running_mean.copy_(newest * running_mean + (1 - newest) * mean)"
            ),
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "running_var.copy_(newest * running_var + (1 - newest) * unbiased_variance)"
            ),
        },
        belief=Text(
            es="momentum es el peso de lo viejo, como en un optimizador o en Keras.",
            en="momentum is the weight of what is old, as in an optimizer or in Keras.",
        ),
        hint=Text(
            es="Con momentum = 0.1, ¿cuánto debe pesar el lote nuevo según la fórmula?",
            en="With momentum = 0.1, how much should the new batch weigh by the formula?",
        ),
    ),
    Misconception(
        key="momentum-always-the-default",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = equal_share if self.momentum is None else 0.1"
            ),
        },
        belief=Text(
            es="El peso del lote nuevo es siempre 0.1.",
            en="The weight of the new batch is always 0.1.",
        ),
        hint=Text(
            es="¿Dónde usas el argumento momentum?",
            en="Where do you use the argument momentum?",
        ),
    ),
    Misconception(
        key="running-statistics-replaced-by-the-batch",
        target=_LAYER,
        edits={
            "running_mean.copy_((1 - newest) * running_mean + newest * mean)": (
                "running_mean.copy_(mean)"
            ),
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "running_var.copy_(unbiased_variance)"
            ),
        },
        belief=Text(
            es="Las estadísticas móviles son las del último lote.",
            en="The running statistics are those of the last batch.",
        ),
        hint=Text(
            es="¿Qué queda en ellas de los lotes anteriores?",
            en="What is left in them of the batches before?",
        ),
    ),
    Misconception(
        key="running-statistics-never-decay",
        target=_LAYER,
        edits={
            "running_mean.copy_((1 - newest) * running_mean + newest * mean)": (
                "running_mean.copy_(running_mean + newest * mean)"
            ),
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "running_var.copy_(running_var + newest * unbiased_variance)"
            ),
        },
        belief=Text(
            es="A lo acumulado se le suma momentum veces lo nuevo.",
            en="momentum times the new value is added to what is there.",
        ),
        hint=Text(
            es="¿Adónde llega running_mean si todos los lotes tienen media 1?",
            en="Where does running_mean end up where every batch has mean 1?",
        ),
    ),
    Misconception(
        key="first-batch-taken-whole",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = equal_share if self.momentum is None else self.momentum\n"
                "        if not batches.is_meta and int(batches) == 1:\n"
                "            newest = 1.0"
            ),
        },
        belief=Text(
            es="El primer lote sustituye a los valores iniciales, que no significan nada.",
            en="The first batch replaces the initial values, which mean nothing.",
        ),
        hint=Text(
            es="¿Hace la fórmula una excepción con el primer lote?",
            en="Does the formula make an exception for the first batch?",
        ),
    ),
    Misconception(
        key="no-momentum-means-a-tenth",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = 0.1 if self.momentum is None else self.momentum"
            ),
        },
        belief=Text(
            es="momentum=None quiere decir el valor por omisión.",
            en="momentum=None means the default.",
        ),
        hint=Text(
            es="¿Qué peso tiene cada lote en una media de todos?",
            en="Which weight does each batch have in an average of all?",
        ),
    ),
    Misconception(
        key="no-momentum-means-no-update",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = 0.0 if self.momentum is None else self.momentum"
            ),
        },
        belief=Text(
            es="Sin momentum no hay media móvil que actualizar.",
            en="Without momentum there is no running average to update.",
        ),
        hint=Text(
            es="¿Qué dice el enunciado de momentum=None?",
            en="What does the text say about momentum=None?",
        ),
    ),
    Misconception(
        key="no-momentum-means-the-last-batch",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = 1.0 if self.momentum is None else self.momentum"
            ),
        },
        belief=Text(
            es="Sin momentum no se recuerda nada: vale lo del último lote.",
            en="Without momentum nothing is remembered: the last batch's values hold.",
        ),
        hint=Text(
            es="Tras tres lotes, ¿de cuántos debe ser la media?",
            en="After three batches, of how many should the average be?",
        ),
    ),
    Misconception(
        key="no-momentum-halves-each-time",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = 0.5 if self.momentum is None else self.momentum"
            ),
        },
        belief=Text(
            es="La media de lo anterior y lo nuevo da la media de todos.",
            en="The mean of the old value and the new one gives the mean of all.",
        ),
        hint=Text(
            es="¿Qué peso tiene el primer lote tras promediar así tres veces?",
            en="Which weight is left to the first batch after three such means?",
        ),
    ),
    Misconception(
        key="zero-momentum-taken-for-none",
        target=_LAYER,
        edits={
            "newest = equal_share if self.momentum is None else self.momentum": (
                "newest = self.momentum or equal_share"
            ),
        },
        belief=Text(
            es="`momentum or …` distingue si se ha dado un momentum.",
            en="`momentum or …` tells whether a momentum was given.",
        ),
        hint=Text(
            es="¿Qué valores son falsos para Python, además de None?",
            en="Which values are false to Python besides None?",
        ),
    ),
    Misconception(
        key="cumulative-average-counts-the-start",
        target=_LAYER,
        edits={
            "equal_share = 1 / batches.to(mean.dtype)": (
                "equal_share = 1 / (batches + 1).to(mean.dtype)"
            ),
        },
        belief=Text(
            es="Los valores iniciales cuentan como un lote más.",
            en="The initial values count as one more batch.",
        ),
        hint=Text(
            es="Tras un solo lote, ¿cuánto debe valer la media de todos los lotes?",
            en="After a single batch, what should the average of all batches be?",
        ),
    ),
    Misconception(
        key="batch-counted-after-the-average",
        target=_LAYER,
        edits={
            "batches.add_(1)\n": "pass\n",
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)\n"
                "        batches.add_(1)"
            ),
        },
        belief=Text(
            es="El lote se cuenta cuando ya está incorporado.",
            en="A batch is counted once it has been taken in.",
        ),
        hint=Text(
            es="¿Entre qué número se divide con el primer lote?",
            en="By which number does one divide at the first batch?",
        ),
    ),
    Misconception(
        key="cumulative-average-starts-anew",
        target=_LAYER,
        edits={
            "equal_share = 1 / batches.to(mean.dtype)": (
                'self._seen = getattr(self, "_seen", 0) + 1\n        equal_share = 1 / self._seen'
            ),
        },
        belief=Text(
            es="El objeto lleva su propia cuenta de los lotes para la media.",
            en="The object keeps a count of its own for the average.",
        ),
        hint=Text(
            es="¿Qué cuenta tiene un objeto nuevo en el que se carga un state dict?",
            en="Which count does a new object have into which a state dict is loaded?",
        ),
    ),
    Misconception(
        key="batches-never-counted",
        target=_LAYER,
        edits={
            "batches.add_(1)\n": "pass\n",
        },
        belief=Text(
            es="num_batches_tracked está ahí solo por el state dict.",
            en="num_batches_tracked is there for the state dict only.",
        ),
        hint=Text(
            es="¿Quién lo aumenta?",
            en="Who raises it?",
        ),
    ),
    Misconception(
        key="batches-counted-only-without-momentum",
        target=_LAYER,
        edits={
            "batches.add_(1)\n": ("if self.momentum is None:\n            batches.add_(1)\n"),
        },
        belief=Text(
            es="La cuenta solo hace falta con momentum=None.",
            en="The count is needed with momentum=None only.",
        ),
        hint=Text(
            es="¿Pone el enunciado una condición a la cuenta de lotes?",
            en="Does the text make the count of batches depend on anything?",
        ),
    ),
    Misconception(
        key="batches-counted-in-eval-mode",
        target=_LAYER,
        edits={
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training:\n"
                "            self._track(mean, variance * (count / (count - 1)))\n"
                "        elif self.num_batches_tracked is not None:\n"
                "            self.num_batches_tracked.add_(1)"
            ),
        },
        belief=Text(
            es="Se cuentan todas las llamadas.",
            en="Every call is counted.",
        ),
        hint=Text(
            es="¿Qué lotes entran en las estadísticas móviles?",
            en="Which batches enter the running statistics?",
        ),
    ),
    Misconception(
        key="images-counted",
        target=_LAYER,
        edits={
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training:\n"
                "            self._track(mean, variance * (count / (count - 1)))\n"
                "            if self.num_batches_tracked is not None:\n"
                "                self.num_batches_tracked.add_(x.shape[0] - 1)"
            ),
        },
        belief=Text(
            es="Se cuentan las imágenes vistas.",
            en="The images seen are counted.",
        ),
        hint=Text(
            es="Lee el nombre: ¿qué cuenta num_batches_tracked?",
            en="Read the name: what does num_batches_tracked count?",
        ),
    ),
    Misconception(
        key="count-is-floating",
        target=_LAYER,
        edits={
            'self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else None)': (
                'self.register_buffer("num_batches_tracked", torch.tensor(0.0) if tracked else '
                "None)"
            ),
        },
        belief=Text(
            es="La cuenta es un número como los demás, en coma flotante.",
            en="The count is a number like the others, a floating one.",
        ),
        hint=Text(
            es="¿Qué es 16777217 + 1 en float32, y qué le hace half() a la cuenta?",
            en="What is 16777217 + 1 in float32, and what does half() do to the count?",
        ),
    ),
    Misconception(
        key="count-is-no-buffer",
        target=_LAYER,
        edits={
            'self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else None)': (
                "self.num_batches_tracked = 0 if tracked else None"
            ),
            "batches.add_(1)": "self.num_batches_tracked = batches + 1",
            "equal_share = 1 / batches.to(mean.dtype)": "equal_share = 1 / (batches + 1)",
        },
        belief=Text(
            es="Para contar basta un entero de Python.",
            en="An integer of Python is enough to count.",
        ),
        hint=Text(
            es="¿Qué guarda un state dict de un atributo cualquiera?",
            en="What does a state dict keep of an ordinary attribute?",
        ),
    ),
    Misconception(
        key="buffers-not-in-the-state-dict",
        target=_LAYER,
        edits={
            'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
            "else None)": (
                'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
                "else None, persistent=False)"
            ),
            'self.register_buffer("running_var", torch.ones(num_features) if tracked else None)': (
                'self.register_buffer("running_var", torch.ones(num_features) if tracked else '
                "None, persistent=False)"
            ),
            'self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else None)': (
                'self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else '
                "None, persistent=False)"
            ),
        },
        belief=Text(
            es="Las estadísticas se vuelven a calcular; no hay que guardarlas.",
            en="The statistics are computed again; they need not be saved.",
        ),
        hint=Text(
            es="¿Con qué normaliza en evaluación un modelo recién cargado?",
            en="What does a model normalise by in eval mode that has just been loaded?",
        ),
    ),
    Misconception(
        key="running-statistics-are-plain-tensors",
        target=_LAYER,
        edits={
            'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
            "else None)": ("self.running_mean = torch.zeros(num_features) if tracked else None"),
            'self.register_buffer("running_var", torch.ones(num_features) if tracked else None)': (
                "self.running_var = torch.ones(num_features) if tracked else None"
            ),
        },
        belief=Text(
            es="Un tensor guardado como atributo es un búfer.",
            en="A tensor kept as an attribute is a buffer.",
        ),
        hint=Text(
            es="¿Qué hacen double(), to() y state_dict() con un atributo corriente?",
            en="What do double(), to() and state_dict() do with an ordinary attribute?",
        ),
    ),
    Misconception(
        key="running-statistics-are-parameters",
        target=_LAYER,
        edits={
            'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
            "else None)": (
                "self.running_mean = nn.Parameter(torch.zeros(num_features), False) if tracked "
                "else None"
            ),
            'self.register_buffer("running_var", torch.ones(num_features) if tracked else None)': (
                "self.running_var = nn.Parameter(torch.ones(num_features), False) if tracked "
                "else None"
            ),
        },
        belief=Text(
            es="Lo que se guarda en el state dict son parámetros, aunque no se entrenen.",
            en="What is saved in the state dict are parameters, even where they are not trained.",
        ),
        hint=Text(
            es="¿Qué aparece en named_parameters() de la capa de torch?",
            en="What does named_parameters() of torch's layer list?",
        ),
    ),
    Misconception(
        key="running-statistics-carry-gradients",
        target=_LAYER,
        edits={
            "    @torch.no_grad()\n    def _track(": "    def _track(",
        },
        belief=Text(
            es="La actualización es una cuenta más y no pide nada especial.",
            en="The update is a computation like any other and needs no care.",
        ),
        hint=Text(
            es="¿Hasta qué lote llega el grafo de running_mean tras cien pasos?",
            en="How far back does the graph of running_mean reach after a hundred steps?",
        ),
    ),
    Misconception(
        key="parameters-share-memory-with-the-statistics",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "zeros, ones = torch.zeros(num_features), torch.ones(num_features)\n"
                "        self.weight = nn.Parameter(ones) if affine else None"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(zeros) if affine else None"
            ),
            'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
            "else None)": ('self.register_buffer("running_mean", zeros if tracked else None)'),
            'self.register_buffer("running_var", torch.ones(num_features) if tracked else None)': (
                'self.register_buffer("running_var", ones if tracked else None)'
            ),
        },
        belief=Text(
            es=(
                "El mismo tensor de ceros sirve para bias y para running_mean, y el de unos "
                "para los otros dos."
            ),
            en="One tensor of zeros serves bias and running_mean, and one of ones the other two.",
        ),
        hint=Text(
            es="¿Qué le pasa a bias cuando running_mean cambia en el sitio?",
            en="What happens to bias when running_mean changes in place?",
        ),
    ),
    Misconception(
        key="running-mean-starts-at-one",
        target=_LAYER,
        edits={
            'self.register_buffer("running_mean", torch.zeros(num_features) if tracked '
            "else None)": (
                'self.register_buffer("running_mean", torch.ones(num_features) if tracked else '
                "None)"
            ),
        },
        belief=Text(
            es="Las dos estadísticas móviles empiezan en 1.",
            en="Both running statistics start at 1.",
        ),
        hint=Text(
            es="¿Con qué media y varianza no cambia la entrada?",
            en="Which mean and variance leave the input as it is?",
        ),
    ),
    Misconception(
        key="running-variance-starts-at-zero",
        target=_LAYER,
        edits={
            'self.register_buffer("running_var", torch.ones(num_features) if tracked else None)': (
                'self.register_buffer("running_var", torch.zeros(num_features) if tracked else '
                "None)"
            ),
        },
        belief=Text(
            es="Todo lo que se acumula empieza en 0.",
            en="Whatever accumulates starts at 0.",
        ),
        hint=Text(
            es="¿Qué hace en evaluación una capa recién creada, si la varianza es 0?",
            en="What does a fresh layer do in eval mode where the variance is 0?",
        ),
    ),
    Misconception(
        key="train-mode-by-the-running-statistics",
        target=_LAYER,
        edits={
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training:\n"
                "            running = self.running_mean, self.running_var\n"
                "            old = [None if r is None else r.clone() for r in running]\n"
                "            self._track(mean, variance * (count / (count - 1)))\n"
                "            if old[0] is not None and old[1] is not None:\n"
                "                mean, variance = old[0], old[1]"
            ),
        },
        belief=Text(
            es="Las estadísticas móviles normalizan siempre; el lote solo las actualiza.",
            en="The running statistics always normalise; the batch only updates them.",
        ),
        hint=Text(
            es="¿Qué media tiene la salida del primer lote?",
            en="Which mean does the output of the first batch have?",
        ),
    ),
    Misconception(
        key="train-mode-by-the-updated-statistics",
        target=_LAYER,
        edits={
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training:\n"
                "            self._track(mean, variance * (count / (count - 1)))\n"
                "            if self.running_mean is not None and self.running_var is not None:\n"
                "                mean, variance = self.running_mean.clone(), "
                "self.running_var.clone()"
            ),
        },
        belief=Text(
            es="Primero se actualizan las estadísticas móviles y luego se normaliza con ellas.",
            en="First the running statistics are updated, then they normalise.",
        ),
        hint=Text(
            es="¿De qué lote son las estadísticas que normalizan en entrenamiento?",
            en="Of which batch are the statistics that normalise in train mode?",
        ),
    ),
    Misconception(
        key="eval-mode-by-the-batch",
        target=_LAYER,
        edits={
            "if self.training or self.running_mean is None or self.running_var is None:": (
                "if True:"
            ),
        },
        belief=Text(
            es="Se normaliza siempre con el lote que llega.",
            en="The batch at hand always normalises.",
        ),
        hint=Text(
            es="¿Debe depender la predicción de una imagen de las otras del lote?",
            en="Should the prediction for an image depend on the others of its batch?",
        ),
    ),
    Misconception(
        key="eval-mode-updates-the-statistics",
        target=_LAYER,
        edits={
            "if self.training or self.running_mean is None or self.running_var is None:": (
                "mean, variance = _moments(wide)\n"
                "        self._track(mean, variance * (count / max(count - 1, 1)))\n"
                "        if self.training or self.running_mean is None or self.running_var is None:"
            ),
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "pass"
            ),
        },
        belief=Text(
            es="Las estadísticas móviles siguen aprendiendo de cada lote, también en evaluación.",
            en="The running statistics keep learning from every batch, in eval mode too.",
        ),
        hint=Text(
            es="¿Da lo mismo dos veces seguidas un modelo en evaluación?",
            en="Does a model in eval mode give the same twice in a row?",
        ),
    ),
    Misconception(
        key="eval-mode-divides-by-the-running-variance",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance) + self.eps)\n"
                "        if not self.training and self.running_var is not None:\n"
                "            scale = 1 / (_widen(variance) + self.eps)"
            ),
        },
        belief=Text(
            es="running_var ya es lo que divide.",
            en="running_var is what divides.",
        ),
        hint=Text(
            es="¿Qué le falta a una varianza para ser una desviación?",
            en="What does a variance lack to be a deviation?",
        ),
    ),
    Misconception(
        key="eval-mode-corrects-once-more",
        target=_LAYER,
        edits={
            "mean, variance = self.running_mean, self.running_var": (
                "mean, variance = self.running_mean, self.running_var * (\n"
                "                count / max(count - 1, 1)\n"
                "            )"
            ),
        },
        belief=Text(
            es="El algoritmo 2 multiplica la varianza por m/(m − 1) al evaluar.",
            en="Algorithm 2 multiplies the variance by m/(m − 1) in inference.",
        ),
        hint=Text(
            es="¿Qué varianza guarda ya running_var?",
            en="Which variance does running_var hold already?",
        ),
    ),
    Misconception(
        key="eval-mode-keeps-its-first-statistics",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "if not self.training and self.running_mean is not None:\n"
                '            if not hasattr(self, "_fixed"):\n'
                "                self._fixed = mean.clone(), variance.clone()\n"
                "            mean, variance = self._fixed\n"
                "        scale = torch.rsqrt(_widen(variance) + self.eps)"
            ),
        },
        belief=Text(
            es="En evaluación las estadísticas ya no cambian, y se pueden guardar la primera vez.",
            en=(
                "In eval mode the statistics do not change any more, and can be kept from the "
                "first time."
            ),
        ),
        hint=Text(
            es="¿Qué pasa si entre dos evaluaciones se entrena o se carga un state dict?",
            en="What if one trains or loads a state dict between two evaluations?",
        ),
    ),
    Misconception(
        key="eval-mode-undoes-the-start",
        target=_LAYER,
        edits={
            "mean, variance = self.running_mean, self.running_var": (
                "share = self.momentum or 0.0\n"
                "            known = 1 - (1 - share) ** "
                "_widen(wide.new_ones(1)).mul(self.num_batches_tracked)\n"
                "            mean, variance = self.running_mean / known, self.running_var / known"
            ),
        },
        belief=Text(
            es="Como en Adam, la media móvil se corrige por haber empezado en 0.",
            en="As in Adam, the running average is corrected for its start at 0.",
        ),
        hint=Text(
            es="¿Habla el enunciado de una corrección al evaluar?",
            en="Does the text speak of a correction in eval mode?",
        ),
    ),
    Misconception(
        key="tracked-only-with-gradients",
        target=_LAYER,
        edits={
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training and torch.is_grad_enabled():\n"
                "            self._track(mean, variance * (count / (count - 1)))"
            ),
        },
        belief=Text(
            es="Sin gradientes no se está entrenando, así que no se actualiza nada.",
            en="Without gradients nobody is training, so nothing is updated.",
        ),
        hint=Text(
            es="¿Qué decide si la capa está en modo entrenamiento?",
            en="What decides whether the layer is in train mode?",
        ),
    ),
    Misconception(
        key="statistics-per-image",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "if self.training or self.running_mean is None:\n"
                "            variance, mean = torch.var_mean(wide, dim=(2, 3), keepdim=True, "
                "correction=0)\n"
                "            y = (wide - mean) * torch.rsqrt(variance + self.eps)\n"
                "        else:\n"
                "            y = (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Cada imagen se normaliza con sus propios píxeles.",
            en="Each image is normalised by its own pixels.",
        ),
        hint=Text(
            es="Eso es la normalización por instancia; ¿sobre qué ejes va la de lote?",
            en="That is instance normalisation; over which axes does batch normalisation go?",
        ),
    ),
    Misconception(
        key="statistics-per-position",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "if self.training or self.running_mean is None:\n"
                "            variance, mean = torch.var_mean(wide, dim=(0,), keepdim=True, "
                "correction=0)\n"
                "            y = (wide - mean) * torch.rsqrt(variance + self.eps)\n"
                "        else:\n"
                "            y = (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Cada píxel de cada canal se normaliza a lo largo del lote.",
            en="Each pixel of each channel is normalised along the batch.",
        ),
        hint=Text(
            es="¿Cuántas medias hay por mapa en una red convolucional (sección 3.2)?",
            en="How many means are there per map in a convolutional network (section 3.2)?",
        ),
    ),
    Misconception(
        key="statistics-per-example",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "if self.training or self.running_mean is None:\n"
                "            variance, mean = torch.var_mean(wide, dim=(1, 2, 3), "
                "keepdim=True, correction=0)\n"
                "            y = (wide - mean) * torch.rsqrt(variance + self.eps)\n"
                "        else:\n"
                "            y = (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Cada ejemplo se normaliza sobre todos sus canales y píxeles.",
            en="Each example is normalised over all of its channels and pixels.",
        ),
        hint=Text(
            es="Eso es la normalización por capa; ¿qué eje no se reduce en la de lote?",
            en="That is layer normalisation; which axis is not reduced in batch normalisation?",
        ),
    ),
    Misconception(
        key="statistics-over-everything",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "if self.training or self.running_mean is None:\n"
                "            variance, mean = torch.var_mean(wide, dim=(0, 1, 2, 3), "
                "keepdim=True, correction=0)\n"
                "            y = (wide - mean) * torch.rsqrt(variance + self.eps)\n"
                "        else:\n"
                "            y = (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Una media y una varianza para todo el lote.",
            en="One mean and one variance for the whole batch.",
        ),
        hint=Text(
            es="¿Qué pasa con un canal mucho más grande que los demás?",
            en="What happens to a channel that is much larger than the others?",
        ),
    ),
    Misconception(
        key="statistics-over-the-batch-and-rows",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "if self.training or self.running_mean is None:\n"
                "            variance, mean = torch.var_mean(wide, dim=(0, 2), keepdim=True, "
                "correction=0)\n"
                "            y = (wide - mean) * torch.rsqrt(variance + self.eps)\n"
                "        else:\n"
                "            y = (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Los ejes que se reducen son el lote y la altura.",
            en="The axes to reduce are the batch and the height.",
        ),
        hint=Text(
            es="¿Queda una sola media por canal?",
            en="Is there one mean left per channel?",
        ),
    ),
    Misconception(
        key="statistics-of-reshaped-rows",
        target=_LAYER,
        edits={
            "mean, variance = _moments(wide)": (
                "rows = wide.reshape(self.num_features, -1)\n"
                "            variance, mean = torch.var_mean(rows, dim=1, correction=0)"
            ),
        },
        belief=Text(
            es="reshape(C, −1) reúne los valores de cada canal.",
            en="reshape(C, −1) collects the values of each channel.",
        ),
        hint=Text(
            es="¿Cambia reshape el orden de los valores en memoria?",
            en="Does reshape change the order of the values in memory?",
        ),
    ),
    Misconception(
        key="variance-by-mean-of-squares",
        target=_LAYER,
        edits={
            "mean, variance = _moments(wide)": (
                "mean = wide.mean(dim=(0, 2, 3))\n"
                "            variance = wide.square().mean(dim=(0, 2, 3)) - mean.square()"
            ),
        },
        belief=Text(
            es="E[x²] − E[x]² ahorra una pasada y es lo mismo.",
            en="E[x²] − E[x]² saves a pass and is the same.",
        ),
        hint=Text(
            es="Con media 1000 y desviación 1, ¿qué dígitos quedan tras la resta?",
            en="With mean 1000 and deviation 1, which digits are left by the subtraction?",
        ),
    ),
    Misconception(
        key="computed-in-half",
        target=_LAYER,
        edits={
            "wide = _widen(x)": "wide = x",
        },
        belief=Text(
            es="Si x cabe en float16, sus estadísticas también.",
            en="Where x fits into float16, its statistics do too.",
        ),
        hint=Text(
            es="¿Qué varianza tiene en float16 un canal con desviación 1000?",
            en="Which variance does a channel of deviation 1000 have in float16?",
        ),
    ),
    Misconception(
        key="computed-in-float32",
        target=_LAYER,
        edits={
            "wide = _widen(x)": "wide = x.float()",
        },
        belief=Text(
            es="Se calcula siempre en float32, y al final se vuelve al tipo de x.",
            en="All is computed in float32, and goes back to the dtype of x in the end.",
        ),
        hint=Text(
            es="¿Qué pierde quien trabaja en float64?",
            en="What does one lose who works in float64?",
        ),
    ),
    Misconception(
        key="output-left-in-float32",
        target=_LAYER,
        edits={
            "return y.to(x.dtype)": "return y",
        },
        belief=Text(
            es="La salida tiene el tipo en que se ha calculado.",
            en="The output has the dtype that it was computed in.",
        ),
        hint=Text(
            es="¿Qué recibe la capa siguiente de una red en float16?",
            en="What does the next layer of a float16 network get?",
        ),
    ),
    Misconception(
        key="running-statistics-change-their-dtype",
        target=_LAYER,
        edits={
            "running_mean.copy_((1 - newest) * running_mean + newest * mean)": (
                "self.running_mean = (1 - newest) * running_mean + newest * mean"
            ),
            "running_var.copy_((1 - newest) * running_var + newest * unbiased_variance)": (
                "self.running_var = (1 - newest) * running_var + newest * unbiased_variance"
            ),
        },
        belief=Text(
            es="El búfer se sustituye por el resultado, en el tipo que tenga.",
            en="The buffer is replaced by the result, in whatever dtype that has.",
        ),
        hint=Text(
            es="¿Qué tipo tiene la suma de un tensor float16 y uno float32?",
            en="Which dtype does the sum of a float16 and a float32 tensor have?",
        ),
    ),
    Misconception(
        key="statistics-detached",
        target=_LAYER,
        edits={
            "per_channel = (1, -1, 1, 1)": (
                "mean, variance = mean.detach(), variance.detach()\n"
                "        per_channel = (1, -1, 1, 1)"
            ),
        },
        belief=Text(
            es="Las estadísticas del lote son constantes para el gradiente.",
            en="To the gradient the batch's statistics are constants.",
        ),
        hint=Text(
            es="¿Cambia la salida si se suma 1 a todo el lote? ¿Y qué gradiente corresponde a eso?",
            en=(
                "Does the output change where 1 is added to the whole batch? And which "
                "gradient is that?"
            ),
        ),
    ),
    Misconception(
        key="mean-detached",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "y = (wide - mean.detach().view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="Por la media no pasa gradiente; solo por la varianza.",
            en="No gradient goes through the mean, only through the variance.",
        ),
        hint=Text(
            es="¿Cuánto debe sumar, en cada canal, el gradiente de la entrada?",
            en="What should the input's gradient add up to in each channel?",
        ),
    ),
    Misconception(
        key="variance-detached",
        target=_LAYER,
        edits={
            "scale = torch.rsqrt(_widen(variance) + self.eps)": (
                "scale = torch.rsqrt(_widen(variance).detach() + self.eps)"
            ),
        },
        belief=Text(
            es="La escala es una constante para el gradiente.",
            en="To the gradient the scale is a constant.",
        ),
        hint=Text(
            es="¿Cambia la salida si todo el lote se multiplica por 2?",
            en="Does the output change where the whole batch is multiplied by 2?",
        ),
    ),
    Misconception(
        key="input-centred-in-place",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "wide -= mean.view(per_channel)\n        y = wide * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="x no se vuelve a usar, y se puede centrar en el sitio.",
            en="x is not used again and can be centred in place.",
        ),
        hint=Text(
            es="¿Qué ve quien llama en su tensor después de la llamada?",
            en="What does the caller see in the tensor after the call?",
        ),
    ),
    Misconception(
        key="only-contiguous-inputs",
        target=_LAYER,
        edits={
            "mean, variance = _moments(wide)": (
                "rows = wide.view(x.shape[0], self.num_features, -1)\n"
                "            variance, mean = torch.var_mean(rows, dim=(0, 2), correction=0)"
            ),
        },
        belief=Text(
            es="view vale para cualquier entrada.",
            en="view is good for any input.",
        ),
        hint=Text(
            es="¿Qué dice view de un tensor transpuesto?",
            en="What does view say about a transposed tensor?",
        ),
    ),
    Misconception(
        key="output-made-on-the-cpu",
        target=_LAYER,
        edits={
            "y = (wide - mean.view(per_channel)) * scale.view(per_channel)": (
                "y = torch.zeros(x.shape, dtype=wide.dtype)\n"
                "        y = y + (wide - mean.view(per_channel)) * scale.view(per_channel)"
            ),
        },
        belief=Text(
            es="La salida se escribe en un tensor de ceros nuevo.",
            en="The output is written into a fresh tensor of zeros.",
        ),
        hint=Text(
            es="¿Dónde está ese tensor si x está en la GPU?",
            en="Where is that tensor where x is on the GPU?",
        ),
    ),
    Misconception(
        key="seed-set-in-the-layer",
        target=_LAYER,
        edits={
            "super().__init__()": ("super().__init__()\n        torch.manual_seed(0)"),
        },
        belief=Text(
            es="Fijar la semilla en la capa hace reproducible la red.",
            en="Setting the seed in the layer makes the network reproducible.",
        ),
        hint=Text(
            es="¿Qué números sacan después las demás capas y la carga de datos?",
            en="Which numbers do the other layers and the data loading draw afterwards?",
        ),
    ),
    Misconception(
        key="bias-before-weight",
        target=_LAYER,
        edits={
            "y = y * self.weight.view(per_channel) + self.bias.view(per_channel)": (
                "y = (y + self.bias.view(per_channel)) * self.weight.view(per_channel)"
            ),
        },
        belief=Text(
            es="Se desplaza primero y se escala después.",
            en="One shifts first and scales afterwards.",
        ),
        hint=Text(
            es="¿Qué sale donde x es la media: bias, o bias · weight?",
            en="What comes out where x is the mean: bias, or bias · weight?",
        ),
    ),
    Misconception(
        key="weight-never-applied",
        target=_LAYER,
        edits={
            "y = y * self.weight.view(per_channel) + self.bias.view(per_channel)": (
                "y = y + self.bias.view(per_channel)"
            ),
        },
        belief=Text(
            es="La normalización ya da la escala; solo falta el desplazamiento.",
            en="The normalisation gives the scale; only the shift is missing.",
        ),
        hint=Text(
            es="¿Dónde aparece weight en tu código, además de al crearlo?",
            en="Where does weight appear in your code, other than where it is made?",
        ),
    ),
    Misconception(
        key="bias-never-added",
        target=_LAYER,
        edits={
            "y = y * self.weight.view(per_channel) + self.bias.view(per_channel)": (
                "y = y * self.weight.view(per_channel)"
            ),
        },
        belief=Text(
            es="Tras centrar, sumar algo sería deshacer lo hecho.",
            en="After centring, adding something would undo the work.",
        ),
        hint=Text(
            es="¿Por qué quiere el artículo que la capa pueda deshacer la normalización?",
            en="Why does the paper want the layer to be able to undo the normalisation?",
        ),
    ),
    Misconception(
        key="affine-only-in-train-mode",
        target=_LAYER,
        edits={
            "if self.weight is not None and self.bias is not None:": (
                "if self.training and self.weight is not None and self.bias is not None:"
            ),
        },
        belief=Text(
            es="weight y bias son para entrenar; en evaluación solo se normaliza.",
            en="weight and bias are for training; eval mode only normalises.",
        ),
        hint=Text(
            es="¿De qué sirve aprender un parámetro que no se usa al evaluar?",
            en="What is the use of learning a parameter that evaluation leaves out?",
        ),
    ),
    Misconception(
        key="affine-shaped-like-the-images",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.ones(1, num_features, 1, 1)) if affine else None"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(torch.zeros(1, num_features, 1, 1)) if affine else None"
            ),
        },
        belief=Text(
            es="Los parámetros tienen ya la forma con la que se multiplican.",
            en="The parameters have the shape in which they multiply.",
        ),
        hint=Text(
            es="¿Qué forma tiene weight en la capa de torch?",
            en="Which shape does weight have in torch's layer?",
        ),
    ),
    Misconception(
        key="weight-starts-at-zero",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.zeros(num_features)) if affine else None"
            ),
        },
        belief=Text(
            es="weight y bias empiezan en 0, como el último de cada bloque residual.",
            en="weight and bias start at 0, like the last one of each residual block.",
        ),
        hint=Text(
            es="¿Qué sale de una capa recién creada?",
            en="What comes out of a fresh layer?",
        ),
    ),
    Misconception(
        key="bias-starts-at-one",
        target=_LAYER,
        edits={
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(torch.ones(num_features)) if affine else None"
            ),
        },
        belief=Text(
            es="weight y bias empiezan los dos en 1.",
            en="weight and bias both start at 1.",
        ),
        hint=Text(
            es="¿Qué media debe tener la salida de una capa recién creada?",
            en="Which mean should a fresh layer's output have?",
        ),
    ),
    Misconception(
        key="weight-drawn-at-random",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.rand(num_features)) if affine else None"
            ),
        },
        belief=Text(
            es="Los pesos de una capa empiezan siendo aleatorios.",
            en="The weights of a layer start at random.",
        ),
        hint=Text(
            es="¿Hay simetría que romper entre canales que se normalizan por separado?",
            en="Is there a symmetry to break between channels that are normalised on their own?",
        ),
    ),
    Misconception(
        key="affine-as-buffers",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                'self.register_buffer("weight", torch.ones(num_features) if affine else None)'
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                'self.register_buffer("bias", torch.zeros(num_features) if affine else None)'
            ),
        },
        belief=Text(
            es="weight y bias se guardan con register_buffer, como las estadísticas.",
            en="weight and bias are kept by register_buffer, like the statistics.",
        ),
        hint=Text(
            es="¿Qué ve un optimizador en parameters()?",
            en="What does an optimizer see in parameters()?",
        ),
    ),
    Misconception(
        key="affine-frozen",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.ones(num_features), False) if affine else None"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(torch.zeros(num_features), False) if affine else None"
            ),
        },
        belief=Text(
            es="weight y bias no necesitan gradiente: solo se cargan.",
            en="weight and bias need no gradient: they are only loaded.",
        ),
        hint=Text(
            es="¿Quién aprende entonces la escala y el desplazamiento?",
            en="Who learns the scale and the shift, then?",
        ),
    ),
    Misconception(
        key="affine-named-as-in-the-paper",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.gamma = nn.Parameter(torch.ones(num_features)) if affine else None"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.beta = nn.Parameter(torch.zeros(num_features)) if affine else None"
            ),
            "if self.weight is not None and self.bias is not None:": (
                "if self.gamma is not None and self.beta is not None:"
            ),
            "y = y * self.weight.view(per_channel) + self.bias.view(per_channel)": (
                "y = y * self.gamma.view(per_channel) + self.beta.view(per_channel)"
            ),
        },
        belief=Text(
            es="Los parámetros se llaman gamma y beta, como en el artículo.",
            en="The parameters are called gamma and beta, as in the paper.",
        ),
        hint=Text(
            es="¿Con qué nombres los busca un state dict de torch?",
            en="By which names does torch's state dict look for them?",
        ),
    ),
    Misconception(
        key="affine-always-made",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.ones(num_features))"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(torch.zeros(num_features))"
            ),
        },
        belief=Text(
            es="affine=False solo quiere decir que no se entrenan.",
            en="affine=False only means that they are not trained.",
        ),
        hint=Text(
            es="¿Qué es weight en una capa con affine=False?",
            en="What is weight in a layer with affine=False?",
        ),
    ),
    Misconception(
        key="affine-left-as-constants",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.ones(num_features)) if affine else "
                "torch.ones(num_features)"
            ),
            "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None": (
                "self.bias = nn.Parameter(torch.zeros(num_features)) if affine else "
                "torch.zeros(num_features)"
            ),
        },
        belief=Text(
            es="Sin affine, weight y bias son constantes 1 y 0.",
            en="Without affine, weight and bias are the constants 1 and 0.",
        ),
        hint=Text(
            es="¿Qué valor nombra el enunciado para affine=False?",
            en="Which value does the text name for affine=False?",
        ),
    ),
    Misconception(
        key="only-the-bias-left-out",
        target=_LAYER,
        edits={
            "self.weight = nn.Parameter(torch.ones(num_features)) if affine else None": (
                "self.weight = nn.Parameter(torch.ones(num_features))"
            ),
            "if self.weight is not None and self.bias is not None:": "if self.weight is not None:",
            "y = y * self.weight.view(per_channel) + self.bias.view(per_channel)": (
                "y = y * self.weight.view(per_channel)\n"
                "        if self.bias is not None:\n"
                "            y = y + self.bias.view(per_channel)"
            ),
        },
        belief=Text(
            es="affine=False es como bias=False en una convolución.",
            en="affine=False is like bias=False in a convolution.",
        ),
        hint=Text(
            es="¿De cuántos parámetros habla affine?",
            en="Of how many parameters does affine speak?",
        ),
    ),
    Misconception(
        key="untracked-statistics-tracked",
        target=_LAYER,
        edits={
            "tracked = track_running_stats": "tracked = True",
        },
        belief=Text(
            es="track_running_stats no cambia lo que hace la capa.",
            en="track_running_stats does not change what the layer does.",
        ),
        hint=Text(
            es="¿Con qué debe normalizar en evaluación una capa que no sigue nada?",
            en="What should a layer normalise by in eval mode that tracks nothing?",
        ),
    ),
    Misconception(
        key="untracked-buffers-kept",
        target=_LAYER,
        edits={
            "tracked = track_running_stats": "tracked = True",
            "if self.training or self.running_mean is None or self.running_var is None:": (
                "if self.training or not self.track_running_stats:"
            ),
            "if self.training:\n            self._track(mean, variance * (count / (count - 1)))": (
                "if self.training and self.track_running_stats:\n"
                "            self._track(mean, variance * (count / (count - 1)))"
            ),
        },
        belief=Text(
            es="Sin seguimiento los búferes se quedan con sus valores iniciales.",
            en="Without tracking the buffers keep their initial values.",
        ),
        hint=Text(
            es="¿Qué claves tiene el state dict de la capa de torch en ese caso?",
            en="Which keys does the state dict of torch's layer have in that case?",
        ),
    ),
    Misconception(
        key="untracked-count-kept",
        target=_LAYER,
        edits={
            'self.register_buffer("num_batches_tracked", torch.tensor(0) if tracked else None)': (
                'self.register_buffer("num_batches_tracked", torch.tensor(0))'
            ),
        },
        belief=Text(
            es="Los lotes se cuentan aunque no se siga su media.",
            en="Batches are counted even where their mean is not tracked.",
        ),
        hint=Text(
            es="¿Cuántos búferes son None sin seguimiento?",
            en="How many buffers are None without tracking?",
        ),
    ),
    Misconception(
        key="untracked-eval-mode-by-zero-and-one",
        target=_LAYER,
        edits={
            "if self.training or self.running_mean is None or self.running_var is None:": (
                "if self.training:"
            ),
            "mean, variance = self.running_mean, self.running_var": (
                "mean, variance = self.running_mean, self.running_var\n"
                "            if mean is None or variance is None:\n"
                "                mean, variance = wide.new_zeros(x.shape[1]), "
                "wide.new_ones(x.shape[1])"
            ),
        },
        belief=Text(
            es="Sin estadísticas móviles valen media 0 y varianza 1.",
            en="Without running statistics mean 0 and variance 1 hold.",
        ),
        hint=Text(
            es="¿Qué estadísticas hay a mano en evaluación si no se ha guardado ninguna?",
            en="Which statistics are at hand in eval mode where none were kept?",
        ),
    ),
    Misconception(
        key="axes-unchecked",
        target=_LAYER,
        edits={
            "if x.ndim != 4:": "if False:",
        },
        belief=Text(
            es="Con otra forma ya fallará alguna operación.",
            en="With another shape some operation will fail.",
        ),
        hint=Text(
            es="¿Falla siempre, y con un mensaje que se entienda?",
            en="Does one always fail, and with a message that makes sense?",
        ),
    ),
    Misconception(
        key="vectors-accepted",
        target=_LAYER,
        edits={
            "if x.ndim != 4:": "if x.ndim not in (2, 4):",
            "count = x.shape[0] * x.shape[2] * x.shape[3]": "count = x.numel() // x.shape[1]",
            "per_channel = (1, -1, 1, 1)": "per_channel = (1, -1) + (1,) * (x.ndim - 2)",
        },
        belief=Text(
            es="Una capa de batch norm sirve también para (N, C).",
            en="A batch norm layer is good for (N, C) too.",
        ),
        hint=Text(
            es="¿Qué dice el 2d del nombre?",
            en="What does the 2d of the name say?",
        ),
    ),
    Misconception(
        key="sequences-accepted",
        target=_LAYER,
        edits={
            "if x.ndim != 4:": "if x.ndim not in (3, 4):",
            "count = x.shape[0] * x.shape[2] * x.shape[3]": "count = x.numel() // x.shape[1]",
            "per_channel = (1, -1, 1, 1)": "per_channel = (1, -1) + (1,) * (x.ndim - 2)",
        },
        belief=Text(
            es="Con tres ejes, (N, C, L), se puede normalizar igual.",
            en="Three axes, (N, C, L), can be normalised alike.",
        ),
        hint=Text(
            es="¿Qué deja pasar la capa si alguien olvida el eje del lote?",
            en="What does the layer let through where someone forgets the batch's axis?",
        ),
    ),
    Misconception(
        key="more-axes-accepted",
        target=_LAYER,
        edits={
            "if x.ndim != 4:": "if x.ndim < 4:",
            "count = x.shape[0] * x.shape[2] * x.shape[3]": "count = x.numel() // x.shape[1]",
            "per_channel = (1, -1, 1, 1)": "per_channel = (1, -1) + (1,) * (x.ndim - 2)",
        },
        belief=Text(
            es="Más de cuatro ejes no molestan.",
            en="More than four axes do no harm.",
        ),
        hint=Text(
            es="¿Cuántos ejes tiene un lote de imágenes?",
            en="How many axes does a batch of images have?",
        ),
    ),
    Misconception(
        key="channels-unchecked",
        target=_LAYER,
        edits={
            "if x.shape[1] != self.num_features:": "if False:",
        },
        belief=Text(
            es="Si los canales no coinciden, ya fallará la multiplicación.",
            en="Where the channels do not agree, the multiplication will fail.",
        ),
        hint=Text(
            es="¿Qué pasa con un solo canal, que se repite solo?",
            en="What about a single channel, which is repeated by itself?",
        ),
    ),
    Misconception(
        key="channels-checked-only-with-affine",
        target=_LAYER,
        edits={
            "if x.shape[1] != self.num_features:": (
                "if self.affine and x.shape[1] != self.num_features:"
            ),
        },
        belief=Text(
            es="Sin parámetros da igual cuántos canales tenga x.",
            en="Without parameters it does not matter how many channels x has.",
        ),
        hint=Text(
            es="¿Depende el error de affine, según el enunciado?",
            en="Does the error depend on affine, by the text?",
        ),
    ),
    Misconception(
        key="single-value-unchecked",
        target=_LAYER,
        edits={
            "if self.training and count < 2:": "if False:",
            "self._track(mean, variance * (count / (count - 1)))": (
                "self._track(mean, variance * (count / max(count - 1, 1)))"
            ),
        },
        belief=Text(
            es="Un solo valor por canal también se puede normalizar.",
            en="A single value per channel can be normalised too.",
        ),
        hint=Text(
            es="¿Qué sale siempre de un canal con un solo valor?",
            en="What always comes out of a channel with a single value?",
        ),
    ),
    Misconception(
        key="single-value-checked-only-when-tracked",
        target=_LAYER,
        edits={
            "if self.training and count < 2:": (
                "if self.training and self.track_running_stats and count < 2:"
            ),
            "self._track(mean, variance * (count / (count - 1)))": (
                "self._track(mean, variance * (count / max(count - 1, 1)))"
            ),
        },
        belief=Text(
            es="Un solo valor solo molesta a la varianza insesgada que se guarda.",
            en="A single value is a problem only for the unbiased variance that is kept.",
        ),
        hint=Text(
            es="¿Qué aprende la red de una salida que es siempre bias?",
            en="What does the network learn from an output that is always bias?",
        ),
    ),
    Misconception(
        key="single-value-refused-in-eval-mode",
        target=_LAYER,
        edits={
            "if self.training and count < 2:": "if count < 2:",
        },
        belief=Text(
            es="Con un solo valor no hay varianza, en ningún modo.",
            en="There is no variance of a single value, in either mode.",
        ),
        hint=Text(
            es="¿De dónde sale la varianza en evaluación?",
            en="Where does the variance come from in eval mode?",
        ),
    ),
    Misconception(
        key="single-image-refused",
        target=_LAYER,
        edits={
            "if self.training and count < 2:": "if self.training and x.shape[0] < 2:",
        },
        belief=Text(
            es="Hace falta más de una imagen en el lote.",
            en="There must be more than one image in the batch.",
        ),
        hint=Text(
            es="¿Cuántos valores por canal tiene una sola imagen de 4×5?",
            en="How many values per channel does a single image of 4×5 have?",
        ),
    ),
    Misconception(
        key="single-pixel-refused",
        target=_LAYER,
        edits={
            "if self.training and count < 2:": "if self.training and x.shape[2] * x.shape[3] < 2:",
        },
        belief=Text(
            es="Hace falta más de un píxel por mapa.",
            en="There must be more than one pixel in a map.",
        ),
        hint=Text(
            es="¿Cuántos valores por canal hay en (8, C, 1, 1)?",
            en="How many values per channel are there in (8, C, 1, 1)?",
        ),
    ),
    Misconception(
        key="errors-by-assertion",
        target=_LAYER,
        edits={
            'raise ValueError(f"x must have': 'raise AssertionError(f"x must have',
            'raise ValueError(f"x has': 'raise AssertionError(f"x has',
            "raise ValueError(\n": "raise AssertionError(\n",
        },
        belief=Text(
            es="assert es la manera de comprobar los argumentos.",
            en="assert is the way to check arguments.",
        ),
        hint=Text(
            es="¿Qué excepción pide el enunciado, y qué hace python -O con assert?",
            en="Which exception does the text want, and what does python -O do with assert?",
        ),
    ),
    Misconception(
        key="errors-name-nothing",
        target=_LAYER,
        edits={
            'f"x must have shape (N, C, H, W), got {tuple(x.shape)}"': '"wrong shape"',
            'f"x has {x.shape[1]} channels, num_features is {self.num_features}"': (
                '"wrong channels"'
            ),
            'f"x needs more than one value per channel in train mode, got {tuple(x.shape)}"': (
                '"too few values"'
            ),
        },
        belief=Text(
            es="El tipo de la excepción lo dice todo.",
            en="The type of the exception says it all.",
        ),
        hint=Text(
            es="¿Sabe quien lee el mensaje qué argumento tiene que cambiar?",
            en="Does the reader of the message know which argument to change?",
        ),
    ),
)
