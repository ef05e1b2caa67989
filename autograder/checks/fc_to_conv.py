"""Hidden checks of `cnnlab.fc_to_conv`.

A convolution that comes back is run twice: in the worker, and in the grader from its parameters,
stride, padding, dilation and groups. What to expect comes from the linear layer on the flattened
map and from sliding the original network over the image, on maps with H != W. Only the checks of
the dtype leave float32, so that a wrong dtype costs no more than them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checking import (
    assert_close,
    assert_device,
    assert_equal,
    assert_instance,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    later,
    prepare_part,
    rejects,
)
from autograder.checking.expression import plain
from autograder.checking.strategies import noise
from autograder.worker.tools import fill_, network

Shape = tuple[int, int, int]
Layer = tuple[Any, ...]  # ("Conv2d", 3, 4, 3) stands for nn.Conv2d(3, 4, 3)

CONVOLUTION = ("weight", "bias", "stride", "padding", "dilation", "groups")
DTYPES = (torch.float16, torch.bfloat16, torch.float64)  # float32 is in every other check
# Stand-ins that give what the check has prepared: a mistake in a part costs its own points only.
CONVOLUTION_PART = {"linear_to_conv": "prepared_convolution.prepared_convolution"}
NETWORK_PARTS = CONVOLUTION_PART | {
    "linear_to_conv1x1": "prepared_convolution.prepared_convolution1x1"
}
SEED = 271_828  # set before a function that has to leave the seed as it is

# Batch size, shape of the map and outputs; the same of a 1x1 convolution.
MAPS = ((2, (2, 3, 4), 1), (1, (3, 2, 1), 4))
PIXELS = ((2, (4, 1, 1), 3), (1, (3, 2, 3), 4))

# The lecture's slide: two neurons on a 2x2 image, before and after the ReLU.
SLIDE_IMAGE = torch.tensor([1.0, 2.0, 3.0, 4.0])
SLIDE_WEIGHT = torch.tensor([[1.1, 1.2, 1.3, 1.4], [1.5, 1.6, 1.7, 1.8]])
SLIDE_BIAS = torch.tensor([1.9, 2.0])
SLIDE_SCORES = torch.tensor([14.9, 19.0]).reshape(1, 2, 1, 1)


def values(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Standard normal noise of `shape`."""
    return noise(*shape, seed=seed, dtype=dtype)


@dataclass(frozen=True)
class Classifier:
    """A network up to its logits, the image it is made for, and the features that it flattens.

    `oracle` is the network in eval mode, its parameters and statistics noise.
    """

    layers: tuple[Layer, ...]
    image_shape: Shape
    feature_shape: Shape
    total_stride: tuple[int, int]
    oracle: nn.Sequential = field(init=False)

    def __post_init__(self) -> None:
        oracle = network(*self.layers)
        fill_(oracle, seed=0)
        object.__setattr__(self, "oracle", oracle)

    def in_worker(self, tools: Any) -> Any:
        """The same network, as a student's function receives it."""
        made = tools.with_state(dict(self.oracle.state_dict()), tools.network, *self.layers)
        return shown_as(made, f"{self}.eval()")

    def __str__(self) -> str:
        layers = (f"torch.nn.{name}({', '.join(map(repr, sizes))})" for name, *sizes in self.layers)
        return f"nn.Sequential({', '.join(layers)})"


# No layer pads or leaves a row out, on these image sizes and on any larger by total strides.
SLIDING = (
    Classifier(
        (
            *(("Conv2d", 2, 3, 3), ("ReLU",), ("MaxPool2d", 2)),
            *(("Flatten",), ("Linear", 36, 4)),
        ),
        (2, 8, 10),
        (3, 3, 4),
        (2, 2),
    ),
    Classifier(
        (
            *(("Conv2d", 2, 3, 3, 2), ("BatchNorm2d", 3), ("Tanh",), ("Conv2d", 3, 2, 3, 2)),
            *(("Flatten",), ("Linear", 12, 5), ("PReLU", 5), ("Dropout", 0.5), ("Linear", 5, 3)),
        ),
        (2, 11, 15),
        (2, 2, 3),
        (4, 4),
    ),
    Classifier(
        (
            *(("Conv2d", 3, 4, (1, 2)), ("AvgPool2d", (3, 2)), ("Sigmoid",), ("Flatten",)),
            # The second linear layer takes as many numbers as the first.
            *(("Linear", 8, 8), ("Dropout", 0.3), ("Tanh",), ("Linear", 8, 5, False), ("ELU",)),
            ("Linear", 5, 2),
        ),
        (3, 6, 3),
        (4, 2, 1),
        (3, 2),
    ),
)
STEPS = ((2, 2), (2, 1), (1, 2))  # by which the larger image goes beyond the original one
PADDED = Classifier(
    (
        *(("Conv2d", 1, 3, 3, 1, 1), ("BatchNorm2d", 3), ("ReLU",), ("MaxPool2d", 2)),
        *(("Flatten",), ("Linear", 36, 5), ("ReLU",), ("Dropout",), ("Linear", 5, 4), ("Tanh",)),
        ("Linear", 4, 2),
    ),
    (1, 7, 9),
    (3, 3, 4),
    (2, 2),
)
SMALL = SLIDING[1]
ONE_PIXEL = Classifier(
    (
        *(("Conv2d", 2, 6, (3, 4)), ("ReLU",), ("Flatten",), ("Linear", 6, 4), ("PReLU", 4)),
        *(("Linear", 4, 5), ("ReLU",), ("Dropout", 1.0), ("Linear", 5, 2)),
    ),
    (2, 3, 4),
    (6, 1, 1),
    (1, 1),
)
ONE_LINEAR = Classifier((("ReLU",), ("Flatten",), ("Linear", 12, 2)), (2, 2, 3), (2, 2, 3), (1, 1))
WITHOUT_BIASES = Classifier(
    (
        *(("Conv2d", 2, 3, 2, 1, 0, 1, 1, False), ("Flatten",)),
        *(("Linear", 18, 4, False), ("ReLU",), ("Linear", 4, 2, False)),
    ),
    (2, 3, 4),
    (3, 2, 3),
    (1, 1),
)

