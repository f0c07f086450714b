"""What an expression reads, found without evaluating it: definitions, and how far up the path climbs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cami_survey.engine.definitions import Definition, Itemset
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import Expression
from cami_survey.engine.plain_paths import PlainPath, plain_paths
from cami_survey.engine.xpath.parser import ANY_NODE, parse
from cami_survey.engine.xpath.syntax import (
    Arithmetic,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Number,
    Path,
    Step,
    Union,
    children,
)
from cami_survey.engine.xpath.wholes import BEFORE, column_of, limit_of_positions


class Read(NamedTuple):
    """An expression reads `definition`.

    `anchor` is the highest node its path visits: only nodes below the same anchor matter; None for the whole form.
    `elsewhere`: another repeat instance than the reader's is meant, so that reading oneself is no cycle.
    `place`: only the position among its siblings is read. `offset`: the instance so many places before the reader's.
    `onward`: no instance behind the reader's is read, so that only readers from the read one on matter.
    `whole`: only a value of the whole column is read, such as its sum, which is remembered.
    """

    definition: Definition
    anchor: Definition | None
    elsewhere: bool = False
    place: bool = False
    offset: int | None = None
    onward: bool = False
    whole: bool = False


class Reach(NamedTuple):
    """A definition a path may lead to, on the way; `onward` and `offset` as for a `Read`."""

    definition: Definition | None
    anchor: Definition | None
    picked: bool = False
    onward: bool = False
    offset: int | None = None


BESIDE = frozenset({BEFORE, "following-sibling"})
SIDEWAYS = frozenset({"preceding-sibling", "following-sibling", "preceding", "following"})
BELOW = frozenset({"descendant", "descendant-or-self"})
ABOVE = frozenset({"ancestor", "ancestor-or-self", "parent"})


class Reader:
    """Collects the reads of expressions that belong to `owner`. `asked`: whose lists are looked at on the way there."""

    def __init__(self, root: Definition, owner: Definition, asked: tuple[Definition, ...] = ()) -> None:
        self.root = root
        self.owner = owner
        self.asked = asked
        self.reads: set[Read] = set()

    def expression(self, expression: Expression) -> None:
        self.visit(expression.tree, (Reach(self.owner, self.owner),))

    def choices(self, itemset: Itemset, *, labels: bool) -> None:
        """What the list reads, and of nodes of the form their values and, if asked for, their labels."""
        reached = self.nodes(itemset.nodes.tree, (Reach(self.owner, self.owner),))
        self._note(reached)
        for told in (itemset.value, itemset.label if labels else None):
            if reached and told is not None:
                self.visit(told.tree, reached)

    def visit(self, tree: Expr, context: tuple[Reach, ...]) -> None:
        """Notes what `tree` reads when evaluated at any of `context`."""
        if isinstance(tree, (Path, Filter, Union)):
            self._note(self.nodes(tree, context))
        elif isinstance(tree, Call):
            self._call(tree, context)
        else:
            for part in children(tree):
                self.visit(part, context)

    def _note(self, reached: Iterable[Reach]) -> None:
        for reach in reached:
            if reach.definition is not None:
                elsewhere = reach.picked and self._shares_repeat(reach)
                self.reads.add(
                    Read(reach.definition, reach.anchor, elsewhere, offset=reach.offset, onward=reach.onward)
                )

    def _shares_repeat(self, reach: Reach) -> bool:
        """Whether the path left a repeat instance of the owner and came down again into a chosen one."""
        repeat = reach.definition.nearest_repeat if reach.definition is not None else None
        own = self.owner.nearest_repeat
        if repeat is None or own is None:
            return False
        anchor_depth = reach.anchor.depth if reach.anchor is not None else 0
        return any(above is repeat for above in (own, *own.lineage())) and anchor_depth < repeat.depth

    def _call(self, call: Call, context: tuple[Reach, ...]) -> None:
        if call.name == "current":
            return
        if call.name == "position" and call.arguments:
            for reach in self.nodes(call.arguments[0], context):
                if reach.definition is not None:
                    self.reads.add(Read(reach.definition, reach.anchor, place=True))
            return
        if call.name == "index":
            repeat = self.owner.nearest_repeat
            if repeat is not None:
                self.reads.add(Read(repeat, repeat, place=True))
            return
        if call.name == "indexed-repeat":
            self._indexed_repeat(call, context)
            return
        column = column_of(call)
        if column is not None:
            for reach in self.nodes(column, context):
                if reach.definition is not None:
                    self.reads.add(Read(reach.definition, None, whole=True))
            return
        if call.name == "jr:choice-name":
            self._choice_name(call, context)
        if call.name == "choice-label":
            self._choices_of(call.arguments[0], context)
        for argument in call.arguments:
            self.visit(argument, context)

    def _indexed_repeat(self, call: Call, context: tuple[Reach, ...]) -> None:
        chosen = self.nodes(call.arguments[0], context) if call.arguments else ()
        offset = self._offset(call.arguments[2], context) if len(call.arguments) == 3 and self._alone() else None
        for reach in chosen:
            if reach.definition is not None:
                near = offset if reach.definition.nearest_repeat is self.owner.nearest_repeat else None
                apart = near != 0 and self._shares_repeat(Reach(reach.definition, None, True))
                self.reads.add(Read(reach.definition, reach.anchor, apart, offset=near))
        for argument in call.arguments[2::2]:
            self.visit(argument, context)

    def _alone(self) -> bool:
        """Whether the owner's repeat is in no other repeat, so that positions count through the whole form."""
        repeat = self.owner.nearest_repeat
        return repeat is not None and (repeat.parent is None or repeat.parent.nearest_repeat is None)

    def _offset(self, index: Expr, context: tuple[Reach, ...]) -> int | None:
        """2 for `position(..) - 2` where `..` is the owner's own instance; None for any other index."""
        ahead = 0
        if isinstance(index, Arithmetic) and len(index.rest) == 1:
            (sign, number), index = index.rest[0], index.first
            if sign not in "+-" or not isinstance(number, Number) or not number.value.is_integer():
                return None
            ahead = int(number.value) if sign == "-" else -int(number.value)
        if not (isinstance(index, Call) and index.name == "position" and index.arguments):
            return None
        reached = {reach.definition for reach in self.nodes(index.arguments[0], context)}
        return ahead if reached == {self.owner.nearest_repeat} else None

    def _choice_name(self, call: Call, context: tuple[Reach, ...]) -> None:
        written = call.arguments[1] if len(call.arguments) > 1 else None
        if not isinstance(written, Literal):
            return
        try:
            tree = parse(written.text.strip())
        except XPathError:
            return
        self._choices_of(tree, context)

    def _choices_of(self, tree: Expr, context: tuple[Reach, ...]) -> None:
        """What the choices of the questions at a path depend on; in the filter of a list, not on that list again."""
        for reach in self.nodes(tree, context):
            if reach.definition is None or reach.definition in self.asked:
                continue
            for control in reach.definition.controls:
                if control.itemset is not None:
                    inner = Reader(self.root, reach.definition, (*self.asked, reach.definition))
                    inner.choices(control.itemset, labels=True)
                    around = (self.owner, *self.owner.lineage())
                    for read in inner.reads:
                        anchor = read.anchor if read.anchor in around else None
                        self.reads.add(Read(read.definition, anchor, read.elsewhere))

    def nodes(self, tree: Expr, context: tuple[Reach, ...]) -> tuple[Reach, ...]:
        """Where an expression that gives nodes may lead."""
        if isinstance(tree, Path):
            return self._path(tree, context)
        if isinstance(tree, Filter):
            found = self.nodes(tree.primary, context)
            for predicate in tree.predicates:
                self.visit(predicate, found)
            return tuple(Reach(reach.definition, reach.anchor, True) for reach in found)
        if isinstance(tree, Union):
            return tuple(reach for part in tree.operands for reach in self.nodes(part, context))
        if isinstance(tree, Call) and tree.name == "current":
            return (Reach(self.owner, self.owner),)
        if isinstance(tree, Call) and tree.name in ("if", "coalesce", "randomize"):
            self.visit(tree.arguments[0], context) if tree.name == "if" else None
            return tuple(reach for part in tree.arguments for reach in self.nodes(part, context))
        self.visit(tree, context)
        return ()

    def _path(self, path: Path, context: tuple[Reach, ...]) -> tuple[Reach, ...]:
        if path.absolute:
            reached: tuple[Reach, ...] = (Reach(None, None),)
        elif path.start is not None:
            reached = self.nodes(path.start, context)
            if isinstance(path.start, Call) and path.start.name == "instance":
                return self._outside(path.steps)
        else:
            reached = context
        for step in path.steps:
            reached = self._step(step, reached) if len(reached) != 1 else self._from_one(step, reached[0])
        return reached

    def _from_one(self, step: Step, reach: Reach) -> tuple[Reach, ...]:
        """The commonest steps, `name` and `..`, from a single place; the same as `_step` gives."""
        start, test = reach.definition, step.test
        if start is None or step.predicates:
            return self._step(step, (reach,))
        if step.axis == "child" and isinstance(test, NameTest) and test.local != "*":
            named = start.by_name.get(test.local)
            return () if named is None else (reach._replace(definition=named),)
        if step.axis == "parent" and test == ANY_NODE:
            return (Reach(start.parent, _higher(reach.anchor, start.parent), reach.picked),)
        return self._step(step, (reach,))

    def _outside(self, steps: tuple[Step, ...]) -> tuple[Reach, ...]:
        for step in steps:
            for predicate in step.predicates:
                self.visit(predicate, ())
        return ()

    def _step(self, step: Step, reached: tuple[Reach, ...]) -> tuple[Reach, ...]:
        found: dict[Reach, None] = {}
        for reach in reached:
            for definition in self._targets(step, reach.definition):
                found[_moved(step, reach, definition)] = None
        result = tuple(found)
        for predicate in step.predicates:
            self.visit(predicate, result)
        if step.axis in BESIDE and len(reached) == len(result) == 1:
            beside = self._beside(step, reached[0], result[0])
            if beside is not None:
                return (beside,)
        if step.predicates:
            onward = self._ends_at_own(step, result)
            result = tuple(Reach(reach.definition, reach.anchor, True, onward) for reach in result)
        return result

    def _beside(self, step: Step, start: Reach, reach: Reach) -> Reach | None:
        """Where a step leads from the owner's own instance of a repeat, if to all before it or to one beside it."""
        repeat = self.owner.nearest_repeat
        own = start.definition is repeat and start.anchor is repeat and not start.picked
        place = step.predicates[0] if len(step.predicates) == 1 else None
        away = int(place.value) if isinstance(place, Number) and place.value.is_integer() and place.value > 0 else None
        onward = step.axis == BEFORE and away is None
        if not own or repeat is None or reach.definition is not repeat or not self._alone() or not (onward or away):
            return None
        self.reads.add(Read(repeat, repeat, place=True))
        ahead = away if away is None or step.axis == BEFORE else -away
        return Reach(repeat, reach.anchor, True, onward, ahead)

    def _ends_at_own(self, step: Step, reached: tuple[Reach, ...]) -> bool:
        """Whether a step takes the instances of the owner's repeat up to the owner's own, or fewer."""
        limit = limit_of_positions(step.predicates[0]) if len(step.predicates) == 1 and self._alone() else None
        if limit is None or {reach.definition for reach in reached} != {self.owner.nearest_repeat}:
            return False
        offset = self._offset(limit[1], ())
        return offset is not None and offset >= 0

    def _targets(self, step: Step, start: Definition | None) -> list[Definition | None]:
        test = step.test
        if step.axis == "child" and start is not None and isinstance(test, NameTest) and test.local != "*":
            named = start.by_name.get(test.local)
            return [] if named is None else [named]
        candidates = self._along(step.axis, start)
        if isinstance(test, NameTest):
            return [item for item in candidates if item is not None and test.local in ("*", item.name.lstrip("@"))]
        return self._with_texts(step.axis, test, start, candidates)

    def _with_texts(
        self, axis: str, test: KindTest, start: Definition | None, candidates: list[Definition | None]
    ) -> list[Definition | None]:
        """The nodes of a kind; the text in a leaf stands for the leaf itself."""
        if test.kind not in ("node", "text"):
            return []
        found = [item for item in candidates if test.kind == "node" or (item is not None and item.is_leaf)]
        if axis in ("child", "descendant") and start is not None and start.is_leaf:
            return [*found, start]
        return found if test.kind == "node" or axis in BELOW else []

    def _along(self, axis: str, start: Definition | None) -> list[Definition | None]:
        if axis == "self":
            return [start]
        if axis == "child":
            return [self.root] if start is None else [*start.children]
        if axis == "attribute":
            return [] if start is None else [*start.attributes]
        if axis == "parent":
            return [] if start is None else [start.parent]
        if axis in ABOVE:
            found: list[Definition | None] = [] if start is None else [*start.lineage()]
            return [start, *found] if axis.endswith("self") else found
        if axis in BELOW:
            below = list((start or self.root).walk())
            return [start, *below] if start is None or axis.endswith("self") else [*below[1:]]
        if axis in SIDEWAYS and start is not None and start.parent is not None:
            return [*start.parent.children]
        return []


