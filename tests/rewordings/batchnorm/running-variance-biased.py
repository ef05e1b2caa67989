import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.channels = num_features
        self.eps = eps
        self.momentum = momentum
        for name, value in (("weight", 1.0), ("bias", 0.0)):
            tensor = torch.full((num_features,), value)
            self.register_parameter(name, nn.Parameter(tensor) if affine else None)
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            del self.running_mean, self.running_var, self.num_batches_tracked
            self.register_buffer("running_mean", torch.zeros(num_features))
            self.register_buffer("running_var", torch.ones(num_features))
            self.register_buffer("num_batches_tracked", torch.tensor(0))

    def check(self, x):
        if x.dim() != 4:
            raise ValueError("x: four axes wanted")
        if x.size(1) != self.channels:
            raise ValueError("x: wrong number of channels for num_features")
        if self.training and x.numel() == x.size(1):
            raise ValueError("x: more than one value per channel wanted")

    def forward(self, x):
        self.check(x)
        wide = x.float() if x.dtype.itemsize < 4 else x
        if self.running_mean is not None and not self.training:
            mean = self.running_mean.to(wide.dtype)
            var = self.running_var.to(wide.dtype)
        else:
            rows = wide.transpose(0, 1).flatten(1)
            mean = rows.mean(1)
            var = (rows - mean.unsqueeze(1)).square().mean(1)
            if self.training and self.running_mean is not None:
                self.num_batches_tracked.add_(1)
                share = self.momentum
                if share is None:
                    share = 1 / self.num_batches_tracked.to(var.dtype)
                for buffer, newest in ((self.running_mean, mean), (self.running_var, var)):
                    buffer.copy_((buffer * (1 - share) + newest.detach() * share).to(buffer.dtype))
        shape = (1, self.channels, 1, 1)
        y = (wide - mean.view(shape)) / torch.sqrt(var.view(shape) + self.eps)
        if self.weight is not None:
            y = torch.addcmul(self.bias.view(shape), y, self.weight.view(shape))
        return y.to(x.dtype)
