"""Mutants: the reference with one small change each, made by machine.

The operators are the classical ones (DeMillo, Lipton & Sayward 1978; Offutt et al. 1996): another
operator, constant or comparison, a statement or keyword dropped, a condition negated, two arguments
swapped. Names, annotations, docstrings and the words of error messages stay as they are.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

COMPARISONS: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {
    cst.LessThan: cst.LessThanEqual(),
    cst.LessThanEqual: cst.LessThan(),
    cst.GreaterThan: cst.GreaterThanEqual(),
    cst.GreaterThanEqual: cst.GreaterThan(),
    cst.Equal: cst.NotEqual(),
    cst.NotEqual: cst.Equal(),
    cst.Is: cst.IsNot(),
    cst.IsNot: cst.Is(),
    cst.In: cst.NotIn(),
    cst.NotIn: cst.In(),
}
BINARY: dict[type[cst.BaseBinaryOp], cst.BaseBinaryOp] = {
    cst.Add: cst.Subtract(),
    cst.Subtract: cst.Add(),
    cst.Multiply: cst.Divide(),
    cst.Divide: cst.Multiply(),
    cst.FloorDivide: cst.Divide(),
    cst.Modulo: cst.FloorDivide(),
    cst.Power: cst.Multiply(),
    cst.BitAnd: cst.BitOr(),
    cst.BitOr: cst.BitAnd(),
}
AUGMENTED: dict[type[cst.BaseAugOp], cst.BaseAugOp] = {
    cst.AddAssign: cst.SubtractAssign(),
    cst.SubtractAssign: cst.AddAssign(),
    cst.MultiplyAssign: cst.DivideAssign(),
    cst.DivideAssign: cst.MultiplyAssign(),
}
NAMES = {"True": "False", "False": "True", "min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change: `before` and `after` are the lines of it, `function` is where it lies."""

    module: str
    function: str  # "BatchNorm2d.forward"; empty at the top of the module
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.line}: {self.before} → {self.after}"

    @property
    def owner(self) -> str:
        """The top-level function or class that it belongs to."""
        return self.function.split(".")[0]


