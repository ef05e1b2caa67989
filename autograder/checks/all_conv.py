"""Hidden checks of `cnnlab.all_conv`.

Networks are compared by what they compute, whatever their layers are called: converted ones layer
by layer with the weights that they have, AllConvNet with weights that depend on a layer's size
only. What its dropouts do is read off the gradients of a network of positive weights, where a zero
is a value that was dropped. The parameters of an AllConvNet that has the real widths are made
narrow for that, which its layers do not notice; what fails then is run again at the real widths,
and only that counts. Training takes the real widths on a GPU. What builds on another function of
the module is right with torch's own layer in that one's place, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checking import (
    TRAINING,
    assert_close,
    assert_device,
    assert_equal,
    assert_instance,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    later,
    rejects,
)
from autograder.checking.images import accuracy, data_seed, hidden_images, is_gpu
from autograder.checking.narrow import narrow_first
from autograder.checking.strategies import image_batches, noise, seeds
from autograder.training.data import Examples
from autograder.worker.tools import call_on, fill_by_size_, narrow_, unfilled, vjp
from cnnlab.text import Text

FLOATING = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
SEED = 271_828  # set before a function that has to leave the seed as it is
Size = int | tuple[int, int]
STRIDED = {"strided_conv_like": "library_convolution.library_convolution"}
GEOMETRY = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
AVERAGE = {"GlobalAvgPool2d": "library_average.LibraryAverage"}


def sizes(low: int, high: int) -> st.SearchStrategy[Size]:
    """A number, or an (h, w) pair of them."""
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(number, number))


def pair(size: Size) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def assert_keeps_seed(remote_torch: Any) -> None:
    assert_equal(remote_torch.initial_seed(), SEED, "torch.initial_seed()")


# Global average pooling


@check(
    points=0.5,
    target="GlobalAvgPool2d",
    es="da la media de cada mapa, con forma (N, C), en los dos modos",
    en="it gives the mean of each map, of shape (N, C), in both modes",
    covers=("mean-of-maps",),
)
@given(x=image_batches())
@settings(max_examples=4)
def test_mean_of_each_map(student: Any, x: Tensor) -> None:
    layer = later(student.GlobalAvgPool2d)()
    for mode in (layer.train, layer.eval):
        assert_close(mode()(x), x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[3]))


@check(
    points=0.25,
    target="GlobalAvgPool2d",
    es="la media es exacta en mapas grandes: no desborda en float16 ni pierde cifras en float32",
    en="the mean is accurate on large maps: no overflow in float16, no lost digits in float32",
    covers=(
        "accuracy",
        "dtype",
    ),
)
def test_mean_is_accurate(student: Any) -> None:
    layer = later(student.GlobalAvgPool2d)()
    images = 1000 + noise(2, 3, 40, 50, seed=1)
    for dtype, relative in ((torch.float16, 5e-2), (torch.bfloat16, 5e-2), (torch.float32, 2e-5)):
        x = images.to(dtype)
        wanted = x.double().mean(dim=(2, 3)).to(dtype)
        assert_close(layer(x), wanted, str(dtype), rtol=relative)


@check(
    points=0.25,
    target="GlobalAvgPool2d",
    es="el gradiente se reparte por igual entre los píxeles del mapa",
    en="the gradient is shared equally by the pixels of the map",
    covers=("differentiable",),
)
@given(x=image_batches(), seed=seeds())
@settings(max_examples=2)
def test_mean_gradient(student: Any, tools: Any, x: Tensor, seed: int) -> None:
    cotangent = noise(*x.shape[:2], seed=seed)
    seen = tools.vjp(later(student.GlobalAvgPool2d)(), x, cotangent=cotangent)["inputs"][0]
    share = cotangent[:, :, None, None] / (x.shape[2] * x.shape[3])
    assert_close(seen, share.expand_as(x).contiguous(), "x.grad")


@check(
    points=0.5,
    target="GlobalAvgPool2d",
    es="conserva dtype, dispositivo, entrada y semilla, sea cual sea la disposición en memoria",
    en="it keeps dtype, device, input and seed, whatever the layout in memory",
    covers=(
        "layouts",
        "dtype",
        "device",
        "input-unchanged",
        "seed-unchanged",
    ),
)
def test_mean_keeps_what_it_is_given(student: Any, remote_torch: Any, tools: Any) -> None:
    tools.seed_torch(SEED)
    layer = later(student.GlobalAvgPool2d)()
    wide = noise(2, 3, 4, 6, seed=2)
    for x in (
        wide,
        wide.to(memory_format=torch.channels_last),
        wide.transpose(1, 3),
        wide[..., ::2],
    ):
        seen = tools.observe(layer, x)
        assert_close(seen["result"], layer(x.contiguous()))
        assert_equal(seen["arguments"], [x], "x")
    assert_keeps_seed(remote_torch)
    for dtype in FLOATING:
        means = layer(torch.empty(2, 3, 4, 5, dtype=dtype, device="meta"))
        assert_device(means, "meta")
        assert_equal(means.dtype, dtype, "dtype")
    with fake_cuda(student):
        assert_device(layer(torch.zeros(2, 3, 4, 5)), "cuda")


# A strided convolution for a max pool


def assert_replaces_pool(
    student: Any, remote_torch: Any, tools: Any, channels: int, kernel: Size, **geometry: Any
) -> None:
    """The convolution has the pool's geometry: it computes what PyTorch does with its weights."""
    x = noise(2, channels, 13, 11, seed=channels, dtype=torch.float32)
    convolution = student.strided_conv_like(remote_torch.nn.MaxPool2d(kernel, **geometry), channels)
    assert_instance(convolution, nn.Conv2d)
    tools.fill_(convolution, channels)
    parts = tools.attributes(convolution, "weight", "bias")
    weight, bias = parts["weight"], parts["bias"]
    assert_shape(weight, (channels, channels, *pair(kernel)), "weight")
    seen = convolution(x)
    assert_shape(seen, tuple(F.max_pool2d(x, kernel, **geometry).shape))
    geometry["stride"] = geometry.get("stride") or kernel
    assert_close(seen, F.conv2d(x, weight, bias, **geometry))


