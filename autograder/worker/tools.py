"""What checks ask a worker to do on its side, where several steps have to happen on live objects.

Ordinary functions on ordinary PyTorch objects; a check calls them through the fixture `tools`. They
compute nothing that is expected of the student.
"""

from __future__ import annotations

import copy
import math
import operator
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torchvision
from torch import Tensor, nn
from torch._guards import detect_fake_mode
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.fake import FakeMode
from autograder.worker.gpu import MEMORY_SHARE
from autograder.worker.seeding import seed_torch as seed_torch
from autograder.worker.witness import trusted


def vjp(function: Callable[..., Any], *arguments: Any, cotangent: Any = None) -> dict[str, Any]:
    """Vector-Jacobian product of `function` at `arguments`.

    Every floating tensor among the arguments becomes a leaf. `cotangent` has the shape of the
    output (a list where the output is a tuple; ones by default). Returns `output`, `inputs` (a
    gradient or None per argument) and `parameters` (by name, where `function` is a module).
    """
    leaves = [
        a.detach().clone(memory_format=torch.preserve_format).requires_grad_()
        if isinstance(a, Tensor) and a.is_floating_point()
        else a
        for a in arguments
    ]
    # A non-leaf, so that a function may not be excused for working in place on a leaf.
    output = function(*[a.view_as(a) if _is_leaf(a) else a for a in leaves])
    outputs = [output] if isinstance(output, Tensor) else list(output)
    if cotangent is None:
        cotangents = [torch.ones_like(o) for o in outputs]
    else:
        cotangents = [cotangent] if isinstance(cotangent, Tensor) else list(cotangent)
    parameters = dict(function.named_parameters()) if isinstance(function, nn.Module) else {}
    wanted = [a for a in leaves if _is_leaf(a)] + list(parameters.values())
    pairs = [(o, c) for o, c in zip(outputs, cotangents, strict=True) if o.requires_grad]
    gradients: dict[int, Tensor | None] = {}
    if pairs and wanted:
        wanted = [w for w in wanted if w.requires_grad]
        found = torch.autograd.grad(
            [o for o, _ in pairs], wanted, [c for _, c in pairs], allow_unused=True
        )
        gradients = {id(w): g for w, g in zip(wanted, found, strict=True)}
    return {
        "output": output,
        "inputs": [gradients.get(id(a)) if _is_leaf(a) else None for a in leaves],
        "parameters": {name: gradients.get(id(p)) for name, p in parameters.items()},
    }


def vjp_reach(module: nn.Module, *arguments: Any, cotangent: Any = None) -> dict[str, Any]:
    """As `vjp`, but of a parameter's gradient only whether it is other than zero; None for none."""
    seen = vjp(module, *arguments, cotangent=cotangent)
    gradients = seen["parameters"].items()
    return seen | {"parameters": {n: None if g is None else bool(g.any()) for n, g in gradients}}


def _is_leaf(value: object) -> bool:
    return isinstance(value, Tensor) and value.is_leaf and value.requires_grad


