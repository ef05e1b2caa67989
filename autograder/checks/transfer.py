"""Hidden checks of `cnnlab.transfer`.

Expected values come from the same network in the grader, with the worker's weights. `fine_tune` is
free in its optimizer, so its checks look at what any sensible one does: at a vanishing learning
rate the losses are known, on a convex problem they approach the least one, and a network that has
learned four kinds of gratings learns four others from ten examples each. That last one takes
ResNet-18 on a GPU.
"""

from __future__ import annotations

import itertools
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
    assert_float,
    assert_instance,
    assert_shape,
    assert_that,
    check,
    fake_cuda,
    later,
    on_meta,
    prepare_part,
    rejects,
)
from autograder.checking.failures import Mismatch
from autograder.checking.images import accuracy, hidden_images, is_gpu
from autograder.checking.strategies import image_batches, noise, seeds
from autograder.worker.tools import build, fill_
from cnnlab.text import Text

Batch = tuple[Tensor, Tensor]

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

BLOCKS = 5
IMAGE = (2, 4, 5)
FEATURES = 12
CLASSES = 3

# Stand-ins, so that a mistake in a part costs its own points only.
STATISTICS_PARTS = {
    name: f"imagenet_statistics.{name}" for name in ("IMAGENET_MEAN", "IMAGENET_STD")
}
FREEZE_PART = {"freeze": "fix.fix"}
PARAMETERS_PART = {"trainable_parameters": "every_parameter.every_parameter"}


def seed_of(remote_torch: Any) -> int:
    seed: int = remote_torch.initial_seed()
    return seed


# IMAGENET_MEAN, IMAGENET_STD, imagenet_normalize


@check(
    points=0.2,
    target="IMAGENET_MEAN",
    covers=("imagenet-mean",),
    es="IMAGENET_MEAN es la media de ImageNet por canal: rojo, verde y azul",
    en="IMAGENET_MEAN is ImageNet's mean per channel: red, green and blue",
)
def test_mean_is_imagenets(student: Any) -> None:
    assert_equal(student.IMAGENET_MEAN, MEAN, "IMAGENET_MEAN")


@check(
    points=0.2,
    target="IMAGENET_STD",
    covers=("imagenet-std",),
    es="IMAGENET_STD es la desviación típica de ImageNet por canal: rojo, verde y azul",
    en="IMAGENET_STD is ImageNet's standard deviation per channel: red, green and blue",
)
def test_std_is_imagenets(student: Any) -> None:
    assert_equal(student.IMAGENET_STD, STD, "IMAGENET_STD")


def own_constants(student: Any) -> tuple[Tensor, Tensor]:
    """The student's mean and deviation per channel: a wrong one has cost its points above."""
    constants = []
    for own, right in ((student.IMAGENET_MEAN, MEAN), (student.IMAGENET_STD, STD)):
        is_usable = type(own) is tuple and [type(v) for v in own] == [float] * 3 and all(own)
        values = own if is_usable else right
        constants.append(torch.tensor(values, dtype=torch.float64).view(3, 1, 1))
    return constants[0], constants[1]


def normalized(student: Any, images: Tensor) -> Tensor:
    """(x - mean) / std of images in [0, 1], in float64."""
    mean, std = own_constants(student)
    return (images.double() - mean) / std


@check(
    points=0.35,
    target="imagenet_normalize",
    covers=(
        "normalize-formula",
        "normalize-floats",
        "normalize-layout",
        "normalize-dtype",
    ),
    es="a cada canal se le resta su media y se divide entre su desviación, sin reescalar antes",
    en="each channel has its mean taken out and is divided by its deviation, not rescaled before",
    parts=STATISTICS_PARTS,
)
@example(images=noise(2, 3, 2, 1), factor=1.0, channels_last=True)
@example(images=noise(1, 3, 1, 2), factor=0.01, channels_last=False)
@example(images=noise(1, 3, 1, 2), factor=300.0, channels_last=False)
@given(
    images=image_batches(channels=(3, 3)),
    factor=st.sampled_from((1.0, 0.01, 300.0)),
    channels_last=st.booleans(),
)
@settings(max_examples=2)
def test_channels_are_normalized(
    student: Any, images: Tensor, factor: float, channels_last: bool
) -> None:
    images = images * factor
    if channels_last:
        images = images.to(memory_format=torch.channels_last)
    assert_close(student.imagenet_normalize(images), normalized(student, images))


@check(
    points=0.35,
    target="imagenet_normalize",
    covers=("normalize-bytes",),
    es="las imágenes uint8 pasan antes de [0, 255] a [0, 1], como float32",
    en="uint8 images are scaled from [0, 255] to [0, 1] before, as float32",
    parts=STATISTICS_PARTS,
)
@example(highest=255, seed=0)
@example(highest=1, seed=0)
@example(highest=2, seed=0)
@given(highest=st.sampled_from((255, 1, 2)), seed=seeds())
@settings(max_examples=1)
def test_bytes_are_scaled_first(student: Any, highest: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, highest + 1, (2, 3, 2, 5), generator=generator).to(torch.uint8)
    assert_close(student.imagenet_normalize(images), normalized(student, images / 255).float())