@check(
    points=0.5,
    target="strided_conv_like",
    es="la convolución tiene el núcleo y el paso del pooling, y su mismo tamaño de salida",
    en="the convolution has the pool's kernel and stride, and the same output size",
    covers=(
        "strided-geometry",
        "strided-shape",
    ),
)
@given(channels=st.integers(1, 4), kernel=sizes(1, 4), stride=st.none() | sizes(1, 3))
@settings(max_examples=7)
def test_kernel_and_stride(
    student: Any, remote_torch: Any, tools: Any, channels: int, kernel: Size, stride: Size | None
) -> None:
    assert_replaces_pool(student, remote_torch, tools, channels, kernel, stride=stride)


@check(
    points=0.5,
    target="strided_conv_like",
    es="la convolución tiene el relleno del pooling",
    en="the convolution has the pool's padding",
    covers=(
        "strided-geometry",
        "strided-shape",
    ),
)
@given(channels=st.integers(1, 3), padding=sizes(0, 2), stride=sizes(1, 3))
@settings(max_examples=5)
def test_padding(
    student: Any, remote_torch: Any, tools: Any, channels: int, padding: Size, stride: Size
) -> None:
    assert_replaces_pool(
        student, remote_torch, tools, channels, (4, 5), padding=padding, stride=stride
    )


@check(
    points=0.25,
    target="strided_conv_like",
    es="la convolución tiene la dilatación del pooling",
    en="the convolution has the pool's dilation",
    covers=(
        "strided-geometry",
        "strided-shape",
    ),
)
@given(channels=st.integers(1, 3), dilation=sizes(1, 3), kernel=sizes(2, 3))
@settings(max_examples=4)
def test_dilation(
    student: Any, remote_torch: Any, tools: Any, channels: int, dilation: Size, kernel: Size
) -> None:
    assert_replaces_pool(
        student, remote_torch, tools, channels, kernel, dilation=dilation, stride=2
    )


@check(
    points=0.25,
    target="strided_conv_like",
    es="cada llamada da pesos nuevos que se pueden entrenar; el pooling y la semilla no cambian",
    en="each call gives new weights that can be trained; the pool and the seed stay as they were",
    covers=("strided-learnable", "input-unchanged", "seed-unchanged"),
)
def test_weights_are_new_and_trainable(student: Any, remote_torch: Any, tools: Any) -> None:
    pool = remote_torch.nn.MaxPool2d(2, padding=1)
    before = tools.attributes(pool, *GEOMETRY)
    tools.seed_torch(SEED)
    first, second = (
        later(student.strided_conv_like)(pool, 3),
        later(student.strided_conv_like)(pool, channels=3),
    )
    assert_equal(tools.attributes(pool, *GEOMETRY), before, "pool")
    assert_keeps_seed(remote_torch)
    frozen = [name for name, trains in tools.requires_grad(first).items() if not trains]
    assert_that(
        not frozen,
        es=f"No se entrenan: {', '.join(frozen)}.",
        en=f"These do not train: {', '.join(frozen)}.",
        seen=frozen,
    )
    assert_that(
        not tools.shares_memory(first, second),
        es="Los pesos son los de otra llamada.",
        en="The weights are those of another call.",
    )
    values = tools.parameters(first)["weight"]
    assert_that(bool(values.any()), es="Todos los pesos son 0.", en="All weights are 0.")


@check(
    points=0.5,
    target="strided_conv_like",
    es="un pooling con ceil_mode=True da un ValueError",
    en="a pool with ceil_mode=True raises a ValueError",
    covers=("strided-ceil-mode",),
)
def test_ceil_mode_is_rejected(student: Any, remote_torch: Any) -> None:
    for kernel, stride in ((2, None), (3, 2), ((2, 3), (1, 2))):
        pool = remote_torch.nn.MaxPool2d(kernel, stride, ceil_mode=True)
        with rejects("pool", "ceil_mode"):
            padding = getattr(student.strided_conv_like(pool, 4), "padding", None)
            assert_that(
                False,
                es=f"No hay ValueError, sino una convolución de padding {padding}.",
                en=f"There is no ValueError, but a convolution of padding {padding}.",
                seen=padding,
            )


# Max pools in a whole network

Pool = Callable[..., Any]  # pool(channels, kernel, stride=None, padding=0)
Build = Callable[[Any, Pool], Any]  # build(torch.nn, pool)


def plain_network(nn_: Any, pool: Pool) -> Any:
    """For images from 4x4 on."""
    return nn_.Sequential(
        nn_.Conv2d(2, 5, 3, padding=1),
        nn_.ReLU(),
        pool(5, 2),
        nn_.Conv2d(5, 4, 3, padding=1),
        nn_.Tanh(),
        pool(4, 3, 2, 1),
    )


