"""Cases of fake CUDA tensors, which `test_fake.py` runs in a process of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode, unset_fake_temporarily
from torch.nn import functional as F

from autograder.worker import tools
from autograder.worker.fake import MAKERS, RUN_ON_CPU, RUN_ON_META, FakeMode
from autograder.worker.zygote import fake_cuda_works


@pytest.fixture
def mode() -> Iterator[FakeMode]:
    if not fake_cuda_works():
        pytest.skip("this build of torch ends when a network runs on fake CUDA tensors")
    mode = FakeMode(allow_non_fake_inputs=True)
    with mode:
        yield mode


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_returns_what_the_real_one_does(
    dtype: torch.dtype, affine: bool, training: bool
) -> None:
    def outputs(device: str) -> list[tuple[object, ...]]:
        x = torch.zeros(2, 3, 4, 5, dtype=dtype, device=device)
        x = x.to(memory_format=torch.channels_last)
        weight, mean, variance = (torch.ones(3, dtype=dtype, device=device) for _ in range(3))
        scale = (weight, weight) if affine else (None, None)
        found = torch.native_batch_norm(x, *scale, mean, variance, training, 0.1, 1e-5)
        return [(t.shape, t.dtype, t.device.type) for t in found]

    expected = [(shape, kind, "cuda") for shape, kind, _ in outputs("cpu")]
    with FakeMode():
        assert outputs("cuda") == expected


@pytest.mark.usefixtures("mode")
def test_batch_norm_refuses_a_mix_of_devices() -> None:
    norm = tools.to_fake_cuda(nn.BatchNorm2d(3))
    norm.running_mean = torch.zeros(3)
    with pytest.raises(RuntimeError, match="device"):
        norm(torch.zeros(2, 3, 4, 4, device="cuda"))


@pytest.mark.usefixtures("mode")
def test_a_network_on_fake_cuda_is_as_it_was() -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
    network[0].weight.data = network[0].weight.data.to(memory_format=torch.channels_last)
    network[0].bias.requires_grad_(False)
    network.add_module("again", network[0])
    before = [(p.shape, p.stride(), p.dtype, p.requires_grad) for p in network.parameters()]
    tools.to_fake_cuda(network)
    parameters = list(network.parameters())
    assert [(p.shape, p.stride(), p.dtype, p.requires_grad) for p in parameters] == before
    assert all(isinstance(p, nn.Parameter) for p in parameters)
    assert {t.device.type for t in network.state_dict().values()} == {"cuda"}
    assert network.again.weight is network[0].weight
    assert network[1].num_batches_tracked.dtype == torch.int64


def _operations() -> dict[str, Callable[[Callable[..., Tensor]], object]]:
    """By operator, a use of it on what `make(*shape)` makes on fake CUDA."""
    binary = ("add", "sub", "mul", "div", "lt", "le", "gt", "ge", "eq", "ne")
    in_place = ("add_", "sub_", "mul_", "div_")
    unary = ("neg", "sqrt", "rsqrt", "reciprocal", "exp", "log", "abs", "tanh")
    more_unary = ("sigmoid", "relu", "relu_", "logical_not", "zero_", "uniform_", "normal_")
    like = ("empty_like", "zeros_like", "ones_like", "rand_like")
    new = ("new_empty", "new_zeros", "new_ones")

    def channels_last(make: Callable[..., Tensor]) -> Tensor:
        return make(2, 3, 4, 4).contiguous(memory_format=torch.channels_last)

    def dropout(make: Callable[..., Tensor]) -> Tensor:
        return F.dropout(make(3, 4), 0.5)

    return {
        **{n: lambda make, n=n: getattr(channels_last(make), n)(make(1, 3, 1, 1)) for n in binary},
        **{n: lambda make, n=n: getattr(channels_last(make), n)(make(3, 1, 1)) for n in in_place},
        **{n: lambda make, n=n: getattr(channels_last(make), n)() for n in unary + more_unary},
        **{n: lambda make, n=n: getattr(torch, n)(channels_last(make)) for n in like},
        **{n: lambda make, n=n: getattr(make(2), n)((3, 4)) for n in new},
        "pow": lambda make: channels_last(make) ** 3,
        "clamp": lambda make: make(2, 3).clamp(0, 1),
        "clamp_min": lambda make: make(2, 3).clamp_min(0),
        "lerp": lambda make: make(2, 3).lerp(make(3), 0.1),
        "lerp_": lambda make: make(2, 3).lerp_(make(2, 3), 0.1),
        "addcmul": lambda make: torch.addcmul(make(2, 3), make(3), make(2, 1)),
        "where": lambda make: torch.where(make(2, 1) > 0, make(3), make(2, 3)),
        "masked_fill": lambda make: make(2, 3).masked_fill(make(3) > 0, 0.0),
        "mean": lambda make: (make(2, 3).mean(), make(2, 3, 4).mean((0, 2), keepdim=True)),
        "sum": lambda make: (make(2, 3) > 0).sum(1),
        "var": lambda make: make(2, 3, 4).var((0, 2), correction=0),
        "var_mean": lambda make: torch.var_mean(make(2, 3, 4), (0, 2)),
        "amax": lambda make: make(2, 3).amax(1),
        "_softmax": lambda make: make(2, 3).softmax(1),
        "_log_softmax": lambda make: make(2, 3).log_softmax(1),
        "convolution": lambda make: F.conv2d(
            make(2, 4, 7, 7), make(6, 2, 3, 3), make(6), 2, 1, 1, 2
        ),
        "mm": lambda make: make(2, 3) @ make(3, 4),
        "bmm": lambda make: make(5, 2, 3) @ make(5, 3, 4),
        "addmm": lambda make: F.linear(make(2, 3), make(4, 3), make(4)),
        "max_pool2d_with_indices": lambda make: F.max_pool2d(channels_last(make), 3, 2, 1),
        "avg_pool2d": lambda make: F.avg_pool2d(make(2, 3, 5, 5), 2),
        "_adaptive_avg_pool2d": lambda make: F.adaptive_avg_pool2d(make(2, 3, 5, 5), 2),
        "cat": lambda make: torch.cat([make(2, 3), make(1, 3)]),
        "native_dropout": dropout,
        "bernoulli": lambda make: make(2, 3).bernoulli(),
        "bernoulli_": lambda make: make(2, 3).bernoulli_(0.5),
        "view": lambda make: make(2, 3, 4).view(2, -1),
        "_unsafe_view": lambda make: make(2, 3, 4) @ make(4, 5),
        "as_strided": lambda make: make(12).as_strided((2, 3), (1, 4)),
        "t": lambda make: make(2, 3).t(),
        "transpose": lambda make: make(2, 3, 4).transpose(0, 2),
        "permute": lambda make: make(2, 3, 4).permute(2, 0, 1),
        "expand": lambda make: make(3, 1).expand(2, 3, 4),
        "squeeze": lambda make: make(2, 1, 3).squeeze(1),
        "unsqueeze": lambda make: make(2, 3).unsqueeze(1),
        "slice": lambda make: make(4, 6)[1:, ::2],
        "detach": lambda make: make(2, 3).detach(),
        "alias": lambda make: torch.ops.aten.alias(make(2, 3)),
        "clone": lambda make: make(2, 3).t().clone(),
        "copy_": lambda make: make(2, 3).copy_(make(3)),
        "fill_": lambda make: make(2, 3).fill_(1.0),
        "full_like": lambda make: torch.full_like(make(2, 3).t(), 2.0),
        "new_full": lambda make: make(2).new_full((3,), 2.0),
    }


class Counted(FakeMode):
    """Remembers which operators it ran itself."""

    def __init__(self, **options: bool) -> None:
        super().__init__(**options)
        self.run: set[str] = set()

    def _run(self, func: Any, args: Any, kwargs: Any) -> Any:
        self.run.add(func._opname)
        return super()._run(func, args, kwargs)


def _looks(outputs: object) -> list[tuple[object, ...]]:
    tensors = outputs if isinstance(outputs, tuple) else (outputs,)
    return [(t.shape, t.stride(), t.storage_offset(), t.dtype, t.device) for t in tensors]


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_operators_run_here_give_what_pytorch_s_own_fake_tensors_do(dtype: torch.dtype) -> None:
    def make(*shape: int) -> Tensor:
        return torch.empty(*shape, dtype=dtype, device="cuda")

    ran: set[str] = set()
    with unset_fake_temporarily():
        for name, use in _operations().items():
            with FakeTensorMode():
                expected = _looks(use(make))
            with Counted() as mode:
                assert _looks(use(make)) == expected, name
            assert name in mode.run
            ran |= mode.run
    assert ran == RUN_ON_META | RUN_ON_CPU


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize("device", ["cpu", "cuda", "meta", None])
def test_tensors_are_made_as_pytorch_s_own_fake_ones_are(device: str | None) -> None:
    calls: dict[Any, tuple[Any, ...]] = {
        torch.ops.aten.full.default: ((2, 3), 1.0),
        torch.ops.aten.empty_strided.default: ((2, 3), (1, 2)),
    }
    options = {} if device is None else {"device": torch.device(device)}
    with unset_fake_temporarily():
        for maker in MAKERS:
            arguments = calls.get(maker, ((2, 3),))
            with FakeTensorMode():
                expected = _looks(maker(*arguments, dtype=torch.float16, **options))
            with FakeMode():
                assert _looks(maker(*arguments, dtype=torch.float16, **options)) == expected


@pytest.mark.usefixtures("mode")
def test_a_mix_of_devices_is_refused() -> None:
    x, w = torch.empty(2, 3, device="cuda"), torch.empty(2, 3)
    for use in (torch.add, torch.mul, lambda a, b: torch.cat([a, b])):
        with pytest.raises(RuntimeError, match="device"):
            use(x, w)
    assert (x * torch.tensor(2.0)).device.type == "cuda"  # one number may come from the CPU
    assert x.copy_(w).device.type == "cuda"


@pytest.mark.usefixtures("mode")
def test_what_is_written_in_place_is_the_tensor_itself() -> None:
    x, y = torch.empty(2, 3, device="cuda"), torch.empty(2, 3, device="cuda")
    assert x.add_(y) is x
    empty = torch.empty(0, device="cuda")
    assert torch.mul(x, y, out=empty) is empty
    assert empty.shape == x.shape
    with pytest.raises(RuntimeError, match=r"size|shape|broadcast"):
        x.add_(torch.empty(4, 3, device="cuda"))


def test_operators_run_here_draw_no_random_number() -> None:
    before = torch.get_rng_state()
    with FakeMode():
        x = torch.empty(2, 3, device="cuda")
        torch.addmm(x[:, 0], x, x.t()).mul(2).bernoulli()
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.usefixtures("mode")
def test_many_numbers_take_no_memory() -> None:
    x = torch.empty(2**20, 2**20, device="cuda")
    assert (x * 2 + x).relu().shape == x.shape
