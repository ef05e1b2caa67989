"""Stand-ins for the worker's objects, so that a check reads as if it used them directly.

Getting an attribute, calling, indexing and so on each send one request. Plain values and tensors
come back as copies; anything else comes back as another `Remote`. Calls that answer with an object
whoever makes them, as `train()` does, are put off and go along with the next request.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from autograder.checking.connection import CRASHED, Worker
from autograder.checking.expression import (
    Phrase,
    call_text,
    joined,
    plain,
    says_something,
    tool_text,
    value_text,
)
from autograder.checking.failures import (
    EarlierCall,
    Failure,
    ForbiddenCall,
    GraderStopped,
    Mismatch,
    StudentError,
    WorkerLost,
)
from autograder.checking.limits import CALL, EXAMPLES_WHILE_SHRINKING, Limit
from autograder.checking.outcome import Outcome
from autograder.results import CheckStatus, GraderError
from autograder.worker.codec import CodecError, Decoder, Encoder
from autograder.worker.protocol import (
    Attribute,
    Call,
    Earlier,
    GetAttribute,
    Load,
    Mode,
    Object,
    Part,
    Request,
    Returned,
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
# Those whose calls say nothing about the student's code.
HELPERS = frozenset({"builtins", "operator", "prepare"})
# What every module of PyTorch has to be called: looked up with the call, in one request.
MODULE_METHODS = frozenset(name for name in vars(nn.Module) if not name.startswith("_")) - {
    "training"
}
# Other names of a lab in capitals are constants, whose value is asked for at once.
CLASSES_IN_CAPITALS = frozenset({"VGG"})
# Their calls answer with an object, and never with an error where the student's code is right.
WAITING_METHODS = frozenset(
    {"train", "eval", "double", "float", "half", "to", "requires_grad_", "parameters"}
)
WAITING_TOOLS = frozenset(
    (
        *("Batches", "assign", "build", "fill_", "fill_by_size_", "fill_gradients_", "initialise_"),
        *("loaded", "log_forwards", "log_gradients", "matched", "one_by_one", "one_pass"),
        *("seed_torch", "sequential", "with_state"),
    )
)
WAITING_MAKERS = ("torch.nn", "torch.optim")


@dataclass(frozen=True)
class Waiting:
    """A call that is put off: what is sent of it, where the example was, and whose code it runs."""

    earlier: Earlier
    words: Phrase | None
    requests: int
    is_students: bool


class _Place:
    """Where a worker runs, with these parts; its generation changes with the worker."""

    def __init__(self, parts: tuple[Part, ...], generations: Iterator[int]) -> None:
        self.parts = parts
        self.worker: Worker | None = None
        # To go with the next request:
        self.released: list[int] = []
        self.seed: int | None = None
        self.waiting: list[Waiting] = []
        self.body = bytearray()
        self._generations = generations
        self.generation = next(generations)

    def forget_waiting(self) -> None:
        self.released, self.waiting, self.body, self.seed = [], [], bytearray(), None

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
            self.worker = None
            self.forget_waiting()
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
        start_on_gpu: Callable[[], Worker] | None = None,
    ) -> None:
        self._start_worker = start_worker
        self._start_on_gpu = start_on_gpu or start_worker
        self._is_on_gpu = False
        self._sources = dict(sources)
        self._forbidden = tuple(forbidden)
        self._deadline = deadline  # of the clock `time.monotonic`
        self._number = 0
        self._kept = 0  # of calls that were put off
        self._names: dict[int, str] = {}
        self._generations = itertools.count(1)
        self._main = self._place = _Place((), self._generations)
        self._understudies: dict[tuple[Part, ...], _Place] = {}
        self._losses: dict[int, WorkerLost] = {}  # by generation
        self.mode = Mode.PLAIN
        self.limit: Limit = CALL
        self.seed = 0
        self.example_seed = 0
        self._last_call: Phrase | None = None
        self.last_value: object = None
        self.failure: Failure | None = None
        self.examples: list[tuple[Mapping[str, object], Outcome | None]] = []
        self.examples_since_failure = 0
        self.failed_at = 0.0
        self.shrinking_examples = shrinking_examples
        self.requests_of_example = 0

    def root(self, name: str) -> Remote:
        """The worker's module `name`; a lab module shows no prefix in words."""
        words = plain("" if name in self._sources else name)
        return Remote(self, Root(name), (), lambda: words)

    def begin_check(self, seed: int, limit: Limit, *, on_gpu: bool = False) -> None:
        """Make ready for a check: a live worker, its switches where they belong.

        A check that computes on a GPU has workers of its own: others have none of it, and an
        illegal access or a full card stays with the process that had it.
        """
        if on_gpu or self._is_on_gpu:
            self.close()
        self._is_on_gpu = on_gpu
        self.limit = limit
        self.seed = self.example_seed = seed
        self.mode = Mode.PLAIN
        self.failure = None
        self.examples = []
        self.examples_since_failure = 0
        self.reset()
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
        """From the next request on, the worker's switches and seeds are as they were when the
        example at hand began.

        What still waits belongs to what has failed already.
        """
        with contextlib.suppress(EarlierCall):
            self.flush()
        self._place.seed = self.example_seed

    def _forget_example(self, drawn: Mapping[str, object]) -> None:
        self._names = {id(value): name for name, value in drawn.items()}
        self._last_call = None
        self.last_value = None
        self.requests_of_example = 0

    @property
    def last_call(self) -> Text | None:
        """The last call of the example in words."""
        return self._last_call() if self._last_call else None

    def snapshot(self) -> tuple[Phrase | None, object, int]:
        """The words and the count of the example so far, to go back to."""
        return self._last_call, self.last_value, self.requests_of_example

    def restore(self, snapshot: tuple[Phrase | None, object, int]) -> None:
        self._last_call, self.last_value, self.requests_of_example = snapshot

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
            self.flush()
        finally:
            self._place = self._main

    @property
    def _places(self) -> tuple[_Place, ...]:
        return self._main, *self._understudies.values()

    @property
    def has_parts(self) -> bool:
        return bool(self._place.parts)

    def close(self) -> None:
        """End every worker."""
        for place in self._places:
            place.close()

    def _lose(self, place: _Place, lost: WorkerLost) -> WorkerLost:
        """End the place's worker; using an object of it is the same loss from here on."""
        self._losses[place.generation] = WorkerLost(lost.status, lost.text)
        place.close()
        return lost

    # What Remote does, in the protocol's words.

    def get_attribute(self, target: Remote, name: str) -> Any:
        """What is sure to be called or handed on is looked up with that, in one request."""

        def shown() -> Text:
            words = target._shown()
            return joined(words, f"{'.' if words.en else ''}{name}")

        found = target._target
        is_constant = name.isupper() and name not in CLASSES_IN_CAPITALS
        if isinstance(found, Root) and not (is_constant and found.name in self._sources):
            return Remote(self, Root(f"{found.name}.{name}"), (), shown)
        if isinstance(found, Object) and name in MODULE_METHODS:
            attribute = Attribute(found, name)
            return Remote(self, attribute, (), shown, target._generation, target)
        return self._send(GetAttribute(self._reference(target), name), shown=shown)

    def call(
        self,
        target: Remote,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        *,
        may_wait: bool = False,
    ) -> Any:
        encoder = Encoder(self._reference, self._place.body)
        encoded = tuple(encoder.encode(value) for value in arguments)
        encoded_keywords = {key: encoder.encode(value) for key, value in keywords.items()}
        action = Call(self._reference(target), encoded, encoded_keywords, self.mode)
        words = self._call_words(target, arguments, keywords)
        if words is not None:
            self._last_call = words
            of_what = words
        else:
            of_what = self._words(arguments[0]) if arguments else target._shown
        if self.mode is Mode.PLAIN and (may_wait or _can_wait(target._target)):
            value = self._put_off(action, words, of_what, is_students=may_wait)
        else:
            value = self._send(action, shown=of_what)
        if words is not None:
            self.last_value = value
        return value

    def _put_off(
        self, action: Call, words: Phrase | None, shown: Phrase, *, is_students: bool
    ) -> Remote:
        self.requests_of_example += 1
        self._kept -= 1
        earlier = Earlier(self._kept, action)
        self._place.waiting.append(Waiting(earlier, words, self.requests_of_example, is_students))
        target = Object(self._kept, ())
        return Remote(self, target, None, shown, self._place.generation)

    def flush(self) -> None:
        """Make the calls that were put off, if any still are."""
        if self._place.waiting:
            requests = self.requests_of_example
            self._send(GetAttribute(Root("tools"), "__name__"))
            self.requests_of_example = requests

    def types_of(self, target: Remote) -> tuple[str, ...]:
        """The names of the classes of what a call that was put off has answered."""
        requests = self.requests_of_example
        found = self._send(Call(Root("tools.itself"), (self._reference(target),), {}, Mode.PLAIN))
        self.requests_of_example = requests
        if isinstance(found, Remote):
            return found.types
        return tuple(f"{cls.__module__}.{cls.__qualname__}" for cls in type(found).__mro__)

    def _call_words(
        self, target: Remote, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
    ) -> Phrase | None:
        """A call in words; None for what only looks at objects."""
        tool = None
        if isinstance(target._target, Root):
            root, _, name = target._target.name.partition(".")
            if root in HELPERS or (root == "tools" and not says_something(name)):
                return None
            tool = name if root == "tools" else None
        texts = [self._words(value) for value in arguments]
        keyword_texts = {key: self._words(value) for key, value in keywords.items()}

        def words() -> Text:
            given = [text() for text in texts]
            named = {key: text() for key, text in keyword_texts.items()}
            if tool:
                return tool_text(tool, given, named)
            return call_text(target._shown(), given, named)

        return words

    def release(self, number: int, generation: int) -> None:
        for place in self._places:
            if generation == place.generation:
                place.released.append(number)

    def _words(self, value: object) -> Phrase:
        if isinstance(value, Remote):
            return value._shown
        return functools.partial(value_text, value, self._names.get(id(value)))

    def _reference(self, value: object) -> Value:
        if isinstance(value, Remote):
            if value._generation in (0, self._place.generation):
                return value._target
            if value._generation in self._losses:  # and that was passed over until here
                raise self._losses[value._generation]
        raise TypeError(f"a check cannot send {type(value).__name__} to a worker")

    def _send(
        self,
        action: Load | GetAttribute | Call,
        shown: Phrase = lambda: plain("…"),
    ) -> Any:
        left = self._deadline - time.monotonic()
        if left <= 0:
            over = WorkerLost(CheckStatus.TIMEOUT, LAB_OVER)
            for place in self._places:
                self._lose(place, over)
            raise over
        place = self._place
        if place.worker is None:
            try:
                place.worker = self._start_on_gpu() if self._is_on_gpu else self._start_worker()
            except GraderError as error:
                raise GraderStopped(error) from error
            place.released = []
            self._ask(place, Load(self._sources, self._forbidden, place.parts), left)
        self.requests_of_example += 1
        answer, body = self._ask(place, action, left)
        generation = place.generation

        def stand_in(value: Any) -> Remote:
            if not isinstance(value, Object):
                raise CodecError("a worker names objects only")
            return Remote(self, value, value.types, shown, generation)

        try:
            return Decoder(body, stand_in, device=None).decode(answer)
        except (CodecError, RuntimeError) as error:
            raise self._lose(place, WorkerLost(CheckStatus.CRASHED, CRASHED)) from error

    def _ask(
        self, place: _Place, action: Load | GetAttribute | Call, left: float
    ) -> tuple[Value, bytearray]:
        """What the worker answers to the action; all that waits goes along, but with a `Load`."""
        assert place.worker is not None
        self._number += 1
        request, body, waiting = Request(self._number, action), bytearray(), place.waiting
        limit = self.limit
        if not isinstance(action, Load):
            limit *= 1 + sum(call.is_students for call in waiting)
            earlier = tuple(call.earlier for call in waiting)
            request = Request(self._number, action, tuple(place.released), place.seed, earlier)
            body = place.body
            place.forget_waiting()
        try:
            limit = Limit(limit.cpu, min(limit.wall, left))
            outcome, answer = place.worker.ask(request, body, limit)
        except WorkerLost as lost:
            self._tell_the_students_of(waiting)
            self._lose(place, lost)
            raise
        for name in outcome.witnessed:
            if name in self._forbidden:
                raise ForbiddenCall(name)
        if isinstance(outcome, Returned):
            return outcome.value, answer
        if outcome.earlier is None:
            raise StudentError(outcome)
        if not 0 <= outcome.earlier < len(waiting):
            raise self._lose(place, WorkerLost(CheckStatus.CRASHED, CRASHED))
        done = waiting[: outcome.earlier + 1]
        self.requests_of_example = done[-1].requests
        self._last_call = next((c.words for c in reversed(done) if c.words), self._last_call)
        raise EarlierCall(StudentError(outcome))

    def _tell_the_students_of(self, waiting: Sequence[Waiting]) -> None:
        """A worker was lost to one of several calls: where the last in words is a look at what the
        student's did, the student's is told.
        """
        told = next((call.words for call in reversed(waiting) if call.is_students), None)
        if told and self._last_call and told().en not in self._last_call().en:
            self._last_call = told


