"""The kernels of the procedures, translated into JavaScript: what the explorer computes with in a browser.

Every formula is written once, as a kernel: a Python function of numbers that uses nothing but :mod:`math`
(:mod:`countback.procedures.batch`). Such functions have so small a vocabulary that a translation word by word is a
program too. The explorer's numbers are those of the library because they are the same formulas.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from countback.procedures import catalogue
from countback.procedures.batch import LOG_FACTORIALS, Evaluation, recording
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["TranslationError", "library", "translated"]

Function = Callable[..., Any]

_TABLE = (3, 8, 2, 9)
"""Any table: which kernel a procedure uses does not depend on it."""

_LEVELS = (0.95, 0.9)
"""Two levels tell which constants of a kernel depend on the level, and how."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Eq: "===", ast.NotEq: "!==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.And: "&&", ast.Or: "||", ast.Not: "!", ast.USub: "-", ast.UAdd: "+",
}  # fmt: skip

_MATH = {name: f"Math.{name}" for name in ("sqrt", "log", "log1p", "exp", "asin", "sin", "cos", "floor", "ceil")} | {
    "erfc": "erfc",
    "lgamma": "lgamma",
    "copysign": "copysign",
    "isnan": "Number.isNaN",
    "isinf": "isInfinite",
}
"""Functions of :mod:`math`; those without ``Math.`` are in ``numbers.js``."""

_BUILTINS = {"abs": "Math.abs", "min": "Math.min", "max": "Math.max", "float": "", "int": "Math.trunc"}

_CONSTANTS = {"inf": "Infinity", "nan": "NaN", "pi": "Math.PI", "e": "Math.E"}


class TranslationError(ValueError):
    """A kernel uses a word that has no translation."""


def library(procedures: Iterable[Procedure] | None = None) -> str:
    """Translate all procedures of one table that are computed by a kernel.

    Parameters
    ----------
    procedures : iterable of Procedure, optional
        Those of the catalogue by default. Unconditional tests, rules and stratified procedures have no kernel and are
        passed over.

    Returns
    -------
    str
        An ES module. It imports ``numbers.js`` and exports ``procedures``: by key, ``name``, ``kind``, ``sides``,
        ``arms``, ``measure``, ``conventional``, and ``compute`` of the counts, the confidence level and the level of
        significance.

    Raises
    ------
    TranslationError
        Names the kernel and the line that has no translation.
    """
    names: dict[Function, str] = {}
    entries = []
    for procedure in catalogue.values() if procedures is None else procedures:
        found = _evaluation(procedure)
        if found is not None:
            _name(found.function, names)
            entries.append(_entry(procedure, found, names))
    functions = ["export " + translated(function, names) for function in names]
    heading = [
        "// @ts-nocheck",
        "// Written by the build from the procedures of the catalogue; do not edit.",
        'import { copysign, erfc, isInfinite, lgamma, logFactorials, normalQuantile } from "./numbers.js";',
    ]
    catalogued = ["/** @type {Record<string, import('./numbers.js').Procedure>} */", "export const procedures = {"]
    return "\n".join([*heading, *functions, *catalogued, *entries, "};"]) + "\n"


def translated(function: Function, names: dict[Function, str]) -> str:
    """One kernel as a JavaScript function.

    Parameters
    ----------
    function : function
        A kernel.
    names : dict of function to str
        The names of kernels in JavaScript.

    Raises
    ------
    TranslationError
        If it uses a word that has no translation.
    """
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    return _Translator(function, names).function(tree)


def _evaluation(procedure: Procedure) -> _Found | None:
    """The kernel that computes a procedure, with its constants at the two levels; None where there is not one alone."""
    if procedure.kind not in ("test", "effect", "interval") or procedure.rule or procedure.arms not in (1, 2):
        return None
    seen: list[Evaluation] = []
    for level in _LEVELS:
        words = {"level": level} if procedure.kind == "interval" else {}
        with recording() as evaluations:
            procedure(*_TABLE[: 2 * procedure.arms], **words)
        if len(evaluations) != 1:
            return None
        seen += evaluations
    return _Found(seen[0].function, [_constant(*pair) for pair in zip(*(s.constants for s in seen), strict=True)])