def nested_network(nn_: Any, pool: Pool) -> Any:
    """Pools at three depths, with other poolings that stay; for images of 20x16."""
    return nn_.Sequential(
        nn_.Sequential(nn_.Conv2d(2, 6, 3, padding=1, bias=False), nn_.BatchNorm2d(6), nn_.ReLU()),
        pool(6, 2),
        nn_.AvgPool2d(3, 1, 1),
        nn_.Sequential(
            nn_.Sequential(pool(6, 2, 1), nn_.Conv2d(6, 4, 1), nn_.Conv2d(4, 8, 3, groups=2)),
            nn_.Tanh(),
            pool(8, 2),
            nn_.Dropout(0.4),
        ),
        nn_.AdaptiveMaxPool2d((2, 1)),
        nn_.Flatten(),
        nn_.Linear(16, 3),
    )


def crowded_network(nn_: Any, pool: Pool) -> Any:
    """Pools right after each other, and convolutions of other widths before and behind them."""
    return nn_.Sequential(
        nn_.Conv2d(3, 7, 1),
        nn_.Conv2d(7, 2, 1),
        nn_.Sequential(nn_.Sequential(nn_.BatchNorm2d(2))),
        pool(2, 2),
        pool(2, 2),
        nn_.Sequential(nn_.Conv2d(2, 6, 1), nn_.ReLU()),
        nn_.Sequential(nn_.Sequential(pool(6, 2))),
        nn_.Conv2d(6, 1, 1),
        nn_.Conv2d(1, 9, 1),
    )


# An empty Sequential, and a ReLU of the student's own.
FREE = ("Identity", "Sequential", "Module")
NETWORKS: tuple[Build, ...] = (plain_network, nested_network, crowded_network)


class Words(str):
    """An expression, which stands for itself in another one."""

    __repr__ = str.__str__


class Layers:
    """In place of `torch.nn`: its layers in words, to be built in one message."""

    def __getattr__(self, name: str) -> Callable[..., Words]:
        def layer(*arguments: object, **keywords: object) -> Words:
            pieces = [*map(repr, arguments), *(f"{k}={v!r}" for k, v in keywords.items())]
            return Words(f"nn.{name}({', '.join(pieces)})")

        return layer


def pooled(build: Build, tools: Any) -> Any:
    """The worker's network of `build`, in eval mode, with its max pools."""
    layers = Layers()

    def max_pool(_: int, *geometry: int) -> Any:
        return layers.MaxPool2d(*geometry)

    return tools.build(f"{build(layers, max_pool)}.eval()")


class Converted:
    """What a network should have become, with the layers of the student's conversion matched."""

    def __init__(self, build: Build) -> None:
        self.replacements: list[nn.Conv2d] = []
        self.network: nn.Module = build(nn, self._replacement).eval()
        leaves = [m for m in self.network.modules() if not list(m.children())]
        self.layers = [m for m in leaves if m.state_dict()]

    def _replacement(
        self, channels: int, kernel: int, stride: int | None = None, padding: int = 0
    ) -> nn.Module:
        layer = nn.Conv2d(channels, channels, kernel, stride or kernel, padding)
        self.replacements.append(layer)
        return nn.Sequential(layer, nn.ReLU())

    def states_in(self, converted: Any, tools: Any) -> list[dict[str, Tensor]]:
        """The student's parameters and buffers, one dict for each of `layers`."""
        states: list[dict[str, Tensor]] = tools.states_of_leaves(converted)
        wanted, seen = len(self.layers), len(states)
        assert_that(
            seen == wanted,
            es=f"Se esperaban {wanted} capas con pesos, una por cada max pool; hay {seen}.",
            en=f"Expected {wanted} layers with weights, one for each max pool; there are {seen}.",
            seen=seen,
        )
        return states

    def load(self, states: list[dict[str, Tensor]]) -> None:
        """Give `network` the student's weights; a replacement without a bias has a zero one."""
        for layer, state in zip(self.layers, states, strict=True):
            if layer in self.replacements:
                state.setdefault("bias", torch.zeros(len(layer.bias)))
            for name, value in layer.state_dict().items():
                assert_shape(state.get(name), tuple(value.shape), f"{type(layer).__name__}.{name}")
            layer.load_state_dict(state)


def kind_of(leaf: Any) -> str:
    """The class of PyTorch that a layer is of, or derives from."""
    return next((t.rpartition(".")[2] for t in leaf.types if t.startswith("torch.nn.")), "?")


def kinds(model: Any, tools: Any) -> list[str]:
    return [kind_of(leaf) for leaf in tools.leaves(model)]


@check(
    points=0.5,
    target="replace_max_pool",
    es="no queda ningún MaxPool2d, por hondo que estuviera, y las demás capas siguen en su orden",
    en="no MaxPool2d is left, however deep it was, and the other layers stay in their order",
    covers=("replace-every-pool",),
    parts=STRIDED,
)
def test_every_max_pool_goes(student: Any, tools: Any) -> None:
    for build in NETWORKS:
        model = pooled(build, tools)
        converted = student.replace_max_pool(model)
        assert_instance(converted, nn.Sequential, Text(es="lo que devuelve", en="what it returns"))
        seen, before = kinds(converted, tools), kinds(model, tools)
        left = seen.count("MaxPool2d")
        assert_that(
            left == 0,
            es=f"Quedan {left} MaxPool2d.",
            en=f"There are {left} MaxPool2d left.",
            seen=left,
        )
        kept, wanted = (
            [kind for kind in found if kind not in ("MaxPool2d", "Conv2d", "ReLU", *FREE)]
            for found in (seen, before)
        )
        assert_equal(kept, wanted, Text(es="las demás capas", en="the other layers"))


