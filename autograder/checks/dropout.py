"""Hidden checks of `cnnlab.dropout`.

Which maps fall is the student's to draw: a check reads the mask off the zeros of the result (the
inputs have none) and looks at one property of it. Statistics are taken on maps of one pixel, where
a mask that is wrong inside a map looks right, and allow for maps that fall together, so each
mistake fails the checks of what it breaks. What a failure hands to the diagnosis does not depend on
chance. The bounds on random outcomes are crossed by right code less than once in 10^9 runs.

Dropout2d may build on the student's own dropout2d; it is right with prepared masks in the place of
that one, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.checking import (
    assert_close,
    assert_device,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    later,
    prepare_part,
    rejects,
)
from autograder.checking.failures import Mismatch
from autograder.checking.strategies import noise
from autograder.checks.many_calls import assert_each
from cnnlab.text import Text

SIDE = 64
LOG_CHANCE = 25  # Hoeffding: 2 exp(-25) < 3e-11 for each frequency that is off by the margin
CORRELATION = 60  # of 64 signs; 2 · (1 + 64 + 2016) / 2⁶⁴ for each of the 4032 pairs
DISPERSION = (13, 175)  # of 64 counts, 64 on average; Chernoff's bound: below 1e-10 for the two
CALLS = 4
SEED = 20_150

PROBABILITIES = (0.25, 0.1, 0.6)
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
EXACT = (torch.float64, torch.float16)
NOT_PROBABILITIES = (-0.1, -1, 1.1, 2, 1.0001, -1e-6)
NOT_IMAGES = ((), (3,), (2, 3), (2, 3, 4), (2, 3, 4, 5, 6))
P = ("p",)
X = ("x", "input")
OWN_FUNCTION = {"dropout2d": "prepared_maps.prepared_maps"}


def several_maps(seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """So many maps that some fall and some stay."""
    return noise(4, 6, 3, 2, seed=seed, dtype=dtype)


def pixels(batch: int = SIDE, channels: int = SIDE) -> Tensor:
    """One pixel per map, so that a map and its pixel fall together."""
    return torch.ones(batch, channels, 1, 1)


def dropped(y: Any, x: Tensor) -> Tensor:
    """Which pixels of `y`, the result on `x`, are zero."""
    assert_shape(y, tuple(x.shape), "y")
    lost = x.isfinite() & ~y.isfinite()
    if bool(lost.any()):
        n, c, h, w = first_place(lost)
        raise Mismatch(
            Text(
                es=f"y[{n}, {c}, {h}, {w}] es {y[n, c, h, w].item()}, y x es finito.",
                en=f"y[{n}, {c}, {h}, {w}] is {y[n, c, h, w].item()}, and x is finite.",
            ),
            "not finite",
        )
    return torch.eq(y, 0)


def fallen(y: Any, x: Tensor) -> Tensor:
    """Which maps of one pixel are zero, of shape (N, C)."""
    return dropped(y, x).flatten(1)


def all_alike(rows: Tensor) -> bool:
    return bool((rows == rows[:1]).all())


def free_draws(maps: Tensor) -> int:
    """How many maps fall on their own: fewer than there are where images or channels agree."""
    images, channels = maps.shape
    return (1 if all_alike(maps) else images) * (1 if all_alike(maps.T) else channels)


def margin(draws: int) -> float:
    return math.sqrt(LOG_CHANCE / (2 * draws))


def first_place(wrong: Tensor) -> tuple[int, ...]:
    return tuple(int(i) for i in wrong.nonzero()[0])


def assert_frequency(y: Any, x: Tensor, p: float) -> None:
    maps = fallen(y, x)
    draws, frequency = free_draws(maps), float(maps.double().mean())
    known = {"p": p, "1 - p": 1 - p, "p²": p * p}
    near = (name for name, share in known.items() if abs(share - frequency) < margin(draws))
    seen = next(near, "another share") if draws > 1 else "all alike"
    assert_that(
        draws > 1 and abs(frequency - p) < margin(draws),
        es=f"Con p = {p} se anuló el {frequency:.1%} de {maps.numel()} mapas.",
        en=f"With p = {p}, {frequency:.1%} of {maps.numel()} maps were zeroed.",
        seen=seen,
    )


def assert_whole_maps(y: Any, x: Tensor) -> None:
    zeros = dropped(y, x)
    by_row, by_column = zeros != zeros[:, :, :1], zeros != zeros[..., :1]
    mixed = (by_row | by_column).flatten(2).any(dim=2)
    if bool(mixed.any()):
        n, c = first_place(mixed)
        raise Mismatch(
            Text(
                es=f"En el mapa (n, c) = ({n}, {c}) hay píxeles anulados y otros que no.",
                en=f"The map (n, c) = ({n}, {c}) has zeroed pixels and others that are not.",
            ),
            (bool(by_row.any()), bool(by_column.any())),
        )


def factor_of(seen: Tensor, x: Tensor) -> float | None:
    """The one number by which `x` was multiplied; None where there is none."""
    if not seen.numel():
        return 1.0
    ratios = seen.double() / x.double()
    factor = float(ratios.median())
    rough = 2e-2 if seen.dtype.itemsize < 4 else 1e-4
    is_one = torch.allclose(seen.double(), factor * x.double(), rtol=rough, atol=rough)
    return factor if is_one else None


def name_of(factor: float, p: float, share: float) -> str | None:
    """The formula that gives `factor`; `share` of the maps stayed."""
    stays = 1 - p
    formulas = {
        "1": 1.0,
        "p": p,
        "1 − p": stays,
        "1/p": 1 / p if p else math.inf,
        "1/(1 − p)": 1 / stays if stays else math.inf,
        "1/(1 − p)²": 1 / stays**2 if stays else math.inf,
        "(N·C)/(maps that stayed)": 1 / share if share else math.inf,
    }
    names = (n for n, value in formulas.items() if math.isclose(factor, value, rel_tol=2e-3))
    return next(names, None)


def scaling(seen: Tensor, x: Tensor, kept: Tensor, p: float) -> tuple[str, Text]:
    """What happened to the pixels that were kept: a formula, or "other", and the words for it."""
    factor = factor_of(seen[kept], x[kept])
    if factor is None:
        return "other", Text(es="no es un múltiplo de x", en="is no multiple of x")
    name = name_of(factor, p, float(kept.double().mean()))
    number = f"{factor:.9g}" if name == "1/(1 − p)" else f"{factor:.4g}"
    shown = f"{number} = {name}" if name and name != number else number
    return name or "other", Text(es=f"es x · {shown}", en=f"is x · {shown}")


def assert_scaled(y: Any, x: Tensor, p: float) -> None:
    """What is not zero is x / (1 − p), in the precision of x."""
    zeros = dropped(y, x)
    expected = torch.where(zeros, 0.0, x.double() / (1 - p)).to(x.dtype)
    try:
        assert_close(y.to(x.dtype), expected, "y")
    except Mismatch:
        name, words = scaling(y, x, ~zeros, p)
        wanted = f"x · {1 / (1 - p):.9g}"
        text = Text(
            es=f"Con p = {p}, lo que no se anuló {words.es}; se esperaba {wanted}.",
            en=f"With p = {p}, what was not zeroed {words.en}; expected {wanted}.",
        )
        raise Mismatch(text, name) from None


def assert_unchanged(y: Any, x: Tensor, p: float) -> None:
    try:
        assert_close(y, x, "y", rtol=0, atol=0)
    except Mismatch as error:
        if not isinstance(y, Tensor) or y.shape != x.shape or y.dtype != x.dtype or y.is_meta:
            raise
        zeros = dropped(y, x)
        name, words = scaling(y, x, ~zeros, p)
        some = bool(zeros.any())
        if some:
            fell = Text(es="Hay píxeles anulados.", en="Some pixels were zeroed.")
        else:
            fell = Text(es=f"y {words.es}.", en=f"y {words.en}.")
        detail = fell if some or name != "other" else error.text
        raise Mismatch(detail, (some, name)) from None


def assert_gradient(result: dict[str, Any], x: Tensor, cotangent: Tensor, p: float) -> None:
    """The function is linear in each pixel, so that y / x is its own derivative."""
    output, gradient = result["output"], result["inputs"][0]
    assert_shape(output, tuple(x.shape), "y")
    expected = cotangent * output / x
    try:
        assert_close(gradient, expected, "x.grad", rtol=1e-6, atol=1e-8)
    except Mismatch:
        if gradient is None:
            raise Mismatch(Text(es="x no recibe gradiente.", en="x gets no gradient.")) from None
        zeros = dropped(output, x)
        if bool((gradient[zeros] != 0).any()):
            text = Text(
                es="El gradiente pasa también por los mapas anulados.",
                en="The gradient flows through the zeroed maps, too.",
            )
            raise Mismatch(text, "zeroed maps") from None
        name, words = scaling(gradient, cotangent, ~zeros, p)
        text = Text(
            es=f"En los mapas que quedan, x.grad {words.es}, donde x es el gradiente de y.",
            en=f"In the maps that stay, x.grad {words.en}, where x is the gradient of y.",
        )
        raise Mismatch(text, name) from None


def assert_independent(maps: Tensor) -> None:
    """Each row and each column of `maps`, drawn with p = 0.5, is like 64 tosses of a coin."""
    every_image, every_channel = all_alike(maps), all_alike(maps.T)
    if every_image and every_channel:
        raise Mismatch(
            Text(
                es="En una llamada caen todos los mapas o ninguno.",
                en="In one call, all maps fall or none.",
            ),
            "one draw",
        )
    assert_that(
        not every_image,
        es="En todas las imágenes caen los mismos canales.",
        en="The same channels fall in every image.",
        seen="channels",
    )
    assert_that(
        not every_channel,
        es="En cada imagen caen todos los canales o ninguno.",
        en="In each image, all channels fall or none.",
        seen="images",
    )
    signs = 1 - 2 * maps.double()
    for rows, es, en in ((signs, "imágenes", "images"), (signs.T, "canales", "channels")):
        correlations = (rows @ rows.T).fill_diagonal_(0)
        assert_that(
            float(correlations.abs().max()) < CORRELATION,
            es=f"Hay dos {es} con la misma máscara, o justo con la contraria.",
            en=f"Two {en} have the same mask, or exactly the opposite one.",
        )
        dispersion = float((rows.sum(dim=1) ** 2 / SIDE).sum())
        assert_that(
            dispersion > DISPERSION[0],
            es=f"El número de mapas anulados apenas cambia entre {es}.",
            en=f"The number of zeroed maps hardly differs between {en}.",
        )
        assert_that(
            dispersion < DISPERSION[1],
            es=f"Los mapas de unas {es} caen juntos: casi todos o casi ninguno.",
            en=f"Maps of the same {en} fall together: nearly all or nearly none.",
        )


def assert_pairs_independent(maps: Tensor, es: str, en: str) -> None:
    """Both, one, the other and none of two maps fall equally often, with p = 0.5."""
    outcomes = (2 * maps[:, 0].long() + maps[:, 1].long()).bincount(minlength=4) / len(maps)
    assert_that(
        float((outcomes - 0.25).abs().max()) < margin(len(maps)),
        es=(
            f"Con p = 0.5, de dos {es} caen ambos el {float(outcomes[3]):.0%} de las veces, "
            f"uno solo el {float(outcomes[1] + outcomes[2]):.0%}."
        ),
        en=(
            f"With p = 0.5, both of two {en} fall {float(outcomes[3]):.0%} of the time, "
            f"just one {float(outcomes[1] + outcomes[2]):.0%}."
        ),
        seen=[bool(share) for share in outcomes],
    )


def assert_same_masks(first: list[Any], second: list[Any], x: Tensor, *, same: bool) -> None:
    pairs = zip(first, second, strict=True)
    agree = all([torch.equal(dropped(a, x), dropped(b, x)) for a, b in pairs])
    assert_that(
        agree == same,
        es="Las máscaras cambiaron." if same else "Las máscaras fueron las mismas.",
        en="The masks changed." if same else "The masks were the same.",
    )


def assert_new_masks(results: list[Any], x: Tensor) -> None:
    masks = torch.stack([dropped(y, x).flatten() for y in results])
    assert_that(
        not all_alike(masks),
        es=f"En {len(results)} llamadas, la máscara fue siempre la misma.",
        en=f"In {len(results)} calls, the mask was always the same.",
    )


def assert_images_and_channels_differ(results: list[Any], x: Tensor) -> None:
    """In 4 calls on 4 x 8 maps, either agrees throughout with a probability below 1e-25."""
    masks = torch.stack([fallen(y, x) for y in results])
    for agree, es, en in (
        (all(map(all_alike, masks)), "todas las imágenes", "all images"),
        (all(map(all_alike, masks.mT)), "todos los canales", "all channels"),
    ):
        assert_that(
            not agree,
            es=f"En cada llamada, {es} pierden lo mismo.",
            en=f"In each call, {en} lose the same.",
        )


def meets_rare_maps(dropout2d: Callable[..., Any], x: Tensor, p: float) -> bool:
    """Whether some map falls and some stays; 3 · 64² maps agree with probability below 1e-10."""
    results = [dropout2d(x, p, True) for _ in range(3)]
    maps = torch.cat([fallen(y, x) for y in results])
    assert_that(
        all([bool(y.isfinite().all()) for y in results]),
        es=f"Con p = {p} y x en {x.dtype}, y no es finita.",
        en=f"With p = {p} and x in {x.dtype}, y is not finite.",
    )
    return bool(maps.any()) and not bool(maps.all())


def assert_rejected(
    names: tuple[str, ...], tools: Any, function: Any, calls: list[tuple[Any, ...]]
) -> None:
    """Every call must raise a ValueError that has one of `names` in its message."""

    def assert_refused(_: object, call: Callable[..., object], *arguments: object) -> None:
        with rejects(*names):
            call(*arguments)

    assert_each(tools, function, [(arguments, None) for arguments in calls], assert_refused)


def assert_kept(x: Tensor, call: Callable[..., object], *arguments: object) -> None:
    """The call must give a result of the shape, dtype and device of `x`."""
    y = call(*arguments)
    assert_shape(y, tuple(x.shape), "y")
    assert isinstance(y, Tensor)
    assert_close(y.to("meta"), x.to("meta"), "y")
    assert_device(y, x.device.type, "y")


def assert_on_cuda(_: object, call: Callable[..., object], *arguments: object) -> None:
    assert_device(call(*arguments), "cuda", "y")


def assert_seed(seen: dict[str, Any]) -> None:
    assert_that(
        seen["seed"] == SEED,
        es="La semilla global de torch cambió.",
        en="torch's global seed changed.",
    )


def prepare(tools: Any, x: Tensor, *probabilities: float, draws: int = 1) -> None:
    """Draw masks for the stand-in of the student's dropout2d on inputs like `x`."""
    factors = []
    generator = torch.Generator().manual_seed(len(probabilities))
    for p in probabilities:
        falls = torch.rand(draws, *x.shape[:2], dtype=torch.float64, generator=generator) < p
        scale = 1 / (1 - p) if p < 1 else 0.0
        factors.append((float(p), scale * (~falls).double()))
    prepare_part(tools, "prepared_maps", factors)


