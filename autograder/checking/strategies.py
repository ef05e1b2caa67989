"""Hypothesis strategies, named after what they draw. They shrink to small shapes."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch import Tensor

from autograder.checking.expression import seeded


def noise(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Standard normal noise of `shape`, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(shape, generator=generator, dtype=torch.float64)
    return seeded(values.to(dtype), seed)


def seeds() -> SearchStrategy[int]:
    return st.integers(0, 2**16)


def tensors(
    *sizes: SearchStrategy[int], dtype: torch.dtype = torch.float64
) -> SearchStrategy[Tensor]:
    """Noise whose axes have the drawn sizes."""

    def build(shape: tuple[int, ...], seed: int) -> Tensor:
        return noise(*shape, seed=seed, dtype=dtype)

    return st.builds(build, st.tuples(*sizes), seeds())


def image_batches(
    *,
    batch: tuple[int, int] = (1, 4),
    channels: tuple[int, int] = (1, 4),
    height: tuple[int, int] = (1, 6),
    width: tuple[int, int] = (1, 6),
    dtype: torch.dtype = torch.float64,
) -> SearchStrategy[Tensor]:
    """Images (N, C, H, W), each size between the two bounds, the ends included."""
    ranges = (batch, channels, height, width)
    return tensors(*(st.integers(low, high) for low, high in ranges), dtype=dtype)
