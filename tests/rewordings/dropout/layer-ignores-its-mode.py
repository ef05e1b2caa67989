import torch
from torch import nn


class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        if p < 0 or p > 1:
            raise ValueError("p is not in [0, 1]")
        super().__init__()
        self.probability = p

    def forward(self, x):
        if x.dim() != 4:
            raise ValueError("x is not (N, C, H, W)")
        falls = torch.empty(x.shape[:2], device=x.device).bernoulli_(self.probability).bool()
        kept = x.masked_fill(falls[..., None, None], 0)
        return kept.div(1 - self.probability) if self.probability < 1 else kept
