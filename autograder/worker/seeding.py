"""Torch's random numbers, begun anew at a cost that each example of each check can bear."""

from __future__ import annotations

import torch


def seed_torch(seed: int) -> None:
    """As `torch.manual_seed`, but devices that are not in use are left alone.

    For those, `torch.manual_seed` keeps the seed until they are, each time with the text of the
    whole stack: some milliseconds.
    """
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
