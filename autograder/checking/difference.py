"""Words for how one tensor differs from another: where, how far, and in what pattern."""

from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor

from autograder.checking.expression import joined
from cnnlab.text import Text

IMAGE = Text("imagen", "image")
CHANNEL = Text("canal", "channel")
ROW = Text("fila", "row")
COLUMN = Text("columna", "column")
OUTPUT = Text("salida", "output")
# By the name of a parameter, buffer or statistic, with or without ".grad", and the number of axes.
PARAMETER_AXES: dict[int, tuple[Text, ...]] = {
    1: (CHANNEL,),
    4: (
        Text("canal de salida", "output channel"),
        Text("canal de entrada", "input channel"),
        ROW,
        COLUMN,
    ),
}
PARAMETERS = frozenset({"weight", "bias", "mean", "var", "running_mean", "running_var"})
VALUE_AXES = {2: (IMAGE, OUTPUT), 4: (IMAGE, CHANNEL, ROW, COLUMN)}
LARGEST_DENOMINATOR = 64
FEW = 2  # values that differ, fewer than which make no pattern


def place_text(what: Text | str, place: tuple[int, ...]) -> Text:
    """Where a value lies: by the names of its axes where they are known."""
    name = what.en if isinstance(what, Text) else what
    is_parameter = name.removesuffix(".grad").rsplit(".", 1)[-1] in PARAMETERS
    axes = (PARAMETER_AXES if is_parameter else VALUE_AXES).get(len(place))
    if axes is None:
        return Text(f"en la posición {list(place)}", f"at position {list(place)}")
    return Text(
        es="en " + ", ".join(f"{a.es} {i}" for a, i in zip(axes, place, strict=True)),
        en="in " + ", ".join(f"{a.en} {i}" for a, i in zip(axes, place, strict=True)),
    )


def difference_text(what: Text | str, seen: Tensor, wanted: Tensor, far: Tensor) -> Text:
    """`expected …, got …`, of the value furthest off, and what the others have in common.

    `far` marks the values of `seen` that are not those of `wanted`; both are float64.
    """
    distance = torch.where(far, (seen - wanted).abs().nan_to_num(nan=math.inf), -1.0)
    flat = int(distance.reshape(-1).argmax())
    place = tuple(int(i) for i in torch.unravel_index(torch.tensor(flat), seen.shape))
    expected, got = (f"{float(t.reshape(-1)[flat]):.6g}" for t in (wanted, seen))
    text = joined(
        what,
        Text(": se esperaba ", ": expected ") if what else Text("Se esperaba ", "Expected "),
        Text(f"{expected}, se obtuvo {got}", f"{expected}, got {got}"),
    )
    if place:
        text = joined(text, " ", place_text(what, place))
    count, total = int(far.sum()), far.numel()
    pattern = _pattern(seen, wanted, far)
    if place or pattern:
        differ = Text(f"{count} de {total} valores difieren", f"{count} of {total} values differ")
        words = [*([differ] if place else []), *([pattern] if pattern else [])]
        es, en = ("; ".join(getattr(word, lang) for word in words) for lang in ("es", "en"))
        text = joined(text, " (", Text(es, en), ")")
    return joined(text, ".")


def _pattern(seen: Tensor, wanted: Tensor, far: Tensor) -> Text | None:
    """What the values that differ have in common, if it says something."""
    got, expected = seen[far], wanted[far]
    missing = int(got.isnan().sum())
    if missing:
        return Text(f"{missing} son NaN", f"{missing} are NaN")
    if not bool(got.isfinite().all() and expected.isfinite().all()):
        return None
    if not bool(got.any()):
        return Text("todos son 0", "all are 0") if len(got) >= FEW else None
    if bool((expected != 0).all()):
        factor = _constant(got / expected)
        if factor is not None and (len(got) >= FEW or _as_fraction(factor)):
            number = _as_fraction(factor) or f"{factor:.4g}"
            if factor == -1:
                return Text("tienen el signo contrario", "with the opposite sign")
            return Text(f"son {number} veces lo esperado", f"{number} times the expected")
    offset = _constant(got - expected)
    if offset is not None and len(got) >= FEW:
        sign = Text("de más", "too much") if offset > 0 else Text("de menos", "too little")
        return Text(f"todos {abs(offset):.4g} {sign.es}", f"all {abs(offset):.4g} {sign.en}")
    if len(got) > FEW and torch.allclose(
        seen.reshape(-1).sort().values, wanted.reshape(-1).sort().values, rtol=1e-6, atol=1e-9
    ):
        return Text("son los valores correctos en otro orden", "the right values in another order")
    return None


def _constant(values: Tensor) -> float | None:
    """The one value that all have, but for roundings."""
    middle = float(values.median())
    if torch.allclose(values, torch.full_like(values, middle), rtol=1e-5, atol=0.0):
        return middle
    return None


def _as_fraction(factor: float) -> str | None:
    """A ratio of two small numbers, as "3/4"."""
    fraction = Fraction(factor).limit_denominator(LARGEST_DENOMINATOR)
    is_close = math.isclose(float(fraction), factor, rel_tol=1e-7)
    return str(fraction) if is_close and abs(fraction.numerator) <= LARGEST_DENOMINATOR else None
