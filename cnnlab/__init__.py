"""The student's package: one module per lab, and the `cnnlab` command.

Importing it stays cheap: nothing here imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext cnnlab`: the magic `%check` in a notebook."""
    from cnnlab.notebook import register

    register(shell)