# dropout2d


@check(
    points=0.5,
    target="dropout2d",
    es="un mapa se anula entero o no se anula",
    en="a map is zeroed as a whole or not at all",
    covers=("whole-maps",),
)
def test_zeroes_whole_maps(student: Any) -> None:
    for p, x in ((0.5, noise(6, 8, 4, 5)), (0.25, noise(8, 7, 5, 4)), (0.7, noise(7, 6, 7, 6))):
        assert_whole_maps(student.dropout2d(x, p, True), x)


@check(
    points=0.5,
    target="dropout2d",
    es="lo que no se anula se multiplica por 1/(1 − p)",
    en="what is not zeroed is multiplied by 1/(1 − p)",
    covers=("scaled", "float64"),
)
def test_scales_what_stays(student: Any) -> None:
    for p in PROBABILITIES:
        for dtype in EXACT:
            x = several_maps(dtype=dtype)
            assert_scaled(student.dropout2d(x, p, True), x, p)


@check(
    points=0.5,
    target="dropout2d",
    es="cada mapa se anula con probabilidad p",
    en="each map is zeroed with probability p",
    covers=("probability",),
)
def test_probability_of_zeroing(student: Any) -> None:
    x = pixels()
    for p in (0.2, 0.9):
        assert_frequency(student.dropout2d(x, p, True), x, p)


