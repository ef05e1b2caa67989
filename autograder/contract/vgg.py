"""What binds lab 4, `vgg`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "configs-columns": "VGG_CONFIGS: the columns A, A-LRN, B, C, D, E of the paper's table 1",
    "configs-items": (
        'VGG_CONFIGS: an int is a 3×3 convolution\'s output channels, ("conv1", n) a 1×1 '
        'convolution\'s, "LRN" local response normalisation, "M" a 2×2 max pool of stride 2'
    ),
    "features-sequential": (
        "make_features(config, in_channels=3, batch_norm=False) -> nn.Sequential: the "
        "convolutional part of column config"
    ),
    "features-same-padding": 'make_features: stride 1, "same" padding',
    "features-order": (
        "make_features: then (batch norm), ReLU, (local response normalisation, its constants "
        "free) after every convolution"
    ),
    "features-pools": "make_features: a 2×2 max pool of stride 2 for each M",
    "network-parts": (
        "VGG: features, avgpool (adaptive, 7×7), classifier (4096, 4096, num_classes)"
    ),
    "network-classifier": "VGG: ReLU and dropout between the classifier's layers",
    "network-dropout-off": "dropout=0 is allowed",
    "network-defaults": (
        'VGG(config="D", num_classes=1000, in_channels=3, batch_norm=False, dropout=0.5): names '
        "and defaults"
    ),
    "network-state-dicts": (
        "VGG: the state dicts of torchvision's vgg11, vgg13, vgg16, vgg19 and their _bn forms "
        "load strictly into A, B, D, E"
    ),
    "network-outputs": "VGG: with these state dicts it gives the same outputs",
    "known-parameters": (
        "Known values: 132,863,336 (A, A-LRN), 133,047,848 (B), 133,638,952 (C), 138,357,544 (D), "
        "143,667,240 (E) parameters"
    ),
    "unknown-config": (
        "ValueError: an unknown config; the message names an argument involved, and names are "
        "case-sensitive"
    ),
    "parameters-scalars": (
        "count_parameters(module, trainable_only=False) -> int: scalar parameters"
    ),
    "parameters-shared": "count_parameters: each shared one once",
    "parameters-trainable": "count_parameters: trainable_only leaves frozen parameters out",
    "macs-layers": (
        "count_macs(module, input_shape) -> int: multiply-accumulates of every Conv2d (groups "
        "counted) and Linear for one input of shape (C, H, W)"
    ),
    "macs-groups": "count_macs: groups counted",
    "macs-subclasses": "count_macs: subclasses too",
    "macs-calls": "count_macs: each call of a layer counts",
    "macs-rows": "count_macs: a Linear once per row it is applied to",
    "macs-nothing-else": (
        "count_macs: nothing else counts (bias, activation, pooling, normalisation, transposed "
        "convolution)"
    ),
    "macs-leaves-module": (
        "count_macs: leaves mode, hooks, buffers, requires_grad and weights as they were"
    ),
    "macs-meta": "count_macs: works on meta",
    "macs-known": "Known value: VGG-16 at 224×224 takes 15,470,264,320 MACs",
    "layouts": "Images are float tensors of shape (N, C, H, W), contiguous or not",
    "device": "Every function works on any device (meta counts) and keeps it",
    "dtype": "Every function works on any floating dtype and keeps it",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
    "differentiable": "Every function is differentiable wherever the mathematics is",
    "float64": "float64 is computed in float64",
}
