"""The images: what each source gives, how it is split, and what is said where it is missing."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest
import torch

from autograder.results import BadUsage, GraderError
from autograder.training import data
from autograder.training.data import Batches, Examples, Normalization, Source, load, split

TRAIN_LABELS = (3, 0, 9)
TEST_LABELS = (7, 1)


def idx(shape: tuple[int, ...], content: bytes) -> bytes:
    return bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape) + content


def write_fashion(folder: Path, *, packed: bool) -> None:
    """Three training and two test images of 28x28 pixels; the k-th has the value 51 k."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, labels, first in (("train", TRAIN_LABELS, 0), ("t10k", TEST_LABELS, 3)):
        pixels = b"".join(bytes([51 * (first + k)]) * 784 for k in range(len(labels)))
        for name, content in (
            (f"{part}-images-idx3-ubyte", idx((len(labels), 28, 28), pixels)),
            (f"{part}-labels-idx1-ubyte", idx((len(labels),), bytes(labels))),
        ):
            path = folder / (f"{name}.gz" if packed else name)
            path.write_bytes(gzip.compress(content) if packed else content)


def test_digits_are_all_of_scikit_learns() -> None:
    examples = load(Source.DIGITS)
    assert examples.images.shape == (1797, 1, 8, 8)
    assert examples.images.dtype == torch.float32
    assert examples.images.min() == 0
    assert examples.images.max() == 1
    assert examples.labels[:5].tolist() == [0, 1, 2, 3, 4]
    assert examples.classes == 10


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("inside", ["", "FashionMNIST/raw"], ids=["debian", "torchvision"])
def test_fashion_mnist_is_read_from_a_folder(tmp_path: Path, packed: bool, inside: str) -> None:
    write_fashion(tmp_path / inside, packed=packed)
    examples = load(Source.FASHION_MNIST, tmp_path)
    assert examples.images.shape == (5, 1, 28, 28)
    torch.testing.assert_close(examples.images[:, 0, 5, 7], torch.tensor([0, 0.2, 0.4, 0.6, 0.8]))
    assert examples.labels.tolist() == [3, 0, 9, 7, 1]


def test_fashion_mnist_is_found_where_debian_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "DOWNLOADS", tmp_path / "nothing")
    monkeypatch.setattr(data, "DEBIAN_FOLDER", tmp_path / "debian")
    write_fashion(tmp_path / "debian", packed=True)
    assert len(load(Source.FASHION_MNIST)) == 5


def test_missing_fashion_mnist_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadUsage) as caught:
        load(Source.FASHION_MNIST, tmp_path)
    message = str(caught.value)
    assert str(tmp_path) in message
    assert "dataset-fashion-mnist" in message
    assert "--download" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "content",
    [
        b"not gzip",
        gzip.compress(b""),
        gzip.compress(idx((2,), b"\1")),
        gzip.compress(idx((1, 1), b"\1")),
        gzip.compress(idx((2,), b"\1\2"))[:-9],
    ],
    ids=["not gzip", "empty", "short", "other axes", "cut off"],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    write_fashion(tmp_path, packed=True)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(content)
    with pytest.raises(BadUsage, match=r"t10k-labels-idx1-ubyte\.gz: not an IDX file"):
        load(Source.FASHION_MNIST, tmp_path)


def test_images_without_labels_are_refused(tmp_path: Path) -> None:
    write_fashion(tmp_path, packed=True)
    labels = gzip.compress(idx((1,), b"\1"))
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(labels)
    with pytest.raises(BadUsage, match="5 images and 4 labels"):
        load(Source.FASHION_MNIST, tmp_path)


def test_only_download_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(root: str, download: bool) -> None:
        assert download
        write_fashion(Path(root) / "FashionMNIST" / "raw", packed=False)

    monkeypatch.setattr("torchvision.datasets.FashionMNIST", fetch)
    with pytest.raises(BadUsage):
        load(Source.FASHION_MNIST, tmp_path)
    assert len(load(Source.FASHION_MNIST, tmp_path, download=True)) == 5


