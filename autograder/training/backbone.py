"""The trained backbone that comes with the project, and the script that made it.

It is a narrow ResNet that has learned the digits 0-4, so that 5-9 are new to it. Its file says how
it was made; `autograder backbone --out FILE` makes it again, in seconds on one processor.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from autograder.output import write_output
from autograder.printable import printable
from autograder.results import BadUsage, GraderError
from autograder.training.data import Examples, Normalization, Source, in_order, load, split
from autograder.training.fit import Training, fit
from solutions.resnet import ResNet
from solutions.training import evaluate
from solutions.transfer import imagenet_normalize

SHIPPED_FILE = Path(__file__).parent / "backbone.safetensors"
METADATA_KEY = "backbone"
IMAGENET_SIZE = 64  # pixels; half of which the stem of a ResNet takes away twice


class Pretrained(StrEnum):
    """Which backbone a study of transfer begins with."""

    OWN = "own"  # trained by this module
    IMAGENET = "imagenet"  # torchvision's ResNet-18, which has to be downloaded once


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """All that a backbone depends on; a third of the examples of its classes test it."""

    data: Source
    classes: tuple[int, ...]
    image_size: int
    layers: tuple[int, int, int, int]
    width: int
    training: Training
    seed: int


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a backbone's file says of itself; `accuracy` is on the third held out, in [0, 1]."""

    recipe: Recipe
    data_digest: str
    accuracy: float
    mean: float
    std: float
    torch: str


SHIPPED = Recipe(
    data=Source.DIGITS,
    classes=(0, 1, 2, 3, 4),
    image_size=16,
    layers=(1, 1, 1, 1),
    width=8,
    training=Training(epochs=12, batch_size=32, learning_rate=0.05),
    seed=0,
)


@dataclass(frozen=True)
class Backbone:
    """A trained ResNet in eval mode, how to make an untrained one, and how it wants its images."""

    network: ResNet
    untrained: Callable[[], ResNet]
    image_size: int
    channels: int
    normalization: Normalization | None  # None: ImageNet's

    def prepared(self, examples: Examples) -> Examples:
        """Images of one channel as the network saw those that it learned from."""
        resized = examples.resized(self.image_size, self.image_size)
        if self.normalization is not None:
            return resized.normalized(self.normalization)
        coloured = resized.images.expand(-1, self.channels, -1, -1)
        return Examples(imagenet_normalize(coloured), resized.labels)

    def digest(self) -> str:
        """A digest of the weights."""
        return hashlib.sha256(save(self.network.state_dict())).hexdigest()


def blocks_of(network: ResNet) -> nn.Sequential:
    """The five blocks of a ResNet without its head, first to last: the stem and the stages."""
    return nn.Sequential(
        OrderedDict(
            stem=nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool),
            layer1=network.layer1,
            layer2=network.layer2,
            layer3=network.layer3,
            layer4=nn.Sequential(network.layer4, network.avgpool),
        )
    )


def network_of(recipe: Recipe) -> ResNet:
    """A fresh network, its weights drawn from torch's global generator."""
    return ResNet(recipe.layers, len(recipe.classes), 1, recipe.width)


def train_backbone(
    recipe: Recipe, examples: Examples, device: torch.device
) -> tuple[ResNet, Record]:
    """Train a backbone on its classes of `examples`, all those of `recipe.data`."""
    known = examples.of_classes(recipe.classes)
    parts = split(known.resized(recipe.image_size, recipe.image_size), 0, recipe.seed)
    normalization = Normalization.of(parts.train)
    torch.manual_seed(recipe.seed)
    network = network_of(recipe).to(device)
    fit(network, parts.train.normalized(normalization), recipe.training, recipe.seed, device)
    network.eval()
    test = parts.test.normalized(normalization)
    record = Record(
        recipe=recipe,
        data_digest=examples.digest(),
        accuracy=evaluate(network, in_order(test), device),
        mean=normalization.mean,
        std=normalization.std,
        torch=str(torch.__version__),
    )
    return network.cpu(), record


def accuracy_of(network: ResNet, record: Record, examples: Examples) -> float:
    """The accuracy on the third that the recipe holds out, counted again."""
    recipe = record.recipe
    known = examples.of_classes(recipe.classes)
    test = split(known.resized(recipe.image_size, recipe.image_size), 0, recipe.seed).test
    return evaluate(network, in_order(test.normalized(Normalization(record.mean, record.std))))


def write_backbone(path: Path, network: ResNet, record: Record) -> None:
    """Write weights and record to `path`, whole or not at all; `BadUsage` where it cannot be."""
    # One entry: the order of several would not be the same in each file.
    metadata = {METADATA_KEY: msgspec.json.encode(record).decode()}
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    write_output(path, save(weights, metadata))


def read_backbone(path: Path = SHIPPED_FILE) -> tuple[ResNet, Record]:
    """The network of a file, in eval mode, and its record; `BadUsage` for another file."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            record = msgspec.json.decode(metadata[METADATA_KEY], type=Record)
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dict)
        network = network_of(record.recipe)
        network.load_state_dict(weights)
    except (OSError, SafetensorError, KeyError, msgspec.DecodeError, RuntimeError) as error:
        raise BadUsage(
            f"{path}: not a backbone of this version: {printable(str(error))}"
        ) from error
    network.eval()
    return network, record


def own_backbone(recipe: Recipe, examples: Examples, device: torch.device, kept: Path) -> Backbone:
    """The backbone of a recipe: the shipped one, the one at `kept`, or a new one, put there."""
    if recipe == SHIPPED:
        network, record = read_backbone()
    else:
        if not kept.is_file() or read_backbone(kept)[1].recipe != recipe:
            write_backbone(kept, *train_backbone(recipe, examples, device))
        network, record = read_backbone(kept)
    return Backbone(
        network=network,
        untrained=lambda: network_of(recipe),
        image_size=recipe.image_size,
        channels=1,
        normalization=Normalization(record.mean, record.std),
    )


def imagenet_backbone() -> Backbone:
    """torchvision's ResNet-18 of ImageNet, in the course's own `ResNet`; downloaded where need be.

    `GraderError` where it cannot be had.
    """
    # Only this backbone needs torchvision.
    from torchvision.models import ResNet18_Weights, resnet18

    try:
        state = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1).state_dict()
    except (OSError, RuntimeError) as error:
        reason = printable(str(error))
        raise GraderError(f"ImageNet's weights cannot be downloaded: {reason}") from error
    network = ResNet()
    network.load_state_dict(state)
    network.eval()
    return Backbone(network, ResNet, IMAGENET_SIZE, 3, None)


def make_backbone(path: Path, device: torch.device) -> Record:
    """Train the shipped backbone anew and write it to `path`."""
    network, record = train_backbone(SHIPPED, load(SHIPPED.data), device)
    write_backbone(path, network, record)
    return record
