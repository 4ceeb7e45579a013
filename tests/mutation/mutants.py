"""Small wrong versions of a module: one comparison turned, one condition left out, one number off by one."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
QUANTIFIERS: Final = {"any": "all", "all": "any"}
WORDS: Final = frozenset({"Message", "provider_key", "_overseen"})
"""Calls that make sentences: what a sentence says is read by people, its place and language by other tests. A rule's slug is held
against the catalogue (tests/policies/test_catalogue.py)."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """`where`: the outermost function, class or assignment; `tree`: the whole module with the change in it."""

    file: str
    where: str
    line: int
    change: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.file} {self.where}: {self.change}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every wrong version of the module, in the order of its functions and constants."""
    source = path.read_text(encoding="utf-8")
    module = ast.parse(source)
    for index, outermost in enumerate(module.body):
        where = named(outermost)
        if where is None:
            continue
        for number, (node, changes) in enumerate(_places(outermost)):
            for change, mutate in changes:
                tree = copy.deepcopy(module)
                mutate(next(one for at, (one, _) in enumerate(_places(tree.body[index])) if at == number))
                said = f"`{ast.unparse(node)}`: {change}"
                yield Mutant(file=path.name, where=where, line=getattr(node, "lineno", 0), change=said, tree=tree)


def named(statement: ast.stmt) -> str | None:
    """The name of what can be changed: a function or a constant of the module; None for anything else."""
    match statement:
        case ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name != "__all__":
            return name
    return None


Change = tuple[str, Callable[[Any], None]]


def _places(outermost: ast.AST) -> Iterator[tuple[ast.AST, list[Change]]]:
    """Every node that can be changed, always in the same order, with its changes."""
    parts = outermost.body if isinstance(outermost, ast.FunctionDef) else [getattr(outermost, "value", None)]
    for part in parts:
        if part is not None and not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)):
            yield from _within(part)


def _within(node: ast.AST) -> Iterator[tuple[ast.AST, list[Change]]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        yield node, [("left out", _leave_out)]
        return
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDS
    ):
        return
    if changes := _changes(node):
        yield node, changes
    for child in ast.iter_child_nodes(node):
        yield from _within(child)


def _changes(node: ast.AST) -> list[Change]:  # a row for each kind of node
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            other = COMPARISONS[type(operator)]
            return [(f"{type(operator).__name__} → {other.__name__}", lambda one: _set(one, ops=[other()]))]
        case ast.BoolOp(op=ast.And()):
            return [("and → or", lambda one: _set(one, op=ast.Or()))]
        case ast.BoolOp(op=ast.Or()):
            return [("or → and", lambda one: _set(one, op=ast.And()))]
        case ast.UnaryOp(op=ast.Not()):
            return [("`not` left out", lambda one: _set(one, op=ast.UAdd(), operand=_truth(one.operand)))]
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            swapped = OPERATORS[type(operator)]
            return [(f"{type(operator).__name__} → {swapped.__name__}", lambda one: _set(one, op=swapped()))]
        case ast.Call(func=ast.Name(id=name)) if name in QUANTIFIERS:
            return [(f"{name} → {QUANTIFIERS[name]}", lambda one: _set(one.func, id=QUANTIFIERS[name]))]
        case ast.Constant(value=bool() as value):
            return [(f"{value} → {not value}", lambda one: _set(one, value=not value))]
        case ast.Constant(value=int() as value):
            return [
                (f"{value} → {value + step}", lambda one, step=step: _set(one, value=value + step)) for step in (1, -1)
            ]
        case ast.Constant(value=str() as value):
            return [(f"{value!r} → another word", lambda one: _set(one, value=f"not-{value}"))]
        case ast.If(test=ast.Call() | ast.Name() | ast.Attribute()):
            return [("condition turned", lambda one: _set(one, test=ast.UnaryOp(op=ast.Not(), operand=one.test)))]
        case ast.comprehension(ifs=[_, *_]):
            return [("condition left out", lambda one: _set(one, ifs=one.ifs[1:]))]
    return []


def _truth(operand: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(id="bool", ctx=ast.Load()), args=[operand], keywords=[])


def _leave_out(statement: ast.Expr) -> None:
    """It is never reached, and its function stays a generator."""
    never, nothing = ast.Constant(value=False), ast.Constant(value=None)
    statement.value = ast.IfExp(test=never, body=statement.value, orelse=nothing)


def _set(node: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(node, name, value)
