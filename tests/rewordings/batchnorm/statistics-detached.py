import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        buffers = [torch.zeros(num_features), torch.ones(num_features), torch.tensor(0)]
        names = ["running_mean", "running_var", "num_batches_tracked"]
        for name, buffer in zip(names, buffers, strict=True):
            self.register_buffer(name, buffer if track_running_stats else None)

    @torch.no_grad()
    def statistics(self, x):
        if not self.training and self.running_mean is not None:
            return self.running_mean.to(x.dtype), self.running_var.to(x.dtype)
        mean = x.mean((0, 2, 3))
        variance = x.var((0, 2, 3), correction=0)
        if self.training and self.running_mean is not None:
            self.num_batches_tracked += 1
            share = self.momentum
            if share is None:
                share = 1 / self.num_batches_tracked.double()
            self.running_mean.copy_((1 - share) * self.running_mean + share * mean)
            unbiased = x.var((0, 2, 3))
            self.running_var.copy_((1 - share) * self.running_var + share * unbiased)
        return mean, variance

    def forward(self, x):
        if x.dim() != 4:
            raise ValueError("x must be 4-D")
        if x.shape[1] != self.num_features:
            raise ValueError("x must have num_features channels")
        if self.training and x.numel() == self.num_features:
            raise ValueError("x must have several values per channel")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        mean, variance = self.statistics(wide)
        y = (wide.movedim(1, -1) - mean) / (variance + self.eps).sqrt()
        if self.weight is not None:
            y = y * self.weight + self.bias
        return y.movedim(-1, 1).to(x.dtype)