@check(
    points=0.15,
    target="imagenet_normalize",
    covers=(
        "normalize-dtype",
        "normalize-device",
        "normalize-input",
        "normalize-differentiable",
    ),
    es="conserva el dtype de punto flotante, el dispositivo y la entrada, y es derivable",
    en="it keeps a floating dtype, the device and its input, and is differentiable",
    parts=STATISTICS_PARTS,
)
def test_normalize_keeps_dtype_device_and_input(
    student: Any, remote_torch: Any, tools: Any
) -> None:
    images, seed = noise(2, 3, 2, 5).sigmoid(), seed_of(remote_torch)
    # Half precision rounds the mean, and division by a deviation of 0.22 magnifies it.
    for dtype, atol in ((torch.float16, 2e-2), (torch.bfloat16, 1e-1), (torch.float32, 1e-5)):
        x = images.to(dtype)
        seen = tools.observe(student.imagenet_normalize, x)
        assert_close(seen["result"], normalized(student, x).to(dtype), atol=atol)
        assert_equal(seen["arguments"][0], x, "images")
        assert_equal(seen["seed"], seed, "torch.initial_seed()")
    cotangent = noise(2, 3, 2, 5, seed=1)
    gradient = tools.vjp(student.imagenet_normalize, images, cotangent=cotangent)["inputs"][0]
    assert_close(gradient, cotangent / own_constants(student)[1])
    for dtype, expected in ((torch.float64, torch.float64), (torch.uint8, torch.float32)):
        on_meta_device = student.imagenet_normalize(images.to(dtype).to("meta"))
        assert_device(on_meta_device, "meta")
        assert_equal(on_meta_device.dtype, expected, "dtype")
    with fake_cuda(student):
        assert_device(student.imagenet_normalize(images), "cuda")
        assert_device(student.imagenet_normalize(images.to(torch.uint8)), "cuda")


# freeze


# Layers on images (N, 2, 4, 5), some of them nested; in train mode they behave otherwise.
SMALL_LAYERS = (
    "nn.Conv2d(2, 3, 2), nn.Sequential(nn.BatchNorm2d(3), "
    "nn.Sequential(nn.Conv2d(3, 3, 1), nn.Dropout(0.5))), nn.Flatten()"
)
SMALL_NETWORK = f"nn.Sequential({SMALL_LAYERS}, nn.Linear(36, {CLASSES}))"


@check(
    points=0.35,
    target="freeze",
    covers=(
        "freeze-parameters",
        "freeze-eval",
        "freeze-nothing-else",
    ),
    es="ningún parámetro requiere gradiente y todos los módulos quedan en modo eval",
    en="no parameter requires a gradient and every module is left in eval mode",
)
def test_frozen_parameters_and_modes(student: Any, tools: Any) -> None:
    # Attention has parameters of its own besides those of its layer.
    for module in (
        tools.build(f"nn.Sequential({SMALL_NETWORK}, nn.MultiheadAttention({CLASSES}, 1))"),
        tools.build("nn.BatchNorm2d(3)"),
    ):
        before = tools.state_dict(module)
        later(student.freeze)(module)
        assert_equal(tools.requires_grad(module), dict.fromkeys(tools.parameters(module), False))
        modes = tools.training_modes(module)
        assert_equal(modes, dict.fromkeys(modes, False), "training")
        assert_equal(tools.state_dict(module), before, "state_dict()")


@check(
    points=0.2,
    target="freeze",
    covers=(
        "freeze-differentiable",
        "freeze-eval",
    ),
    es="un módulo congelado no mueve sus estadísticas, y deja pasar el gradiente a su entrada",
    en="a frozen module moves no statistics, and lets the gradient through to its input",
)
def test_frozen_module_passes_gradients(student: Any, tools: Any) -> None:
    oracle = build(SMALL_NETWORK).double().eval()
    fill_(oracle, 0)
    module = tools.loaded(SMALL_NETWORK, dict(oracle.state_dict()))
    later(student.freeze)(module)
    x, cotangent = noise(3, *IMAGE), noise(3, CLASSES, seed=1)
    tools.seed_torch(0)
    seen = tools.vjp(module, x, cotangent=cotangent)
    (gradient,) = torch.autograd.grad(oracle(x.requires_grad_()), x, cotangent)
    assert_close(seen["inputs"][0], gradient, "x.grad")
    assert_equal(tools.buffers(module), dict(oracle.named_buffers()), "buffers()")


# replace_head


HEAD = "2.1.1."
BIAS = Text("el sesgo", "the bias")


def nested_classifier(classes: int) -> str:
    """Vectors (N, 6) to logits; the last Linear is neither the last layer nor at the top."""
    inner = f"nn.Sequential(nn.ReLU(), nn.Linear(4, {classes}))"
    last = f"nn.Sequential(nn.Linear(5, 4), {inner}, nn.Tanh())"
    return f"nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 5), {last}, nn.Dropout(0.0))"


def deep_start(classes: int) -> str:
    """Vectors (N, 6) to logits; the deepest Linear is the first, and the last is at the top."""
    first = "nn.Sequential(nn.Sequential(nn.Linear(6, 4), nn.ReLU()))"
    return f"nn.Sequential({first}, nn.Linear(4, {classes}))"


def eleven_layers(classes: int) -> str:
    """Vectors (N, 6) to logits; by its name, "10", the last Linear would come before "2"."""
    before, after = ("nn.Identity(), " * count for count in (2, 7))
    return f"nn.Sequential({before}nn.Linear(6, 4), {after}nn.Linear(4, {classes}))"


# What builds a network, and the name of its last Linear.
NETWORKS = ((nested_classifier, HEAD[:-1]), (deep_start, "1"), (eleven_layers, "10"))


@check(
    points=0.35,
    target="replace_head",
    covers=(
        "head-last-linear",
        "head-returned-model",
    ),
    es="cambia, en el propio modelo, la última Linear por una de num_classes salidas",
    en="it replaces, in the model itself, the last Linear by one of num_classes outputs",
)
@example(network=NETWORKS[0], num_classes=1)
@example(network=NETWORKS[1], num_classes=3)
@example(network=NETWORKS[2], num_classes=9)
@given(network=st.sampled_from(NETWORKS), num_classes=st.integers(1, 9))
@settings(max_examples=1)
def test_last_linear_is_replaced(
    student: Any,
    tools: Any,
    network: tuple[Callable[[int], str], str],
    num_classes: int,
) -> None:
    layers_of, name = network
    model = tools.build(layers_of(7))
    returned = later(student.replace_head)(model, num_classes)
    is_same = tools.is_same(returned, model)
    assert_that(
        is_same,
        es="No devuelve el mismo modelo que recibe.",
        en="It does not return the model that it is given.",
        seen=is_same,
    )
    head = model.get_submodule(name)
    assert_instance(head, nn.Linear)
    assert_equal(head.in_features, 4, "in_features")
    assert_equal(head.out_features, num_classes, "out_features")
    state = tools.state_dict(model)
    oracle = build(layers_of(num_classes))
    if f"{name}.bias" not in state:
        oracle.get_submodule(name).register_parameter("bias", None)
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    expected = {key: tuple(tensor.shape) for key, tensor in oracle.state_dict().items()}
    assert_equal(shapes, expected, "state_dict()")
    oracle.load_state_dict(state)
    x = noise(3, 6, dtype=torch.float32)
    assert_close(model(x), oracle(x).detach())