@functools.cache
def mutants_of(module: str, source: str) -> tuple[Mutant, ...]:
    """Every mutant of the reference `source`, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    collector = _Collector()
    wrapper.visit(collector)
    made: dict[str, Mutant] = {}
    for site in collector.sites:
        changed = wrapper.module.deep_replace(site.node, site.replacement)
        code = changed.code if isinstance(changed, cst.Module) else source
        if code != source and code not in made:
            before, after = _changed_lines(source, code)
            made[code] = Mutant(module, site.function, site.line, before, after, code)
    return tuple(sorted(made.values(), key=lambda mutant: mutant.line))


def _changed_lines(source: str, code: str) -> tuple[str, str]:
    """The lines that differ, before and after, each set as one line."""
    old, new = source.splitlines(), code.splitlines()
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    return " ".join(map(str.strip, before)), " ".join(map(str.strip, after))


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))


@dataclass(frozen=True)
class _Site:
    node: cst.CSTNode
    replacement: cst.CSTNode
    function: str
    line: int


class _Collector(cst.CSTVisitor):
    """Finds what can be changed."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.sites: list[_Site] = []
        self._scopes: list[str] = []

    def _add(self, node: cst.CSTNode, *replacements: cst.CSTNode) -> None:
        line = self.get_metadata(PositionProvider, node).start.line
        for replacement in replacements:
            self.sites.append(_Site(node, replacement, ".".join(self._scopes), line))

    # What is left alone.

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Decorator(self, node: cst.Decorator) -> bool:
        return False

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def visit_Raise(self, node: cst.Raise) -> bool:
        return False

    def visit_If(self, node: cst.If) -> bool:
        if isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING":
            return False
        self._add(node.test, _negated(node.test))
        return True

    # Scopes.

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self._scopes.append(node.name.value)
        return True

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._scopes.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self._scopes.append(node.name.value)
        return True

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._scopes.pop()

    # What is changed.

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        statement = node.body[0]
        if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.SimpleString):
            return False  # a docstring
        if self._scopes:
            if isinstance(statement, cst.Expr | cst.AugAssign | cst.Raise | cst.Assert):
                self._add(node, node.with_changes(body=[cst.Pass()]))
            if isinstance(statement, cst.Continue):
                self._add(node, node.with_changes(body=[cst.Break()]))
            if isinstance(statement, cst.Break):
                self._add(node, node.with_changes(body=[cst.Continue()]))
            if isinstance(statement, cst.Assign) and _is_attribute(statement.targets[0].target):
                none = statement.with_changes(value=cst.Name("None"))
                self._add(node, node.with_changes(body=[none]))
        return True

    def visit_ComparisonTarget(self, node: cst.ComparisonTarget) -> None:
        other = COMPARISONS.get(type(node.operator))
        if other is not None:
            self._add(node.operator, _spaced(other, node.operator))

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        other = BINARY.get(type(node.operator))
        if other is not None:
            self._add(node.operator, _spaced(other, node.operator))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        other = AUGMENTED.get(type(node.operator))
        if other is not None:
            self._add(node.operator, other)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
        self._add(node.operator, other)

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        if isinstance(node.operator, cst.Not | cst.Minus):
            self._add(node, _in_parentheses(node.expression))

    def visit_IfExp(self, node: cst.IfExp) -> None:
        self._add(node, node.with_changes(body=node.orelse, orelse=node.body))

    def visit_Integer(self, node: cst.Integer) -> None:
        self._add(node, node.with_changes(value=str(int(node.value) + 1)))
        if int(node.value) in (1, 2):  # among larger ones, one neighbour tells as much as two
            self._add(node, node.with_changes(value=str(int(node.value) - 1)))

    def visit_Float(self, node: cst.Float) -> None:
        self._add(node, node.with_changes(value=repr(2 * float(node.value) or 1.0)))

    def visit_Name(self, node: cst.Name) -> None:
        other = NAMES.get(node.value)
        if other is not None:
            self._add(node, node.with_changes(value=other))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        quote = node.value[-1]
        self._add(node, node.with_changes(value=f"{node.value[:-1]}_{quote}"))

    def visit_Call(self, node: cst.Call) -> None:
        arguments = list(node.args)
        for index, argument in enumerate(arguments):
            if argument.keyword is not None:
                self._add(node, node.with_changes(args=_without(arguments, index)))
        positional = [a for a in arguments if a.keyword is None and not a.star]
        for first, second in itertools.pairwise(positional):
            swapped = [
                first.with_changes(value=second.value)
                if a is first
                else second.with_changes(value=first.value)
                if a is second
                else a
                for a in arguments
            ]
            self._add(node, node.with_changes(args=swapped))


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    return cst.UnaryOperation(cst.Not(), _in_parentheses(test))


def _in_parentheses(expression: cst.BaseExpression) -> cst.BaseExpression:
    if expression.lpar or isinstance(expression, cst.Name | cst.Call | cst.Attribute):
        return expression
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _spaced(
    operator: cst.BaseCompOp | cst.BaseBinaryOp, like: cst.CSTNode
) -> cst.BaseCompOp | cst.BaseBinaryOp:
    """`operator` with the spaces of the one that it replaces."""
    whitespace = {
        name: getattr(like, name)
        for name in ("whitespace_before", "whitespace_after")
        if hasattr(like, name) and hasattr(operator, name)
    }
    if isinstance(operator, cst.Is | cst.IsNot | cst.In | cst.NotIn):
        return operator
    return operator.with_changes(**whitespace)


def _is_attribute(target: cst.BaseExpression) -> bool:
    return isinstance(target, cst.Attribute)


def _without(arguments: Sequence[cst.Arg], index: int) -> list[cst.Arg]:
    """The arguments but one; the last keeps no comma before the parenthesis."""
    kept = [a for i, a in enumerate(arguments) if i != index]
    return [*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if kept else []
