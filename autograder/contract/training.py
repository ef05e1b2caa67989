"""What LABS.md says of `cnnlab.training`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "epoch-train-mode": "train_one_epoch makes one pass in train mode.",
    "epoch-one-pass": "It is one pass: every batch of the loader is taken once.",
    "epoch-device": "Batches are moved to device, images and labels.",
    "epoch-cross-entropy": "The loss is the cross-entropy of the logits and the labels.",
    "epoch-zeroed-gradients": "The gradients are zeroed: none from before counts.",
    "epoch-step-each": "Each batch makes a step, by the given optimizer.",
    "epoch-mean-loss": "Each step descends the batch's mean loss.",
    "epoch-returned-mean": (
        "It returns the mean loss per example: a short last batch weighs by its size."
    ),
    "epoch-loss-of-step": "Each example's loss is that at the step that it took part in.",
    "epoch-float": "It returns a float.",
    "epoch-any-iterable": "loader is any iterable of (images, labels).",
    "epoch-inputs-and-seed": (
        "It changes neither the images, nor the labels, nor the global random state's seed."
    ),
    "epoch-precision": "float64 is computed in float64.",
    "evaluate-accuracy": "evaluate returns the accuracy in [0, 1] over all examples.",
    "evaluate-float": "It returns a float.",
    "evaluate-eval-mode": "It evaluates in eval mode.",
    "evaluate-no-gradients": "It evaluates without gradients.",
    "evaluate-modes-left": "It leaves every module's mode as it found it.",
    "evaluate-device": "The batches are moved to device.",
    "evaluate-any-iterable": "loader is any iterable of (images, labels).",
    "evaluate-inputs-and-seed": (
        "It changes neither the images, nor the labels, nor the model, nor the global random "
        "state's seed."
    ),
}
