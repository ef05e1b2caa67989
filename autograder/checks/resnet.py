"""Hidden checks of `cnnlab.resnet`.

Names and shapes are compared with torchvision's on `meta`, numbers in float64 with small networks
of torchvision's own `BasicBlock`. Their weights are copied by name into the student's: a wrong name
costs the checks of names, and the others only where a layer stays without weights. What builds on
ResidualBlock is held to what the student's own blocks give, or right with torchvision's in their
place, so that a wrong block costs the block's points alone. The training check takes ResNet-18 on a
GPU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision.models import resnet18, resnet34

from autograder.checking import (
    TRAINING,
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
from autograder.checking.failures import Mismatch, StudentError
from autograder.checking.images import accuracy, data_seed, hidden_images, is_gpu
from autograder.checking.strategies import image_batches, noise, seeds
from autograder.parts.library_block import LibraryBlock
from autograder.parts.library_network import LibraryResNet
from autograder.worker.tools import call_on, fill_, unfilled, vjp
from cnnlab.text import Text

M = TypeVar("M", bound=nn.Module)
Geometry = tuple[int, int, int]  # in_channels, out_channels, stride
BLOCK = {"ResidualBlock": "library_block.LibraryBlock"}
NETWORK = {**BLOCK, "ResNet": "library_network.LibraryResNet"}
LAST_NORMS = ("3.bn2.weight", "4.1.0.bn2.weight", "4.1.1.0.bn2.weight")  # of mixed_model


def shapes_of(build: Callable[..., nn.Module], *arguments: Any) -> nn.Module:
    """The network without its values, on `meta`."""
    network: nn.Module = call_on("meta", unfilled, build, *arguments)
    return network


# Made with the module: once for all submissions.
RESNET18, RESNET34 = shapes_of(resnet18), shapes_of(resnet34)
NARROW = {
    arguments: shapes_of(LibraryResNet, *arguments)
    for arguments in (((1, 2, 3, 1), 7, 2, 6), ((3, 1, 1, 2), 4, 5, 10))
}


def student_on_meta(student: Any, tools: Any, *arguments: Any) -> Any:
    """The student's network on `meta`."""
    return tools.call_on("meta", tools.unfilled, student.ResNet, *arguments)


def filled(oracle: M, seed: int) -> M:
    """`oracle` in float64 with noise in every weight and running statistic."""
    oracle.double()
    fill_(oracle, seed)
    return oracle


def given_weights_of(oracle: nn.Module, network: Any, tools: Any) -> Any:
    """The student's `network` in float64 with the weights and statistics of `oracle`."""
    return tools.matched(network, dict(oracle.state_dict()))


def assert_loads(network: Any, oracle: nn.Module, tools: Any) -> None:
    """`oracle`'s state dict must load strictly; says which names or shapes differ."""
    wanted = dict(oracle.state_dict())
    try:
        tools.load_state_dict(network, wanted)
    except StudentError as error:
        if error.is_missing:
            raise
        state = tools.state_dict(network)
        shapes = {n: tuple(value.shape) for n, value in state.items() if isinstance(value, Tensor)}
        raise Mismatch(_differing_names(wanted, state), shapes) from None


def assert_logits(
    network: Any, oracle: nn.Sequential, x: Tensor, seen: object, what: Text | str = ""
) -> None:
    """`seen`, which `network` made of `x`, must be what `oracle` or the own blocks give."""
    try:
        assert_close(seen, oracle(x).detach(), what)
    except Mismatch:
        if not _is_right_for_own_blocks(network, oracle, x, seen):
            raise


def _is_right_for_own_blocks(network: Any, oracle: nn.Sequential, x: Tensor, seen: object) -> bool:
    """Whether `seen` is what `oracle`'s layers give with the student's blocks."""
    try:
        for name, part in oracle.named_children():
            if not name.startswith("layer"):
                x = part(x)
                continue
            for index, block in enumerate(part.children()):
                shape = tuple(block(x).shape)
                x = network.get_submodule(f"{name}.{index}")(x).detach()
                assert_shape(x, shape, f"{name}.{index}")
        assert_close(seen, x.detach())
    except (Mismatch, StudentError, AttributeError):
        return False
    return True


