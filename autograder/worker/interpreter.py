"""Carries out requests on live objects. It knows nothing of sockets, so tests run it in-process."""

from __future__ import annotations

import builtins
import functools
import importlib
import operator
import random
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import torch
import torchvision
from msgspec.structs import replace
from torch._subclasses.fake_tensor import unset_fake_temporarily

from autograder.worker import tools
from autograder.worker.codec import CodecError, Decoder, Encoder
from autograder.worker.fake import FakeMode
from autograder.worker.protocol import (
    Attribute,
    Call,
    GetAttribute,
    Load,
    Mode,
    Object,
    Part,
    Raised,
    Request,
    Response,
    Returned,
    Root,
    RunCell,
    Spent,
    Value,
)
from autograder.worker.seeding import seed_torch
from autograder.worker.submitted import PACKAGE, SubmittedModules, is_student_file
from autograder.worker.witness import Witness, trusted

WORKER_ROOTS: dict[str, object] = {
    "torch": torch,
    "torchvision": torchvision,
    "builtins": builtins,
    "operator": operator,
    "tools": tools,
}
PREPARE = "prepare"  # the root by which a check gives values to stand-ins
MAX_MESSAGE = 500
NOTHING_SPENT = Spent()


class Cells(Protocol):
    """A notebook's cells (`autograder.worker.cells`)."""

    def begin(self) -> None: ...
    def run(self, code: str) -> object: ...


class NoCells(RuntimeError):
    """A cell was sent to a worker that is not for notebooks."""


class FakeCudaUnavailable(RuntimeError):
    """Fake CUDA tensors were asked for where torch cannot make them."""


