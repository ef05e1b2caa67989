"""The images that networks are trained on: digits, Fashion-MNIST, and a set made by rule."""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.printable import printable
from autograder.results import BadUsage, GraderError

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # of the package dataset-fashion-mnist
DOWNLOADS = Path.home() / ".cache" / "cnnlab"
TORCHVISION_FOLDER = Path("FashionMNIST", "raw")  # inside the folder that torchvision is given
FASHION_PARTS = ("train", "t10k")
IDX_HEADER = struct.Struct(">HBB")  # zero, the type of an item, the number of axes
IDX_BYTES = 8  # the type: one unsigned byte
TEST_BATCH = 256
SYNTHETIC_CLASSES = 10
SYNTHETIC_PER_CLASS = 120
SYNTHETIC_SIZE = 16


class Source(StrEnum):
    """Where images come from."""

    DIGITS = "digits"  # inside scikit-learn: 1,797 scans of 8x8 pixels
    FASHION_MNIST = "fashion-mnist"  # 70,000 photographs of 28x28 pixels
    SYNTHETIC = "synthetic"  # 1,200 gratings of 16x16 pixels


@dataclass(frozen=True)
class Examples:
    """`images` (N, C, H, W), float32, as they are loaded in [0, 1]; `labels` (N,), int64."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> int:
        """How many classes there are, where the labels are 0, 1, …"""
        return int(self.labels.max()) + 1

    def at(self, places: Tensor) -> Examples:
        """Those at these places, in this order."""
        return Examples(self.images[places], self.labels[places])

    def of_classes(self, classes: Collection[int]) -> Examples:
        """Those of `classes`, whose labels become 0, 1, … in increasing order."""
        wanted = torch.tensor(sorted(classes))
        chosen = torch.isin(self.labels, wanted)
        return Examples(self.images[chosen], torch.searchsorted(wanted, self.labels[chosen]))

    def first(self, per_class: int) -> Examples:
        """The first `per_class` of each class, in the order they have here."""
        places = [(self.labels == c).nonzero()[:per_class, 0] for c in self.labels.unique()]
        return self.at(torch.cat(places).sort().values)

    def resized(self, height: int, width: int) -> Examples:
        """The images interpolated to `height` x `width` pixels."""
        images = F.interpolate(self.images, (height, width), mode="bilinear", align_corners=False)
        return Examples(images, self.labels)

    def normalized(self, normalization: Normalization) -> Examples:
        """The images as (x - mean) / std."""
        images = (self.images - normalization.mean) / normalization.std
        return Examples(images, self.labels)

    def to(self, device: torch.device) -> Examples:
        """The same on a device."""
        return Examples(self.images.to(device), self.labels.to(device))

    def to_dtype(self, dtype: torch.dtype) -> Examples:
        """The images in a floating dtype."""
        return Examples(self.images.to(dtype), self.labels)

    def digest(self) -> str:
        """A digest of all pixels and labels."""
        digest = hashlib.sha256(str(tuple(self.images.shape)).encode())
        for tensor in (self.images, self.labels):
            digest.update(tensor.contiguous().numpy().data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Normalization:
    """One mean and one standard deviation for all pixels of a set."""

    mean: float
    std: float

    @classmethod
    def of(cls, examples: Examples) -> Normalization:
        """What gives `examples` mean 0 and standard deviation 1."""
        return cls(float(examples.images.mean()), float(examples.images.std()))


@dataclass(frozen=True)
class Split:
    """What to train on, and what to test on: no example is in both."""

    train: Examples
    test: Examples


@dataclass(frozen=True)
class Batches:
    """An iterable of (images, labels): at each pass in a new order, drawn from `generator`."""

    examples: Examples
    size: int
    generator: torch.Generator

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.examples), generator=self.generator)
        # A last batch of one example has no variance to normalise by.
        parts = [part for part in order.split(self.size) if len(part) > 1 or len(order) == 1]
        for places in parts:
            batch = self.examples.at(places.to(self.examples.labels.device))
            yield batch.images, batch.labels


def in_order(examples: Examples) -> list[tuple[Tensor, Tensor]]:
    """All examples as they stand, in batches for a network that is tested."""
    parts = (tensor.split(TEST_BATCH) for tensor in (examples.images, examples.labels))
    return list(zip(*parts, strict=True))


def load(source: Source, folder: Path | None = None, download: bool = False) -> Examples:
    """All images of a source, in the order in which it has them.

    Args:
        source: only `FASHION_MNIST` needs files, and only `download` needs the network.
        folder: where Fashion-MNIST is, or is to be downloaded to.
        download: fetch Fashion-MNIST where it is not there.

    Raises:
        BadUsage: Fashion-MNIST is not there, or its files are not what they should be.
        GraderError: it could not be downloaded.
    """
    match source:
        case Source.DIGITS:
            return digits()
        case Source.FASHION_MNIST:
            return fashion_mnist(folder, download)
        case Source.SYNTHETIC:
            return synthetic()


def split(examples: Examples, fold: int, seed: int, folds: int = 3) -> Split:
    """Hold out one of `folds` parts; all folds of a seed together test every example once."""
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
    parts = order.tensor_split(folds)
    rest = torch.cat([part for index, part in enumerate(parts) if index != fold])
    return Split(examples.at(rest), examples.at(parts[fold]))


def digits() -> Examples:
    """scikit-learn's digits: 1,797 of 10 classes, (1, 8, 8)."""
    # Grading needs no digits, and scikit-learn is slow to import.
    from sklearn.datasets import load_digits

    data = load_digits()
    images = torch.tensor(data.images / 16, dtype=torch.float32)[:, None]
    return Examples(images, torch.tensor(data.target, dtype=torch.int64))


