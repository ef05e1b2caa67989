"""What binds lab 2, `dropout`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "whole-maps": "dropout2d zeroes whole feature maps",
    "independent": "dropout2d: each (n, c) map independently",
    "probability": "dropout2d: with probability p",
    "scaled": "dropout2d: the rest scaled by 1/(1−p)",
    "not-training": "dropout2d: training=False returns the values of x unchanged",
    "p-zero": "dropout2d: p = 0 returns the values of x unchanged",
    "p-one": "dropout2d: p = 1 returns zeros (never NaN, infinities in x included)",
    "generator": "dropout2d: the mask comes from generator where one is given",
    "default-generator": (
        "dropout2d: without a generator, the mask comes from torch's default generator of x's "
        "device"
    ),
    "signature": "dropout2d(x, p=0.5, training=True, generator=None) -> Tensor: names and defaults",
    "layer-signature": "Dropout2d(p=0.5) is an nn.Module: name and default of p",
    "layer-drops": "Dropout2d does in train mode what dropout2d does",
    "layer-eval": "Dropout2d drops only in train mode",
    "p-error": (
        "dropout2d: p outside [0, 1] is a ValueError that names an argument, in eval mode too"
    ),
    "x-error": "dropout2d: x not 4-D is a ValueError that names an argument, in eval mode too",
    "layer-p-error": "Dropout2d: p outside [0, 1] is a ValueError at construction",
    "layer-x-error": "Dropout2d: x not 4-D is a ValueError, in eval mode too",
    "layouts": "Images are float tensors of shape (N, C, H, W), contiguous or not",
    "device": "Every function works on any device (meta counts) and keeps it",
    "dtype": "Every function works on any floating dtype and keeps it",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
    "differentiable": "Every function is differentiable wherever the mathematics is",
    "float64": "float64 is computed in float64",
}
