"""Hidden checks of `cnnlab.vgg`.

Structure is checked on `meta`, values with weights that grader and worker make alike: noise in the
convolutions, a few entries among zeros in the linear layers. The parameters of a network that has
the real widths are made narrow for that, which its layers do not notice, and where its depth does
not matter it is built from a table of short columns; what fails then is run again on the real
table at the real widths, and only that counts. What is expected of the other functions follows
the student's own VGG_CONFIGS, and VGG is right with torchvision's features too, so that a mistake
in the table or in make_features costs its own checks alone.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision import models

from autograder.checking import (
    assert_close,
    assert_device,
    assert_equal,
    assert_instance,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    rejects,
)
from autograder.checking.failures import Mismatch, StudentError
from autograder.checking.narrow import narrow_first
from autograder.checking.strategies import noise
from autograder.worker.tools import parameter_shapes, state_shapes, tiled_noise

Item = int | str | tuple[str, int]
Column = tuple[Item, ...]
M = "M"
STAGE_WIDTHS = (256, 512, 512)
COLUMNS: dict[str, Column] = {
    "A": (64, M, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "A-LRN": (64, "LRN", M, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "B": (64, 64, M, 128, 128, M, 256, 256, M, 512, 512, M, 512, 512, M),
    "C": (64, 64, M, 128, 128, M, *(i for w in STAGE_WIDTHS for i in (w, w, ("conv1", w), M))),
    "D": (64, 64, M, 128, 128, M, *(i for w in STAGE_WIDTHS for i in (w, w, w, M))),
    "E": (64, 64, M, 128, 128, M, *(i for w in STAGE_WIDTHS for i in (w, w, w, w, M))),
}
TORCHVISION = {"A": "vgg11", "B": "vgg13", "D": "vgg16", "E": "vgg19"}
HIDDEN, FLAT = 4096, 512 * 7 * 7
NARROW = 16  # channels
NARROW_FLAT = NARROW * 7 * 7
# The tables of short columns; on fake CUDA each pool is slow, so there is one.
SHORT: dict[str, Column] = {"A": (512, *(M,) * 5), "A-LRN": (512, "LRN", *(M,) * 5)}
SHALLOW: dict[str, Column] = {"A": (512, M), "A-LRN": (512, "LRN", M)}
CLASSIFIER = 123_642_856  # parameters, with 1000 classes
RUNNING_MEAN, RUNNING_VAR = 0.1, 0.04  # so small that eps is seen
UNITS = 64  # of the hidden ones see their input; the others have only their bias
MEANS = 16  # as many for the dropouts
DENSE = tuple(f"classifier.{name}" for name in ("0.bias", "3.bias", "6.weight", "6.bias"))
FLOATING = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
TABLE = {"VGG_CONFIGS": "vgg_columns.VGG_CONFIGS"}
FEATURES = {**TABLE, "make_features": "library_features.library_features"}
DEEP = {"rtol": 2e-3, "atol": 2e-3}  # float32 through ten layers, summed in any order

Shapes = dict[str, tuple[int, ...]]
Resizes = Sequence[tuple[tuple[int, ...], tuple[int, ...]]]  # shapes before and after


def build(student: Any, tools: Any, name: str, *arguments: Any, **keywords: Any) -> Any:
    """Call the student's `make_features` or `VGG`, without random weights."""
    return tools.unfilled(getattr(student, name), *arguments, **keywords)


def build_on_meta(student: Any, tools: Any, name: str, *arguments: Any, **keywords: Any) -> Any:
    return tools.call_on("meta", tools.unfilled, getattr(student, name), *arguments, **keywords)


def own_columns(student: Any) -> dict[str, Column]:
    """The student's columns: a wrong one has cost its points in the checks of VGG_CONFIGS."""
    table = student.VGG_CONFIGS
    return {
        name: tuple(table[name])
        if isinstance(table, dict) and is_column(table.get(name))
        else right
        for name, right in COLUMNS.items()
    }


def is_column(column: object) -> bool:
    """Whether it is made of what a column may hold, in numbers that a test can run."""
    return isinstance(column, list | tuple) and all(
        item in (M, "LRN")
        or (type(item) is int and 0 < item <= 2 * max(STAGE_WIDTHS))
        or (type(item) is tuple and len(item) == 2 and item[0] == "conv1" and is_column(item[1:]))
        for item in column
    )


def right_columns(student: Any, names: Iterable[str]) -> list[str]:
    """Those of `names` whose column is the paper's, of which there must be one."""
    columns = own_columns(student)
    right = [name for name in names if columns[name] == COLUMNS[name]]
    assert_that(
        bool(right),
        "Ninguna columna de VGG_CONFIGS que hace falta aquí es la de la tabla 1.",
        "No column of VGG_CONFIGS that is needed here is that of table 1.",
    )
    return right


def layer_shapes(column: Column, in_channels: int, batch_norm: bool) -> Shapes:
    """Names and shapes of the parameters of a column's layers, in torchvision's numbering."""
    shapes: Shapes = {}
    index, channels = 0, in_channels
    for item in column:
        if isinstance(item, str):
            index += 1
            continue
        width, size = (item, 3) if isinstance(item, int) else (item[1], 1)
        shapes[f"{index}.weight"] = (width, channels, size, size)
        shapes[f"{index}.bias"] = (width,)
        if batch_norm:
            index += 1
            shapes[f"{index}.weight"] = shapes[f"{index}.bias"] = (width,)
        index, channels = index + 2, width
    return shapes


def narrowed(column: Column) -> Column:
    """The column with few channels."""
    return tuple(narrow_item(item) for item in column)


def narrow_item(item: Item) -> Item:
    if isinstance(item, tuple):
        return (item[0], min(item[1], NARROW))
    return min(item, NARROW) if isinstance(item, int) else item


def narrow_features_(
    module: Any,
    tools: Any,
    column: Column,
    in_channels: int = 3,
    batch_norm: bool = False,
    others: Resizes = (),
) -> None:
    """Narrow the column's layers in `module`, and after them the `others`."""
    shapes = (
        layer_shapes(some, in_channels, batch_norm).values() for some in (column, narrowed(column))
    )
    tools.resize_(module, [*zip(*shapes, strict=True), *others])


