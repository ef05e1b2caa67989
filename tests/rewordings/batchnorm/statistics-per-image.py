import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = self.bias = None
        if affine:
            self.weight = nn.Parameter(torch.ones(num_features))
            self.bias = nn.Parameter(torch.zeros(num_features))
        keep = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if keep else None)
        self.register_buffer("running_var", torch.ones(num_features) if keep else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if keep else None)

    def forward(self, x):
        if x.ndim != 4:
            raise ValueError("x is not (N, C, H, W)")
        if x.size(1) != self.num_features:
            raise ValueError("x does not have num_features channels")
        count = x[:, 0].numel()
        if self.training and count == 1:
            raise ValueError("x has one value per channel")
        wide = x if x.dtype == torch.float64 else x.float()
        if self.training and self.running_mean is not None:
            with torch.no_grad():
                self.num_batches_tracked += 1
                share = self.momentum
                if share is None:
                    share = 1.0 / self.num_batches_tracked.item()
                self.running_mean.lerp_(wide.mean((0, 2, 3)).to(self.running_mean), share)
                self.running_var.lerp_(wide.var((0, 2, 3)).to(self.running_var), share)
        if self.running_mean is None or self.training:
            outputs = []
            for image in wide:
                pixels = image.flatten(1)
                centred = pixels - pixels.mean(1, keepdim=True)
                variance = (centred**2).mean(1, keepdim=True)
                outputs.append((centred / (variance + self.eps).sqrt()).reshape(image.shape))
            y = torch.stack(outputs)
        else:
            std = (self.running_var.to(wide.dtype) + self.eps).sqrt()
            y = (wide - self.running_mean[:, None, None]) / std[:, None, None]
        if self.weight is not None:
            y = y * self.weight[:, None, None] + self.bias[:, None, None]
        return y.to(x.dtype)
