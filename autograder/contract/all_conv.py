"""What binds lab 6, `all_conv`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "mean-of-maps": "GlobalAvgPool2d: (N, C, H, W) → (N, C), the mean of each map",
    "strided-geometry": (
        "strided_conv_like(pool, channels) -> nn.Conv2d: same kernel, stride, padding and dilation"
    ),
    "strided-shape": "strided_conv_like: channels → channels, hence the same output shape",
    "strided-learnable": "strided_conv_like: the learnable replacement of an nn.MaxPool2d",
    "strided-ceil-mode": (
        "strided_conv_like: ValueError for ceil_mode=True, with a message that names an argument "
        "involved"
    ),
    "replace-every-pool": (
        "replace_max_pool(model) -> nn.Sequential: every MaxPool2d of an nn.Sequential (nested "
        "ones included) has become strided_conv_like"
    ),
    "replace-relu": "replace_max_pool: and a ReLU (as two layers or one nested pair)",
    "replace-deep-copy": "replace_max_pool: a deep copy, the argument untouched",
    "replace-others-equal": "replace_max_pool: all other layers and weights equal",
    "replace-channels": (
        "replace_max_pool: the channels are those of the nearest convolution before it"
    ),
    "replace-no-convolution": (
        "replace_max_pool: ValueError where there is none, with a message that names an argument "
        "involved"
    ),
    "network-layers": (
        "AllConvNet(num_classes=10, in_channels=3): All-CNN-C of the paper's table 1"
    ),
    "network-dropout": (
        "AllConvNet: dropout 0.2 on the input and 0.5 after each stride-2 convolution"
    ),
    "network-relu": "AllConvNet: ReLU after every convolution but the last",
    "network-padding": (
        "AllConvNet: padding 1 on each 3×3 convolution except the last of them, which has none"
    ),
    "network-logits": "AllConvNet: global average pooling, logits out",
    "network-parameters": "AllConvNet: 1,369,738 parameters by default",
    "network-any-size": "AllConvNet: any input of at least 9×9",
    "layouts": "Images are float tensors of shape (N, C, H, W), contiguous or not",
    "device": "Every function works on any device (meta counts) and keeps it",
    "dtype": "Every function works on any floating dtype and keeps it",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
    "differentiable": "Every function is differentiable wherever the mathematics is",
    "accuracy": (
        "float64 is computed in float64; statistics stay accurate where the mean is a thousand "
        "times the deviation, and do not overflow in float16 where the result would not"
    ),
}
