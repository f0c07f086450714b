"""Distances and areas that the form's own values make impossible, found before anybody answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import Expression
from cami_survey.engine.tree import DOCUMENT, Node
from cami_survey.engine.xpath.context import Context, Environment
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.syntax import Call, Expr, Literal, Path, walk

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

GEOMETRIC = frozenset({"area", "distance", "geofence", "intersects"})
CALLED = re.compile("|".join(sorted(GEOMETRIC)))


def broken_geometry(
    definitions: Iterable[Definition], written: Node, compiler: Compiler
) -> Iterator[tuple[Definition, str, XPathError]]:
    """Definition, expression and reason of calculations whose places are all written in the form, and wrong."""
    document = Node(DOCUMENT)
    document.children = [written]
    environment = Environment(document)
    for definition in definitions:
        expression = definition.bind.calculate
        if expression is None:
            continue
        for call in _calls(expression):
            if all(_given(argument, environment) for argument in call.arguments):
                try:
                    compiler.code(call).run(written, Context(environment, written))
                except XPathError as error:
                    yield definition, expression.text, error


def _calls(expression: Expression) -> Iterator[Call]:
    if not CALLED.search(expression.text):
        return
    yield from (part for part in walk(expression.tree) if isinstance(part, Call) and part.name in GEOMETRIC)


def _given(argument: Expr, environment: Environment) -> bool:
    """Whether the form itself holds the value: written in the expression, or the default of a single node."""
    if isinstance(argument, Literal):
        return True
    names = child_names(argument.steps) if isinstance(argument, Path) and argument.absolute else None
    found = environment.absolute(names) if names else []
    return len(found) == 1 and bool(found[0].text.strip())
