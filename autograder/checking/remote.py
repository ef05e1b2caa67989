"""Stand-ins for the worker's objects, so that a check reads as if it used them directly.

Getting an attribute, calling, indexing and so on each send one request. Plain values and tensors
come back as copies; anything else comes back as another `Remote`.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.checking.connection import CRASHED, Worker
from autograder.checking.expression import call_text, joined, plain, tool_text, value_text
from autograder.checking.failures import (
    Failure,
    ForbiddenCall,
    Mismatch,
    StudentError,
    WorkerLost,
)
from autograder.checking.limits import CALL, EXAMPLES_WHILE_SHRINKING, Limit
from autograder.checking.outcome import Outcome
from autograder.results import CheckStatus
from autograder.worker.codec import CodecError, Decoder, Encoder
from autograder.worker.protocol import (
    Call,
    GetAttribute,
    Load,
    Mode,
    Object,
    Part,
    Raised,
    Request,
    Reset,
    Root,
    Value,
)
from cnnlab.text import Text

PARTS = Path(__file__).parent.parent / "parts"
# What Hypothesis looks for on a test's first argument, and on what it prints.
PROBES = frozenset(
    {
        "_repr_pretty_",
        "hypothesis_internal_is_this_a_mock_check",
        "execute_example",
        "setup_example",
        "teardown_example",
    }
)
# Worker roots that are not the student's, with whatever is in them.
LIBRARIES = frozenset({"torch", "torchvision", "builtins", "operator", "tools"})
# Those whose calls say nothing about the student's code.
HELPERS = frozenset({"builtins", "operator", "prepare"})


class _Place:
    """Where a worker runs, with these parts; its generation changes with the worker."""

    def __init__(self, parts: tuple[Part, ...], generations: Iterator[int]) -> None:
        self.parts = parts
        self.worker: Worker | None = None
        self.released: list[int] = []
        self._generations = generations
        self.generation = next(generations)

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
            self.worker = None
            self.generation = next(self._generations)


class Session:
    """One submission's worker as the checks of one lab see it.

    It starts a worker when one is needed, replaces a lost one, and remembers the calls of the
    example at hand in words. Code that is tried on other parts than its own runs in a worker apart,
    an understudy.
    """

    def __init__(
        self,
        start_worker: Callable[[], Worker],
        sources: Mapping[str, str],
        forbidden: Collection[str] = (),
        shrinking_examples: int = EXAMPLES_WHILE_SHRINKING,
        deadline: float = math.inf,
    ) -> None:
        self._start_worker = start_worker
        self._sources = dict(sources)
        self._forbidden = tuple(forbidden)
        self._deadline = deadline  # of the clock `time.monotonic`
        self._number = 0
        self._names: dict[int, str] = {}
        self._generations = itertools.count(1)
        self._main = self._place = _Place((), self._generations)
        self._understudies: dict[tuple[Part, ...], _Place] = {}
        self.mode = Mode.PLAIN
        self.limit: Limit = CALL
        self.seed = 0
        self.example_seed = 0
        self.last_call: Text | None = None
        self.last_value: object = None
        self.failure: Failure | None = None
        self.examples: list[tuple[Mapping[str, object], Outcome | None]] = []
        self.examples_since_failure = 0
        self.failed_at = 0.0
        self.shrinking_examples = shrinking_examples
        self.requests_of_example = 0

    def root(self, name: str) -> Remote:
        """The worker's module `name`; a lab module shows no prefix in words."""
        shown = plain("" if name in self._sources else name)
        return Remote(self, Root(name), (), shown, self._place.generation)

    def begin_check(self, seed: int, limit: Limit) -> None:
        """Make ready for a check: a live worker, its switches where they belong."""
        self.limit = limit
        self.seed = self.example_seed = seed
        self.mode = Mode.PLAIN
        self.failure = None
        self.examples = []
        self.examples_since_failure = 0
        self._send(Reset(seed))
        self._forget_example({})

    def begin_example(self, drawn: Mapping[str, object], number: int) -> None:
        """Make ready for an example: seeded by its number, so that it can be run again alone.

        Drawn tensors are called by their names.
        """
        self.example_seed = self.seed + number
        if number:  # the first was seeded with the check
            self.reset()
        self._forget_example(drawn)

    def reset(self) -> None:
        """The worker's switches and seeds as they were when the example at hand began."""
        self._send(Reset(self.example_seed))

    def _forget_example(self, drawn: Mapping[str, object]) -> None:
        self._names = {id(value): name for name, value in drawn.items()}
        self.last_call = None
        self.last_value = None
        self.requests_of_example = 0

    def snapshot(self) -> tuple[Text | None, object, int]:
        """The words and the count of the example so far, to go back to."""
        return self.last_call, self.last_value, self.requests_of_example

    def restore(self, snapshot: tuple[Text | None, object, int]) -> None:
        self.last_call, self.last_value, self.requests_of_example = snapshot

    @contextlib.contextmanager
    def understudy(self, student: Remote, parts: Mapping[str, str]) -> Iterator[None]:
        """Run what follows in another worker, whose module `student` has these parts.

        It begins like the example at hand, or a seed that the student set would be the one to keep.
        """
        target = student._target
        assert isinstance(target, Root)
        made = _parts(target.name, tuple(parts.items()))
        if made not in self._understudies:
            self._understudies[made] = _Place(made, self._generations)
        self._place = self._understudies[made]
        try:
            self.reset()
            yield
        finally:
            self._place = self._main

    @property
    def has_parts(self) -> bool:
        return bool(self._place.parts)

    def close(self) -> None:
        """End every worker."""
        for place in (self._main, *self._understudies.values()):
            place.close()

    # What Remote does, in the protocol's words.

    def get_attribute(self, target: Remote, name: str, shown: Text) -> Any:
        if isinstance(target._target, Root) and target._target.name.split(".")[0] in LIBRARIES:
            # Known to be there, so it need not be asked for before it is used.
            return Remote(self, Root(f"{target._target.name}.{name}"), (), shown, 0)
        return self._send(GetAttribute(self._reference(target), name), shown=shown)

    def call(
        self, target: Remote, arguments: tuple[Any, ...], keywords: dict[str, Any], shown: Text
    ) -> Any:
        encoder = Encoder(self._reference)
        encoded = tuple(encoder.encode(value) for value in arguments)
        encoded_keywords = {key: encoder.encode(value) for key, value in keywords.items()}
        texts = [self._words(value) for value in arguments]
        words = _call_words(shown, texts, {k: self._words(v) for k, v in keywords.items()})
        if words is not None:
            self.last_call = words
        action = Call(self._reference(target), encoded, encoded_keywords, self.mode)
        of_what = words or (texts[0] if texts else shown)
        value = self._send(action, encoder.body, shown=of_what)
        if words is not None:
            self.last_value = value
        return value

    def release(self, number: int, generation: int) -> None:
        for place in (self._main, *self._understudies.values()):
            if generation == place.generation:
                place.released.append(number)

    def _words(self, value: object) -> Text:
        if isinstance(value, Remote):
            return value._shown
        return value_text(value, self._names.get(id(value)))

    def _reference(self, value: object) -> Value:
        if isinstance(value, Remote) and value._generation in (0, self._place.generation):
            return value._target
        raise TypeError(f"a check cannot send {type(value).__name__} to a worker")

    def _send(
        self,
        action: Load | Reset | GetAttribute | Call,
        body: bytearray | None = None,
        shown: Text | None = None,
    ) -> Any:
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise WorkerLost(CheckStatus.TIMEOUT, LAB_OVER)
        place = self._place
        if place.worker is None:
            place.worker = self._start_worker()
            place.released = []
            self._send(Load(self._sources, self._forbidden, place.parts))
        self._number += 1
        self.requests_of_example += 1
        released, place.released = tuple(place.released), []
        request = Request(self._number, action, released)
        try:
            limit = Limit(self.limit.cpu, min(self.limit.wall, left))
            outcome, answer = place.worker.ask(request, body or bytearray(), limit)
        except WorkerLost:
            place.close()
            raise
        for name in outcome.witnessed:
            if name in self._forbidden:
                raise ForbiddenCall(name)
        if isinstance(outcome, Raised):
            raise StudentError(outcome)
        generation = place.generation

        def stand_in(value: Any) -> Remote:
            if not isinstance(value, Object):
                raise CodecError("a worker names objects only")
            return Remote(self, value, value.types, shown or plain("…"), generation)

        try:
            return Decoder(answer, stand_in, device=None).decode(outcome.value)
        except (CodecError, RuntimeError) as error:
            place.close()
            raise WorkerLost(CheckStatus.CRASHED, CRASHED) from error


