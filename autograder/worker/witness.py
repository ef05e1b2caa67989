"""Makes the operators that a lab forbids report and refuse, below Python.

Their kernels are replaced in torch's dispatcher, so it does not matter how they are reached:
through `torch.nn`, `torch.ops`, `torch._C`, TorchScript, a function transform or another thread.
What torch computes in Python alone (`normalize`, the decompositions) is wrapped where it is defined
and where it is listed, and so is the making of torchvision's networks. All this takes longer than
many a submission, so it may be done before a worker is forked. It starts when the student's module
has been imported, for a module may try the library's layer on its own account.

During the import it refuses an operator only where something would see what the operator is made
of, and could keep that for later: under a dispatch mode or with a tensor of a class that takes
operators over (`make_fx`, `torch.export`, `torch.compile` and whoever writes a tracer of his own
use them), and for what is written in Python under `torch.jit.trace`, a function mode or with
arguments of other kinds too. A network that torchvision makes then may be tried, and is heard when
it, a copy or a layer of it is called after the import.

What it cannot see: code that finds this object in memory and takes it apart, or rubs out the mark
on a network; machine code of its own; torch's and torchvision's Python source, read and executed
anew; what a network of torchvision was traced into during the import; a method of a torchvision
class on a module that torchvision did not make; before PyTorch 2.9, recordings that reach an
operator by a dispatch key of their choice, and a few that are written in Python for `meta`; sizes
that torch works out in Python without a tensor; layers outside torch
(`torchvision.ops.FrozenBatchNorm2d`); and arithmetic that amounts to the operator. That is why the
grader also reads the source, and draws inputs that betray the operator's defaults.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any, NoReturn

import torch
import torchvision
from torch import nn
from torch._decomp import global_decomposition_table
from torch.overrides import _get_current_function_mode_stack
from torch.utils._device import DeviceContext
from torch.utils._pytree import tree_leaves

# Of kernels made of other operators alone: all backends use it, and recordings may reach it by
# other keys too.
COMPOSITE_KEY = "CompositeImplicitAutograd"
# Function transforms take dropout apart before any other key has its turn.
TRANSFORM_KEY = "FuncTorchDynamicLayerFrontMode"
KEYS = ("CPU", "AutogradCPU", "CUDA", "AutogradCUDA", "Meta")
# Backends of which few operators have a kernel; where nothing needs a gradient, it is all they use.
RARE_KEYS = ("MkldnnCPU", "QuantizedCPU", "NestedTensorCPU")
# Comes first where a dispatch mode is on, or an argument's class has a `__torch_dispatch__`.
RECORDING_KEY = "PythonTLSSnapshot"
# By these, a module could keep an operator's kernel from before the start (PyTorch 2.9 and later),
# or run a script past the dispatcher.
WAYS_ROUND = (
    (torch.library, "get_kernel"),
    (torch._C, "_dispatch_get_computed_kernel_for_dispatch_key"),
    (torch._C, "_jit_to_static_module"),
)
# Where operators are written out in Python. The other functions of these names, those of
# `torch.nn.functional`, call the operators, and have to stay as they are for TorchScript to read.
PYTHON_MODULES = ("torch._refs", "torch._refs.nn.functional", "torch._decomp.decompositions")
WITHOUT_OPERATOR = frozenset({"normalize", "local_response_norm"})

NETWORKS = "torchvision.models"  # as a name: every network that torchvision makes
NETWORK_MARK = "_made_by_torchvision"  # an attribute, which copies have too
# What an operator written in Python is given where nothing records it.
PLAIN = frozenset(
    {torch.Tensor, nn.Parameter, torch.Size, torch.dtype, torch.device, torch.memory_format}
    | {type(None), bool, int, float, complex, str}
)

Function = Callable[..., Any]


class ForbiddenOperator(RuntimeError):
    """A forbidden operator was called; the text is its name."""


class NoSuchKernel(LookupError):
    """An operator has no kernel for a dispatch key."""


@contextlib.contextmanager
def trusted() -> Iterator[None]:
    """What runs here is the grader's own, and may use anything."""
    before, Witness.is_paused = Witness.is_paused, True
    try:
        yield
    finally:
        Witness.is_paused = before


@dataclass(frozen=True)
class Catalogue:
    """Where the operators of each name are, of all that a lab might forbid."""

    # A namespace, a name in it, and the keys for which refusals take the place of its kernels.
    overloads: dict[str, list[tuple[str, str, tuple[str, ...]]]]
    decompositions: dict[str, list[tuple[dict[Any, Any], Any]]]  # a table, and a key of it
    networks: list[tuple[object, str]]  # what makes one: an owner, and its attribute


