"""Hidden checks of `cnnlab.batchnorm`.

Outputs are compared with the definition in float64. Where a check is not about eps, the inputs vary
so much that no treatment of eps matters; where it is not about an update rule, the running
statistics are set directly. So a mistake costs the checks of the property that it breaks, and the
layer is tried with a `batch_stats` that is right where it fails with the student's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from hypothesis import given, settings
from torch import Tensor
from torch.nn import functional as F

from autograder.checking import (
    assert_close,
    assert_device,
    assert_equal,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    later,
    rejects,
)
from autograder.checking.failures import Mismatch
from autograder.checking.strategies import image_batches, noise
from autograder.checks.many_calls import Case, assert_all_refused

FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INPUT = ("x", "input")
BATCH_STATS = {"batch_stats": "channel_moments.channel_moments"}
MOMENTA = (0.3, 0.0, 1.0)
EPSILONS = (0.5, 2.0, 1e-3, 0.0)

FEW = settings(max_examples=3)  # the smallest, and two others
SMALL, USUAL = (1, 1, 1, 2), (3, 2, 4, 5)
LOOSE = {"rtol": 1e-4, "atol": 1e-5}
UNUSUAL_SEED = 271_828  # which nobody sets by chance
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and biased variance per channel, in float64."""
    rows = x.double().movedim(1, 0).flatten(1)
    mean = rows.mean(1)
    return mean, (rows - mean[:, None]).square().mean(1)


def unbiased(x: Tensor) -> Tensor:
    return x.double().movedim(1, 0).flatten(1).var(1, correction=1)


def normalised(x: Tensor, mean: Tensor, variance: Tensor, eps: float = 1e-5) -> Tensor:
    per_channel = (-1, 1, 1)
    return (x.double() - mean.view(per_channel)) / (variance + eps).sqrt().view(per_channel)


def activations(shape: Sequence[int]) -> Tensor:
    return 2 * noise(*shape) + 1


def wide(x: Tensor) -> Tensor:
    """Such a variance leaves eps without a visible effect."""
    return 300 * x + 100


def layouts(x: Tensor) -> Iterator[Tensor]:
    """The values of `x` in memory layouts that are not contiguous."""
    yield x.transpose(2, 3).contiguous().transpose(2, 3)
    yield x.contiguous(memory_format=torch.channels_last)
    padded = F.pad(x, (1, 1, 2, 0)).repeat_interleave(2, dim=3)
    yield padded[:, :, 2:, 2:-2:2]


def is_close(seen: object, expected: Tensor) -> bool:
    try:
        assert_close(seen, expected)
    except Mismatch:
        return False
    return True


def double_layer(student: Any, channels: int, **options: Any) -> Any:
    return later(student.BatchNorm2d)(channels, **options).double()


@check(
    points=0.4,
    target="batch_stats",
    es="la media de cada canal se toma sobre el lote y todos los píxeles",
    en="the mean of each channel is taken over the batch and all pixels",
    covers=("stats-mean", "stats-shape"),
)
@FEW
@given(x=image_batches())
def test_mean_per_channel(student: Any, x: Tensor) -> None:
    mean, _ = student.batch_stats(x)
    assert_close(mean, moments(x)[0], "mean")


@check(
    points=0.5,
    target="batch_stats",
    es="la varianza de cada canal es la sesgada: divide entre el número de valores",
    en="the variance of each channel is the biased one: it divides by the number of values",
    covers=("stats-variance", "stats-shape"),
)
@FEW
@given(x=image_batches())
def test_biased_variance_per_channel(student: Any, x: Tensor) -> None:
    _, variance = student.batch_stats(x)
    assert_close(variance, moments(x)[1], "var")


@check(
    points=0.3,
    target="batch_stats",
    es="una entrada (N, C) da las estadísticas de cada una de sus C columnas",
    en="an input (N, C) gives the statistics of each of its C columns",
    covers=("stats-vectors", "stats-shape"),
)
def test_stats_of_vectors(student: Any) -> None:
    for shape in ((2, 1), (3, 5), (6, 2)):
        x = noise(*shape)
        mean, variance = student.batch_stats(x)
        assert_close(mean, moments(x)[0], "mean")
        assert_shape(variance, (x.shape[1],), "var")
        n = len(x)
        scale = n / (n - 1)  # which of the two variances it is has a check of its own
        biased = moments(x)[1]
        wanted = (biased, biased * scale)
        is_either = variance.dtype == x.dtype and any(torch.allclose(variance, v) for v in wanted)
        if not is_either:
            assert_close(variance, biased, "var")


