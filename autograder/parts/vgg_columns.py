"""The columns of VGG's table 1, for what builds networks of them."""

from __future__ import annotations

from torchvision.models import vgg

_PLAIN = {name: vgg.cfgs[name] for name in "ABDE"}
VGG_CONFIGS = {
    **_PLAIN,
    "A-LRN": [64, "LRN", *_PLAIN["A"][1:]],
    # D with 1×1 convolutions where it has the third of each deep stage.
    "C": [
        ("conv1", item) if place in (8, 12, 16) else item for place, item in enumerate(_PLAIN["D"])
    ],
}
