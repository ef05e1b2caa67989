"""Hidden checks of `cnnlab.dropout`.

Which maps fall is the student's to draw: a check reads the mask off the zeros of the result (the
inputs have none) and looks at one property of it. Statistics are taken on maps of one pixel, where
a mask that is wrong inside a map looks right, so each mistake fails the checks of what it breaks.
The bounds on random outcomes are crossed by right code less than once in 10^9 runs.
"""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.checking import (
    assert_close,
    assert_device,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    rejects,
)
from autograder.checking.strategies import image_batches, noise, seeds

SIDE = 64
FREQUENCY_ERROR = 0.052  # Hoeffding: 2 exp(-2 · 64² · 0.052²) < 1e-9
CORRELATION = 60  # of 64 signs; 2 · (1 + 64 + 2016) / 2⁶⁴ for each of the 4032 pairs

PROBABILITIES = st.sampled_from((0.1, 0.25, 0.5, 0.8))
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
NOT_PROBABILITIES = (-0.1, -1, 1.1, 2, 1.0001)
NOT_IMAGES = ((), (3,), (2, 3), (2, 3, 4), (2, 3, 4, 5, 6))
P = ("p", "prob")
X = ("x", "input")


def pixels(batch: int = SIDE, channels: int = SIDE) -> Tensor:
    """One pixel per map, so that a map and its pixel fall together."""
    return torch.ones(batch, channels, 1, 1)


def dropped(y: Any, x: Tensor) -> Tensor:
    """Which pixels of `y`, the result on `x`, are zero."""
    assert_shape(y, tuple(x.shape), "y")
    return torch.eq(y, 0)


def assert_frequency(y: Any, x: Tensor, p: float) -> None:
    frequency = float(dropped(y, x).double().mean())
    assert_that(
        abs(frequency - p) < FREQUENCY_ERROR,
        es=f"Con p = {p} se anuló el {frequency:.0%} de {x.shape[0] * x.shape[1]} mapas.",
        en=f"With p = {p}, {frequency:.0%} of {x.shape[0] * x.shape[1]} maps were zeroed.",
    )


def assert_whole_maps(y: Any, x: Tensor) -> None:
    zeros = dropped(y, x).flatten(2)
    assert_that(
        torch.equal(zeros.any(dim=2), zeros.all(dim=2)),
        es="En un mismo mapa hay píxeles anulados y otros que no.",
        en="One map has zeroed pixels and others that are not.",
    )


def assert_scaled(y: Any, x: Tensor, p: float) -> None:
    """What is not zero is x / (1 − p), in the precision of x."""
    expected = torch.where(dropped(y, x), 0.0, x.double() / (1 - p))
    assert_close(y.to(x.dtype), expected.to(x.dtype), "y")


def assert_same_mask(first: Any, second: Any, x: Tensor, *, same: bool) -> None:
    agree = torch.equal(dropped(first, x), dropped(second, x))
    assert_that(
        agree == same,
        es="La máscara cambió." if same else "La máscara fue la misma.",
        en="The mask changed." if same else "The mask was the same.",
    )


def assert_unchanged(y: Any, x: Tensor) -> None:
    assert_close(y, x, "y", rtol=0, atol=0)


# dropout2d


@check(
    points=0.6,
    target="dropout2d",
    es="un mapa se anula entero o no se anula",
    en="a map is zeroed as a whole or not at all",
)
@given(x=image_batches(), p=PROBABILITIES)
def test_zeroes_whole_maps(student: Any, x: Tensor, p: float) -> None:
    assert_whole_maps(student.dropout2d(x, p, True), x)


@check(
    points=0.5,
    target="dropout2d",
    es="lo que no se anula se multiplica por 1/(1 − p)",
    en="what is not zeroed is multiplied by 1/(1 − p)",
)
@given(x=image_batches(), p=PROBABILITIES, dtype=st.sampled_from((torch.float64, torch.float16)))
def test_scales_what_stays(student: Any, x: Tensor, p: float, dtype: torch.dtype) -> None:
    x = x.to(dtype)
    assert_scaled(student.dropout2d(x, p, True), x, p)


@check(
    points=0.5,
    target="dropout2d",
    es="cada mapa se anula con probabilidad p",
    en="each map is zeroed with probability p",
)
def test_probability_of_zeroing(student: Any) -> None:
    x = pixels()
    for p in (0.2, 0.9):
        assert_frequency(student.dropout2d(x, p, True), x, p)


