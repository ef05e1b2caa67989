"""Comparisons: a value counts only with its exact type, and a failure says what was seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from autograder.checking import (
    Remote,
    assert_close,
    assert_device,
    assert_equal,
    assert_instance,
    assert_shape,
    assert_that,
    rejects,
)
from autograder.checking.failures import Mismatch, StudentError
from autograder.checking.remote import Session
from autograder.worker.protocol import Object, Raised
from cnnlab.text import Text
from tests.core.in_process import InProcessWorker

ZEROS = torch.zeros(2, 3)


def remote(*types: str) -> Remote:
    session = Session(InProcessWorker, {})
    return Remote(session, Object(1, types), types, Text("", ""), 1)


def mismatch_of(compare: Callable[..., None], *arguments: Any, **keywords: Any) -> Text:
    with pytest.raises(Mismatch) as caught:
        compare(*arguments, **keywords)
    return caught.value.text


@pytest.mark.parametrize(
    "value", [0, 1.5, True, None, "es", (1, [2.0]), {"a": (1,)}, math.inf, math.nan, ZEROS, [ZEROS]]
)
def test_equal_values_are_equal(value: object) -> None:
    assert_equal(value, value)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (True, 1),
        (1, True),
        (0, False),
        (1.0, 1),
        (1, 1.0),
        (type("MyFloat", (float,), {})(1.0), 1.0),
        (np.float64(1.0), 1.0),
        (torch.tensor(1.0), 1.0),
        ("1", 1),
        (None, 0),
        ([1, 2], (1, 2)),
        ((1, True), (1, 1)),
        ((1, 2), (1, 2, 3)),
        ({"a": 1.0}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 1}),
        (math.nan, 1.0),
        (1.0, math.nan),
        (math.inf, -math.inf),
        (ZEROS, ZEROS.double()),
        (ZEROS, ZEROS[:1]),
        (remote("builtins.int"), 1),
    ],
    ids=repr,
)
def test_equality_is_exact(actual: object, expected: object) -> None:
    mismatch_of(assert_equal, actual, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_close_allows_rounding_but_no_more(dtype: torch.dtype) -> None:
    expected = torch.linspace(0.5, 2, 8, dtype=torch.float64).to(dtype)
    epsilon = torch.finfo(dtype).eps
    assert_close(expected * (1 + 2 * epsilon), expected)
    mismatch_of(assert_close, expected * 1.15, expected)


@pytest.mark.parametrize(
    "actual",
    [
        ZEROS.double(),
        ZEROS.long(),
        ZEROS[:1],
        ZEROS[0],
        ZEROS.T,
        ZEROS[None],
        torch.zeros(2, 0),
        torch.zeros(()),
        ZEROS.to("meta"),
        ZEROS + math.nan,
        ZEROS + math.inf,
        ZEROS + 0.01,
        ZEROS.tolist(),
        0.0,
        None,
        np.zeros((2, 3), dtype=np.float32),
        remote("torch.Tensor"),
    ],
    ids=lambda value: repr(value).replace("\n", ""),
)
def test_close_tensors_have_the_dtype_shape_and_values(actual: object) -> None:
    mismatch_of(assert_close, actual, ZEROS)


def test_nan_is_not_close_to_nan() -> None:
    mismatch_of(assert_close, torch.tensor([math.nan]), torch.tensor([math.nan]))


def test_infinities_are_close_to_themselves_only() -> None:
    infinities = torch.tensor([math.inf, -math.inf])
    assert_close(infinities, infinities)
    mismatch_of(assert_close, -infinities, infinities)
    mismatch_of(assert_close, torch.tensor([3e38, -3e38]), infinities)


def test_integers_and_booleans_are_close_when_equal() -> None:
    assert_close(torch.arange(3), torch.arange(3))
    mismatch_of(assert_close, torch.arange(3), torch.arange(3) + 1)
    mismatch_of(assert_close, torch.tensor([True]), torch.tensor([False]))


def test_empty_and_meta_tensors_are_close_by_shape_and_dtype() -> None:
    assert_close(torch.zeros(0, 3), torch.ones(0, 3))
    assert_close(ZEROS.to("meta"), torch.empty(2, 3, device="meta"))
    mismatch_of(assert_close, torch.zeros(0, 2), torch.zeros(0, 3))
    mismatch_of(assert_close, ZEROS, ZEROS.to("meta"))


def test_gradients_do_not_stand_in_the_way() -> None:
    assert_close(ZEROS.clone().requires_grad_(), ZEROS)


def test_tolerances_can_be_chosen() -> None:
    assert_close(ZEROS + 0.01, ZEROS, atol=0.1)
    mismatch_of(assert_close, ZEROS + 0.01, ZEROS, atol=0.001)


def test_a_difference_is_told_with_its_place() -> None:
    actual, expected = torch.zeros(2, 3), torch.zeros(2, 3)
    actual[1, 2] = 0.5
    actual[0, 1] = 0.25
    what = Text(es="la media", en="the mean")
    assert mismatch_of(assert_close, actual, expected, what) == Text(
        es="la media: se esperaba 0, se obtuvo 0.5 en imagen 1, salida 2 "
        "(2 de 6 valores difieren).",
        en="the mean: expected 0, got 0.5 in image 1, output 2 (2 of 6 values differ).",
    )


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("y", "in image 0, channel 1, row 2, column 3"),
        ("weight", "in output channel 0, input channel 1, row 2, column 3"),
        ("weight.grad", "in output channel 0, input channel 1, row 2, column 3"),
    ],
)
def test_the_axes_of_images_and_kernels_have_names(what: str, place: str) -> None:
    actual = torch.zeros(1, 2, 3, 4)
    actual[0, 1, 2, 3] = 9.0
    text = mismatch_of(assert_close, actual, torch.zeros(1, 2, 3, 4), what)
    assert text.en == f"{what}: expected 0, got 9 {place} (1 of 24 values differ)."


def test_statistics_are_told_by_channel_and_ratio() -> None:
    expected = torch.tensor([1.0, 2.0, 4.0])
    text = mismatch_of(assert_close, expected * 23 / 24, expected, "running_var")
    assert text.en == (
        "running_var: expected 4, got 3.83333 in channel 2 "
        "(3 of 3 values differ; 23/24 times the expected)."
    )


@pytest.mark.parametrize(
    ("actual", "pattern"),
    [
        ([-1.0, -2.0, -5.0], "with the opposite sign"),
        ([1.5, 2.5, 5.5], "all 0.5 too much"),
        ([0.5, 1.5, 4.5], "all 0.5 too little"),
        ([0.0, 0.0, 0.0], "all are 0"),
        ([2.0, 5.0, 1.0], "the right values in another order"),
        ([1.37, 2.74, 6.85], "1.37 times the expected"),
        ([math.nan, 2.0, math.nan], "2 are NaN"),
    ],
)
def test_what_the_differences_have_in_common_is_told(actual: list[float], pattern: str) -> None:
    expected = torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)
    text = mismatch_of(assert_close, torch.tensor(actual, dtype=torch.float64), expected)
    assert text.en.endswith(f"differ; {pattern})."), text.en


@pytest.mark.parametrize("actual", [[1.3, 2.1, 9.0], [3.0, 2.0, math.inf], [1.0, 2.0, 5.3123]])
def test_no_pattern_is_told_where_there_is_none(actual: list[float]) -> None:
    expected = torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)
    text = mismatch_of(assert_close, torch.tensor(actual, dtype=torch.float64), expected)
    assert text.en.endswith("of 3 values differ).")


def test_nan_is_the_furthest_of_all() -> None:
    text = mismatch_of(assert_close, torch.tensor([9e9, math.nan]), torch.tensor([0.0, 1.0]))
    assert text.en.startswith("Expected 1, got nan at position [1] (2 of 2 values differ")


def test_a_scalar_has_no_place() -> None:
    text = mismatch_of(assert_close, torch.tensor(2.1234), torch.tensor(1.0))
    assert text == Text(es="Se esperaba 1, se obtuvo 2.1234.", en="Expected 1, got 2.1234.")


def test_other_kinds_are_told_by_kind() -> None:
    assert mismatch_of(assert_close, torch.zeros(1, 3), torch.zeros(3)) == Text(
        es="Se esperaba un tensor float32 de forma (3,), "
        "se obtuvo un tensor float32 de forma (1, 3).",
        en="Expected a float32 tensor of shape (3,), got a float32 tensor of shape (1, 3).",
    )
    assert mismatch_of(assert_equal, remote("numpy.float64", "builtins.float"), 1.0, "p") == Text(
        es="p: se esperaba 1.0, se obtuvo un objeto float64.",
        en="p: expected 1.0, got a float64 object.",
    )


def test_a_vast_answer_is_told_in_short() -> None:
    assert len(mismatch_of(assert_equal, [0] * 10_000, 0).en) < 200


def test_shape_and_device() -> None:
    assert_shape(ZEROS, (2, 3))
    assert_device(ZEROS, "cpu")
    assert_device(ZEROS.to("meta"), "meta")
    text = mismatch_of(assert_shape, ZEROS, (3, 2), "y")
    assert text == Text(
        es="y: se esperaba (3, 2), se obtuvo (2, 3).", en="y: expected (3, 2), got (2, 3)."
    )
    assert "expected cuda, got cpu" in mismatch_of(assert_device, ZEROS, "cuda", "y").en


@pytest.mark.parametrize("value", [None, [2, 3], (2, 3), remote("torch.Tensor")], ids=repr)
def test_only_a_tensor_has_shape_and_device(value: object) -> None:
    mismatch_of(assert_shape, value, (2, 3))
    mismatch_of(assert_device, value, "cpu")


def test_instances_are_the_workers_objects_of_a_class_or_a_derived_one() -> None:
    name = "torch.nn.modules.conv.Conv2d"
    assert_instance(remote(name), nn.Conv2d)
    assert_instance(remote("cnnlab.vgg.MyConv2d", name), nn.Conv2d)
    for value in (remote("cnnlab.vgg.Conv2d"), remote(), nn.Conv2d(1, 1, 1), "Conv2d", None):
        assert "Expected Conv2d" in mismatch_of(assert_instance, value, nn.Conv2d).en


def test_a_condition_of_ones_own() -> None:
    assert_that(True, es="nunca", en="never")
    assert mismatch_of(assert_that, False, es="así no", en="not so") == Text("así no", "not so")


def raise_in_student(*types: str, message: str) -> None:
    raise StudentError(Raised((*types, "Exception"), message, None))


@pytest.mark.parametrize(
    "message", ["p must lie in [0, 1]", "bad p", "(p=2)", "x·p", "the kernel does not fit"]
)
def test_rejects_a_value_error_that_names_an_argument(message: str) -> None:
    with rejects("p", "kernel"):
        raise_in_student("ValueError", message=message)


def test_rejects_an_error_derived_from_value_error() -> None:
    with rejects("p"):
        raise_in_student("UnicodeError", "ValueError", message="p")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("TypeError", "p"),
        ("RuntimeError", "p is bad"),
        ("ValueError", ""),
        ("ValueError", "wrong"),
        ("ValueError", "expected a map"),
        ("Skipped", "p"),
    ],
)
def test_rejects_nothing_less(kind: str, message: str) -> None:
    with pytest.raises(Mismatch) as caught, rejects("p"):
        raise_in_student(kind, message=message)
    assert caught.value.text.en.startswith("Expected a ValueError whose message names p, got ")
    assert caught.value.text.es.startswith("Se esperaba un ValueError cuyo mensaje nombre p, ")


def test_rejects_needs_an_exception() -> None:
    with pytest.raises(Mismatch, match="no exception"), rejects("p"):
        pass


@pytest.mark.parametrize("kind", ["NotImplementedError", "AttributeError", "SyntaxError"])
def test_rejects_does_not_hide_what_is_not_written(kind: str) -> None:
    with pytest.raises(StudentError), rejects("p"):
        raise_in_student(kind, message="p")


def test_comparisons_leave_their_arguments_alone() -> None:
    actual: Tensor = torch.tensor([1.0, math.nan])
    mismatch_of(assert_close, actual, torch.ones(2))
    assert repr(actual) == "tensor([1., nan])"
