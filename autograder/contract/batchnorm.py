"""What binds lab 3, `batchnorm`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "stats-mean": (
        "batch_stats(x): mean per channel of x (N, C) or (N, C, H, W), over every axis but the "
        "channel's"
    ),
    "stats-variance": "batch_stats(x): biased variance per channel",
    "stats-shape": "batch_stats(x) -> tuple[Tensor, Tensor]: each of shape (C,)",
    "stats-vectors": "batch_stats(x): x may be (N, C)",
    "formula": "BatchNorm2d: y = (x − E[x]) / sqrt(Var[x] + eps) · weight + bias",
    "defaults": (
        "BatchNorm2d(num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True): "
        "names and defaults"
    ),
    "train-output": "Train mode normalises by the batch's mean and biased variance",
    "running-update": (
        "Train mode updates running_mean and running_var: "
        "running ← (1 − momentum)·running + momentum·batch"
    ),
    "running-unbiased": "running_var is updated with the unbiased variance",
    "cumulative": "momentum=None keeps the cumulative average over all batches",
    "count": "num_batches_tracked counts the batches",
    "eval-output": "Eval mode normalises by the running statistics",
    "train-only": "It is train mode that updates running_mean and running_var",
    "fresh": (
        "Fresh layers: weight 1, bias 0, running mean 0, running variance 1, no batch counted"
    ),
    "affine-false": "affine=False: weight and bias are None",
    "untracked-buffers": "track_running_stats=False: the buffers are None",
    "untracked-eval": "track_running_stats=False: eval mode uses the batch's statistics",
    "state-dict-names": "Same parameter and buffer names and shapes as torch.nn.BatchNorm2d",
    "state-dict": "State dicts load strictly in both directions",
    "gradients-through": "Gradients flow through the batch statistics",
    "running-no-gradient": "The running statistics carry no gradient",
    "error-axes": "ValueError: x not 4-D",
    "error-channels": "ValueError: channels ≠ num_features",
    "error-single-value": "ValueError: one value per channel in train mode (N·H·W = 1)",
    "error-message": (
        "Bad arguments raise ValueError with a message that names an argument involved"
    ),
    "layouts": "Images are float tensors of shape (N, C, H, W), contiguous or not",
    "device": "Every function works on any device (meta counts) and keeps it",
    "dtype": "Every function works on any floating dtype and keeps it",
    "input-unchanged": "No function changes its input",
    "seed-unchanged": "No function changes the global random state's seed",
    "differentiable": "Every function is differentiable wherever the mathematics is",
    "float64": "float64 is computed in float64",
    "accurate": "Statistics stay accurate where the mean is a thousand times the deviation",
    "overflow": "Statistics do not overflow in float16 where the result would not",
}