@check(
    points=0.2,
    target="dropout2d",
    es="una p muy cerca de 0 o de 1 se respeta, también con x en media precisión",
    en="a p very close to 0 or 1 is respected, with x in half precision too",
    covers=("probability", "dtype"),
)
def test_probability_in_half_precision(student: Any) -> None:
    x = pixels(8, 8).bfloat16()
    if free_draws(fallen(student.dropout2d(x, 0.5, True), x)) < x.numel():
        return  # maps that fall together are another check's
    x = pixels().bfloat16()
    for p in (0.9981, 0.0019):
        if not meets_rare_maps(student.dropout2d, x, p):
            everywhere = not meets_rare_maps(student.dropout2d, x.float(), p)
            name = "float32" if everywhere else "bfloat16"
            raise Mismatch(
                Text(
                    es=f"Con p = {p} y x en {name}, {3 * x.numel()} mapas acabaron igual.",
                    en=f"With p = {p} and x in {name}, {3 * x.numel()} maps ended alike.",
                ),
                name,
            )


@check(
    points=0.5,
    target="dropout2d",
    es="los mapas se anulan de forma independiente, entre imágenes y entre canales",
    en="maps are zeroed independently, across images and across channels",
    covers=("independent",),
)
def test_maps_are_independent(student: Any, tools: Any) -> None:
    x = pixels()
    assert_independent(fallen(student.dropout2d(x, 0.5, True), x))
    x = pixels(512, 2)
    assert_pairs_independent(
        fallen(student.dropout2d(x, 0.5, True), x), "canales de una imagen", "channels of one image"
    )
    x = pixels(2, 512)
    assert_pairs_independent(
        fallen(student.dropout2d(x, 0.5, True), x).T, "imágenes de un lote", "images of one batch"
    )
    # Equal totals in 16 calls have a probability below 1e-15.
    x = pixels(8, 8)
    results = tools.repeat(16, student.dropout2d, x, 0.5, True)
    masks = torch.stack([fallen(y, x).flatten() for y in results])
    if all_alike(masks):
        return  # calls that repeat the last one are another check's
    assert_that(
        not all_alike(masks.sum(dim=1)),
        es="El número de mapas anulados es siempre el mismo.",
        en="The number of zeroed maps is always the same.",
    )
    x = pixels(1, 1)
    results = tools.repeat(64, student.dropout2d, x, 0.5, True)
    frequency = float(torch.stack([fallen(y, x) for y in results]).double().mean())
    assert_that(
        abs(frequency - 0.5) < margin(64),
        es=f"Con p = 0.5, un mapa solo se anuló en el {frequency:.0%} de 64 llamadas.",
        en=f"With p = 0.5, a map on its own was zeroed in {frequency:.0%} of 64 calls.",
    )