def narrow_short_(module: Any, student: Any, tools: Any, config: str, **options: Any) -> None:
    """Narrow a short column, or the real one of code that does not build from the table."""
    try:
        narrow_features_(module, tools, SHORT[config], **options)
    except StudentError:
        narrow_features_(module, tools, own_columns(student)[config], **options)


def narrow_classifier(hidden: int, classes: int) -> Resizes:
    before, after = (
        [(h, flat), (h,), (h, h), (h,), (classes, h), (classes,)]
        for h, flat in ((HIDDEN, FLAT), (hidden, NARROW_FLAT))
    )
    return list(zip(before, after, strict=True))


def fill_features(features: Any, tools: Any) -> Any:
    """`features` in eval mode with the weights and statistics of `run_column`."""
    tools.several(
        (tools.fill_tiled_, features),
        (tools.fill_statistics_, features, RUNNING_MEAN, RUNNING_VAR),
        (features.eval,),
    )
    return features


def run_column(column: Column, x: Tensor, batch_norm: bool = False) -> Tensor:
    """What the column computes with tiled noise for weights; batch norm in eval mode."""
    shapes = layer_shapes(column, x.shape[1], batch_norm)
    weights = iter([tiled_noise(shape, place) for place, shape in enumerate(shapes.values())])
    for item in column:
        if item == M:
            x = F.max_pool2d(x, 2)
            continue
        weight = next(weights)
        x = F.conv2d(x, weight, next(weights), padding=weight.shape[-1] // 2)
        if batch_norm:
            scale, shift = (next(weights).view(-1, 1, 1) for _ in range(2))
            x = (x - RUNNING_MEAN) / (RUNNING_VAR + 1e-5) ** 0.5 * scale + shift
        x = F.relu(x)
    return x


def images(*shape: int, seed: int = 0) -> Tensor:
    return noise(*shape, seed=seed, dtype=torch.float32)


def library_shapes(name: str) -> tuple[Shapes, frozenset[str]]:
    """The state dict of a torchvision network, and which of it are parameters."""
    with torch.device("meta"):
        network = getattr(models, name)(init_weights=False)
    return state_shapes(network), frozenset(parameter_shapes(network))


LIBRARY = {n: library_shapes(n) for name in TORCHVISION.values() for n in (name, f"{name}_bn")}


def assert_same_state(
    tools: Any, network: Any, library: tuple[Shapes, frozenset[str]], *, features: bool = True
) -> None:
    """The same names and shapes in the state dict, each parameter an own one.

    Without `features`, only of what is not in the convolutional part.
    """
    expected, parameters = library
    own, own_parameters = tools.several(
        (tools.state_shapes, network), (tools.parameter_shapes, network)
    )
    if not features:
        expected, own = (
            {name: shape for name, shape in shapes.items() if not name.startswith("features.")}
            for shapes in (expected, own)
        )
    missing, extra = sorted(expected.keys() - own.keys()), sorted(own.keys() - expected.keys())
    for names, es, en in (
        (missing, "faltan en el state_dict", "missing from the state dict"),
        (extra, "sobran en el state_dict", "unexpected in the state dict"),
    ):
        listed = ", ".join(names[:4])
        assert_that(
            not names,
            f"{len(names)} {es}: {listed}.",
            f"{len(names)} {en}: {listed}.",
            seen=names,
        )
    for name, shape in expected.items():
        assert_equal(own[name], shape, name)
    seen = sorted(name for name in own_parameters if name in own)
    assert_equal(seen, sorted(parameters & expected.keys()), "named_parameters")


def has_wrong_features(student: Any, tools: Any, network: Any, config: str, norm: bool) -> bool:
    """Whether the network's features are those of a make_features that gives wrong ones."""
    options = {"batch_norm": True} if norm else {}
    try:
        made = build_on_meta(student, tools, "make_features", config, **options)
        given, own = (tools.parameter_shapes(part) for part in (made, network.features))
        if own != given:
            return False
        if sorted(given.values()) != sorted(layer_shapes(COLUMNS[config], 3, norm).values()):
            return True
        features = build(student, tools, "make_features", "A", **options)
        fill_features(features, tools)
        x = images(1, 3, 32, 32)
        expected = run_column(own_columns(student)["A"], x, batch_norm=norm)
        assert_close(tools.no_grad(features, x), expected, "features(x)", **DEEP)
    except (StudentError, Mismatch):
        return True
    return False


def assert_loads_library(
    student: Any, tools: Any, columns: Iterable[str], batch_norm: bool
) -> None:
    """What make_features computes wrong has cost its points; wrong names cost theirs here."""
    for config in columns:
        library = LIBRARY[TORCHVISION[config] + "_bn" * batch_norm]
        options = {"batch_norm": True} if batch_norm else {}
        network = build_on_meta(student, tools, "VGG", config, **options)
        try:
            assert_same_state(tools, network, library)
        except Mismatch:
            if not has_wrong_features(student, tools, network, config, batch_norm):
                raise
            assert_same_state(tools, network, library, features=False)


@contextlib.contextmanager
def table(student: Any, columns: dict[str, Column]) -> Iterator[None]:
    """The student's module with another table."""
    own = student.VGG_CONFIGS
    student.VGG_CONFIGS = columns
    try:
        yield
    finally:
        student.VGG_CONFIGS = own


def right_table(student: Any) -> contextlib.AbstractContextManager[None]:
    """The student's module with the columns of the paper, where it has a wrong one."""
    if own_columns(student) == COLUMNS:
        return contextlib.nullcontext()
    return table(student, COLUMNS)


# VGG_CONFIGS


def assert_column(student: Any, name: str) -> None:
    column = student.VGG_CONFIGS.get(name)
    is_column = isinstance(column, list | tuple)
    assert_that(is_column, f"Falta la columna {name}.", f"Column {name} is missing.")
    assert_equal(tuple(column), COLUMNS[name], f"VGG_CONFIGS[{name!r}]")


@check(
    points=0.5,
    target="VGG_CONFIGS",
    es="las columnas A, B, D y E son las de la tabla 1",
    en="the columns A, B, D and E are those of table 1",
    covers=(
        "configs-columns",
        "configs-items",
    ),
)
def test_plain_columns(student: Any) -> None:
    for name in ("A", "B", "D", "E"):
        assert_column(student, name)


@check(
    points=0.3,
    target="VGG_CONFIGS",
    es="la columna C tiene sus tres convoluciones 1x1 donde las pone la tabla 1",
    en="column C has its three 1x1 convolutions where table 1 puts them",
    covers=(
        "configs-columns",
        "configs-items",
    ),
)
def test_column_c(student: Any) -> None:
    assert_column(student, "C")


@check(
    points=0.2,
    target="VGG_CONFIGS",
    es="la columna A-LRN es la A con una normalización local tras la primera convolución",
    en="column A-LRN is A with a local response normalisation after the first convolution",
    covers=(
        "configs-columns",
        "configs-items",
    ),
)
def test_column_a_lrn(student: Any) -> None:
    assert_column(student, "A-LRN")


# make_features


def build_features(student: Any, tools: Any, narrow: bool, config: str, **options: Any) -> Any:
    """What the student's make_features gives; short and narrow, or at the real size."""
    if not narrow:
        return build(student, tools, "make_features", config, **options)
    with table(student, SHORT):
        features = build(student, tools, "make_features", config, **options)
    narrow_short_(features, student, tools, config, **options)
    return features


def assert_computes(student: Any, tools: Any, config: str, x: Tensor, **options: Any) -> None:
    """make_features computes what the column does, with batch norm in eval mode."""
    column, batch_norm = own_columns(student)[config], "batch_norm" in options

    def run(narrow: bool) -> None:
        features = build(student, tools, "make_features", config, **options)
        if narrow:
            narrow_features_(features, tools, column, x.shape[1], batch_norm)
        if batch_norm:
            fill_features(features, tools)
        else:
            tools.fill_tiled_(features)
        expected = run_column(narrowed(column) if narrow else column, x, batch_norm)
        assert_close(tools.no_grad(features, x), expected, "features(x)", **DEEP)

    narrow_first(student, run)


@check(
    points=0.4,
    target="make_features",
    es="devuelve un nn.Sequential con las convoluciones de la columna, desde in_channels",
    en="it returns an nn.Sequential with the column's convolutions, starting from in_channels",
    covers=("features-sequential",),
    parts=TABLE,
)
def test_convolutions(student: Any, tools: Any) -> None:
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        ("A-LRN", {}),
        ("C", {"in_channels": 1}),
        ("A", {"in_channels": 5, "batch_norm": True}),
    )
    columns = own_columns(student)
    for name, options in cases:
        in_order = tuple(options.values())
        features = build_on_meta(student, tools, "make_features", name, *in_order)
        assert_instance(features, torch.nn.Sequential, "make_features")
        in_channels, batch_norm = options.get("in_channels", 3), options.get("batch_norm", False)
        expected = layer_shapes(columns[name], in_channels, batch_norm)
        seen = tools.parameter_shapes(features).values()
        assert_equal(sorted(seen), sorted(expected.values()), name)