# On fake tensors each operator is slow once for each shape: what is tried there shares its shapes.
ON_DEVICES = Classifier(
    (("ReLU",), ("Flatten",), ("Linear", 12, 4), ("ReLU",), ("Linear", 4, 12)),
    (3, 2, 2),
    (3, 2, 2),
    (1, 1),
)


def shown_as(made: Any, words: str) -> Any:
    """`made`, an object of the worker, called in messages by what a student would type."""
    object.__setattr__(made, "_shown", lambda: plain(words))
    return made


def linear_in_worker(remote_torch: Any, tools: Any, weight: Tensor, bias: Tensor) -> Any:
    outputs, inputs = weight.shape
    state, dtype = {"weight": weight, "bias": bias}, weight.dtype
    made = tools.with_state(state, remote_torch.nn.Linear, inputs, outputs, dtype=dtype)
    ending = "" if dtype is torch.float32 else f", dtype={dtype}"
    return shown_as(made, f"torch.nn.Linear({inputs}, {outputs}{ending})")


def prepare_pixel_convolution(tools: Any, weight: Tensor, bias: Tensor | None) -> None:
    """What a right `linear_to_conv` gives for maps of one pixel, should it be needed."""
    prepare_part(tools, "prepared_convolution", [(weight[:, :, None, None], bias)])


def prepare_classifier(tools: Any, classifier: Classifier) -> None:
    """What right parts give for the linear layers of a network, should they be needed."""
    kernels: list[tuple[Tensor, Tensor | None]] = []
    for layer in classifier.oracle:
        if isinstance(layer, nn.Linear):
            shape = (layer.in_features, 1, 1) if kernels else classifier.feature_shape
            bias = None if layer.bias is None else layer.bias.detach()
            kernels.append((layer.weight.detach().reshape(-1, *shape), bias))
    prepare_part(tools, "prepared_convolution", kernels)


def assert_convolves(
    tools: Any, convolution: Any, x: Tensor, expected: Tensor, *, any_bias: bool = False
) -> None:
    """A Conv2d that gives `expected` at x, both as a module and by its parameters alone.

    With `any_bias`, whatever bias it has is expected too: it costs its points elsewhere.
    """
    assert_instance(convolution, nn.Conv2d)
    own = tools.attributes(convolution, *CONVOLUTION)
    if any_bias and isinstance(own["bias"], Tensor):
        expected = expected + own["bias"].detach().float()[:, None, None]
    assert_close(convolution(x), expected)
    assert_close(F.conv2d(x, **own), expected)


def assert_keeps_dtype(
    tools: Any, weight: Tensor, bias: Tensor, convolution: Any, x: Tensor
) -> None:
    """The parameters given, to the last digit and in whatever order, and output like x."""
    seen = tools.parameters(convolution)
    for name, parameter in (("weight", weight), ("bias", bias)):
        if name in seen:
            assert_equal(seen[name].dtype, parameter.dtype, f"{name}.dtype")
            assert_equal(in_order(seen[name]), in_order(parameter), name)
    assert_equal(convolution(x).dtype, x.dtype, "dtype")


def scores_of_windows(classifier: Classifier, x: Tensor) -> Tensor:
    """The map of the scores that the network gives for every window of one larger image."""
    (height, width), (down, right) = classifier.image_shape[1:], classifier.total_stride
    windows = x[0].unfold(1, height, down).unfold(2, width, right).movedim(0, 2)
    scores: Tensor = classifier.oracle(windows.flatten(0, 1)).detach()
    return scores.T.reshape(1, -1, *windows.shape[:2])


