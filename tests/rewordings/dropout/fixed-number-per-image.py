import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p < 0 or p > 1:
        raise ValueError(f"p={p}")
    if x.ndim != 4:
        raise ValueError(f"x has {x.ndim} axes")
    if not training:
        return x
    channels = x.shape[1]
    count = int(p * channels + 0.5)
    device = x.device if generator is None else generator.device
    factors = []
    for _ in range(x.shape[0]):
        order = torch.randperm(channels, device=device, generator=generator).to(x.device)
        factors.append(order >= count)
    keep = torch.stack(factors)[:, :, None, None]
    return torch.where(keep, x, torch.zeros_like(x)) * (1 / (1 - p) if p < 1 else 1)
