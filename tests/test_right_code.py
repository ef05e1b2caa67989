"""Right code is never rejected: the references and every correct variant earn full points."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.units import Manifest
from autograder.results import LAB_POINTS
from cnnlab.labs import LABS, MODULES
from tests.conftest import Grade, not_passed, reference_sources, variants

MIN_VARIANTS = 4


@pytest.mark.parametrize("lab", LABS)
def test_reference_earns_every_point(grade_lab: Grade, lab: str) -> None:
    result = grade_lab(lab, **reference_sources(lab))
    assert not_passed(result) == {}
    assert result.score == LAB_POINTS


@pytest.mark.parametrize("path", variants(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_variant_earns_every_point(grade_lab: Grade, path: Path) -> None:
    module = path.parent.name
    lab = next(lab.name for lab in LABS.values() if module in lab.modules)
    sources = reference_sources(lab) | {module: path.read_text(encoding="utf-8")}
    assert not_passed(grade_lab(lab, **sources)) == {}


def test_each_module_has_variants() -> None:
    counts = {module: sum(p.parent.name == module for p in variants()) for module in MODULES}
    assert min(counts.values()) >= MIN_VARIANTS, counts


def test_points_of_each_lab_add_up(manifest: Manifest) -> None:
    totals = {lab: sum(entry.points for entry in manifest.of_lab(lab)) for lab in LABS}
    assert totals == pytest.approx(dict.fromkeys(LABS, LAB_POINTS))


def test_every_name_of_the_contract_is_checked(manifest: Manifest) -> None:
    checked = {(entry.lab, entry.module, entry.target) for entry in manifest.checks}
    declared = {
        (lab.name, module, target)
        for lab in LABS.values()
        for module, targets in lab.targets.items()
        for target in targets
    }
    assert checked == declared


def test_check_ids_are_unique(manifest: Manifest) -> None:
    ids = [entry.id for entry in manifest.checks]
    assert len(ids) == len(set(ids))
