"""The misconception library: enough of it, in both languages, and every statement checked.

Whether each misconception is caught, named and fairly charged is what `autograder audit` tells.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.audit.cases import reference
from autograder.audit.statements import gaps_of
from autograder.contract import statements_of
from autograder.grading.units import Manifest
from autograder.misconceptions import misconceptions_of
from cnnlab.labs import LABS, MODULES

LEAST_MISCONCEPTIONS = 20
LEAST_REWORDINGS = 40


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