@check(
    points=0.4,
    target="batch_stats",
    es="las estadísticas siguen siendo exactas con una media mil veces la desviación, "
    "y no desbordan en float16",
    en="the statistics stay accurate where the mean is a thousand times the deviation, "
    "and do not overflow in float16",
    covers=("accurate", "overflow"),
)
def test_stats_are_accurate(student: Any) -> None:
    x = (1000 + noise(8, 4, 6, 5)).float()
    mean, variance = student.batch_stats(x)
    assert_close(mean, moments(x)[0].float(), "mean", rtol=1e-6)
    assert_close(variance, moments(x)[1].float(), "var", rtol=5e-3)
    x = (100 + 150 * noise(4, 3, 16, 12)).half()
    mean, variance = student.batch_stats(x)
    assert_close(mean, moments(x)[0].half(), "mean")
    assert_close(variance, moments(x)[1].half(), "var")


@check(
    points=0.4,
    target="batch_stats",
    es="los gradientes pasan por la media y por la varianza",
    en="gradients flow through the mean and through the variance",
    covers=("differentiable",),
)
def test_stats_are_differentiable(student: Any, tools: Any) -> None:
    for shape in (SMALL, USUAL):
        x = noise(*shape)
        channels = x.shape[1]
        for_mean, for_variance = noise(2, channels, seed=1)
        found = tools.vjp(student.batch_stats, x, cotangent=[for_mean, for_variance])
        n = x.numel() // channels
        centred = x - moments(x)[0].view(-1, 1, 1)
        expected = (for_mean.view(-1, 1, 1) + 2 * for_variance.view(-1, 1, 1) * centred) / n
        assert_close(found["inputs"][0], expected, "gradient")


@check(
    points=0.4,
    target="batch_stats",
    es="conserva el tipo y el dispositivo, acepta cualquier disposición en memoria "
    "y no cambia la entrada ni la semilla",
    en="dtype and device are kept, any memory layout is accepted, input and seed stay as they were",
    covers=("dtype", "device", "layouts", "input-unchanged", "seed-unchanged", "float64"),
)
def test_stats_keep_dtype_and_device(student: Any, remote_torch: Any, tools: Any) -> None:
    seed = UNUSUAL_SEED
    tools.seed_torch(seed)
    for dtype in FLOATING:
        x = noise(3, 2, 4, 5, dtype=dtype)
        mean, variance = student.batch_stats(x)
        assert_close(mean, moments(x)[0].to(dtype), "mean", rtol=0.1, atol=0.1)
        assert_close(variance, moments(x)[1].to(dtype), "var", rtol=0.1, atol=0.1)
    x = noise(3, 2, 4, 5)
    for laid_out in (*layouts(x), noise(5, 6).T):
        mean, variance = student.batch_stats(laid_out)
        assert_close(mean, moments(laid_out)[0], "mean")
        assert_close(variance, moments(laid_out)[1], "var", rtol=0.5)
    for argument in (x, x.float(), noise(4, 3)):
        seen = tools.observe(student.batch_stats, argument)
        assert_equal(seen["arguments"], [argument], "x")
        assert_equal(seen["seed"], seed, "torch.initial_seed()")
    for statistic in student.batch_stats(torch.empty(3, 2, 4, 5, device="meta")):
        assert_device(statistic, "meta")
        assert_shape(statistic, (2,))
    with fake_cuda(student):
        for statistic in student.batch_stats(x):
            assert_device(statistic, "cuda")


@check(
    points=0.7,
    target="BatchNorm2d",
    es="en modo entrenamiento normaliza cada canal con la media y la varianza sesgada del lote",
    en="train mode normalises each channel by the batch's mean and biased variance",
    covers=("train-output", "formula"),
    parts=BATCH_STATS,
)
@FEW
@given(x=image_batches(height=(2, 5), width=(2, 6)).map(wide))
def test_train_mode_output(student: Any, x: Tensor) -> None:
    layer = double_layer(student, x.shape[1])
    layer.train()
    assert_close(layer(x), normalised(x, *moments(x)), "y", **LOOSE)


