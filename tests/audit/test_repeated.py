"""A training check's verdict on known code may not depend on the seed."""

from __future__ import annotations

from collections import Counter

import pytest

from autograder.audit.cases import Case, Kind
from autograder.audit.repeated import Repeated, is_caught_otherwise
from autograder.misconceptions import caught_by

CHECK = "resnet/network_learns"


def repeated(kind: Kind, failures: int) -> Repeated:
    case = Case(kind, "resnet", "resnet", "a-case", "", target="ResNet")
    return Repeated(case, 50, Counter({CHECK: failures}))


@pytest.mark.parametrize("failures", [0, 50])
def test_a_misconception_may_pass_or_fail_but_always(failures: int) -> None:
    assert repeated(Kind.MISCONCEPTION, failures).unsettled == []


@pytest.mark.parametrize("failures", [1, 49])
def test_a_misconception_that_one_seed_decides_is_told(failures: int) -> None:
    assert repeated(Kind.MISCONCEPTION, failures).unsettled == [CHECK]


@pytest.mark.parametrize("kind", [Kind.REFERENCE, Kind.VARIANT])
@pytest.mark.parametrize("failures", [1, 50])
def test_right_code_passes_with_every_seed(kind: Kind, failures: int) -> None:
    assert repeated(kind, 0).unsettled == []
    assert repeated(kind, failures).unsettled == [CHECK]


def test_what_other_checks_catch_does_not_hang_on_a_seed() -> None:
    key = "relu-on-the-logits"
    wrong = Case(Kind.MISCONCEPTION, "all_conv", "all_conv", key, "", "AllConvNet", key)
    training = frozenset({"all_conv/network_learns"})
    assert is_caught_otherwise(wrong, training)
    assert not is_caught_otherwise(wrong, caught_by("all_conv")[key])
    right = Case(Kind.VARIANT, "all_conv", "all_conv", "a-variant", "")
    assert not is_caught_otherwise(right, training)
