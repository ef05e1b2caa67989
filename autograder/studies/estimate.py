"""From the runs of a study to one row for each variant, with 95 % confidence intervals."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import t

from autograder.studies.metric import Metric
from autograder.studies.runs import Run
from autograder.studies.study import Variant

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean, and half the width of its 95 % interval; none where there is one seed only."""

    mean: float
    half_width: float | None


@dataclass(frozen=True)
class Row:
    """One variant: an estimate of each metric, from `runs` runs."""

    variant: Variant
    estimates: Mapping[Metric, Estimate]
    runs: int


def row_of(variant: Variant, metrics: Sequence[Metric], runs: Sequence[Run]) -> Row:
    """The row of a variant, from all of its runs."""
    estimates = {metric: estimated(runs, metric) for metric in metrics}
    return Row(variant, estimates, len(runs))


def estimated(runs: Sequence[Run], metric: Metric) -> Estimate:
    """The mean over seeds of the mean over folds, with Student's interval over the seeds.

    Folds of one seed share training images, so that only seeds count as repetitions.
    """
    by_seed: dict[int, list[float]] = defaultdict(list)
    for run in runs:
        by_seed[run.seed].append(run.value(metric))
    means = [statistics.fmean(values) for values in by_seed.values()]
    mean = statistics.fmean(means)
    if len(means) < 2:
        return Estimate(mean, None)
    quantile = float(t.ppf((1 + CONFIDENCE) / 2, len(means) - 1))
    return Estimate(mean, quantile * statistics.stdev(means) / math.sqrt(len(means)))