@check(
    points=0.4,
    target="BatchNorm2d",
    es="en modo entrenamiento eps se suma a la varianza dentro de la raíz, y vale 1e-5 por omisión",
    en="in train mode eps is added to the variance inside the root, and is 1e-5 by default",
    covers=("formula", "defaults"),
    parts=BATCH_STATS,
)
def test_eps_in_train_mode(student: Any) -> None:
    x = activations(USUAL)
    for options, value, narrow in (*(({"eps": e}, e, x) for e in EPSILONS), ({}, 1e-5, x / 100)):
        layer = double_layer(student, 2, **options)
        layer.train()
        assert_close(layer(narrow), normalised(narrow, *moments(narrow), value), "y")


@check(
    points=0.2,
    target="BatchNorm2d",
    es="en modo evaluación eps se suma a la varianza móvil dentro de la raíz",
    en="in eval mode eps is added to the running variance inside the root",
    covers=("formula", "defaults"),
    parts=BATCH_STATS,
)
def test_eps_in_eval_mode(student: Any, tools: Any) -> None:
    x = activations(USUAL)
    mean, variance = noise(2, seed=1), noise(2, seed=2).square() / 10
    for options, value in (*(({"eps": e}, e) for e in EPSILONS), ({}, 1e-5)):
        layer = double_layer(student, 2, **options)
        tools.assign(layer, {"running_mean": mean, "running_var": variance})
        layer.eval()
        assert_close(layer(x), normalised(x, mean, variance, value), "y")


@check(
    points=0.3,
    target="BatchNorm2d",
    es="con affine multiplica cada canal por weight y suma bias, y ambos reciben gradiente",
    en="with affine each channel is multiplied by weight and bias is added, and both get gradients",
    covers=("formula", "differentiable"),
    parts=BATCH_STATS,
)
def test_affine(student: Any, tools: Any) -> None:
    for shape in ((1, 1, 2, 2), USUAL):
        x = wide(noise(*shape))
        weight, bias = noise(2, x.shape[1], seed=1)
        cotangent = noise(*shape, seed=2)
        layer = double_layer(student, x.shape[1])
        tools.assign(layer, {"weight": weight, "bias": bias})
        layer.train()
        found = tools.vjp(layer, x, cotangent=cotangent)
        plain = normalised(x, *moments(x))
        expected = plain * weight.view(-1, 1, 1) + bias.view(-1, 1, 1)
        assert_close(found["output"], expected, "y", **LOOSE)
        gradients, axes = found["parameters"], (0, 2, 3)
        assert_close(gradients["weight"], (cotangent * plain).sum(axes), "weight.grad", **LOOSE)
        assert_close(gradients["bias"], cotangent.sum(axes), "bias.grad", **LOOSE)


@check(
    points=0.2,
    target="BatchNorm2d",
    es="también en modo evaluación se multiplica por weight y se suma bias, si los hay",
    en="in eval mode too each channel is multiplied by weight and bias is added, if there are any",
    covers=("formula", "affine-false"),
    parts=BATCH_STATS,
)
def test_affine_in_eval_mode(student: Any, tools: Any) -> None:
    x = wide(noise(*USUAL))
    weight, bias = noise(2, 2, seed=1)
    cotangent = noise(*USUAL, seed=2)
    statistics = {
        "running_mean": noise(2, seed=3),
        "running_var": 1 + noise(2, seed=4).square(),
    }
    # Held to what the layer itself gives without a factor: how it normalises has its own checks.
    layer = double_layer(student, 2)
    layer.eval()
    tools.assign(layer, statistics)
    plain = layer(x)
    assert_shape(plain, tuple(x.shape), "y")
    plain = plain.detach()
    tools.assign(layer, {**statistics, "weight": weight, "bias": bias})
    found = tools.vjp(layer, x, cotangent=cotangent)
    expected = plain * weight.view(-1, 1, 1) + bias.view(-1, 1, 1)
    assert_close(found["output"], expected, "y", **LOOSE)
    gradients, axes = found["parameters"], (0, 2, 3)
    assert_close(gradients["weight"], (cotangent * plain).sum(axes), "weight.grad", **LOOSE)
    assert_close(gradients["bias"], cotangent.sum(axes), "bias.grad", **LOOSE)
    layer = double_layer(student, 2, affine=False)
    layer.eval()
    tools.assign(layer, statistics)
    assert_close(layer(x), plain, "y", **LOOSE)