@check(
    points=0.2,
    target="replace_head",
    covers=("head-others-stay",),
    es="todo otro parámetro sigue igual, también si requiere gradiente o no",
    en="every other parameter stays as it is, whether it requires a gradient included",
)
def test_other_parameters_stay(student: Any, tools: Any) -> None:
    sequential = tools.build(nested_classifier(7))
    named = tools.build("nn.ModuleDict({'norm': nn.BatchNorm1d(4), 'fc': nn.Linear(4, 2)})")
    norm = named["norm"]
    state_dict, requires_grad = tools.state_dict, tools.requires_grad
    for model, part, head in ((sequential, sequential[0], HEAD), (named, norm, "fc.")):
        tools.fill_(model, 4)

        def description(model: Any = model, head: str = head) -> list[dict[str, Any]]:
            return [
                {name: value for name, value in values.items() if not name.startswith(head)}
                for values in (state_dict(model), requires_grad(model))
            ]

        for frozen in (False, True):
            model.requires_grad_(frozen)
            part.requires_grad_(not frozen)
            before = description()
            later(student.replace_head)(model, 3)
            assert_equal(description(), before, "state_dict(), requires_grad")


@check(
    points=0.2,
    target="replace_head",
    covers=(
        "head-fresh",
        "head-trainable",
        "head-seed",
    ),
    es="la nueva Linear es otra, sin entrenar, y requiere gradiente en un modelo congelado también",
    en="the new Linear is a fresh one, and requires a gradient in a frozen model too",
)
def test_head_is_fresh_and_trainable(student: Any, remote_torch: Any, tools: Any) -> None:
    seed = seed_of(remote_torch)
    built = tools.build(nested_classifier(7)).requires_grad_(False)
    tools.fill_(built, 5)
    old = tools.parameters(built)
    for model, num_classes in zip(tools.copies(built, 2), (5, 7), strict=True):
        later(student.replace_head)(model, num_classes)
        seen = tools.parameters(model)
        for kind, words in (("weight", Text("los pesos", "the weights")), ("bias", BIAS)):
            rows = seen[f"{HEAD}{kind}"].tolist() if f"{HEAD}{kind}" in seen else []
            kept = [row for row in rows if row in old[f"{HEAD}{kind}"].tolist()]
            assert_that(
                kept == [],
                es=f"{len(kept)} salidas de la nueva Linear tienen {words.es} de la anterior.",
                en=f"{len(kept)} outputs of the new Linear have {words.en} of the one before.",
                seen=(kind, len(kept)),
            )
        requires_grad = tools.requires_grad(model)
        of_head = {name: value for name, value in requires_grad.items() if name.startswith(HEAD)}
        assert_equal(of_head, dict.fromkeys(of_head, True), "requires_grad")
    assert_equal(seed_of(remote_torch), seed, "torch.initial_seed()")


@check(
    points=0.15,
    target="replace_head",
    covers=("head-dtype-device",),
    es="la nueva Linear tiene el dtype y el dispositivo de la anterior",
    en="the new Linear has the dtype and device of the one before",
)
def test_head_keeps_dtype_and_device(student: Any, tools: Any) -> None:
    dtypes = (torch.float16, torch.bfloat16, torch.float64)
    built = tools.build(nested_classifier(7))
    *models, on_meta_device, model = tools.copies(built, len(dtypes) + 2)
    for moved, dtype in zip(models, dtypes, strict=True):
        later(student.replace_head)(moved.to(dtype), 3)
        parameters = tools.parameters(moved)
        assert_equal(
            {name: p.dtype for name, p in parameters.items()}, dict.fromkeys(parameters, dtype)
        )
    later(student.replace_head)(on_meta_device.to("meta"), num_classes=3)
    for parameter in tools.parameters(on_meta_device).values():
        assert_device(parameter, "meta")
    with fake_cuda(student):
        student.replace_head(tools.to_fake_cuda(model), 5)  # which fits in place of any
        assert_device(model(torch.ones(2, 6)), "cuda")


@check(
    points=0.15,
    target="replace_head",
    covers=("head-error",),
    es="sin ninguna Linear en el modelo, ValueError",
    en="without a Linear in the model, ValueError",
)
def test_model_without_linear_is_rejected(student: Any, remote_torch: Any, tools: Any) -> None:
    torch_nn = remote_torch.nn
    inner = tools.sequential(torch_nn.ReLU(), torch_nn.Conv2d(3, 4, 1))
    for model in (tools.sequential(torch_nn.Conv2d(2, 3, 1), inner), torch_nn.Flatten()):
        with rejects("model", "Linear", "head"):
            student.replace_head(model, 3)


# FineTuner


# Five blocks from images (N, 2, 4, 5) to features (N, 2, 2, 3).
BACKBONE = (
    "nn.Sequential(nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.ReLU()), "
    "nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4)), nn.Dropout(0.5), nn.Conv2d(4, 2, 1), "
    "nn.BatchNorm2d(2))"
)


def backbone_in_worker(tools: Any, seed: int = 0) -> Any:
    backbone = tools.build(BACKBONE)
    tools.fill_(backbone, seed)
    return backbone


def block_of(name: str) -> int:
    """The block that a parameter, buffer or module of the backbone belongs to."""
    return int(name.split(".")[0])


