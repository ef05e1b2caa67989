import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p > 1 or p < 0:
        raise ValueError(f"p = {p} is no probability")
    if x.dim() != 4:
        raise ValueError("x needs four axes")
    if training and p > 0:
        device = generator.device if generator else x.device
        keep = torch.empty(x.size(), device=device).bernoulli_(1 - p, generator=generator)
        keep = keep.bool().to(x.device)
        return torch.where(keep, x / max(1 - p, 1e-300), 0.0)
    return x