@check(
    points=0.2,
    target="make_features",
    es="las convoluciones conservan la altura y la anchura, y cada agrupación las divide entre dos",
    en="the convolutions keep height and width, and each pool halves them, rounding down",
    covers=(
        "features-same-padding",
        "features-pools",
    ),
    parts=TABLE,
)
def test_feature_map_sizes(student: Any, tools: Any) -> None:
    # One column is enough: C has a layer of every kind but one, and that one has its own check.
    name = right_columns(student, ("C", "A-LRN", "E", "D", "B", "A"))[0]
    features = build_on_meta(student, tools, "make_features", name)
    y = features(torch.empty(2, 3, 64, 127, device="meta"))
    assert_shape(y, (2, 512, 2, 3), name)


@check(
    points=0.6,
    target="make_features",
    es="los valores son los de la columna: convolución, ReLU y agrupación por máximos en su orden",
    en="the values are the column's: convolution, ReLU and max pooling in their order",
    covers=(
        "features-order",
        "features-pools",
        "features-same-padding",
    ),
    parts=TABLE,
)
def test_feature_values(student: Any, tools: Any) -> None:
    assert_computes(student, tools, "A", images(1, 2, 32, 64), in_channels=2)


@check(
    points=0.3,
    target="make_features",
    es="también las convoluciones 1x1 de la columna C llevan ReLU, y no llevan relleno",
    en="the 1x1 convolutions of column C have a ReLU too, and no padding",
    covers=(
        "features-order",
        "features-same-padding",
    ),
    parts=TABLE,
)
def test_pointwise_convolutions(student: Any, tools: Any) -> None:
    assert_computes(student, tools, "C", images(1, 3, 32, 32))


@check(
    points=0.4,
    target="make_features",
    es="con batch_norm hay una normalización por lotes entre cada convolución y su ReLU",
    en="with batch_norm there is a batch normalisation between each convolution and its ReLU",
    covers=("features-order",),
    parts=TABLE,
)
def test_batch_norm(student: Any, tools: Any) -> None:
    assert_computes(student, tools, "A", images(1, 3, 32, 32), batch_norm=True)


@check(
    points=0.4,
    target="make_features",
    es="A-LRN normaliza cada canal por sus canales vecinos, tras la ReLU y antes de la agrupación",
    en="A-LRN normalises each channel by its neighbours, after the ReLU and before the pooling",
    covers=("features-order",),
    parts=TABLE,
)
def test_local_response_normalisation(student: Any, tools: Any) -> None:
    narrow_first(student, functools.partial(assert_normalises_responses, student, tools))


def assert_normalises_responses(student: Any, tools: Any, narrow: bool) -> None:
    """Identity convolutions leave the response normalisation and the pools to be seen."""
    large, channel, channels = 1e4, 4, NARROW if narrow else 64
    maps = torch.zeros(5, channels, 32, 32)
    near, far, negative, split = maps[1:]
    maps[:, channel] = large
    near[[channel - 1, channel + 1]] = large
    far[-1] = large
    negative[[channel - 1, channel + 1]] = -large
    split[[channel - 1, channel + 1], :, 1::2] = large
    with contextlib.nullcontext() if narrow else right_table(student):
        features = build_features(student, tools, narrow, "A-LRN", in_channels=channels)
    tools.fill_identity_(features)
    seen = tools.no_grad(features, torch.cat([maps, maps[:1] / large]))
    assert_shape(seen, (6, NARROW if narrow else 512, 1, 1))
    y_alone, y_near, y_far, y_negative, y_split, y_small = seen[:, channel, 0, 0].tolist()
    assert_that(
        0 < y_alone < 0.9 * large * y_small,
        "Una respuesta grande no se atenúa.",
        "A large response is not damped.",
    )
    assert_that(
        0 < y_near < 0.97 * y_alone,
        "Los canales vecinos no atenúan una respuesta.",
        "Neighbouring channels do not damp a response.",
    )
    same = torch.full((), y_alone)
    for value, es, en in (
        (y_far, "un canal lejano", "a channel far away"),
        (y_negative, "vecinos negativos, que la ReLU anula", "negative neighbours, zero by ReLU"),
        (y_split, "otro píxel de la ventana", "another pixel of the pool's window"),
    ):
        is_same = bool(torch.isclose(torch.tensor(value), same, rtol=1e-3))
        assert_that(
            is_same, f"La respuesta cambia con {es}.", f"The response changes with {en}.", seen=en
        )


