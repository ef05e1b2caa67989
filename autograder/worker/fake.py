"""Fake CUDA tensors: of shape, dtype and device only, they find device mistakes without a GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode, unset_fake_temporarily

CUDA = torch.device("cuda")
BATCH_NORM = torch.ops.aten.native_batch_norm.default


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
        if func is BATCH_NORM and len({a.device for a in args if isinstance(a, Tensor)}) == 1:
            with self:
                return batch_norm_like(*args)
        return super().__torch_dispatch__(func, types, args, kwargs or {})

    def unfilled_copy(self, tensor: Tensor, requires_grad: bool = False) -> Tensor:
        """A tensor like `tensor` on fake CUDA, made by hand: by operators it takes far longer."""
        with unset_fake_temporarily():
            layout = (tensor.shape, tensor.stride())
            meta = torch.empty_strided(*layout, dtype=tensor.dtype, device="meta")
        fake: Tensor = self.fake_tensor_converter.from_meta_and_device(self, meta, CUDA)
        return fake.requires_grad_(requires_grad)


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