class _Found:
    """A kernel and its constants, as JavaScript."""

    def __init__(self, function: Function, constants: list[str]) -> None:
        self.function, self.constants = function, constants


def _constant(first: Any, second: Any) -> str:
    """A constant that is the same at both levels, or the expression that gives it at either."""
    if first == LOG_FACTORIALS:
        return "logFactorials"
    if first == second:
        return _literal(first)
    known: dict[str, Callable[[float], float]] = {
        "normalQuantile(0.5 + level / 2)": two_sided_z,
        "(1 - level) / 2": lambda level: (1.0 - level) / 2.0,
        "1 - level": lambda level: 1.0 - level,
    }
    for words, value in known.items():
        if (first, second) == tuple(value(level) for level in _LEVELS):
            return words
    raise TranslationError(f"constants {first!r} and {second!r} at levels {_LEVELS} have no translation")


def _entry(procedure: Procedure, found: _Found, names: dict[Function, str]) -> str:
    counts = "a, n1, b, n2" if procedure.arms == 2 else "a, n1"
    arguments = ", ".join([counts, *found.constants])
    facts = {
        "name": procedure.name, "kind": procedure.kind, "sides": procedure.sides or "", "arms": procedure.arms,
        "measure": procedure.measure or "", "conventional": procedure.conventional,
    }  # fmt: skip
    said = ", ".join(f"{key}: {_literal(value)}" for key, value in facts.items())
    return f"  {procedure.key}: {{ {said}, compute: ({counts}, level) => {names[found.function]}({arguments}) }},"


def _name(function: Function, names: dict[Function, str]) -> None:
    """Name a kernel and all that it calls; those it calls come first."""
    if function in names:
        return
    for called in inspect.getclosurevars(function).globals.values():
        if inspect.isfunction(called):
            _name(called, names)
    module = function.__module__.rpartition(".")[2]
    names[function] = f"{module}_{function.__name__.strip('_')}"


def _literal(value: Any) -> str:
    """A constant of Python as one of JavaScript."""
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int | float):
        return repr(value)
    raise TranslationError(f"{value!r} has no translation")