@check(
    points=0.3,
    target="BatchNorm2d",
    es="con affine=False no hay weight ni bias, y solo normaliza",
    en="with affine=False there is neither weight nor bias, and it only normalises",
    covers=("affine-false",),
    parts=BATCH_STATS,
)
def test_without_affine(student: Any) -> None:
    x = wide(noise(*USUAL))
    layer = double_layer(student, 2, affine=False)
    assert_that(layer.weight is None, "weight no es None.", "weight is not None.")
    assert_that(layer.bias is None, "bias no es None.", "bias is not None.")
    layer.train()
    assert_close(layer(x), normalised(x, *moments(x)), "y", **LOOSE)


@check(
    points=0.4,
    target="BatchNorm2d",
    es="los gradientes respecto de la entrada pasan también por las estadísticas del lote",
    en="the gradients of the input flow through the batch statistics too",
    covers=("gradients-through", "differentiable"),
    parts=BATCH_STATS,
)
@FEW
@given(x=image_batches(height=(2, 5), width=(2, 6)).map(wide))
def test_gradients_in_train_mode(student: Any, tools: Any, x: Tensor) -> None:
    layer = double_layer(student, x.shape[1])
    layer.train()
    cotangent = noise(*x.shape, seed=1)
    found = tools.vjp(layer, x, cotangent=cotangent)
    mean, variance = moments(x)
    y = normalised(x, mean, variance)
    along = [moments(part)[0].view(-1, 1, 1) for part in (cotangent, cotangent * y)]
    deviation = variance.sqrt().view(-1, 1, 1)
    expected = (cotangent - along[0] - y * along[1]) / deviation
    assert_close(found["inputs"][0], expected, "x.grad", rtol=1e-3, atol=1e-6)


@check(
    points=0.1,
    target="BatchNorm2d",
    es="un canal constante da bias, y gradientes finitos",
    en="a constant channel gives bias, and finite gradients",
    covers=("formula", "differentiable"),
    parts=BATCH_STATS,
)
def test_constant_channels(student: Any, tools: Any) -> None:
    layer = double_layer(student, 3)
    layer.train()
    bias = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
    tools.assign(layer, {"bias": bias})
    per_channel = bias.view(1, -1, 1, 1)
    x = (4 * per_channel.floor()).expand(2, 3, 4, 8)
    found = tools.vjp(layer, x, cotangent=noise(*x.shape))
    assert_close(found["output"], per_channel.expand(x.shape), "y", **LOOSE)
    gradient = found["inputs"][0]
    narrow = noise(*x.shape) / 100
    if not is_close(layer(narrow), normalised(narrow, *moments(narrow)) + per_channel):
        return  # eps elsewhere leaves the gradient to how the root was written
    assert_shape(gradient, tuple(x.shape), "x.grad")
    broken = int((~gradient.isfinite()).sum())
    assert_that(
        not broken,
        f"x.grad: {broken} de {x.numel()} valores no son finitos.",
        f"x.grad: {broken} of {x.numel()} values are not finite.",
        seen=gradient,
    )


@check(
    points=0.5,
    target="BatchNorm2d",
    es="running_mean se mueve hacia la media del lote con peso momentum",
    en="running_mean moves towards the batch's mean with weight momentum",
    covers=("running-update", "defaults"),
    parts=BATCH_STATS,
)
def test_running_mean(student: Any, tools: Any) -> None:
    x = activations(USUAL)
    before = noise(2, seed=3)
    for options, share in (*(({"momentum": m}, m) for m in MOMENTA), ({}, 0.1)):
        layer = double_layer(student, 2, **options)
        tools.assign(layer, {"running_mean": before})
        layer.train()
        later(layer)(x)
        expected = (1 - share) * before + share * moments(x)[0]
        assert_close(layer.running_mean, expected, "running_mean")


