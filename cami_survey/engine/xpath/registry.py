"""The table of functions and how one is entered into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cami_survey.base.texts import _, ngettext
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.code import Code, Kind, as_boolean, as_number, as_text
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.syntax import Arithmetic, Compare, Expr, Literal, Logic, Negate, Number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

Build = Callable[["Compiler", tuple[Expr, ...]], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table. `most` None: any number of arguments. `core`: part of XPath 1.0."""

    name: str
    fewest: int
    most: int | None
    build: Build
    core: bool


def _counted(fewest: int, most: int | None) -> str:
    if most == fewest:
        return ngettext("{number} argument", "{number} arguments", fewest).format(number=fewest)
    if most is None:
        return ngettext("at least {number} argument", "at least {number} arguments", fewest).format(number=fewest)
    return _("{fewest} to {most} arguments").format(fewest=fewest, most=most)


def miscounted(name: str, fewest: int, most: int | None, given: int) -> XPathError:
    """What is said of a call with too few or too many arguments."""
    text = _("{name}() takes {expected} but has {given}.")
    return XPathError(text.format(name=name, expected=_counted(fewest, most), given=given))


FUNCTIONS: dict[str, Function] = {}


Check = Callable[[tuple[Expr, ...]], None]
CHECKS: dict[str, list[Check]] = {}
NO_NODES_EVER = (Arithmetic, Compare, Literal, Logic, Negate, Number)


def checks(name: str) -> Callable[[Check], Check]:
    """Enters what is to be looked at in a call when a form is read; XPathError where the arguments cannot be meant."""

    def enter(check: Check) -> Check:
        CHECKS.setdefault(name, []).append(check)
        return check

    return enter


def needs_nodes(name: str, places: frozenset[int], *, further: bool = False) -> None:
    """Enters a check that these arguments (`further`: and all behind them) are no plain values."""

    @checks(name)
    def _check(arguments: tuple[Expr, ...]) -> None:
        for place, argument in enumerate(arguments):
            if (place in places or (further and place > max(places))) and isinstance(argument, NO_NODES_EVER):
                raise XPathError(_("{name}() needs a question or group where a value stands.").format(name=name))


def special(name: str, fewest: int, most: int | None, *, core: bool = False) -> Callable[[Build], Build]:
    """Enters a function that compiles its own arguments."""

    def enter(build: Build) -> Build:
        FUNCTIONS[name] = Function(name, fewest, most, build, core)
        return build

    return enter


def _value(compiler: Compiler, tree: Expr) -> Callable[[Node, Context], Any]:
    return compiler.code(tree).run


CONVERSIONS: dict[str, Callable[[Compiler, Expr], Callable[[Node, Context], Any]]] = {
    "text": lambda compiler, tree: as_text(compiler.code(tree)),
    "number": lambda compiler, tree: as_number(compiler.code(tree)),
    "boolean": lambda compiler, tree: as_boolean(compiler.code(tree)),
    "nodes": lambda compiler, tree: compiler.nodes(tree),
    "value": _value,
}


def function(
    name: str, signature: str, gives: Kind, *, core: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enters a plain function of (context, arguments...).

    `signature` lists conversions ("text number? nodes*"): `?` may be left out, `*` any number at the end.
    """
    words = signature.split()
    fewest = sum(word[-1] not in "?*" for word in words)
    repeated = bool(words) and words[-1].endswith("*")
    conversions = [CONVERSIONS[word.rstrip("?*")] for word in words]
    nodes = frozenset(place for place, word in enumerate(words) if word.startswith("nodes"))
    if nodes:
        needs_nodes(name, nodes, further=repeated and words[-1] == "nodes*")

    def enter(implementation: Callable[..., Any]) -> Callable[..., Any]:
        def build(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
            chosen = [conversions[min(place, len(conversions) - 1)] for place in range(len(arguments))]
            runs = [convert(compiler, tree) for convert, tree in zip(chosen, arguments, strict=True)]
            return Code(gives, _call(implementation, runs))

        FUNCTIONS[name] = Function(name, fewest, None if repeated else len(words), build, core)
        return implementation

    return enter


def _call(implementation: Callable[..., Any], runs: list[Callable[[Node, Context], Any]]) -> Callable[..., Any]:
    if not runs:
        return lambda _node, context: implementation(context)
    if len(runs) == 1:
        only = runs[0]
        return lambda node, context: implementation(context, only(node, context))
    if len(runs) == 2:
        first, second = runs
        return lambda node, context: implementation(context, first(node, context), second(node, context))
    return lambda node, context: implementation(context, *[run(node, context) for run in runs])
