"""The misconception library: every one caught, named and fairly charged, and right code accepted.

This is the audit without mutants; `autograder audit` has those.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.audit.cases import Kind, reference
from autograder.audit.command import Request, audited
from autograder.audit.findings import Findings, Graded
from autograder.audit.statements import gaps_of
from autograder.contract import statements_of
from autograder.grading.units import Manifest
from autograder.misconceptions import misconceptions_of
from cnnlab.labs import LABS, MODULES

LEAST_MISCONCEPTIONS = 20
LEAST_REWORDINGS = 40
MOST_POINTS = 3.5  # of 10, that a single bug in the middle of all costs
NAMED = 0.95


@pytest.fixture(scope="module", params=LABS)
def findings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    out = tmp_path_factory.mktemp("audit")
    console = Console(file=io.StringIO())
    (found,) = audited(Request(out, (request.param,), mutants=False), console)
    return found


def names(graded: list[Graded]) -> list[str]:
    return [f"{g.case.module}: {g.case.name}: {sorted(g.failed)} {sorted(g.named)}" for g in graded]


@pytest.mark.slow
def test_right_code_earns_every_point(findings: Findings) -> None:
    assert names(findings.rejected) == []
    assert len(findings.of(Kind.REFERENCE)) == len(findings.modules)


@pytest.mark.slow
def test_every_misconception_is_caught(findings: Findings) -> None:
    assert names(findings.surviving_misconceptions) == []
    assert names(findings.recorded_otherwise) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.MISCONCEPTION, Kind.REWORDING])
def test_the_misconception_is_named(findings: Findings, kind: Kind) -> None:
    tried = findings.of(kind)
    misnamed = [g for g in findings.misnamed if g.case.kind is kind]
    assert tried
    assert len(misnamed) <= (1 - NAMED) * len(tried), names(misnamed)


@pytest.mark.slow
def test_a_bug_costs_its_own_function_and_a_part_of_it(findings: Findings) -> None:
    assert names(findings.unfair) == []
    for module in findings.modules:
        median = findings.median_lost(module, Kind.MISCONCEPTION)
        assert median is not None
        assert median <= MOST_POINTS, module


@pytest.mark.parametrize("module", MODULES)
def test_each_module_has_its_misconceptions(module: str) -> None:
    library = misconceptions_of(module)
    assert len(library) >= LEAST_MISCONCEPTIONS
    assert len({m.key for m in library}) == len(library)
    targets = {target for lab in LABS.values() for target in lab.targets.get(module, ())}
    sources = {reference(module)}
    for misconception in library:
        assert misconception.target in targets
        source = misconception.applied_to(reference(module))
        compile(source, module, "exec")
        assert source not in sources, f"{misconception.key} is there twice"
        sources.add(source)


@pytest.mark.parametrize("module", MODULES)
def test_words_are_there_in_both_languages_and_hold_no_code(module: str) -> None:
    lines = {line.strip() for line in reference(module).splitlines() if len(line.strip()) > 12}
    for misconception in misconceptions_of(module):
        for text in (misconception.belief, misconception.hint):
            assert text.es
            assert text.en
            assert text.es != text.en
            assert not [line for line in lines if line in text.es or line in text.en]


def test_rewordings_are_many() -> None:
    files = list((Path(__file__).parent.parent / "rewordings").glob("*/*.py"))
    assert len(files) >= LEAST_REWORDINGS
    assert {path.parent.name for path in files} == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_every_statement_of_the_contract_has_its_checks(manifest: Manifest, module: str) -> None:
    assert statements_of(module)
    assert gaps_of(module, manifest) == []
