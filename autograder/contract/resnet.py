"""What binds lab 5, `resnet`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "block-residual": (
        "ResidualBlock: relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x)), with the names and "
        "defaults ResidualBlock(in_channels, out_channels, stride=1)"
    ),
    "block-convolutions": "ResidualBlock: 3×3 convolutions without bias",
    "block-stride": "ResidualBlock: stride in the first convolution",
    "block-identity": "ResidualBlock: the shortcut is the identity where the shapes agree",
    "block-downsample": (
        "ResidualBlock: else the shortcut is downsample: 1×1 convolution of that stride, without "
        "bias, and batch norm"
    ),
    "block-names": (
        "ResidualBlock: attribute names as in torchvision's BasicBlock, whose state dict loads "
        "strictly"
    ),
    "network-of-blocks": "ResNet: the ImageNet ResNet of these blocks",
    "network-state-dicts": (
        "ResNet: the state dicts of torchvision's resnet18 and resnet34 load strictly"
    ),
    "network-outputs": "ResNet: with these state dicts it gives the same outputs",
    "network-defaults": (
        "ResNet(layers=(2, 2, 2, 2), num_classes=1000, in_channels=3, width=64): names and defaults"
    ),
    "network-width": ("ResNet: width scales the channels (width, 2·width, 4·width, 8·width)"),
    "network-layers": "ResNet: layers has four numbers, each at least 1",
    "network-error": (
        "Bad arguments (layers) raise ValueError with a message that names an argument involved"
    ),
    "zero-last-norm": (
        "zero_init_residual: sets in place the last batch norm weight of every ResidualBlock to "
        "zero"
    ),
    "zero-nothing-else": "zero_init_residual: changes nothing else",
    "zero-in-place": "zero_init_residual(model) -> None works in place",
    "zero-identity": (
        "zero_init_residual: a fresh block with an identity shortcut computes relu(x)"
    ),
    "library-batch-norm": (
        "Lab 5 uses torch.nn.BatchNorm2d: in train mode it normalises by the batch and keeps "
        "running statistics for eval mode"
    ),
    "layouts": "Images are float tensors of shape (N, C, H, W), contiguous or not",
    "device": "Every function works on any device (meta counts) and keeps it",
    "dtype": "Every function works on any floating dtype and keeps it",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
    "differentiable": "Every function is differentiable wherever the mathematics is",
    "float64": "float64 is computed in float64",
}
