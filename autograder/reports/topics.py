"""The lecture's topic behind each lab: the papers that it comes from, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Paper:
    """A paper as it is cited, and its address."""

    citation: str
    address: str


def _arxiv(citation: str, number: str) -> Paper:
    return Paper(f"{citation} (arXiv:{number})", f"https://arxiv.org/abs/{number}")


PAPERS: Mapping[str, tuple[Paper, ...]] = MappingProxyType(
    {
        "conv_arithmetic": (_arxiv("Dumoulin & Visin 2016", "1603.07285"),),
        "dropout": (_arxiv("Tompson et al. 2015", "1411.4280"),),
        "batchnorm": (_arxiv("Ioffe & Szegedy 2015", "1502.03167"),),
        "vgg": (
            _arxiv("Simonyan & Zisserman 2014", "1409.1556"),
            _arxiv("Canziani et al. 2016", "1605.07678"),
        ),
        "resnet": (_arxiv("He et al. 2016", "1512.03385"),),
        "all_conv": (
            _arxiv("Springenberg et al. 2014", "1412.6806"),
            _arxiv("Lin et al. 2013", "1312.4400"),
        ),
        "fc_to_conv": (_arxiv("Long et al. 2015", "1411.4038"),),
        "transfer": (
            Paper("Karpathy et al. 2014 (CVPR)", "https://doi.org/10.1109/CVPR.2014.223"),
        ),
    }
)
