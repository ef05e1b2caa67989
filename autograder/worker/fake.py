"""Fake CUDA tensors: of shape, dtype and device only, they find device mistakes without a GPU.

PyTorch's own fake tensors take a fraction of a millisecond for each operator and several for the
first of its kind, which each worker calls. What networks do most is done here directly, where all
tensors are on fake CUDA; the rest, a mix of devices above all, is left to PyTorch.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import (
    FakeTensor,
    FakeTensorMode,
    in_kernel_invocation_manager,
    unset_fake_temporarily,
)

CUDA = torch.device("cuda")
CPU, META = torch.device("cpu"), torch.device("meta")
ATEN = torch.ops.aten
BATCH_NORM = ATEN.native_batch_norm.default
DEVICE_OF = torch.ops.prim.device.default
# Of these, the kernels for `meta` say all that there is to say of the outputs.
RUN_ON_META = frozenset(
    (
        *("add_", "sub_", "mul_", "div_", "relu_", "lerp_", "zero_", "fill_", "copy_"),
        *("sum", "var", "var_mean", "amax", "_softmax", "_log_softmax", "cat", "bmm"),
        *("convolution", "max_pool2d_with_indices", "avg_pool2d", "_adaptive_avg_pool2d"),
        *("native_dropout", "bernoulli", "bernoulli_", "uniform_", "normal_"),
        *("view", "_unsafe_view", "as_strided", "t", "transpose", "permute", "expand", "squeeze"),
        *("unsqueeze", "slice", "detach", "alias", "clone"),
        *("empty_like", "zeros_like", "ones_like", "rand_like", "full_like"),
        *("new_empty", "new_zeros", "new_ones", "new_full"),
    )
)
# And of these they are written in Python, and slow: on few numbers, whatever they are, the kernels
# for the CPU take a tenth of the time.
RUN_ON_CPU = frozenset(
    (
        *("add", "sub", "mul", "div", "pow", "neg", "sqrt", "rsqrt", "reciprocal", "exp", "log"),
        *("abs", "tanh", "sigmoid", "relu", "clamp", "clamp_min", "lerp", "addcmul"),
        *("lt", "le", "gt", "ge", "eq", "ne", "logical_not", "where", "masked_fill"),
        *("mean", "mm", "addmm"),
    )
)
FEW = 2**16
MAKERS = frozenset(
    {
        *(ATEN.empty.memory_format, ATEN.empty_strided.default, ATEN.zeros.default),
        *(ATEN.ones.default, ATEN.full.default, ATEN.rand.default, ATEN.randn.default),
    }
)


class FakeMode(FakeTensorMode):
    """Fake tensors whose copies stay in the same mode, as `copy.deepcopy` of a network needs.

    With `allow_non_fake_inputs`, a tensor made outside the mode, by a module's import say, counts
    as one on the CPU.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> FakeMode:
        return self

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if func is DEVICE_OF and type(args[0]) is FakeTensor:
            return args[0].fake_device
        if func in MAKERS:
            made = self._make(func, args, **kwargs)
            if made is not None:
                return made
        is_ours = func is BATCH_NORM or _is_aten(func, RUN_ON_META) or _is_aten(func, RUN_ON_CPU)
        if is_ours and self._are_all_on_cuda((*args, *kwargs.values())):
            return self._run(func, args, kwargs)
        return super().__torch_dispatch__(func, types, args, kwargs)

    def _are_all_on_cuda(self, values: Iterable[object]) -> bool:
        """Whether there are tensors among the arguments, each on fake CUDA, and no other device."""
        found = False
        for value in _each(values):
            if (
                isinstance(value, FakeTensor)
                and value.fake_mode is self
                and value.fake_device.type == CUDA.type
                and value.constant is None
            ):
                found = True
            elif isinstance(value, Tensor | torch.device | torch.Generator):
                return False
        return found

    def _run(self, func: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What `func` returns, on fake CUDA."""
        if func is BATCH_NORM:
            with self:
                return batch_norm_like(*args)
        if _is_aten(func, RUN_ON_CPU) and not any(map(_is_large, args)):
            given = {name: _on_cpu(value) for name, value in kwargs.items()}
            like = func(*map(_on_cpu, args), **given)
            return self._placed(_unfilled(like, META), CUDA)
        with in_kernel_invocation_manager(self):
            outputs = func(*args, **kwargs)
        if isinstance(outputs, tuple | list):
            return type(outputs)(map(self._on_cuda, outputs))
        return self._on_cuda(outputs)

    def _on_cuda(self, tensor: Tensor) -> Tensor:
        if type(tensor) is FakeTensor:  # an argument, written in place
            return tensor
        return self._placed(tensor, CUDA)

    def _placed(self, meta: Tensor, device: torch.device) -> Tensor:
        fake: Tensor = self.fake_tensor_converter.from_meta_and_device(self, meta, device)
        return fake

    def _make(
        self, func: OpOverload, args: Sequence[Any], device: object = None, **kwargs: Any
    ) -> Tensor | None:
        """What a maker of tensors returns; None where the device is another than CPU and CUDA."""
        place = CPU if device is None else torch.device(str(device))
        if place not in (CPU, CUDA, torch.device("cuda:0")):
            return None
        with in_kernel_invocation_manager(self):
            meta = func(*args, device=META, **kwargs)
        return self._placed(meta, place)

    def unfilled_copy(self, tensor: Tensor, requires_grad: bool = False) -> Tensor:
        """A tensor like `tensor` on fake CUDA, made by hand: by operators it takes far longer."""
        with unset_fake_temporarily():
            meta = _unfilled(tensor, META)
        return self._placed(meta, CUDA).requires_grad_(requires_grad)


def _unfilled(tensor: Tensor, device: torch.device) -> Tensor:
    layout = (tensor.shape, tensor.stride())
    return torch.empty_strided(*layout, dtype=tensor.dtype, device=device)


def _on_cpu(value: object) -> object:
    return _unfilled(value, CPU) if isinstance(value, Tensor) else value


def _is_large(value: object) -> bool:
    return isinstance(value, Tensor) and value.numel() > FEW


@functools.cache
def _is_aten(func: object, names: frozenset[str]) -> bool:
    """Whether it is an operator of one of these names, that writes its outputs nowhere else."""
    if not isinstance(func, OpOverload) or "out" in func._overloadname:
        return False
    return func.namespace == "aten" and func._opname in names


def _each(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, tuple | list):
            yield from _each(value)
        else:
            yield value


def batch_norm_like(
    x: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    *_: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """What batch normalisation returns, without the dozen operators that PyTorch takes for it."""
    kind = x if weight is None else weight
    statistics = [kind.new_empty(x.shape[1] if training else 0) for _ in range(2)]
    return torch.empty_like(x), statistics[0], statistics[1]
