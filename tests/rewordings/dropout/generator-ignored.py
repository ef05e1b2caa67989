import torch


def dropout2d(x, p=0.5, training=True, generator=None):
    """The generator comes after the mask, when it is too late."""
    if p < 0 or p > 1:
        raise ValueError(f"p={p}")
    if x.ndim != 4:
        raise ValueError(f"x has {x.ndim} axes")
    if not training or not p:
        return x
    clocks = x.new_empty(x.shape[:2], dtype=torch.double).exponential_()
    gone = torch.exp(-clocks)[..., None, None] < p
    if p == 1:
        gone = torch.ones_like(gone)
    return torch.where(gone, 0, x) / (1 - p or 1)
