"""A mutant is the source with one change that a student could have made, and nothing else."""

from __future__ import annotations

import ast

import pytest

from autograder.audit.mutants import mutants_of
from autograder.project import SOLUTIONS
from cnnlab.labs import MODULES

HEAD = "def size(n, k=1):\n    "


def changes(statement: str) -> set[str]:
    """The lines that the mutants of one statement of a function put in its place."""
    source = f"{HEAD}{statement}\n"
    return {m.after for m in mutants_of("m", source) if m.before == statement}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("return n + k", {"return n - k"}),
        ("return n // k", {"return n / k"}),
        ("return n % k", {"return n // k"}),
        ("n += k", {"n -= k", "pass"}),
        ("return n < k", {"return n <= k"}),
        ("return n is None", {"return n is not None"}),
        ("return n and k", {"return n or k"}),
        ("return not n", {"return n"}),
        ("return -n", {"return n"}),
        ("return n if k else 0", {"return 0 if k else n", "return n if k else 1"}),
        ("return 3", {"return 4"}),
        ("return 1", {"return 2", "return 0"}),
        ("return 0.5", {"return 1.0"}),
        ("return True", {"return False"}),
        ("return max(n, k)", {"return min(n, k)", "return max(k, n)"}),
        ("return n == 'same'", {"return n != 'same'", "return n == 'same_'"}),
        ("f(n, dim=k)", {"f(n)", "pass"}),
        ("self.n = n", {"self.n = None"}),
    ],
)
def test_what_becomes_of_a_statement(statement: str, expected: set[str]) -> None:
    assert changes(statement) == expected


def test_a_condition_is_negated() -> None:
    assert "if not n:" in {m.after for m in mutants_of("m", f"{HEAD}if n:\n        return k\n")}


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring, 1 + 1."""\n',
        "from torch import nn\n",
        f"{HEAD}raise ValueError('n is 0')\n",
        "def size(n: int | None) -> int: ...\n",
        "if TYPE_CHECKING:\n    import torch\n",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert {m.function for m in mutants_of("m", source)} <= {"size"}
    assert (
        not {m.after for m in mutants_of("m", source)}
        - {"pass", "def size(n, k=2):"}
        - {"def size(n, k=0):"}
    )


def test_the_owner_is_the_top_level_name() -> None:
    source = "class Layer:\n    def forward(self, x):\n        return x + 1\n"
    assert {(m.owner, m.function) for m in mutants_of("m", source)} == {("Layer", "Layer.forward")}


@pytest.mark.parametrize("module", MODULES)
def test_mutants_of_the_references_are_distinct_python(module: str) -> None:
    source = (SOLUTIONS / f"{module}.py").read_text(encoding="utf-8")
    mutants = mutants_of(module, source)
    assert len(mutants) > 20
    assert len({m.source for m in mutants} | {source}) == len(mutants) + 1
    for mutant in mutants:
        ast.parse(mutant.source)