class Interpreter:
    """The objects of one worker and the requests on them."""

    def __init__(
        self,
        import_lab: Callable[[str], object] | None = None,
        fake_mode: FakeMode | None = None,
        cells: Cells | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._import_lab = import_lab or (lambda name: importlib.import_module(f"{PACKAGE}.{name}"))
        self._objects: dict[int, object] = {}
        self._names_of_types: dict[type, tuple[str, ...]] = {}
        self._last_number = 0
        self._fake_mode = fake_mode
        self._witness = witness or Witness(())
        self._modules: dict[str, object] = {}
        self.parts: tuple[Part, ...] = ()
        self._prepared: dict[str, list[object]] = {}
        self._is_timed = False
        self._spent = NOTHING_SPENT
        self._earlier: int | None = None  # the earlier call that is being made
        self._cells = cells

    def execute(self, request: Request, body: bytearray) -> tuple[Response, bytearray]:
        """The response to one request; whatever the student's code raises is part of it."""
        self._spent = NOTHING_SPENT
        self._earlier = None
        encoder = Encoder(self._name_object)
        outcome: Returned | Raised
        try:
            encoded = encoder.encode(self._run(request, body))
            outcome = Returned(encoded, self._witness.heard())
        except BaseException as error:
            encoder = Encoder(self._name_object)
            outcome = _raised(error, self._witness.heard(), self._earlier)
        return Response(request.number, outcome, self._spent), encoder.body

    def close(self) -> None:
        """Undo what this interpreter did to torch."""
        self._witness.stop()

    def _run(self, request: Request, body: bytearray) -> object:
        if request.seed is not None:
            reset_torch(request.seed)
        try:
            for self._earlier, earlier in enumerate(request.earlier):
                self._objects[earlier.number] = self._perform(earlier.call, body)
            self._earlier = None
        finally:
            for number in request.released:
                self._objects.pop(number, None)
        match request.action:
            case Load(sources=sources, forbidden=forbidden, parts=parts) as load:
                SubmittedModules(sources).install()
                if load.notebook and self._cells:
                    self._cells.begin()
                if self._witness.names != frozenset(forbidden):
                    self._witness = Witness(forbidden)
                self.parts = parts
                self._is_timed = load.timed
                return None
            case RunCell(code=code):
                if self._cells is None:
                    raise NoCells("this worker was not made ready for a notebook")
                return self._cells.run(code)
            case GetAttribute(target=target, name=name):
                return getattr(self._find_object(target), name)
            case Call() as call:
                return self._perform(call, body)

    def _perform(self, call: Call, body: bytearray) -> object:
        if call.mode is Mode.PLAIN:
            return self._call(call, Decoder(body, self._find_object))
        if self._fake_mode is None:
            raise FakeCudaUnavailable("this build of torch has no fake CUDA tensors")
        with self._fake_mode:
            return self._call(call, Decoder(body, self._find_object, device="cuda"))

    def _call(self, call: Call, decoder: Decoder) -> object:
        function: Any = decoder.decode(call.target)
        arguments = [decoder.decode(value) for value in call.arguments]
        keywords = {key: decoder.decode(item) for key, item in call.keywords.items()}
        if self._modules:  # what they do while they are imported is their own affair
            self._witness.start()
        if self._is_timed:
            return self._timed(function, arguments, keywords)
        return function(*arguments, **keywords)

    def _timed(
        self, function: Callable[..., Any], arguments: list[Any], keywords: dict[str, Any]
    ) -> object:
        started = time.perf_counter()
        try:
            return function(*arguments, **keywords)
        finally:
            seconds = self._spent.running + time.perf_counter() - started
            self._spent = replace(self._spent, running=seconds)

    def _name_object(self, value: object) -> Value:
        self._last_number += 1
        self._objects[self._last_number] = value
        kind = type(value)
        if kind not in self._names_of_types:
            self._names_of_types[kind] = tuple(
                f"{cls.__module__}.{cls.__qualname__}" for cls in kind.__mro__
            )
        return Object(self._last_number, self._names_of_types[kind])

    def _find_object(self, value: Value) -> object:
        match value:
            case Object(number=number):
                return self._objects[number]
            case Attribute(of=object_, name=name):
                return getattr(self._find_object(object_), name)
            case Root(name=name):
                root, *inside = name.split(".")
                found = WORKER_ROOTS[root] if root in WORKER_ROOTS else self._lab_module(root)
                return functools.reduce(getattr, inside, found)
        raise CodecError("not something that a worker holds")

    def _lab_module(self, name: str) -> object:
        """The student's module, with stand-ins in place of some of its functions."""
        if name == PREPARE:
            return self._prepare
        if name not in self._modules:
            started = time.perf_counter()
            try:
                with unset_fake_temporarily():
                    self._modules[name] = self._with_parts(name, self._import_lab(name))
            finally:
                if self._is_timed:
                    seconds = self._spent.importing + time.perf_counter() - started
                    self._spent = replace(self._spent, importing=seconds)
        return self._modules[name]

    def _with_parts(self, name: str, module: object) -> object:
        made: dict[str, object] = {}
        for part in self.parts:
            if part.module == name:
                made[part.replaces] = self._stand_in(part, made)
        for replaced, stand_in in made.items():
            setattr(module, replaced, stand_in)
        return module

    def _stand_in(self, part: Part, others: Mapping[str, object]) -> object:
        """A part, which may use what is forbidden to the student, and the parts before it."""
        namespace: dict[str, Any] = {"__name__": part.file, **others}
        exec(compile(part.source, part.file, "exec", dont_inherit=True), namespace)
        namespace["prepared"] = self._prepared.setdefault(part.file, [])
        made = namespace[part.name]
        if not callable(made):
            return made
        if not isinstance(made, type):
            return _trusting(made)
        init = vars(made).get("__init__")
        return type(made.__name__, (made,), {"__init__": _trusting(init)}) if init else made

    def _prepare(self, file: str, values: list[object]) -> None:
        """Keep what a check has computed for the stand-ins of a file."""
        self._prepared.setdefault(file, [])[:] = values


def _trusting(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which may use what is forbidden to the student."""

    @functools.wraps(function)
    def run(*arguments: Any, **keywords: Any) -> Any:
        with trusted():
            return function(*arguments, **keywords)

    return run


def reset_torch(seed: int) -> None:
    """Undo what earlier student code may have left switched, and seed every generator."""
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.use_deterministic_algorithms(False)
    seed_torch(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)


def _raised(error: BaseException, names: tuple[str, ...], earlier: int | None) -> Raised:
    types = tuple(cls.__qualname__ for cls in type(error).__mro__ if cls is not object)
    try:
        message = str(error)[:MAX_MESSAGE]
    except BaseException:
        message = ""
    return Raised(types, message, _place(error), names, earlier)


def _place(error: BaseException) -> str | None:
    """The student's file and line where it was raised."""
    if isinstance(error, SyntaxError) and is_student_file(error.filename or ""):
        return f"{error.filename}:{error.lineno}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_student_file(f.filename)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None
