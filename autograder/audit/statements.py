"""`autograder statements`: every statement of the contract, and the checks that cover it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from autograder.contract import statements_of
from autograder.grading.server import ChecksServer
from autograder.grading.units import Manifest
from cnnlab.labs import LABS


def print_statements(console: Console, labs: tuple[str, ...]) -> int:
    """Print the table of each module; 1 where a statement has no check, or a check no statement."""
    with ChecksServer(labs) as server:
        manifest = server.manifest()
    for lab in labs:
        for module in LABS[lab].modules:
            console.print(_table(module, manifest))
    gaps = [
        gap for lab in labs for module in LABS[lab].modules for gap in gaps_of(module, manifest)
    ]
    for gap in gaps:
        console.print(gap, style="red", highlight=False, soft_wrap=True)
    return 1 if gaps else 0


def gaps_of(module: str, manifest: Manifest) -> list[str]:
    """What does not fit between a module's contract and its checks."""
    statements = statements_of(module)
    checks = [entry for entry in manifest.checks if entry.module == module]
    covered = {key for entry in checks for key in entry.covers}
    return [
        *(f"{module}: no check covers {key}" for key in statements if key not in covered),
        *(f"{module}: no statement is called {key}" for key in sorted(covered - set(statements))),
        *(f"{entry.id}: covers no statement" for entry in checks if not entry.covers),
    ]


def _table(module: str, manifest: Manifest) -> Table:
    table = Table("Statement", "Checks", title=module, title_justify="left", show_lines=True)
    for key, sentence in statements_of(module).items():
        covering = [
            e.id.partition("/")[2]
            for e in manifest.checks
            if e.module == module and key in e.covers
        ]
        table.add_row(sentence, "\n".join(covering))
    return table
