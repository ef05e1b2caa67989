"""The networks that studies compare: what is the labs' own, and what differs from it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.models import (
    ResNet18_Weights,
    ResNet34_Weights,
    VGG11_BN_Weights,
    VGG16_BN_Weights,
)

from autograder.studies.command import STUDIES
from autograder.studies.networks import Pooling, model_c, plain_network
from autograder.studies.study import Size, Study, Task, Variant
from autograder.training.backbone import own_backbone
from autograder.training.data import synthetic
from solutions.all_conv import AllConvNet
from solutions.resnet import ResNet, zero_init_residual
from solutions.vgg import count_parameters

CPU = torch.device("cpu")
NETWORKS = [
    pytest.param(study, size, variant, id=f"{study.name}-{size}-{variant.key}")
    for study in STUDIES.values()
    for size, setting in study.settings.items()
    for variant in setting.variants
    if setting.protocol.backbone is None
]


@pytest.mark.parametrize(("study", "size", "variant"), NETWORKS)
def test_every_network_takes_the_images_of_its_setting(
    study: Study, size: Size, variant: Variant
) -> None:
    protocol = study.settings[size].protocol
    with torch.device("meta"):  # nothing is computed: some have 10^8 parameters
        network = variant.build(Task(1, 10, None))
        images = torch.empty(2, 1, protocol.image_size, protocol.image_size)
    assert network(images).shape == (2, 10)


def test_all_cnn_c_of_the_study_is_that_of_the_lab() -> None:
    with torch.device("meta"):
        ours, labs = model_c(Pooling.ALL_CONV, 10, 3), AllConvNet()
    assert count_parameters(ours) == 1_369_738
    assert [p.shape for p in ours.parameters()] == [p.shape for p in labs.parameters()]


@pytest.mark.parametrize(
    ("pooling", "pools", "strides"),
    [
        (Pooling.MAX_POOL, 2, [1, 1, 1, 1, 1, 1, 1]),
        (Pooling.STRIDED, 0, [1, 2, 1, 2, 1, 1, 1]),
        (Pooling.CONV_POOL, 2, [1, 1, 1, 1, 1, 1, 1, 1, 1]),
        (Pooling.ALL_CONV, 0, [1, 1, 2, 1, 1, 2, 1, 1, 1]),
    ],
)
def test_model_c_and_its_kin_are_those_of_the_papers_table_2(
    pooling: Pooling, pools: int, strides: list[int]
) -> None:
    network = model_c(pooling, 10, 3, width=4)
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert [m.stride[0] for m in convolutions] == strides
    assert sum(isinstance(m, nn.MaxPool2d) for m in network.modules()) == pools


def test_a_plain_network_has_no_shortcuts() -> None:
    """Where each block's own branch gives nothing, nothing of the image arrives."""
    images = torch.rand(2, 1, 16, 16)
    for network, arrives in (
        (ResNet((1,) * 4, 10, 1, 4), True),
        (plain_network((1,) * 4, 10, 1, 4), False),
    ):
        zero_init_residual(network)
        first, second = network(images)
        assert torch.equal(first, second) is not arrives


def test_a_plain_network_is_as_deep_as_the_residual_one() -> None:
    plain = plain_network((2, 2, 2, 2), 10, 1, 4)
    convolutions = [m for m in plain.modules() if isinstance(m, nn.Conv2d)]
    assert len(convolutions) + 1 == 18


@pytest.mark.parametrize(
    ("key", "trained"),
    [
        # A head of 5 x 64 + 5; stages of 8, 16, 32 and 64 channels; a stem of 8 x 49 and 16.
        ("top", 325),
        ("top-3", 325 + 57_728 + 14_528 + 3_680),
        ("all", 325 + 57_728 + 14_528 + 3_680 + 1_184 + 408),
        ("scratch", 325 + 57_728 + 14_528 + 3_680 + 1_184 + 408),
    ],
)
def test_a_variant_of_transfer_trains_its_layers_only(key: str, trained: int) -> None:
    setting = STUDIES["transfer"].settings[Size.SMALL]
    assert setting.protocol.backbone is not None
    backbone = own_backbone(setting.protocol.backbone, synthetic(), CPU, kept=Path())
    variant = next(v for v in setting.variants if v.key == key)
    network = variant.build(Task(1, 5, backbone))
    assert count_parameters(network, trainable_only=True) == trained
    own = backbone.network.conv1.weight
    begun = network.state_dict(keep_vars=True)["backbone.stem.0.weight"]
    assert begun is not own, "a run would train the backbone of the next one"
    assert torch.equal(begun, own) is (key != "scratch")


def test_what_transfer_learns_is_new_to_its_backbone() -> None:
    for setting in STUDIES["transfer"].settings.values():
        assert setting.protocol.backbone is not None
        assert not set(setting.protocol.classes) & set(setting.protocol.backbone.classes)


PUBLISHED = {
    "transfer": {"scratch": 41.3, "top": 64.1, "top-3": 65.4, "all": 62.2},
    "depth": {"plain-18": 27.94, "plain-34": 28.54, "residual-18": 27.88, "residual-34": 25.03},
    "allconv": {"max-pool": 9.74, "strided": 10.19, "conv-pool": 9.31, "all-conv": 9.08},
}


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("size", Size)
def test_the_papers_figures_are_the_papers(name: str, size: Size) -> None:
    variants = STUDIES[name].settings[size].variants
    assert {v.key: v.paper for v in variants if v.paper is not None} == PUBLISHED[name]


def test_published_accuracies_of_cost_are_torchvisions() -> None:
    weights = {
        "resnet-18": ResNet18_Weights.IMAGENET1K_V1,
        "resnet-34": ResNet34_Weights.IMAGENET1K_V1,
        "vgg-a": VGG11_BN_Weights.IMAGENET1K_V1,
        "vgg-d": VGG16_BN_Weights.IMAGENET1K_V1,
    }
    stated = {k: w.meta["_metrics"]["ImageNet-1K"]["acc@1"] for k, w in weights.items()}
    variants = STUDIES["cost"].settings[Size.FULL].variants
    ours = {v.key: v.paper for v in variants if v.paper is not None}
    assert ours == pytest.approx(stated, abs=0.005)
