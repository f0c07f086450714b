"""Syntax tree to closures."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import cast

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import Node, in_document_order
from cami_survey.engine.xpath.code import Code, ToNodes, ToNumber, as_boolean, as_number
from cami_survey.engine.xpath.compare import comparison
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.functions import FUNCTIONS, Function
from cami_survey.engine.xpath.parser import parse
from cami_survey.engine.xpath.paths import compile_path, filtered
from cami_survey.engine.xpath.predicates import Prepared, prepared
from cami_survey.engine.xpath.registry import CHECKS, miscounted
from cami_survey.engine.xpath.syntax import (
    PARENT,
    Arithmetic,
    Call,
    Compare,
    Expr,
    Filter,
    Literal,
    Logic,
    Negate,
    Number,
    Path,
    Union,
)
from cami_survey.engine.xpath.wholes import shared

PREFIXES_OF_FUNCTIONS = ("jr:", "orx:", "odk:", "fn:")


def divide(left: float, right: float) -> float:
    """IEEE division."""
    try:
        return left / right
    except ZeroDivisionError:
        if left == 0 or left != left:
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _place_of_parent(less: float) -> ToNumber:
    """`position(..) - less`, with which a row names the one before it."""

    def run(node: Node, _context: Context) -> float:
        parent = node.parent
        return math.nan if parent is None else parent.place - less

    return run


def remainder(left: float, right: float) -> float:
    """XPath's `mod`: the sign of the dividend."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return math.nan


OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": divide,
    "mod": remainder,
}


