"""How long student code may take. The grader keeps the time, never the worker.

What a worker may use besides time is in `autograder.worker.confinement`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """Processor seconds of the worker and its children, wall seconds for code that only sleeps."""

    cpu: float
    wall: float

    def __mul__(self, factor: float) -> Limit:
        return Limit(self.cpu * factor, self.wall * factor)


CALL = Limit(cpu=4.0, wall=20.0)
TRAINING = Limit(cpu=20.0, wall=100.0)
START = Limit(cpu=60.0, wall=120.0)  # a worker's fork, and the wait for a server under way
CELL = Limit(cpu=60.0, wall=120.0)  # of a notebook
NOTEBOOK_SECONDS = 300.0  # of wall time for the cells of one notebook
NOTEBOOK_CHARACTERS = 2**24  # of all that they show, images in base64
LAB_SECONDS = 240.0  # of wall time for one lab of one submission, the diagnosis not counted
DEATHS_PER_TARGET = 3  # so many lost workers in one function, and the rest of it is not run
EXAMPLES_WHILE_SHRINKING = 120
SECONDS_WHILE_SHRINKING = 30.0  # for code so slow that the examples do not end the search