def assert_has_bias(tools: Any, convolution: Any, wanted: bool) -> None:
    names = sorted(tools.parameters(convolution))
    assert_equal(names, ["bias", "weight"] if wanted else ["weight"], "parameters()")


def in_order(tensor: Tensor) -> Tensor:
    return tensor.detach().flatten().sort().values


def assert_independent(tools: Any, original: Any, copied: Any, x: Tensor) -> None:
    """Changing either of the two leaves the other as it was."""
    shared, before, _, after, state = tools.several(
        (tools.names_sharing_memory, original, copied),
        (copied, x),
        (tools.fill_, original, 1),
        (copied, x),
        (tools.state_dict, original),
    )
    assert_that(
        shared == [],
        es=f"{', '.join(shared)}: al entrenar la red nueva cambiaría la original.",
        en=f"{', '.join(shared)}: training the new one would change the original.",
        seen=shared,
    )
    assert_close(after, before.detach())
    _, kept = tools.several((tools.fill_, copied, 2), (tools.state_dict, original))
    assert_equal(kept, state, "state_dict()")


def assert_trains(tools: Any, layer: Any, x: Tensor) -> None:
    """The gradient reaches the input and every parameter."""
    seen = tools.vjp(layer, x)
    missing = [name for name, gradient in seen["parameters"].items() if gradient is None]
    assert_equal(missing, [], "grad is None")
    assert_that(
        seen["inputs"][0] is not None,
        es="El gradiente no llega a la entrada.",
        en="The gradient does not reach the input.",
        seen=False,
    )


# linear_to_conv


@check(
    points=0.8,
    target="linear_to_conv",
    covers=("linear-to-conv-computes", "linear-to-conv-class"),
    es="la convolución calcula lo mismo que la capa lineal sobre el mapa aplanado",
    en="the convolution computes what the linear layer computes on the flattened map",
)
def test_conv_computes_the_linear(student: Any, remote_torch: Any, tools: Any) -> None:
    for seed, (batch, shape, outputs) in enumerate(MAPS):
        x = values(batch, *shape, seed=seed)
        weight, bias = values(outputs, x[0].numel(), seed=seed + 1), values(outputs, seed=seed + 2)
        linear = linear_in_worker(remote_torch, tools, weight, bias)
        expected = F.linear(x.flatten(1), weight, bias)[:, :, None, None]
        tools.seed_torch(seed)  # a bias left random is the same whenever it is tried
        assert_convolves(tools, student.linear_to_conv(linear, shape), x, expected)


@check(
    points=0.25,
    target="linear_to_conv",
    covers=("linear-to-conv-slide",),
    es="el ejemplo de la clase da 14.9 y 19.0 con una convolución de 2x2",
    en="the lecture's example gives 14.9 and 19.0 by a 2x2 convolution",
)
def test_conv_gives_the_slides_numbers(student: Any, remote_torch: Any, tools: Any) -> None:
    linear = linear_in_worker(remote_torch, tools, SLIDE_WEIGHT, SLIDE_BIAS)
    convolution = student.linear_to_conv(linear, (1, 2, 2))
    assert_convolves(tools, convolution, SLIDE_IMAGE.reshape(1, 1, 2, 2), SLIDE_SCORES)


@check(
    points=0.2,
    target="linear_to_conv",
    covers=("linear-to-conv-kernel",),
    es="en un mapa más grande el núcleo se desliza de posición en posición",
    en="on a larger map the kernel slides from place to place",
)
def test_conv_slides_over_a_larger_map(student: Any, remote_torch: Any, tools: Any) -> None:
    # Equal weights and no bias: in which order the map is flattened is another check's matter.
    linear = linear_in_worker(remote_torch, tools, torch.ones(4, 12), torch.zeros(4))
    convolution = later(student.linear_to_conv)(linear, (3, 2, 2))
    x = values(2, 3, 3, 4)
    sums = F.avg_pool2d(x, 2, 1, divisor_override=1).sum(1, keepdim=True)
    seen = convolution(x)
    bias = convolution.bias
    if isinstance(bias, Tensor):  # Whether that one is right, too, is another's.
        sums = sums + bias.detach().float()[:, None, None]
    assert_shape(seen, (2, 4, 2, 3))
    assert_close(seen, sums.expand(-1, 4, -1, -1), rtol=1e-3, atol=1e-4)


