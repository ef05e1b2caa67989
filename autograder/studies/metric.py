"""The figures of a run that studies show, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cnnlab.text import Text


class Metric(StrEnum):
    """A figure of a run: shares are in percent, time is in milliseconds."""

    ACCURACY = "accuracy"
    TEST_ERROR = "test_error"
    TRAIN_ERROR = "train_error"
    PARAMETERS = "parameters"
    MACS = "macs"
    MILLISECONDS = "milliseconds"


NAMES: Mapping[Metric, Text] = {
    Metric.ACCURACY: Text(es="acierto (%)", en="accuracy (%)"),
    Metric.TEST_ERROR: Text(es="error de prueba (%)", en="test error (%)"),
    Metric.TRAIN_ERROR: Text(es="error de entrenamiento (%)", en="training error (%)"),
    Metric.PARAMETERS: Text(es="parámetros", en="parameters"),
    Metric.MACS: Text(es="MAC por imagen", en="MACs per image"),
    Metric.MILLISECONDS: Text(es="ms por imagen", en="ms per image"),
}
DECIMALS: Mapping[Metric, int] = {
    Metric.ACCURACY: 1,
    Metric.TEST_ERROR: 1,
    Metric.TRAIN_ERROR: 1,
    Metric.PARAMETERS: 0,
    Metric.MACS: 0,
    Metric.MILLISECONDS: 3,
}
COUNTED = (Metric.PARAMETERS, Metric.MACS)  # the same in every run
