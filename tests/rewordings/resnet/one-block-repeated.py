import torch
from torch import nn


class ResNet(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64):
        super().__init__()
        if len(layers) != 4 or any(count < 1 for count in layers):
            raise ValueError("layers needs four positive numbers")
        self.conv1 = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1)
        before = width
        for stage, count in enumerate(layers):
            after = width * 2**stage
            blocks = nn.Sequential(ResidualBlock(before, after, 2 if stage else 1))
            if count > 1:
                following = ResidualBlock(after, after)
                for _ in range(count - 1):
                    blocks.append(following)
            setattr(self, f"layer{stage + 1}", blocks)
            before = after
        self.fc = nn.Linear(before, num_classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))
