"""What is not written earns nothing, and the student is told what is missing."""

from __future__ import annotations

import pytest

from autograder.grading.server import ChecksServer
from autograder.grading.units import Unit
from autograder.project import STUBS
from autograder.results import CheckStatus, LabStatus
from cnnlab.labs import LABS
from tests.conftest import Grade, not_passed, reference_sources


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


@pytest.mark.parametrize(
    ("lab", "module", "target"),
    [
        (lab.name, module, target)
        for lab in LABS.values()
        for module, targets in lab.targets.items()
        for target in targets
        if len(targets) > 1
    ],
)
def test_a_bug_costs_only_its_own_function(
    checks_server: ChecksServer, lab: str, module: str, target: str
) -> None:
    """What builds on a function is tried with a right one before it loses a point."""
    reference = reference_sources(lab)[module]
    if target.isupper() and "_" in target:  # a constant
        bug = f"{target} = type({target})()"  # empty
    else:
        bug = f"def {target}(*_, **__):\n    raise RuntimeError('broken')"
    others = tuple(name for name in LABS[lab].targets[module] if name != target)
    unit = Unit(lab, {module: f"{reference}\n\n{bug}\n"}, "cpu", explain=False, targets=others)
    result = checks_server.grade(unit)
    lost = {name: why for name, why in not_passed(result).items() if "not_submitted" not in why}
    assert lost == {}
    assert any(check.points for check in result.checks)