@check(
    points=0.4,
    target="dropout2d",
    es="con training=False los valores de x no cambian, sea cual sea p",
    en="with training=False the values of x do not change, whatever p is",
    covers=("not-training",),
)
def test_not_training_changes_nothing(student: Any) -> None:
    for p in (0.5, 0.3, 1.0, 0.0, 1, 0):
        x = several_maps(dtype=torch.float64 if isinstance(p, float) else torch.float16)
        assert_unchanged(student.dropout2d(x, p, False), x, p)


@check(
    points=0.2,
    target="dropout2d",
    es="con p = 0 los valores de x no cambian",
    en="with p = 0 the values of x do not change",
    covers=("p-zero",),
)
def test_p_zero_changes_nothing(student: Any) -> None:
    for p, dtype in ((0.0, torch.float64), (0.0, torch.float16), (0, torch.float64)):
        x = several_maps(dtype=dtype)
        assert_unchanged(student.dropout2d(x, p, True), x, p)


@check(
    points=0.4,
    target="dropout2d",
    es="con p = 1 todo es cero, aunque x tenga infinitos, y también el gradiente",
    en="with p = 1 everything is zero, even where x is infinite, and so is the gradient",
    covers=("p-one", "differentiable"),
)
def test_p_one_zeroes_everything(student: Any, tools: Any) -> None:
    x = several_maps()
    infinite = torch.where(x > 0.5, math.inf, torch.where(x < -0.5, -math.inf, x))
    for p in (1.0, 1):
        gradient = tools.vjp(student.dropout2d, x, p, True)["inputs"][0]
        for images in (x, infinite):
            assert_close(student.dropout2d(images, p, True), torch.zeros_like(x), "y")
        if gradient is not None:  # zeros that do not depend on x
            assert_close(gradient, torch.zeros_like(x), "x.grad")


