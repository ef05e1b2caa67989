"""The comparisons that checks are written with. Each says what was expected and what was seen.

A value counts only with the exact type: `True` is not 1, a NumPy scalar is no float, a tensor of
shape (1, C) is not one of shape (C,).
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograder.checking.difference import difference_text
from autograder.checking.expression import joined, plain, value_text
from autograder.checking.failures import Mismatch, StudentError
from autograder.checking.remote import Remote
from cnnlab.text import Text

# (relative, absolute) by dtype: a few hundred roundings, far from any wrong formula.
TOLERANCES = {
    torch.float64: (1e-9, 1e-10),
    torch.float32: (2e-4, 1e-5),
    torch.float16: (2e-2, 2e-3),
    torch.bfloat16: (6e-2, 1e-2),
}


def assert_that(condition: bool, es: str, en: str, *, seen: object = None) -> None:
    """Fail with a sentence that says what was seen.

    `seen` is the value behind the sentence, where there is one that does not depend on chance: it
    tells one misconception from another.
    """
    if not condition:
        raise Mismatch(Text(es=es, en=en), seen)


def assert_equal(actual: object, expected: object, what: Text | str = "") -> None:
    """Equal values of equal types, inside tuples, lists and dicts too."""
    if not _same(actual, expected):
        raise Mismatch(_unequal(what, actual, expected), seen_of(actual))


def _unequal(what: Text | str, actual: object, expected: object) -> Text:
    """The first item of a list that differs, and the value of a tensor that is furthest off."""
    if isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        for seen, wanted in zip(actual, expected, strict=True):
            if isinstance(seen, Tensor) and not _same(seen, wanted):
                return _unequal(what, seen, wanted)
    if isinstance(actual, Tensor) and isinstance(expected, Tensor):
        alike = actual.shape == expected.shape and actual.dtype == expected.dtype
        if alike and not actual.is_meta and not expected.is_meta:
            seen, wanted = actual.detach().double(), expected.detach().double()
            return difference_text(what, seen, wanted, seen != wanted)
    return _expected_seen(what, kind_and_value(expected), kind_and_value(actual))


def assert_instance(value: object, cls: type, what: Text | str = "") -> None:
    """A worker's object of a class, or of one derived from it, as `isinstance` means it."""
    name = f"{cls.__module__}.{cls.__qualname__}"
    if not isinstance(value, Remote) or name not in value.types:
        text = _expected_seen(what, plain(cls.__qualname__), kind_and_value(value))
        raise Mismatch(text, seen_of(value))