def test_a_download_that_fails_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(root: str, download: bool) -> None:
        raise RuntimeError("no route\nto host")

    monkeypatch.setattr("torchvision.datasets.FashionMNIST", fetch)
    with pytest.raises(GraderError, match=r"cannot be downloaded to .*: no route to host$"):
        load(Source.FASHION_MNIST, tmp_path, download=True)


def test_the_synthetic_set_depends_on_its_seed_alone() -> None:
    one, again, other = (data.synthetic(seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.images, again.images)
    assert not torch.equal(one.images, other.images)
    assert one.images.shape == (1200, 1, 16, 16)
    assert one.labels.bincount().tolist() == [120] * 10
    assert one.images.min() >= 0
    assert one.images.max() <= 1


def test_synthetic_classes_differ_by_direction() -> None:
    """Along a class's stripes the pixels vary less than across them."""
    examples = data.synthetic(classes=2, per_class=50)  # stripes along rows' ends, and along rows
    vertical, horizontal = (examples.images[examples.labels == c] for c in (0, 1))
    assert vertical.diff(dim=2).abs().mean() < vertical.diff(dim=3).abs().mean()
    assert horizontal.diff(dim=3).abs().mean() < horizontal.diff(dim=2).abs().mean()


def test_few_phases_leave_the_images_of_a_class_alike() -> None:
    for phases, is_alike in ((1.0, False), (0.0, True)):
        images = data.synthetic(classes=1, per_class=200, phases=phases).images
        contrast = float(images.mean(0).std() / images.std())
        assert (contrast > 0.4) == is_alike, contrast


def numbered(count: int) -> Examples:
    """Images of one pixel, whose value is their place."""
    images = torch.arange(count, dtype=torch.float32).reshape(-1, 1, 1, 1)
    return Examples(images, torch.arange(count) % 2)


def test_folds_test_every_example_once() -> None:
    parts = [split(numbered(11), fold, seed=4) for fold in range(3)]
    tested = torch.cat([part.test.images.flatten() for part in parts])
    assert sorted(tested.tolist()) == list(range(11))
    for part in parts:
        both = torch.cat((part.train.images.flatten(), part.test.images.flatten()))
        assert sorted(both.tolist()) == list(range(11))


def test_a_split_depends_on_its_seed_alone() -> None:
    one, again, other = (split(numbered(30), 0, seed) for seed in (0, 0, 1))
    assert torch.equal(one.test.images, again.test.images)
    assert not torch.equal(one.test.images, other.test.images)


def test_batches_hold_every_example_once_and_change_their_order() -> None:
    batches = Batches(numbered(10), 4, torch.Generator().manual_seed(0))
    first, second = ([image for images, _ in batches for image in images] for _ in range(2))
    assert sorted(int(image) for image in first) == list(range(10))
    assert sorted(int(image) for image in second) == list(range(10))
    assert first != second
    assert [len(labels) for _, labels in batches] == [4, 4, 2]


def test_a_last_batch_of_one_example_is_left_out() -> None:
    batches = Batches(numbered(9), 4, torch.Generator().manual_seed(0))
    assert [len(labels) for _, labels in batches] == [4, 4]


def test_normalized_images_have_mean_0_and_deviation_1() -> None:
    examples = numbered(5)
    normal = examples.normalized(Normalization.of(examples))
    expected = torch.tensor([-2, -1, 0, 1, 2]) / 2.5**0.5
    torch.testing.assert_close(normal.images.flatten(), expected)


def test_chosen_classes_are_numbered_anew() -> None:
    examples = Examples(torch.zeros(5, 1, 1, 1), torch.tensor([5, 9, 0, 7, 5]))
    assert examples.of_classes((5, 7, 9)).labels.tolist() == [0, 2, 1, 0]
    assert examples.of_classes((5, 7, 9)).first(1).labels.tolist() == [0, 2, 1]
