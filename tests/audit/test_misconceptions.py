"""Every misconception is caught, and named in a second wording too.

`autograder audit` tells more, with mutants and fairness; it takes half an hour for all labs.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from autograder.audit.cases import REWORDINGS, rewording
from autograder.audit.findings import Graded
from autograder.grading.executor import LocalExecutor
from autograder.grading.run import graded_units
from autograder.grading.server import ChecksServer
from autograder.grading.store import Store
from autograder.misconceptions import misconceptions_of
from autograder.results import LabResult
from cnnlab.labs import LABS

NAMED_AT_LEAST = 0.95

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lab", LABS)
def test_a_check_on_record_catches_each_misconception(lab: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.audit.still_caught", lab]
    root = Path(__file__).parents[2]
    seen = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert seen.returncode == 0, seen.stdout + seen.stderr


def test_second_wordings_are_caught_and_named(checks_server: ChecksServer, tmp_path: Path) -> None:
    cases = {
        f"{module}/{path.stem}": rewording(lab.name, module, path, misconception.target)
        for lab in LABS.values()
        for module in lab.modules
        for misconception in misconceptions_of(module)
        if (path := REWORDINGS / module / f"{misconception.key}.py").exists()
    }
    units = {name: case.unit() for name, case in cases.items()}
    graded = {}
    executor = LocalExecutor(lambda: nullcontext(checks_server), jobs=2)
    with Store(tmp_path / "results.sqlite3") as store:
        for name, result in graded_units(executor, units, store):
            assert isinstance(result, LabResult), f"{name}: {result}"
            graded[name] = Graded(cases[name], result.checks)
    assert [name for name, g in graded.items() if not g.failed_of_target] == []
    misnamed = {name: g.named for name, g in graded.items() if g.named != {g.case.key}}
    assert len(misnamed) <= (1 - NAMED_AT_LEAST) * len(cases), misnamed