@check(
    points=0.4,
    target="dropout2d",
    es="si se pasa generator, la máscara sale de él y de nada más, y la siguiente es otra",
    en="with a generator the mask comes from it and nothing else, and the next one is another",
    covers=("generator",),
)
def test_mask_comes_from_the_generator(student: Any, tools: Any, remote_torch: Any) -> None:
    x = pixels(4, 8)
    generator = remote_torch.Generator()

    def draw(p: float, seed: int, global_seed: int) -> list[Any]:
        generator.manual_seed(seed)
        tools.seed_torch(global_seed)
        results: list[Any] = tools.repeat(CALLS, student.dropout2d, x, p, True, generator)
        return results

    for p in (0.4, 0.6):
        first = draw(p, 7, global_seed=1)
        assert_new_masks(first, x)
        assert_images_and_channels_differ(first, x)
        assert_same_masks(first, draw(p, 8, global_seed=1), x, same=False)
        assert_same_masks(first, draw(p, 7, global_seed=2), x, same=True)


@check(
    points=0.4,
    target="dropout2d",
    es="sin generator, la máscara sale del generador por defecto de torch",
    en="without a generator, the mask comes from torch's default generator",
    covers=("default-generator",),
)
def test_mask_comes_from_the_default_generator(student: Any, tools: Any, remote_torch: Any) -> None:
    x = pixels(4, 8)

    def draw(p: float, seed: int) -> list[Any]:
        tools.seed_torch(seed)
        results: list[Any] = tools.repeat(CALLS, student.dropout2d, x, p, True)
        return results

    for p in (0.4, 0.6):
        first = draw(p, 7)
        assert_new_masks(first, x)
        assert_same_masks(first, draw(p, 8), x, same=False)
        assert_same_masks(first, draw(p, 7), x, same=True)


