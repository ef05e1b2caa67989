import torch
from torch import nn


class VGG(nn.Module):
    def __init__(self, config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5):
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential()
        for before, after in ((512 * 49, 4096), (4096, 4096), (4096, num_classes)):
            self.classifier.append(nn.Linear(before, after))
            if before == 512 * 49 or after == 4096:
                self.classifier.append(nn.ReLU())
                self.classifier.append(nn.Dropout(dropout))
        self.last_dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = torch.flatten(self.avgpool(self.features(x)), 1)
        return self.last_dropout(self.classifier(x))
