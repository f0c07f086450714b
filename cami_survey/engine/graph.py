"""The order in which a form computes, fixed when the form is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition, Languages, Text
from cami_survey.engine.dependencies import Read, reads_of
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.expressions import Expression

Aspect = Literal["relevant", "calculate", "count", "choices", "readonly", "required", "look"]
COMPUTED: tuple[Aspect, ...] = ("relevant", "count", "calculate", "choices")
SHOWN: tuple[Aspect, ...] = ("readonly", "required")


class Target:
    """Something a form computes: one aspect of one definition. Lower ranks are computed first."""

    __slots__ = ("aspect", "definition", "expressions", "rank")

    def __init__(self, definition: Definition, aspect: Aspect, expressions: tuple[Expression, ...]) -> None:
        self.definition = definition
        self.aspect = aspect
        self.expressions = expressions
        self.rank = 0

    def __repr__(self) -> str:
        return f"<{self.aspect} of {self.definition.path}>"


@dataclass(frozen=True, slots=True)
class Edge:
    """A change of the definition this edge starts at concerns `target` below the same `anchor` instance.

    `place`: only when instances move. `offset`: only the instance so many places further on is concerned.
    """

    target: Target
    anchor: Definition | None
    place: bool
    offset: int | None = None


class Graph:
    """`edges` from a definition to what reads it; `targets` in order of rank; `by_definition` for new nodes."""

    def __init__(self, root: Definition, languages: Languages) -> None:
        self.root = root
        self.languages = languages
        self.edges: dict[Definition, list[Edge]] = {}
        self.by_definition: dict[Definition, list[Target]] = {}
        self._reads: dict[Target, set[Read]] = {}
        for definition in root.walk():
            for target in self._targets(definition):
                self._enter(target)
        self.targets = [target for target in self._reads if target.aspect in COMPUTED]
        self.cycle: list[Target] = []
        self._rank()

    def _targets(self, definition: Definition) -> Iterator[Target]:
        bind = definition.bind
        for aspect, expression in (
            ("relevant", bind.relevant),
            ("readonly", bind.readonly),
            ("required", bind.required),
            ("calculate", bind.calculate),
        ):
            if expression is not None:
                yield Target(definition, aspect, (expression,))  # type: ignore[arg-type]
        if definition.repeat is not None and definition.repeat.count is not None:
            yield Target(definition, "count", (definition.repeat.count,))
        sets = tuple(control.itemset.nodes for control in definition.controls if control.itemset is not None)
        if sets:
            yield Target(definition, "choices", sets)
        look = tuple(self._look(definition))
        if look:
            yield Target(definition, "look", look)

    def _look(self, definition: Definition) -> Iterator[Expression]:
        bind = definition.bind
        if bind.constraint is not None:
            yield bind.constraint
        if bind.soft is not None:
            yield bind.soft
        if definition.repeat is not None and bind.relevant is not None:
            yield bind.relevant
        for text in _texts(definition):
            yield from text.expressions
            yield from self._outputs(text)

    def _outputs(self, text: Text) -> Iterator[Expression]:
        key = text.reference.code.constant if text.reference is not None else None
        if isinstance(key, str):
            for table in self.languages.values():
                for parts in table.get(key, {}).values():
                    yield from (part for part in parts if isinstance(part, Expression))

    def _enter(self, target: Target) -> None:
        reads = reads_of(target.expressions, target.definition, self.root)
        repeat = target.definition.repeat
        if target.aspect == "count" and repeat is not None and repeat.rows is not None:
            reads.add(Read(repeat.rows, repeat.rows.nearest_repeat))
        self._reads[target] = reads
        self.by_definition.setdefault(target.definition, []).append(target)
        for read in reads:
            self.edges.setdefault(read.definition, []).append(Edge(target, read.anchor, read.place, read.offset))

    def _before(self, target: Target) -> Iterator[Target]:
        """The targets that must be computed before `target`."""
        owner = target.definition
        if target.aspect != "relevant":
            yield from self._aspects(owner, "relevant")
        for above in owner.lineage():
            yield from self._aspects(above, "relevant", "count")
        for read in self._reads[target]:
            if not read.elsewhere and not read.place:
                yield from self._producers(read.definition, owner)

    def _producers(self, definition: Definition, owner: Definition) -> Iterator[Target]:
        yield from self._aspects(definition, "relevant", "calculate", "choices", "count")
        shared = {owner, *owner.lineage()}
        for above in definition.lineage():
            yield from self._aspects(above, "relevant")
            if above not in shared:
                yield from self._aspects(above, "count")

    def _aspects(self, definition: Definition, *aspects: str) -> Iterator[Target]:
        for target in self.by_definition.get(definition, ()):
            if target.aspect in aspects:
                yield target

    def _rank(self) -> None:
        """Depth-first topological order; what cannot be ordered is the cycle."""
        done: list[Target] = []
        state: dict[Target, int] = {}
        for start in self._reads:
            if start.aspect == "look" or start in state:
                continue
            waiting = [(start, self._before(start))]
            state[start] = 1
            while waiting:
                target, before = waiting[-1]
                following = next((item for item in before if state.get(item, 0) < 2), None)
                if following is None:
                    state[target] = 2
                    done.append(target)
                    waiting.pop()
                elif state.get(following) == 1:
                    self.cycle = [item for item, _iterator in waiting]
                    self.cycle = self.cycle[self.cycle.index(following) :]
                    return
                else:
                    state[following] = 1
                    waiting.append((following, self._before(following)))
        for rank, target in enumerate(done):
            target.rank = rank
        self.targets.sort(key=lambda target: target.rank)

    def problem(self) -> FormProblem | None:
        """The cycle in words, None without one; also where `readonly` or `required` read their own node."""
        if self.cycle:
            steps = [*self.cycle, self.cycle[0]]
            way = " → ".join(f"{target.definition.path} ({target.aspect})" for target in steps)
            return FormProblem(
                _("The form goes round in a circle: {way}.").format(way=way),
                "form.cycle",
                path=steps[0].definition.path,
            )
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


def _texts(definition: Definition) -> Iterator[Text]:
    controls = [*definition.controls, definition.group, definition.repeat.control if definition.repeat else None]
    for control in controls:
        if control is not None:
            yield from (text for text in (control.label, control.hint) if text is not None)
            yield from (item.label for item in control.items if item.label is not None)
    bind = definition.bind
    yield from (
        text for text in (bind.constraint_message, bind.soft_message, bind.required_message) if text is not None
    )