def expected_logits(tools: Any, backbone: Any, head: Any, x: Tensor) -> Tensor:
    """The logits, in eval mode, of a backbone and a head of the worker."""
    oracle = build(BACKBONE).to(x.dtype).eval()
    oracle.load_state_dict(tools.state_dict(backbone))
    weight, bias = head.weight.detach(), head.bias
    features = oracle(x).flatten(1)
    return F.linear(features, weight, bias.detach() if isinstance(bias, Tensor) else None)


@check(
    points=0.25,
    target="FineTuner",
    covers=("tuner-logits",),
    parts=FREEZE_PART,
    es="los logits son los de head, una Linear, sobre la salida aplanada del backbone",
    en="the logits are those of head, a Linear, on the backbone's flattened output",
)
@example(trainable_blocks=BLOCKS, batch=2, seed=1)
@given(trainable_blocks=st.integers(0, BLOCKS), batch=st.integers(1, 3), seed=seeds())
@settings(max_examples=1)
def test_logits_of_backbone_and_head(
    student: Any, tools: Any, trainable_blocks: int, batch: int, seed: int
) -> None:
    backbone = backbone_in_worker(tools, seed)
    model = student.FineTuner(backbone, FEATURES, CLASSES, trainable_blocks)
    head = model.head
    assert_instance(head, nn.Linear)
    assert_shape(head.weight, (CLASSES, FEATURES), "head.weight")
    x = noise(batch, *IMAGE, seed=seed, dtype=torch.float32)
    model.eval()
    assert_close(model(x), expected_logits(tools, backbone, head, x).detach())


@check(
    points=0.05,
    target="FineTuner",
    covers=("tuner-layout",),
    parts=FREEZE_PART,
    es="las imágenes pueden ser contiguas o no, y el mapa que sale del backbone también",
    en="the images may be contiguous or not, and so may the map that leaves the backbone",
)
def test_images_of_any_layout(student: Any, tools: Any) -> None:
    backbone = backbone_in_worker(tools)
    model = later(student.FineTuner)(
        backbone=backbone, feature_dim=FEATURES, num_classes=CLASSES, trainable_blocks=1
    )
    model.eval()
    x = noise(3, *IMAGE, dtype=torch.float32)
    expected = expected_logits(tools, backbone, model.head, x).detach()
    assert_close(model(x.to(memory_format=torch.channels_last)), expected)


@check(
    points=0.3,
    target="FineTuner",
    covers=(
        "tuner-trainable",
        "tuner-default",
    ),
    parts=FREEZE_PART,
    es="solo requieren gradiente head y los últimos trainable_blocks bloques, 0 por defecto",
    en="only head and the last trainable_blocks blocks require a gradient, 0 by default",
)
def test_only_the_last_blocks_train(student: Any, tools: Any) -> None:
    cases: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (3,), (4,), (5,))
    backbones = tools.copies(backbone_in_worker(tools), len(cases))
    fine_tuner, requires_grad = student.FineTuner, tools.requires_grad
    for backbone, blocks in zip(backbones, cases, strict=True):
        model = fine_tuner(backbone, FEATURES, CLASSES, *blocks)
        first = BLOCKS - (blocks[0] if blocks else 0)
        seen = requires_grad(backbone)
        expected = {name: block_of(name) >= first for name in seen}
        assert_equal(seen, expected, f"requires_grad, trainable_blocks={BLOCKS - first}")
        head = requires_grad(model.head)
        assert_equal(head, {"weight": True, "bias": True}, "head: requires_grad")


@check(
    points=0.4,
    target="FineTuner",
    covers=(
        "tuner-eval-from-start",
        "tuner-eval-stays",
        "tuner-statistics",
        "tuner-others-train",
    ),
    parts=FREEZE_PART,
    es="los bloques congelados están siempre en modo eval, y sus estadísticas no se mueven",
    en="frozen blocks are always in eval mode, and their statistics never move",
)
def test_frozen_blocks_stay_in_eval_mode(student: Any, tools: Any) -> None:
    cases = (0, 1, 5)
    backbones = tools.copies(backbone_in_worker(tools).train(), len(cases))
    modes_of, buffers_of = tools.training_modes, tools.buffers
    x = noise(3, *IMAGE, seed=1, dtype=torch.float32)
    for backbone, trainable_blocks in zip(backbones, cases, strict=True):
        first = BLOCKS - trainable_blocks
        buffers = buffers_of(backbone)
        model = later(student.FineTuner)(backbone, FEATURES, CLASSES, trainable_blocks)

        def in_mode(modes: dict[str, bool], first: int, *, frozen: bool, mode: bool) -> list[str]:
            """The modules of the frozen blocks, or of the others, that are in this mode."""
            return [
                name
                for name, training in modes.items()
                if name and (block_of(name) < first) == frozen and training == mode
            ]

        left = in_mode(modes_of(backbone), first, frozen=True, mode=True)
        assert_equal(left, [], "frozen blocks in train mode")
        for module in (model, tools.sequential(model)):
            module.eval()
            left = in_mode(modes_of(backbone), first, frozen=False, mode=True)
            assert_equal(left, [], ".eval(): in train mode")
            module.train()
            modes = modes_of(backbone)
            left = in_mode(modes, first, frozen=True, mode=True)
            assert_equal(left, [], ".train(): frozen, in train mode")
            left = in_mode(modes, first, frozen=False, mode=False)
            assert_equal(left, [], ".train(): in eval mode")
            assert_equal(model.head.training, True, ".train(): head.training")
            module(x)
        for name, seen in buffers_of(backbone).items():
            if block_of(name) < first:
                assert_equal(seen, buffers[name], name)
            else:
                assert_that(
                    not torch.equal(seen, buffers[name]),
                    es=f"{name} no se ha movido, y su bloque entrena.",
                    en=f"{name} has not moved, and its block trains.",
                )