@check(
    points=0.2,
    target="make_features",
    es="los gradientes llegan a la entrada, que no cambia, ni la semilla; vale todo tipo, con su "
    "precisión, y todo dispositivo, y dos llamadas no comparten pesos",
    en="gradients reach the input, which does not change, nor does the seed; any dtype, with its "
    "precision, and any device will do, and two calls share no weights",
    covers=(
        "differentiable",
        "layouts",
        "dtype",
        "float64",
        "device",
        "input-unchanged",
        "seed-unchanged",
    ),
    parts=TABLE,
)
def test_features_are_differentiable(student: Any, remote_torch: Any, tools: Any) -> None:
    before = remote_torch.initial_seed()
    narrow_first(student, functools.partial(assert_features_differentiable, student, tools, before))
    narrow_first(student, functools.partial(assert_features_keep_dtype, student, tools))
    with table(student, SHALLOW):
        on_meta = build_on_meta(student, tools, "make_features", "A")
        features = build(student, tools, "make_features", "A-LRN")
    assert_device(on_meta(torch.empty(2, 3, 64, 32, device="meta")), "meta")
    with fake_cuda(student):
        assert_device(tools.to_fake_cuda(features)(torch.zeros(1, 3, 32, 32)), "cuda")


def assert_features_keep_dtype(student: Any, tools: Any, narrow: bool) -> None:
    """The real widths are without values, on `meta`."""
    if narrow:
        device, features = "cpu", build_features(student, tools, True, "A", batch_norm=True)
        tools.fill_tiled_(features)
    else:
        device = "meta"
        features = build_on_meta(student, tools, "make_features", "A", batch_norm=True)
    for dtype in FLOATING:
        y = features.to(dtype)(torch.zeros(2, 3, 32, 32, device=device, dtype=dtype))
        assert_equal(y.dtype, dtype, "dtype")
        assert_device(y, device)


def assert_features_differentiable(student: Any, tools: Any, seed: int, narrow: bool) -> None:
    features, again = (
        build_features(student, tools, narrow, "A-LRN", in_channels=8) for _ in range(2)
    )
    shared = tools.shares_memory(features, again)
    assert_equal(shared, False, "shares_memory")
    for each in (features, again):
        tools.fill_identity_(each)
    features.requires_grad_(False)
    x = noise(1, 8, 32, 32, seed=6, dtype=torch.float32).abs()
    gradient = tools.vjp(features, x)["inputs"][0]
    assert_shape(gradient, (1, 8, 32, 32))
    assert_that(bool(gradient.any()), "El gradiente es cero.", "The gradient is zero.")
    for layout in (x.sub(1).to(memory_format=torch.channels_last), x.transpose(2, 3)):
        seen = tools.observe(features, layout)
        assert_equal(seen["arguments"], [layout], "x")
        assert_equal(seen["seed"], seed, "torch.initial_seed()")
    y = tools.no_grad(again.double(), x.double())
    assert_shape(y, (1, NARROW if narrow else 512, 1, 1))
    assert_that(
        y.dtype is torch.float64 and not torch.equal(y, y.float().double()),
        "En float64, A-LRN solo calcula con la precisión de float32.",
        "In float64, A-LRN computes with the precision of float32 only.",
    )


@check(
    points=0.2,
    target="make_features",
    es="rechaza con ValueError una columna que no existe",
    en="a column that does not exist is refused with ValueError",
    covers=("unknown-config",),
    parts=TABLE,
)
def test_unknown_column_is_refused(student: Any) -> None:
    for name in ("F", "d", "a-lrn", "vgg16", ""):
        with rejects("config"):
            student.make_features(name)


# VGG


@check(
    points=0.6,
    target="VGG",
    es="los state_dict de vgg11, vgg13, vgg16 y vgg19 de torchvision se cargan de forma estricta",
    en="the state dicts of torchvision's vgg11, vgg13, vgg16 and vgg19 load strictly",
    covers=(
        "network-state-dicts",
        "network-parts",
    ),
    parts=FEATURES,
)
def test_state_dicts(student: Any, tools: Any) -> None:
    assert_loads_library(student, tools, right_columns(student, TORCHVISION), batch_norm=False)


@check(
    points=0.3,
    target="VGG",
    es="los state_dict de las formas _bn de torchvision se cargan con batch_norm=True",
    en="the state dicts of torchvision's _bn forms load with batch_norm=True",
    covers=("network-state-dicts",),
    parts=FEATURES,
)
def test_batch_norm_state_dicts(student: Any, tools: Any) -> None:
    """One column, the deepest: the others are in the check before, and A is in that of options."""
    deepest = right_columns(student, TORCHVISION)[-1:]
    assert_loads_library(student, tools, deepest, batch_norm=True)


@check(
    points=0.3,
    target="VGG",
    es="por omisión es la columna D, con 1000 clases y 3 canales, que num_classes "
    "e in_channels cambian",
    en="by default it is column D, with 1000 classes and 3 channels, which num_classes "
    "and in_channels change",
    covers=(
        "network-defaults",
        "network-parts",
        "known-parameters",
    ),
    parts=FEATURES,
)
def test_options(student: Any, tools: Any) -> None:
    assert_same_state(tools, build_on_meta(student, tools, "VGG"), LIBRARY["vgg16"])
    network = build_on_meta(student, tools, "VGG", "A", 7, 5, True, 0.3)
    expected, parameters = LIBRARY["vgg11_bn"]
    expected = expected | {
        "features.0.weight": (64, 5, 3, 3),
        "classifier.6.weight": (7, HIDDEN),
        "classifier.6.bias": (7,),
    }
    assert_same_state(tools, network, (expected, parameters))


