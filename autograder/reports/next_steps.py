"""What a student should do first, in one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from autograder.grading.records import LabRecord
from autograder.reports.people import reason_of
from autograder.results import CheckStatus, LabStatus
from cnnlab.labs import LABS

BUILDS_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "conv2d_output_shape": ("conv_output_size",),
        "Dropout2d": ("dropout2d",),
        "BatchNorm2d": ("batch_stats",),
        "make_features": ("VGG_CONFIGS",),
        "VGG": ("VGG_CONFIGS", "make_features"),
        "ResNet": ("ResidualBlock",),
        "zero_init_residual": ("ResidualBlock",),
        "replace_max_pool": ("strided_conv_like",),
        "AllConvNet": ("GlobalAvgPool2d",),
        "linear_to_conv1x1": ("linear_to_conv",),
        "fully_convolutional": ("linear_to_conv", "linear_to_conv1x1"),
        "imagenet_normalize": ("IMAGENET_MEAN", "IMAGENET_STD"),
        "FineTuner": ("freeze",),
        "fine_tune": ("trainable_parameters",),
    }
)
"""The functions of its lab that a function is most simply written with."""


class Rank(IntEnum):
    """Why a step comes where it does; the lowest first."""

    UNREADABLE = 0
    NOT_SUBMITTED = 1
    FOUNDATION = 2
    FORBIDDEN = 3
    POINTS = 4


@dataclass(frozen=True)
class Step:
    """One thing to do. `name` is a module or a function, or empty for a whole submission.

    `gain` is the points that are missing; `forbidden` and `failing` count checks of the function,
    `supports` are the functions that lose points and build on it.
    """

    rank: Rank
    lab: str
    name: str
    gain: float
    reason: str = ""
    failing: int = 0
    forbidden: bool = False
    supports: tuple[str, ...] = ()


def next_steps(labs: tuple[LabRecord, ...]) -> tuple[Step, ...]:
    """The steps of one student, first things first.

    The rule: what could not be read; the modules that were not submitted; functions on which others
    build that lose points too; functions with a forbidden call, which voids all of their checks.
    Each of these in the course's order. Then the others, the most points to gain first.
    """
    steps = [*_unreadable(labs), *(step for lab in labs for step in _of_lab(lab))]
    return tuple(sorted(steps, key=_place))


def _place(step: Step) -> tuple[int, float]:
    return step.rank, -step.gain if step.rank is Rank.POINTS else 0.0


def _unreadable(labs: tuple[LabRecord, ...]) -> Iterator[Step]:
    """One step for each reason, however many labs it concerns."""
    gains: dict[str, float] = {}
    for lab in labs:
        if lab.status is LabStatus.UNREADABLE:
            reason = reason_of(lab)
            gains[reason] = gains.get(reason, 0.0) + lab.max_score
    for reason, gain in gains.items():
        yield Step(Rank.UNREADABLE, "", "", gain, reason=reason)


def _of_lab(lab: LabRecord) -> Iterator[Step]:
    if lab.status is LabStatus.UNREADABLE:
        return
    lost = {
        target: [c for c in lab.checks if c.target == target and c.status is not CheckStatus.PASSED]
        for target in LABS[lab.lab].names
    }
    for module, targets in LABS[lab.lab].targets.items():
        missing = [
            check
            for target in targets
            for check in lost[target]
            if check.status is CheckStatus.NOT_SUBMITTED
        ]
        if missing:
            gain = sum(check.max_points for check in missing)
            yield Step(Rank.NOT_SUBMITTED, lab.lab, module, gain)
            continue
        for target in targets:
            if lost[target]:
                forbidden = any(c.status is CheckStatus.FORBIDDEN for c in lost[target])
                supports = tuple(
                    other for other in lost if lost[other] and target in BUILDS_ON.get(other, ())
                )
                yield Step(
                    rank=Rank.FOUNDATION
                    if supports
                    else Rank.FORBIDDEN
                    if forbidden
                    else Rank.POINTS,
                    lab=lab.lab,
                    name=target,
                    gain=sum(check.max_points for check in lost[target]),
                    failing=len(lost[target]),
                    forbidden=forbidden,
                    supports=supports,
                )
