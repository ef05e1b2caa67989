"""The library calls that a lab forbids, read off the source and heard from the witness.

The source is parsed, never run: names are followed through imports, aliases and assignments, and a
function answers for the helpers of its module that it uses. Neither view proves innocence: code
that builds names from strings escapes the parser, code that takes the worker apart blinds the
witness (`autograder.worker.witness` says what else it cannot see).
"""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import torch

from autograder.worker.witness import NETWORKS, PYTHON_MODULES

NORMALISATION = (
    "torch.nn.*Norm*",
    "torch.nn.functional.*norm",
    "torch.*_norm",
    "torch.*batch_norm*",
    "torch.nn.functional.*batch_norm*",
    "torch.ops.*norm*",
)


MAX_PARTS = 16  # of a dotted name; what is longer starts with one that is not


@dataclass(frozen=True)
class Forbidden:
    """Patterns of dotted names in the source, and of operators' names at run time."""

    names: tuple[str, ...]
    witnessed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


FORBIDDEN: dict[str, Forbidden] = {
    "conv_arithmetic": Forbidden(
        names=("torch.*", "torch"),
        # Whatever makes a tensor, and what has an output size to read off.
        witnessed=(
            *("empty*", "zeros*", "ones*", "full*", "rand*", "arange*", "linspace*", "eye*"),
            *("tensor", "scalar_tensor", "lift_fresh", "from_file", "*conv*", "*pool*", "*unfold*"),
            *("*col2im*", "*im2col*", "pad", "constant_pad_nd"),
        ),
    ),
    "dropout": Forbidden(
        names=("torch.nn.*[Dd]ropout*", "torch.*dropout*", "torch.ops.*dropout*"),
        witnessed=("*dropout*",),
    ),
    "batchnorm": Forbidden(
        names=NORMALISATION,
        witnessed=("*batch_norm*", "*_norm", "native_*_norm*", "*norm_backward*", "*normalize"),
        # A norm is a length: no layer and no function that normalises.
        allowed=(
            *("torch.linalg.*", "torch.nn.Module", "linalg_*norm", "native_norm", "_foreach_norm"),
            *("frobenius_norm", "nuclear_norm", "*weight_norm*"),
        ),
    ),
    "vgg": Forbidden(names=("torchvision.models*",), witnessed=(NETWORKS,)),
    "resnet": Forbidden(names=("torchvision.models*",), witnessed=(NETWORKS,)),
}


def is_forbidden_name(rule: Forbidden, name: str) -> bool:
    return _matches(rule.names, name) and not _matches(rule.allowed, name)


@functools.cache
def forbidden_operators(lab: str) -> tuple[str, ...]:
    """The names of torch's operators and Python functions that `lab` forbids."""
    rule = FORBIDDEN.get(lab)
    if rule is None:
        return ()
    operators = {
        name.partition("::")[2].partition(".")[0] for name in torch._C._dispatch_get_all_op_names()
    }
    functions = {
        name
        for module in ("torch.nn.functional", *PYTHON_MODULES)
        for name, item in vars(importlib.import_module(module)).items()
        if callable(item)
    }
    return tuple(
        sorted(
            name
            for name in operators | functions | {NETWORKS}
            if _matches(rule.witnessed, name) and not _matches(rule.allowed, name)
        )
    )


def _matches(patterns: Iterable[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True)
class Evidence:
    """A forbidden name in the source."""

    name: str
    line: int


def find_forbidden(source: str, rule: Forbidden, targets: Iterable[str]) -> dict[str, Evidence]:
    """The first forbidden use that each target of a module leads to.

    A source that does not parse gives nothing: it cannot be imported either.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    aliases = _aliases(tree)
    own = _own_definitions(tree)
    definitions: dict[str, ast.stmt] = own | {
        target.id: node
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in _targets(node)
        if isinstance(target, ast.Name)
    }
    found: dict[str, Evidence] = {}
    for target in targets:
        for node in _reachable(target, definitions):
            # An imported name that the module defines anew is the library's in that class only.
            visible = {name: a for name, a in aliases.items() if own.get(name, node) is node}
            uses = _uses(node, visible, calls_only=rule.names == ("torch.*", "torch"))
            hits = [Evidence(n, line) for n, line in uses if is_forbidden_name(rule, n)]
            if hits:
                found[target] = min(hits, key=lambda hit: hit.line)
                break
    return found


def _own_definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """The module's functions and classes, without those that a later import replaces."""
    own: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for name in node.names:
                own.pop(name.asname or name.name, None)
    return own


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported or re-assigned name of the module stands for, in dotted form."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.asname:
                    aliases[name.asname] = name.name
                else:
                    aliases[name.name.split(".")[0]] = name.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                aliases[name.asname or name.name] = f"{node.module}.{name.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            dotted = _dotted(node.value, aliases)
            for target in _targets(node):
                if isinstance(target, ast.Name) and dotted and target.id not in aliases:
                    aliases[target.id] = dotted
    return aliases


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    """`F.dropout2d` as `torch.nn.functional.dropout2d`; None for what is no library's name."""
    attributes: list[str] = []
    while len(attributes) < MAX_PARTS:
        match node:
            case ast.Attribute(value=base, attr=name):
                attributes.append(name)
                node = base
            case ast.Call(
                func=ast.Name(id="getattr"), args=[base, ast.Constant(value=str(name)), *_]
            ):
                attributes.append(name)
                node = base
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                return ".".join([name, *reversed(attributes)])
            case ast.Name(id=name) if name in aliases:
                return ".".join([aliases[name], *reversed(attributes)])
            case _:
                break
    return None


def _reachable(target: str, definitions: Mapping[str, ast.stmt]) -> Iterator[ast.stmt]:
    """The target's definition and those of the module's own names that it leads to."""
    waiting, seen = [target], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in definitions:
            continue
        seen.add(name)
        yield definitions[name]
        for node in ast.walk(definitions[name]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)


def _uses(
    statement: ast.stmt, aliases: Mapping[str, str], *, calls_only: bool
) -> Iterator[tuple[str, int]]:
    """Every library name used below a statement, annotations left out."""
    for node in _without_annotations(statement):
        candidate = node.func if isinstance(node, ast.Call) else node
        if calls_only and not isinstance(node, ast.Call):
            continue
        dotted = _dotted(candidate, aliases)
        if dotted:
            yield dotted, getattr(node, "lineno", 0)


def _without_annotations(statement: ast.stmt) -> Iterator[ast.AST]:
    """Every node below a statement; not recursive, for expressions of any depth."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        for field, value in ast.iter_fields(node):
            if field not in ("annotation", "returns"):
                children = value if isinstance(value, list) else [value]
                waiting += [child for child in children if isinstance(child, ast.AST)]