@check(
    points=0.1,
    target="VGG",
    es="las columnas C y A-LRN tienen los parámetros conocidos",
    en="the columns C and A-LRN have the known numbers of parameters",
    covers=(
        "known-parameters",
        "network-parts",
    ),
    parts=FEATURES,
)
def test_other_columns(student: Any, tools: Any) -> None:
    """Or what follows from make_features, where a mistake has cost its points already."""

    def total(module: Any) -> int:
        return sum(math.prod(shape) for shape in tools.parameter_shapes(module).values())

    known = {"C": 133_638_952, "A-LRN": 132_863_336}
    x = torch.empty(1, 3, 32, 64, device="meta")
    is_built = False
    for config in right_columns(student, known):
        try:
            network = build_on_meta(student, tools, "VGG", config)
            assert_equal(total(network), known[config], config)
        except (StudentError, Mismatch) as wrong:
            try:
                features = build_on_meta(student, tools, "make_features", config)
                assert_shape(features(x), (1, 512, 1, 2))
            except (StudentError, Mismatch):
                continue
            if isinstance(wrong, StudentError) or total(features) + CLASSIFIER == known[config]:
                raise wrong from None
            assert_equal(total(network), total(features) + CLASSIFIER, config)
            assert_shape(network(x), (1, 1000))
        is_built = True
    if not is_built:
        build_on_meta(student, tools, "VGG", "A")  # a VGG that is still to do earns nothing


def build_network(
    student: Any, tools: Any, narrow: bool, hidden: int, num_classes: int, **options: Any
) -> Any:
    """The student's VGG; short and narrow, with `hidden` units, or at the real size."""
    options |= {"num_classes": num_classes}
    if not narrow:
        return build(student, tools, "VGG", "A", **options)
    with table(student, SHORT):
        network = build(student, tools, "VGG", "A", **options)
    narrow_short_(network, student, tools, "A", others=narrow_classifier(hidden, num_classes))
    return network