def _call_words(shown: Text, arguments: list[Text], keywords: dict[str, Text]) -> Text | None:
    """A call in words; None for what only looks at objects."""
    root, _, name = shown.en.partition(".")
    if root == "tools":
        return tool_text(name, arguments, keywords)
    if root in HELPERS:
        return None
    return call_text(shown, arguments, keywords)


class Remote:
    """An object of the worker. `types` are the qualified names of its classes, its own first."""

    __slots__ = ("__weakref__", "_generation", "_session", "_shown", "_target", "types")

    def __init__(
        self,
        session: Session,
        target: Object | Root,
        types: tuple[str, ...],
        shown: Text,
        generation: int,
    ) -> None:
        set_own = object.__setattr__
        set_own(self, "_session", session)
        set_own(self, "_target", target)
        set_own(self, "types", types)
        set_own(self, "_shown", shown)
        set_own(self, "_generation", 0 if isinstance(target, Root) else generation)

    _session: Session
    _target: Object | Root
    _shown: Text
    _generation: int
    types: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in PROBES:
            raise AttributeError(name)
        dot = "." if self._shown.en else ""
        return self._session.get_attribute(self, name, joined(self._shown, f"{dot}{name}"))

    def __setattr__(self, name: str, value: object) -> None:
        self._builtin("setattr", self, name, value)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._session.call(self, arguments, keywords, self._shown)

    def __getitem__(self, key: Any) -> Any:
        item = self._session.root("operator").getitem(self, key)
        if isinstance(item, Remote):
            object.__setattr__(item, "_shown", joined(self._shown, "[", value_text(key), "]"))
        return item

    def __len__(self) -> int:
        length = self._builtin("len", self)
        return length if type(length) is int else 0

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self._session.root("tools").as_list(self))

    def __del__(self) -> None:
        target = self._target
        if isinstance(target, Object):
            self._session.release(target.number, self._generation)

    def __repr__(self) -> str:
        return f"<remote {self.types[0] if self.types else self._target}>"

    def _builtin(self, name: str, *arguments: Any) -> Any:
        return getattr(self._session.root("builtins"), name)(*arguments)