@check(
    points=0.5,
    target="replace_max_pool",
    es="la red convertida calcula una convolución y una ReLU donde había un max pool",
    en="the converted network computes a convolution and a ReLU where a max pool was",
    covers=(
        "replace-relu",
        "replace-every-pool",
    ),
    parts=STRIDED,
)
def test_converted_network_computes(student: Any, tools: Any) -> None:
    for build, shape in ((plain_network, (3, 2, 9, 12)), (nested_network, (2, 2, 20, 16))):
        converted = later(student.replace_max_pool)(pooled(build, tools)).eval()
        tools.fill_(converted, 3)
        wanted = Converted(build)
        wanted.load(wanted.states_in(converted, tools))
        x = noise(*shape, seed=4, dtype=torch.float32)
        assert_close(converted(x), wanted.network(x), rtol=1e-3, atol=1e-4)


@check(
    points=0.5,
    target="replace_max_pool",
    es="los canales son los de la convolución más cercana que hay antes del pooling",
    en="the channels are those of the nearest convolution before the pool",
    covers=("replace-channels",),
    parts=STRIDED,
)
def test_channels_of_the_nearest_convolution(student: Any, tools: Any) -> None:
    for build in (crowded_network, nested_network):
        converted = later(student.replace_max_pool)(pooled(build, tools))
        wanted = Converted(build)
        states = wanted.states_in(converted, tools)
        for layer, state in zip(wanted.layers, states, strict=True):
            if layer in wanted.replacements:
                assert_shape(state.get("weight"), tuple(layer.weight.shape), "weight")


@check(
    points=0.25,
    target="replace_max_pool",
    es="las demás capas conservan sus pesos y sus estadísticas",
    en="all other layers keep their weights and statistics",
    covers=("replace-others-equal",),
    parts=STRIDED,
)
def test_other_weights_are_equal(student: Any, tools: Any) -> None:
    for build in NETWORKS:
        model = pooled(build, tools)
        tools.fill_(model, 5)
        converted = later(student.replace_max_pool)(model)
        wanted = Converted(build)
        states = wanted.states_in(converted, tools)
        before = tools.states_of_leaves(model)
        old = [
            state
            for layer, state in zip(wanted.layers, states, strict=True)
            if layer not in wanted.replacements
        ]
        for place, (seen, kept) in enumerate(zip(old, before, strict=True)):
            for name, value in kept.items():
                what = Text(
                    es=f"{name} de la capa con pesos número {place}",
                    en=f"{name} of layer {place} of those with weights",
                )
                assert_close(seen.get(name), value, what, rtol=0.0, atol=0.0)


def twin_network(nn_: Any, pool: Pool) -> Any:
    """Pools whose convolutions have the shape of the one before, and of each other."""
    return nn_.Sequential(nn_.Conv2d(3, 3, 2), pool(3, 2), nn_.Conv2d(3, 3, 2), pool(3, 2))


@check(
    points=0.25,
    target="replace_max_pool",
    es="cada convolución nueva tiene sus propios pesos, que no comparte con otra capa",
    en="each new convolution has weights of its own, which it shares with no other layer",
    covers=("replace-every-pool", "replace-others-equal"),
    parts=STRIDED,
)
def test_new_weights_are_not_shared(student: Any, tools: Any) -> None:
    converted = later(student.replace_max_pool)(pooled(twin_network, tools))
    layers = tools.weighted_leaves(converted)
    shared = tools.pairs_sharing_memory(layers)
    assert_that(
        len(layers) == 4 and not shared,
        es=f"De {len(layers)} capas con pesos comparten alguno estas parejas: {shared}.",
        en=f"Of {len(layers)} layers with weights these pairs share some: {shared}.",
        seen=(len(layers), shared),
    )


@check(
    points=0.25,
    target="replace_max_pool",
    es="la copia es profunda: el argumento queda como estaba y nada de la copia le pertenece",
    en="the copy is deep: the argument stays as it was and no part of the copy belongs to it",
    covers=("replace-deep-copy",),
    parts=STRIDED,
)
def test_copy_is_deep(student: Any, tools: Any) -> None:
    observed = (tools.module_types, tools.state_dict, tools.training_modes, tools.requires_grad)
    for build in NETWORKS:
        model = pooled(build, tools).train()
        tools.fill_(model, 6)
        model[0].requires_grad_(False)
        before = [look(model) for look in observed]
        converted = later(student.replace_max_pool)(model)
        assert_that(
            not tools.shares_memory(model, converted),
            es="La copia comparte pesos con el argumento.",
            en="The copy shares weights with the argument.",
        )
        converted.eval().requires_grad_(False)
        tools.fill_(converted, 7)
        assert_equal(
            [look(model) for look in observed], before, Text(es="el argumento", en="the argument")
        )


@check(
    points=0.25,
    target="replace_max_pool",
    es="las demás capas conservan su modo y lo que estaba congelado sigue congelado",
    en="all other layers keep their mode, and what was frozen stays frozen",
    covers=("replace-others-equal",),
    parts=STRIDED,
)
def test_modes_and_frozen_weights_stay(student: Any, tools: Any) -> None:
    model = pooled(nested_network, tools).train()
    model[0].eval().requires_grad_(False)
    converted = later(student.replace_max_pool)(model)
    layers = {kind_of(leaf): leaf for leaf in tools.leaves(converted)}
    for kind, wanted in (("BatchNorm2d", False), ("Dropout", True), ("AvgPool2d", True)):
        training = layers[kind].training if kind in layers else None
        assert_equal(training, wanted, f"{kind}.training")
    assert_equal(layers["Dropout"].p, 0.4, "Dropout.p")
    frozen = [any(tools.requires_grad(leaf).values()) for leaf in tools.leaves(converted[0])]
    assert_that(
        not any(frozen),
        seen=frozen,
        es="Un peso congelado ha vuelto a entrenarse.",
        en="A frozen weight trains again.",
    )