@check(
    points=0.05,
    target="FineTuner",
    covers=("tuner-module",),
    es="train() y eval() devuelven el propio modelo, como en todo nn.Module",
    en="train() and eval() return the model itself, as in every nn.Module",
)
def test_train_returns_the_model(student: Any, tools: Any) -> None:
    model = later(student.FineTuner)(backbone_in_worker(tools), FEATURES, CLASSES)
    for returned in (model.train(), model.eval(), model.train(False)):
        assert_equal(tools.is_same(returned, model), True, "train()")


@check(
    points=0.15,
    target="FineTuner",
    covers=(
        "tuner-given-backbone",
        "tuner-seed",
    ),
    parts=FREEZE_PART,
    es="usa el backbone dado, no una copia",
    en="it holds the given backbone, not a copy",
)
def test_backbone_is_not_copied(student: Any, remote_torch: Any, tools: Any) -> None:
    backbone, seed = backbone_in_worker(tools), seed_of(remote_torch)
    model = later(student.FineTuner)(backbone, FEATURES, CLASSES, 2)
    assert_equal(seed_of(remote_torch), seed, "torch.initial_seed()")
    tools.fill_(backbone, 1)
    x = noise(2, *IMAGE, dtype=torch.float32)
    model.eval()
    assert_close(model(x), expected_logits(tools, backbone, model.head, x).detach())


@check(
    points=0.1,
    target="FineTuner",
    covers=("tuner-gradients",),
    parts=FREEZE_PART,
    es="el gradiente llega hasta la imagen a través de los bloques congelados, en los dos modos",
    en="the gradient reaches the image through the frozen blocks, in either mode",
)
def test_gradients_reach_the_image(student: Any, tools: Any) -> None:
    cotangent = noise(2, CLASSES, seed=1, dtype=torch.float32)
    # With every block frozen, train mode computes the same.
    cases = ((0, False), (2, False), (0, True))
    backbones = tools.copies(backbone_in_worker(tools), len(cases))
    for backbone, (trainable_blocks, mode) in zip(backbones, cases, strict=True):
        model = later(student.FineTuner)(backbone, FEATURES, CLASSES, trainable_blocks)
        model.train(mode)
        x = noise(2, *IMAGE, dtype=torch.float32)
        seen = tools.vjp(model, x, cotangent=cotangent)["inputs"][0]
        logits = expected_logits(tools, backbone, model.head, x.requires_grad_())
        assert_close(seen, torch.autograd.grad(logits, x, cotangent)[0], "x.grad")


@check(
    points=0.05,
    target="FineTuner",
    covers=("tuner-trainable",),
    parts=FREEZE_PART,
    es="los últimos bloques entrenan también si el backbone llega congelado",
    en="the last blocks train even if the backbone comes frozen",
)
def test_last_blocks_of_a_frozen_backbone_train(student: Any, tools: Any) -> None:
    backbone = backbone_in_worker(tools).requires_grad_(False)
    later(student.FineTuner)(backbone, FEATURES, CLASSES, 2)
    seen = tools.requires_grad(backbone)
    expected = {name: value or block_of(name) >= BLOCKS - 2 for name, value in seen.items()}
    assert_equal(seen, expected, "requires_grad")


@check(
    points=0.05,
    target="FineTuner",
    covers=("tuner-logits",),
    parts=FREEZE_PART,
    es="entre el backbone y head no hay más que aplanar, en modo train tampoco",
    en="between the backbone and the head there is only flattening, in train mode too",
)
def test_nothing_is_added_in_train_mode(student: Any, remote_torch: Any, tools: Any) -> None:
    # This backbone does the same in both modes.
    backbone = remote_torch.nn.Sequential(remote_torch.nn.Conv2d(2, 3, 2))
    model = later(student.FineTuner)(backbone, 36, CLASSES)
    model.train()
    tools.seed_torch(0)
    x = noise(2, *IMAGE, dtype=torch.float32)
    features = backbone(x).detach().flatten(1)
    bias = model.head.bias
    expected = F.linear(features, model.head.weight.detach())
    if isinstance(bias, Tensor):
        expected = expected + bias.detach()
    assert_close(model(x), expected, ".train()")


@check(
    points=0.1,
    target="FineTuner",
    covers=("tuner-module",),
    parts=FREEZE_PART,
    es="el modelo funciona en el dtype y el dispositivo a los que se mueve",
    en="the model works in the dtype and on the device that it is moved to",
)
def test_model_moves_to_dtype_and_device(student: Any, tools: Any) -> None:
    def tuner(backbone: Any, trainable_blocks: int) -> Any:
        model = later(student.FineTuner)(backbone, FEATURES, CLASSES, trainable_blocks)
        model.eval()
        return model

    backbone = backbone_in_worker(tools)
    model = tuner(backbone, 2)
    model.double()
    x = noise(2, *IMAGE)
    assert_close(model(x), expected_logits(tools, backbone, model.head, x).detach())
    model.to("meta")
    assert_device(model(x.to("meta")), "meta")
    # Fewer layers: fake tensors are slow.
    model = tuner(tools.build("nn.Sequential(nn.Conv2d(2, 3, 2), nn.Conv2d(3, 2, 2))"), 1)
    with fake_cuda(student):
        assert_device(tools.to_fake_cuda(model)(torch.ones(2, *IMAGE)), "cuda")


@check(
    points=0.15,
    target="FineTuner",
    covers=("tuner-error",),
    es="trainable_blocks fuera de 0 … len(backbone) da ValueError",
    en="trainable_blocks outside 0 … len(backbone) gives a ValueError",
)
def test_trainable_blocks_out_of_range_are_rejected(student: Any, tools: Any) -> None:
    backbone = backbone_in_worker(tools)
    for trainable_blocks in (-1, -BLOCKS, BLOCKS + 1):
        with rejects("trainable_blocks", "backbone"):
            student.FineTuner(backbone, FEATURES, CLASSES, trainable_blocks)