@check(
    points=0.6,
    target="BatchNorm2d",
    es="running_var se mueve hacia la varianza insesgada del lote con peso momentum",
    en="running_var moves towards the batch's unbiased variance with weight momentum",
    covers=("running-update", "running-unbiased", "defaults"),
    parts=BATCH_STATS,
)
def test_running_var(student: Any, tools: Any) -> None:
    cases = [({"momentum": m}, m, USUAL) for m in MOMENTA]
    for options, share, shape in (({}, 0.1, SMALL), *cases, ({}, 0.1, USUAL)):
        x = activations(shape)
        before = noise(shape[1], seed=3).square()
        layer = double_layer(student, shape[1], **options)
        tools.assign(layer, {"running_var": before})
        layer.train()
        later(layer)(x)
        expected = (1 - share) * before + share * unbiased(x)
        assert_close(layer.running_var, expected, "running_var")


def assert_average_variance(student: Any, seen: object, batches: Sequence[Tensor]) -> None:
    """`seen` must be the average of the batches' variances.

    Unbiased they are, or as the student's layer has them with momentum 1: which of the two
    variances it is has a check of its own.
    """
    try:
        assert_close(seen, torch.stack([unbiased(b) for b in batches]).mean(0), "running_var")
    except Mismatch:
        biased = [moments(b)[1] for b in batches]
        layer = double_layer(student, batches[0].shape[1], momentum=1.0)
        layer.train()
        later(layer)(batches[0])
        is_own = is_close(layer.running_var, biased[0])
        if not is_own or not is_close(seen, torch.stack(biased).mean(0)):
            raise


@check(
    points=0.4,
    target="BatchNorm2d",
    es="con momentum=None las estadísticas móviles son la media de las de todos los lotes",
    en="with momentum=None the running statistics are the average of those of all batches",
    covers=("cumulative", "running-unbiased"),
    parts=BATCH_STATS,
)
def test_cumulative_average(student: Any) -> None:
    layer = double_layer(student, 3, momentum=None)
    layer.train()
    batches = [(i + 1) * (noise(n, 3, 8, 9, seed=i) + i) for i, n in enumerate((4, 6, 5))]
    for seen, x in enumerate(batches, start=1):
        later(layer)(x)
        average = torch.stack([moments(b)[0] for b in batches[:seen]]).mean(0)
        assert_close(layer.running_mean, average, "running_mean")
        assert_average_variance(student, layer.running_var, batches[:seen])


@check(
    points=0.3,
    target="BatchNorm2d",
    es="num_batches_tracked cuenta los lotes vistos en modo entrenamiento, también sin gradientes",
    en="num_batches_tracked counts the batches seen in train mode, without gradients too",
    covers=("count",),
    parts=BATCH_STATS,
)
def test_batches_are_counted(student: Any, tools: Any) -> None:
    many = 2**24 + 1  # a number that float32 does not have
    layer = later(student.BatchNorm2d)(2).half()
    layer.train()
    if isinstance(layer.num_batches_tracked, Tensor):
        tools.assign(layer, {"num_batches_tracked": torch.tensor(many)})
        later(layer)(noise(3, 2, 4, 5, dtype=torch.float16))
        assert_equal(int(layer.num_batches_tracked), many + 1, "num_batches_tracked")
    layer = later(student.BatchNorm2d)(2)
    x = noise(3, 2, 4, 5, dtype=torch.float32)
    layer.train()
    for seen in (1, 2):
        later(layer)(x)
        assert_equal(int(layer.num_batches_tracked), seen, "num_batches_tracked")
    tools.no_grad(layer, x)
    assert_equal(int(layer.num_batches_tracked), 3, "num_batches_tracked")


@check(
    points=0.6,
    target="BatchNorm2d",
    es="en modo evaluación normaliza con las estadísticas móviles, sea cual sea el lote",
    en="eval mode normalises by the running statistics, whatever the batch",
    covers=("eval-output", "differentiable"),
    parts=BATCH_STATS,
)
def test_eval_mode_output(student: Any, tools: Any) -> None:
    for shape in ((1, 1, 1, 1), USUAL):
        x = 30 * noise(*shape)
        channels = x.shape[1]
        layer = double_layer(student, channels)
        layer.train()
        later(layer)(noise(2, channels, 3, 4))
        layer.eval()
        later(layer)(x)  # the statistics of then are not those of later
        mean, variance = 10 * noise(channels, seed=1), 100 + 50 * noise(channels, seed=2).cos()
        tools.assign(layer, {"running_mean": mean, "running_var": variance})
        layer.eval()
        cotangent = noise(*shape, seed=3)
        found = tools.vjp(layer, x, cotangent=cotangent)
        assert_close(found["output"], normalised(x, mean, variance), "y", **LOOSE)
        slope = cotangent / variance.sqrt().view(-1, 1, 1)
        assert_close(found["inputs"][0], slope, "x.grad", **LOOSE)