class _Translator(ast.NodeVisitor):
    """Writes the statements and expressions of one kernel."""

    def __init__(self, function: Function, names: dict[Function, str]) -> None:
        self.where = f"{function.__module__}.{function.__qualname__}"
        self.globals = function.__globals__
        self.names = names

    def generic_visit(self, node: ast.AST) -> Any:
        raise TranslationError(f"{self.where}, line {getattr(node, 'lineno', '?')}: {type(node).__name__} has none")

    # Statements

    def function(self, tree: ast.FunctionDef) -> str:
        parameters = [argument.arg for argument in tree.args.args]
        stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        local = sorted(stored - set(parameters))
        self.local = {*parameters, *local}
        body = tree.body[1:] if ast.get_docstring(tree) else tree.body
        lines = [f"function {self.names[self._own()]}({', '.join(parameters)}) {{"]
        lines += [f"  let {', '.join(local)};"] if local else []
        return "\n".join([*lines, *self._block(body), "}"])

    def _own(self) -> Function:
        return next(
            function for function in self.names if f"{function.__module__}.{function.__qualname__}" == self.where
        )

    def _block(self, body: list[ast.stmt]) -> list[str]:
        return ["  " + line for statement in body for line in self.visit(statement)]

    def visit_Return(self, node: ast.Return) -> list[str]:
        return [f"return {self.visit(node.value)};"] if node.value else ["return;"]

    def visit_Assign(self, node: ast.Assign) -> list[str]:
        value = self.visit(node.value)
        return [f"{' = '.join([*(self.visit(target) for target in node.targets), value])};"]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[str]:
        return [f"{self.visit(node.target)} {_OPERATORS[type(node.op)]}= {self.visit(node.value)};"]

    def visit_Expr(self, node: ast.Expr) -> list[str]:
        return [f"{self.visit(node.value)};"]

    def visit_If(self, node: ast.If) -> list[str]:
        lines = [f"if ({self.visit(node.test)}) {{", *self._block(node.body), "}"]
        return [*lines, "else {", *self._block(node.orelse), "}"] if node.orelse else lines

    def visit_While(self, node: ast.While) -> list[str]:
        return [f"while ({self.visit(node.test)}) {{", *self._block(node.body), "}"]

    def visit_For(self, node: ast.For) -> list[str]:
        call, variable = node.iter, self.visit(node.target)
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "range"):
            return [str(self.generic_visit(node))]
        ends = [self.visit(argument) for argument in call.args]
        start, end = ("0", ends[0]) if len(ends) == 1 else ends
        head = f"for ({variable} = {start}; {variable} < {end}; {variable}++) {{"
        return [head, *self._block(node.body), "}"]

    def visit_Break(self, node: ast.Break) -> list[str]:
        return ["break;"]

    def visit_Continue(self, node: ast.Continue) -> list[str]:
        return ["continue;"]

    # Expressions

    def visit_Constant(self, node: ast.Constant) -> str:
        return _literal(node.value)

    def visit_Name(self, node: ast.Name) -> str:
        if node.id in self.local:
            return node.id
        value = self.globals.get(node.id)
        return self.names[value] if callable(value) else _literal(value)

    def visit_Attribute(self, node: ast.Attribute) -> str:
        if isinstance(node.value, ast.Name) and node.value.id == "math" and node.attr in _CONSTANTS:
            return _CONSTANTS[node.attr]
        return str(self.generic_visit(node))

    def visit_Subscript(self, node: ast.Subscript) -> str:
        return f"{self.visit(node.value)}[{self.visit(node.slice)}]"

    def visit_Tuple(self, node: ast.Tuple) -> str:
        return f"[{', '.join(self.visit(one) for one in node.elts)}]"

    def visit_BinOp(self, node: ast.BinOp) -> str:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.FloorDiv):
            return f"Math.floor({left} / {right})"
        return f"({left} {_OPERATORS[type(node.op)]} {right})"

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        return f"({_OPERATORS[type(node.op)]}{self.visit(node.operand)})"

    def visit_BoolOp(self, node: ast.BoolOp) -> str:
        return f"({f' {_OPERATORS[type(node.op)]} '.join(self.visit(value) for value in node.values)})"

    def visit_IfExp(self, node: ast.IfExp) -> str:
        return f"({self.visit(node.test)} ? {self.visit(node.body)} : {self.visit(node.orelse)})"

    def visit_Compare(self, node: ast.Compare) -> str:
        terms = [self.visit(term) for term in (node.left, *node.comparators)]
        parts = []
        for left, operator, node_right, right in zip(terms, node.ops, node.comparators, terms[1:], strict=False):
            if isinstance(operator, ast.In) and isinstance(node_right, ast.Tuple):
                parts.append("(" + " || ".join(f"{left} === {self.visit(one)}" for one in node_right.elts) + ")")
            else:
                parts.append(f"{left} {_OPERATORS[type(operator)]} {right}")
        return f"({' && '.join(parts)})"

    def visit_Call(self, node: ast.Call) -> str:
        arguments = ", ".join(self.visit(argument) for argument in node.args)
        target = node.func
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "math":
            if target.attr not in _MATH:
                return str(self.generic_visit(node))
            return f"{_MATH[target.attr]}({arguments})"
        if isinstance(target, ast.Name) and target.id in _BUILTINS and target.id not in self.globals:
            return f"{_BUILTINS[target.id]}({arguments})"
        return f"{self.visit(target)}({arguments})"