@check(
    points=0.25,
    target="linear_to_conv",
    covers=("linear-to-conv-dtype",),
    es="la convolución tiene el dtype de la capa, y sus pesos hasta la última cifra",
    en="the convolution has the layer's dtype, and its weights to the last digit",
)
def test_conv_keeps_the_dtype(student: Any, remote_torch: Any, tools: Any) -> None:
    for dtype in DTYPES:
        weight, bias = values(4, 12, dtype=dtype), values(4, seed=1, dtype=dtype)
        linear = linear_in_worker(remote_torch, tools, weight, bias)
        convolution = later(student.linear_to_conv)(linear, (3, 2, 2))
        assert_keeps_dtype(tools, weight, bias, convolution, values(2, 3, 2, 2, dtype=dtype))


@check(
    points=0.25,
    target="linear_to_conv",
    covers=("linear-to-conv-bias",),
    es="la convolución tiene sesgo solo si la capa lo tiene",
    en="the convolution has a bias only where the layer has one",
)
def test_conv_keeps_a_missing_bias(student: Any, remote_torch: Any, tools: Any) -> None:
    for has_bias in (True, False):
        linear = remote_torch.nn.Linear(12, 4, has_bias)
        assert_has_bias(tools, later(student.linear_to_conv)(linear, (3, 2, 2)), has_bias)


@check(
    points=0.15,
    target="linear_to_conv",
    covers=("linear-to-conv-device",),
    es="la convolución está en el dispositivo de la capa",
    en="the convolution is on the layer's device",
)
def test_conv_keeps_the_device(student: Any, remote_torch: Any, tools: Any) -> None:
    on_meta = tools.call_on("meta", remote_torch.nn.Linear, 12, 4)
    for parameter in tools.parameters(
        later(student.linear_to_conv)(on_meta, input_shape=(3, 2, 2))
    ).values():
        assert_device(parameter, "meta")
    with fake_cuda(student):
        on_cuda = tools.call_on("cuda", tools.unfilled, remote_torch.nn.Linear, 12, 4)
        convolution = tools.unfilled(student.linear_to_conv, on_cuda, (3, 2, 2))
        assert_device(convolution(torch.ones(2, 3, 2, 2)), "cuda")


@check(
    points=0.4,
    target="linear_to_conv",
    covers=("linear-to-conv-copies", "linear-to-conv-input"),
    es="los pesos son copias: ni cambian con la capa lineal ni la cambian a ella",
    en="the weights are copies: they neither change with the linear layer nor change it",
)
def test_conv_copies_the_linear(student: Any, remote_torch: Any, tools: Any) -> None:
    weight, bias = values(4, 12), values(4, seed=1)
    linear = linear_in_worker(remote_torch, tools, weight, bias)
    tools.several((linear.requires_grad_, False), (tools.seed_torch, SEED))
    convolution = later(student.linear_to_conv)(linear, (3, 2, 2))
    seed, state, requires_grad = tools.several(
        (remote_torch.initial_seed,), (tools.state_dict, linear), (tools.requires_grad, linear)
    )
    assert_equal(seed, SEED, "torch.initial_seed()")
    assert_equal(state, {"weight": weight, "bias": bias}, "state_dict()")
    assert_equal(requires_grad, {"weight": False, "bias": False}, "requires_grad")
    assert_that(
        not tools.shares_memory(convolution, later(student.linear_to_conv)(linear, (3, 2, 2))),
        es="Dos llamadas con la misma capa devuelven los mismos pesos.",
        en="Two calls with the same layer return the same weights.",
    )
    assert_independent(tools, linear, convolution, values(2, 3, 2, 2, seed=2))


@check(
    points=0.15,
    target="linear_to_conv",
    covers=("linear-to-conv-differentiable",),
    es="la convolución se puede entrenar: el gradiente llega a sus pesos y a la entrada",
    en="the convolution can be trained: the gradient reaches its weights and the input",
)
def test_conv_can_be_trained(student: Any, remote_torch: Any, tools: Any) -> None:
    linear = remote_torch.nn.Linear(12, 4)
    convolution = later(student.linear_to_conv)(linear, (3, 2, 2))
    assert_trains(tools, convolution, values(2, 3, 2, 2))


@check(
    points=0.3,
    target="linear_to_conv",
    covers=("linear-to-conv-error",),
    es="si in_features no es C·H·W, ValueError",
    en="where in_features is not C·H·W, ValueError",
)
def test_conv_rejects_a_shape_that_does_not_fit(student: Any, remote_torch: Any) -> None:
    linear = remote_torch.nn.Linear(12, 4)
    for shape in ((3, 2, 3), (3, 2, 1), (12, 1, 2), (2, 2, 2), (1, 1, 1), (6, 4, 1)):
        with rejects("input_shape", "linear", "in_features"):
            student.linear_to_conv(linear, shape)


# linear_to_conv1x1


