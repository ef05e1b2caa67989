"""Hand-written backward passes of the statistics and of the normalisation."""

from __future__ import annotations

import torch
from torch import nn


def _axes(x):
    return [0, *range(2, x.dim())]


def _spread(v, x):
    return v.view(1, -1, *[1] * (x.dim() - 2))


class Moments(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        mean = x.mean(_axes(x))
        return mean, (x - _spread(mean, x)).pow(2).mean(_axes(x))

    @staticmethod
    def backward(ctx, grad_mean, grad_variance):
        (x,) = ctx.saved_tensors
        n = x.numel() // x.size(1)
        centred = x - _spread(x.mean(_axes(x)), x)
        return (_spread(grad_mean, x) + 2 * _spread(grad_variance, x) * centred) / n


class Whiten(torch.autograd.Function):
    """Normalise by the batch; the backward recomputes, so that it can be differentiated again."""

    @staticmethod
    def forward(ctx, x, eps):
        ctx.save_for_backward(x)
        ctx.eps = eps
        return Whiten.normalise(x, eps)[0]

    @staticmethod
    def normalise(x, eps):
        centred = x - _spread(x.mean(_axes(x)), x)
        inverse = _spread(centred.pow(2).mean(_axes(x)) + eps, x).rsqrt()
        return centred * inverse, inverse

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        y, inverse = Whiten.normalise(x, ctx.eps)
        mean_of_grad = _spread(grad.mean(_axes(x)), x)
        along_y = y * _spread((grad * y).mean(_axes(x)), x)
        return inverse * (grad - mean_of_grad - along_y), None


def _at_least_float32(x):
    return x if x.dtype.itemsize >= 4 else x.to(torch.float32)


def batch_stats(x):
    mean, variance = Moments.apply(_at_least_float32(x))
    return mean.to(x.dtype), variance.to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        for name, value in (("weight", 1.0), ("bias", 0.0)):
            tensor = torch.full((num_features,), value) if affine else None
            self.register_parameter(name, None if tensor is None else nn.Parameter(tensor))
        for name, value in (("running_mean", 0.0), ("running_var", 1.0)):
            buffer = torch.full((num_features,), value) if track_running_stats else None
            self.register_buffer(name, buffer)
        count = torch.zeros((), dtype=torch.int64) if track_running_stats else None
        self.register_buffer("num_batches_tracked", count)

    def forward(self, x):
        if x.dim() != 4:
            raise ValueError("x needs four axes")
        if x.size(1) != self.num_features:
            raise ValueError("the channels of x are not num_features")
        n = x.numel() // x.size(1)
        if self.training and n == 1:
            raise ValueError("x has a single value per channel")
        wide = _at_least_float32(x)
        if self.training and self.running_var is not None:
            mean, variance = Moments.apply(wide.detach())
            self.num_batches_tracked.add_(1)
            weight = self.momentum
            if weight is None:
                weight = self.num_batches_tracked.to(wide.dtype).reciprocal()
            self.running_mean.copy_(self.running_mean * (1 - weight) + mean * weight)
            unbiased = variance * (n / (n - 1))
            self.running_var.copy_(self.running_var * (1 - weight) + unbiased * weight)
        if self.training or self.running_var is None:
            y = Whiten.apply(wide, self.eps)
        else:
            deviation = (_at_least_float32(self.running_var) + self.eps).sqrt()
            y = (wide - _spread(self.running_mean, x)) / _spread(deviation, x)
        if self.weight is not None:
            y = torch.addcmul(_spread(self.bias, x), y, _spread(self.weight, x))
        return y.to(x.dtype)