def _moved(step: Step, reach: Reach, definition: Definition | None) -> Reach:
    anchor, picked = reach.anchor, reach.picked
    if step.axis in SIDEWAYS:
        picked = True
        anchor = definition.parent if definition is not None else None
    elif step.axis in ABOVE:
        anchor = _higher(anchor, definition)
    if reach.definition is None:
        anchor = None
    return Reach(definition, anchor, picked, reach.onward and step.axis == "child")


def _higher(anchor: Definition | None, definition: Definition | None) -> Definition | None:
    if anchor is None or definition is None:
        return None
    return definition if definition.depth < anchor.depth else anchor


PlainPaths = dict[int, tuple[PlainPath, ...] | None]


def reads_of(
    expressions: Iterable[Expression], owner: Definition, root: Definition, known: PlainPaths | None = None
) -> set[Read]:
    """Everything the expressions read when they are evaluated at a node of `owner`.

    `known` remembers the paths of syntax trees, by their `id`, for whoever asks for many nodes of one form.
    """
    found: set[Read] = set()
    remembered = {} if known is None else known
    for expression in expressions:
        paths = _paths_of(expression.tree, remembered)
        if paths is None or not _follow(paths, owner, root, found):
            reader = Reader(root, owner)
            reader.expression(expression)
            found |= reader.reads
    return found