@functools.cache
def catalogue() -> Catalogue:
    """Made once, before workers are forked: going through all that there is takes each a while."""
    # These enter decompositions. The last one, which the first forward-mode derivative imports,
    # compiles some from their source, and could not once they are wrapped.
    for module_name in (*PYTHON_MODULES, "torch._decomp.decompositions_for_jvp"):
        importlib.import_module(module_name)
    overloads: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
    for full_name in torch._C._dispatch_get_all_op_names():
        space, _, overload = full_name.partition("::")
        if space in ("aten", "quantized"):
            has_kernel = functools.partial(
                torch._C._dispatch_has_kernel_for_dispatch_key, full_name
            )
            keys = (*KEYS, *filter(has_kernel, RARE_KEYS))
            if has_kernel(COMPOSITE_KEY):  # with a kernel of its own, a key would not use that
                keys = (*filter(has_kernel, keys), COMPOSITE_KEY)
            place = (space, overload, (*keys, TRANSFORM_KEY))
            overloads.setdefault(overload.partition(".")[0], []).append(place)
    decompositions: dict[str, list[tuple[dict[Any, Any], Any]]] = {}
    for table in global_decomposition_table.values():
        for operator in table:
            name = operator.name().partition("::")[2].partition(".")[0]
            decompositions.setdefault(name, []).append((table, operator))
    networks: list[tuple[object, str]] = [
        (item, "__init__")
        for name, module in list(sys.modules.items())
        if name.startswith(f"{NETWORKS}.")
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, nn.Module) and item.__module__ == name
    ]
    networks.append((torchvision.models.vgg, "make_layers"))  # of layers that are all torch's
    return Catalogue(overloads, decompositions, networks)


class Witness:
    """Hears the operators of these names, once it is started."""

    is_paused = False

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._is_started = False
        self._has_marked = False
        self._heard: set[str] = set()
        self._libraries: dict[str, torch.library.Library] = {}
        self._undo: list[Callable[[], object]] = []
        # Those that cannot be called in the meantime: they are replaced at the start.
        self._late: list[tuple[str, str, str, str]] = []
        with warnings.catch_warnings(action="ignore"):
            for name in self._names:
                for space, overload, keys in catalogue().overloads.get(name, ()):
                    self._replace(name, space, overload, keys)
        for owner, name in WAYS_ROUND if self._names else ():
            if hasattr(owner, name):
                self._undo.append(functools.partial(setattr, owner, name, getattr(owner, name)))
                delattr(owner, name)
        for name in self._names:
            for table, operator in catalogue().decompositions.get(name, ()):
                function = table[operator]
                self._undo.append(functools.partial(table.__setitem__, operator, function))
                table[operator] = self._written_in_python(name, function)
        for module_name in PYTHON_MODULES if self._names else ():
            module = importlib.import_module(module_name)
            for name in self._names & vars(module).keys():
                self._wrap(module, name, functools.partial(self._written_in_python, name))
        for name in self._names & WITHOUT_OPERATOR:
            wrapper = functools.partial(self._written_in_python, name)
            self._wrap(torch.nn.functional, name, wrapper)
        for maker, attribute in catalogue().networks if NETWORKS in self._names else ():
            self._wrap(maker, attribute, self._making)

    @property
    def names(self) -> frozenset[str]:
        return self._names

    def start(self) -> None:
        """Listen from now on."""
        if self._is_started:
            return
        self._is_started = True
        with warnings.catch_warnings(action="ignore"):
            for name, space, overload, key in self._late:
                self._refuse_by(name, space, overload, key)
        if self._has_marked:
            self._wrap(nn.Module, "__call__", self._calling)

    def stop(self) -> None:
        """Put everything back, as far as torch does: under a dispatch mode, or with a tensor of a
        class of its own, it goes on calling the last kernel that was written in Python.
        """
        for library in self._libraries.values():
            library._destroy()
        for undo in self._undo:
            undo()
        self._libraries, self._undo = {}, []

    def heard(self) -> tuple[str, ...]:
        """The names heard since the last time."""
        names, self._heard = tuple(sorted(self._heard)), set()
        return names

    def _wrap(self, owner: object, attribute: str, wrapper: Callable[[Function], Function]) -> None:
        function = vars(owner).get(attribute)
        if isinstance(function, FunctionType):
            self._undo.append(functools.partial(setattr, owner, attribute, function))
            setattr(owner, attribute, wrapper(function))

    def _replace(self, name: str, space: str, overload: str, keys: tuple[str, ...]) -> None:
        """Put what refuses in the place of an operator's kernels."""
        if space not in self._libraries:
            self._libraries[space] = torch.library.Library(space, "IMPL")
        self._refuse_by(name, space, overload, RECORDING_KEY)
        for key in keys:
            try:
                kernel = _kernel(f"{space}::{overload}", key)
            except NoSuchKernel:
                continue
            if kernel is None:
                self._late.append((name, space, overload, key))
            else:
                run = self._instead_of(name, kernel)
                with contextlib.suppress(RuntimeError):  # Meta, of what is made of others
                    self._libraries[space].impl(overload, run, key, with_keyset=True)

    def _refuse_by(self, name: str, space: str, overload: str, key: str) -> None:
        with contextlib.suppress(RuntimeError):  # it may have no kernel for this key
            self._libraries[space].impl(overload, functools.partial(self._refuse, name), key)

    def _refuse(self, name: str, *arguments: Any, **keywords: Any) -> NoReturn:
        self._heard.add(name)
        raise ForbiddenOperator(name)

    def _instead_of(self, name: str, kernel: Any) -> Function:
        """A kernel that refuses after the start, and before where what it calls is recorded."""

        def run(keys: torch._C.DispatchKeySet, *arguments: Any, **keywords: Any) -> Any:
            if self._is_started or _is_dispatched_to_python((arguments, keywords)):
                self._refuse(name)
            return kernel.call_boxed(keys, *arguments, **keywords)

        return run

    def _written_in_python(self, name: str, function: Function) -> Function:
        """`function`, which refuses after the start, and before where its steps are recorded."""

        def run(*arguments: Any, **keywords: Any) -> Any:
            is_free = not self._is_started and not _is_recorded((arguments, keywords))
            if Witness.is_paused or is_free:
                return function(*arguments, **keywords)
            self._refuse(name)

        return _in_place_of(function, run)

    def _making(self, function: Function) -> Function:
        """`function`, which makes a network: a marked one before the start, and none after it."""

        def make(*arguments: Any, **keywords: Any) -> Any:
            if Witness.is_paused:
                return function(*arguments, **keywords)
            if self._is_started:
                self._refuse(NETWORKS)
            made = function(*arguments, **keywords)
            network, *given = arguments if made is None else (made, *arguments)
            own = set(_layers((*given, *keywords.values())))
            for layer in set(_layers([network])) - own:
                vars(layer)[NETWORK_MARK] = True
            self._has_marked = True
            return made

        return _in_place_of(function, make)

    def _calling(self, function: Function) -> Function:
        """The call of any module, which refuses one that is marked."""

        def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            if _is_marked(module) and not Witness.is_paused:
                self._refuse(NETWORKS)
            return function(module, *arguments, **keywords)

        return _in_place_of(function, call)


