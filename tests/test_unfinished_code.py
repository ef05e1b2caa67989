"""What is not written earns nothing, and the student is told what is missing."""

from __future__ import annotations

import pytest

from autograder.results import CheckStatus, LabStatus
from autograder.stubs import STUBS
from cnnlab.labs import LABS
from tests.conftest import Grade, reference_sources


@pytest.mark.parametrize("lab", LABS)
def test_untouched_stub_earns_nothing(grade_lab: Grade, lab: str) -> None:
    stubs = {m: (STUBS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}
    result = grade_lab(lab, **stubs)
    assert result.status is LabStatus.GRADED
    assert result.score == 0
    for check in result.checks:
        assert check.status in (CheckStatus.ERROR, CheckStatus.FAILED), check
        assert check.message is not None


@pytest.mark.parametrize("lab", LABS)
def test_stub_is_told_what_to_write(grade_lab: Grade, lab: str) -> None:
    stubs = {m: (STUBS / f"{m}.py").read_text(encoding="utf-8") for m in LABS[lab].modules}
    names = [name for targets in LABS[lab].targets.values() for name in targets]
    for check in grade_lab(lab, **stubs).checks:
        if check.status is CheckStatus.ERROR:
            assert check.message is not None
            assert any(name in check.message.es for name in names)
            assert "está por hacer" in check.message.es
            assert "is still to do" in check.message.en


@pytest.mark.parametrize("lab", LABS)
def test_empty_module_earns_nothing(grade_lab: Grade, lab: str) -> None:
    result = grade_lab(lab, **dict.fromkeys(LABS[lab].modules, ""))
    assert result.score == 0


def test_missing_module_of_a_lab_costs_its_own_checks(grade_lab: Grade) -> None:
    result = grade_lab("transfer", training=reference_sources("transfer")["training"])
    by_module = {"train_one_epoch", "evaluate"}
    for check in result.checks:
        expected = CheckStatus.PASSED if check.target in by_module else CheckStatus.NOT_SUBMITTED
        assert check.status is expected, check