@check(
    points=0.25,
    target="replace_max_pool",
    es="un max pool sin ninguna convolución antes da un ValueError",
    en="a max pool without any convolution before it raises a ValueError",
    covers=("replace-no-convolution",),
    parts=STRIDED,
)
def test_pool_without_convolution_is_rejected(student: Any, tools: Any) -> None:
    pool, convolution = "nn.MaxPool2d(2)", "nn.Conv2d(3, 4, 3)"
    for layers in (
        f"{pool}, {convolution}",
        f"nn.ReLU(), nn.BatchNorm2d(3), {pool}",
        f"nn.Sequential({pool}), nn.Sequential({convolution})",
        f"{pool}, {convolution}, {pool}",
    ):
        model = tools.build(f"nn.Sequential({layers})")
        with rejects("model", "pool", "channels"):
            left = kinds(student.replace_max_pool(model), tools)
            assert_that(
                False,
                es=f"No hay ValueError, sino una red de estas capas: {', '.join(left)}.",
                en=f"There is no ValueError, but a network of these layers: {', '.join(left)}.",
                seen=left,
            )


@check(
    points=0.25,
    target="replace_max_pool",
    es="un max pool con ceil_mode=True da un ValueError también dentro de una red",
    en="a max pool with ceil_mode=True raises a ValueError inside a network too",
    covers=(
        "strided-ceil-mode",
        "replace-every-pool",
    ),
    parts=STRIDED,
)
def test_pool_with_ceil_mode_is_rejected(student: Any, tools: Any) -> None:
    layers = "nn.Conv2d(3, 4, 3), nn.MaxPool2d(2, ceil_mode=True)"
    with rejects("model", "pool", "ceil_mode"):
        student.replace_max_pool(tools.build(f"nn.Sequential({layers})"))


@check(
    points=0.25,
    target="replace_max_pool",
    es="las convoluciones nuevas tienen el dtype y el dispositivo de la red; la semilla no cambia",
    en="the new convolutions have the network's dtype and device, and the seed stays",
    covers=(
        "dtype",
        "device",
        "seed-unchanged",
    ),
    parts=STRIDED,
)
def test_conversion_keeps_dtype_and_device(student: Any, remote_torch: Any, tools: Any) -> None:
    model = pooled(plain_network, tools).double()
    tools.seed_torch(SEED)
    converted = later(student.replace_max_pool)(model)
    assert_keeps_seed(remote_torch)
    seen = converted(noise(2, 2, 9, 8))
    assert_that(
        isinstance(seen, Tensor) and seen.dtype == torch.float64,
        es="Una red en float64 no da float64.",
        en="A float64 network does not give float64.",
    )
    for dtype in (torch.float16, torch.bfloat16):
        model = pooled(plain_network, tools).to("meta", dtype)
        x = torch.empty(2, 2, 9, 8, dtype=dtype, device="meta")
        wanted = Converted(plain_network).network.to("meta", dtype)(x)
        converted = later(student.replace_max_pool)(model)
        assert_close(converted(x), wanted)
        for name, parameter in tools.parameters(converted).items():
            assert_device(parameter, "meta", name)
    model = pooled(plain_network, tools)
    with fake_cuda(student):
        converted = student.replace_max_pool(tools.to_fake_cuda(model))
        assert_device(converted(torch.zeros(2, 2, 9, 8)), "cuda")


@check(
    points=0.25,
    target="replace_max_pool",
    es="un mismo objeto MaxPool2d que aparece en dos sitios se sustituye en los dos",
    en="one MaxPool2d object that appears at two places is replaced at both",
    covers=("replace-every-pool",),
    parts=STRIDED,
)
def test_pool_that_is_used_twice(student: Any, remote_torch: Any, tools: Any) -> None:
    shared = remote_torch.nn.MaxPool2d(2)

    def build(nn_: Any, pool: Pool) -> Any:
        return nn_.Sequential(nn_.Conv2d(2, 3, 1), pool(3, 2), nn_.Conv2d(3, 5, 1), pool(5, 2))

    converted = later(student.replace_max_pool)(build(remote_torch.nn, lambda *_: shared))
    tools.fill_(converted, 8)
    wanted = Converted(build)
    wanted.load(wanted.states_in(converted, tools))
    x = noise(2, 2, 8, 6, seed=8, dtype=torch.float32)
    assert_close(converted(x), wanted.network(x))


@check(
    points=0.25,
    target="replace_max_pool",
    es="una red convertida aprende con sus convoluciones nuevas",
    en="a converted network learns with its new convolutions",
    limit=TRAINING,
    covers=(
        "strided-learnable",
        "differentiable",
    ),
    parts=STRIDED,
)
def test_converted_network_learns(student: Any, remote_torch: Any, tools: Any, device: str) -> None:
    model = tools.build(
        "nn.Sequential("
        "nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), "
        "nn.Sequential(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), "
        "nn.Flatten(), nn.Linear(64, 2))"
    )
    converted = later(student.replace_max_pool)(model)
    tools.initialise_(converted, data_seed(student))
    images = hidden_images(student, classes=2, train=64, test=64, size=8)
    seen = tools.vjp_reach(converted, images.train.images[:4])
    assert_all_train(seen["parameters"])
    assert_that(
        isinstance(seen["inputs"][0], Tensor),
        es="El gradiente no llega a las imágenes.",
        en="The gradient does not reach the images.",
    )
    tools.to_device(converted, device)
    train, adam = images.train, remote_torch.optim.Adam
    tools.fit(converted, train.images, train.labels, adam, epochs=1, batch_size=8, lr=0.02)
    assert_accuracy(tools.logits(converted, images.test.images), images.test, 0.75)


