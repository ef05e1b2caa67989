"""What may stand in for max pooling: Springenberg et al. 2014, table 3."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from autograder.studies.metric import Metric
from autograder.studies.networks import MODEL_C_WIDTH, Pooling, model_c
from autograder.studies.study import Paper, Plot, Protocol, Setting, Size, Study, Task, Variant
from autograder.training.data import Source
from autograder.training.fit import Training
from cnnlab.text import Text

PUBLISHED = (
    (Pooling.MAX_POOL, Text(es="max pooling (modelo C)", en="max pooling (model C)"), 9.74),
    (Pooling.STRIDED, Text(es="con paso (Strided-CNN-C)", en="strided (Strided-CNN-C)"), 10.19),
    (Pooling.CONV_POOL, Text(es="ConvPool-CNN-C", en="ConvPool-CNN-C"), 9.31),
    (Pooling.ALL_CONV, Text(es="All-CNN-C", en="All-CNN-C"), 9.08),
)


def _variants(width: int) -> Iterator[Variant]:
    for pooling, name, error in PUBLISHED:

        def build(task: Task, pooling: Pooling = pooling) -> nn.Module:
            return model_c(pooling, task.classes, task.channels, width)

        yield Variant(str(pooling), name, build, error)


ALL_CONV = Study(
    name="allconv",
    title=Text(
        es="Max pooling, convoluciones con paso y All-CNN",
        en="Max pooling, strided convolutions and All-CNN",
    ),
    metrics=(Metric.TEST_ERROR, Metric.PARAMETERS),
    paper=Paper(
        source=Text(
            es="Springenberg et al. 2014, tabla 3 (CIFAR-10)",
            en="Springenberg et al. 2014, table 3 (CIFAR-10)",
        ),
        column=Text(es="Springenberg et al. (% de error)", en="Springenberg et al. (% error)"),
    ),
    plot=Plot.BARS,
    settings={
        Size.SMALL: Setting(
            protocol=Protocol(
                data=Source.DIGITS,
                classes=tuple(range(10)),
                image_size=12,
                per_class=50,
                training=Training(epochs=25, batch_size=10, learning_rate=0.005),
            ),
            folds=1,
            seeds=3,
            variants=tuple(_variants(24)),
        ),
        Size.FULL: Setting(
            protocol=Protocol(
                data=Source.FASHION_MNIST,
                classes=tuple(range(10)),
                image_size=32,
                per_class=None,
                training=Training(epochs=60, batch_size=128, learning_rate=0.02, weight_decay=1e-3),
            ),
            folds=1,
            seeds=5,
            variants=tuple(_variants(MODEL_C_WIDTH)),
        ),
    },
)
