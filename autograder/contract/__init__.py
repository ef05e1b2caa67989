"""The contract of each lab module, statement by statement.

One module per lab module, each with its `STATEMENTS`: a key and the sentence that binds the
student. A check names the statements that it covers, so the table of what is checked where is
generated, and a statement that no check covers is found.
"""

from __future__ import annotations

import importlib


def statements_of(module: str) -> dict[str, str]:
    """Key to sentence of the lab module `module`."""
    statements: dict[str, str] = importlib.import_module(f"{__name__}.{module}").STATEMENTS
    return statements
