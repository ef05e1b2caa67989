"""What LABS.md says of `cnnlab.transfer`."""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "imagenet-mean": "IMAGENET_MEAN is (0.485, 0.456, 0.406).",
    "imagenet-std": "IMAGENET_STD is (0.229, 0.224, 0.225).",
    "normalize-formula": "imagenet_normalize gives (x - mean)/std per channel of (N, 3, H, W).",
    "normalize-bytes": "uint8 in [0, 255] is scaled to [0, 1] as float32 first.",
    "normalize-floats": "Floating images are taken as in [0, 1].",
    "normalize-dtype": "It keeps a floating dtype; float64 is computed in float64.",
    "normalize-layout": "Images may be contiguous or not.",
    "normalize-device": "It works on any device (meta counts) and keeps it.",
    "normalize-input": "It changes neither its input nor the global random state's seed.",
    "normalize-differentiable": "It is differentiable.",
    "freeze-parameters": "After freeze(module) no parameter of it requires a gradient.",
    "freeze-eval": "freeze puts the module in eval mode.",
    "freeze-nothing-else": "freeze works in place and changes nothing else.",
    "freeze-differentiable": "The gradient still passes through a frozen module to its input.",
    "head-last-linear": (
        "replace_head replaces, in place, the last nn.Linear in module order by one of num_classes "
        "outputs."
    ),
    "head-fresh": "The new Linear is a fresh one.",
    "head-trainable": "The new Linear is trainable.",
    "head-dtype-device": "The new Linear is on the same device and of the same dtype.",
    "head-others-stay": "Every other parameter stays, its requires_grad included.",
    "head-returned-model": "replace_head returns the model.",
    "head-error": "replace_head: ValueError where there is no nn.Linear.",
    "head-seed": "replace_head does not touch the global random state's seed.",
    "tuner-logits": (
        "FineTuner: backbone, then flatten, then head = nn.Linear(feature_dim, num_classes)."
    ),
    "tuner-layout": "FineTuner takes images that are contiguous or not.",
    "tuner-trainable": (
        "Only the last trainable_blocks children of the backbone and the head train; 0, 3 and "
        "len(backbone) are rows of the paper's table."
    ),
    "tuner-default": "trainable_blocks is 0 by default.",
    "tuner-eval-from-start": "The frozen blocks are in eval mode from the start.",
    "tuner-eval-stays": "They stay so when .train() is called.",
    "tuner-statistics": "The frozen blocks' batch-norm statistics never move.",
    "tuner-others-train": "The head and the last blocks follow .train() and .eval().",
    "tuner-given-backbone": "It holds the given backbone, not a copy.",
    "tuner-gradients": "Gradients still reach the input.",
    "tuner-error": "ValueError for trainable_blocks outside 0 ... len(backbone).",
    "tuner-module": "It is an nn.Module that moves to any dtype and device.",
    "tuner-seed": "FineTuner does not touch the global random state's seed.",
    "trainable-chosen": "trainable_parameters gives those that require a gradient.",
    "trainable-list": "trainable_parameters returns a list of nn.Parameter.",
    "fine-tune-device": "fine_tune moves the model to device and trains it there.",
    "fine-tune-trainable": "It trains the model's trainable parameters, and no other.",
    "fine-tune-train-mode": "It trains in train mode.",
    "fine-tune-losses": "It returns the mean loss per example of each epoch.",
    "fine-tune-loader": "loader is any iterable of (images, labels), gone through every epoch.",
    "fine-tune-precision": "fine_tune works in any floating dtype, and keeps it.",
    "fine-tune-list": "It returns a list of floats, one per epoch.",
    "fine-tune-learns": "It trains: the loss descends, by an optimizer of learning rate lr.",
    "fine-tune-inputs-and-seed": (
        "It changes neither the images, nor the labels, nor the global random state's seed."
    ),
}