@functools.cache
def _dispatch_keys() -> dict[str, torch._C.DispatchKey]:
    """By name; PyTorch makes this table anew each time."""
    return dict(torch._C.DispatchKey.__members__)


def _kernel(full_name: str, key: str) -> Any:
    """The operator's kernel for a key; None where PyTorch has no handle for it."""
    # All backends have the same composite kernel.
    found = _dispatch_keys().get("AutogradCPU" if key == COMPOSITE_KEY else key)
    if found is None or not hasattr(torch.library, "get_kernel"):
        return None  # a key that Python has no name for, or before PyTorch 2.9
    try:
        return torch.library.get_kernel(full_name, found)
    except RuntimeError:
        raise NoSuchKernel(f"{full_name} for {key}") from None


def _in_place_of(function: Function, stand_in: Function) -> Function:
    wrapper = functools.wraps(function)(stand_in)
    del wrapper.__wrapped__  # whoever asked for it would have the function itself
    return wrapper


def _is_recorded(arguments: object) -> bool:
    """Whether something sees the steps of a function written in Python that is called now."""
    return (
        torch._C._len_torch_dispatch_stack() > 0
        or any(type(m) is not DeviceContext for m in _get_current_function_mode_stack())
        or torch._C._is_tracing()
        or any(type(leaf) not in PLAIN for leaf in tree_leaves(arguments))
    )


def _is_dispatched_to_python(arguments: object) -> bool:
    """Whether the operators called on these are seen by a mode, or by the class of a tensor."""
    plain = torch.Tensor.__torch_dispatch__
    return torch._C._len_torch_dispatch_stack() > 0 or any(
        isinstance(leaf, torch.Tensor) and type(leaf).__torch_dispatch__ is not plain
        for leaf in tree_leaves(arguments)
    )


def _is_marked(module: nn.Module) -> bool:
    is_script = isinstance(module, torch.jit.ScriptModule)  # which keeps attributes out of sight
    return NETWORK_MARK in vars(module) or (is_script and hasattr(module, NETWORK_MARK))


def _layers(values: Iterable[object]) -> Iterator[nn.Module]:
    for value in values:
        if isinstance(value, nn.Module):
            yield from value.modules()
