import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p > 1 or p < 0:
        raise ValueError(f"p = {p} is no probability")
    if len(x.shape) != 4:
        raise ValueError("x needs four axes")
    if not training:
        return x.clone()
    channels = x.shape[1]
    chances = torch.full((channels,), p, dtype=torch.double, device=(generator or x).device)
    falls = torch.bernoulli(chances, generator=generator).to(x.device) == 1
    kept = x.masked_fill(falls.view(-1, 1, 1), 0)
    return kept if p == 1 else kept / (1 - p)