@check(
    points=0.2,
    target="dropout2d",
    es="con x en la GPU y sin generator, la máscara se saca en la GPU",
    en="with x on the GPU and no generator, the mask is drawn on the GPU",
    covers=("default-generator", "device"),
)
def test_mask_is_drawn_on_the_device_of_x(student: Any, tools: Any) -> None:
    assert_shape(student.dropout2d(noise(2, 3, 4, 5), 0.5, True), (2, 3, 4, 5), "y")
    devices: list[str] = []
    with fake_cuda(student):
        devices = tools.random_devices(student.dropout2d, noise(2, 3, 4, 5), 0.5, True)
    assert_that(
        not devices or "cuda" in devices,
        es=f"Con x en cuda se sacaron números al azar en: {', '.join(devices)}.",
        en=f"With x on cuda, random numbers were drawn on: {', '.join(devices)}.",
        seen=devices,
    )


@check(
    points=0.3,
    target="dropout2d",
    es="el resultado conserva el dtype y el dispositivo de x",
    en="the result keeps the dtype and the device of x",
    covers=("dtype", "device"),
)
def test_keeps_dtype_and_device(student: Any, tools: Any) -> None:
    x = noise(2, 3, 4, 5)
    cases = ((0.5, True), (0.0, True), (1.0, True), (0.5, False))
    for device in ("cpu", "meta"):
        images = [x.to(device, dtype) for dtype in DTYPES]
        calls = [((like, *case), like) for like in images for case in cases]
        assert_each(tools, student.dropout2d, calls, assert_kept)
    with fake_cuda(student):
        calls = [((x, *case), x) for case in cases]
        assert_each(tools, student.dropout2d, calls, assert_on_cuda)


@check(
    points=0.3,
    target="dropout2d",
    es="el gradiente pasa por los mapas que quedan con su factor, y no por los anulados",
    en="the gradient flows through the maps that stay, with their factor, and not through the rest",
    covers=("differentiable",),
)
def test_gradient(student: Any, tools: Any) -> None:
    x = several_maps()
    cotangent = noise(*x.shape, seed=1)
    for p, training in ((0.25, True), (0.6, True), (0.0, True), (0.25, False)):
        result = tools.vjp(student.dropout2d, x, p, training, cotangent=cotangent)
        assert_gradient(result, x, cotangent, p)


@check(
    points=0.2,
    target="dropout2d",
    es="no modifica x ni cambia la semilla de torch",
    en="it neither modifies x nor changes torch's seed",
    covers=("input-unchanged", "seed-unchanged"),
)
def test_leaves_input_and_seed(student: Any, tools: Any, remote_torch: Any) -> None:
    x = noise(4, 5, 3, 2)
    tools.seed_torch(SEED)
    generator = remote_torch.Generator()
    calls = ((0.5, True), (0.0, True), (0.5, False), (0.5, True, generator), (1.0, True))
    for arguments in calls:
        seen = tools.observe(student.dropout2d, x, *arguments)
        changed = seen["arguments"][0] != x
        assert_that(not bool(changed.any()), es="x cambió.", en="x was changed.")
        assert_seed(seen)


@check(
    points=0.2,
    target="dropout2d",
    es="el tamaño de x y su disposición en memoria son indiferentes",
    en="the size of x and its layout in memory make no difference",
    covers=("layouts", "whole-maps"),
)
def test_any_size_and_memory_layout(student: Any) -> None:
    x = noise(3, 6, 4, 5)
    for view in (
        x.transpose(2, 3),
        x.transpose(0, 1),
        x.transpose(1, 3),
        x[:, ::2, 1:],
        x[:, :1].expand(3, 6, 4, 5),
        x.to(memory_format=torch.channels_last),
        x[:1],
        x[:, :1],
        x[:, :, :1],
        x[..., :1],
        x[:1, :1, :1, :1],
    ):
        y = student.dropout2d(view, 0.5, True)
        kept = ~dropped(y, view)
        assert_that(
            factor_of(y[kept], view[kept]) is not None,
            es="Lo que no se anuló no es un múltiplo de x.",
            en="What was not zeroed is no multiple of x.",
        )


@check(
    points=0.2,
    target="dropout2d",
    es="una p fuera de [0, 1] es un ValueError, también con training=False",
    en="a p outside [0, 1] is a ValueError, with training=False too",
    covers=("p-error",),
)
def test_rejects_p_outside_the_unit_interval(student: Any, tools: Any) -> None:
    x = noise(2, 3, 4, 5)
    calls = [(x, p, training) for p in NOT_PROBABILITIES for training in (True, False)]
    assert_rejected(P, tools, student.dropout2d, calls)


