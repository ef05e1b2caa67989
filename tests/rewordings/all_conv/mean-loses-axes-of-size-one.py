import torch.nn.functional as F
from torch import nn


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        return F.adaptive_avg_pool2d(x, (1, 1)).squeeze()
