import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p < 0 or p > 1:
        raise ValueError(f"p={p}")
    if x.ndim != 4:
        raise ValueError(f"x has {x.ndim} axes")
    device = generator.device if generator is not None else x.device
    integers = torch.randint(0, 2**32, x.shape[:2], device=device, generator=generator)
    gone = (integers < int(p * 2**32)).to(x.device).unsqueeze(-1).unsqueeze(-1)
    scaled = x / (1 - p) if p != 1 else x
    return torch.where(gone, torch.zeros((), dtype=x.dtype, device=x.device), scaled)
