import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p < 0 or p > 1:
        raise ValueError(f"p={p}")
    if x.ndim != 4:
        raise ValueError(f"x has {x.ndim} axes")
    if not training:
        p = 0.0
    source = x if generator is None else generator
    keep = torch.rand(x.shape[:2], device=source.device, generator=generator) >= p
    weight = keep.to(x.device, torch.double) / (1 - p if p < 1 else 1)
    return torch.einsum("nchw,nc->nchw", x, weight.to(x.dtype))