class Remote:
    """An object of the worker. `types` are the qualified names of its classes, its own first."""

    __slots__ = ("__weakref__", "_generation", "_owner", "_session", "_shown", "_target", "_types")

    def __init__(
        self,
        session: Session,
        target: Object | Root | Attribute,
        types: tuple[str, ...] | None,
        shown: Phrase,
        generation: int = 0,
        owner: Remote | None = None,
    ) -> None:
        set_own = object.__setattr__
        set_own(self, "_session", session)
        set_own(self, "_target", target)
        set_own(self, "_types", types)  # None where they are still to be asked for
        set_own(self, "_shown", shown)
        set_own(self, "_generation", generation)  # of its worker, 0 where any will do
        set_own(self, "_owner", owner)  # whose attribute it is, held for as long as this is

    _session: Session
    _target: Object | Root | Attribute
    _shown: Phrase
    _generation: int
    _types: tuple[str, ...] | None

    @property
    def types(self) -> tuple[str, ...]:
        """The names of its classes, its own first."""
        if self._types is None:
            object.__setattr__(self, "_types", self._session.types_of(self))
        assert self._types is not None
        return self._types

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in PROBES:
            raise AttributeError(name)
        return self._session.get_attribute(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._builtin("setattr", self, name, value)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._session.call(self, arguments, keywords)

    def __getitem__(self, key: Any) -> Any:
        item = self._session.root("operator").getitem(self, key)
        if isinstance(item, Remote):
            object.__setattr__(
                item, "_shown", lambda: joined(self._shown(), "[", value_text(key), "]")
            )
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
        return f"<remote {self._types[0] if self._types else self._target}>"

    def _builtin(self, name: str, *arguments: Any) -> Any:
        return getattr(self._session.root("builtins"), name)(*arguments)


def _can_wait(target: Object | Root | Attribute) -> bool:
    """Whether its call may be put off."""
    match target:
        case Attribute(name=name):
            return name in WAITING_METHODS
        case Root(name=name):
            module, _, last = name.rpartition(".")
            if module == "tools":
                return last in WAITING_TOOLS
            return name == "builtins.setattr" or (module in WAITING_MAKERS and last[:1].isupper())
    return False


def later(function: Any) -> Callable[..., Any]:
    """`function`, whose calls are put off and go along with the next request.

    For student code that answers with an object, or whose answer nobody looks at: a message costs
    more than most calls. Where it raises, the example ends at that next request, with the call and
    the error told as ever. So a check that expects an error calls the function itself.
    """
    session: Session = function._session

    def call(*arguments: Any, **keywords: Any) -> Any:
        return session.call(function, arguments, keywords, may_wait=True)

    return call


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
