import torch
from torch import nn


def spread_out(v):
    return v.reshape(-1, 1, 1)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.decay = num_features, eps, momentum
        self.affine, self.tracks = affine, track_running_stats
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features) if self.tracks else None)
        self.register_buffer("running_var", torch.ones(num_features) if self.tracks else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if self.tracks else None)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"x of shape {tuple(x.shape)} for num_features={self.num_features}")
        values = x.numel() // x.shape[1]
        if values == 1 and self.training:
            raise ValueError("x has a single value per channel")
        dtype = torch.promote_types(torch.float32, x.dtype)
        if self.tracks and not self.training:
            mean, var = self.running_mean, self.running_var
        else:
            var, mean = torch.var_mean(x.to(dtype), dim=[0, 2, 3], unbiased=False)
        if self.tracks and self.training:
            self.remember(mean.detach(), var.detach() * values / (values - 1))
        y = (x.to(dtype) - spread_out(mean)) * spread_out((var.to(dtype) + self.eps) ** -0.5)
        if self.affine:
            y = spread_out(self.weight) * y + spread_out(self.bias)
        return y.to(x.dtype)

    def remember(self, mean, var):
        self.num_batches_tracked += 1
        decay = self.decay
        if decay is None:
            decay = self.num_batches_tracked.to(mean.dtype).reciprocal()
        for old, new in ((self.running_mean, mean), (self.running_var, var)):
            # new + decay * (old - new) is decay * old + (1 - decay) * new
            old.copy_(new + decay * (old.to(new.dtype) - new))