@check(
    points=0.1,
    target="FineTuner",
    covers=(
        "tuner-trainable",
        "tuner-statistics",
    ),
    parts=FREEZE_PART | {"fine_tune": "descend.descend"},
    es="entrenarlo mueve head y los últimos bloques, y deja los congelados tal como estaban",
    en="training it moves the head and the last blocks, and leaves the frozen ones as they were",
)
def test_fine_tuning_leaves_frozen_blocks(student: Any, tools: Any) -> None:
    backbone = backbone_in_worker(tools)
    model = later(student.FineTuner)(backbone, FEATURES, CLASSES, 2)
    before, head = tools.state_dict(backbone), model.head.weight
    later(student.fine_tune)(model.double(), split(*labelled_images(8, 0), 4), 2, 0.05)
    after = {name: t.to(before[name].dtype) for name, t in tools.state_dict(backbone).items()}
    moved = {name for name in before if not torch.equal(after[name], before[name])}
    assert_equal(sorted(name for name in moved if block_of(name) < BLOCKS - 2), [], "backbone")
    assert_that(
        {"3.weight", "4.weight", "4.running_mean"} <= moved,
        es="Los bloques entrenables no han cambiado.",
        en="The trainable blocks have not changed.",
    )
    assert_equal(torch.equal(model.head.weight, head.double()), False, "head.weight")


# trainable_parameters


@check(
    points=0.15,
    target="trainable_parameters",
    covers=("trainable-chosen",),
    es="son exactamente los parámetros del modelo que requieren gradiente",
    en="they are exactly those parameters of the model that require a gradient",
)
def test_trainable_parameters_require_a_gradient(
    student: Any, remote_torch: Any, tools: Any
) -> None:
    # The last layer has a parameter of its own, and one in a layer that it holds.
    idle = tools.Idle(remote_torch.nn.Flatten(), 2)
    model = tools.build(f"nn.Sequential({SMALL_LAYERS}, idle)", idle=idle)
    model[1].requires_grad_(False)
    returned = student.trainable_parameters(model)
    if type(returned) is list:
        kinds = [isinstance(parameter, Tensor) for parameter in returned]
        assert_that(
            all(kinds),
            es="En la lista hay algo que no es un parámetro.",
            en="There is something in the list that is no parameter.",
            seen=kinds,
        )
    names = tools.parameter_names(model, student.trainable_parameters)
    assert_equal(sorted(names), ["0.bias", "0.weight", "3.weight"])
    model.requires_grad_(False)
    model[1].requires_grad_(True)
    names = tools.parameter_names(model, student.trainable_parameters)
    assert_equal(sorted(names), ["1.0.bias", "1.0.weight", "1.1.0.bias", "1.1.0.weight"])


@check(
    points=0.1,
    target="trainable_parameters",
    covers=("trainable-list",),
    es="devuelve una lista, vacía en un modelo congelado",
    en="it returns a list, an empty one for a frozen model",
)
def test_trainable_parameters_are_a_list(student: Any, remote_torch: Any) -> None:
    model = remote_torch.nn.Linear(4, 2)
    returned = student.trainable_parameters(model)
    assert_that(
        type(returned) is list and len(returned) == 2,
        es="No devuelve una lista con los dos parámetros de una Linear.",
        en="It does not return a list of a Linear's two parameters.",
    )
    model.requires_grad_(False)
    assert_equal(student.trainable_parameters(model), [])


# fine_tune


def labelled_images(count: int, seed: int) -> Batch:
    """`count` images of noise and their labels, drawn alike."""
    generator = torch.Generator().manual_seed(seed)
    return noise(count, *IMAGE, seed=seed), torch.randint(CLASSES, (count,), generator=generator)


def split(images: Tensor, labels: Tensor, batch_size: int) -> list[Batch]:
    return list(zip(images.split(batch_size), labels.split(batch_size), strict=True))


MANY = 104  # batches of one image: some code stops after the first 10 or 100


LINEAR_CLASSIFIER = f"nn.Sequential(nn.Flatten(), nn.Linear({math.prod(IMAGE)}, {CLASSES}))"


VANISHING = 1e-9  # a learning rate that leaves the loss as it is, whatever the optimizer


def assert_losses(losses: object, *expected: float, epochs: int) -> None:
    """A list of `epochs` floats near one of `expected`: the least step of Rprop is a millionth."""
    if not isinstance(losses, list) or len(losses) != epochs:
        assert_that(
            False,
            es=f"No devuelve una lista de {epochs} números.",
            en=f"It does not return a list of {epochs} numbers.",
        )
        return
    for epoch, loss in enumerate(losses):
        near = [m for m in expected if type(loss) is float and math.isclose(loss, m, abs_tol=1e-4)]
        assert_float(near[0] if near else loss, near[0] if near else expected[0], f"[{epoch}]")


@check(
    points=0.2,
    target="fine_tune",
    covers=(
        "fine-tune-losses",
        "fine-tune-list",
        "fine-tune-precision",
    ),
    parts=PARAMETERS_PART,
    es="devuelve una lista con la pérdida media por ejemplo de cada época, como float",
    en="it returns a list of the mean loss per example of each epoch, as floats",
)
@example(count=5, batch_size=3, epochs=3, dtype=torch.float64, seed=0)
@example(count=5, batch_size=3, epochs=3, dtype=torch.float32, seed=0)
@given(
    count=st.integers(1, 7),
    batch_size=st.integers(1, 4),
    epochs=st.integers(1, 3),
    dtype=st.sampled_from((torch.float64, torch.float32)),
    seed=seeds(),
)
@settings(max_examples=1)
def test_losses_are_means_over_examples(
    student: Any,
    tools: Any,
    count: int,
    batch_size: int,
    epochs: int,
    dtype: torch.dtype,
    seed: int,
) -> None:
    images, labels = labelled_images(count, seed)
    oracle = build(LINEAR_CLASSIFIER).to(dtype)
    fill_(oracle, seed)
    model = tools.loaded(LINEAR_CLASSIFIER, dict(oracle.state_dict()))
    batches = split(images.to(dtype), labels, batch_size)
    losses = student.fine_tune(model, batches, epochs=epochs, lr=VANISHING)
    expected = F.cross_entropy(oracle(images.to(dtype)), labels).item()
    assert_losses(losses, expected, epochs=epochs)


