"""What the time of a grading run goes into."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    START = "start"  # of the two servers, once for a run
    GRADER = "grader"  # a process for the unit, and the unit's way there and back
    WORKER = "worker"  # its start, confined
    IMPORT = "import"  # of the student's modules
    CALLS = "calls"  # what the worker runs: the student's code and PyTorch
    TRANSPORT = "transport"  # everything between a check's request and the worker's work on it
    CHECKS = "checks"  # the checks' own arithmetic: expected values, comparisons
    HYPOTHESIS = "hypothesis"  # drawing inputs, and making a failing one smaller
    PYTEST = "pytest"
    DIAGNOSIS = "diagnosis"
    STORE = "store"
    OTHER = "other"