def assert_all_train(gradients: dict[str, bool | None]) -> None:
    """`gradients` as `tools.vjp_reach` tells of them."""
    idle = [name for name, gradient in gradients.items() if gradient is None]
    assert_that(
        not idle,
        es=f"No reciben gradiente: {', '.join(idle)}.",
        en=f"These receive no gradient: {', '.join(idle)}.",
        seen=bool(idle),
    )


def assert_accuracy(logits: object, test: Examples, wanted: float) -> None:
    """The logits, one per class, must get the share `wanted` of the test images right."""
    assert_shape(logits, (len(test), len(test.labels.unique())), "logits")
    assert isinstance(logits, Tensor)
    seen = accuracy(logits, test.labels)
    assert_that(
        seen >= wanted,
        es=f"Acierta {seen:.0%} de las imágenes de prueba; se esperaba al menos {wanted:.0%}.",
        en=f"It gets {seen:.0%} of the test images right; at least {wanted:.0%} was expected.",
    )


# All-CNN-C


WIDTHS = {96: 32, 192: 64}  # of the layers where they are narrow


def all_cnn_c(num_classes: int, in_channels: int, *, narrow: bool = False) -> nn.Sequential:
    """Table 1, model C, without its dropouts and the values of its weights."""
    network: nn.Sequential = unfilled(_all_cnn_c, num_classes, in_channels)
    if narrow:
        narrow_(network, WIDTHS)
    return network.requires_grad_(False)


def own_network(
    student: Any, tools: Any, num_classes: int, in_channels: int, *, narrow: bool
) -> Any:
    """The student's network; the values of its weights are left open."""
    network = tools.unfilled(student.AllConvNet, num_classes=num_classes, in_channels=in_channels)
    if narrow:
        tools.narrow_(network, WIDTHS)
    return network