@check(
    points=0.05,
    target="fine_tune",
    covers=("fine-tune-loader", "fine-tune-losses"),
    parts=PARAMETERS_PART,
    es="loader puede ser cualquier iterable, también sin longitud y de muchos lotes",
    en="loader may be any iterable, one without a length and of many batches included",
)
def test_any_iterable_is_gone_through(student: Any, tools: Any) -> None:
    oracle = build(LINEAR_CLASSIFIER).double()
    fill_(oracle, 0)
    model = tools.loaded(LINEAR_CLASSIFIER, dict(oracle.state_dict()))
    images, labels = labelled_images(MANY, 0)
    images *= 3  # so gradients that add up, step after step, change the loss
    loader = tools.Batches(tools.one_by_one(images, labels))
    losses = student.fine_tune(model, loader=loader, epochs=1, lr=VANISHING)
    assert_losses(losses, F.cross_entropy(oracle(images), labels).item(), epochs=1)
    # Each epoch sees other images; some code goes through the loader once more than there are.
    passes = [labelled_images(3, seed) for seed in range(1, 5)]
    means = [F.cross_entropy(oracle(images), labels).item() for images, labels in passes]
    losses = student.fine_tune(model, tools.Batches(*([batch] for batch in passes)), 3, VANISHING)
    assert_losses(losses, *means, epochs=3)


@check(
    points=0.2,
    target="fine_tune",
    covers=("fine-tune-trainable",),
    parts={"trainable_parameters": "chosen_parameters.chosen_parameters"},
    es="mueve todos los parámetros entrenables y ninguno de los demás",
    en="it moves every trainable parameter and none of the others",
)
def test_only_trainable_parameters_move(student: Any, tools: Any) -> None:
    model = tools.build(f"{SMALL_NETWORK}.double()")
    model[0].requires_grad_(False)
    tools.fill_gradients_(model[0], 1.0)  # as an optimizer that holds them too would still find
    norm = model[1][0].eval()
    norm.train = tools.stay  # as a FineTuner's frozen blocks do
    buffers = tools.buffers(norm)
    before, requires_grad = tools.parameters(model), tools.requires_grad(model)
    trainable = [name for name, value in requires_grad.items() if value]
    prepare_part(tools, "chosen_parameters", trainable)
    later(student.fine_tune)(model, split(*labelled_images(8, 0), 4), 2, 0.05)
    after = tools.parameters(model)
    moved = {name: not torch.equal(after[name], before[name]) for name in before}
    assert_equal(tools.requires_grad(model), requires_grad, "requires_grad")
    assert_equal(moved, requires_grad)
    assert_equal(tools.buffers(norm), buffers, "buffers()")


@check(
    points=0.15,
    target="fine_tune",
    covers=("fine-tune-train-mode",),
    parts=PARAMETERS_PART,
    es="entrena en modo train, y cada lote da su paso",
    en="it trains in train mode, and each batch makes its step",
)
def test_fine_tuning_is_in_train_mode(student: Any, tools: Any) -> None:
    built = tools.build(f"{SMALL_NETWORK}.double()")
    for model, comes_in_train_mode in zip(tools.copies(built, 2), (True, False), strict=True):
        model.train(comes_in_train_mode)
        log = tools.log_forwards(model)
        later(student.fine_tune)(model, split(*labelled_images(9, 0), 3), 2, 0.01)
        modes = [call["modes"] for call in log.calls]
        # Some optimizers look at a batch more than once.
        epochs = [
            place * 2 // len(modes) + 1
            for place, mode in enumerate(modes)
            if not all(mode.values())
        ]
        assert_that(
            epochs == [],
            es=f"Había módulos en modo eval en la época {min(epochs, default=0)}.",
            en=f"Modules were in eval mode in epoch {min(epochs, default=0)}.",
            seen=modes,
        )
        tracked = int(tools.buffers(model)["1.0.num_batches_tracked"])
        assert_that(
            tracked >= 6,
            es=f"En 2 épocas de 3 lotes, batch norm ha visto {tracked} lotes.",
            en=f"In 2 epochs of 3 batches, batch norm has seen {tracked} batches.",
            seen=tracked,
        )
        # The first epoch may warm up at a learning rate of 0.
        weights = {call["weights"] for call in log.calls}
        assert_that(
            len(weights) >= 3,
            es=f"En 2 épocas de 3 lotes, el modelo ha tenido {len(weights)} valores de sus pesos.",
            en=f"In 2 epochs of 3 batches, the model's weights have had {len(weights)} values.",
            seen=len(weights),
        )


@check(
    points=0.05,
    target="fine_tune",
    covers=("fine-tune-learns",),
    parts=PARAMETERS_PART,
    es="los gradientes de un lote no se suman a los de los anteriores",
    en="a batch's gradients do not add up with those of the batches before",
)
def test_gradients_do_not_add_up(student: Any, tools: Any) -> None:
    model = tools.build(f"{LINEAR_CLASSIFIER}.double()")
    tools.fill_(model, 0)
    log = tools.log_gradients(model)
    image, label = labelled_images(1, 0)
    loader = tools.one_by_one(image.repeat(30, 1, 1, 1), label.repeat(30))
    later(student.fine_tune)(model, tools.Batches(loader), 1, VANISHING)
    # Momentum of 0.9 kept in the gradients themselves makes them ten times as large.
    times = max(log.sizes, default=0.0) / (log.sizes[0] if log.sizes else 1.0)
    assert_that(
        times < 20,
        es=f"Con 30 veces el mismo lote, el gradiente se hace {times:.0f} veces mayor.",
        en=f"With 30 times the same batch, the gradient becomes {times:.0f} times as large.",
        seen=round(times),
    )