def synthetic(
    classes: int = SYNTHETIC_CLASSES,
    per_class: int = SYNTHETIC_PER_CLASS,
    size: int = SYNTHETIC_SIZE,
    seed: int = 0,
    phases: float = 1.0,
) -> Examples:
    """Gratings, (1, size, size): a class is a direction; phase, period and noise are drawn.

    The same arguments give the same images, and another seed gives others. `phases` is the part of
    a period that the phases lie in: where it is small, few steps are enough to learn the classes.
    """
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(classes).repeat(per_class)
    angle = (labels * math.pi / classes)[:, None, None]
    phase, period = torch.rand(2, len(labels), 1, 1, generator=generator)
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    along = rows * angle.sin() + columns * angle.cos()
    waves = torch.sin(2 * math.pi * (along / (4 + 2 * period) + phases * phase))
    noise = torch.randn(waves.shape, generator=generator)
    return Examples((0.5 + 0.3 * waves + 0.1 * noise).clamp(0, 1)[:, None], labels)


def fashion_mnist(folder: Path | None = None, download: bool = False) -> Examples:
    """Fashion-MNIST, training images first: 70,000 of 10 classes, (1, 28, 28).

    It is looked for in `folder`, or else where Debian's package and a download put it. Files are
    IDX, packed with gzip or not, in the folder itself or where torchvision puts them inside it.
    """
    if download:
        _download(folder or DOWNLOADS)
    roots = [folder] if folder else [DOWNLOADS, DEBIAN_FOLDER]
    places = [place for root in roots for place in (root, root / TORCHVISION_FOLDER)]
    found = next((place for place in places if _idx_path(place, "train-labels-idx1-ubyte")), None)
    if found is None:
        raise BadUsage(
            f"Fashion-MNIST is not in {' or '.join(map(str, roots))}: install Debian's package "
            "dataset-fashion-mnist, or give its folder (--data-dir), or --download"
        )
    images = torch.cat([_read_idx(found, f"{p}-images-idx3-ubyte", 3) for p in FASHION_PARTS])
    labels = torch.cat([_read_idx(found, f"{p}-labels-idx1-ubyte", 1) for p in FASHION_PARTS])
    if len(images) != len(labels):
        raise BadUsage(f"{found}: {len(images)} images and {len(labels)} labels")
    return Examples(images[:, None].float() / 255, labels.long())


def _download(folder: Path) -> None:
    # Only a download needs torchvision here.
    from torchvision.datasets import FashionMNIST

    try:
        FashionMNIST(str(folder), download=True)
    except (OSError, RuntimeError) as error:
        reason = printable(str(error))
        raise GraderError(f"Fashion-MNIST cannot be downloaded to {folder}: {reason}") from error


def _idx_path(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.gz", folder / name)
    return next((path for path in paths if path.is_file()), None)


def _read_idx(folder: Path, name: str, axes: int) -> Tensor:
    """A file of bytes in the format of MNIST, as a uint8 tensor of `axes` axes."""
    path = _idx_path(folder, name)
    if path is None:
        raise BadUsage(f"{folder}: {name} or {name}.gz is missing")
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        zero, kind, dimensions = IDX_HEADER.unpack_from(content)
        shape = struct.unpack_from(f">{axes}I", content, IDX_HEADER.size)
        start = IDX_HEADER.size + 4 * axes
        if (zero, kind, dimensions) != (0, IDX_BYTES, axes):
            raise ValueError("another type of data")
        if len(content) - start != math.prod(shape):
            raise ValueError("another length than its header says")
    except (OSError, EOFError, zlib.error, struct.error, ValueError) as error:
        raise BadUsage(f"{path}: not an IDX file of {axes} axes ({error})") from error
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=start).reshape(shape)