@check(
    points=0.6,
    target="linear_to_conv1x1",
    covers=("conv1x1-computes", "conv1x1-kernel", "conv1x1-class"),
    parts=CONVOLUTION_PART,
    es="la convolución de 1x1 aplica la capa lineal a cada píxel",
    en="the 1x1 convolution applies the linear layer to each pixel",
)
def test_conv1x1_computes_the_linear(student: Any, remote_torch: Any, tools: Any) -> None:
    for seed, (batch, shape, outputs) in enumerate(PIXELS):
        x = values(batch, *shape, seed=seed)
        weight, bias = values(outputs, shape[0], seed=seed + 1), values(outputs, seed=seed + 2)
        linear = linear_in_worker(remote_torch, tools, weight, bias)
        prepare_pixel_convolution(tools, weight, bias)
        expected = F.linear(x.movedim(1, -1), weight, bias).movedim(-1, 1)
        assert_convolves(tools, student.linear_to_conv1x1(linear), x, expected)


@check(
    points=0.2,
    target="linear_to_conv1x1",
    covers=("conv1x1-slide",),
    parts=CONVOLUTION_PART,
    es="el ejemplo de la clase da 14.9 y 19.0 con la imagen como cuatro canales de 1x1",
    en="the lecture's example gives 14.9 and 19.0 with the image as four channels of 1x1",
)
def test_conv1x1_gives_the_slides_numbers(student: Any, remote_torch: Any, tools: Any) -> None:
    linear = linear_in_worker(remote_torch, tools, SLIDE_WEIGHT, SLIDE_BIAS)
    prepare_pixel_convolution(tools, SLIDE_WEIGHT, SLIDE_BIAS)
    convolution = student.linear_to_conv1x1(linear)
    assert_convolves(tools, convolution, SLIDE_IMAGE.reshape(1, 4, 1, 1), SLIDE_SCORES)


@check(
    points=0.2,
    target="linear_to_conv1x1",
    covers=("conv1x1-dtype",),
    parts=CONVOLUTION_PART,
    es="la convolución de 1x1 tiene el dtype de la capa, y sus pesos hasta la última cifra",
    en="the 1x1 convolution has the layer's dtype, and its weights to the last digit",
)
def test_conv1x1_keeps_the_dtype(student: Any, remote_torch: Any, tools: Any) -> None:
    for dtype in DTYPES:
        weight, bias = values(4, 3, dtype=dtype), values(4, seed=1, dtype=dtype)
        linear = linear_in_worker(remote_torch, tools, weight, bias)
        prepare_pixel_convolution(tools, weight, bias)
        convolution = later(student.linear_to_conv1x1)(linear)
        assert_keeps_dtype(tools, weight, bias, convolution, values(2, 3, 1, 1, dtype=dtype))


@check(
    points=0.15,
    target="linear_to_conv1x1",
    covers=("conv1x1-bias",),
    parts=CONVOLUTION_PART,
    es="la convolución de 1x1 tiene sesgo solo si la capa lo tiene",
    en="the 1x1 convolution has a bias only where the layer has one",
)
def test_conv1x1_keeps_a_missing_bias(student: Any, remote_torch: Any, tools: Any) -> None:
    for has_bias in (True, False):
        linear = remote_torch.nn.Linear(3, 4, has_bias)
        prepare_pixel_convolution(tools, torch.ones(4, 3), torch.ones(4) if has_bias else None)
        assert_has_bias(tools, later(student.linear_to_conv1x1)(linear), has_bias)


@check(
    points=0.1,
    target="linear_to_conv1x1",
    covers=("conv1x1-device",),
    parts=CONVOLUTION_PART,
    es="la convolución de 1x1 está en el dispositivo de la capa",
    en="the 1x1 convolution is on the layer's device",
)
def test_conv1x1_keeps_the_device(student: Any, remote_torch: Any, tools: Any) -> None:
    prepare_pixel_convolution(tools, torch.ones(12, 4), torch.ones(12))
    on_meta = tools.call_on("meta", remote_torch.nn.Linear, 4, 12)
    for parameter in tools.parameters(later(student.linear_to_conv1x1)(on_meta)).values():
        assert_device(parameter, "meta")
    with fake_cuda(student):
        on_cuda = tools.call_on("cuda", tools.unfilled, remote_torch.nn.Linear, 4, 12)
        convolution = tools.unfilled(student.linear_to_conv1x1, on_cuda)
        assert_device(convolution(torch.ones(2, 4, 1, 1)), "cuda")