def small_classifier(flat: int, seed: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Entries for the two large linear layers: one in each of the first rows."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.arange(UNITS)
    return {
        name: (
            torch.stack([rows, torch.randperm(inputs, generator=generator)[:UNITS]]),
            3 * torch.randn(UNITS, generator=generator),
        )
        for name, inputs in (("classifier.0.weight", flat), ("classifier.3.weight", UNITS))
    }


@check(
    points=0.7,
    target="VGG",
    es="en modo evaluación, con los pesos de torchvision da las mismas salidas, "
    "con imágenes de cualquier tamaño",
    en="in eval mode, with torchvision's weights it gives the same outputs, on images of any size",
    covers=(
        "network-outputs",
        "network-parts",
        "network-classifier",
    ),
    parts=FEATURES,
)
def test_outputs(student: Any, tools: Any) -> None:
    narrow_first(student, functools.partial(assert_outputs, student, tools))


def assert_outputs(student: Any, tools: Any, narrow: bool) -> None:
    """The features are the network's own, so a mistake in make_features costs nothing here."""
    inner = 2 * UNITS if narrow else HIDDEN
    network = build_network(student, tools, narrow, inner, num_classes=5)
    entries = small_classifier(NARROW_FLAT if narrow else FLAT, seed=1)
    features = network.features
    tools.several(
        (tools.fill_tiled_, features),
        *((tools.fill_sparse_, network, name, *entry) for name, entry in entries.items()),
        (tools.fill_tiled_, network, DENSE),
        (network.eval,),
    )
    sizes = ((inner,), (inner,), (5, inner), (5,))
    first, second, *last = (tiled_noise(size, place) for place, size in enumerate(sizes))
    for n, height, width in ((2, 32, 64), (1, 70, 32)):
        x = images(n, 3, height, width)
        hidden = tools.no_grad(features, x)
        hidden = F.adaptive_avg_pool2d(hidden, 7).flatten(1)
        for bias, (places, values) in zip((first, second), entries.values(), strict=True):
            units = bias.expand(n, inner).clone()
            units[:, :UNITS] += hidden[:, places[1]] * values
            hidden = F.relu(units)
        expected = F.linear(hidden, *last)
        assert_close(tools.no_grad(network, x), expected, "y", **DEEP)


@check(
    points=0.2,
    target="VGG",
    es="features calcula lo mismo que make_features con los mismos pesos",
    en="features computes the same as make_features with the same weights",
    covers=("network-parts",),
    parts=FEATURES,
)
def test_features_of_the_network(student: Any, tools: Any) -> None:
    """Or what the column computes: a mistake in make_features has cost its points already."""
    x, column = images(1, 3, 32, 32), own_columns(student)["A"]

    def run(narrow: bool) -> None:
        features = build(student, tools, "VGG", "A", batch_norm=True).features
        if narrow:
            narrow_features_(features, tools, column, batch_norm=True)
        own = tools.no_grad(fill_features(features, tools), x)
        right = run_column(narrowed(column) if narrow else column, x, batch_norm=True)
        try:
            assert_close(own, right, "features(x)", **DEEP)
        except Mismatch:
            if narrow:
                raise
            made = build(student, tools, "make_features", "A", batch_norm=True)
            made = tools.no_grad(fill_features(made, tools), x)
            assert_close(own, made, "features(x)", **DEEP)

    narrow_first(student, run)


def dropout_counts(
    student: Any, tools: Any, rate: float, narrow: bool, **options: Any
) -> Counter[int]:
    """How many outputs keep none, one or both of two hidden units, under two dropouts in a row.

    The classifier is set so that output j is the sum of units 2j and 2j + 1 of the first hidden
    layer, all of them 1 before the dropouts: the first MEANS are the mean of the features, which
    are 1, and the others have a bias of 1. So few rows of the large layer are written, and the
    rest of it takes no memory. There are as many outputs of narrow layers, from more images.
    """
    hidden = 8 * UNITS if narrow else HIDDEN
    outputs, n = hidden // 2, 2 * HIDDEN // hidden
    network = build_network(student, tools, narrow, hidden, outputs, **options)
    channels = 3 * 7 * 7  # the features that are not zero
    means = torch.cartesian_prod(torch.arange(MEANS), torch.arange(channels)).T
    units, evens = torch.arange(outputs), 2 * torch.arange(outputs)
    pairs = torch.stack([units.repeat(2), torch.cat([evens, evens + 1])])
    entries = (
        (means, torch.full((MEANS * channels,), 1 / channels)),
        (pairs, torch.ones(2 * outputs)),
        (torch.stack([units, units]), torch.ones(outputs)),
    )
    zeros = torch.zeros(hidden)
    biases = ((torch.arange(hidden) >= MEANS).float(), zeros, zeros[:outputs])
    layers = [f"classifier.{i}" for i in (0, 3, 6)]
    tools.several(
        (tools.fill_identity_, network.features),
        *(
            (tools.fill_sparse_, network, f"{layer}.weight", *sparse)
            for layer, sparse in zip(layers, entries, strict=True)
        ),
        (tools.assign, network, {f"{i}.bias": b for i, b in zip(layers, biases, strict=True)}),
        (network.train,),
    )
    y = tools.no_grad(network, torch.ones(n, 3, 32, 32))
    assert_shape(y, (n, outputs))
    by_features, by_bias = y[:, : MEANS // 2], y[:, MEANS // 2 :]
    positive = by_bias[by_bias > 0]
    scale = float(positive.min()) if len(positive) else 0.0
    wanted = 1 / (1 - rate) ** 2
    assert_that(
        rate == 0 or abs(scale - wanted) < 1e-3,
        f"Con dropout={rate:g}, lo que queda de un valor 1 tras los dos dropouts vale {scale:.3f}; "
        f"se esperaba {wanted:.3f}.",
        f"With dropout={rate:g}, what the two dropouts leave of a value 1 is {scale:.3f}; "
        f"expected {wanted:.3f}.",
        seen=round(scale, 3),
    )
    for part, es, en in (
        (
            by_bias,
            "Las unidades que quedan no llevan todas la misma escala.",
            "The units that are left do not all have the same scale.",
        ),
        (
            by_features,
            "En modo entrenamiento, lo que llega a la primera capa no es lo que dan las features.",
            "In train mode, what reaches the first layer is not what the features give.",
        ),
    ):
        is_scaled = torch.isclose(part, (part / wanted).round() * wanted, rtol=1e-3, atol=1e-3)
        assert_that(bool(is_scaled.all()), es, en, seen=en)
    return Counter((y / wanted).round().int().flatten().tolist())


@check(
    points=0.4,
    target="VGG",
    es="en modo entrenamiento hay un dropout tras cada una de las dos capas ocultas, "
    "con probabilidad dropout (0,5 por omisión)",
    en="in train mode there is a dropout after each of the two hidden layers, "
    "with probability dropout (0.5 by default)",
    covers=(
        "network-classifier",
        "network-defaults",
    ),
    parts=FEATURES,
)
def test_dropout(student: Any, tools: Any) -> None:
    narrow_first(student, functools.partial(assert_drops, student, tools))


def assert_drops(student: Any, tools: Any, narrow: bool) -> None:
    for options, rate in (({"dropout": 0.3}, 0.3), ({}, 0.5)):
        counts = dropout_counts(student, tools, rate, narrow, **options)
        keep = 1 - rate
        for kept, probability in ((1, 2 * keep**2 * rate), (2, keep**3)):
            # Hoeffding with 4096 outputs: further off than this once in 1e9.
            share = counts[kept] / HIDDEN
            assert_that(
                abs(share - probability) < 0.052,
                f"Con dropout={rate}, {share:.3f} de las salidas conservan {kept} de 2 unidades; "
                f"se esperaba cerca de {probability:.3f}.",
                f"With dropout={rate}, {share:.3f} of the outputs keep {kept} of 2 units; "
                f"expected about {probability:.3f}.",
            )


@check(
    points=0.1,
    target="VGG",
    es="con dropout=0 no se pierde nada en modo entrenamiento",
    en="with dropout=0 nothing is dropped in train mode",
    covers=("network-dropout-off",),
    parts=FEATURES,
)
def test_no_dropout(student: Any, tools: Any) -> None:
    narrow_first(student, functools.partial(assert_drops_nothing, student, tools))


def assert_drops_nothing(student: Any, tools: Any, narrow: bool) -> None:
    counts = dropout_counts(student, tools, 0.0, narrow, dropout=0)
    assert_that(
        counts == Counter({2: HIDDEN}),
        f"Con dropout=0 se pierden unidades de {HIDDEN - counts[2]} salidas.",
        f"With dropout=0 units of {HIDDEN - counts[2]} outputs are lost.",
    )


@check(
    points=0.2,
    target="VGG",
    es="acepta imágenes en cualquier disposición, tipo y dispositivo, no las cambia, ni tampoco la "
    "semilla, y los gradientes llegan a ellas",
    en="images of any layout, dtype and device are accepted and left as they are, the seed too, "
    "and gradients reach them",
    covers=(
        "layouts",
        "dtype",
        "device",
        "input-unchanged",
        "seed-unchanged",
        "differentiable",
    ),
    parts=FEATURES,
)
def test_layout_and_device(student: Any, remote_torch: Any, tools: Any) -> None:
    before = remote_torch.initial_seed()
    narrow_first(student, functools.partial(assert_takes_any_layout, student, tools, before))
    narrow_first(student, functools.partial(assert_keeps_dtype, student, tools))
    with table(student, SHALLOW):
        on_meta = build_on_meta(student, tools, "VGG", config="A", num_classes=3, in_channels=3)
        network = build(student, tools, "VGG", "A", num_classes=HIDDEN)
    y = on_meta(torch.empty(1, 3, 32, 64, device="meta"))
    assert_close(y, torch.empty(1, 3, device="meta"), "meta")
    with fake_cuda(student):
        assert_device(tools.to_fake_cuda(network)(torch.zeros(1, 3, 32, 32)), "cuda")


def assert_keeps_dtype(student: Any, tools: Any, narrow: bool) -> None:
    """The real widths are without values, on `meta`."""
    if narrow:
        device, network = "cpu", build_network(student, tools, True, UNITS, 3)
        tools.fill_tiled_(network)
    else:
        device, network = "meta", build_on_meta(student, tools, "VGG", "A", 3)
    for dtype in FLOATING:
        y = network.to(dtype)(torch.zeros(1, 3, 32, 32, device=device, dtype=dtype))
        assert_shape(y, (1, 3))
        assert_equal(y.dtype, dtype, "dtype")
        assert_device(y, device)


def assert_takes_any_layout(student: Any, tools: Any, seed: int, narrow: bool) -> None:
    network = build_network(student, tools, narrow, UNITS, num_classes=5)
    entries = small_classifier(NARROW_FLAT if narrow else FLAT, seed=2)
    tools.several(
        (tools.fill_tiled_, network.features),
        *((tools.fill_sparse_, network, name, *entry) for name, entry in entries.items()),
        (tools.fill_tiled_, network, DENSE),
        (network.eval,),
        (network.requires_grad_, False),
    )
    x = images(1, 3, 64, 64).to(memory_format=torch.channels_last)
    seen = tools.observe(network, x)
    assert_shape(seen["result"], (1, 5))
    assert_equal(seen["arguments"], [x], "x")
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    gradient = tools.vjp(network, x)["inputs"][0]
    reached = isinstance(gradient, Tensor) and bool(gradient.any())
    assert_that(
        reached,
        "A las imágenes no les llega gradiente.",
        "No gradient reaches the images.",
        seen=reached,
    )


@check(
    points=0.1,
    target="VGG",
    es="rechaza con ValueError una columna que no existe",
    en="a column that does not exist is refused with ValueError",
    covers=("unknown-config",),
    parts=FEATURES,
)
def test_unknown_network_is_refused(student: Any) -> None:
    for name in ("F", "d", "vgg16"):
        with rejects("config"):
            student.VGG(name)


# count_parameters


def library_network(tools: Any, name: str) -> Any:
    return tools.call_on("meta", tools.unfilled, tools.torchvision_model, name)


@check(
    points=0.5,
    target="count_parameters",
    es="cuenta los escalares de todos los parámetros, sin los búferes, como int",
    en="it counts the scalars of all parameters, buffers left out, as an int",
    covers=("parameters-scalars",),
)
def test_parameters_are_counted(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    for module, known in (
        (nn.Linear(7, 5), 40),
        (nn.Conv2d(4, 6, (3, 2), groups=2, bias=False), 72),
        (nn.BatchNorm2d(9), 18),
        (nn.ReLU(), 0),
        (tools.sequential(nn.Linear(2, 3), tools.sequential(nn.PReLU(4), nn.Linear(3, 1))), 17),
        (library_network(tools, "alexnet"), 61_100_840),
    ):
        assert_equal(student.count_parameters(module), known)


@check(
    points=0.2,
    target="count_parameters",
    es="un parámetro compartido cuenta una sola vez",
    en="a shared parameter counts once",
    covers=("parameters-shared",),
)
def test_shared_parameters_count_once(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    layer = nn.Linear(4, 4)
    assert_equal(student.count_parameters(tools.sequential(layer, nn.ReLU(), layer)), 20)
    tied = tools.sharing(nn.Linear(4, 4), nn.Linear(4, 4))
    assert_equal(student.count_parameters(tied), 24)
    equal = tools.sequential(nn.LayerNorm(6), nn.LayerNorm(6))
    assert_equal(student.count_parameters(equal), 24)


@check(
    points=0.2,
    target="count_parameters",
    es="con trainable_only deja fuera los parámetros congelados; sin él los cuenta",
    en="with trainable_only frozen parameters are left out; without it they count",
    covers=("parameters-trainable",),
)
def test_trainable_parameters(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    model = tools.sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    model[0].requires_grad_(False)
    assert_equal(student.count_parameters(model), 23)
    assert_equal(student.count_parameters(model, trainable_only=True), 8)
    assert_equal(tools.requires_grad(model[0]), {"weight": False, "bias": False})
    model.requires_grad_(False)
    assert_equal(student.count_parameters(model, True), 0)
    assert_equal(student.count_parameters(model, trainable_only=False), 23)


# count_macs

# Channels, kernel, stride, padding, dilation, size of the image, bias: one thing after another.
CONVOLUTIONS = (
    ((2, 3), (1, 1), (1, 1), (0, 0), (1, 1), (5, 6), False),
    ((1, 2), (3, 2), (1, 1), (0, 0), (1, 1), (5, 7), True),
    ((2, 1), (2, 3), (2, 3), (0, 0), (1, 1), (6, 11), False),
    ((1, 3), (2, 3), (1, 2), (2, 1), (1, 1), (5, 8), True),
    ((3, 2), (3, 2), (1, 1), (0, 0), (2, 1), (7, 6), False),
    ((4, 3), (2, 3), (2, 1), (1, 2), (1, 2), (9, 12), True),
)


@check(
    points=0.4,
    target="count_macs",
    es="cuenta las de una convolución según su núcleo, paso, relleno y dilatación en cada eje, "
    "sin el sesgo",
    en="it counts a convolution's by its kernel, stride, padding and dilation of each axis, "
    "bias left out",
    covers=(
        "macs-layers",
        "macs-nothing-else",
    ),
)
def test_macs_of_a_convolution(student: Any, remote_torch: Any) -> None:
    for channels, kernel, stride, padding, dilation, size, bias in CONVOLUTIONS:
        layer = remote_torch.nn.Conv2d(
            *channels, kernel, stride, padding=padding, dilation=dilation, bias=bias
        )
        pixels = 1
        for k, s, p, d, n in zip(kernel, stride, padding, dilation, size, strict=True):
            pixels *= (n + 2 * p - d * (k - 1) - 1) // s + 1
        expected = channels[0] * channels[1] * kernel[0] * kernel[1] * pixels
        assert_equal(student.count_macs(layer, (channels[0], *size)), expected)


@check(
    points=0.3,
    target="count_macs",
    es="los grupos de una convolución dividen su coste",
    en="the groups of a convolution divide its cost",
    covers=("macs-groups",),
)
def test_macs_of_groups(student: Any, remote_torch: Any) -> None:
    conv = remote_torch.nn.Conv2d
    # Others take a kernel of torch's that is slow to set up.
    halves, single = conv(4, 8, 1, groups=2), conv(4, 4, 3, padding=1, groups=4)
    assert_equal(student.count_macs(halves, (4, 5, 6)), 8 * 2 * 30)
    assert_equal(student.count_macs(single, (4, 5, 6)), 4 * 9 * 30)


@check(
    points=0.3,
    target="count_macs",
    es="una capa Linear cuenta una vez por cada fila a la que se aplica",
    en="a Linear counts once per row that it is applied to",
    covers=(
        "macs-rows",
        "macs-layers",
    ),
)
def test_macs_of_linear_rows(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    flat = tools.sequential(nn.Flatten(), nn.Linear(24, 7), nn.Linear(7, 2, bias=False))
    assert_equal(student.count_macs(flat, (2, 3, 4)), 24 * 7 + 7 * 2)
    rows = tools.sequential(tools.PixelRows(), nn.Linear(2, 5))
    assert_equal(student.count_macs(rows, (2, 3, 4)), 12 * 10)
    assert_equal(student.count_macs(nn.Linear(4, 5), input_shape=(2, 3, 4)), 6 * 20)


@check(
    points=0.3,
    target="count_macs",
    es="cada llamada de una capa cuenta, y una capa a la que nadie llama no cuenta",
    en="each call of a layer counts, and a layer that is never called does not",
    covers=("macs-calls",),
)
def test_macs_of_repeated_calls(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    conv = nn.Conv2d(2, 2, 3, padding=1)
    assert_equal(student.count_macs(tools.Repeated(conv, 3), (2, 4, 5)), 3 * 36 * 20)
    assert_equal(student.count_macs(tools.sequential(conv, nn.ReLU(), conv), (2, 4, 5)), 1440)
    assert_equal(student.count_macs(tools.Idle(conv, 2), (2, 4, 5)), 0)
    quarters = tools.Quarters(nn.Conv2d(2, 3, 1))
    assert_equal(student.count_macs(quarters, (2, 4, 6)), 6 * 24)


@check(
    points=0.3,
    target="count_macs",
    es="cuentan también las subclases de Conv2d y Linear, y ninguna otra capa",
    en="subclasses of Conv2d and Linear count too, and no other layer",
    covers=(
        "macs-subclasses",
        "macs-nothing-else",
    ),
)
def test_macs_by_class(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    own = tools.sequential(
        tools.derived(nn.Conv2d, 2, 3, 3), nn.Flatten(), tools.derived(nn.Linear, 18, 4)
    )
    assert_equal(student.count_macs(own, (2, 4, 5)), 54 * 6 + 18 * 4)
    others = tools.sequential(
        nn.ConvTranspose2d(2, 3, 3),
        nn.BatchNorm2d(3),
        nn.PReLU(3),
        nn.AvgPool2d(2),
        nn.Flatten(2),
        nn.Conv1d(3, 4, 2),
        nn.LayerNorm(15),
    )
    assert_equal(student.count_macs(others, (2, 6, 6)), 0)
    assert_equal(student.count_macs(tools.sequential(nn.MaxPool2d(2)), (2, 6, 6)), 0)


@check(
    points=0.3,
    target="count_macs",
    es="da el valor conocido de la VGG-16 de torchvision en meta",
    en="it gives the known value of torchvision's VGG-16 on meta",
    covers=(
        "macs-known",
        "macs-meta",
        "macs-layers",
    ),
)
def test_macs_of_known_networks(student: Any, tools: Any) -> None:
    network = library_network(tools, "vgg16")
    assert_equal(student.count_macs(network, (3, 224, 224)), 15_470_264_320)


@check(
    points=0.3,
    target="count_macs",
    es="deja los modos, los hooks, los búferes, requires_grad, los pesos y la semilla como estaban",
    en="modes, hooks, buffers, requires_grad, weights and the seed are left as they were",
    covers=(
        "macs-leaves-module",
        "seed-unchanged",
    ),
)
def test_module_is_left_as_it_was(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    norms = [nn.BatchNorm2d(3), nn.BatchNorm2d(3), nn.BatchNorm2d(3, momentum=None)]
    conv, linear = nn.Conv2d(2, 3, 3), nn.Linear(3, 4)
    model = tools.sequential(
        conv, *norms, nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear, nn.Dropout()
    )
    tools.fill_(model, 1)
    conv.requires_grad_(False)
    tools.add_hook(conv)
    model.train()
    norms[0].eval()
    looks = (
        tools.training_modes,
        tools.hook_counts,
        tools.requires_grad,
        tools.module_types,
        tools.state_dict,
        tools.parameter_identities,
    )
    seed = remote_torch.initial_seed()
    for mode in ("mixed", "eval"):
        if mode == "eval":
            model.eval()
        before = tools.several(*((look, model) for look in looks))
        student.count_macs(model, (2, 5, 6))
        after = tools.several(*((look, model) for look in looks))
        names = ("training", "hooks", "requires_grad", "modules", "state_dict", "parameters")
        for name, was, is_now in zip(names, before, after, strict=True):
            assert_that(
                _unchanged(was, is_now),
                f"{name}: no quedó igual.",
                f"{name}: it has changed.",
                seen=(mode, name, _changes(was, is_now)),
            )
    assert_equal(remote_torch.initial_seed(), seed, "torch.initial_seed()")


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(
            _same_tensor(after[k], v) if isinstance(v, Tensor) else after[k] == v
            for k, v in before.items()
        )
    return bool(before == after)


def _changes(before: Any, after: Any) -> Any:
    """What tells one change from another: modes and numbers of hooks, of tensors their names."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return None
    changed = [k for k in before if not _unchanged({k: before[k]}, {k: after.get(k)})]
    return changed, [after.get(k) for k in changed if isinstance(before[k], bool)]


def _same_tensor(first: object, second: Tensor) -> bool:
    return (
        isinstance(first, Tensor) and first.device == second.device and torch.equal(first, second)
    )


@check(
    points=0.2,
    target="count_macs",
    es="funciona con módulos de cualquier tipo y dispositivo, y en cualquier modo",
    en="it works on modules of any dtype and device, and in any mode",
    covers=(
        "macs-meta",
        "device",
        "dtype",
    ),
)
def test_macs_in_any_state(student: Any, remote_torch: Any, tools: Any) -> None:
    nn = remote_torch.nn
    layers = nn.Conv2d(2, 3, 3), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3)
    model = tools.sequential(*layers, nn.Flatten(), nn.Linear(3, 4))
    known = 54 * 12 + 12
    assert_equal(student.count_macs(model.eval(), (2, 5, 6)), known)
    model.train()
    for kind in (torch.float32, torch.float64, torch.bfloat16, "meta"):
        assert_equal(student.count_macs(model.to(kind), (2, 5, 6)), known)
    # One layer shows where the image is made; each other kind is slow on fake tensors.
    conv = nn.Conv2d(2, 3, 3)
    with fake_cuda(student):
        assert_equal(student.count_macs(tools.to_fake_cuda(conv), (2, 5, 6)), 54 * 12)
