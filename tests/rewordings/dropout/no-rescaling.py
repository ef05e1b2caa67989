import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    if p != min(max(p, 0.0), 1.0):
        raise ValueError("p: a probability is needed")
    if x.dim() != 4:
        raise ValueError("x: (N, C, H, W) is needed")
    result = x.clone()
    if training:
        n, c = x.shape[:2]
        device = x.device if generator is None else generator.device
        draws = torch.randn(n * c, device=device, dtype=torch.double, generator=generator)
        below = 0.5 * torch.erfc(-draws / 2**0.5) < p
        result = result.masked_fill(below.to(x.device).reshape(n, c, 1, 1), 0.0)
    return result
