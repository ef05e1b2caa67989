"""One run of a study: a network is built, trained, tested and measured."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import torch
from torch import nn

from autograder.studies.runs import Run
from autograder.studies.study import Protocol, Task, Variant
from autograder.training.backbone import Backbone
from autograder.training.data import Examples, Normalization, in_order, split
from autograder.training.fit import fit
from solutions.training import evaluate
from solutions.vgg import count_macs, count_parameters

TIMED_IMAGES = 64
TIMED_PASSES = 9


@dataclass(frozen=True)
class Job:
    """What one run is: `key` is what it will be found again under."""

    key: str
    study: str
    variant: Variant
    fold: int
    seed: int


def prepared(examples: Examples, protocol: Protocol, backbone: Backbone | None) -> Examples:
    """The examples that all runs of a setting share."""
    own = examples.of_classes(protocol.classes)
    if backbone is not None:
        return backbone.prepared(own)
    return own.resized(protocol.image_size, protocol.image_size)


def run(
    job: Job,
    examples: Examples,
    protocol: Protocol,
    backbone: Backbone | None,
    device: torch.device,
) -> Run:
    """Train and measure; on one processor the same job gives the same accuracies."""
    parts = split(examples, job.fold, job.seed)
    train, test = parts.train, parts.test
    if protocol.per_class is not None:
        train = train.first(protocol.per_class)
    if backbone is None:
        normalization = Normalization.of(train)
        train, test = train.normalized(normalization), test.normalized(normalization)
    train, test = train.to(device), test.to(device)
    torch.manual_seed(job.seed)
    channels, height, width = examples.images.shape[1:]
    network = job.variant.build(Task(channels, examples.classes, backbone)).to(device)
    started = time.monotonic()
    fit(network, train, protocol.training, job.seed, device)
    seconds = time.monotonic() - started
    return Run(
        key=job.key,
        study=job.study,
        variant=job.variant.key,
        fold=job.fold,
        seed=job.seed,
        device=device_name(device),
        train_accuracy=evaluate(network, in_order(train), device),
        test_accuracy=evaluate(network, in_order(test), device),
        parameters=count_parameters(network),
        macs=count_macs(network, (channels, height, width)),
        milliseconds=_milliseconds(network, test.images[:TIMED_IMAGES]),
        seconds=seconds,
    )


def device_name(device: torch.device) -> str:
    """What a table says of the device."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


def _milliseconds(network: nn.Module, images: torch.Tensor) -> float:
    """The median time of a pass in eval mode, for each of the images of the batch."""
    network.eval()
    passes = []
    with torch.inference_mode():
        network(images)
        for _ in range(TIMED_PASSES):
            _wait_for(images.device)
            started = time.perf_counter()
            network(images)
            _wait_for(images.device)
            passes.append(time.perf_counter() - started)
    return 1000 * statistics.median(passes) / len(images)


def _wait_for(device: torch.device) -> None:
    """A GPU computes on while Python does."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
