"""What a study is: variants that are trained alike, and the paper that is beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from torch import nn

from autograder.studies.metric import Metric
from autograder.training.backbone import Backbone, Recipe
from autograder.training.data import Source
from autograder.training.fit import Training
from cnnlab.text import Text


class Size(StrEnum):
    """How large a setting is: minutes on a processor, or a GPU's work."""

    SMALL = "small"
    FULL = "full"


class Plot(StrEnum):
    """What a study's figure shows."""

    BARS = "bars"  # a bar for each variant
    LINES = "lines"  # a line for each series of variants, along `at`
    COST = "cost"  # accuracy against multiply-accumulates


class Protocol(msgspec.Struct, frozen=True, kw_only=True):
    """How each run trains and tests, whatever the variant.

    `per_class` limits the training images of each class (None: all that are not held out). Images
    are resized to `image_size`, and normalised as the `backbone` wants them where there is one.
    """

    data: Source
    classes: tuple[int, ...]
    image_size: int
    per_class: int | None
    training: Training
    backbone: Recipe | None = None


@dataclass(frozen=True)
class Task:
    """What a variant's network is built for."""

    channels: int
    classes: int
    backbone: Backbone | None


@dataclass(frozen=True)
class Variant:
    """One of the networks or ways of training that a study compares.

    `build` draws its weights from torch's global generator. `series` and `at` say where it is in a
    plot of lines. `paper` is the published figure in percent, where there is one.
    """

    key: str
    name: Text
    build: Callable[[Task], nn.Module]
    paper: float | None = None
    series: Text | None = None
    at: int = 0


@dataclass(frozen=True)
class Setting:
    """One size of a study: each variant runs for each of `seeds` and the first `folds` of three."""

    protocol: Protocol
    folds: int
    seeds: int
    variants: Sequence[Variant]


@dataclass(frozen=True)
class Paper:
    """Where the published figures are from, and the heading of the column with them."""

    source: Text
    column: Text


@dataclass(frozen=True)
class Study:
    """One of the studies; the first of `metrics` is what the paper's figures stand beside."""

    name: str
    title: Text
    metrics: Sequence[Metric]
    paper: Paper
    plot: Plot
    settings: Mapping[Size, Setting]