@check(
    points=0.2,
    target="dropout2d",
    es="un x que no tiene cuatro ejes es un ValueError, también con training=False",
    en="an x that does not have four axes is a ValueError, with training=False too",
    covers=("x-error",),
)
def test_rejects_x_that_is_not_four_dimensional(student: Any, tools: Any) -> None:
    cases = ((0.5, True), (0.5, False), (0.0, True), (1.0, True))
    images = [noise(*shape) for shape in NOT_IMAGES]
    calls = [(x, *case) for x in images for case in cases]
    assert_rejected(X, tools, student.dropout2d, calls)


@check(
    points=0.2,
    target="dropout2d",
    es="los argumentos se llaman como pide el enunciado; por defecto p = 0.5 y training=True",
    en="the arguments are named as the assignment asks; by default p = 0.5 and training=True",
    covers=("signature",),
)
def test_signature(student: Any) -> None:
    x = pixels()
    assert_frequency(student.dropout2d(x), x, 0.5)
    y = student.dropout2d(generator=None, training=False, p=0.5, x=x)
    assert_shape(y, tuple(x.shape), "y")


# Dropout2d


def in_train_mode(student: Any, p: float) -> Callable[[Tensor], Any]:
    layer: Callable[[Tensor], Any] = later(student.Dropout2d)(p).train()
    return layer


@check(
    points=0.7,
    target="Dropout2d",
    es="en modo train anula mapas con su probabilidad p",
    en="in train mode it zeroes maps with its probability p",
    covers=("layer-drops",),
    parts=OWN_FUNCTION,
)
def test_layer_zeroes_with_probability_p(student: Any, tools: Any) -> None:
    x = pixels()
    prepare(tools, x, 0.2, 0.9)
    for p in (0.2, 0.9):
        assert_frequency(in_train_mode(student, p)(x), x, p)


@check(
    points=0.3,
    target="Dropout2d",
    es="el argumento se llama p y por defecto es 0.5; una capa nueva está en modo train",
    en="the argument is called p and is 0.5 by default; a new layer is in train mode",
    covers=("layer-signature",),
    parts=OWN_FUNCTION,
)
def test_layer_signature(student: Any, tools: Any) -> None:
    x = pixels()
    prepare(tools, x, 0.5, 0.1)
    assert_frequency(later(student.Dropout2d)()(x), x, 0.5)
    assert_frequency(later(student.Dropout2d)(p=0.1).train()(x), x, 0.1)


@check(
    points=0.7,
    target="Dropout2d",
    es="en modo eval no cambia los valores, tampoco dentro de una red",
    en="in eval mode it does not change the values, nor does it inside a network",
    covers=("layer-eval",),
    parts=OWN_FUNCTION,
)
def test_layer_in_eval_mode_changes_nothing(student: Any, tools: Any) -> None:
    x = several_maps()
    probabilities = (0.5, 0.3, 1.0)
    prepare(tools, x, *probabilities)
    for p in probabilities:
        layer = later(student.Dropout2d)(p).train()
        assert_unchanged(layer.eval()(x), x, p)
        network = tools.sequential(layer.train()).eval()
        assert_unchanged(network(x), x, p)


@check(
    points=0.4,
    target="Dropout2d",
    es="al volver de eval a train anula mapas otra vez",
    en="back from eval to train mode, it zeroes maps again",
    covers=("layer-eval", "layer-drops"),
    parts=OWN_FUNCTION,
)
def test_layer_follows_its_mode(student: Any, tools: Any) -> None:
    x = pixels(8, 16)
    prepare(tools, x, 0.5)
    layer = later(student.Dropout2d)(0.5).eval()
    later(layer)(x)
    assert_that(
        bool(dropped(layer.train()(x), x).any()),
        es="No se anuló ningún mapa.",
        en="No map was zeroed.",
    )


@check(
    points=0.5,
    target="Dropout2d",
    es="en modo train anula mapas enteros y multiplica el resto por 1/(1 − p)",
    en="in train mode it zeroes whole maps and multiplies the rest by 1/(1 − p)",
    covers=("layer-drops", "float64"),
    parts=OWN_FUNCTION,
)
def test_layer_zeroes_whole_maps_and_scales(student: Any, tools: Any) -> None:
    x = several_maps()
    prepare(tools, x, *PROBABILITIES)
    for p in PROBABILITIES:
        y = in_train_mode(student, p)(x)
        assert_whole_maps(y, x)
        assert_scaled(y, x, p)


