"""What depth does to plain and to residual networks: He et al. 2016, figure 1 and table 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import nn

from autograder.studies.metric import Metric
from autograder.studies.networks import plain_network
from autograder.studies.study import Paper, Plot, Protocol, Setting, Size, Study, Task, Variant
from autograder.training.data import Source
from autograder.training.fit import Training
from cnnlab.text import Text
from solutions.resnet import ResNet

PLAIN = Text(es="sin atajos", en="plain")
RESIDUAL = Text(es="residual", en="residual")
PAPER_PLAIN: Mapping[int, float] = {18: 27.94, 34: 28.54}  # table 2
PAPER_RESIDUAL: Mapping[int, float] = {18: 27.88, 34: 25.03}


def _variants(blocks: tuple[int, ...], width: int) -> Iterator[Variant]:
    """A plain and a residual network for each number of blocks in each of the four stages."""
    for count in blocks:
        layers = (count,) * 4
        depth = 2 * sum(layers) + 2

        def plain(task: Task, layers: tuple[int, ...] = layers) -> nn.Module:
            return plain_network(layers, task.classes, task.channels, width)

        def residual(task: Task, layers: tuple[int, ...] = layers) -> nn.Module:
            return ResNet(layers, task.classes, task.channels, width)

        for series, build, paper in (
            (PLAIN, plain, PAPER_PLAIN),
            (RESIDUAL, residual, PAPER_RESIDUAL),
        ):
            name = Text(es=f"{series.es}, {depth} capas", en=f"{series.en}, {depth} layers")
            key = f"{series.en}-{depth}"
            yield Variant(key, name, build, paper.get(depth), series, depth)


DEPTH = Study(
    name="depth",
    title=Text(es="Profundidad con y sin atajos", en="Depth with and without shortcuts"),
    metrics=(Metric.TEST_ERROR, Metric.TRAIN_ERROR),
    paper=Paper(
        source=Text(
            es="He et al. 2016, tabla 2 (ImageNet, validación)",
            en="He et al. 2016, table 2 (ImageNet, validation)",
        ),
        column=Text(es="He et al. (% de error)", en="He et al. (% error)"),
    ),
    plot=Plot.LINES,
    settings={
        Size.SMALL: Setting(
            protocol=Protocol(
                data=Source.DIGITS,
                classes=tuple(range(10)),
                image_size=16,
                per_class=50,
                training=Training(epochs=8, batch_size=32, learning_rate=0.05),
            ),
            folds=1,
            seeds=3,
            variants=tuple(_variants((1, 2, 4), width=8)),
        ),
        Size.FULL: Setting(
            protocol=Protocol(
                data=Source.FASHION_MNIST,
                classes=tuple(range(10)),
                image_size=32,
                per_class=None,
                training=Training(epochs=20, batch_size=128, learning_rate=0.1),
            ),
            folds=1,
            seeds=5,
            variants=tuple(_variants((1, 2, 4, 7, 13), width=16)),
        ),
    },
)