def _all_cnn_c(num_classes: int, in_channels: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    before = in_channels
    for channels, kernel, stride, padding in (
        (96, 3, 1, 1),
        (96, 3, 1, 1),
        (96, 3, 2, 1),
        (192, 3, 1, 1),
        (192, 3, 1, 1),
        (192, 3, 2, 1),
        (192, 3, 1, 0),
        (192, 1, 1, 0),
    ):
        layers += [nn.Conv2d(before, channels, kernel, stride, padding), nn.ReLU()]
        before = channels
    last = nn.Conv2d(before, num_classes, 1)
    return nn.Sequential(*layers, last, nn.AdaptiveAvgPool2d(1), nn.Flatten())


@check(
    points=0.25,
    target="AllConvNet",
    es="tiene los parámetros de All-CNN-C: 1 369 738 por defecto",
    en="it has the parameters of All-CNN-C: 1,369,738 by default",
    covers=(
        "network-parameters",
        "network-layers",
    ),
    parts=AVERAGE,
)
def test_number_of_parameters(student: Any, tools: Any) -> None:
    def count(*arguments: int) -> int:
        network = tools.call_on("meta", tools.unfilled, student.AllConvNet, *arguments)
        return sum(p.numel() for p in tools.parameters(network).values())

    what = Text(es="el número de parámetros", en="the number of parameters")
    assert_equal(count(), 1_369_738, what)
    oracle = call_on("meta", all_cnn_c, 7, 1)
    assert_equal(count(7, 1), sum(p.numel() for p in oracle.parameters()), what)


@check(
    points=0.5,
    target="AllConvNet",
    es="en modo eval calcula las nueve convoluciones de la tabla 1 con imágenes desde 9×9",
    en="in eval mode it computes the nine convolutions of table 1, on images from 9×9 on",
    covers=(
        "network-layers",
        "network-relu",
        "network-padding",
        "network-logits",
        "network-any-size",
    ),
    parts=AVERAGE,
)
@given(x=image_batches(batch=(1, 2), channels=(2, 2), height=(9, 14), width=(9, 14)), seed=seeds())
@example(x=noise(1, 2, 12, 17, seed=1), seed=2)
@settings(max_examples=1)
def test_logits_in_eval_mode(student: Any, tools: Any, x: Tensor, seed: int) -> None:
    def run(narrow: bool) -> None:
        network = own_network(student, tools, 7, 2, narrow=narrow).double().eval()
        tools.fill_by_size_(network, seed)
        oracle = all_cnn_c(7, 2, narrow=narrow).double()
        fill_by_size_(oracle, seed)
        assert_close(tools.no_grad(network, x), oracle(x))

    narrow_first(student, run)


@check(
    points=0.25,
    target="AllConvNet",
    es="el gradiente llega desde los logits hasta las imágenes",
    en="gradients reach the images from the logits",
    covers=("differentiable",),
    parts=AVERAGE,
)
def test_gradient_reaches_the_images(student: Any, tools: Any) -> None:
    x, cotangent = noise(1, 3, 9, 10, seed=10), noise(1, 4, seed=11)

    def run(narrow: bool) -> None:
        network = own_network(student, tools, 4, 3, narrow=narrow).double().eval()
        tools.fill_by_size_(network, 9)
        oracle = all_cnn_c(4, 3, narrow=narrow).double()
        fill_by_size_(oracle, 9)
        seen = tools.vjp_reach(network, x, cotangent=cotangent)
        assert_close(seen["inputs"][0], vjp(oracle, x, cotangent=cotangent)["inputs"][0], "x.grad")
        assert_all_train(seen["parameters"])

    narrow_first(student, run)


CHANNELS = 16  # of the images that dropout is read off from


def positive_network(
    student: Any,
    tools: Any,
    *,
    narrow: bool,
    channels: int = CHANNELS,
    center_only: bool = False,
) -> Any:
    """The student's network in train mode, where only dropout can make a value zero."""
    network = own_network(student, tools, 5, channels, narrow=narrow).train()
    tools.fill_by_size_(network, 12, positive=True, center_only=center_only)
    return network


def assert_rate(dropped: Tensor, p: float, what: Text) -> None:
    """The share of True in `dropped` is p; false alarms below 1e-9 by Hoeffding's inequality.

    Where nothing is to be dropped, nothing may be.
    """
    margin = math.sqrt(math.log(2e9) / (2 * dropped.numel())) if p else 0.0
    seen = float(dropped.float().mean())
    assert_that(
        abs(seen - p) <= margin,
        es=f"{what.es}: se esperaba anular una parte de {p:g}, se obtuvo {seen:.3g}.",
        en=f"{what.en}: expected a share of {p:g} to be dropped, got {seen:.3g}.",
        seen=(what.en, round(seen, 1)),
    )


@check(
    points=0.25,
    target="AllConvNet",
    es="en modo train se anula cada valor de la imagen con probabilidad 0,2, por separado",
    en="in train mode each value of the image is dropped with probability 0.2, by itself",
    covers=("network-dropout",),
    parts=AVERAGE,
)
def test_dropout_of_the_input(student: Any, tools: Any) -> None:
    x = torch.ones(2, 64, 10, 11)

    def run(narrow: bool) -> None:
        network = positive_network(student, tools, narrow=narrow, channels=64)
        network.requires_grad_(False)
        dropped, again = (seen["inputs"][0] == 0 for seen in tools.repeat(2, tools.vjp, network, x))
        assert_rate(dropped, 0.2, Text(es="en la entrada", en="at the input"))
        for axis in range(4):
            assert_that(
                bool((dropped != dropped.roll(1, axis)).any()),
                es=f"La máscara es constante a lo largo del eje {axis}.",
                en=f"The mask is constant along axis {axis}.",
            )
        assert_drawn_anew(dropped, again)

    narrow_first(student, run)


def assert_drawn_anew(first: Tensor, second: Tensor) -> None:
    assert_that(
        bool((first != second).any()),
        es="Dos llamadas anulan los mismos valores.",
        en="Two calls drop the same values.",
    )


Shape = tuple[int, int, int, int]


def shapes_behind_the_first(*, narrow: bool) -> tuple[Shape, ...]:
    """(out, in, h, w) of the convolutions behind the first."""
    a, b = WIDTHS.values() if narrow else WIDTHS
    return ((a, a, 3, 3), (b, a, 3, 3), (b, b, 3, 3), (b, b, 1, 1), (5, b, 1, 1))


FOURTH, SEVENTH = 1, 2  # their places among these


def few_pixels(images: int) -> Tensor:
    """Images of zeros but for nine pixels, two steps apart.

    Where only middle taps pass values on, each of the 3x3 taps of the fourth convolution sees one
    of them, and the second stride of 2 leaves the middle one alone to the seventh.
    """
    x = torch.zeros(images, CHANNELS, 9, 9)
    x[:, :, 2:7:2, 2:7:2] = 1.0
    return x


def dropped_inputs(
    tools: Any, network: Any, x: Tensor, calls: int, *, narrow: bool
) -> list[list[Tensor]]:
    """Which inputs of each convolution were zero, (calls, in, h, w), the least dropped one first.

    In the order of `shapes_behind_the_first`. A weight's gradient is zero where all that it
    multiplied is.
    """
    shapes = list(shapes_behind_the_first(narrow=narrow))
    found = tools.unfed_weights(network, x, shapes, calls)
    return [
        sorted(masks, key=lambda mask: float(mask.float().mean()))
        for _, masks in zip(shapes, found, strict=True)
    ]


def fed_taps(mask: Tensor, place: int) -> Tensor:
    """The part of `mask` for the taps that see one of the few pixels."""
    return mask if place == FOURTH else mask[:, :, mask.shape[2] // 2, mask.shape[3] // 2]


@check(
    points=0.25,
    target="AllConvNet",
    es="en modo train se anula la mitad de lo que sale de las convoluciones de paso 2, y nada más",
    en="in train mode half of what leaves the stride-2 convolutions is dropped, and nothing else",
    covers=("network-dropout",),
    parts=AVERAGE,
)
def test_dropout_after_strided_convolutions(student: Any, tools: Any) -> None:
    rates = ((0.0, 0.0), (0.5,), (0.0, 0.0, 0.5), (0.0,), (0.0,))

    def run(narrow: bool) -> None:
        network = positive_network(student, tools, narrow=narrow, center_only=True)
        calls = 8 if narrow else 4
        dropped = dropped_inputs(tools, network, few_pixels(images=1), calls, narrow=narrow)
        for place, wanted in enumerate(rates):
            outputs, inputs, *_ = shapes_behind_the_first(narrow=False)[place]
            what = Text(
                es=f"ante las convoluciones de {inputs} a {outputs} canales",
                en=f"before the convolutions from {inputs} to {outputs} channels",
            )
            assert_equal(len(dropped[place]), len(wanted), what)
            for mask, p in zip(dropped[place], wanted, strict=True):
                assert_rate(fed_taps(mask, place), p, what)

    narrow_first(student, run)


@check(
    points=0.25,
    target="AllConvNet",
    es="tras las convoluciones de paso 2 se anula cada valor por separado: ni mapas enteros, "
    "ni los mismos en todo el lote o en cada llamada",
    en="after the stride-2 convolutions each value is dropped by itself: neither whole maps nor "
    "the same values all over the batch or at each call",
    covers=("network-dropout",),
    parts=AVERAGE,
)
def test_dropout_of_single_values(student: Any, tools: Any) -> None:
    seventh = Text(es="ante la séptima convolución", en="before the seventh convolution")

    def run(narrow: bool) -> None:
        # On 9x9 images the seventh convolution's kernel sees each of the 3x3 values once.
        network = positive_network(student, tools, narrow=narrow)
        x = torch.ones(1, CHANNELS, 9, 9)
        dropped = dropped_inputs(tools, network, x, calls=2, narrow=narrow)
        assert_rate(dropped[SEVENTH][-1], 0.5, seventh)
        for mask in (dropped[FOURTH][-1], dropped[SEVENTH][-1]):
            assert_that(
                float(mask.flatten(2).all(2).float().mean()) < 0.1,
                es="Se anulan mapas enteros.",
                en="Whole maps are dropped.",
            )
        assert_drawn_anew(*dropped[SEVENTH][-1])
        tools.fill_by_size_(network, 12, positive=True, center_only=True)
        calls = 6 if narrow else 4
        dropped = dropped_inputs(tools, network, few_pixels(images=2), calls, narrow=narrow)
        for place in (FOURTH, SEVENTH):
            mask = fed_taps(dropped[place][-1], place)
            # A quarter is dropped in both images; of 384 values or more: 0.4 is 6 sigma off.
            assert_that(
                float(mask.float().mean()) < 0.4,
                es="Todas las imágenes del lote pierden los mismos valores.",
                en="All images of the batch lose the same values.",
            )

    narrow_first(student, run)


@check(
    points=0.25,
    target="AllConvNet",
    es="el dropout conserva la media: lo que queda se divide por 1 − p",
    en="dropout keeps the mean: what is left is divided by 1 − p",
    covers=("network-dropout",),
    parts=AVERAGE,
)
def test_dropout_keeps_the_mean(student: Any, tools: Any) -> None:
    x = torch.ones(20, CHANNELS, 9, 9)

    def run(narrow: bool) -> None:
        network = positive_network(student, tools, narrow=narrow)
        seen = float(tools.no_grad(network, x).mean())
        wanted = float(tools.no_grad(network.eval(), x[:1]).mean())
        # One image's logits deviate by 7 % on narrow layers, so the mean of 20 by 1.6 %: 6 sigma.
        assert_that(
            abs(seen / wanted - 1) < 0.1,
            es=f"La media en modo train es {seen / wanted:.3g} veces la del modo eval.",
            en=f"The mean in train mode is {seen / wanted:.3g} times that in eval mode.",
        )

    narrow_first(student, run)


@check(
    points=0.25,
    target="AllConvNet",
    es="conserva dtype y dispositivo, y no cambia las imágenes ni la semilla",
    en="it keeps dtype and device, and changes neither the images nor the seed",
    covers=(
        "layouts",
        "dtype",
        "device",
        "input-unchanged",
        "seed-unchanged",
    ),
    parts=AVERAGE,
)
def test_network_keeps_what_it_is_given(student: Any, tools: Any) -> None:
    x = 1 + noise(1, 2, 9, 10, seed=14, dtype=torch.float32).abs()

    def run(narrow: bool) -> None:
        tools.seed_torch(SEED)
        network = own_network(student, tools, 4, 2, narrow=narrow).eval()
        tools.fill_by_size_(network, 13)
        oracle = all_cnn_c(4, 2, narrow=narrow)
        fill_by_size_(oracle, 13)
        layouts = (x, x.to(memory_format=torch.channels_last), x.transpose(2, 3))
        for images in layouts:
            seen = tools.observe(network, images)
            assert_close(seen["result"], oracle(images), rtol=1e-3, atol=1e-4)
            assert_equal(seen["arguments"], [images], "x")
        network.train()
        for images in layouts:
            seen = tools.observe(network, images)
            assert_equal(seen["arguments"], [images], "x")
        assert_equal(seen["seed"], SEED, "torch.initial_seed()")
        for dtype, mode in ((torch.float16, network.train), (torch.bfloat16, network.eval)):
            mode().to(dtype)
            seen = network(x.to(dtype))
            assert_shape(seen, (1, 4))
            assert_equal(seen.dtype, dtype, "dtype")

    narrow_first(student, run)
    network = tools.unfilled(student.AllConvNet, 4, 2)
    with fake_cuda(student):
        tools.to_fake_cuda(network)
        assert_device(network.train()(torch.zeros(2, 2, 9, 12)), "cuda")


@check(
    points=0.5,
    target="AllConvNet",
    es="aprende a distinguir rejillas por su dirección",
    en="it learns to tell gratings apart by their direction",
    limit=TRAINING,
    covers=(
        "network-layers",
        "differentiable",
    ),
    parts=AVERAGE,
)
def test_network_learns(student: Any, remote_torch: Any, tools: Any, device: str) -> None:
    size, channels, epochs = (32, 3, 4) if is_gpu(device) else (9, 1, 1)
    images = hidden_images(student, classes=2, train=160, test=64, size=size, channels=channels)
    train, adam = images.train, remote_torch.optim.Adam

    def run(narrow: bool) -> None:
        network = tools.unfilled(student.AllConvNet, num_classes=2, in_channels=channels)
        if narrow:
            tools.narrow_(network, {96: 20, 192: 40})
        tools.initialise_(network, data_seed(student))
        tools.to_device(network, device)
        options = {"epochs": epochs, "batch_size": 16, "lr": 0.008 if narrow else 0.002}
        tools.fit(network, train.images, train.labels, adam, **options)
        assert_accuracy(tools.logits(network, images.test.images), images.test, 0.75)

    if is_gpu(device):
        run(narrow=False)
    else:
        narrow_first(student, run)
