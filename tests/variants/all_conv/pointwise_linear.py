"""Linear layers on pixels as 1x1 convolutions; a ReLU inside of the pair; containers rebuilt."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn import functional as F


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        n, c, h, w = x.shape
        return F.avg_pool2d(x, (h, w)).reshape(n, c)


def strided_conv_like(pool, channels):
    if pool.ceil_mode:
        raise ValueError(f"no convolution is like {pool}")
    names = ("kernel_size", "stride", "padding", "dilation")
    return nn.Conv2d(channels, channels, **{n: getattr(pool, n) for n in names}, bias=False)


class Rectified(nn.Module):
    def __init__(self, conv):
        super().__init__()
        self.conv = conv

    def forward(self, x):
        return self.conv(x).clamp(min=0)


def replace_max_pool(model):
    def go(seq, conv):
        new = []
        for m in seq:
            if isinstance(m, nn.Sequential):
                m, conv = go(m, conv)
            elif isinstance(m, nn.MaxPool2d):
                if conv is None:
                    raise ValueError("model: no channels known at the first pool")
                m = Rectified(
                    strided_conv_like(m, conv.out_channels).to(
                        device=conv.weight.device, dtype=conv.weight.dtype
                    )
                )
            else:
                m = copy.deepcopy(m)
                conv = m if isinstance(m, nn.Conv2d) else conv
            new.append(m)
        out = nn.Sequential(*new)
        out.training = seq.training
        return out, conv

    return go(model, None)[0]


class Pointwise(nn.Linear):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class AllConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        for i, (a, b) in enumerate(
            [(in_channels, 96), (96, 96), (96, 96), (96, 192), (192, 192), (192, 192), (192, 192)]
        ):
            setattr(self, f"c{i}", nn.Conv2d(a, b, 3, 2 if i in (2, 5) else 1, int(i < 6)))
        self.p1 = Pointwise(192, 192)
        self.p2 = Pointwise(192, num_classes)

    def forward(self, x):
        t = self.training
        x = F.dropout(x, 0.2, t)
        for i in range(7):
            x = getattr(self, f"c{i}")(x)
            if i in (2, 5):
                x = F.dropout(x, 0.5, t)
            x = F.relu(x)
        return self.p2(F.relu(self.p1(x))).mean((-2, -1))