class Compiler:
    """Compiles the expressions of one document kind.

    `namespaces` binds prefixes ("" the default one). `lenient`: unprefixed names match in any namespace.
    `strict_functions`: unknown functions and wrong argument counts are errors now; otherwise when evaluated.
    `odk`: the functions of the ODK XForms specification besides those of XPath 1.0. `primary`: the id of the form's own
    data, if it has one.
    """

    def __init__(
        self,
        namespaces: dict[str, str] | None = None,
        *,
        lenient: bool = True,
        strict_functions: bool = True,
        odk: bool = True,
    ) -> None:
        self.namespaces = namespaces or {}
        self.lenient = lenient
        self.strict_functions = strict_functions
        self.odk = odk
        self._known: dict[Expr, Code] = {}
        self.checked: set[str] = set()
        self.used_instances: set[str] = set()
        self.choice_paths: set[str] = set()
        self.primary = ""

    def text(self, expression: str) -> Code:
        """The code of an expression; XPathError where it cannot be read."""
        return self.code(parse(expression))

    def code(self, tree: Expr) -> Code:
        """The code of a syntax tree; equal trees share it."""
        known = self._known.get(tree)
        if known is None:
            known = self._known[tree] = self._compile(tree)
        return known

    def _compile(self, tree: Expr) -> Code:
        match tree:
            case Number(value=number):
                return Code("number", lambda _node, _context: number, number)
            case Literal(text=text):
                return Code("string", lambda _node, _context: text, text)
            case Path():
                return compile_path(self, tree)
            case Call():
                return self._call(tree)
            case Compare(operator=sign, left=left, right=right):
                return Code("boolean", comparison(sign, self.code(left), self.code(right)))
            case Logic():
                return self._logic(tree)
            case Arithmetic():
                return self._arithmetic(tree)
            case Negate(operand=operand):
                number_of = as_number(self.code(operand))
                return Code("number", lambda node, context: -number_of(node, context))
            case Union(operands=operands):
                return self._union(operands)
            case Filter(primary=primary, predicates=predicates):
                return filtered(self, self.nodes(primary), predicates)

    def number(self, tree: Expr) -> ToNumber:
        return as_number(self.code(tree))

    def nodes(self, tree: Expr) -> ToNodes:
        """The code of something that must give nodes."""
        code = self.code(tree)
        if code.kind == "nodes":
            return cast(ToNodes, code.run)
        if code.kind != "any":
            raise XPathError(_("Nodes are needed where a value stands."))
        run = code.run

        def checked(node: Node, context: Context) -> list[Node]:
            found = run(node, context)
            if not isinstance(found, list):
                raise XPathError(_("Nodes are needed where a value stands."))
            return found

        return checked

    def predicate(self, tree: Expr) -> Prepared:
        return prepared(self, tree)

    def _logic(self, tree: Logic) -> Code:
        tests = [as_boolean(self.code(operand)) for operand in tree.operands]
        stop = tree.operator == "or"
        if len(tests) == 2:
            first, second = tests
            if stop:
                return Code("boolean", lambda node, context: first(node, context) or second(node, context))
            return Code("boolean", lambda node, context: first(node, context) and second(node, context))

        def run(node: Node, context: Context) -> bool:
            for test in tests:
                if test(node, context) is stop:
                    return stop
            return not stop

        return Code("boolean", run)

    def _arithmetic(self, tree: Arithmetic) -> Code:
        first = self.number(tree.first)
        rest = [(OPERATIONS[sign], self.number(operand)) for sign, operand in tree.rest]
        if len(rest) == 1:
            operation, second = rest[0]
            sign, operand = tree.rest[0]
            if sign == "-" and isinstance(operand, Number):
                less = operand.value
                if tree.first == Call("position", (PARENT,)):
                    return Code("number", _place_of_parent(less))
                return Code("number", lambda node, context: first(node, context) - less)
            if sign == "+":
                return Code("number", lambda node, context: first(node, context) + second(node, context))
            if sign == "*":
                return Code("number", lambda node, context: first(node, context) * second(node, context))
            return Code("number", lambda node, context: operation(first(node, context), second(node, context)))

        def run(node: Node, context: Context) -> float:
            return reduce(lambda total, term: term[0](total, term[1](node, context)), rest, first(node, context))

        return Code("number", run)

    def _union(self, operands: tuple[Expr, ...]) -> Code:
        parts = [self.nodes(operand) for operand in operands]
        return Code(
            "nodes", lambda node, context: in_document_order(found for part in parts for found in part(node, context))
        )

    def _call(self, tree: Call) -> Code:
        try:
            function = self._function(tree)
            return shared(self, tree, function.build(self, tree.arguments))
        except XPathError as error:
            if self.strict_functions:
                raise
            return _fails(str(error))

    def _function(self, tree: Call) -> Function:
        function = self.lookup(tree.name)
        if function is None:
            raise XPathError(self._unknown(tree.name))
        given = len(tree.arguments)
        if given < function.fewest or (function.most is not None and given > function.most):
            raise miscounted(tree.name, function.fewest, function.most, given)
        return function

    def check(self, call: Call) -> None:
        """XPathError if there is no such function or it is called with the wrong number of arguments."""
        self._function(call)
        for look_at in CHECKS.get(call.name, ()):
            look_at(call.arguments)
        if call.name == "instance" and isinstance(call.arguments[0], Literal):
            self.used_instances.add(call.arguments[0].text)
        if call.name == "jr:choice-name" and isinstance(call.arguments[1], Literal):
            self.choice_paths.add(call.arguments[1].text.strip())

    def lookup(self, name: str) -> Function | None:
        """The function of that name, with or without the prefix some tools write."""
        function = FUNCTIONS.get(name)
        if function is None:
            prefix, _colon, local = name.rpartition(":")
            if f"{prefix}:" in PREFIXES_OF_FUNCTIONS or self.namespaces.get(prefix, "").endswith("xpath-functions"):
                function = FUNCTIONS.get(local)
        return function if function is None or self.odk or function.core else None

    def _unknown(self, name: str) -> str:
        text = _("There is no function {name}().").format(name=name)
        like = nearest(name, FUNCTIONS)
        return text if not like else text + " " + _("Did you mean {name}()?").format(name=like)


def _fails(reason: str) -> Code:
    def run(_node: Node, _context: Context) -> bool:
        raise XPathError(reason)

    return Code("any", run)