@check(
    points=0.6,
    target="dropout2d",
    es="los mapas se anulan de forma independiente, entre imágenes y entre canales",
    en="maps are zeroed independently, across images and across channels",
)
def test_maps_are_independent(student: Any) -> None:
    x = pixels()
    mask = dropped(student.dropout2d(x, 0.5, True), x).double().flatten(1)
    signs = 1 - 2 * mask
    for rows, es, en in ((signs, "imágenes", "images"), (signs.T, "canales", "channels")):
        correlations = (rows @ rows.T).fill_diagonal_(0)
        assert_that(
            float(correlations.abs().max()) < CORRELATION,
            es=f"Hay dos {es} con la misma máscara, o justo con la contraria.",
            en=f"Two {en} have the same mask, or exactly the opposite one.",
        )
    # Equal counts in 64 rows, or in 16 calls, have a probability below 1e-15.
    x = pixels(8, 8)
    totals = torch.stack([dropped(student.dropout2d(x, 0.5, True), x).sum() for _ in range(16)])
    for counts in (mask.sum(dim=0), mask.sum(dim=1), totals):
        assert_that(
            len(counts.unique()) > 1,
            es="El número de mapas anulados es siempre el mismo.",
            en="The number of zeroed maps is always the same.",
        )


@check(
    points=0.4,
    target="dropout2d",
    es="con training=False los valores de x no cambian, sea cual sea p",
    en="with training=False the values of x do not change, whatever p is",
)
@given(x=image_batches(), p=st.sampled_from((0.3, 0.5, 1.0, 0.0)))
def test_not_training_changes_nothing(student: Any, x: Tensor, p: float) -> None:
    assert_unchanged(student.dropout2d(x, p, False), x)


@check(
    points=0.2,
    target="dropout2d",
    es="con p = 0 los valores de x no cambian",
    en="with p = 0 the values of x do not change",
)
@settings(max_examples=10)
@given(x=image_batches(), p=st.sampled_from((0.0, 0)))
def test_p_zero_changes_nothing(student: Any, x: Tensor, p: float) -> None:
    assert_unchanged(student.dropout2d(x, p, True), x)


@check(
    points=0.4,
    target="dropout2d",
    es="con p = 1 todo es cero, aunque x tenga infinitos",
    en="with p = 1 everything is zero, even where x is infinite",
)
@settings(max_examples=10)
@given(x=image_batches(), p=st.sampled_from((1.0, 1)), infinite=st.booleans())
def test_p_one_zeroes_everything(student: Any, x: Tensor, p: float, infinite: bool) -> None:
    if infinite:
        x = torch.where(x.abs() > 0.5, x / 0, x)
    assert_close(student.dropout2d(x, p, True), torch.zeros_like(x), "y")


@check(
    points=0.5,
    target="dropout2d",
    es="si se pasa generator, la máscara sale de él y de nada más, y la siguiente es otra",
    en="with a generator the mask comes from it and nothing else, and the next one is another",
)
def test_mask_comes_from_the_generator(student: Any, remote_torch: Any) -> None:
    x = pixels(8, 16)
    generator = remote_torch.Generator()

    def draw(seed: int, global_seed: int) -> Any:
        generator.manual_seed(seed)
        remote_torch.manual_seed(global_seed)
        return student.dropout2d(x, 0.5, True, generator)

    first = draw(7, global_seed=1)
    assert_same_mask(first, student.dropout2d(x, 0.5, True, generator), x, same=False)
    assert_same_mask(first, draw(8, global_seed=1), x, same=False)
    assert_same_mask(first, draw(7, global_seed=2), x, same=True)


@check(
    points=0.4,
    target="dropout2d",
    es="sin generator, la máscara sale del generador por defecto de torch",
    en="without a generator, the mask comes from torch's default generator",
)
def test_mask_comes_from_the_default_generator(student: Any, remote_torch: Any) -> None:
    x = pixels(8, 16)

    def draw(seed: int) -> Any:
        remote_torch.manual_seed(seed)
        return student.dropout2d(x, 0.5, True)

    first = draw(7)
    assert_same_mask(first, student.dropout2d(x, 0.5, True), x, same=False)
    assert_same_mask(first, draw(8), x, same=False)
    assert_same_mask(first, draw(7), x, same=True)


@check(
    points=0.3,
    target="dropout2d",
    es="el resultado conserva el dtype y el dispositivo de x",
    en="the result keeps the dtype and the device of x",
)
def test_keeps_dtype_and_device(student: Any) -> None:
    x = noise(2, 3, 4, 5)
    cases = ((0.5, True), (0.0, True), (1.0, True), (0.5, False))
    for dtype in DTYPES:
        for device in ("cpu", "meta"):
            for p, training in cases:
                y = student.dropout2d(x.to(device, dtype), p, training)
                assert_shape(y, (2, 3, 4, 5), "y")
                assert_close(y.to("meta"), x.to("meta", dtype), "y")
                assert_device(y, device, "y")
    for p, training in cases:
        with fake_cuda(student):
            assert_device(student.dropout2d(x, p, training), "cuda", "y")