def prepare_part(tools: Remote, file: str, values: Sequence[object]) -> None:
    """Give the stand-ins of a file in `autograder.parts` the values that they answer with.

    Nothing where none is in place: the values are answers, and not for the student's worker.
    """
    session = tools._session
    if session.has_parts:
        session.root("prepare")(file, list(values))


@functools.cache
def _parts(module: str, parts: tuple[tuple[str, str], ...]) -> tuple[Part, ...]:
    made = []
    for replaces, place in parts:
        file, _, name = place.partition(".")
        source = (PARTS / f"{file}.py").read_text(encoding="utf-8")
        made.append(Part(module, replaces, file, name, source))
    return tuple(made)


@contextlib.contextmanager
def fake_cuda(remote: Remote) -> Iterator[None]:
    """Run what follows on fake CUDA tensors, which refuse to mix with tensors of the CPU.

    They have shapes and dtypes but no values; tensors that come back are on `meta`. A network is
    built there with `tools.call_on("cuda", student.Network, …)` or moved by `tools.to_fake_cuda`.
    Gradients need a real device. A mix of devices fails the check; what fake tensors cannot run
    (reading a value, say) proves nothing, and ends the body without a failure.
    """
    session = remote._session
    session.mode = Mode.FAKE_CUDA
    try:
        yield
    except StudentError as error:
        if MIXED_DEVICES.search(error.raised.message):
            raise Mismatch(DEVICES_MIXED) from None
        if not FAKE_LIMITS.search(f"{' '.join(error.raised.types)} {error.raised.message}"):
            raise
    except WorkerLost as lost:
        # Torch itself may abort on a fake tensor; code that ends the process does so elsewhere too.
        if lost.status is not CheckStatus.CRASHED:
            raise
    finally:
        session.mode = Mode.PLAIN


@contextlib.contextmanager
def on_meta() -> Iterator[None]:
    """Run training or evaluation on `meta`, where gradients work but no number can be read.

    A mix of devices fails the check. Any other error proves nothing: most code ends at its first
    `item()`. So a check should also see that the model was called.
    """
    try:
        yield
    except StudentError as error:
        if "not on the expected device" in error.raised.message:
            raise Mismatch(DEVICES_MIXED) from None
        if error.is_missing or error.is_import_failure:
            raise


LAB_OVER = Text(
    es="Se acabó el tiempo que hay para todo el laboratorio.",
    en="The time that there is for the whole lab has run out.",
)
MIXED_DEVICES = re.compile(r"same device|two different devices")
FAKE_LIMITS = re.compile(
    r"DataDependent|DynamicOutput|Unsupported(Fake|Operator)|CUDA|NVIDIA|device index|Fake"
    r"|Couldn't swap"  # Module.to() under fake tensors
)
DEVICES_MIXED = Text(
    es="Con la entrada en la GPU, tu código la mezcla con tensores que quedaron en la CPU.",
    en="With the input on the GPU, your code mixes it with tensors left on the CPU.",
)
