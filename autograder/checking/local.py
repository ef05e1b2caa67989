"""A worker without a process: requests carried out where they are made, on trusted modules only."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import torch

from autograder.checking.limits import Limit
from autograder.worker.fake import FakeMode
from autograder.worker.interpreter import Interpreter
from autograder.worker.protocol import Load, Raised, Ready, Request, Returned
from autograder.worker.submitted import PACKAGE, place_of


class LocalWorker:
    """Serves modules made from our own sources: references and what is derived from them."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._modules: dict[str, ModuleType] = {}
        self._interpreter = Interpreter(self._module, FakeMode(allow_non_fake_inputs=True))
        self._random_state = torch.get_rng_state()

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        if isinstance(request.action, Load):
            self._interpreter.parts = request.action.parts
            return Returned(None), bytearray()
        # Random numbers of its own, as a process has: the grader may draw some between requests.
        graders_state = torch.get_rng_state()
        torch.set_rng_state(self._random_state)
        try:
            response, answer = self._interpreter.execute(request, body)
        finally:
            self._random_state = torch.get_rng_state()
            torch.set_rng_state(graders_state)
        assert not isinstance(response.outcome, Ready)
        return response.outcome, answer

    def close(self) -> None:
        pass

    def _module(self, name: str) -> ModuleType:
        """The module `name`, run from its source when it is first asked for."""
        if name not in self._modules:
            full_name = f"{PACKAGE}.{name}"
            module = ModuleType(full_name)
            code = compile(self._sources[name], place_of(full_name), "exec", dont_inherit=True)
            exec(code, module.__dict__)
            self._modules[name] = module
        return self._modules[name]
