"""What a module still has to do, read from its source without running it.

A stub raises `NotImplementedError("<qualified name>")` in each function that a student writes,
and gives each constant that a student writes a value that says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def pending(tree: ast.Module, targets: Iterable[str]) -> tuple[str, ...]:
    """Names still to do, in the order of the file.

    Functions and methods come by qualified name ("BatchNorm2d.forward"), constants by their own.
    """
    return (*pending_functions(tree), *pending_constants(tree, targets))


def target_of(name: str) -> str:
    """The name of LABS that a qualified name belongs to: its class, or itself."""
    return name.split(".", maxsplit=1)[0]


def pending_functions(tree: ast.Module) -> Iterator[str]:
    for name, function in _functions(tree.body, prefix=""):
        if any(_is_placeholder(node, name) for node in ast.walk(function)):
            yield name


def _functions(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, _Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _is_placeholder(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Raise(
            exc=ast.Call(
                func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=argument)]
            )
        ):
            return bool(argument == name)
    return False


def pending_constants(tree: ast.Module, targets: Iterable[str]) -> Iterator[str]:
    names = frozenset(targets)
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                if _is_empty(value):
                    yield name
            case ast.AnnAssign(target=ast.Name(id=name), value=annotated) if name in names:
                if annotated is None or _is_empty(annotated):
                    yield name


def _is_empty(value: ast.expr) -> bool:
    """Whether a value says nothing yet: a literal of nothing but `...`, `None`, 0 and 1."""
    try:
        literal = ast.literal_eval(value)
    except ValueError:
        return False
    leaves = literal if isinstance(literal, (tuple, list, set, dict)) else (literal,)
    return all(leaf in (..., None, 0, 1) for leaf in leaves)
