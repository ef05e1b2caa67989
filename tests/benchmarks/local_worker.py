"""A worker without a process: requests carried out where they are made, on trusted modules only."""

from __future__ import annotations

import importlib

from autograder.checking.limits import Limit
from autograder.worker.interpreter import FakeMode, Interpreter
from autograder.worker.protocol import Load, Raised, Ready, Request, Returned


class LocalWorker:
    """Serves the modules of the package `package`, the references by default."""

    def __init__(self, package: str = "solutions") -> None:
        self._interpreter = Interpreter(
            lambda name: importlib.import_module(f"{package}.{name}"),
            FakeMode(allow_non_fake_inputs=True),
        )

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        if isinstance(request.action, Load):
            return Returned(None), bytearray()
        response, answer = self._interpreter.execute(request, body)
        assert not isinstance(response.outcome, Ready)
        return response.outcome, answer

    def close(self) -> None:
        pass