@check(
    points=0.3,
    target="BatchNorm2d",
    es="en modo evaluación no cambia ninguna estadística móvil ni cuenta lotes",
    en="eval mode changes no running statistic and counts no batch",
    covers=("train-only", "count"),
    parts=BATCH_STATS,
)
def test_eval_mode_changes_nothing(student: Any, tools: Any) -> None:
    x = activations(USUAL)
    for momentum in (0.1, None):
        layer = double_layer(student, 2, momentum=momentum)
        layer.train()
        later(layer)(x)
        before = tools.buffers(layer)
        layer.eval()
        later(layer)(x)
        after = tools.attributes(layer, *before)
        for name, buffer in before.items():
            assert_close(after[name], buffer, name, rtol=0.0, atol=0.0)


@check(
    points=0.4,
    target="BatchNorm2d",
    es="con track_running_stats=False los búferes son None y también la evaluación usa el lote",
    en="with track_running_stats=False the buffers are None and eval mode uses the batch too",
    covers=("untracked-buffers", "untracked-eval"),
    parts=BATCH_STATS,
)
def test_without_running_stats(student: Any, tools: Any) -> None:
    x = wide(noise(*USUAL))
    for momentum in (0.1, None):
        layer = double_layer(student, 2, momentum=momentum, track_running_stats=False)
        for mode in (layer.eval, layer.train):
            mode()
            assert_close(layer(x), normalised(x, *moments(x)), "y", **LOOSE)
        for name, seen in tools.attributes(layer, *STATISTICS).items():
            assert_that(seen is None, f"{name} no es None.", f"{name} is not None.", seen=name)


@check(
    points=0.2,
    target="BatchNorm2d",
    es="las estadísticas móviles no llevan gradiente",
    en="the running statistics carry no gradient",
    covers=("running-no-gradient",),
    parts=BATCH_STATS,
)
def test_running_stats_carry_no_gradient(student: Any, tools: Any) -> None:
    x = activations(USUAL)
    for momentum in (0.1, None):
        layer = double_layer(student, 2, momentum=momentum)
        layer.train()
        tools.vjp(layer, x)
        tools.vjp(layer, x)
        for name, seen in tools.attributes(layer, "running_mean", "running_var").items():
            assert_that(
                not seen.requires_grad,
                f"{name} requiere gradiente después de una pasada.",
                f"{name} requires a gradient after a pass.",
                seen=name,
            )


@check(
    points=0.2,
    target="BatchNorm2d",
    es="recién creada, weight es 1, bias 0, running_mean 0, running_var 1 y no ha contado lotes",
    en="a fresh layer has weight 1, bias 0, running_mean 0, running_var 1 and no batch counted",
    covers=("fresh", "defaults"),
    parts=BATCH_STATS,
)
def test_fresh_layer(student: Any, tools: Any) -> None:
    used = later(student.BatchNorm2d)(3)
    used.train()
    later(used)(3 + noise(2, 3, 4, 5, dtype=torch.float32))
    layer = later(student.BatchNorm2d)(num_features=3)
    of_used = {"weight": 1, "bias": 0}  # which no pass changes
    of_fresh = {**of_used, "running_mean": 0, "running_var": 1}
    for which, values in ((used, of_used), (layer, of_fresh)):
        seen = tools.attributes(which, *values)
        for name, value in values.items():
            assert_close(seen[name], torch.full((3,), float(value)), name)
    assert_equal(int(layer.num_batches_tracked), 0, "num_batches_tracked")


