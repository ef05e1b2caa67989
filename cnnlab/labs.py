"""The table of the labs: which modules each has, and the names a student writes in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cnnlab.text import Text


@dataclass(frozen=True)
class Lab:
    """One lab: `targets` maps each of its modules to the names written there, in order."""

    name: str
    targets: Mapping[str, tuple[str, ...]]
    title: Text

    @property
    def modules(self) -> tuple[str, ...]:
        return tuple(self.targets)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a student writes in this lab; no two modules share one."""
        return tuple(name for names in self.targets.values() for name in names)

    def label(self, module: str, target: str) -> str:
        """How `target` is called in this lab: with its module where the lab has several."""
        return f"{module}.{target}" if len(self.targets) > 1 else target

    def labels(self) -> dict[str, str]:
        """Every name that a student writes in this lab, by its label."""
        return {
            self.label(module, target): target
            for module, targets in self.targets.items()
            for target in targets
        }


def _lab(name: str, title: Text, targets: dict[str, tuple[str, ...]]) -> Lab:
    return Lab(name, MappingProxyType(targets), title)


_ALL = (
    _lab(
        "conv_arithmetic",
        Text(es="Aritmética de la convolución", en="Convolution arithmetic"),
        {
            "conv_arithmetic": (
                "conv_output_size",
                "same_padding",
                "conv2d_output_shape",
                "conv_transpose_output_size",
                "receptive_field",
            )
        },
    ),
    _lab(
        "dropout",
        Text(es="Dropout de mapas de características", en="Dropout of feature maps"),
        {"dropout": ("dropout2d", "Dropout2d")},
    ),
    _lab(
        "batchnorm",
        Text(es="Normalización por lotes", en="Batch normalization"),
        {"batchnorm": ("batch_stats", "BatchNorm2d")},
    ),
    _lab(
        "vgg",
        Text(es="VGG: profundidad, parámetros y coste", en="VGG: depth, parameters and cost"),
        {"vgg": ("VGG_CONFIGS", "make_features", "VGG", "count_parameters", "count_macs")},
    ),
    _lab(
        "resnet",
        Text(es="Redes residuales", en="Residual networks"),
        {"resnet": ("ResidualBlock", "ResNet", "zero_init_residual")},
    ),
    _lab(
        "all_conv",
        Text(es="Una red solo de convoluciones", en="The all convolutional net"),
        {
            "all_conv": (
                "GlobalAvgPool2d",
                "strided_conv_like",
                "replace_max_pool",
                "AllConvNet",
            )
        },
    ),
    _lab(
        "fc_to_conv",
        Text(
            es="De capas densas a convoluciones",
            en="From fully connected layers to convolutions",
        ),
        {
            "fc_to_conv": (
                "linear_to_conv",
                "linear_to_conv1x1",
                "fully_convolutional",
                "global_avg_pool_as_conv",
            )
        },
    ),
    _lab(
        "transfer",
        Text(
            es="Entrenamiento y transferencia de aprendizaje",
            en="Training and transfer learning",
        ),
        {
            "training": ("train_one_epoch", "evaluate"),
            "transfer": (
                "IMAGENET_MEAN",
                "IMAGENET_STD",
                "imagenet_normalize",
                "freeze",
                "replace_head",
                "FineTuner",
                "trainable_parameters",
                "fine_tune",
            ),
        },
    ),
)

LABS: Mapping[str, Lab] = MappingProxyType({lab.name: lab for lab in _ALL})
"""Every lab by its name, in the order of the course."""

MODULES: tuple[str, ...] = tuple(module for lab in _ALL for module in lab.modules)
"""The nine modules of `cnnlab` that students edit."""