@check(
    points=0.35,
    target="linear_to_conv1x1",
    covers=("conv1x1-copies", "conv1x1-input"),
    parts=CONVOLUTION_PART,
    es="los pesos de la convolución de 1x1 son copias de los de la capa lineal",
    en="the 1x1 convolution's weights are copies of the linear layer's",
)
def test_conv1x1_copies_the_linear(student: Any, remote_torch: Any, tools: Any) -> None:
    weight, bias = values(4, 3), values(4, seed=1)
    linear = linear_in_worker(remote_torch, tools, weight, bias)
    tools.several((linear.requires_grad_, False), (tools.seed_torch, SEED))
    prepare_pixel_convolution(tools, weight, bias)
    convolution = later(student.linear_to_conv1x1)(linear)
    seed, state, requires_grad = tools.several(
        (remote_torch.initial_seed,), (tools.state_dict, linear), (tools.requires_grad, linear)
    )
    assert_equal(seed, SEED, "torch.initial_seed()")
    assert_equal(state, {"weight": weight, "bias": bias}, "state_dict()")
    assert_equal(requires_grad, {"weight": False, "bias": False}, "requires_grad")
    assert_independent(tools, linear, convolution, values(2, 3, 1, 1, seed=2))


@check(
    points=0.15,
    target="linear_to_conv1x1",
    covers=("conv1x1-differentiable",),
    parts=CONVOLUTION_PART,
    es="la convolución de 1x1 se puede entrenar: el gradiente llega a sus pesos y a la entrada",
    en="the 1x1 convolution can be trained: the gradient reaches its weights and the input",
)
def test_conv1x1_can_be_trained(student: Any, remote_torch: Any, tools: Any) -> None:
    linear = remote_torch.nn.Linear(3, 4)
    prepare_pixel_convolution(tools, torch.ones(4, 3), torch.ones(4))
    assert_trains(tools, later(student.linear_to_conv1x1)(linear), values(2, 3, 1, 1))


# fully_convolutional


@check(
    points=0.8,
    target="fully_convolutional",
    covers=("network-original-size",),
    parts=NETWORK_PARTS,
    es="con el tamaño original da los mismos logits, con forma (N, K, 1, 1)",
    en="on the original size it gives the same logits, of shape (N, K, 1, 1)",
)
def test_same_logits_on_the_original_size(student: Any, tools: Any) -> None:
    for batch, classifier in ((2, SLIDING[0]), (1, SLIDING[2]), (1, PADDED)):
        model = classifier.in_worker(tools)
        prepare_classifier(tools, classifier)
        converted = later(student.fully_convolutional)(model, classifier.feature_shape).eval()
        x = values(batch, *classifier.image_shape)
        logits = classifier.oracle(x.requires_grad_())
        cotangent = values(*logits.shape, 1, 1, seed=1)
        seen = tools.vjp(converted, x.detach(), cotangent=cotangent)
        assert_close(seen["output"], logits[:, :, None, None].detach())
        (gradient,) = torch.autograd.grad(logits, x, cotangent[:, :, 0, 0])
        assert_close(seen["inputs"][0], gradient, "x.grad")


@check(
    points=1.25,
    target="fully_convolutional",
    covers=("network-larger-image",),
    parts=NETWORK_PARTS,
    es="en una imagen más grande, en modo eval, equivale a deslizar la red original",
    en="on a larger image, in eval mode, it equals sliding the original network",
)
def test_larger_images_give_a_map_of_scores(student: Any, tools: Any) -> None:
    for classifier, steps in zip(SLIDING, STEPS, strict=True):
        model = classifier.in_worker(tools)
        prepare_classifier(tools, classifier)
        converted = later(student.fully_convolutional)(model, classifier.feature_shape).eval()
        channels, *sizes = classifier.image_shape
        larger = (n + k * s for n, k, s in zip(sizes, steps, classifier.total_stride, strict=True))
        x = values(1, channels, *larger)
        assert_close(converted(x), scores_of_windows(classifier, x))


@check(
    points=0.25,
    target="fully_convolutional",
    covers=("network-layers",),
    parts=NETWORK_PARTS,
    es="devuelve una nn.Sequential en la que no queda ni Flatten ni Linear",
    en="it returns an nn.Sequential in which neither Flatten nor Linear is left",
)
def test_no_flatten_and_no_linear_is_left(student: Any, tools: Any) -> None:
    classifier = SLIDING[2]
    model = classifier.in_worker(tools)
    prepare_classifier(tools, classifier)
    converted = student.fully_convolutional(model, classifier.feature_shape)
    assert_instance(converted, nn.Sequential)
    kinds = {kind.rsplit(".", 1)[-1] for _, kind in tools.module_types(converted)}
    assert_equal(sorted(kinds & {"Flatten", "Linear"}), [], "Flatten, Linear")
    classes = classifier.layers[-1][2]
    scores = converted.eval()(values(2, *classifier.image_shape))
    assert_equal(tuple(scores.shape), (2, classes, 1, 1), "shape")


