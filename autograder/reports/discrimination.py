"""How well a check tells those who know the rest of its lab from those who do not."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def discrimination(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """The item-rest point-biserial correlation, in [-1, 1]; `None` where it is not defined.

    `passed` says of each student whether they pass the check, `rest` what they score in the lab's
    other checks, so that a check is not compared with itself. It is Pearson's correlation with a
    variable of two values, r = (M1 - M0) / s · sqrt(p (1 - p)): M1 and M0 are the mean scores of
    those who pass and those who fail, s the scores' standard deviation (of the population), p the
    share that passes. Not defined where all pass, all fail, or all score the same.

    Source: Lord & Novick 1968, "Statistical theories of mental test scores".
    """
    if len(set(passed)) < 2 or len(set(rest)) < 2:
        return None
    return statistics.correlation([float(value) for value in passed], rest)
