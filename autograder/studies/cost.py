"""What accuracy costs in parameters, multiply-accumulates and time: Canziani et al. 2016.

The paper plots its accuracies without a table, so the published figures here are those that
torchvision states for its weights of the same networks. All-CNN-C, which has no batch norm, learns
nothing in the hundred steps of the small setting, and is in the full one only.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from autograder.studies.metric import Metric
from autograder.studies.networks import vgg_without_hidden_layers
from autograder.studies.study import Paper, Plot, Protocol, Setting, Size, Study, Task, Variant
from autograder.training.data import Source
from autograder.training.fit import Training
from cnnlab.text import Text
from solutions.all_conv import AllConvNet
from solutions.resnet import ResNet
from solutions.vgg import VGG


def _named(
    key: str, name: str, build: Callable[[Task], nn.Module], published: float | None = None
) -> Variant:
    """A network that is called the same in both languages."""
    return Variant(key, Text(es=name, en=name), build, published)


def _resnet(layers: tuple[int, ...], width: int) -> Callable[[Task], nn.Module]:
    return lambda task: ResNet(layers, task.classes, task.channels, width)


def _vgg(config: str) -> Callable[[Task], nn.Module]:
    return lambda task: VGG(config, task.classes, task.channels, batch_norm=True)


SMALL = (
    _named("resnet-10-w8", "ResNet-10 (8)", _resnet((1, 1, 1, 1), 8)),
    _named("resnet-10-w16", "ResNet-10 (16)", _resnet((1, 1, 1, 1), 16)),
    _named("resnet-18-w8", "ResNet-18 (8)", _resnet((2, 2, 2, 2), 8)),
    _named("resnet-18-w16", "ResNet-18 (16)", _resnet((2, 2, 2, 2), 16)),
    _named(
        "vgg-a",
        "VGG-A (conv, BN)",
        lambda task: vgg_without_hidden_layers("A", task.classes, task.channels),
    ),
)
FULL = (
    _named("resnet-18", "ResNet-18", _resnet((2, 2, 2, 2), 64), 69.76),
    _named("resnet-34", "ResNet-34", _resnet((3, 4, 6, 3), 64), 73.31),
    _named("all-conv", "All-CNN-C", lambda task: AllConvNet(task.classes, task.channels)),
    _named("vgg-a", "VGG-A (BN)", _vgg("A"), 70.37),
    _named("vgg-d", "VGG-D (BN)", _vgg("D"), 73.36),
)

COST = Study(
    name="cost",
    title=Text(es="Lo que cuesta el acierto", en="What accuracy costs"),
    metrics=(Metric.ACCURACY, Metric.PARAMETERS, Metric.MACS, Metric.MILLISECONDS),
    paper=Paper(
        source=Text(
            es="torchvision, ImageNet; Canziani et al. 2016, figuras 1 y 2, no dan una tabla",
            en="torchvision, ImageNet; Canziani et al. 2016, figures 1 and 2, give no table",
        ),
        column=Text(es="ImageNet (% de acierto)", en="ImageNet (% accuracy)"),
    ),
    plot=Plot.COST,
    settings={
        Size.SMALL: Setting(
            protocol=Protocol(
                data=Source.DIGITS,
                classes=tuple(range(10)),
                image_size=32,
                per_class=20,
                training=Training(epochs=5, batch_size=10, learning_rate=0.02),
            ),
            folds=1,
            seeds=3,
            variants=SMALL,
        ),
        Size.FULL: Setting(
            protocol=Protocol(
                data=Source.FASHION_MNIST,
                classes=tuple(range(10)),
                image_size=32,
                per_class=None,
                training=Training(epochs=20, batch_size=128, learning_rate=0.02),
            ),
            folds=1,
            seeds=5,
            variants=FULL,
        ),
    },
)
