"""Lab 6: networks of convolutions only, where a strided convolution does a pooling layer's work.

Source: Springenberg et al. 2014, "Striving for simplicity: the all convolutional net"
(arXiv:1412.6806), table 1, and Lin et al. 2013, "Network in network" (arXiv:1312.4400) for global
average pooling. Images and feature maps are floating tensors of shape (N, C, H, W).
"""

from __future__ import annotations

### BEGIN SOLUTION
### STUB
import copy

### END SOLUTION
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Float
    from torch import Tensor


class GlobalAvgPool2d(nn.Module):
    """The mean of each feature map, whatever its height and width; it has no parameters."""

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c"]:
        """Return one number per image and channel, in the dtype and on the device of x."""
        ### BEGIN SOLUTION
        return x.mean(dim=(2, 3))
        ### END SOLUTION


def strided_conv_like(pool: nn.MaxPool2d, channels: int) -> nn.Conv2d:
    """Return the learnable replacement of a max pool: a convolution with the same output shape.

    It has the pool's kernel, stride, padding and dilation, each of which may be a number or a pair,
    and mixes `channels` channels into `channels` channels. A pool that is given no stride steps by
    its kernel size.

    Args:
        pool: the pooling layer to stand in for.
        channels: channels that enter and leave it.

    Raises:
        ValueError: `pool` has `ceil_mode=True`; a convolution always rounds the output size down.
    """
    ### BEGIN SOLUTION
    if pool.ceil_mode:
        raise ValueError("pool has ceil_mode=True, but a convolution rounds its output size down")
    return nn.Conv2d(
        channels,
        channels,
        kernel_size=pool.kernel_size,
        stride=pool.stride,
        padding=pool.padding,
        dilation=pool.dilation,
    )
    ### END SOLUTION


def replace_max_pool(model: nn.Sequential) -> nn.Sequential:
    """Return a copy of `model` in which strided convolutions have replaced the max pools.

    Every `nn.MaxPool2d`, in nested `nn.Sequential`s too, becomes `strided_conv_like` of it and a
    ReLU (two layers or one nested pair). The new convolution works on the channels, dtype and
    device of the nearest convolution before the pool. All other layers keep their weights; they are
    deep copies, so that training one network never moves the other, and `model` stays as it was.

    Args:
        model: layers in the order in which they run.

    Raises:
        ValueError: `model` has a max pool with no convolution before it, or with `ceil_mode=True`.
    """
    ### BEGIN SOLUTION
    converted = copy.deepcopy(model)
    nearest: nn.Conv2d | None = None
    # Duplicates stay: one pool that is used at two places becomes two convolutions.
    for name, layer in list(converted.named_modules(remove_duplicate=False)):
        if isinstance(layer, nn.Conv2d):
            nearest = layer
        elif isinstance(layer, nn.MaxPool2d):
            if nearest is None:
                raise ValueError(f"model has no convolution before the max pool {name!r}")
            strided = strided_conv_like(layer, nearest.out_channels).to(nearest.weight)
            replacement = nn.Sequential(strided, nn.ReLU()).train(layer.training)
            converted.set_submodule(name, replacement)
    return converted
    ### END SOLUTION


class AllConvNet(nn.Module):
    """All-CNN-C of table 1: nine convolutions, and no pooling but the mean at the end.

    Three 3x3 convolutions of 96 channels, the third of stride 2; three of 192, the third of stride
    2; a 3x3 and a 1x1 convolution of 192; a 1x1 convolution to one map per class; global average
    pooling. A ReLU follows every convolution but the last, whose maps stay free for the
    cross-entropy (the paper rectifies them too). Dropout falls on single values: 0.2 on the input,
    0.5 after each convolution of stride 2.

    Each 3x3 convolution has padding 1, except the last of them, which has none: a 32x32 image ends
    in maps of 6x6, as in the paper. With the default arguments there are 1,369,738 parameters,
    biases included.

    Args:
        num_classes: number of logits.
        in_channels: channels of the images.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 3) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Dropout(0.2),
            *_conv_relu(in_channels, 96, 3, padding=1),
            *_conv_relu(96, 96, 3, padding=1),
            *_conv_relu(96, 96, 3, stride=2, padding=1),
            nn.Dropout(0.5),
            *_conv_relu(96, 192, 3, padding=1),
            *_conv_relu(192, 192, 3, padding=1),
            *_conv_relu(192, 192, 3, stride=2, padding=1),
            nn.Dropout(0.5),
            *_conv_relu(192, 192, 3),
            *_conv_relu(192, 192, 1),
        )
        self.classifier = nn.Sequential(nn.Conv2d(192, num_classes, 1), GlobalAvgPool2d())
        # The signal of nine layers fades under PyTorch's default initialisation.
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)  # type: ignore[arg-type]
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n num_classes"]:
        """Return the logits of images of at least 9x9 pixels."""
        ### BEGIN SOLUTION
        logits: Tensor = self.classifier(self.features(x))
        return logits
        ### END SOLUTION


### BEGIN SOLUTION
### STUB
def _conv_relu(
    in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> tuple[nn.Conv2d, nn.ReLU]:
    convolution = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)
    return convolution, nn.ReLU()


### END SOLUTION
