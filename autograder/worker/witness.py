"""Makes the operators that a lab forbids report and refuse, below Python.

Their kernels are replaced in torch's dispatcher, so it does not matter how they are reached:
through `torch.nn`, `torch.ops`, `torch._C`, TorchScript, a function transform or another thread.
What torch computes in Python alone (`normalize`, the decompositions) is wrapped where it is
defined and where it is listed, and so is the making of torchvision's networks. It starts when the
student's module has been imported, for a module may try the library's layer on its own account.

What it cannot see: code that finds this object in memory and takes it apart, machine code of its
own, and arithmetic that amounts to the operator. That is why the grader also reads the source, and
draws inputs that betray the operator's defaults.
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
from typing import Any

import torch
from torch import nn
from torch._decomp import global_decomposition_table

KEYS = (
    "CPU",
    "AutogradCPU",
    "CUDA",
    "AutogradCUDA",
    "Meta",
    "CompositeImplicitAutograd",
    "FuncTorchDynamicLayerFrontMode",  # function transforms take dropout apart before the others
)
# By these, a module could keep an operator's kernel from before the start (PyTorch 2.9 and later).
KERNEL_KEEPERS = (
    (torch.library, "get_kernel"),
    (torch._C, "_dispatch_get_computed_kernel_for_dispatch_key"),
)
# Where operators are written out in Python. The other functions of these names, those of
# `torch.nn.functional`, call the operators, and have to stay as they are for TorchScript to read.
PYTHON_MODULES = ("torch._refs", "torch._refs.nn.functional", "torch._decomp.decompositions")
WITHOUT_OPERATOR = frozenset({"normalize", "local_response_norm"})

NETWORKS = "torchvision.models"  # as a name: every network that torchvision makes


class ForbiddenOperator(RuntimeError):
    """A forbidden operator was called; the text is its name."""


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

    overloads: dict[str, list[tuple[str, str]]]  # a namespace, and a name in it
    decompositions: dict[str, list[tuple[dict[Any, Any], Any]]]  # a table, and a key of it
    networks: list[type]


@functools.cache
def catalogue() -> Catalogue:
    """Made once, before workers are forked: going through all that there is takes each a while."""
    for module_name in PYTHON_MODULES:  # which enter decompositions
        importlib.import_module(module_name)
    overloads: dict[str, list[tuple[str, str]]] = {}
    for full_name in torch._C._dispatch_get_all_op_names():
        space, _, overload = full_name.partition("::")
        if space in ("aten", "quantized"):
            overloads.setdefault(overload.partition(".")[0], []).append((space, overload))
    decompositions: dict[str, list[tuple[dict[Any, Any], Any]]] = {}
    for table in global_decomposition_table.values():
        for operator in table:
            name = operator.name().partition("::")[2].partition(".")[0]
            decompositions.setdefault(name, []).append((table, operator))
    networks = [
        item
        for name, module in list(sys.modules.items())
        if name.startswith(f"{NETWORKS}.")
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, nn.Module) and item.__module__ == name
    ]
    return Catalogue(overloads, decompositions, networks)


class Witness:
    """Hears the operators of these names, once it is started."""

    is_paused = False

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._is_started = False
        self._heard: set[str] = set()
        self._libraries: list[torch.library.Library] = []
        self._undo: list[Callable[[], object]] = []
        for owner, name in KERNEL_KEEPERS if self._names else ():
            if hasattr(owner, name):
                self._undo.append(functools.partial(setattr, owner, name, getattr(owner, name)))
                delattr(owner, name)
        for name in self._names:
            for table, operator in catalogue().decompositions.get(name, ()):
                function = table[operator]
                self._undo.append(functools.partial(table.__setitem__, operator, function))
                table[operator] = self._refusing(name, function)
        for module_name in PYTHON_MODULES if self._names else ():
            module = importlib.import_module(module_name)
            for name in self._names & vars(module).keys():
                self._wrap(module, name, name)
        for name in self._names & WITHOUT_OPERATOR:
            self._wrap(torch.nn.functional, name, name)
        for network in catalogue().networks if NETWORKS in self._names else ():
            self._wrap(network, "__init__", NETWORKS)

    def _wrap(self, owner: object, attribute: str, name: str) -> None:
        function = vars(owner).get(attribute)
        if isinstance(function, FunctionType):
            self._undo.append(functools.partial(setattr, owner, attribute, function))
            setattr(owner, attribute, self._refusing(name, function))

    def start(self) -> None:
        """Listen from now on."""
        if self._is_started:
            return
        self._is_started = True
        spaces: dict[str, torch.library.Library] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in self._names:
                for space, overload in catalogue().overloads.get(name, ()):
                    if space not in spaces:
                        spaces[space] = torch.library.Library(space, "IMPL")
                    _replace(spaces[space], overload, self._refusing(name))
        self._libraries = list(spaces.values())

    def stop(self) -> None:
        """Put everything back."""
        for library in self._libraries:
            library._destroy()
        for undo in self._undo:
            undo()
        self._libraries, self._undo = [], []

    def heard(self) -> tuple[str, ...]:
        """The names heard since the last time."""
        names, self._heard = tuple(sorted(self._heard)), set()
        return names

    def _refusing(self, name: str, function: Callable[..., Any] | None = None) -> Any:
        """A stand-in that reports and refuses; before the start, `function` itself."""

        def refuse(*arguments: Any, **keywords: Any) -> Any:
            if function is not None and (Witness.is_paused or not self._is_started):
                return function(*arguments, **keywords)
            self._heard.add(name)
            raise ForbiddenOperator(name)

        if function is None:
            return refuse
        refusing = functools.wraps(function)(refuse)
        del refusing.__wrapped__  # whoever asked for it would have the function itself
        return refusing


def _replace(library: torch.library.Library, overload: str, refuse: Callable[..., Any]) -> None:
    for key in KEYS:
        with contextlib.suppress(RuntimeError):  # not a key that it may have a kernel for
            library.impl(overload, refuse, key)