def assert_close(
    actual: object,
    expected: Tensor,
    what: Text | str = "",
    *,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """A tensor with the dtype, shape and, within tolerance, the finite values of `expected`."""
    if not isinstance(actual, Tensor):
        text = _expected_seen(what, _tensor_kind(expected), kind_and_value(actual))
        raise Mismatch(text, seen_of(actual))
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        text = _expected_seen(what, _tensor_kind(expected), _tensor_kind(actual))
        raise Mismatch(text, actual)
    if actual.is_meta or expected.is_meta:
        if actual.is_meta != expected.is_meta:
            seen_device = "meta" if actual.is_meta else "cpu"
            wanted_device = "meta" if expected.is_meta else "cpu"
            text = _expected_seen(what, plain(wanted_device), plain(seen_device))
            raise Mismatch(text, seen_device)
        return
    default_rtol, default_atol = TOLERANCES.get(expected.dtype, (0.0, 0.0))
    rtol = default_rtol if rtol is None else rtol
    atol = default_atol if atol is None else atol
    seen, wanted = actual.detach().double(), expected.detach().double()
    far = ~torch.isclose(seen, wanted, rtol=rtol, atol=atol, equal_nan=False)
    if bool(far.any()):
        raise Mismatch(difference_text(what, seen, wanted, far), actual)


def assert_float(actual: object, expected: float, what: Text | str = "") -> None:
    """A Python float within a millionth of `expected`: sums in float32 are good enough."""
    if type(actual) is not float or not math.isclose(actual, expected, rel_tol=1e-6, abs_tol=1e-6):
        raise Mismatch(
            _expected_seen(what, kind_and_value(expected), kind_and_value(actual)), seen_of(actual)
        )


def assert_shape(actual: object, shape: tuple[int, ...], what: Text | str = "") -> None:
    if not isinstance(actual, Tensor):
        text = _expected_seen(what, plain(f"tensor {shape}"), kind_and_value(actual))
        raise Mismatch(text, seen_of(actual))
    if tuple(actual.shape) != shape:
        text = _expected_seen(what, plain(str(shape)), plain(str(tuple(actual.shape))))
        raise Mismatch(text, tuple(actual.shape))


def assert_device(actual: object, device: str, what: Text | str = "") -> None:
    """A tensor on `device`, for results that have no values (`meta`, fake CUDA)."""
    if not isinstance(actual, Tensor):
        text = _expected_seen(what, plain(f"tensor {device}"), kind_and_value(actual))
        raise Mismatch(text, seen_of(actual))
    seen = actual.__dict__.get("worker_device", actual.device.type)
    if seen != device:
        raise Mismatch(_expected_seen(what, plain(device), plain(str(seen))), str(seen))


@contextlib.contextmanager
def rejects(*names: str) -> Iterator[None]:
    """The body must raise `ValueError` with a message that has one of `names` in it.

    A name of one letter has to stand alone: every "expected" has a p and an x. Of a longer one, a
    sentence may begin with a capital.
    """
    wanted = Text(
        es=f"un ValueError cuyo mensaje nombre {' o '.join(names)}",
        en=f"a ValueError whose message names {' or '.join(names)}",
    )
    try:
        yield
    except StudentError as error:
        if error.is_missing or error.is_import_failure:
            raise
        raised = error.raised
        is_named = any(_names(name, raised.message) for name in names)
        if "ValueError" not in raised.types or not is_named:
            seen = plain(f"{raised.types[0]}: {raised.message}" if raised.types else "?")
            answer = (raised.types[:1], is_named)
            raise Mismatch(_expected_seen("", wanted, seen), answer) from None
    else:
        nothing = Text(es="ninguna excepción", en="no exception")
        raise Mismatch(_expected_seen("", wanted, nothing))


def _names(name: str, message: str) -> bool:
    if len(name) > 1:
        return name.lower() in message.lower()
    return re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", message) is not None


def seen_of(value: object) -> object:
    """A value as it is compared with another's: a worker's object by its classes."""
    return value.types if isinstance(value, Remote) else value


def kind_and_value(value: object) -> Text:
    """A value as a student would recognise it, with its type where that is not obvious."""
    if isinstance(value, Tensor):
        return _tensor_kind(value)
    if isinstance(value, Remote):
        name = value.types[0].rsplit(".", 1)[-1] if value.types else "?"
        return Text(es=f"un objeto {name}", en=f"a {name} object")
    return value_text(value)


def _tensor_kind(tensor: Tensor) -> Text:
    dtype, shape = str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape)
    return Text(es=f"un tensor {dtype} de forma {shape}", en=f"a {dtype} tensor of shape {shape}")


def _same(actual: Any, expected: Any) -> bool:
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, list | tuple):
        return len(actual) == len(expected) and all(
            _same(a, e) for a, e in zip(actual, expected, strict=True)
        )
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            _same(actual[key], value) for key, value in expected.items()
        )
    if isinstance(expected, Tensor):
        return actual.dtype == expected.dtype and torch.equal(actual.detach(), expected.detach())
    if isinstance(expected, float) and math.isnan(expected):
        return math.isnan(actual)
    return bool(actual == expected)


def _expected_seen(what: Text | str, expected: Text, seen: Text) -> Text:
    return joined(
        what,
        Text(es=": se esperaba ", en=": expected ")
        if what
        else Text(es="Se esperaba ", en="Expected "),
        expected,
        Text(es=", se obtuvo ", en=", got "),
        seen,
        ".",
    )