@check(
    points=0.3,
    target="Dropout2d",
    es="en modo train, p = 0 no cambia nada y p = 1 da ceros, aunque x tenga infinitos",
    en="in train mode, p = 0 changes nothing and p = 1 gives zeros, even where x is infinite",
    covers=("layer-drops", "p-zero", "p-one"),
    parts=OWN_FUNCTION,
)
def test_layer_at_the_ends_of_the_interval(student: Any, tools: Any) -> None:
    x = noise(3, 4, 2, 5)
    prepare(tools, x, 0.0, 1.0)
    for p in (0.0, 0):
        assert_unchanged(in_train_mode(student, p)(x), x, p)
    infinite = torch.where(x.abs() > 0.5, x / 0, x)
    for p in (1.0, 1):
        assert_close(in_train_mode(student, p)(infinite), torch.zeros_like(x), "y")


@check(
    points=0.4,
    target="Dropout2d",
    es="cada llamada saca una máscara nueva del generador por defecto de torch",
    en="each call takes a new mask from torch's default generator",
    covers=("layer-drops", "default-generator", "independent"),
    parts=OWN_FUNCTION,
)
def test_layer_draws_a_new_mask_each_time(student: Any, tools: Any, remote_torch: Any) -> None:
    x = pixels(8, 16)
    prepare(tools, x, 0.5, draws=64)

    def draw(layer: Any, seed: int) -> list[Any]:
        tools.seed_torch(seed)
        results: list[Any] = tools.repeat(CALLS, layer, x)
        return results

    layer = in_train_mode(student, 0.5)
    first = draw(layer, 7)
    assert_new_masks(first, x)
    assert_same_masks(first, draw(layer, 8), x, same=False)
    assert_same_masks(first, draw(layer, 7), x, same=True)
    assert_same_masks(first, draw(in_train_mode(student, 0.5), 7), x, same=True)
    assert_images_and_channels_differ(first, x)


@check(
    points=0.3,
    target="Dropout2d",
    es="conserva dtype y dispositivo, no modifica x ni la semilla y deja pasar el gradiente",
    en="it keeps dtype and device, changes neither x nor the seed and lets the gradient through",
    covers=("dtype", "device", "input-unchanged", "seed-unchanged", "differentiable"),
    parts=OWN_FUNCTION,
)
def test_layer_keeps_what_it_is_given(student: Any, tools: Any, remote_torch: Any) -> None:
    x = noise(4, 5, 4, 5)
    prepare(tools, x, 0.5)
    tools.seed_torch(SEED)
    for mode in (True, False):
        layer = later(student.Dropout2d)(0.5).train(mode)
        images = [x.to(device, dtype) for device in ("cpu", "meta") for dtype in DTYPES]
        assert_each(tools, layer, [((like,), like) for like in images], assert_kept)
        seen = tools.observe(layer, x)
        changed = seen["arguments"][0] != x
        assert_that(not bool(changed.any()), es="x cambió.", en="x was changed.")
        assert_seed(seen)
        cotangent = noise(*x.shape, seed=1)
        assert_gradient(tools.vjp(layer, x, cotangent=cotangent), x, cotangent, 0.5)
        with fake_cuda(student):
            layer = tools.call_on("cuda", student.Dropout2d, 0.5).train(mode)
            assert_device(layer(x), "cuda", "y")


@check(
    points=0.3,
    target="Dropout2d",
    es="una p fuera de [0, 1] es un ValueError ya al construir la capa",
    en="a p outside [0, 1] is a ValueError as soon as the layer is built",
    covers=("layer-p-error",),
    parts=OWN_FUNCTION,
)
def test_layer_rejects_p_at_construction(student: Any, tools: Any) -> None:
    prepare(tools, pixels(1, 1), 0.0, 0.5, 1.0)
    assert_rejected(P, tools, student.Dropout2d, [(p,) for p in NOT_PROBABILITIES])


@check(
    points=0.3,
    target="Dropout2d",
    es="un x que no tiene cuatro ejes es un ValueError, también en modo eval",
    en="an x that does not have four axes is a ValueError, in eval mode too",
    covers=("layer-x-error",),
    parts=OWN_FUNCTION,
)
def test_layer_rejects_x_that_is_not_four_dimensional(student: Any, tools: Any) -> None:
    prepare(tools, pixels(1, 1), 0.0, 0.5, 1.0)
    for p in (0.5, 0.0, 1.0):
        layer = later(student.Dropout2d)(p)
        for mode in (True, False):
            layer.train(mode)
            assert_rejected(X, tools, layer, [(noise(*shape),) for shape in NOT_IMAGES])
