"""A worker inside the test's process: real messages, byte for byte, but no second process."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checking.failures import WorkerLost
from autograder.checking.limits import Limit
from autograder.results import CheckStatus
from autograder.worker.fake import FakeMode
from autograder.worker.interpreter import Interpreter
from autograder.worker.protocol import (
    Raised,
    Ready,
    Request,
    Returned,
    decode_request,
    decode_response,
    encode_message,
)
from cnnlab.text import Text


class InProcessWorker:
    """Carries out requests; `dies_at` makes it die instead at its n-th request (from 1)."""

    def __init__(
        self, dies_at: int | None = None, status: CheckStatus = CheckStatus.CRASHED
    ) -> None:
        self.interpreter = Interpreter(fake_mode=FakeMode(allow_non_fake_inputs=True))
        self.requests: list[Request] = []
        self.limits: list[Limit] = []
        self._dies_at = dies_at
        self._status = status

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        self.requests.append(request)
        self.limits.append(limit)
        if len(self.requests) == self._dies_at:
            raise WorkerLost(self._status, Text(es="se acabó", en="it ended"))
        response, answer = self.interpreter.execute(decode_request(encode_message(request)), body)
        outcome = decode_response(encode_message(response)).outcome
        assert not isinstance(outcome, Ready)
        return outcome, answer

    def close(self) -> None:
        self.interpreter.close()


class ScriptedWorker:
    """Answers every request after the first (the sources) with what `answer` returns."""

    def __init__(self, answer: Callable[[], tuple[Returned | Raised, bytearray]]) -> None:
        self._answer = answer
        self._is_loaded = False
        self.is_closed = False

    def ask(
        self, request: Request, body: bytearray, limit: Limit
    ) -> tuple[Returned | Raised, bytearray]:
        if self._is_loaded:
            return self._answer()
        self._is_loaded = True
        return Returned(None), bytearray()

    def close(self) -> None:
        self.is_closed = True
