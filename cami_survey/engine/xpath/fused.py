"""Arithmetic that many rows compute again and again: one Python function instead of a closure in a closure.

A function is compiled once for each shape of expression. What the form wrote (names, numbers) is handed to it and never
becomes source. What has no place here is called as it was compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from cami_survey.engine.tree import NO_NODES, string_value
from cami_survey.engine.xpath.code import ToNumber, as_boolean, as_number
from cami_survey.engine.xpath.compiler import divide, remainder
from cami_survey.engine.xpath.paths import HERE, child_names
from cami_survey.engine.xpath.syntax import PARENT, UP, Arithmetic, Call, Compare, Expr, Negate, Number, Path, walk
from cami_survey.engine.xpath.values import NAN, node_number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

LARGEST, DEEPEST = 100, 8
SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "==", "!=": "!="}
BEGINNING = """\
def made({constants}):
    def fused(node, context):
        environment = context.environment
        by_names, zone, parent = environment.by_names, environment.zone, node.parent
        named = parent.named
        if named is None:
            parent.children_named("")
            named = parent.named
"""
ENDING = """\
        return {result}
    return fused
"""
KNOWN: dict[str, object] = {
    "NAN": NAN,
    "NO_NODES": NO_NODES,
    "divide": divide,
    "node_number": node_number,
    "remainder": remainder,
    "string_value": string_value,
}


def fused(compiler: Compiler, tree: Expr) -> ToNumber | None:
    """The number of an expression at a node below another, which is the current one; None where it is no arithmetic."""
    if not isinstance(tree, Arithmetic) or sum(1 for _part in walk(tree)) > LARGEST:
        return None
    writer = _Writer(compiler)
    result = writer.number(tree, 0)
    names = ", ".join(f"c{place}" for place in range(len(writer.constants)))
    source = BEGINNING.format(constants=names) + "".join(writer.lines) + ENDING.format(result=result)
    return _maker(source)(*writer.constants)


@lru_cache(maxsize=500)
def _maker(source: str) -> Callable[..., ToNumber]:
    """What makes a function of that shape."""
    made: dict[str, object] = {}
    exec(source, dict(KNOWN), made)
    return cast("Callable[..., ToNumber]", made["made"])


class _Writer:
    """Writes the lines of one function; each method gives the name of what holds the value."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.lines: list[str] = []
        self.constants: list[object] = []
        self._indent = "        "
        self._names = 0

    def _line(self, text: str) -> None:
        self.lines.append(f"{self._indent}{text}\n")

    def _constant(self, value: object) -> str:
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def _set(self, value: str) -> str:
        name = self._name()
        self._line(f"{name} = {value}")
        return name

    def number(self, tree: Expr, depth: int) -> str:
        """`number(tree)`."""
        if depth < DEEPEST:
            match tree:
                case Number(value=value):
                    return self._constant(value)
                case Arithmetic():
                    return self._arithmetic(tree, depth + 1)
                case Negate(operand=operand):
                    return self._set(f"-{self.number(operand, depth + 1)}")
                case Call(name="position", arguments=(argument,)) if argument == PARENT:
                    return self._set("float(parent.place)")
                case Call(name="coalesce", arguments=(first, other)) if nodes := self._nodes(first, depth):
                    return self._first_or(nodes, other, depth + 1)
                case Call(name="if", arguments=(test, yes, no)):
                    return self._either(self._truth(test, depth + 1), yes, no, depth + 1)
            nodes = self._nodes(tree, depth)
            if nodes:
                return self._first(nodes)
        return self._set(f"{self._constant(as_number(self.compiler.code(tree)))}(node, context)")

    def _arithmetic(self, tree: Arithmetic, depth: int) -> str:
        total = self.number(tree.first, depth)
        for sign, operand in tree.rest:
            other = self.number(operand, depth)
            written = {
                "div": f"{total} / {other} if {other} else divide({total}, {other})",
                "mod": f"remainder({total}, {other})",
            }
            total = self._set(written.get(sign, f"{total} {sign} {other}"))
        return total

    def _truth(self, tree: Expr, depth: int) -> str:
        if isinstance(tree, Compare):
            sides = tree.left, tree.right
            if all(self.compiler.code(side).kind == "number" for side in sides):
                left, right = (self.number(side, depth) for side in sides)
                return self._set(f"{left} {SIGNS[tree.operator]} {right}")
        return self._set(f"{self._constant(as_boolean(self.compiler.code(tree)))}(node, context)")

    def _either(self, test: str, yes: Expr, no: Expr, depth: int) -> str:
        found = self._name()
        self._line(f"if {test}:")
        self._inside(found, yes, depth)
        self._line("else:")
        self._inside(found, no, depth)
        return found

    def _inside(self, name: str, tree: Expr, depth: int) -> None:
        """One branch, which gives `name` its value."""
        before, self._indent = self._indent, self._indent + " "
        self._line(f"{name} = {self.number(tree, depth)}")
        self._indent = before

    def _first(self, nodes: str) -> str:
        found = self._name()
        self._line(f"if {nodes}:")
        self._line(f" first = {nodes}[0]")
        self._line(f" {found} = first._number")
        self._line(f" if {found} is None or first.children: {found} = node_number(first, zone)")
        self._line(f"else: {found} = NAN")
        return found

    def _first_or(self, nodes: str, other: Expr, depth: int) -> str:
        first, found = self._set(f"{nodes}[0] if {nodes} else None"), self._name()
        self._line(f"if {first} is None or not (string_value({first}) if {first}.children else {first}.text):")
        self._inside(found, other, depth)
        self._line("else:")
        self._line(f" {found} = {first}._number")
        self._line(f" if {found} is None or {first}.children: {found} = node_number({first}, zone)")
        return found

    def _nodes(self, tree: Expr, depth: int) -> str:
        """The nodes of the commonest paths; empty for any other expression, of which nothing is written."""
        if isinstance(tree, Call) and tree.name == "indexed-repeat" and len(tree.arguments) == 3:
            return self._indexed(*tree.arguments, depth)
        if not isinstance(tree, Path) or not self.compiler.lenient:
            return ""
        if tree.absolute:
            names = child_names(tree.steps)
            return self._absolute(names) if names else ""
        names = child_names(tree.steps[1:])
        beside = tree.start in (None, HERE) and tree.steps[:1] == (UP,) and names is not None and len(names) == 1
        return self._set(f"named.get({self._constant(names[0])}, NO_NODES)") if beside and names else ""

    def _absolute(self, names: tuple[str, ...]) -> str:
        place = self._constant(names)
        found = self._set(f"by_names.get({place})")
        self._line(f"if {found} is None: {found} = environment.absolute({place})")
        return found

    def _indexed(self, target: Expr, repeat: Expr, index: Expr, depth: int) -> str:
        """A leaf right below one instance of a repeat, both written from the root."""
        names = child_names(target.steps) if isinstance(target, Path) and target.absolute else None
        above = child_names(repeat.steps) if isinstance(repeat, Path) and repeat.absolute else None
        if not names or names[:-1] != above or not above:
            return ""
        instances, place = self._absolute(above), self.number(index, depth + 1)
        found = self._set("NO_NODES")
        self._line(f"if 1.0 <= {place} < 1e9 and (at := int({place})) <= len({instances}):")
        self._line(f" row = {instances}[at - 1]")
        name = self._constant(names[-1])
        self._line(f" {found} = row.children_named({name}) if row.named is None else row.named.get({name}, NO_NODES)")
        return found
