"""Lab 4: the VGG networks, their parameters and their multiply-accumulates.

Sources: Simonyan & Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image
Recognition" (arXiv:1409.1556); Canziani et al. 2016, "An Analysis of Deep Neural Network Models
for Practical Applications" (arXiv:1605.07678). `torchvision.models` is not allowed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float

Column = tuple[int | str | tuple[str, int], ...]

VGG_CONFIGS: dict[str, Column] = {
    ### BEGIN SOLUTION
    ### STUB # TODO: the columns A, A-LRN, B, C, D and E of table 1. An int is a 3x3 convolution's
    ### STUB # output channels, ("conv1", n) a 1x1 convolution with n, "LRN" local response
    ### STUB # normalisation and "M" a 2x2 max pool of stride 2.
    "A": (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),
    "A-LRN": (64, "LRN", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),
    "B": (64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),
    "C": (
        *(64, 64, "M"),
        *(128, 128, "M"),
        *(256, 256, ("conv1", 256), "M"),
        *(512, 512, ("conv1", 512), "M"),
        *(512, 512, ("conv1", 512), "M"),
    ),
    "D": (
        *(64, 64, "M"),
        *(128, 128, "M"),
        *(256, 256, 256, "M"),
        *(512, 512, 512, "M"),
        *(512, 512, 512, "M"),
    ),
    "E": (
        *(64, 64, "M"),
        *(128, 128, "M"),
        *(256, 256, 256, 256, "M"),
        *(512, 512, 512, 512, "M"),
        *(512, 512, 512, 512, "M"),
    ),
    ### END SOLUTION
}

### BEGIN SOLUTION
### STUB


class _LocalResponseNorm(nn.LocalResponseNorm):
    """torch's layer, in float32 for half precision, which torch does not offer on the CPU."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        return super().forward(wide).to(x.dtype)


### END SOLUTION


def make_features(config: str, in_channels: int = 3, batch_norm: bool = False) -> nn.Sequential:
    """Build the convolutional part of one column of the paper's table 1.

    Every convolution has stride 1, keeps height and width, and is followed by a ReLU; the max
    pools between them halve height and width.

    Args:
        config: a key of `VGG_CONFIGS`.
        in_channels: channels of the image.
        batch_norm: put a batch normalisation between each convolution and its ReLU.

    Returns:
        a flat sequence of layers: (N, in_channels, H, W) to (N, 512, H // 32, W // 32).

    Raises:
        ValueError: an unknown `config`.

    Source: Simonyan & Zisserman 2014, section 2.1 and table 1; the constants of the local
    response normalisation are free.
    """
    ### BEGIN SOLUTION
    if config not in VGG_CONFIGS:
        raise ValueError(f"config must be one of {', '.join(VGG_CONFIGS)}, got {config!r}")
    layers: list[nn.Module] = []
    channels = in_channels
    for item in VGG_CONFIGS[config]:
        if item == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        if item == "LRN":
            layers.append(_LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0))
            continue
        kernel_size, width = (1, item[1]) if isinstance(item, tuple) else (3, int(item))
        layers.append(nn.Conv2d(channels, width, kernel_size, padding=kernel_size // 2))
        if batch_norm:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.ReLU(inplace=True))
        channels = width
    return nn.Sequential(*layers)
    ### END SOLUTION


class VGG(nn.Module):
    """A VGG network: images in, class scores (logits) out.

    `features` is the column's convolutional part, `avgpool` brings any feature map to 7x7, and
    `classifier` holds three linear layers (4096, 4096, num_classes) with a ReLU and a dropout
    after each of the first two. The state dicts of torchvision's vgg11, vgg13, vgg16 and vgg19,
    with or without `_bn`, load strictly into the columns A, B, D and E and give the same scores:
    look at their keys before you choose where each layer goes.

    Args:
        config: a key of `VGG_CONFIGS`.
        num_classes: number of scores.
        in_channels: channels of the image.
        batch_norm: batch normalisation after each convolution.
        dropout: probability of dropping a unit of the classifier; 0 is allowed.

    Raises:
        ValueError: an unknown `config`.

    Source: Simonyan & Zisserman 2014, section 2 and table 1.
    """

    def __init__(
        self,
        config: str = "D",
        num_classes: int = 1000,
        in_channels: int = 3,
        batch_norm: bool = False,
        dropout: float = 0.5,
    ) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.features = make_features(config, in_channels, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: Float[torch.Tensor, "n c h w"]) -> Float[torch.Tensor, "n classes"]:
        """Return the scores of images of at least 32x32 pixels."""
        ### BEGIN SOLUTION
        maps = self.avgpool(self.features(x))
        scores: torch.Tensor = self.classifier(maps.flatten(start_dim=1))
        return scores
        ### END SOLUTION


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    """Return the number of scalar parameters of a module, those of its submodules included.

    Args:
        module: any module. A parameter that several layers share counts once.
        trainable_only: leave out the parameters that require no gradient.

    Source: Simonyan & Zisserman 2014, table 2, which rounds to millions.
    """
    ### BEGIN SOLUTION
    return sum(
        parameter.numel()
        for parameter in module.parameters()
        if parameter.requires_grad or not trainable_only
    )
    ### END SOLUTION


def count_macs(module: nn.Module, input_shape: tuple[int, int, int]) -> int:
    """Return the multiply-accumulates that a module's layers spend on one image.

    Only `nn.Conv2d` and `nn.Linear` count, their subclasses included; biases, activations,
    pooling, normalisation and transposed convolutions cost nothing here. How often is each
    weight of a convolution used, and how often one of a linear layer that is applied to many
    rows? A layer that is called twice costs twice, so a list of the layers is not enough: watch
    the module at work.

    Args:
        module: any module, on any device; on `meta` nothing is computed, which is fast. It
            comes back as it was: modes, hooks, buffers, `requires_grad` and weights.
        input_shape: (C, H, W) of the image.

    Returns:
        the number of multiply-accumulates; 15,470,264,320 for VGG-16 on a 224x224 image.

    Source: Canziani et al. 2016, who compare networks by their operations.
    """
    ### BEGIN SOLUTION
    macs = 0

    def count(layer: nn.Conv2d | nn.Linear, args: object, output: torch.Tensor) -> None:
        nonlocal macs
        channel_axis = -3 if isinstance(layer, nn.Conv2d) else -1
        uses_of_each_weight = output.numel() // output.shape[channel_axis]
        macs += layer.weight.numel() * uses_of_each_weight

    floating = (t for t in (*module.parameters(), *module.buffers()) if t.is_floating_point())
    image = next(floating, torch.empty(0)).new_zeros((1, *input_shape))
    # The forward writes into these copies, never into the module's own buffers.
    buffers = {name: buffer.clone() for name, buffer in module.named_buffers()}
    modes = [(submodule, submodule.training) for submodule in module.modules()]
    hooks = [
        layer.register_forward_hook(count, prepend=True)
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    try:
        for submodule, _ in modes:
            submodule.training = False  # not .eval(), which a module may override
        with torch.no_grad():
            torch.func.functional_call(module, buffers, (image,))
    finally:
        for hook in hooks:
            hook.remove()
        for submodule, training in modes:
            submodule.training = training
    return macs
    ### END SOLUTION
