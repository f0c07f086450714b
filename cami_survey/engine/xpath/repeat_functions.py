"""SurveyCTO's functions over the instances of a repeat.

Source: https://docs.surveycto.com/02-designing-forms/01-core-concepts/09.expressions.html#working-with-repeated-data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cami_survey.engine.tree import Node, relevant, string_value
from cami_survey.engine.xpath.code import Code, ToBoolean, as_boolean, as_text
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.registry import function, needs_nodes, special
from cami_survey.engine.xpath.syntax import UP, Call, Expr, Path, rebuilt
from cami_survey.engine.xpath.values import NAN, node_number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

NO_RANK = 999.0
HERE = Call("current", ())


def rank(number: float, among: list[float]) -> float:
    """The place of a number among others, 1 for the highest."""
    return 1.0 + sum(other > number for other in among) if number == number else NO_RANK


@special("index", 0, 0)
def _index(_compiler: Compiler, _arguments: tuple[Expr, ...]) -> Code:
    return Code("number", lambda node, context: context.environment.repeat_position(node))


@function("relevant", "nodes", "boolean")
def _relevant(_context: Context, nodes: list[Node]) -> bool:
    return bool(nodes) and nodes[0].relevant


def _seen_from(target: Expr, condition: Expr) -> Expr:
    """The condition with the absolute paths of the target's repeat instance led there by way of `current()`."""
    names = child_names(target.steps) if isinstance(target, Path) and target.absolute else None
    if names is None:
        return condition

    def led(part: Expr) -> Expr:
        found = child_names(part.steps) if isinstance(part, Path) and part.absolute else None
        if found is None or not isinstance(part, Path):
            return part
        shared = next(
            (place for place, (one, other) in enumerate(zip(names, found, strict=False)) if one != other),
            min(len(names), len(found)),
        )
        return Path(False, HERE, (UP,) * (len(names) - shared) + part.steps[shared:])

    return rebuilt(condition, led)


def _chosen(compiler: Compiler, target: Expr, condition: Expr | None) -> Callable[[Node, Context], list[Node]]:
    """The relevant nodes of the target for whose instance the condition holds."""
    nodes_of = compiler.nodes(target)
    if condition is None:
        return lambda node, context: relevant(nodes_of(node, context))
    holds: ToBoolean = as_boolean(compiler.code(_seen_from(target, condition)))

    def run(node: Node, context: Context) -> list[Node]:
        environment = context.environment
        return [found for found in relevant(nodes_of(node, context)) if holds(found, Context(environment, found))]

    return run


@special("count-if", 2, 2)
def _count_if(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    chosen = _chosen(compiler, *arguments)
    return Code("number", lambda node, context: float(len(chosen(node, context))))


def _numbers(nodes: list[Node], context: Context) -> list[float]:
    numbers = (node_number(node, context.environment.zone) for node in nodes)
    return [number for number in numbers if number == number]


def _numeric(name: str, combine: Callable[[list[float]], float]) -> None:
    @special(name, 2, 2)
    def _build(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
        chosen = _chosen(compiler, *arguments)
        return Code("number", lambda node, context: combine(_numbers(chosen(node, context), context)))


_numeric("sum-if", sum)
_numeric("min-if", lambda numbers: min(numbers, default=NAN))
_numeric("max-if", lambda numbers: max(numbers, default=NAN))


@special("join-if", 3, 3)
def _join_if(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    separator_of, chosen = as_text(compiler.code(arguments[0])), _chosen(compiler, *arguments[1:])
    return Code(
        "string",
        lambda node, context: separator_of(node, context).join(map(string_value, chosen(node, context))),
    )


def _ranking(name: str, arguments_wanted: int) -> None:
    @special(name, arguments_wanted, arguments_wanted)
    def _build(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
        place_of, every = compiler.number(arguments[0]), compiler.nodes(arguments[1])
        chosen = _chosen(compiler, arguments[1], arguments[2] if len(arguments) > 2 else None)

        def run(node: Node, context: Context) -> float:
            place, all_nodes, among = place_of(node, context), every(node, context), chosen(node, context)
            if not 1 <= place < len(all_nodes) + 1 or all_nodes[int(place) - 1] not in among:
                return NO_RANK
            number = node_number(all_nodes[int(place) - 1], context.environment.zone)
            return rank(number, _numbers(among, context))

        return Code("number", run)


_ranking("rank-index", 2)
_ranking("rank-index-if", 3)


for _name, _place in {"count-if": 0, "sum-if": 0, "min-if": 0, "max-if": 0, "join-if": 1, "rank-index": 1}.items():
    needs_nodes(_name, frozenset({_place}))


@special("choice-label", 2, 2)
def _choice_label(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    question_of, value_of = compiler.nodes(arguments[0]), as_text(compiler.code(arguments[1]))

    def run(node: Node, context: Context) -> str:
        questions, value = question_of(node, context), value_of(node, context)
        return context.environment.label_of_choice(value, questions[0]) if questions else ""

    return Code("string", run)
