"""Lab 8, second half: reuse what a network has learned, and train only the part that must change.

Source: Karpathy et al. 2014, "Large-scale video classification with convolutional neural networks"
(CVPR 2014), section 4.2: table 3 compares fine-tuning the top layer, the top 3 layers and all
layers. Images are tensors of shape (N, 3, H, W), their channels red, green and blue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jaxtyping import Float, UInt8
    from torch import Tensor

### BEGIN SOLUTION
### STUB # TODO: the mean and the standard deviation of each channel (red, green, blue) of
### STUB # ImageNet's training images, scaled to [0, 1]. torchvision's networks expect them.
### STUB IMAGENET_MEAN = (0.0, 0.0, 0.0)
### STUB IMAGENET_STD = (1.0, 1.0, 1.0)
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
### END SOLUTION


def imagenet_normalize(
    images: Float[Tensor, "n 3 h w"] | UInt8[Tensor, "n 3 h w"],
) -> Float[Tensor, "n 3 h w"]:
    """Return (x - mean) / std per channel, by `IMAGENET_MEAN` and `IMAGENET_STD`.

    A network that was trained on normalised images must see them so again.

    Args:
        images: floating, taken as in [0, 1], whose dtype is kept; or `torch.uint8` in [0, 255],
            which are first scaled to [0, 1] as `torch.float32`.
    """
    ### BEGIN SOLUTION
    if images.dtype == torch.uint8:
        images = images.to(torch.float32) / 255
    mean = images.new_tensor(IMAGENET_MEAN).view(3, 1, 1)
    std = images.new_tensor(IMAGENET_STD).view(3, 1, 1)
    return (images - mean) / std
    ### END SOLUTION


def freeze(module: nn.Module) -> None:
    """Make a fixed feature extractor of `module`, in place.

    No parameter requires a gradient, and the module is in eval mode: a batch norm in train mode
    would still move its running statistics, with frozen parameters too.
    """
    ### BEGIN SOLUTION
    module.requires_grad_(False)
    module.eval()
    ### END SOLUTION


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """Give `model` a fresh output layer of `num_classes` logits, in place, and return it.

    The last `nn.Linear` in module order (the order of `model.modules()`), however deep inside,
    gives way to a new, trainable one with as many inputs, on the same device and in the same dtype.
    Every other parameter stays as it is, frozen or not.

    Args:
        model: a network with at least one `nn.Linear`.
        num_classes: number of logits of the new task.

    Raises:
        ValueError: `model` has no `nn.Linear`.
    """
    ### BEGIN SOLUTION
    linears = [
        (name, layer) for name, layer in model.named_modules() if isinstance(layer, nn.Linear)
    ]
    if not linears:
        raise ValueError("model has no nn.Linear to replace")
    name, head = linears[-1]
    fresh = nn.Linear(
        head.in_features,
        num_classes,
        device=head.weight.device,
        dtype=head.weight.dtype,
    ).train(head.training)
    model.set_submodule(name, fresh)
    return model
    ### END SOLUTION


class FineTuner(nn.Module):
    """A trained backbone and a fresh linear head, of which only the last blocks and the head train.

    The images go through `backbone`, are flattened to (N, feature_dim), and go through `head`, an
    `nn.Linear` from feature_dim to num_classes. With `trainable_blocks` of 0, 3 and `len(backbone)`
    it is the row "fine-tune top layer", "top 3 layers" and "all layers" of the paper's table 3.

    The other children of the backbone are frozen: their parameters require no gradient, and they
    are in eval mode from the start and stay in it when `.train()` is called, so that their
    batch-norm statistics never move. Gradients still reach the images through them.

    Args:
        backbone: the blocks, first to last; it is held as `backbone` itself, not copied.
        feature_dim: numbers per image that leave the backbone.
        num_classes: number of logits.
        trainable_blocks: how many of the last children of the backbone train.

    Raises:
        ValueError: `trainable_blocks` is not in 0 ... len(backbone).
    """

    def __init__(
        self, backbone: nn.Sequential, feature_dim: int, num_classes: int, trainable_blocks: int = 0
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        if not 0 <= trainable_blocks <= len(backbone):
            raise ValueError(
                f"trainable_blocks must be in 0 ... {len(backbone)}, got {trainable_blocks}"
            )
        like = next(backbone.parameters(), torch.empty(0))
        self.backbone = backbone
        self.head = nn.Linear(feature_dim, num_classes, device=like.device, dtype=like.dtype)
        self.frozen_blocks = len(backbone) - trainable_blocks
        for index, block in enumerate(backbone):
            block.requires_grad_(index >= self.frozen_blocks)
        self.train()
        ### END SOLUTION

    def train(self, mode: bool = True) -> FineTuner:
        """Set the mode of the head and of the blocks that train, and of no frozen one."""
        ### BEGIN SOLUTION
        super().train(mode)
        for block in list(self.backbone)[: self.frozen_blocks]:
            block.eval()
        return self
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n num_classes"]:
        """Return the logits of the images x."""
        ### BEGIN SOLUTION
        logits: Tensor = self.head(self.backbone(x).flatten(1))
        return logits
        ### END SOLUTION


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    """Return the parameters of `model` that require a gradient."""
    ### BEGIN SOLUTION
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
    ### END SOLUTION


def fine_tune(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    epochs: int,
    lr: float,
    device: torch.device | str = "cpu",
) -> list[float]:
    """Train the trainable parameters of `model` on `loader`, and return how the loss went.

    The model is moved to `device`, and is in train mode. Every epoch takes each batch once: moved
    to `device` too, a step down its mean cross-entropy. Parameters that require no gradient stay as
    they are. The optimizer is yours to choose; here it needs no more than the trainable parameters
    and `lr`.

    Args:
        model: gives logits (N, K); some of its parameters may be frozen.
        loader: an iterable of (images, labels), read once per epoch.
        epochs: number of passes.
        lr: learning rate.
        device: where to train.

    Returns:
        the mean cross-entropy per example of each epoch, in nats (a short last batch weighs by its
        size).
    """
    ### BEGIN SOLUTION
    model.to(device).train()
    optimizer = torch.optim.SGD(trainable_parameters(model), lr=lr, momentum=0.9)
    return [_train_epoch(model, loader, optimizer, device) for _ in range(epochs)]
    ### END SOLUTION


### BEGIN SOLUTION
### STUB
def _train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    device: torch.device | str,
) -> float:
    """Take one step per batch and return the mean loss per example."""
    total_loss, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(labels)
        examples += len(labels)
    return total_loss / examples


### END SOLUTION