def lists_read(owner: Definition, root: Definition, *, labels: bool = False) -> set[Read]:
    """Everything the values of the choices at a node of `owner` read, if asked for their labels too."""
    reader = Reader(root, owner)
    for control in owner.controls:
        if control.itemset is not None:
            reader.choices(control.itemset, labels=labels)
    return reader.reads


def has_rows_as_choices(owner: Definition) -> bool:
    """Whether a list at a node of `owner` may take labels from the form's own data."""
    itemsets = (control.itemset for control in owner.controls if control.itemset is not None)
    return any(
        itemset.label is not None
        and not (isinstance(itemset.nodes.tree, Path) and itemset.nodes.tree.start is not None)
        for itemset in itemsets
    )


def _follow(paths: tuple[PlainPath, ...], owner: Definition, root: Definition, reads: set[Read]) -> bool:
    """Notes where plain paths lead; False if one climbs out of the form."""
    for path in paths:
        found, highest = path.leads_to(owner, root)
        if highest is None and not path.absolute:
            return False
        if found is not None:
            reads.add(Read(found, highest))
    return True


def _paths_of(tree: Expr, known: PlainPaths) -> tuple[PlainPath, ...] | None:
    place = id(tree)
    if place not in known:
        known[place] = plain_paths(tree)
    return known[place]
