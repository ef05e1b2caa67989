"""What a trained backbone is worth: Karpathy et al. 2014, table 3.

The paper's order shows where little can be learned anew: five images of each class, and ten steps
in the small setting. Given sixty steps, digits are learned from scratch better than from here.
"""

from __future__ import annotations

import copy

from torch import nn

from autograder.studies.metric import Metric
from autograder.studies.study import Paper, Plot, Protocol, Setting, Size, Study, Task, Variant
from autograder.training.backbone import SHIPPED, Recipe, blocks_of
from autograder.training.data import Source
from autograder.training.fit import Training
from cnnlab.text import Text
from solutions.resnet import ResNet
from solutions.transfer import FineTuner

NEW_CLASSES = (5, 6, 7, 8, 9)
FULL_RECIPE = Recipe(
    data=Source.FASHION_MNIST,
    classes=(0, 1, 2, 3, 4),
    image_size=32,
    layers=(2, 2, 2, 2),
    width=64,
    training=Training(epochs=20, batch_size=128, learning_rate=0.1),
    seed=0,
)


def _from_scratch(task: Task) -> nn.Module:
    assert task.backbone is not None
    network = task.backbone.untrained()
    return _tuner(network, task, len(blocks_of(network)))


def _top_layer(task: Task) -> nn.Module:
    return _tuner(_trained(task), task, 0)


def _top_three(task: Task) -> nn.Module:
    return _tuner(_trained(task), task, 3)


def _all_layers(task: Task) -> nn.Module:
    network = _trained(task)
    return _tuner(network, task, len(blocks_of(network)))


def _trained(task: Task) -> ResNet:
    assert task.backbone is not None
    return copy.deepcopy(task.backbone.network)


def _tuner(network: ResNet, task: Task, trainable_blocks: int) -> FineTuner:
    blocks = blocks_of(network)
    return FineTuner(blocks, network.fc.in_features, task.classes, trainable_blocks)


VARIANTS = (
    Variant("scratch", Text(es="desde cero", en="from scratch"), _from_scratch, 41.3),
    Variant("top", Text(es="última capa", en="top layer"), _top_layer, 64.1),
    Variant("top-3", Text(es="últimas 3 capas", en="top 3 layers"), _top_three, 65.4),
    Variant("all", Text(es="todas las capas", en="all layers"), _all_layers, 62.2),
)

TRANSFER = Study(
    name="transfer",
    title=Text(
        es="Ajuste fino con cinco imágenes de cada clase nueva",
        en="Fine-tuning with five images of each new class",
    ),
    metrics=(Metric.ACCURACY,),
    paper=Paper(
        source=Text(
            es="Karpathy et al. 2014, tabla 3 (UCF-101)",
            en="Karpathy et al. 2014, table 3 (UCF-101)",
        ),
        column=Text(es="Karpathy et al. (%)", en="Karpathy et al. (%)"),
    ),
    plot=Plot.BARS,
    settings={
        Size.SMALL: Setting(
            protocol=Protocol(
                data=Source.DIGITS,
                classes=NEW_CLASSES,
                image_size=SHIPPED.image_size,
                per_class=5,
                training=Training(epochs=10, batch_size=25, learning_rate=0.05),
                backbone=SHIPPED,
            ),
            folds=3,
            seeds=5,
            variants=VARIANTS,
        ),
        Size.FULL: Setting(
            protocol=Protocol(
                data=Source.FASHION_MNIST,
                classes=NEW_CLASSES,
                image_size=FULL_RECIPE.image_size,
                per_class=5,
                training=Training(epochs=10, batch_size=25, learning_rate=0.05),
                backbone=FULL_RECIPE,
            ),
            folds=3,
            seeds=5,
            variants=VARIANTS,
        ),
    },
)