@check(
    points=0.4,
    target="dropout2d",
    es="el gradiente pasa por los mapas que quedan con su factor, y no por los anulados",
    en="the gradient flows through the maps that stay, with their factor, and not through the rest",
)
@settings(max_examples=10)
@given(x=image_batches(), p=PROBABILITIES, training=st.booleans(), seed=seeds())
def test_gradient(student: Any, tools: Any, x: Tensor, p: float, training: bool, seed: int) -> None:
    cotangent = noise(*x.shape, seed=seed)
    result = tools.vjp(student.dropout2d, x, p, training, cotangent=cotangent)
    assert_shape(result["output"], tuple(x.shape), "y")
    # The function is linear in each pixel, so that y / x is its own derivative.
    assert_close(result["inputs"][0], cotangent * result["output"] / x, "x.grad")


@check(
    points=0.2,
    target="dropout2d",
    es="no modifica x ni cambia la semilla de torch",
    en="it neither modifies x nor changes torch's seed",
)
def test_leaves_input_and_seed(student: Any, tools: Any, remote_torch: Any) -> None:
    x = noise(4, 5, 3, 2)
    seed = remote_torch.initial_seed()
    generator = remote_torch.Generator()
    calls = ((0.5, True), (1.0, True), (0.0, True), (0.5, False), (0.5, True, generator))
    for arguments in calls:
        seen = tools.observe(student.dropout2d, x, *arguments)
        assert_close(seen["arguments"][0], x, "x", rtol=0, atol=0)
        assert_that(
            seen["seed"] == seed,
            es="La semilla global de torch cambió.",
            en="torch's global seed changed.",
        )


@check(
    points=0.2,
    target="dropout2d",
    es="la disposición de x en memoria es indiferente",
    en="the memory layout of x makes no difference",
)
@settings(max_examples=5)
@given(seed=seeds())
def test_any_memory_layout(student: Any, seed: int) -> None:
    x = noise(3, 6, 4, 5, seed=seed)
    layouts = (
        x.transpose(2, 3),
        x.transpose(0, 1),
        x[:, ::2, 1:],
        x[:, :1].expand(3, 6, 4, 5),
        x.to(memory_format=torch.channels_last),
    )
    for view in layouts:
        y = student.dropout2d(view, 0.5, True)
        factor = torch.where(dropped(y, view), 0.0, y / view).max()  # whatever it is, but one
        assert_close(y, torch.where(dropped(y, view), 0.0, view * factor), "y")


@check(
    points=0.2,
    target="dropout2d",
    es="una p fuera de [0, 1] es un ValueError, también con training=False",
    en="a p outside [0, 1] is a ValueError, with training=False too",
)
def test_rejects_p_outside_the_unit_interval(student: Any) -> None:
    x = noise(2, 3, 4, 5)
    for p in NOT_PROBABILITIES:
        for training in (True, False):
            with rejects(*P):
                student.dropout2d(x, p, training)


@check(
    points=0.2,
    target="dropout2d",
    es="un x que no tiene cuatro ejes es un ValueError, también con training=False",
    en="an x that does not have four axes is a ValueError, with training=False too",
)
def test_rejects_x_that_is_not_four_dimensional(student: Any) -> None:
    for shape in NOT_IMAGES:
        for p, training in ((0.5, True), (0.5, False), (0.0, True), (1.0, True)):
            with rejects(*X):
                student.dropout2d(noise(*shape), p, training)


@check(
    points=0.2,
    target="dropout2d",
    es="los argumentos se llaman como pide el enunciado; por defecto p = 0.5 y training=True",
    en="the arguments are named as the assignment asks; by default p = 0.5 and training=True",
)
def test_signature(student: Any) -> None:
    x = pixels()
    assert_frequency(student.dropout2d(x), x, 0.5)
    y = student.dropout2d(generator=None, training=False, p=0.5, x=x)
    assert_shape(y, tuple(x.shape), "y")


# Dropout2d


@check(
    points=0.7,
    target="Dropout2d",
    es="en modo train anula mapas con su probabilidad p",
    en="in train mode it zeroes maps with its probability p",
)
def test_layer_zeroes_with_probability_p(student: Any) -> None:
    x = pixels()
    for p in (0.2, 0.9):
        assert_frequency(student.Dropout2d(p).train()(x), x, p)


@check(
    points=0.3,
    target="Dropout2d",
    es="el argumento se llama p y por defecto es 0.5",
    en="the argument is called p and is 0.5 by default",
)
def test_layer_signature(student: Any) -> None:
    x = pixels()
    assert_frequency(student.Dropout2d().train()(x), x, 0.5)
    assert_frequency(student.Dropout2d(p=0.5).train()(x), x, 0.5)