@check(
    points=0.1,
    target="fine_tune",
    covers=("fine-tune-learns",),
    parts=PARAMETERS_PART,
    es="los pasos llevan la pérdida cerca de la mínima",
    en="the steps bring the loss near its least",
)
def test_steps_approach_the_least_loss(student: Any, tools: Any) -> None:
    # One feature, always 1, and labels 3 to 1: the least loss is their entropy. At one of these
    # rates every optimizer of torch.optim ends within 0.02 of it; Adadelta needs the largest.
    state = {"1.weight": torch.zeros(2, 1), "1.bias": torch.tensor([-1.5, 1.5])}
    batch = torch.ones(8, 1, 1, 1), torch.tensor([0, 0, 0, 1, 0, 0, 0, 1])
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    last, rises = math.inf, False
    for lr in (0.1, 1.0, 10.0):
        if last >= entropy + 0.05:
            model = tools.loaded("nn.Sequential(nn.Flatten(), nn.Linear(1, 2))", state)
            losses = student.fine_tune(model, [batch], 60, lr)
            last = min(last, sum(losses[-10:]) / 10)
            rises = all(later >= earlier for earlier, later in itertools.pairwise(losses))
    assert_that(
        last < entropy + 0.05,
        es=f"La pérdida termina en {last:.3f}; la mínima es {entropy:.3f}.",
        en=f"The loss ends at {last:.3f}; the least is {entropy:.3f}.",
        seen=rises,
    )


@check(
    points=0.15,
    target="fine_tune",
    covers=("fine-tune-device",),
    parts=PARAMETERS_PART,
    es="mueve a device el modelo, las imágenes y las etiquetas",
    en="it moves the model, the images and the labels to device",
)
def test_model_and_batches_move_to_the_device(student: Any, tools: Any) -> None:
    model = tools.build(f"{LINEAR_CLASSIFIER}.double()")
    log = tools.log_forwards(model)
    try:
        with on_meta():
            student.fine_tune(model, [labelled_images(4, 0)], 1, 0.1, device="meta")
    except Mismatch:
        moved = all(parameter.is_meta for parameter in tools.parameters(model).values())
        left = ("labels" if log.calls else "images") if moved else "model"
        assert_that(
            False,
            es=f"Con device='meta', tu código dejó {left} en la CPU.",
            en=f"With device='meta', your code left {left} on the CPU.",
            seen=left,
        )
    for parameter in tools.parameters(model).values():
        assert_device(parameter, "meta")
    assert_equal(sorted({call["device"] for call in log.calls}), ["meta"], "device")


@check(
    points=0.05,
    target="fine_tune",
    covers=("fine-tune-inputs-and-seed",),
    parts=PARAMETERS_PART,
    es="deja como estaban los lotes y la semilla global",
    en="it leaves the batches and the global seed as they were",
)
def test_fine_tuning_leaves_batches_and_seed(student: Any, remote_torch: Any, tools: Any) -> None:
    model = tools.build(f"{LINEAR_CLASSIFIER}.double()")
    batches, seed = split(*labelled_images(5, 1), 3), seed_of(remote_torch)
    seen = tools.observe(student.fine_tune, model, batches, 2, 0.1)
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    for (images, labels), (own_images, own_labels) in zip(
        seen["arguments"][1], batches, strict=True
    ):
        assert_equal(images, own_images, "images")
        assert_equal(labels, own_labels, "labels")


@check(
    points=0.2,
    target="fine_tune",
    covers=("fine-tune-learns",),
    parts=PARAMETERS_PART,
    es="una red que distingue cuatro clases de rejillas aprende otras cuatro con diez ejemplos de "
    "cada una",
    en="a network that can tell four kinds of gratings apart learns four others from ten examples "
    "of each",
    limit=TRAINING,
)
def test_a_network_learns_new_classes(
    student: Any, remote_torch: Any, tools: Any, device: str
) -> None:
    size, channels = (32, 3) if is_gpu(device) else (8, 1)
    # Adadelta's steps are larger than others'; Adam's diverge in a network as deep as ResNet-18.
    rates = (0.02, 0.001, 1.0) if is_gpu(device) else (0.02, 1.0)
    images = hidden_images(student, classes=8, train=208, test=160, size=size, channels=channels)
    known = images.train.of_classes((0, 2, 4, 6)).first(16)
    new = images.train.of_classes((1, 3, 5, 7)).first(10)
    test = images.test.of_classes((1, 3, 5, 7))

    def tuned(lr: float) -> tuple[list[float], float]:
        """The losses, and the share of the new test images that are told apart afterwards."""
        model, first, head = new_network(tools, device)
        options = {"epochs": 1, "batch_size": 16, "lr": 0.05, "momentum": 0.9}
        tools.fit(model, known.images, known.labels, remote_torch.optim.SGD, **options)
        first.requires_grad_(False)
        head.reset_parameters()
        # One batch: L-BFGS, which remembers gradients, would diverge over several.
        losses = student.fine_tune(model, [(new.images, new.labels)], 25, lr, device)
        logits = tools.logits(model, test.images)
        assert_shape(logits, (len(test), 4))
        return losses, accuracy(logits, test.labels)

    for rate in rates:
        losses, share = tuned(rate)
        if losses[-1] < 0.6 * losses[0] and share > 0.6:
            break
    assert_that(
        losses[-1] < 0.6 * losses[0],
        es=f"La pérdida pasa solo de {losses[0]:.3f} a {losses[-1]:.3f}.",
        en=f"The loss goes only from {losses[0]:.3f} to {losses[-1]:.3f}.",
    )
    assert_that(
        share > 0.6,
        es=f"Acierta el {share:.0%} de las imágenes de prueba; se espera más del 60 %.",
        en=f"It gets {share:.0%} of the test images right; more than 60 % is expected.",
    )


def new_network(tools: Any, device: str) -> tuple[Any, Any, Any]:
    """An untrained network of four classes on `device`, its first layer and its head."""
    if is_gpu(device):
        model = tools.to_device(tools.torchvision_model("resnet18", num_classes=4), device)
        return model, model.conv1, model.fc
    model = tools.build(
        "nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), "
        "nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), "
        "nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 4))"
    )
    return model, model[0], model[9]
