"""The order in which a form computes, fixed when the form is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition, Languages, Text, entered
from cami_survey.engine.dependencies import PlainPaths, Read, has_rows_as_choices, lists_read, reads_of
from cami_survey.engine.errors import FormProblem, XPathError
from cami_survey.engine.expressions import Expression

Aspect = Literal["relevant", "calculate", "count", "choices", "readonly", "required", "look"]
COMPUTED: tuple[Aspect, ...] = ("relevant", "count", "calculate", "choices")
OF_BIND = frozenset({"relevant", "readonly", "required", "calculate"})
SHOWN: tuple[Aspect, ...] = ("readonly", "required")


class Target:
    """Something a form computes: one aspect of one definition. Lower ranks, places among `Graph.targets`, come first;
    what is only shown has none, which is -1.

    `circular`: it goes round in a circle that settles by itself. `home`: where it is computed, the definition itself
    or, for a count, what the repeat lies in. `expressions`: what gives it; of what is only shown, none need be known.
    """

    __slots__ = ("aspect", "circular", "definition", "expressions", "home", "rank")

    expressions: tuple[Expression, ...]

    def __init__(
        self, definition: Definition, aspect: Aspect, expressions: tuple[Expression, ...] | None = None
    ) -> None:
        self.definition = definition
        self.aspect = aspect
        if expressions is not None:
            self.expressions = expressions
        self.home = definition.parent if aspect == "count" and definition.parent is not None else definition
        self.rank = -1
        self.circular = False

    def __getattr__(self, name: str) -> tuple[Expression, ...]:
        if name != "expressions":
            raise AttributeError(name)
        own = getattr(self.definition.bind, self.aspect) if self.aspect in OF_BIND else None
        self.expressions = dict(computed_of(self.definition)).get(self.aspect, ()) if own is None else (own,)
        return self.expressions

    def __repr__(self) -> str:
        return f"<{self.aspect} of {self.definition.path}>"


def computed_of(definition: Definition) -> list[tuple[Aspect, tuple[Expression, ...]]]:
    """What a form computes of a definition, from its bind, its count and its lists."""
    found: list[tuple[Aspect, tuple[Expression, ...]]] = []
    bind = definition.bind
    if bind.relevant is not None:
        found.append(("relevant", (bind.relevant,)))
    if bind.readonly is not None:
        found.append(("readonly", (bind.readonly,)))
    if bind.required is not None:
        found.append(("required", (bind.required,)))
    if bind.calculate is not None:
        found.append(("calculate", (bind.calculate,)))
    if definition.repeat is not None and definition.repeat.count is not None:
        found.append(("count", (definition.repeat.count,)))
    for control in definition.controls:
        if control.itemset is not None:
            sets = [other.itemset.nodes for other in definition.controls if other.itemset is not None]
            found.append(("choices", tuple(sets)))
            break
    return found


@dataclass(slots=True, eq=False)
class Edge:
    """A change of the definition this edge starts at concerns `target` below the same `anchor` instance.

    `anchor` None: wherever the target is. `climb`: so many steps lead from a changed node up to the anchor.
    `way`: from there the definitions down to the target's home; None if the home is the anchor or above it.
    `place`: only when instances move. `offset`: only the instance of the anchor, a repeat, so many places further on.
    `onward`: only the changed node's own instance of the anchor and those behind it. `beside`: the target lies in the
    changed node's own parent, whatever else. `whole`: only by a value of all nodes, such as their sum.
    """

    target: Target
    anchor: Definition | None
    climb: int
    way: tuple[Definition, ...] | None
    place: bool
    offset: int | None = None
    onward: bool = False
    beside: bool = False
    whole: bool = False


def _edge(target: Target, read: Read) -> Edge:
    anchor = read.anchor if read.anchor is not None and read.anchor.nearest_repeat is not None else None
    onward = read.onward and target.aspect in ("relevant", "calculate", "choices")
    if read.offset is not None or onward:
        anchor = target.home.nearest_repeat
    if anchor is None:
        return Edge(target, None, 0, None, read.place, read.offset, False, False, read.whole)
    climb = read.definition.depth - anchor.depth
    lineage = [target.home, *target.home.lineage()]
    way = tuple(reversed(lineage[: lineage.index(anchor)])) if anchor in lineage else ()
    beside = climb == 1 and len(way) == 1 and read.offset is None and not onward and not target.home.is_attribute
    return Edge(target, anchor, climb, way or None, read.place, read.offset, onward, beside)


@dataclass(frozen=True, slots=True)
class Graph:
    """What a form computes, by rank; `circles` of conditions settle by themselves. Edges are at the definitions."""

    targets: list[Target]
    circles: list[list[Target]]

    def compile(self) -> None:
        """Compile all that is computed; what cannot be compiled stays as it is."""
        for target in self.targets:
            for expression in target.expressions:
                with suppress(XPathError):
                    _ = expression.code

    @property
    def settling(self) -> frozenset[Definition]:
        """The nodes whose conditions go round in a circle: whether they are hidden depends on whether they were."""
        return frozenset(target.definition for circle in self.circles for target in circle)


class Ordering:
    """Finds what depends on what, and an order in which it can be computed; puts edges and targets to definitions.

    `definitions`: in the order of the data, at least those that have an expression.
    """

    def __init__(self, root: Definition, definitions: Iterable[Definition], languages: Languages) -> None:
        self.root = root
        self.languages = languages
        self._reads: dict[Target, set[Read]] = {}
        self._plain: PlainPaths = {}
        self._around: dict[Definition | None, tuple[Target, ...]] = {None: ()}
        for definition in definitions:
            for aspect, expressions in computed_of(definition):
                self._enter(Target(definition, aspect, expressions))
            look = self._look(definition)
            labels = lists_read(definition, root, labels=True) if has_rows_as_choices(definition) else set()
            if look or labels:
                self._enter(Target(definition, "look", tuple(look)), labels)
        self.circles: list[list[Target]] = []
        self.cycle = self._order()
        while self.cycle and self._loosened(self.cycle):
            self.cycle = self._order()

    @property
    def graph(self) -> Graph:
        """The order that was found."""
        targets = [target for target in self._reads if target.aspect in COMPUTED]
        targets.sort(key=lambda target: target.rank)
        for target in self._reads:
            target.rank = -1
        for rank, target in enumerate(targets):
            target.rank = rank
        return Graph(targets, self.circles)

    def _look(self, definition: Definition) -> list[Expression]:
        bind = definition.bind
        found: list[Expression] = []
        if bind.constraint is not None:
            found.append(bind.constraint)
        if bind.soft is not None:
            found.append(bind.soft)
        if definition.repeat is not None and bind.relevant is not None:
            found.append(bind.relevant)
        for text in _texts(definition):
            if not text.is_plain:
                found.extend(text.expressions)
                found.extend(self._outputs(text))
        return found

    def _outputs(self, text: Text) -> Iterator[Expression]:
        key = text.reference.code.constant if text.reference is not None else None
        if isinstance(key, str):
            for table in self.languages.values():
                for parts in table.get(key, {}).values():
                    yield from (part for part in parts if isinstance(part, Expression))

    def _enter(self, target: Target, further: Collection[Read] = ()) -> None:
        if target.aspect == "choices":
            reads = lists_read(target.definition, self.root)
        else:
            reads = reads_of(target.expressions, target.definition, self.root, self._plain)
        reads.update(further)
        repeat = target.definition.repeat
        if target.aspect == "count" and repeat is not None and repeat.rows is not None:
            reads.add(Read(repeat.rows, repeat.rows.nearest_repeat))
        self._reads[target] = reads
        target.definition.targets = entered(target.definition.targets, target)
        for read in reads:
            read.definition.edges = entered(read.definition.edges, _edge(target, read))

    def _above(self, definition: Definition) -> tuple[Target, ...]:
        """What hides or counts a node by hiding or counting what it lies in, the nearest first."""
        parent = definition.parent
        found = self._around.get(parent)
        if found is None and parent is not None:
            own = tuple(target for target in parent.targets if target.aspect in ("relevant", "count"))
            above = self._above(parent)
            found = self._around[parent] = (*own, *above) if own else above
        return found or ()

    def _before(self, target: Target) -> list[Target]:
        """The targets that must be computed before `target`."""
        owner = target.definition
        found = [] if target.aspect == "relevant" else [own for own in owner.targets if own.aspect == "relevant"]
        found += self._above(owner)
        for read in self._reads[target]:
            definition = read.definition
            if not read.elsewhere and not read.place:
                for producer in definition.targets:
                    if producer.aspect in COMPUTED:
                        found.append(producer)
                for above in self._above(definition):
                    if above.aspect == "relevant" or not _lies_in(owner, above.definition):
                        found.append(above)
        return found

    def _loosened(self, cycle: list[Target]) -> bool:
        """Whether the form can live with a circle.

        A list that leaves out what is chosen elsewhere is made when somebody looks and takes no answer away. Conditions
        alone, of more than one node or of a group that reads what is in it, settle: what they hide is empty. So does a
        count that follows from what is answered in its rows (“another one?”): a row that comes is empty.
        """
        lists = [target for target in cycle if target.aspect == "choices"]
        for target in lists:
            target.aspect = "look"
        if lists:
            return True
        shared = {target.definition for target in cycle}
        aspects = {target.aspect for target in cycle}
        if not self._counts_answers(cycle) and (aspects != {"relevant"} or (len(shared) == 1 and shared.pop().is_leaf)):
            return False
        for target in cycle:
            target.circular = True
        self.circles.append(cycle)
        return True

    def _counts_answers(self, cycle: list[Target]) -> bool:
        """Whether a count in the circle follows from answers in its rows, not from the rows themselves."""
        counted = [target.definition for target in cycle if target.aspect == "count"]
        read = {read.definition for target in cycle for read in self._reads[target]}
        inside = any(repeat in definition.lineage() for repeat in counted for definition in read)
        return inside and all(target.aspect in COMPUTED for target in cycle)

    def _order(self) -> list[Target]:
        """Gives ranks by a depth-first topological order; a cycle of what cannot be ordered, otherwise nothing."""
        done: list[Target] = []
        entered: dict[Target, bool] = {}  # True once everything before it is done
        for start in self._reads:
            if start.aspect == "look" or start in entered:
                continue
            entered[start] = False
            waiting = [(start, iter(self._before(start)))]
            while waiting:
                target, before = waiting[-1]
                for following in before:
                    known = entered.get(following)
                    if known is None:
                        entered[following] = False
                        waiting.append((following, iter(self._before(following))))
                        break
                    if known is False and not (target.circular and following.circular):
                        way = [item for item, _others in waiting]
                        return way[way.index(following) :]
                else:
                    entered[target] = True
                    done.append(target)
                    waiting.pop()
        for rank, target in enumerate(done):
            target.rank = rank
        return []

    @property
    def warnings(self) -> tuple[str, ...]:
        """The circles that the form can live with, in words."""
        text = _("Conditions go round in a circle: {way}. What is hidden once stays hidden.")
        conditions = (circle for circle in self.circles if all(target.aspect == "relevant" for target in circle))
        return tuple(text.format(way=_way(circle)) for circle in conditions)

    def problem(self) -> FormProblem | None:
        """The cycle in words, None without one; also where `readonly` or `required` read their own node."""
        if self.cycle:
            text = _("The form goes round in a circle: {way}.").format(way=_way(self.cycle))
            return FormProblem(text, "form.cycle", path=self.cycle[0].definition.path)
        for target, reads in self._reads.items():
            if target.aspect in SHOWN and any(
                read.definition is target.definition and not read.elsewhere for read in reads
            ):
                path = target.definition.path
                return FormProblem(
                    _("The form goes round in a circle: {way}.").format(way=f"{path} ({target.aspect}) → {path}"),
                    "form.cycle",
                    path=path,
                )
        return None


def _lies_in(definition: Definition, around: Definition) -> bool:
    """Whether a node is another one or below it."""
    return definition is around or around in definition.lineage()


def _way(cycle: list[Target]) -> str:
    return " → ".join(f"{target.definition.path} ({target.aspect})" for target in [*cycle, cycle[0]])


def _texts(definition: Definition) -> list[Text]:
    found: list[Text] = []
    for control in definition.controls:
        found += control.texts
    if definition.group is not None:
        found.extend(definition.group.texts)
    if definition.repeat is not None:
        found.extend(definition.repeat.control.texts)
    bind = definition.bind
    if bind.constraint_message is not None:
        found.append(bind.constraint_message)
    if bind.soft_message is not None:
        found.append(bind.soft_message)
    if bind.required_message is not None:
        found.append(bind.required_message)
    return found