@check(
    points=0.7,
    target="Dropout2d",
    es="en modo eval no cambia los valores, tampoco dentro de una red",
    en="in eval mode it does not change the values, nor does it inside a network",
)
@settings(max_examples=10)
@given(x=image_batches(), p=st.sampled_from((0.3, 0.5, 1.0)))
def test_layer_in_eval_mode_changes_nothing(student: Any, tools: Any, x: Tensor, p: float) -> None:
    layer = student.Dropout2d(p).train()
    network = tools.sequential(layer).eval()
    assert_unchanged(network(x), x)


@check(
    points=0.4,
    target="Dropout2d",
    es="al volver de eval a train anula mapas otra vez",
    en="back from eval to train mode, it zeroes maps again",
)
def test_layer_follows_its_mode(student: Any) -> None:
    x = pixels(8, 16)
    layer = student.Dropout2d(0.5).eval()
    layer(x)
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
)
@settings(max_examples=10)
@given(x=image_batches(), p=PROBABILITIES)
def test_layer_zeroes_whole_maps_and_scales(student: Any, x: Tensor, p: float) -> None:
    y = student.Dropout2d(p).train()(x)
    assert_whole_maps(y, x)
    assert_scaled(y, x, p)


@check(
    points=0.3,
    target="Dropout2d",
    es="en modo train, p = 0 no cambia nada y p = 1 da ceros, aunque x tenga infinitos",
    en="in train mode, p = 0 changes nothing and p = 1 gives zeros, even where x is infinite",
)
def test_layer_at_the_ends_of_the_interval(student: Any) -> None:
    x = noise(3, 4, 2, 5)
    assert_unchanged(student.Dropout2d(0.0).train()(x), x)
    infinite = torch.where(x.abs() > 0.5, x / 0, x)
    assert_close(student.Dropout2d(1.0).train()(infinite), torch.zeros_like(x), "y")


@check(
    points=0.4,
    target="Dropout2d",
    es="cada llamada saca una máscara nueva del generador por defecto de torch",
    en="each call takes a new mask from torch's default generator",
)
def test_layer_draws_a_new_mask_each_time(student: Any, remote_torch: Any) -> None:
    x = pixels(8, 16)
    layer = student.Dropout2d(0.5).train()
    remote_torch.manual_seed(7)
    first, second = layer(x), layer(x)
    assert_same_mask(first, second, x, same=False)
    remote_torch.manual_seed(7)
    assert_same_mask(first, layer(x), x, same=True)
    for columns in dropped(first, x).flatten(1), dropped(first, x).flatten(1).T:
        assert_that(
            len(columns.unique(dim=0)) > 1,
            es="Todas las imágenes, o todos los canales, pierden lo mismo.",
            en="All images, or all channels, lose the same.",
        )


@check(
    points=0.3,
    target="Dropout2d",
    es="conserva el dtype y el dispositivo de x, no modifica x y deja pasar el gradiente",
    en="it keeps the dtype and the device of x, does not modify it and lets the gradient through",
)
def test_layer_keeps_dtype_device_input_and_gradient(student: Any, tools: Any) -> None:
    x = noise(2, 3, 4, 5)
    for mode in (True, False):
        layer = student.Dropout2d(0.5).train(mode)
        for dtype in DTYPES:
            y = layer(x.to(dtype))
            assert_shape(y, (2, 3, 4, 5), "y")
            assert_close(y.to("meta"), x.to("meta", dtype), "y")
        assert_device(layer(x.to("meta")), "meta", "y")
        assert_close(tools.observe(layer, x)["arguments"][0], x, "x", rtol=0, atol=0)
        cotangent = noise(2, 3, 4, 5, seed=1)
        result = tools.vjp(layer, x, cotangent=cotangent)
        assert_shape(result["output"], (2, 3, 4, 5), "y")
        assert_close(result["inputs"][0], cotangent * result["output"] / x, "x.grad")
        with fake_cuda(student):
            layer = tools.call_on("cuda", student.Dropout2d, 0.5).train(mode)
            assert_device(layer(x), "cuda", "y")


@check(
    points=0.3,
    target="Dropout2d",
    es="una p fuera de [0, 1] es un ValueError ya al construir la capa",
    en="a p outside [0, 1] is a ValueError as soon as the layer is built",
)
def test_layer_rejects_p_at_construction(student: Any) -> None:
    for p in NOT_PROBABILITIES:
        with rejects(*P):
            student.Dropout2d(p)


@check(
    points=0.3,
    target="Dropout2d",
    es="un x que no tiene cuatro ejes es un ValueError, también en modo eval",
    en="an x that does not have four axes is a ValueError, in eval mode too",
)
def test_layer_rejects_x_that_is_not_four_dimensional(student: Any) -> None:
    for p in (0.5, 0.0, 1.0):
        layer = student.Dropout2d(p)
        for shape in NOT_IMAGES:
            for mode in (True, False):
                layer.train(mode)
                with rejects(*X):
                    layer(noise(*shape))