@check(
    points=0.45,
    target="fully_convolutional",
    covers=("network-other-layers",),
    parts=NETWORK_PARTS,
    es="las activaciones y el dropout siguen en su sitio",
    en="activations and dropout stay in their places",
)
def test_other_layers_stay(student: Any, tools: Any) -> None:
    model = ONE_PIXEL.in_worker(tools)
    prepare_classifier(tools, ONE_PIXEL)
    # Features of one pixel: in which order a larger map is flattened is another check's matter.
    converted = later(student.fully_convolutional)(model, ONE_PIXEL.feature_shape)
    x = values(3, *ONE_PIXEL.image_shape)
    logits = ONE_PIXEL.oracle(x)[:, :, None, None].detach()
    assert_close(converted.eval()(x), logits)
    # With p = 1 dropout leaves nothing but the last bias.
    last_bias = ONE_PIXEL.oracle.get_parameter("8.bias").detach()
    dropped = last_bias[:, None, None].expand_as(logits)
    assert_close(converted.train()(x), dropped, ".train()")


@check(
    points=0.4,
    target="fully_convolutional",
    covers=("network-argument",),
    parts=NETWORK_PARTS,
    es="la red dada queda intacta: capas, pesos, modos y requires_grad",
    en="the given network stays as it was: layers, weights, modes and requires_grad",
)
def test_the_argument_stays(student: Any, remote_torch: Any, tools: Any) -> None:
    model = SMALL.in_worker(tools)
    prepare_classifier(tools, SMALL)
    looks = (tools.module_types, tools.state_dict, tools.training_modes, tools.requires_grad)
    first, second = model[0], model[1]
    *_, modules, state, modes, requires_grad = tools.several(
        (first.requires_grad_, False),
        (second.train,),
        (tools.seed_torch, SEED),
        *((look, model) for look in looks),
    )
    later(student.fully_convolutional)(model, SMALL.feature_shape)
    seen = tools.several(*((look, model) for look in looks), (remote_torch.initial_seed,))
    for now, before, what in zip(
        seen,
        (modules, state, modes, requires_grad, SEED),
        ("modules()", "state_dict()", "training", "requires_grad", "torch.initial_seed()"),
        strict=True,
    ):
        assert_equal(now, before, what)


@check(
    points=0.35,
    target="fully_convolutional",
    covers=("network-copies",),
    parts=NETWORK_PARTS,
    es="la red nueva no comparte pesos con la dada",
    en="the new network shares no weights with the given one",
)
def test_the_network_shares_nothing(student: Any, tools: Any) -> None:
    model = SMALL.in_worker(tools)
    prepare_classifier(tools, SMALL)
    converted = later(student.fully_convolutional)(model, SMALL.feature_shape).eval()
    # A function that gives its argument back has failed another check, and shares all of it.
    assert_independent(tools, model, converted, values(2, *SMALL.image_shape))


@check(
    points=0.4,
    target="fully_convolutional",
    covers=("network-dtype", "network-bias"),
    parts=NETWORK_PARTS,
    es="la red nueva tiene el dtype de la dada, sus pesos exactos y ningún sesgo que le faltara",
    en="the new network has the given one's dtype, its exact weights and no bias it was without",
)
def test_network_keeps_dtype_and_missing_bias(student: Any, tools: Any) -> None:
    sizes = sorted([(3, 2, 2, 2), (4, 3, 2, 3), (2, 4, 1, 1)])
    shape = WITHOUT_BIASES.feature_shape
    model = WITHOUT_BIASES.in_worker(tools)
    for copied, dtype in zip(tools.copies(model, len(DTYPES)), DTYPES, strict=True):
        prepare_classifier(tools, WITHOUT_BIASES)
        converted = later(student.fully_convolutional)(copied.to(dtype), shape)
        parameters = tools.parameters(converted).values()
        assert_equal(sorted(tuple(p.shape) for p in parameters), sizes, "parameters()")
        assert_equal([p.dtype for p in parameters], [dtype] * 3, "parameters(): dtype")
        weights, kept = (
            torch.cat([parameter.detach().flatten().to(dtype) for parameter in found])
            for found in (parameters, WITHOUT_BIASES.oracle.parameters())
        )
        assert_equal(in_order(weights), in_order(kept), "parameters()")
        x = values(1, *WITHOUT_BIASES.image_shape, dtype=dtype)
        assert_equal(converted(x).dtype, dtype, "dtype")


@check(
    points=0.2,
    target="fully_convolutional",
    covers=("network-device",),
    parts=NETWORK_PARTS,
    es="la red nueva está en el dispositivo de la dada",
    en="the new network is on the given one's device",
)
def test_network_keeps_the_device(student: Any, tools: Any) -> None:
    prepare_classifier(tools, ON_DEVICES)
    model = ON_DEVICES.in_worker(tools)
    on_meta = ON_DEVICES.in_worker(tools).to("meta")
    converted = later(student.fully_convolutional)(on_meta, feature_shape=(3, 2, 2))
    assert_device(converted(torch.ones(2, 3, 2, 2, device="meta")), "meta")
    with fake_cuda(student):
        on_cuda = tools.to_fake_cuda(model)
        converted = tools.unfilled(student.fully_convolutional, on_cuda, (3, 2, 2))
        assert_device(converted(torch.ones(2, 3, 2, 2)), "cuda")