def observe(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> dict[str, Any]:
    """Call `function` and return its `result`, its `arguments` afterwards and torch's `seed`."""
    result = function(*arguments, **keywords)
    return {"result": result, "arguments": list(arguments), "seed": torch.initial_seed()}


def call_on(device: str, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call `function` with `device` as the default device: builds a network on `meta`, say."""
    with torch.device(device):
        return function(*arguments, **keywords)


def to_fake_cuda(module: nn.Module) -> nn.Module:
    """`module.to("cuda")` under fake tensors, where torch's own cannot swap parameters.

    Moves parameters and buffers, in place; a tensor held in any other way stays behind.
    """

    mode = detect_fake_mode()
    assert isinstance(mode, FakeMode)
    moved: dict[int, Any] = {}
    for part in module.modules():
        for name, parameter in part._parameters.items():
            if parameter is not None:
                if id(parameter) not in moved:
                    made = mode.unfilled_copy(parameter, parameter.requires_grad)
                    made._is_param = True  # as `nn.Parameter` marks what is not a plain tensor
                    moved[id(parameter)] = made
                part._parameters[name] = moved[id(parameter)]
        for name, buffer in part._buffers.items():
            if buffer is not None:
                part._buffers[name] = mode.unfilled_copy(buffer)
    return module


def cuda_trouble() -> str:
    """Why PyTorch trains on no GPU in this process, in one line; empty where it does."""
    try:
        network = to_device(nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)), "cuda")
        network(torch.ones(2, 1, 2, 2, device="cuda")).sum().backward()
        torch.cuda.synchronize()
    except (RuntimeError, AssertionError) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return ""


def to_device(module: nn.Module, device: str) -> nn.Module:
    """`module` on `device`; PyTorch takes no more of a GPU's memory than its share."""
    if torch.device(device).type == "cuda":
        torch.cuda.set_per_process_memory_fraction(MEMORY_SHARE)
    return module.to(device)


def call_in_dtype(dtype: torch.dtype, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call `function` with `dtype` as the default floating dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        return function(*arguments)
    finally:
        torch.set_default_dtype(before)


def no_grad(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    with torch.no_grad():
        return function(*arguments, **keywords)


def as_list(items: Iterable[Any]) -> list[Any]:
    return list(items)


def sequential(*layers: Any) -> nn.Sequential:
    return nn.Sequential(*layers)


def build(expression: str, **layers: Any) -> Any:
    """A network of PyTorch's own layers, as one would write it: one message instead of many.

    `layers` are others that it holds, by the names that they have in it.
    """
    return eval(expression, {"nn": nn, "OrderedDict": OrderedDict, **layers})


def loaded(expression: str, state: dict[str, Tensor]) -> nn.Module:
    """What `build` makes, with the values and the dtype of a state dict."""
    module: nn.Module = build(expression)
    module.to(next(iter(state.values())).dtype).load_state_dict(state)
    return module


def network(*layers: Sequence[Any]) -> nn.Sequential:
    """Layers in a row, in eval mode; ("Conv2d", 3, 4, 3) stands for nn.Conv2d(3, 4, 3)."""
    return nn.Sequential(*(getattr(nn, name)(*sizes) for name, *sizes in layers)).eval()


def with_state(
    state: dict[str, Tensor], build: Callable[..., nn.Module], *arguments: Any, **keywords: Any
) -> nn.Module:
    """The module that `build` builds, with the weights `state`, which have to fit."""
    module = build(*arguments, **keywords)
    load_state_dict(module, state)
    return module


def copies(module: nn.Module, count: int) -> list[nn.Module]:
    """`count` deep copies of a network that has been built once."""
    return [copy.deepcopy(module) for _ in range(count)]


def parameters(module: nn.Module) -> dict[str, Tensor]:
    return dict(module.named_parameters())


def buffers(module: nn.Module) -> dict[str, Tensor]:
    return dict(module.named_buffers())


def state_dict(module: nn.Module) -> dict[str, Tensor]:
    return dict(module.state_dict())


def load_state_dict(module: nn.Module, state: dict[str, Tensor]) -> None:
    """Load `state` strictly; torch's own error where names or shapes differ."""
    module.load_state_dict(state, strict=True)


def module_types(module: nn.Module) -> list[tuple[str, str]]:
    """(name, class with its module) of every submodule, itself first."""
    return [(n, f"{type(m).__module__}.{type(m).__qualname__}") for n, m in module.named_modules()]


def training_modes(module: nn.Module) -> dict[str, bool]:
    return {name: m.training for name, m in module.named_modules()}


def requires_grad(module: nn.Module) -> dict[str, bool]:
    return {name: p.requires_grad for name, p in module.named_parameters()}


def is_same(first: object, second: object) -> bool:
    return first is second


def shares_memory(first: nn.Module, second: nn.Module) -> bool:
    """Whether any parameter or buffer of one lies in the storage of one of the other."""
    pointers = [
        {t.untyped_storage().data_ptr() for t in (*m.parameters(), *m.buffers()) if t.numel()}
        for m in (first, second)
    ]
    return bool(pointers[0] & pointers[1])


def fill_(module: nn.Module, seed: int, scale: float = 0.5) -> None:
    """Fill every parameter with noise and every running statistic with positive noise, in place."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            parameter.copy_(scale * noise)
        for name, buffer in module.named_buffers():
            if buffer.is_floating_point():
                noise = torch.rand(buffer.shape, generator=generator, dtype=torch.float64)
                buffer.copy_(noise + 0.5 if name.endswith("var") else noise - 0.5)


def batches(images: Tensor, labels: Tensor, batch_size: int) -> list[tuple[Tensor, Tensor]]:
    """(images, labels) pairs in the order given; the last may be short."""
    return list(zip(images.split(batch_size), labels.split(batch_size), strict=True))


def fit(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: Callable[..., torch.optim.Optimizer],
    *,
    epochs: int,
    batch_size: int,
    **options: Any,
) -> list[float]:
    """Train `model` by `optimizer(parameters, **options)` and cross-entropy, where the model is.

    The mean loss of each epoch.
    """
    device = next(model.parameters()).device
    images, labels = images.to(device), labels.to(device)
    steps = optimizer(model.parameters(), **options)
    model.train()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in batches(images, labels, batch_size):
            loss = F.cross_entropy(model(x), y)
            steps.zero_grad()
            loss.backward()
            steps.step()
            total += loss.item() * len(y)
        losses.append(total / len(labels))
    return losses


def logits(model: nn.Module, images: Tensor, batch_size: int = 256) -> Tensor:
    """The model's outputs in eval mode, without gradients, on the CPU."""
    images = images.to(next(model.parameters()).device)
    model.eval()
    with torch.no_grad():
        return torch.cat([model(x) for x in images.split(batch_size)]).cpu()


def logits_by_batch(model: nn.Module, images: Tensor) -> Tensor:
    """The model's outputs in train mode, without gradients, on the CPU.

    After a few steps of training, running statistics still lag behind the weights.
    """
    images = images.to(next(model.parameters()).device)
    with torch.no_grad():
        output: Tensor = model.train()(images)
    return output.cpu()


def repeat(times: int, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> list[Any]:
    """`times` calls in one message."""
    return [function(*arguments, **keywords) for _ in range(times)]


def assign(module: nn.Module, values: dict[str, Tensor]) -> None:
    """Copy values into the parameters and buffers of these names, in place."""
    with torch.no_grad():
        for name, value in values.items():
            operator.attrgetter(name)(module).copy_(value)


def leaves(module: nn.Module) -> list[nn.Module]:
    """The submodules that have none of their own, in order."""
    return [m for m in module.modules() if next(m.children(), None) is None]


def weighted_leaves(module: nn.Module) -> list[nn.Module]:
    """Those of `leaves` that have parameters or buffers."""
    return [leaf for leaf in leaves(module) if leaf.state_dict()]


def states_of_leaves(module: nn.Module) -> list[dict[str, Tensor]]:
    """The state dict of each of `weighted_leaves`."""
    return [state_dict(leaf) for leaf in weighted_leaves(module)]


def pairs_sharing_memory(modules: Sequence[nn.Module]) -> list[tuple[int, int]]:
    """The places of every two different modules that share some."""
    return [
        (i, j)
        for j, second in enumerate(modules)
        for i, first in enumerate(modules[:j])
        if first is not second and shares_memory(first, second)
    ]


def parameter_identities(module: nn.Module) -> dict[str, int]:
    return {name: id(p) for name, p in module.named_parameters()}


def load_matching(module: nn.Module, state: dict[str, Tensor]) -> None:
    """Copy what of `state` has a place of that name and shape; a parameter it lacks becomes 0."""
    with torch.no_grad():
        for name, value in module.state_dict(keep_vars=True).items():
            if name in state and state[name].shape == value.shape:
                value.copy_(state[name])
            elif isinstance(value, nn.Parameter):
                value.zero_()


def matched(module: nn.Module, state: dict[str, Tensor]) -> nn.Module:
    """`module` in float64 with what of `state` has a place in it."""
    load_matching(module.double(), state)
    return module


def initialise_(module: nn.Module, seed: int) -> None:
    """Draw every weight with a fan-in anew, and set every bias to 0; scales stay.

    Channels are mixed orthogonally in a kernel's middle, and its other taps are 0 (Xiao et al.
    2018), so that plain networks of many layers learn from their first steps.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() > 1:
                rows, columns = p.shape[:2]
                square = torch.randn(max(rows, columns), max(rows, columns), generator=generator)
                mixing = math.sqrt(2) * torch.linalg.qr(square).Q[:rows, :columns]
                taps = torch.zeros(rows, columns, math.prod(p.shape[2:]))
                taps[:, :, taps.shape[2] // 2] = mixing
                p.copy_(taps.reshape(p.shape))
            elif name.endswith("bias"):
                p.zero_()


NOISE = 65_537  # numbers in a stretch of noise: a prime, so that no two rows of a weight are equal


def fill_by_size_(
    module: nn.Module, seed: int, *, positive: bool = False, center_only: bool = False
) -> None:
    """Fill every parameter, in place, with tiled noise that depends on its size only.

    So layers are comparable whatever they are called and in whatever order they are registered.
    Weights are scaled by their fan-in; with `positive`, every weight is positive and biases are 0;
    with `center_only`, kernels are 0 but for their middle.
    """
    drawn = torch.randn(NOISE, generator=torch.Generator().manual_seed(seed))
    weights = 1 + drawn.tanh().abs() if positive else drawn
    biases = torch.zeros(NOISE) if positive else 0.2 * drawn
    with torch.no_grad():
        for p in module.parameters():
            if max(p.shape) == p.numel():
                p.copy_(repeated(biases, p.shape))
                continue
            fan_in = p[0].numel()
            noise = repeated(weights, p.shape) / (fan_in if positive else fan_in**0.5)
            if center_only and p.dim() == 4:
                middle = torch.zeros_like(noise)
                middle[:, :, p.shape[2] // 2, p.shape[3] // 2] = noise.sum(dim=(2, 3))
                noise = middle
            p.copy_(noise)


def narrow_(module: nn.Module, widths: dict[int, int]) -> nn.Module:
    """Make every axis of a parameter that is as long as a key of `widths` as long as its value.

    The layers do not notice. The values are left open; returns the module.
    """
    for p in module.parameters():
        p.data = p.data.new_empty([widths.get(size, size) for size in p.shape])
    return module


def unfed_weights(
    module: nn.Module, x: Tensor, shapes: Sequence[Sequence[int]], calls: int
) -> list[list[Tensor]]:
    """What did not feed the weights that have as many elements as each of `shapes`.

    A shape is (out, in, h, w). Of each weight a tensor of booleans, (calls, in, h, w): where its
    gradient is zero for every output, as it is where all that the weight multiplied was zero.
    """
    found: list[dict[str, list[Tensor]]] = [{} for _ in shapes]
    for _ in range(calls):
        for name, gradient in vjp(module, x)["parameters"].items():
            for masks, shape in zip(found, shapes, strict=True):
                if gradient is not None and gradient.numel() == math.prod(shape):
                    fed = gradient.reshape(tuple(shape)).abs().amax(0)
                    masks.setdefault(name, []).append(fed == 0)
    return [[torch.stack(masks) for masks in by_name.values()] for by_name in found]


def several(*calls: Sequence[Any]) -> list[Any]:
    """Several calls in one message, each a function and its arguments.

    They all are over before any result is sent: an object shows what later ones did to it.
    """
    return [function(*arguments) for function, *arguments in calls]


def attributes(thing: object, *names: str) -> dict[str, Any]:
    """Several attributes in one message."""
    return {name: getattr(thing, name) for name in names}


def one_pass(items: Iterable[Any]) -> Iterator[Any]:
    """An iterator without a length, good for one pass."""
    yield from items


def itself(value: object) -> object:
    """`value` again, whose classes the answer then names."""
    return value


def one_by_one(images: Tensor, labels: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of one image each, without a length and good for one pass."""
    yield from batches(images, labels, 1)


class ForwardLog:
    """What a module did at each call: its modes, and where and how its output was made."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def note(self, module: nn.Module, output: Tensor) -> None:
        self.calls.append(
            {
                "modes": training_modes(module),
                "device": output.device.type,
                "requires_grad": output.requires_grad,
                "weights": _sum_of_sizes(module),
            }
        )


def _sum_of_sizes(module: nn.Module) -> float | None:
    """One number that changes with the parameters; None on `meta`."""
    with torch.no_grad():
        sizes = [parameter.double().abs().sum() for parameter in module.parameters()]
    return None if any(size.is_meta for size in sizes) else float(sum(sizes))


def log_forwards(module: nn.Module) -> ForwardLog:
    """Keep a log of the calls of `module`, direct ones of `forward` and its deep copies' included.

    Its class becomes one derived from its own.
    """
    log = ForwardLog()
    cls = type(module)

    def forward(self: nn.Module, *inputs: Any, **keywords: Any) -> Tensor:
        output: Tensor = cls.forward(self, *inputs, **keywords)
        log.note(self, output)
        return output

    module.__class__ = type(cls.__name__, (cls,), {"forward": forward})
    return log


def parameter_names(module: nn.Module, parameters_of: Callable[[nn.Module], Any]) -> list[str]:
    """The names of the parameters that `parameters_of(module)` lists; "?" for a foreign tensor."""
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    return [names.get(id(parameter), "?") for parameter in parameters_of(module)]


def fill_gradients_(module: nn.Module, value: float) -> None:
    """Leave a gradient of `value` everywhere on every parameter, as earlier training would."""
    for parameter in module.parameters():
        parameter.grad = torch.full_like(parameter, value)


def gradients(module: nn.Module) -> dict[str, Tensor | None]:
    return {name: parameter.grad for name, parameter in module.named_parameters()}


class _UnfilledWeights(TorchFunctionMode):
    """Leaves out the random filling of new weights, most of the time that a large network takes."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        keywords = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in RANDOM_FILLS:
            return args[0] if args else keywords["tensor"]
        if name in CONSTANT_FILLS and args[0].is_meta:
            return args[0]
        return func(*args, **keywords)


RANDOM_FILLS = frozenset(
    f"{name}_"
    for name in (
        *("uniform", "normal", "trunc_normal"),
        *("kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal"),
    )
)
CONSTANT_FILLS = frozenset({"fill_", "zero_"})  # without effect, but slow, on `meta`


def unfilled(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call `function`, which builds a network, without filling its weights with random numbers."""
    with _UnfilledWeights():
        return function(*arguments, **keywords)


def state_shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter and buffer in the state dict, without their values."""
    return {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}


def parameter_shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}


def resize_(module: nn.Module, sizes: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    """Give each parameter, in their order, the second shape of its pair; it has to have the first.

    What a layer keeps of each output channel is cut to the new number. The values are left open.
    """
    parameters = list(module.parameters())
    if [tuple(p.shape) for p in parameters] != [before for before, _ in sizes]:
        raise ValueError("the parameters have other shapes")
    after = {id(p): shape for p, (_, shape) in zip(parameters, sizes, strict=True)}
    for part in module.modules():
        own = [p for p in part.parameters(recurse=False) if p.ndim == 1]
        for buffer in part.buffers(recurse=False):
            for parameter in own:
                if parameter.shape == buffer.shape:
                    buffer.data = buffer.data[: after[id(parameter)][0]].clone()
                    break
    for parameter in parameters:
        parameter.data = parameter.data.new_empty(after[id(parameter)])


def tiled_noise(shape: Sequence[int], place: int) -> Tensor:
    """Weights for the tensor at `place` of a network, scaled to keep activations in range.

    One stretch of noise, repeated if need be: quickly made, and the same wherever it is made.
    """
    size = min(math.prod(shape), NOISE)
    stretch = torch.randn(size, generator=torch.Generator().manual_seed(place))
    stretch *= math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 0.5
    return repeated(stretch, shape)


def repeated(stretch: Tensor, shape: Sequence[int]) -> Tensor:
    """A tensor filled with as many copies of `stretch` as fit, and a part of one."""
    size = math.prod(shape)
    if size > len(stretch):
        stretch = stretch.repeat(size // len(stretch) + 1)
    return stretch[:size].reshape(tuple(shape))


def fill_tiled_(module: nn.Module, names: Sequence[str] | None = None) -> None:
    """Fill the parameters called `names`, by default all in their order, with tiled noise."""
    with torch.no_grad():
        for place, name in enumerate(names or [n for n, _ in module.named_parameters()]):
            parameter = module.get_parameter(name)
            parameter.copy_(tiled_noise(parameter.shape, place))


def fill_sparse_(module: nn.Module, name: str, places: Tensor, values: Tensor) -> None:
    """Make a parameter zero but for `values` at `places`, a column of indices each.

    Zeros that nobody writes take no memory, however large the parameter is.
    """
    parameter = module.get_parameter(name)
    zeros = torch.from_numpy(np.zeros(tuple(parameter.shape), np.float32))
    zeros[tuple(places)] = values
    parameter.data = zeros


def fill_identity_(module: nn.Module) -> None:
    """Make every convolution pass its first channels on as they are, in place."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
            if parameter.ndim == 4:
                centre = parameter[:, :, parameter.shape[2] // 2, parameter.shape[3] // 2]
                centre.fill_diagonal_(1)


def hook_counts(module: nn.Module) -> dict[str, int]:
    """How many hooks each submodule has, and how many all modules share under the name "*".

    A `forward` of the instance's own, in the place of its class's, is one of them.
    """
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    counts = {
        name: sum(len(getattr(m, kind)) for kind in kinds) + ("forward" in vars(m))
        for name, m in module.named_modules()
    }
    shared = ("_global_forward_hooks", "_global_forward_pre_hooks")
    counts["*"] = sum(len(getattr(nn.modules.module, k)) for k in shared)
    return counts


def add_hook(module: nn.Module) -> None:
    module.register_forward_hook(lambda *_: None)


def torchvision_model(name: str, **keywords: Any) -> nn.Module:
    with trusted():
        model: nn.Module = getattr(torchvision.models, name)(**keywords)
    return model


def derived(cls: type[nn.Module], *arguments: Any, **keywords: Any) -> nn.Module:
    """An object of a new class derived from `cls`, whose forward doubles the output."""

    def forward(self: nn.Module, x: Tensor) -> Tensor:
        output: Tensor = cls.forward(self, x)
        return 2 * output

    made: nn.Module = type(f"Derived{cls.__name__}", (cls,), {"forward": forward})(
        *arguments, **keywords
    )
    return made


class Repeated(nn.Module):
    """Applies one layer several times in a row."""

    def __init__(self, layer: nn.Module, times: int) -> None:
        super().__init__()
        self.layer = layer
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(self.times):
            x = self.layer(x)
        return x


class PixelRows(nn.Module):
    """(N, C, H, W) to the rows (N, H * W, C), one per pixel."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(2).transpose(1, 2)


class Quarters(nn.Module):
    """Cuts each image into four and applies `layer` to them as one batch."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        halves = x.chunk(2, dim=2)
        quarters = [quarter for half in halves for quarter in half.chunk(2, dim=3)]
        result: Tensor = self.layer(torch.cat(quarters))
        return result


class Idle(nn.Module):
    """Holds a layer that it never calls, and works with weights of its own."""

    def __init__(self, layer: nn.Module, channels: int) -> None:
        super().__init__()
        self.layer = layer
        self.weight = nn.Parameter(torch.zeros(channels, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight)


def sharing(first: nn.Module, second: nn.Module) -> nn.Sequential:
    """Two layers of the same shape that share their weight."""
    second.weight = first.weight
    return nn.Sequential(first, second)


def names_sharing_memory(first: nn.Module, second: nn.Module) -> list[str]:
    """The parameters and buffers of `second` that lie in the storage of one of `first`."""
    of_first = {t.untyped_storage().data_ptr() for t in first.state_dict().values() if t.numel()}
    named = second.state_dict().items()
    return [name for name, t in named if t.numel() and t.untyped_storage().data_ptr() in of_first]


def stay(mode: bool = True) -> None:
    """In place of a module's `train`: the mode stays as it is."""


class _RandomDevices(TorchDispatchMode):
    """The devices of the tensors that random operators fill."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self.devices: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if torch.Tag.nondeterministic_seeded in func.tags and isinstance(result, Tensor):
            self.devices.add(result.device.type)
        return result


def random_devices(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> list[str]:
    """Call `function` and return where it drew random numbers, by torch's operators."""
    with _RandomDevices() as seen:
        function(*arguments, **keywords)
    return sorted(seen.devices)


def fill_statistics_(module: nn.Module, mean: float, variance: float) -> None:
    """Set every running mean and variance of `module`, in place."""
    for name, buffer in module.named_buffers():
        if name.endswith("running_mean"):
            buffer.fill_(mean)
        elif name.endswith("running_var"):
            buffer.fill_(variance)


class Batches:
    """An iterable that can be gone through again and again, but has no length and no items.

    Each pass goes through the next of `passes`, and those after the last through that one again,
    as a loader does that shuffles or augments.
    """

    def __init__(self, *passes: Iterable[Any]) -> None:
        self._passes = [list(items) for items in passes]
        self._begun = 0

    def __iter__(self) -> Iterator[Any]:
        items = self._passes[min(self._begun, len(self._passes) - 1)]
        self._begun += 1
        return iter(items)


class GradientLog:
    """The size of a parameter's gradient, each time that `backward()` has added to it."""

    def __init__(self) -> None:
        self.sizes: list[float] = []


def log_gradients(module: nn.Module) -> GradientLog:
    """Keep a log of the gradient of the first parameter; empty where no `backward()` is called."""
    log = GradientLog()

    def note(parameter: Tensor) -> None:
        if parameter.grad is not None:
            log.sizes.append(float(parameter.grad.norm()))

    next(module.parameters()).register_post_accumulate_grad_hook(note)
    return log


MANY_VALUES = 10_000


def outcomes(function: Callable[..., Any], calls: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Call `function` with each of these arguments: (value,), or (None, types, message).

    The latter for an error; its types are the names of its classes, its own first. `OverflowError`
    where an answer is a list of very many: all of them together would be too much to hold.
    """
    found: list[tuple[Any, ...]] = []
    for arguments in calls:
        try:
            value = function(*arguments)
        except BaseException as error:
            types = [cls.__qualname__ for cls in type(error).__mro__ if cls is not object]
            found.append((None, types, str(error)[:500]))
            continue
        if isinstance(value, list | tuple | dict) and len(value) > MANY_VALUES:
            raise OverflowError(f"an answer of {len(value)} values")
        found.append((value,))
    return found
