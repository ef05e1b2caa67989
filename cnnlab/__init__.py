"""The student's package: one module per lab, and the `cnnlab` command.

Importing it stays cheap: nothing here imports torch.
"""

from __future__ import annotations

__version__ = "0.1.0"
