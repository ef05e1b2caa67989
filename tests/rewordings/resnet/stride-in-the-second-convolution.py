import torch
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        for place, before, step in ((1, in_channels, 1), (2, out_channels, stride)):
            layer = nn.Conv2d(before, out_channels, 3, stride=step, padding=1, bias=False)
            self.add_module(f"conv{place}", layer)
            self.add_module(f"bn{place}", nn.BatchNorm2d(out_channels))
        self.downsample = None
        if (in_channels, 1) != (out_channels, stride):
            self.downsample = nn.Sequential()
            self.downsample.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))
            self.downsample.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            x = self.downsample(x)
        return torch.relu(out + x)
