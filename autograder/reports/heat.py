"""A share of points as a number to read and one of six levels to colour it by."""

from __future__ import annotations

import math
from dataclasses import dataclass

QUARTERS = 4
NOTHING = "n"


@dataclass(frozen=True)
class Heat:
    """`level` is the CSS class: h0 for nothing to h5 for full marks, n for not submitted."""

    words: str
    level: str


MISSING = Heat("–", NOTHING)


def percent(points: float, of: float) -> Heat:
    """`points` of the possible ones in percent; 0 and 100 say exactly that."""
    share = round(points / of, 6) if of else 0.0
    if not 0 < share < 1:
        return Heat(f"{100 * share:.0f}", level(share))
    return Heat(str(min(99, max(1, round(100 * share)))), level(share))


def mark(points: float, of: float) -> Heat:
    """`points` as they are."""
    return Heat(number(points), level(points / of if of else 0.0))


def level(share: float) -> str:
    """The class of a share in [0, 1]: 0, the quarter it is in, or 1."""
    exact = round(share, 6)  # points are sums of decimals
    return f"h{math.ceil(exact * QUARTERS) if exact < 1 else QUARTERS + 1}"


def number(value: float) -> str:
    """At most two decimals, none where there is nothing to say."""
    return f"{round(value, 2):g}" if abs(value) < 10_000 else f"{value:.0f}"