def _differing_names(wanted: dict[str, Tensor], seen: dict[str, Tensor]) -> Text:
    missing = [name for name in wanted if name not in seen]
    extra = [name for name in seen if name not in wanted]
    if missing or extra:
        shown = ", ".join(missing[:4]) or "–", ", ".join(extra[:4]) or "–"
        return Text(
            es=f"En el state dict faltan: {shown[0]}; sobran: {shown[1]}.",
            en=f"Missing in the state dict: {shown[0]}; too many: {shown[1]}.",
        )
    for name, value in wanted.items():
        if seen[name].shape != value.shape:
            shapes = tuple(value.shape), tuple(seen[name].shape)
            return Text(
                es=f"{name}: se esperaba la forma {shapes[0]}, se obtuvo {shapes[1]}.",
                en=f"{name}: expected shape {shapes[0]}, got {shapes[1]}.",
            )
    return Text(es="El state dict no se puede cargar.", en="The state dict cannot be loaded.")


def assert_zero(values: dict[str, Tensor], name: str, channels: int) -> None:
    assert_close(values.get(name), torch.zeros(channels), name, rtol=0.0, atol=0.0)


def assert_kind(seen: object, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """A tensor of this shape and dtype, whatever its values and its device."""
    assert_shape(seen, shape)
    assert isinstance(seen, Tensor)
    assert_equal(seen.dtype, dtype, "dtype")


def assert_unchanged(before: dict[str, Tensor], after: dict[str, Tensor]) -> None:
    """Every value but those of the last norms must be there, and as it was."""
    changed = [
        name
        for name, value in before.items()
        if name not in LAST_NORMS
        and not (isinstance(seen := after.get(name), Tensor) and is_same_tensor(seen, value))
    ]
    assert_that(
        not changed,
        es=f"Ha cambiado: {', '.join(changed[:4])}.",
        en=f"It has changed: {', '.join(changed[:4])}.",
        seen=changed,
    )


def is_same_tensor(first: Tensor, second: Tensor) -> bool:
    return first.dtype == second.dtype and torch.equal(first.detach(), second.detach())


def geometries(*, projected: bool) -> st.SearchStrategy[Geometry]:
    """Blocks with a projection, or with an identity shortcut."""
    channels = st.integers(1, 5)
    if not projected:
        return channels.map(lambda c: (c, c, 1))
    every = st.tuples(channels, channels, st.integers(1, 3))
    return every.filter(lambda g: g[2] != 1 or g[0] != g[1])


def maps_of(n: int, h: int, w: int, seed: int) -> Callable[[int], Tensor]:
    return lambda channels: noise(n, channels, h, w, seed=seed)


def feature_maps() -> st.SearchStrategy[Callable[[int], Tensor]]:
    """Inputs of a block, for a number of channels that is drawn elsewhere."""
    return st.builds(maps_of, st.integers(1, 3), st.integers(4, 8), st.integers(4, 8), seeds())


@check(
    points=0.25,
    target="ResidualBlock",
    es="donde las formas coinciden, el bloque tiene las capas de BasicBlock y ninguna proyección, "
    "y no comparte pesos con otro",
    en="where the shapes agree, the block has the layers of BasicBlock and no projection, "
    "and shares no weights with another",
    covers=(
        "block-names",
        "block-identity",
        "block-convolutions",
    ),
)
def test_identity_block_loads_basic_block(student: Any, tools: Any) -> None:
    for channels in (1, 3, 6):
        block = later(student.ResidualBlock)(channels, channels)
        assert_loads(block, LibraryBlock(channels, channels), tools)
        assert_that(
            not tools.shares_memory(block, later(student.ResidualBlock)(channels, channels)),
            es="Dos bloques comparten pesos.",
            en="Two blocks share weights.",
        )


@check(
    points=0.75,
    target="ResidualBlock",
    es="donde cambian los canales o el tamaño, el bloque carga un BasicBlock con su downsample",
    en="where channels or size change, the block loads a BasicBlock with its downsample",
    covers=(
        "block-names",
        "block-downsample",
        "block-convolutions",
    ),
)
def test_projection_block_loads_basic_block(student: Any, tools: Any) -> None:
    for geometry in ((3, 5, 1), (4, 4, 2), (6, 2, 1), (2, 6, 3)):
        block = later(student.ResidualBlock)(*geometry)
        assert_loads(block, LibraryBlock(*geometry), tools)


@check(
    points=0.5,
    target="ResidualBlock",
    es="con el atajo identidad, la salida en modo eval es relu(F(x) + x)",
    en="with the identity shortcut, the output in eval mode is relu(F(x) + x)",
    covers=(
        "block-residual",
        "block-identity",
        "float64",
    ),
)
@given(geometry=geometries(projected=False), maps=feature_maps(), seed=seeds())
@settings(max_examples=3)
def test_identity_block_in_eval_mode(
    student: Any, tools: Any, geometry: Geometry, maps: Callable[[int], Tensor], seed: int
) -> None:
    oracle = filled(LibraryBlock(*geometry), seed).eval()
    block = given_weights_of(oracle, later(student.ResidualBlock)(geometry[0], geometry[1]), tools)
    x = maps(geometry[0])
    assert_close(block.eval()(x), oracle(x))


@check(
    points=0.75,
    target="ResidualBlock",
    es="con proyección, la salida en modo eval es relu(F(x) + downsample(x))",
    en="with a projection, the output in eval mode is relu(F(x) + downsample(x))",
    covers=(
        "block-residual",
        "block-stride",
        "block-downsample",
        "float64",
    ),
)
@given(geometry=geometries(projected=True), maps=feature_maps(), seed=seeds())
@settings(max_examples=5)
def test_projection_block_in_eval_mode(
    student: Any, tools: Any, geometry: Geometry, maps: Callable[[int], Tensor], seed: int
) -> None:
    oracle = filled(LibraryBlock(*geometry), seed).eval()
    in_channels, out_channels, stride = geometry
    made = later(student.ResidualBlock)(
        in_channels=in_channels, out_channels=out_channels, stride=stride
    )
    block = given_weights_of(oracle, made, tools)
    x = maps(in_channels)
    assert_close(block.eval()(x), oracle(x))


@check(
    points=0.75,
    target="ResidualBlock",
    es="en modo train el bloque normaliza por el lote y aprende las estadísticas del modo eval",
    en="in train mode the block normalises by the batch and learns the statistics of eval mode",
    covers=(
        "block-residual",
        "library-batch-norm",
    ),
)
@given(
    geometry=st.one_of(geometries(projected=False), geometries(projected=True)),
    maps=feature_maps(),
    seed=seeds(),
)
@settings(max_examples=5)
def test_block_in_train_mode(
    student: Any, tools: Any, geometry: Geometry, maps: Callable[[int], Tensor], seed: int
) -> None:
    oracle = filled(LibraryBlock(*geometry), seed)
    block = given_weights_of(oracle, later(student.ResidualBlock)(*geometry), tools)
    x = maps(geometry[0])
    assert_close(block.train()(x), oracle.train()(x), Text(es="en modo train", en="in train mode"))
    after = Text(es="en modo eval, después de un paso", en="in eval mode, after one step")
    assert_close(block.eval()(x), oracle.eval()(x), after)


@check(
    points=0.5,
    target="ResidualBlock",
    es="el gradiente llega a la entrada y a cada peso por la rama residual y por el atajo",
    en="gradients reach the input and every weight through the residual branch and the shortcut",
    covers=("differentiable",),
)
@given(
    geometry=st.one_of(geometries(projected=False), geometries(projected=True)),
    maps=feature_maps(),
    seed=seeds(),
)
@example(geometry=(4, 4, 2), maps=maps_of(2, 5, 6, seed=3), seed=4)
@settings(max_examples=3)
def test_block_gradients(
    student: Any, tools: Any, geometry: Geometry, maps: Callable[[int], Tensor], seed: int
) -> None:
    oracle = filled(LibraryBlock(*geometry), seed).train()
    block = given_weights_of(oracle, later(student.ResidualBlock)(*geometry), tools).train()
    x = maps(geometry[0])
    cotangent = noise(*oracle(x).shape, seed=seed + 1)
    wanted = vjp(oracle, x, cotangent=cotangent)
    seen = tools.vjp(block, x, cotangent=cotangent)
    assert_close(seen["inputs"][0], wanted["inputs"][0], "x.grad", atol=1e-8)
    for name, gradient in wanted["parameters"].items():
        assert_close(seen["parameters"].get(name), gradient, f"{name}.grad", atol=1e-8)


@check(
    points=0.25,
    target="ResidualBlock",
    es="el bloque no cambia su entrada ni la semilla, sea cual sea la disposición en memoria",
    en="the block changes neither its input nor the seed, whatever the layout in memory",
    covers=(
        "input-unchanged",
        "seed-unchanged",
        "layouts",
    ),
)
def test_block_leaves_input_alone(student: Any, remote_torch: Any, tools: Any) -> None:
    before = remote_torch.initial_seed()
    wide = noise(2, 3, 6, 10, seed=1)
    layouts = (
        wide,
        wide.to(memory_format=torch.channels_last),
        wide.transpose(2, 3),
        wide[..., ::2],
    )
    for geometry in ((3, 3, 1), (3, 4, 2)):
        oracle = filled(LibraryBlock(*geometry), seed=2).eval()
        block = given_weights_of(oracle, later(student.ResidualBlock)(*geometry), tools).eval()
        for x in layouts:
            seen = tools.observe(block, x)
            assert_equal(seen["arguments"], [x], "x")
            assert_close(seen["result"], block(x.contiguous()))
            assert_equal(seen["seed"], before, "torch.initial_seed()")
        seen = tools.observe(tools.no_grad, block, wide)
        assert_equal(seen["arguments"][1], wide, "x")
        seen = tools.observe(block.train(), wide)
        assert_equal(seen["arguments"], [wide], "x")


@check(
    points=0.5,
    target="ResidualBlock",
    es="el bloque conserva el dtype y el dispositivo de su entrada",
    en="the block keeps the dtype and the device of its input",
    covers=(
        "dtype",
        "device",
    ),
)
def test_block_keeps_dtype_and_device(student: Any, tools: Any) -> None:
    for geometry, shape in (((3, 3, 1), (2, 3, 6, 7)), ((3, 4, 2), (2, 4, 3, 4))):
        block = later(student.ResidualBlock)(*geometry)
        for dtype in (torch.float64, torch.float32, torch.bfloat16):
            x = torch.zeros(2, 3, 6, 7, dtype=dtype)
            for mode in (block.to(dtype).train, block.eval):
                assert_kind(mode()(x), shape, dtype)
        block.half()
        with fake_cuda(student):
            tools.to_fake_cuda(block)
            seen = block.train()(torch.zeros(2, 3, 6, 7, dtype=torch.float16))
            assert_device(seen, "cuda")
            assert_kind(seen, shape, torch.float16)


@check(
    points=0.5,
    target="ResNet",
    es="con los valores por defecto carga el state dict de resnet18 de torchvision",
    en="with the default arguments it loads the state dict of torchvision's resnet18",
    covers=(
        "network-state-dicts",
        "network-defaults",
    ),
    parts=BLOCK,
)
def test_resnet18_loads(student: Any, tools: Any) -> None:
    assert_loads(student_on_meta(student, tools), RESNET18, tools)


@check(
    points=0.25,
    target="ResNet",
    es="con layers = (3, 4, 6, 3) carga el state dict de resnet34 de torchvision",
    en="with layers = (3, 4, 6, 3) it loads the state dict of torchvision's resnet34",
    covers=(
        "network-state-dicts",
        "network-layers",
    ),
    parts=BLOCK,
)
def test_resnet34_loads(student: Any, tools: Any) -> None:
    assert_loads(student_on_meta(student, tools, (3, 4, 6, 3)), RESNET34, tools)


@check(
    points=0.5,
    target="ResNet",
    es="layers, num_classes, in_channels y width dan las formas de todas las capas",
    en="layers, num_classes, in_channels and width give the shapes of all layers",
    covers=(
        "network-layers",
        "network-width",
        "network-of-blocks",
    ),
    parts=BLOCK,
)
def test_arguments_give_the_shapes(student: Any, tools: Any) -> None:
    for arguments, oracle in NARROW.items():
        assert_loads(student_on_meta(student, tools, *arguments), oracle, tools)


@check(
    points=0.25,
    target="ResNet",
    es="cada bloque tiene sus propios pesos, que no comparte con otro, ni una red con otra",
    en="each block has weights of its own, which it shares with no other, nor a network with one",
    covers=("network-of-blocks",),
    parts=BLOCK,
)
def test_blocks_share_no_weights(student: Any, tools: Any) -> None:
    network = later(student.ResNet)((2, 1, 3, 1), num_classes=2, in_channels=1, width=2)
    what = Text(es="el número de tensores de parámetros", en="the number of parameter tensors")
    # 3 of the stem, 6 in each of 7 blocks, 3 in each of 3 projections, 2 of the head.
    assert_equal(len(tools.parameter_shapes(network)), 56, what)
    other = later(student.ResNet)((1, 1, 1, 1), num_classes=2, in_channels=1, width=2)
    assert_that(
        not tools.shares_memory(network, other),
        es="Dos redes comparten pesos.",
        en="Two networks share weights.",
    )


@check(
    points=0.5,
    target="ResNet",
    es="en modo eval da los logits de torchvision con los mismos pesos",
    en="in eval mode it gives torchvision's logits with the same weights",
    covers=(
        "network-outputs",
        "network-of-blocks",
        "float64",
    ),
    parts=BLOCK,
)
@given(
    layers=st.sampled_from([(1, 1, 1, 1), (2, 1, 2, 1)]),
    x=image_batches(batch=(1, 2), channels=(2, 2), height=(30, 44), width=(30, 44)),
    seed=seeds(),
)
@example(layers=(1, 3, 1, 2), x=noise(2, 2, 35, 42, seed=1), seed=2)
@settings(max_examples=1)
def test_network_in_eval_mode(
    student: Any, tools: Any, layers: tuple[int, int, int, int], x: Tensor, seed: int
) -> None:
    oracle = filled(LibraryResNet(layers, 5, x.shape[1], 3), seed).eval()
    made = later(student.ResNet)(layers, num_classes=5, in_channels=x.shape[1], width=3)
    network = given_weights_of(oracle, made, tools).eval()
    assert_logits(network, oracle, x, network(x))


@check(
    points=0.5,
    target="ResNet",
    es="en modo train normaliza por el lote y aprende las estadísticas del modo eval",
    en="in train mode it normalises by the batch and learns the statistics of eval mode",
    covers=(
        "network-of-blocks",
        "library-batch-norm",
    ),
    parts=BLOCK,
)
@given(
    x=image_batches(batch=(2, 3), channels=(2, 2), height=(33, 44), width=(33, 44)), seed=seeds()
)
@settings(max_examples=1)
def test_network_in_train_mode(student: Any, tools: Any, x: Tensor, seed: int) -> None:
    oracle = filled(LibraryResNet((1, 2, 1, 1), 5, 2, 3), seed)
    made = later(student.ResNet)(layers=(1, 2, 1, 1), num_classes=5, in_channels=2, width=3)
    network = given_weights_of(oracle, made, tools)
    in_train_mode = Text(es="en modo train", en="in train mode")
    assert_logits(network, oracle.train(), x, network.train()(x), in_train_mode)
    after = Text(es="en modo eval, después de un paso", en="in eval mode, after one step")
    assert_logits(network, oracle.eval(), x, network.eval()(x), after)


@check(
    points=0.25,
    target="ResNet",
    es="el gradiente llega a las imágenes y a todos los pesos",
    en="gradients reach the images and every weight",
    covers=("differentiable",),
    parts=BLOCK,
)
def test_network_gradients(student: Any, tools: Any) -> None:
    arguments = ((1, 1, 2, 1), 5, 2, 3)
    oracle = filled(LibraryResNet(*arguments), seed=3)
    network = given_weights_of(oracle, later(student.ResNet)(*arguments), tools).eval()
    x, cotangent = noise(2, 2, 45, 38, seed=4), noise(2, 5, seed=5)
    seen = tools.vjp_reach(network, x, cotangent=cotangent)
    reaches_x = seen["inputs"][0] is not None and bool(seen["inputs"][0].any())
    idle = [name for name, reaches in {"x": reaches_x, **seen["parameters"]}.items() if not reaches]
    assert_that(
        not idle,
        es=f"No reciben gradiente: {', '.join(idle[:4])}.",
        en=f"These receive no gradient: {', '.join(idle[:4])}.",
        seen=idle,
    )


@check(
    points=0.25,
    target="ResNet",
    es="layers que no son cuatro números, cada uno al menos 1, dan un ValueError",
    en="layers that are not four numbers, each at least 1, raise a ValueError",
    covers=(
        "network-error",
        "network-layers",
    ),
)
def test_bad_layers_are_rejected(student: Any) -> None:
    wrong_numbers = ((0, 2, 2, 2), (2, 0, 2, 2), (2, 2, 0, 2), (2, 2, 2, 0), (1, 1, 1, -1))
    for layers in ((1, 1, 1), (2, 2), (1, 1, 1, 1, 1), *wrong_numbers):
        with rejects("layers"):
            student.ResNet(layers, num_classes=2, in_channels=1, width=2)


@check(
    points=0.25,
    target="ResNet",
    es="conserva el dtype y el dispositivo, y no cambia las imágenes ni la semilla",
    en="it keeps dtype and device, and changes neither the images nor the seed",
    covers=(
        "dtype",
        "device",
        "layouts",
        "input-unchanged",
        "seed-unchanged",
    ),
    parts=BLOCK,
)
def test_network_keeps_what_it_is_given(student: Any, remote_torch: Any, tools: Any) -> None:
    before = remote_torch.initial_seed()
    arguments = ((1, 1, 1, 1), 5, 2, 2)
    oracle = filled(LibraryResNet(*arguments), seed=6).eval()
    network = given_weights_of(oracle, later(student.ResNet)(*arguments), tools).eval()
    x = noise(2, 2, 33, 40, seed=7)
    for images in (x, x.to(memory_format=torch.channels_last), x.transpose(2, 3)):
        seen = tools.observe(network, images)
        assert_equal(seen["arguments"], [images], "x")
        assert_logits(network, oracle, images, seen["result"])
        assert_equal(seen["seed"], before, "torch.initial_seed()")
    seen = tools.observe(tools.no_grad, network, x)
    assert_equal(seen["arguments"][1], x, "x")
    alone = Text(es="una sola imagen", en="a single image")
    assert_logits(network, oracle, x[:1], network(x[:1]), alone)
    seen = tools.observe(network.train(), x)
    assert_equal(seen["arguments"], [x], "x")
    network = later(student.ResNet)(*arguments)
    for dtype, mode in ((torch.float32, network.train), (torch.bfloat16, network.eval)):
        mode().to(dtype)
        assert_kind(network(x.to(dtype)), (2, 5), dtype)
    network.half()
    with fake_cuda(student):
        tools.to_fake_cuda(network)
        seen = network.train()(torch.zeros(2, 2, 40, 33, dtype=torch.float16))
        assert_device(seen, "cuda")
        assert_kind(seen, (2, 5), torch.float16)


@check(
    points=0.5,
    target="ResNet",
    es="una ResNet aprende a distinguir rejillas por su dirección",
    en="a ResNet learns to tell gratings apart by their direction",
    limit=TRAINING,
    covers=(
        "network-of-blocks",
        "differentiable",
    ),
    parts=BLOCK,
)
def test_network_learns(student: Any, remote_torch: Any, tools: Any, device: str) -> None:
    if is_gpu(device):
        size, channels, epochs = 32, 3, 6
        network = later(student.ResNet)(num_classes=2)
    else:
        size, channels, epochs = 16, 1, 2
        network = later(student.ResNet)(layers=(1, 1, 1, 1), num_classes=2, in_channels=1, width=4)
    tools.initialise_(network, data_seed(student))
    tools.to_device(network, device)
    images = hidden_images(student, classes=2, train=64, test=64, size=size, channels=channels)
    train, test = images.train, images.test
    options = {"epochs": epochs, "batch_size": 16, "lr": 0.05, "momentum": 0.9}
    tools.fit(network, train.images, train.labels, remote_torch.optim.SGD, **options)
    logits = tools.logits_by_batch(network, test.images)
    assert_shape(logits, (len(test), 2), "logits")
    seen = accuracy(logits, test.labels)
    assert_that(
        seen >= 0.75,
        es=f"Acierta {seen:.0%} de las imágenes de prueba; se esperaba al menos el 75 %.",
        en=f"It gets {seen:.0%} of the test images right; at least 75% was expected.",
    )


NAMESAKE = (
    "nn.Sequential(OrderedDict(conv1=nn.Conv2d(3, 3, 1), bn1=nn.BatchNorm2d(3), "
    "conv2=nn.Conv2d(3, 3, 1), bn2=nn.BatchNorm2d(3), downsample=nn.Conv2d(3, 3, 1)))"
)


def mixed_model(student: Any, tools: Any) -> Any:
    """Blocks at three depths, one with a projection, among layers that only look like theirs."""
    block = student.ResidualBlock
    blocks = [block(3, 4, 2), block(4, 4), block(4, 4)]
    model = tools.build(
        f"nn.Sequential(nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3), {NAMESAKE}, blocks[0], "
        "nn.Sequential(nn.BatchNorm2d(4), nn.Sequential(blocks[1], nn.ModuleList(blocks[2:]))), "
        "nn.Linear(4, 2))",
        blocks=blocks,
    )
    tools.fill_(model, 8)
    return model


@check(
    points=0.5,
    target="zero_init_residual",
    es="pone a cero el peso de la última batch norm de cada bloque, por hondo que esté",
    en="it sets the last batch norm weight of every block to zero, however deep it lies",
    covers=("zero-last-norm",),
    parts=BLOCK,
)
def test_last_norms_become_zero(student: Any, tools: Any) -> None:
    model = mixed_model(student, tools)
    later(student.zero_init_residual)(model)
    after = tools.parameters(model)
    for name in LAST_NORMS:
        assert_zero(after, name, channels=4)
    block = later(student.ResidualBlock)(2, 5)
    tools.fill_(block, 9)
    block.bn2.requires_grad_(False)
    later(student.zero_init_residual)(block)
    assert_zero(tools.parameters(block), "bn2.weight", channels=5)


@check(
    points=0.5,
    target="zero_init_residual",
    es="no cambia nada más: ni otros pesos, ni estadísticas, ni modos, ni la semilla",
    en="it changes nothing else: no other weight, statistic, mode or seed",
    covers=(
        "zero-nothing-else",
        "seed-unchanged",
    ),
    parts=BLOCK,
)
def test_nothing_else_changes(student: Any, remote_torch: Any, tools: Any) -> None:
    model = mixed_model(student, tools)
    model[1].requires_grad_(False)
    model[3].eval().bn2.requires_grad_(False)
    seed = remote_torch.initial_seed()
    values, modes = tools.state_dict(model), tools.training_modes(model)
    trained = tools.requires_grad(model)
    returned = student.zero_init_residual(model)
    assert_equal(returned, None, Text(es="lo que devuelve", en="what it returns"))
    after = tools.state_dict(model)
    assert_equal(tuple(after), tuple(values), Text(es="los nombres", en="the names"))
    assert_unchanged(values, after)
    assert_equal(tools.training_modes(model), modes, "training")
    assert_equal(tools.requires_grad(model), trained, "requires_grad")
    assert_equal(remote_torch.initial_seed(), seed, "torch.initial_seed()")


@check(
    points=0.25,
    target="zero_init_residual",
    es="trabaja sobre los mismos parámetros, que un optimizador sigue teniendo, en su dtype y "
    "dispositivo",
    en="it works on the same parameters, which an optimizer still holds, in their dtype and device",
    covers=("zero-in-place", "dtype", "device"),
    parts=BLOCK,
)
def test_parameters_stay_the_same_objects(student: Any, tools: Any) -> None:
    model = mixed_model(student, tools)
    before = tools.parameter_identities(model)
    later(student.zero_init_residual)(model)
    seen = tools.parameter_identities(model)
    replaced = [name for name in before if seen.get(name) != before[name]]
    assert_that(
        not replaced,
        es=f"Ya no son los mismos parámetros: {', '.join(replaced)}.",
        en=f"No longer the same parameters: {', '.join(replaced)}.",
        seen=replaced,
    )
    for dtype in (torch.float64, torch.float16):
        block = tools.call_on("meta", student.ResidualBlock, 2, 5).to(dtype)
        later(student.zero_init_residual)(block)
        wanted = torch.empty(5, dtype=dtype, device="meta")
        assert_close(tools.parameters(block).get("bn2.weight"), wanted, "bn2.weight")


@check(
    points=0.5,
    target="zero_init_residual",
    es="un bloque recién hecho con el atajo identidad calcula relu(x) en ambos modos",
    en="a fresh block with an identity shortcut computes relu(x) in both modes",
    covers=("zero-identity",),
    parts=BLOCK,
)
@given(x=image_batches(batch=(1, 3), channels=(1, 4), height=(2, 6), width=(2, 6)))
@settings(max_examples=5)
def test_fresh_block_is_relu(student: Any, x: Tensor) -> None:
    block = later(student.ResidualBlock)(x.shape[1], x.shape[1]).double()
    later(student.zero_init_residual)(block)
    for mode, name in ((block.eval(), "eval"), (block.train(), "train")):
        assert_close(mode(x), x.clamp(min=0), Text(es=f"en modo {name}", en=f"in {name} mode"))


@check(
    points=0.25,
    target="zero_init_residual",
    es="en una ResNet alcanza a todos los bloques y no toca la primera batch norm",
    en="in a ResNet it reaches every block and leaves the first batch norm alone",
    covers=(
        "zero-last-norm",
        "zero-nothing-else",
    ),
    parts=NETWORK,
)
def test_network_blocks_become_zero(student: Any, tools: Any) -> None:
    network = later(student.ResNet)(layers=(2, 1, 1, 2), num_classes=3, in_channels=1, width=2)
    tools.fill_(network, 10)
    before = tools.parameters(network)
    later(student.zero_init_residual)(network)
    after = tools.parameters(network)
    last_norms = [
        (f"layer{stage + 1}.{block}.bn2.weight", 2 * 2**stage)
        for stage, blocks in enumerate((2, 1, 1, 2))
        for block in range(blocks)
    ]
    for name, channels in last_norms:
        assert_zero(after, name, channels)
    for name, _ in last_norms:
        before.pop(name, None)
    assert_unchanged(before, after)
