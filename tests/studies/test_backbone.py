"""The backbone that is shipped: what its file says, and that the script makes it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from torchvision.models import resnet18
from torchvision.transforms.functional import normalize

from autograder.results import BadUsage, GraderError
from autograder.training.backbone import (
    SHIPPED,
    SHIPPED_FILE,
    accuracy_of,
    blocks_of,
    imagenet_backbone,
    make_backbone,
    own_backbone,
    read_backbone,
    train_backbone,
    write_backbone,
)
from autograder.training.data import Examples, digits
from autograder.training.fit import Training, chosen_device
from solutions.resnet import ResNet

CPU = torch.device("cpu")
SHORT = replace(SHIPPED, training=Training(epochs=1, batch_size=64, learning_rate=0.05))


def test_the_shipped_file_states_the_scripts_recipe() -> None:
    _, record = read_backbone()
    assert record.recipe == SHIPPED
    assert record.data_digest == digits().digest()
    assert SHIPPED_FILE.stat().st_size < 1_000_000


def test_the_shipped_weights_have_the_accuracy_that_the_file_states() -> None:
    network, record = read_backbone()
    assert record.accuracy > 0.98
    assert accuracy_of(network, record, digits()) == pytest.approx(record.accuracy, abs=0.005)


def test_the_script_makes_the_shipped_backbone(tmp_path: Path) -> None:
    _, shipped = read_backbone()
    made = make_backbone(tmp_path / "new" / "made.safetensors", chosen_device("cpu"))
    assert made.accuracy == pytest.approx(shipped.accuracy, abs=0.02)
    assert replace(made, accuracy=0, torch="") == replace(shipped, accuracy=0, torch="")
    assert read_backbone(tmp_path / "new" / "made.safetensors")[1] == made


def test_training_depends_on_the_seed_alone() -> None:
    chosen_device("cpu")
    examples = digits()
    one, again, other = (
        train_backbone(replace(SHORT, seed=seed), examples, CPU) for seed in (0, 0, 1)
    )
    assert one[1] == again[1]
    for name, weight in one[0].state_dict().items():
        assert torch.equal(weight, again[0].state_dict()[name]), name
    assert not torch.equal(one[0].fc.weight, other[0].fc.weight)


def test_a_file_is_the_same_each_time(tmp_path: Path) -> None:
    network, record = read_backbone()
    for name in ("one", "two"):
        write_backbone(tmp_path / name, network, record)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() == SHIPPED_FILE.read_bytes()


def test_another_file_is_no_backbone(tmp_path: Path) -> None:
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"weights\n" * 10)
    for path in (other, tmp_path / "none"):
        with pytest.raises(BadUsage, match="not a backbone of this version") as caught:
            read_backbone(path)
        assert "\n" not in str(caught.value)


def test_a_backbone_that_is_not_shipped_is_trained_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.safetensors"
    first = own_backbone(SHORT, digits(), CPU, kept)
    monkeypatch.delattr("autograder.training.backbone.train_backbone")
    again = own_backbone(SHORT, digits(), CPU, kept)
    assert torch.equal(first.network.fc.weight, again.network.fc.weight)


def test_the_blocks_are_the_network_without_its_head() -> None:
    network, _ = read_backbone()
    images = torch.rand(2, 1, 16, 16)
    with torch.no_grad():
        expected = network(images)
        assert torch.equal(network.fc(blocks_of(network)(images).flatten(1)), expected)
    assert len(blocks_of(network)) == 5


def test_imagenets_network_gets_imagenets_images(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = resnet18().eval()
    monkeypatch.setattr("torchvision.models.resnet18", lambda weights: theirs)
    backbone = imagenet_backbone()
    prepared = backbone.prepared(Examples(torch.full((2, 1, 8, 8), 0.75), torch.zeros(2).long()))
    expected = normalize(
        torch.full((2, 3, 64, 64), 0.75), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    )
    torch.testing.assert_close(prepared.images, expected)
    with torch.no_grad():
        torch.testing.assert_close(backbone.network(prepared.images), theirs(expected))
    assert isinstance(backbone.untrained(), ResNet)


def test_weights_that_cannot_be_downloaded_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(weights: object) -> None:
        raise OSError("no\nnetwork")

    monkeypatch.setattr("torchvision.models.resnet18", fetch)
    with pytest.raises(GraderError, match=r"cannot be downloaded: no network$"):
        imagenet_backbone()
