"""Hidden checks of `cnnlab.transfer`.

Expected values come from the same network in the grader, with the worker's weights. `fine_tune` is
free in its optimizer, so its checks look at what any sensible one does: at a vanishing learning
rate the losses are known, on a convex problem they approach the least one, and a network that has
learned the digits 0-4 learns 5-9 from ten examples each; the grader alone holds the test labels.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import given, settings
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
    on_meta,
    rejects,
)
from autograder.checking.digits import TEST, TRAIN, accuracy
from autograder.checking.strategies import image_batches, noise, seeds
from autograder.worker.tools import fill_

Batch = tuple[Tensor, Tensor]

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

BLOCKS = 5
IMAGE = (2, 4, 5)
FEATURES = 12
CLASSES = 3


# IMAGENET_MEAN, IMAGENET_STD, imagenet_normalize


@check(
    points=0.2,
    target="IMAGENET_MEAN",
    es="IMAGENET_MEAN es la media de ImageNet por canal: rojo, verde y azul",
    en="IMAGENET_MEAN is ImageNet's mean per channel: red, green and blue",
)
def test_mean_is_imagenets(student: Any) -> None:
    assert_equal(student.IMAGENET_MEAN, MEAN, "IMAGENET_MEAN")


@check(
    points=0.2,
    target="IMAGENET_STD",
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
    es="a cada canal se le resta su media y se divide entre su desviación, sin reescalar antes",
    en="each channel has its mean taken out and is divided by its deviation, not rescaled before",
)
@given(
    images=image_batches(channels=(3, 3)),
    factor=st.sampled_from((1.0, 0.01, 300.0)),
    channels_last=st.booleans(),
)
@settings(max_examples=12)
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
    es="las imágenes uint8 pasan antes de [0, 255] a [0, 1], como float32",
    en="uint8 images are scaled from [0, 255] to [0, 1] before, as float32",
)
@given(highest=st.sampled_from((1, 2, 255)), seed=seeds())
@settings(max_examples=8)
def test_bytes_are_scaled_first(student: Any, highest: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, highest + 1, (2, 3, 2, 5), generator=generator).to(torch.uint8)
    assert_close(student.imagenet_normalize(images), normalized(student, images / 255).float())


@check(
    points=0.15,
    target="imagenet_normalize",
    es="conserva el dtype de punto flotante, el dispositivo y la entrada, y es derivable",
    en="it keeps a floating dtype, the device and its input, and is differentiable",
)
def test_normalize_keeps_dtype_device_and_input(student: Any, tools: Any) -> None:
    images = noise(2, 3, 2, 5).sigmoid()
    # Half precision rounds the mean, and division by a deviation of 0.22 magnifies it.
    for dtype, atol in ((torch.float16, 2e-2), (torch.bfloat16, 1e-1), (torch.float32, 1e-5)):
        x = images.to(dtype)
        seen = tools.observe(student.imagenet_normalize, x)
        assert_close(seen["result"], normalized(student, x).to(dtype), atol=atol)
        assert_equal(seen["arguments"][0], x, "images")
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


def small_network(torch_nn: Any) -> list[Any]:
    """Layers on images (N, 2, 4, 5), some of them nested; in train mode they behave otherwise."""
    return [
        torch_nn.Conv2d(2, 3, 2),
        torch_nn.Sequential(torch_nn.BatchNorm2d(3), torch_nn.Sequential(torch_nn.Dropout(0.5))),
        torch_nn.Flatten(),
        torch_nn.Linear(36, CLASSES),
    ]


@check(
    points=0.35,
    target="freeze",
    es="ningún parámetro requiere gradiente y todos los módulos quedan en modo eval",
    en="no parameter requires a gradient and every module is left in eval mode",
)
def test_frozen_parameters_and_modes(student: Any, remote_torch: Any, tools: Any) -> None:
    module = tools.sequential(*small_network(remote_torch.nn)).train()
    before = tools.state_dict(module)
    student.freeze(module)
    assert_equal(tools.requires_grad(module), dict.fromkeys(tools.parameters(module), False))
    modes = tools.training_modes(module)
    assert_equal(modes, dict.fromkeys(modes, False), "training")
    assert_equal(tools.state_dict(module), before, "state_dict()")


@check(
    points=0.2,
    target="freeze",
    es="un módulo congelado no mueve sus estadísticas, y deja pasar el gradiente a su entrada",
    en="a frozen module moves no statistics, and lets the gradient through to its input",
)
def test_frozen_module_passes_gradients(student: Any, remote_torch: Any, tools: Any) -> None:
    oracle = nn.Sequential(*small_network(nn)).double().eval()
    fill_(oracle, 0)
    module = tools.sequential(*small_network(remote_torch.nn)).double().train()
    tools.load_state_dict(module, dict(oracle.state_dict()))
    student.freeze(module)
    x, cotangent = noise(3, *IMAGE), noise(3, CLASSES, seed=1)
    seen = tools.vjp(module, x, cotangent=cotangent)
    (gradient,) = torch.autograd.grad(oracle(x.requires_grad_()), x, cotangent)
    assert_close(seen["inputs"][0], gradient, "x.grad")
    assert_equal(tools.buffers(module), dict(oracle.named_buffers()), "buffers()")


# replace_head


def nested_classifier(torch_nn: Any, classes: int) -> list[Any]:
    """Vectors (N, 6) to logits; the last Linear is neither the last layer nor at the top."""
    inner = torch_nn.Sequential(torch_nn.ReLU(), torch_nn.Linear(4, classes))
    return [
        torch_nn.Linear(6, 5),
        torch_nn.ReLU(),
        torch_nn.Sequential(torch_nn.Linear(5, 4), inner, torch_nn.Tanh()),
        torch_nn.Dropout(0.0),
    ]


HEAD = "2.1.1."


@check(
    points=0.35,
    target="replace_head",
    es="cambia, en el propio modelo, la última Linear por una de num_classes salidas",
    en="it replaces, in the model itself, the last Linear by one of num_classes outputs",
)
@given(num_classes=st.integers(1, 9))
@settings(max_examples=4)
def test_last_linear_is_replaced(
    student: Any, remote_torch: Any, tools: Any, num_classes: int
) -> None:
    model = tools.sequential(*nested_classifier(remote_torch.nn, 7))
    returned = student.replace_head(model, num_classes)
    assert_that(
        tools.is_same(returned, model),
        es="No devuelve el mismo modelo que recibe.",
        en="It does not return the model that it is given.",
    )
    head = model[2][1][1]
    assert_instance(head, nn.Linear)
    assert_equal(head.in_features, 4, "in_features")
    assert_equal(head.out_features, num_classes, "out_features")
    state = tools.state_dict(model)
    oracle = nn.Sequential(*nested_classifier(nn, num_classes))
    if HEAD + "bias" not in state:
        oracle.get_submodule(HEAD[:-1]).register_parameter("bias", None)
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    expected = {name: tuple(tensor.shape) for name, tensor in oracle.state_dict().items()}
    assert_equal(shapes, expected, "state_dict()")
    oracle.load_state_dict(state)
    x = noise(3, 6, dtype=torch.float32)
    assert_close(model(x), oracle(x).detach())


@check(
    points=0.2,
    target="replace_head",
    es="todo otro parámetro sigue igual, también si requiere gradiente o no",
    en="every other parameter stays as it is, whether it requires a gradient included",
)
def test_other_parameters_stay(student: Any, remote_torch: Any, tools: Any) -> None:
    torch_nn = remote_torch.nn
    sequential = tools.sequential(*nested_classifier(torch_nn, 7))
    norm = torch_nn.BatchNorm1d(4)
    named = torch_nn.ModuleDict({"norm": norm, "fc": torch_nn.Linear(4, 2)})
    for model, part, head in ((sequential, sequential[0], HEAD), (named, norm, "fc.")):
        tools.fill_(model, 4)

        def description(model: Any = model, head: str = head) -> list[dict[str, Any]]:
            return [
                {name: value for name, value in values.items() if not name.startswith(head)}
                for values in (tools.state_dict(model), tools.requires_grad(model))
            ]

        for frozen in (False, True):
            model.requires_grad_(frozen)
            part.requires_grad_(not frozen)
            before = description()
            student.replace_head(model, 3)
            assert_equal(description(), before, "state_dict(), requires_grad")


@check(
    points=0.2,
    target="replace_head",
    es="la nueva Linear es otra, sin entrenar, y requiere gradiente en un modelo congelado también",
    en="the new Linear is a fresh one, and requires a gradient in a frozen model too",
)
def test_head_is_fresh_and_trainable(student: Any, remote_torch: Any, tools: Any) -> None:
    model = tools.sequential(*nested_classifier(remote_torch.nn, 7)).requires_grad_(False)
    tools.fill_(model, 5)
    old = tools.state_dict(model[2][1][1])
    student.replace_head(model, 7)
    head = model[2][1][1]
    assert_that(
        not torch.equal(head.weight.detach(), old["weight"]),
        es="La nueva Linear tiene los pesos de la anterior.",
        en="The new Linear has the weights of the one before.",
    )
    requires_grad = tools.requires_grad(head)
    assert_equal(requires_grad, dict.fromkeys(requires_grad, True), "requires_grad")


@check(
    points=0.15,
    target="replace_head",
    es="la nueva Linear tiene el dtype y el dispositivo de la anterior",
    en="the new Linear has the dtype and device of the one before",
)
def test_head_keeps_dtype_and_device(student: Any, remote_torch: Any, tools: Any) -> None:
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        model = tools.sequential(*nested_classifier(remote_torch.nn, 7)).to(dtype)
        student.replace_head(model, 3)
        parameters = tools.parameters(model)
        assert_equal(
            {name: p.dtype for name, p in parameters.items()}, dict.fromkeys(parameters, dtype)
        )
    model = tools.sequential(*nested_classifier(remote_torch.nn, 7)).to("meta")
    student.replace_head(model, 3)
    for parameter in tools.parameters(model).values():
        assert_device(parameter, "meta")
    model = tools.sequential(*nested_classifier(remote_torch.nn, 7))
    with fake_cuda(student):
        student.replace_head(tools.to_fake_cuda(model), 3)
        assert_device(model(torch.ones(2, 6)), "cuda")


@check(
    points=0.15,
    target="replace_head",
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


def backbone_layers(torch_nn: Any) -> list[Any]:
    """Five blocks from images (N, 2, 4, 5) to features (N, 2, 2, 3)."""
    return [
        torch_nn.Sequential(torch_nn.Conv2d(2, 3, 2), torch_nn.BatchNorm2d(3), torch_nn.ReLU()),
        torch_nn.Sequential(torch_nn.Conv2d(3, 4, 2), torch_nn.BatchNorm2d(4)),
        torch_nn.Dropout(0.5),
        torch_nn.Conv2d(4, 2, 1),
        torch_nn.BatchNorm2d(2),
    ]


def backbone_in_worker(remote_torch: Any, tools: Any, seed: int = 0) -> Any:
    backbone = tools.sequential(*backbone_layers(remote_torch.nn))
    tools.fill_(backbone, seed)
    return backbone


def block_of(name: str) -> int:
    """The block that a parameter, buffer or module of the backbone belongs to."""
    return int(name.split(".")[0])


def expected_logits(tools: Any, backbone: Any, head: Any, x: Tensor) -> Tensor:
    """The logits, in eval mode, of a backbone and a head of the worker."""
    oracle = nn.Sequential(*backbone_layers(nn)).to(x.dtype).eval()
    oracle.load_state_dict(tools.state_dict(backbone))
    return F.linear(oracle(x).flatten(1), head.weight.detach(), head.bias.detach())


@check(
    points=0.35,
    target="FineTuner",
    es="los logits son los de head, una Linear, sobre la salida aplanada del backbone",
    en="the logits are those of head, a Linear, on the backbone's flattened output",
)
@given(trainable_blocks=st.integers(0, BLOCKS), batch=st.integers(1, 3), seed=seeds())
@settings(max_examples=5)
def test_logits_of_backbone_and_head(
    student: Any, remote_torch: Any, tools: Any, trainable_blocks: int, batch: int, seed: int
) -> None:
    backbone = backbone_in_worker(remote_torch, tools, seed)
    model = student.FineTuner(backbone, FEATURES, CLASSES, trainable_blocks)
    head = model.head
    assert_instance(head, nn.Linear)
    assert_shape(head.weight, (CLASSES, FEATURES), "head.weight")
    x = noise(batch, *IMAGE, seed=seed, dtype=torch.float32)
    model.eval()
    assert_close(model(x), expected_logits(tools, backbone, head, x).detach())


@check(
    points=0.35,
    target="FineTuner",
    es="solo requieren gradiente head y los últimos trainable_blocks bloques, 0 por defecto",
    en="only head and the last trainable_blocks blocks require a gradient, 0 by default",
)
def test_only_the_last_blocks_train(student: Any, remote_torch: Any, tools: Any) -> None:
    for blocks in ((), (0,), (1,), (3,), (4,), (5,)):
        backbone = backbone_in_worker(remote_torch, tools)
        model = student.FineTuner(backbone, FEATURES, CLASSES, *blocks)
        first = BLOCKS - (blocks[0] if blocks else 0)
        seen = tools.requires_grad(backbone)
        expected = {name: block_of(name) >= first for name in seen}
        assert_equal(seen, expected, f"requires_grad, trainable_blocks={BLOCKS - first}")
        head = tools.requires_grad(model.head)
        assert_equal(head, {"weight": True, "bias": True}, "head: requires_grad")


@check(
    points=0.4,
    target="FineTuner",
    es="los bloques congelados están siempre en modo eval, y sus estadísticas no se mueven",
    en="frozen blocks are always in eval mode, and their statistics never move",
)
@given(trainable_blocks=st.sampled_from((0, 1, 3, 4, 5)))
@settings(max_examples=5)
def test_frozen_blocks_stay_in_eval_mode(
    student: Any, remote_torch: Any, tools: Any, trainable_blocks: int
) -> None:
    first = BLOCKS - trainable_blocks
    backbone = backbone_in_worker(remote_torch, tools).train()
    model = student.FineTuner(backbone, FEATURES, CLASSES, trainable_blocks)
    wrapped = tools.sequential(model)

    def modes(of_frozen: bool) -> set[bool]:
        of_blocks = tools.training_modes(backbone).items()
        return {mode for name, mode in of_blocks if name and (block_of(name) < first) == of_frozen}

    assert_equal(modes(of_frozen=True) <= {False}, True, "eval()")
    buffers = tools.buffers(backbone)
    for module in (model, wrapped):
        module.eval()
        assert_equal(modes(of_frozen=False) <= {False}, True, ".eval()")
        module.train()
        assert_equal(modes(of_frozen=True) <= {False}, True, ".train(): eval()")
        assert_equal(modes(of_frozen=False) <= {True}, True, ".train(): train()")
        assert_equal(model.head.training, True, ".train(): head.training")
        module(noise(3, *IMAGE, seed=1, dtype=torch.float32))
    for name, seen in tools.buffers(backbone).items():
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
    es="train() y eval() devuelven el propio modelo, como en todo nn.Module",
    en="train() and eval() return the model itself, as in every nn.Module",
)
def test_train_returns_the_model(student: Any, remote_torch: Any, tools: Any) -> None:
    model = student.FineTuner(backbone_in_worker(remote_torch, tools), FEATURES, CLASSES)
    for returned in (model.train(), model.eval(), model.train(False)):
        assert_equal(tools.is_same(returned, model), True, "train()")


@check(
    points=0.15,
    target="FineTuner",
    es="usa el backbone dado, no una copia",
    en="it holds the given backbone, not a copy",
)
def test_backbone_is_not_copied(student: Any, remote_torch: Any, tools: Any) -> None:
    backbone = backbone_in_worker(remote_torch, tools)
    model = student.FineTuner(backbone, FEATURES, CLASSES, 2)
    tools.fill_(backbone, 1)
    x = noise(2, *IMAGE, dtype=torch.float32)
    model.eval()
    assert_close(model(x), expected_logits(tools, backbone, model.head, x).detach())


@check(
    points=0.1,
    target="FineTuner",
    es="el gradiente llega hasta la imagen a través de los bloques congelados",
    en="the gradient reaches the image through the frozen blocks",
)
def test_gradients_reach_the_image(student: Any, remote_torch: Any, tools: Any) -> None:
    backbone = backbone_in_worker(remote_torch, tools)
    model = student.FineTuner(backbone, FEATURES, CLASSES, 0)
    model.eval()
    x = noise(2, *IMAGE, dtype=torch.float32)
    cotangent = noise(2, CLASSES, seed=1, dtype=torch.float32)
    seen = tools.vjp(model, x, cotangent=cotangent)["inputs"][0]
    logits = expected_logits(tools, backbone, model.head, x.requires_grad_())
    assert_close(seen, torch.autograd.grad(logits, x, cotangent)[0], "x.grad")


@check(
    points=0.1,
    target="FineTuner",
    es="el modelo funciona en el dtype y el dispositivo a los que se mueve",
    en="the model works in the dtype and on the device that it is moved to",
)
def test_model_moves_to_dtype_and_device(student: Any, remote_torch: Any, tools: Any) -> None:
    def build() -> Any:
        backbone = backbone_in_worker(remote_torch, tools)
        model = student.FineTuner(backbone, FEATURES, CLASSES, 2)
        model.eval()
        return model, backbone

    model, backbone = build()
    model.double()
    x = noise(2, *IMAGE)
    assert_close(model(x), expected_logits(tools, backbone, model.head, x).detach())
    model.to("meta")
    assert_device(model(x.to("meta")), "meta")
    model, _ = build()
    with fake_cuda(student):
        assert_device(tools.to_fake_cuda(model)(torch.ones(2, *IMAGE)), "cuda")


@check(
    points=0.15,
    target="FineTuner",
    es="trainable_blocks fuera de 0 … len(backbone) da ValueError",
    en="trainable_blocks outside 0 … len(backbone) gives a ValueError",
)
def test_trainable_blocks_out_of_range_are_rejected(
    student: Any, remote_torch: Any, tools: Any
) -> None:
    backbone = backbone_in_worker(remote_torch, tools)
    for trainable_blocks in (-1, -BLOCKS, BLOCKS + 1):
        with rejects("trainable_blocks", "backbone"):
            student.FineTuner(backbone, FEATURES, CLASSES, trainable_blocks)


@check(
    points=0.1,
    target="FineTuner",
    es="fine_tune entrena head y los últimos bloques, y deja los congelados tal como estaban",
    en="fine_tune trains head and the last blocks, and leaves the frozen ones as they were",
)
def test_fine_tuning_leaves_frozen_blocks(student: Any, remote_torch: Any, tools: Any) -> None:
    backbone = backbone_in_worker(remote_torch, tools)
    model = student.FineTuner(backbone, FEATURES, CLASSES, 2)
    before, head = tools.state_dict(backbone), model.head.weight
    student.fine_tune(model.double(), split(*labelled_images(8, 0), 4), 2, 0.05)
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
    es="son exactamente los parámetros del modelo que requieren gradiente",
    en="they are exactly those parameters of the model that require a gradient",
)
def test_trainable_parameters_require_a_gradient(
    student: Any, remote_torch: Any, tools: Any
) -> None:
    model = tools.sequential(*small_network(remote_torch.nn))
    model[1].requires_grad_(False)
    names = tools.parameter_names(model, student.trainable_parameters)
    assert_equal(sorted(names), ["0.bias", "0.weight", "3.bias", "3.weight"])
    model.requires_grad_(False)
    model[1].requires_grad_(True)
    names = tools.parameter_names(model, student.trainable_parameters)
    assert_equal(sorted(names), ["1.0.bias", "1.0.weight"])


@check(
    points=0.1,
    target="trainable_parameters",
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


def linear_classifier(torch_nn: Any) -> list[Any]:
    return [torch_nn.Flatten(), torch_nn.Linear(math.prod(IMAGE), CLASSES)]


@check(
    points=0.25,
    target="fine_tune",
    es="devuelve una lista con la pérdida media por ejemplo de cada época, como float",
    en="it returns a list of the mean loss per example of each epoch, as floats",
)
@given(
    count=st.integers(1, 7),
    batch_size=st.integers(1, 4),
    epochs=st.integers(1, 3),
    seed=seeds(),
)
@settings(max_examples=6)
def test_losses_are_means_over_examples(
    student: Any,
    remote_torch: Any,
    tools: Any,
    count: int,
    batch_size: int,
    epochs: int,
    seed: int,
) -> None:
    oracle = nn.Sequential(*linear_classifier(nn)).double()
    fill_(oracle, seed)
    model = tools.sequential(*linear_classifier(remote_torch.nn)).double()
    tools.load_state_dict(model, dict(oracle.state_dict()))
    images, labels = labelled_images(count, seed)
    # So small a learning rate leaves the loss as it is, whatever the optimizer.
    losses = student.fine_tune(model, split(images, labels, batch_size), epochs, 1e-9)
    assert_that(
        type(losses) is list and len(losses) == epochs,
        es=f"No devuelve una lista de {epochs} números.",
        en=f"It does not return a list of {epochs} numbers.",
    )
    expected = F.cross_entropy(oracle(images), labels).item()
    for epoch, loss in enumerate(losses):
        assert_float(loss, expected, f"[{epoch}]")


@check(
    points=0.2,
    target="fine_tune",
    es="mueve todos los parámetros entrenables y ninguno de los demás",
    en="it moves every trainable parameter and none of the others",
)
def test_only_trainable_parameters_move(student: Any, remote_torch: Any, tools: Any) -> None:
    model = tools.sequential(*small_network(remote_torch.nn)).double()
    model[0].requires_grad_(False)
    tools.fill_gradients_(model[0], 1.0)  # as an optimizer that holds them too would still find
    before, requires_grad = tools.parameters(model), tools.requires_grad(model)
    student.fine_tune(model, split(*labelled_images(8, 0), 4), 2, 0.05)
    after = tools.parameters(model)
    moved = {name: not torch.equal(after[name], before[name]) for name in before}
    assert_equal(moved, requires_grad)
    assert_equal(tools.requires_grad(model), requires_grad, "requires_grad")


@check(
    points=0.15,
    target="fine_tune",
    es="entrena en modo train, y cada época toma cada lote una vez",
    en="it trains in train mode, and each epoch takes each batch once",
)
def test_fine_tuning_is_in_train_mode(student: Any, remote_torch: Any, tools: Any) -> None:
    model = tools.sequential(*small_network(remote_torch.nn)).double().eval()
    log = tools.log_forwards(model)
    student.fine_tune(model, split(*labelled_images(9, 0), 3), 2, 0.01)
    assert_that(
        all(all(call["modes"].values()) for call in log.calls),
        es="Había módulos en modo eval durante el entrenamiento.",
        en="Modules were in eval mode during the training.",
    )
    assert_equal(tools.buffers(model)["1.0.num_batches_tracked"], torch.tensor(6))


@check(
    points=0.15,
    target="fine_tune",
    es="los pasos llevan la pérdida cerca de la mínima, cada uno con los gradientes de su lote",
    en="the steps bring the loss near its least, each by the gradients of its own batch",
)
def test_steps_approach_the_least_loss(student: Any, remote_torch: Any, tools: Any) -> None:
    # One feature, always 1, and labels 3 to 1: the least loss is their entropy. Gradients that add
    # up swing past it for ever; every optimizer tried ends within 0.03 of it.
    model = tools.sequential(remote_torch.nn.Flatten(), remote_torch.nn.Linear(1, 2))
    state = {"1.weight": torch.zeros(2, 1), "1.bias": torch.tensor([-1.5, 1.5])}
    tools.load_state_dict(model, state)
    batch = torch.ones(8, 1, 1, 1), torch.tensor([0, 0, 0, 1, 0, 0, 0, 1])
    losses = student.fine_tune(model, [batch], 60, 0.1)
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    last = sum(losses[-10:]) / 10
    assert_that(
        last < entropy + 0.1,
        es=f"La pérdida termina en {last:.3f}; la mínima es {entropy:.3f}.",
        en=f"The loss ends at {last:.3f}; the least is {entropy:.3f}.",
    )


@check(
    points=0.15,
    target="fine_tune",
    es="mueve a device el modelo, las imágenes y las etiquetas",
    en="it moves the model, the images and the labels to device",
)
def test_model_and_batches_move_to_the_device(student: Any, remote_torch: Any, tools: Any) -> None:
    model = tools.sequential(*linear_classifier(remote_torch.nn)).double()
    log = tools.log_forwards(model)
    with on_meta():
        student.fine_tune(model, [labelled_images(4, 0)], 1, 0.1, device="meta")
    assert_equal([call["device"] for call in log.calls], ["meta"], "device")
    for parameter in tools.parameters(model).values():
        assert_device(parameter, "meta")


@check(
    points=0.25,
    target="fine_tune",
    es="una red que sabe leer los dígitos 0-4 aprende los 5-9 con diez ejemplos de cada uno",
    en="a network that can read the digits 0-4 learns 5-9 from ten examples of each",
    limit=TRAINING,
)
def test_a_network_learns_new_digits(
    student: Any, remote_torch: Any, tools: Any, device: str
) -> None:
    torch_nn = remote_torch.nn

    def block(inputs: int, outputs: int) -> Any:
        return tools.sequential(
            torch_nn.Conv2d(inputs, outputs, 3, padding=1),
            torch_nn.BatchNorm2d(outputs),
            torch_nn.ReLU(),
            torch_nn.MaxPool2d(2),
        )

    backbone = tools.sequential(block(1, 8), block(8, 16))
    known, new = TRAIN.of_classes(range(5)), TRAIN.of_classes(range(5, 10)).first(10)
    tools.fit(
        tools.sequential(backbone, torch_nn.Flatten(), torch_nn.Linear(64, 5)),
        known.images,
        known.labels,
        epochs=1,
        batch_size=32,
        learning_rate=0.05,
    )
    model = tools.sequential(backbone, torch_nn.Flatten(), torch_nn.Linear(64, 5))
    backbone[0].requires_grad_(False)
    losses = student.fine_tune(model, split(new.images, new.labels, 10), 15, 0.02, device)
    assert_that(
        losses[-1] < 0.6 * losses[0],
        es=f"La pérdida pasa solo de {losses[0]:.3f} a {losses[-1]:.3f}.",
        en=f"The loss goes only from {losses[0]:.3f} to {losses[-1]:.3f}.",
    )
    test = TEST.of_classes(range(5, 10))
    logits = tools.logits(model.to("cpu"), test.images)
    assert_shape(logits, (len(test), 5))
    share = accuracy(logits, test.labels)
    assert_that(
        share > 0.6,
        es=f"Acierta el {share:.0%} de los dígitos de prueba; se espera más del 60 %.",
        en=f"It reads {share:.0%} of the test digits; more than 60 % is expected.",
    )