@check(
    points=0.15,
    target="fully_convolutional",
    covers=("network-differentiable",),
    parts=NETWORK_PARTS,
    es="la red nueva se puede entrenar: el gradiente llega a todos sus pesos y a la imagen",
    en="the new network can be trained: the gradient reaches all of its weights and the image",
)
def test_network_can_be_trained(student: Any, tools: Any) -> None:
    model = WITHOUT_BIASES.in_worker(tools)
    prepare_classifier(tools, WITHOUT_BIASES)
    converted = later(student.fully_convolutional)(model, WITHOUT_BIASES.feature_shape)
    assert_trains(tools, converted, values(2, *WITHOUT_BIASES.image_shape))


@check(
    points=0.25,
    target="fully_convolutional",
    covers=("network-error",),
    parts=NETWORK_PARTS,
    es="si feature_shape no es lo que espera la primera Linear, ValueError",
    en="where feature_shape is not what the first Linear takes, ValueError",
)
def test_network_rejects_a_shape_that_does_not_fit(student: Any, tools: Any) -> None:
    model = ONE_LINEAR.in_worker(tools)
    prepare_classifier(tools, ONE_LINEAR)
    for shape in ((2, 2, 2), (2, 3, 3), (3, 2, 3), (1, 2, 3)):
        with rejects("feature_shape", "model", "input_shape", "linear", "in_features"):
            student.fully_convolutional(model, shape)


# global_avg_pool_as_conv


@check(
    points=0.5,
    target="global_avg_pool_as_conv",
    covers=("mean-weights", "mean-dense", "mean-kernel-size"),
    es="la convolución es densa, y sus pesos son 1/(kh·kw) de un mapa a sí mismo y 0 entre mapas",
    en="the convolution is dense, its weights 1/(kh·kw) from a map to itself and 0 between maps",
)
def test_mean_is_a_dense_convolution(student: Any, tools: Any) -> None:
    kernels: tuple[tuple[int, int | tuple[int, int]], ...] = ((2, 3), (4, (2, 3)), (3, (4, 1)))
    for channels, kernel_size in kernels:
        tools.seed_torch(channels)
        convolution = student.global_avg_pool_as_conv(channels, kernel_size)
        assert_instance(convolution, nn.Conv2d)
        seen = tools.attributes(convolution, "groups", "weight")
        assert_equal(seen["groups"], 1, "groups")
        height, width = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
        expected = torch.eye(channels)[:, :, None, None].expand(-1, -1, height, width)
        assert_close(seen["weight"], expected / (height * width), "weight")


@check(
    points=0.1,
    target="global_avg_pool_as_conv",
    covers=("mean-bias",),
    es="la convolución no tiene sesgo",
    en="the convolution has no bias",
)
def test_mean_has_no_bias(student: Any) -> None:
    has_bias = student.global_avg_pool_as_conv(3, 2).bias is not None
    assert_that(
        not has_bias,
        es="La convolución tiene un sesgo.",
        en="The convolution has a bias.",
        seen=has_bias,
    )


@check(
    points=0.3,
    target="global_avg_pool_as_conv",
    covers=("mean-computes", "mean-stride"),
    es="con stride 1 y sin padding da la media de cada ventana de cada mapa",
    en="with stride 1 and no padding it gives the mean of each window of each map",
)
def test_mean_of_every_window(student: Any, tools: Any) -> None:
    for channels, (height, width), kernel_size in ((4, (3, 5), (2, 3)), (1, (4, 4), (3, 1))):
        x = values(2, channels, height, width)
        tools.seed_torch(channels)
        convolution = student.global_avg_pool_as_conv(channels, kernel_size)
        expected = F.avg_pool2d(x, kernel_size, stride=1)
        assert_convolves(tools, convolution, x, expected, any_bias=True)


@check(
    points=0.1,
    target="global_avg_pool_as_conv",
    covers=("mean-differentiable", "mean-seed"),
    es="el gradiente llega al mapa, y la semilla global queda como estaba",
    en="the gradient reaches the map, and the global seed stays as it was",
)
def test_mean_is_differentiable(student: Any, remote_torch: Any, tools: Any) -> None:
    tools.seed_torch(SEED)
    convolution = later(student.global_avg_pool_as_conv)(channels=3, kernel_size=(2, 3))
    assert_equal(remote_torch.initial_seed(), SEED, "torch.initial_seed()")
    seen = tools.vjp(convolution, values(2, 3, 2, 3))["inputs"][0]
    assert_that(
        isinstance(seen, Tensor) and bool(seen.all()),
        es="El gradiente no llega a toda la entrada.",
        en="The gradient does not reach the whole input.",
        seen=seen,
    )
