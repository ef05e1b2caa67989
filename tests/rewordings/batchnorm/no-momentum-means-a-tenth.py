import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps = num_features, eps
        self.momentum = 0.1 if momentum is None else momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        if track_running_stats:
            self.register_buffer("running_mean", torch.zeros(num_features))
            self.register_buffer("running_var", torch.ones(num_features))
            self.register_buffer("num_batches_tracked", torch.tensor(0))
        else:
            self.running_mean = self.running_var = self.num_batches_tracked = None

    def forward(self, x):
        shape = tuple(x.shape)
        if len(shape) != 4 or shape[1] != self.num_features:
            raise ValueError(f"x: (N, {self.num_features}, H, W) expected, not {shape}")
        n = shape[0] * shape[2] * shape[3]
        if self.training and n < 2:
            raise ValueError(f"x: shape {shape} has no variance")
        z = x.double()
        if self.training or self.running_mean is None:
            var, mean = torch.var_mean(z, (0, 2, 3), correction=0, keepdim=True)
        else:
            mean = self.running_mean.double().view(1, -1, 1, 1)
            var = self.running_var.double().view(1, -1, 1, 1)
        if self.training and self.running_mean is not None:
            self.num_batches_tracked += 1
            self.move(self.running_mean, mean)
            self.move(self.running_var, var * n / (n - 1))
        z = (z - mean) * torch.rsqrt(var + self.eps)
        if self.weight is not None:
            z = z * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)
        return z.to(x.dtype)

    def move(self, running, batch):
        towards = batch.detach().flatten() - running
        running.copy_(running + self.momentum * towards)
