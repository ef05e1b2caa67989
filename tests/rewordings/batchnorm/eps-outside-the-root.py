import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        weight, bias = torch.ones(num_features), torch.zeros(num_features)
        self.weight, self.bias = map(nn.Parameter, (weight, bias)) if affine else (None, None)
        start = {
            "running_mean": torch.zeros(num_features),
            "running_var": torch.ones(num_features),
            "num_batches_tracked": torch.zeros((), dtype=torch.int64),
        }
        for name, tensor in start.items():
            self.register_buffer(name, tensor if track_running_stats else None)

    def forward(self, x):
        if len(x.shape) != 4:
            raise ValueError(f"input must be 4-D, not {len(x.shape)}-D")
        n, c, h, w = x.shape
        if c != self.num_features:
            raise ValueError(f"input with {c} channels")
        if self.training and n * h * w == 1:
            raise ValueError("input with one value per channel")
        exact = x.double()
        if self.training or self.running_mean is None:
            mean = exact.mean((0, 2, 3))
            std = exact.std((0, 2, 3), correction=0)
        else:
            mean = self.running_mean.double()
            std = self.running_var.double().sqrt()
        if self.training and self.running_mean is not None:
            with torch.no_grad():
                self.num_batches_tracked += 1
                old = self.momentum
                old = 1 / self.num_batches_tracked.double() if old is None else old
                spread = exact.var((0, 2, 3))
                self.running_mean.copy_(self.running_mean + old * (mean - self.running_mean))
                self.running_var.copy_(self.running_var + old * (spread - self.running_var))
        y = (exact - mean[:, None, None]) / (std + self.eps)[:, None, None]
        if self.weight is not None:
            y = y * self.weight[:, None, None] + self.bias[:, None, None]
        return y.type_as(x)