@check(
    points=0.4,
    target="BatchNorm2d",
    es="los state_dict de torch.nn.BatchNorm2d se cargan de forma estricta, y al revés",
    en="the state dicts of torch.nn.BatchNorm2d load strictly, and the other way round",
    covers=("state-dict", "state-dict-names"),
    parts=BATCH_STATS,
)
def test_state_dict(student: Any, tools: Any) -> None:
    for options in ({}, {"affine": False}, {"track_running_stats": False}):
        library = torch.nn.BatchNorm2d(3, **options)
        with torch.no_grad():
            for i, tensor in enumerate(library.state_dict().values()):
                tensor.copy_(5 if tensor.ndim == 0 else noise(3, seed=i).abs())
        layer = later(student.BatchNorm2d)(3, **options)
        own, theirs = tools.state_dict(layer), dict(library.state_dict())
        assert_equal(sorted(own), sorted(theirs), "state_dict")
        shapes = {name: tuple(tensor.shape) for name, tensor in theirs.items()}
        assert_equal({name: tuple(own[name].shape) for name in shapes}, shapes, "state_dict")
        parameters = sorted(name for name, _ in library.named_parameters())
        assert_equal(sorted(tools.parameters(layer)), parameters, "named_parameters()")
        tools.load_state_dict(layer, theirs)
        loaded = tools.attributes(layer, *theirs)
        for name, tensor in theirs.items():
            assert_close(loaded[name].to(tensor.dtype), tensor, name, rtol=1e-6, atol=0.0)
        with torch.no_grad():
            library.load_state_dict(tools.state_dict(layer), strict=True)


@check(
    points=0.2,
    target="BatchNorm2d",
    es="con momentum=None la media acumulada continúa desde el número de lotes que se cargó",
    en="with momentum=None the cumulative average goes on from the number of batches loaded",
    covers=("cumulative", "state-dict"),
    parts=BATCH_STATS,
)
def test_cumulative_average_goes_on(student: Any, tools: Any) -> None:
    layer = double_layer(student, 2, momentum=None)
    before = noise(2, seed=1)
    state = {"running_mean": before, "num_batches_tracked": torch.tensor(4)}
    tools.load_state_dict(layer, {**tools.state_dict(layer), **state})
    layer.train()
    x = noise(3, 2, 4, 5)
    later(layer)(x)
    assert_close(layer.running_mean, (4 * before + moments(x)[0]) / 5, "running_mean")


@check(
    points=0.3,
    target="BatchNorm2d",
    es="la salida sigue siendo exacta con una media mil veces la desviación, "
    "y no desborda en float16",
    en="the output stays accurate where the mean is a thousand times the deviation, "
    "and does not overflow in float16",
    covers=("accurate", "overflow"),
    parts=BATCH_STATS,
)
def test_output_is_accurate(student: Any) -> None:
    x = (1000 + noise(6, 4, 6, 5)).float()
    layer = later(student.BatchNorm2d)(4, momentum=1.0)
    layer.train()
    assert_close(layer(x), normalised(x, *moments(x)).float(), "y", rtol=5e-3, atol=5e-3)
    assert_close(layer.running_var, unbiased(x).float(), "running_var", rtol=1e-2)
    # The variance of the second is beyond float16, its square root is not.
    # With the first, a mean that is rounded to float16 is off by 1/32 of the deviation: allowed.
    for x, atol in ((64 + noise(6, 4, 6, 5), 0.05), (1000 * noise(6, 4, 6, 5), 0.01)):
        layer = later(student.BatchNorm2d)(4, track_running_stats=False).half()
        layer.train()
        expected = normalised(x.half(), *moments(x.half())).half()
        assert_close(layer(x.half()), expected, "y", rtol=0.01, atol=atol)


