"""Absolute paths inside repeats.

By XPath `/data/herd/head` names the node of every instance, and the first one where one value is needed. Forms written
for ODK's first engines mean the instance they stand in. One value of the first instance is never what a form wants
from inside another instance, so a path that stands for one value is read as the instance's own; where nodes are
counted, summed or listed, XPath's meaning stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cami_survey.engine.definitions import Definition
from cami_survey.engine.expressions import Expression
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.syntax import (
    UP,
    Arithmetic,
    Call,
    Compare,
    Expr,
    Filter,
    Logic,
    NameTest,
    Negate,
    Path,
    Step,
    Union,
)

TAKE_NODES = frozenset(
    {
        "area",
        "checklist",
        "concat",
        "count",
        "count-if",
        "count-non-empty",
        "distance",
        "id",
        "indexed-repeat",
        "join",
        "join-if",
        "local-name",
        "max",
        "max-if",
        "min",
        "min-if",
        "name",
        "namespace-uri",
        "position",
        "randomize",
        "rank-index",
        "rank-index-if",
        "sum",
        "sum-if",
        "weighted-checklist",
    }
)
HERE = Call("current", ())


def contextualise(definition: Definition) -> None:
    """Reads the expressions of a node inside a repeat that way."""
    repeat = definition.nearest_repeat
    if repeat is None:
        return
    for expression, one_value in _expressions(definition):
        expression.tree = _Rewriter(definition, repeat).tree(expression.tree, one_value)
    if definition.repeat is not None and definition.repeat.count is not None:
        outer = definition.parent.nearest_repeat if definition.parent is not None else None
        if outer is not None:
            count = definition.repeat.count
            count.tree = _Rewriter(definition, outer).tree(count.tree, True)


def _expressions(definition: Definition) -> Iterator[tuple[Expression, bool]]:
    bind = definition.bind
    for expression in (bind.relevant, bind.readonly, bind.required, bind.constraint, bind.soft, bind.calculate):
        if expression is not None:
            yield expression, True
    controls = [*definition.controls, definition.group, definition.repeat.control if definition.repeat else None]
    for control in controls:
        for text in (control.label, control.hint) if control is not None else ():
            if text is not None:
                yield from ((part, True) for part in text.parts if isinstance(part, Expression))
        if control is not None and control.itemset is not None:
            yield control.itemset.nodes, False


class _Rewriter:
    def __init__(self, owner: Definition, repeat: Definition) -> None:
        self.owner = owner
        self.repeats = [above for above in (repeat, *repeat.lineage()) if above.repeat is not None]

    def tree(self, tree: Expr, one_value: bool) -> Expr:
        match tree:
            case Path():
                return self._path(tree, one_value)
            case Call(name="indexed-repeat", arguments=arguments):
                return Call("indexed-repeat", tuple(self._of_indexed(*each) for each in enumerate(arguments)))
            case Call(name=name, arguments=arguments):
                single = name not in TAKE_NODES and (name != "if" or one_value)
                return Call(name, tuple(self.tree(part, single) for part in arguments))
            case Compare(operator=operator, left=left, right=right):
                return Compare(operator, self.tree(left, True), self.tree(right, True))
            case Logic(operator=operator, operands=operands):
                return Logic(operator, tuple(self.tree(part, True) for part in operands))
            case Arithmetic(first=first, rest=rest):
                return Arithmetic(self.tree(first, True), tuple((sign, self.tree(part, True)) for sign, part in rest))
            case Negate(operand=operand):
                return Negate(self.tree(operand, True))
            case Union(operands=operands):
                return Union(tuple(self.tree(part, False) for part in operands))
            case Filter(primary=primary, predicates=predicates):
                return Filter(self.tree(primary, False), tuple(self.tree(part, True) for part in predicates))
        return tree

    def _of_indexed(self, place: int, argument: Expr) -> Expr:
        """An argument of `indexed-repeat`: a node, then pairs of a repeat and a number."""
        index = place > 0 and place % 2 == 0
        return self.tree(argument if index else self._whole(argument), index)

    def _whole(self, tree: Expr) -> Expr:
        """A path to a repeat, or to what is in it, as an absolute one: which instance is meant is said apart."""
        if not isinstance(tree, Path) or tree.absolute or tree.start not in (None, HERE):
            return tree
        ups = next((place for place, step in enumerate(tree.steps) if step != UP), len(tree.steps))
        names = child_names(tree.steps[ups:])
        if not ups or not names or ups >= self.owner.depth:
            return tree
        way = (*self.owner.names[: self.owner.depth - ups], *names)
        return Path(True, None, tuple(Step("child", NameTest("", name)) for name in way))

    def _path(self, path: Path, one_value: bool) -> Path:
        steps = tuple(
            replace(step, predicates=self._predicates(step)) if step.predicates else step for step in path.steps
        )
        start = None if path.start is None else self.tree(path.start, False)
        for repeat in self.repeats if path.absolute and one_value else ():
            if child_names(steps[: repeat.depth]) == repeat.names:
                return Path(False, HERE, (UP,) * (self.owner.depth - repeat.depth) + steps[repeat.depth :])
        return Path(path.absolute, start, steps)

    def _predicates(self, step: Step) -> tuple[Expr, ...]:
        return tuple(self.tree(part, True) for part in step.predicates)
