"""One row per channel: (N, C, H, W) becomes a (C, N*H*W) matrix, and back."""

from __future__ import annotations

import torch
from torch import nn

WIDE = {torch.float16: torch.float32, torch.bfloat16: torch.float32}


def rows_of(x):
    return x.transpose(0, 1).flatten(1).to(WIDE.get(x.dtype, x.dtype))


def centre(rows):
    mean = rows.mean(dim=1, keepdim=True)
    return mean, rows - mean


def energy(rows):
    """Mean square of each row, as a batch of dot products."""
    return torch.bmm(rows.unsqueeze(1), rows.unsqueeze(2)).reshape(-1, 1) / rows.shape[1]


def batch_stats(x):
    mean, centred = centre(rows_of(x))
    return mean.squeeze(1).to(x.dtype), energy(centred).squeeze(1).to(x.dtype)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        ones, zeros = torch.ones(num_features), torch.zeros(num_features)
        self.weight = nn.Parameter(ones.clone()) if affine else None
        self.bias = nn.Parameter(zeros.clone()) if affine else None
        tracked = (zeros, ones, torch.tensor(0)) if track_running_stats else (None,) * 3
        names = ("running_mean", "running_var", "num_batches_tracked")
        for name, buffer in zip(names, tracked, strict=True):
            self.register_buffer(name, buffer)

    @property
    def _by_batch(self):
        return self.training or self.running_mean is None

    def forward(self, x):
        self._refuse(x)
        n, c, h, w = x.shape
        rows = rows_of(x)
        if self._by_batch:
            mean, rows = centre(rows)
            variance = energy(rows)
            if self.training:
                self._remember(mean, variance, n * h * w)
        else:
            rows = rows - self.running_mean[:, None]
            variance = self.running_var[:, None].to(rows.dtype)
        rows = rows.div((variance + self.eps).sqrt())
        if self.affine:
            rows = rows.mul(self.weight[:, None]).add(self.bias[:, None])
        return rows.to(x.dtype).reshape(c, n, h, w).transpose(0, 1)

    def _refuse(self, x):
        if x.ndim != 4:
            raise ValueError("x is not 4-D")
        if x.shape[1] != self.num_features:
            raise ValueError("num_features does not agree with x")
        if self.training and x[:, 0].numel() == 1:
            raise ValueError("x is a single value per channel")

    @torch.no_grad()
    def _remember(self, mean, variance, count):
        if self.running_mean is None:
            return
        self.num_batches_tracked.copy_(self.num_batches_tracked + 1)
        seen = self.num_batches_tracked.to(mean.dtype)
        share = 1 / seen if self.momentum is None else torch.full_like(seen, self.momentum)
        unbiased = variance * (count / (count - 1))
        for running, batch in ((self.running_mean, mean), (self.running_var, unbiased)):
            wide = running.to(mean.dtype)
            running.copy_(torch.lerp(wide, batch.squeeze(1), share))