@check(
    points=0.2,
    target="BatchNorm2d",
    es="conserva el tipo y el dispositivo, calcula float64 en float64 "
    "y no cambia la entrada ni la semilla",
    en="dtype and device are kept, float64 is computed in float64, "
    "input and seed stay as they were",
    covers=("dtype", "device", "float64", "input-unchanged", "seed-unchanged"),
    parts=BATCH_STATS,
)
def test_dtype_and_device_are_kept(student: Any, remote_torch: Any, tools: Any) -> None:
    seed = UNUSUAL_SEED
    tools.seed_torch(seed)
    for dtype in FLOATING:
        layer = later(student.BatchNorm2d)(2).to(dtype)
        x = noise(3, 2, 4, 5, dtype=dtype)
        layer.train()
        y = layer(x)
        assert_close(y, normalised(x, *moments(x)).to(dtype), "y", rtol=0.1, atol=0.1)
        for name, seen in tools.attributes(layer, "running_mean", "running_var").items():
            assert_equal(getattr(seen, "dtype", None), dtype, f"{name}.dtype")
        layer.eval()
        y = layer(x)
        assert_equal(y.dtype, dtype, "dtype")
        assert_shape(y, (3, 2, 4, 5))
    x = 1e5 * noise(3, 2, 4, 5)
    layer = double_layer(student, 2)
    layer.train()
    seen = tools.observe(layer, x)
    assert_close(seen["result"], normalised(x, *moments(x)), "y", rtol=1e-8, atol=1e-9)
    assert_equal(seen["arguments"], [x], "x")
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    layer.eval()
    assert_equal(tools.observe(layer, x)["arguments"], [x], "x")
    on_meta = tools.call_on("meta", student.BatchNorm2d, 2)
    for mode in (on_meta.train, on_meta.eval):
        mode()
        assert_device(on_meta(torch.empty(3, 2, 4, 5, device="meta")), "meta")
    with fake_cuda(student):
        moved = tools.to_fake_cuda(student.BatchNorm2d(2))
        for mode in (moved.train, moved.eval):
            mode()
            assert_device(moved(x.float()), "cuda")


@check(
    points=0.1,
    target="BatchNorm2d",
    es="acepta entradas que no son contiguas en memoria",
    en="inputs that are not contiguous in memory are accepted",
    covers=("layouts",),
    parts=BATCH_STATS,
)
def test_memory_layouts(student: Any) -> None:
    x = 300 * noise(3, 2, 4, 5)
    layer = double_layer(student, 2)
    layer.train()
    for laid_out in layouts(x):
        assert_close(layer(laid_out), normalised(x, *moments(x)), "y", **LOOSE)


@check(
    points=0.2,
    target="BatchNorm2d",
    es="rechaza con ValueError una entrada que no es 4-D o tiene otro número de canales",
    en="an input that is not 4-D or has another number of channels is refused with ValueError",
    covers=("error-axes", "error-channels", "error-message"),
    parts=BATCH_STATS,
)
def test_wrong_shapes_are_refused(student: Any, tools: Any) -> None:
    shapes = ((2, 3), (2, 3, 4), (3, 4, 5), (2, 3, 4, 5, 6))
    wrong: list[Case] = [((torch.ones(shape),), " ".join(INPUT)) for shape in shapes]
    for channels in (1, 2, 4):
        wrong.append(((torch.ones(2, channels, 4, 5),), " ".join((*INPUT, "num_features"))))
    three: Case = ((torch.ones(2, 3, 4, 5),), " ".join((*INPUT, "num_features")))
    for options in ({}, {"affine": False}, {"track_running_stats": False}):
        layer, narrow = (later(student.BatchNorm2d)(channels, **options) for channels in (3, 1))
        for mode in ("train", "eval"):
            getattr(layer, mode)()
            getattr(narrow, mode)()
            assert_all_refused(tools, layer, wrong)
            assert_all_refused(tools, narrow, [three])


@check(
    points=0.1,
    target="BatchNorm2d",
    es="en modo entrenamiento rechaza con ValueError un solo valor por canal; "
    "en evaluación lo acepta",
    en="a single value per channel is refused with ValueError in train mode; eval mode accepts it",
    covers=("error-single-value", "error-message"),
    parts=BATCH_STATS,
)
def test_single_value_is_refused(student: Any) -> None:
    x = torch.ones(1, 3, 1, 1)
    for options in ({}, {"track_running_stats": False}):
        layer = later(student.BatchNorm2d)(3, **options)
        layer.train()
        with rejects(*INPUT):
            layer(x)
    for shape in ((2, 3, 1, 1), (1, 3, 1, 2), (1, 3, 2, 1)):
        assert_shape(later(student.BatchNorm2d)(3).train()(torch.ones(shape)), shape)
    layer = later(student.BatchNorm2d)(3)
    layer.eval()
    assert_shape(layer(x), (1, 3, 1, 1))
