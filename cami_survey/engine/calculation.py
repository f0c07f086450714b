"""Recalculation: what waits is computed in order of rank, and a change stops where nothing changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from cami_survey.engine.admission import Admission
from cami_survey.engine.agenda import Agenda
from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import LASTING, Expression
from cami_survey.engine.graph import Target
from cami_survey.engine.instance import Live, StandIn
from cami_survey.engine.lexical import ENDINGS, INTEGERS, LARGEST_INTEGER, computed
from cami_survey.engine.onward import calculate_onward
from cami_survey.engine.readers import Waiting
from cami_survey.engine.surroundings import Surroundings
from cami_survey.engine.tree import Node, ancestors
from cami_survey.engine.xpath.code import Evaluate
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.fused import fused
from cami_survey.engine.xpath.values import Value, number_to_text

if TYPE_CHECKING:
    from cami_survey.engine.form import Form

MOST_EVALUATIONS = 1_000_000
MOST_ROUNDS = 10
MOST_INSTANCES = 10_000
# As floats: to compare a float with an int takes Python four times as long.
LEAST, MOST = -float(LARGEST_INTEGER), float(LARGEST_INTEGER)
MANY = 50  # nodes of one calculation, from which on it is worth a function of its own


def _stays(target: Target) -> bool:
    definition = target.definition
    editable = bool(definition.controls) and definition.bind.readonly is None
    return editable or target.expressions[0].volatile


def _leave_alone() -> None:
    """What is restored stays, though what it follows from is only now found hidden."""


def _run_of(expression: Expression, many: bool) -> Evaluate:
    """What evaluates an expression, for `many` nodes by a function of its own; or says why it cannot be compiled."""
    try:
        swift = fused(expression.compiler, expression.tree) if many else None
        return expression.code.run if swift is None else swift
    except XPathError:
        return expression.value


def _is_settled(rounds: dict[tuple[Target, Live], int], target: Target, node: Live) -> bool:
    """Whether conditions that go round in a circle have gone round often enough at this node."""
    times = rounds[target, node] = rounds.get((target, node), 0) + 1
    return times > MOST_ROUNDS


class Calculator:
    """`writes` collects nodes whose kept value changed, `looks` further ones whose look may have changed.

    `changed` collects, in order, nodes of the `watched` definitions whose value changed.
    `resize(parent, repeat, count)` is called where a repeat count changes.
    """

    def __init__(self, form: Form, surroundings: Surroundings, resize: Callable[[Live, Definition, int], None]) -> None:
        self.graph = form.graph
        self.surroundings = surroundings
        self.resize = resize
        self.agenda = Agenda(form.graph.targets, surroundings)
        self.looks, self.gone = self.agenda.looks, self.agenda.gone
        self.writes: dict[Live, None] = {}
        self.watched: frozenset[Definition] = frozenset()
        self.changed: list[Live] = []
        self.admission = Admission(surroundings.speaker)
        self._new = False
        # Instances that came since the last evaluation.
        self.fresh: set[Live] = set()
        self._staying: set[Live] = set()
        self._context = Context(surroundings, surroundings.primary)
        self._steps: list[Callable[[], object] | None] = [None for _target in form.graph.targets]
        self._evaluate: dict[str, Callable[[Target, Live], None]] = {
            "relevant": self._relevant,
            "count": self._repeat_count,
            "choices": self._choices,
        }
        self._phantoms: dict[tuple[Live, Definition], Live] = {}
        self._calculations: dict[tuple[Target, bool], Callable[[Live], bool]] = {}
        # Running totals: what is calculated there is told by `calculate_onward`.
        self._running: set[Target] = set()

    def everything(self, *, new: bool) -> None:
        """Compute all targets once. What time, chance or a person gave stays as it is unless all is `new`: then nobody
        has answered anything, and a repeat whose count is not known has no instance.
        """
        self._new = new
        for target in self.graph.targets:
            kept = not new and target.aspect == "calculate" and _stays(target)
            for node in self.agenda.homes_of(target):
                if not (kept and node.kept):
                    self.agenda.push(target, node)
                elif self.agenda.waiting[target.rank] is None:
                    self._steps[target.rank] = _leave_alone
                else:
                    self._staying.add(node)
        self.run()
        self._new = False
        self._staying.clear()
        self._steps = [None for _target in self.graph.targets]

    def say_again(self) -> None:
        """Compute what depends on the language."""
        self._again(lambda expression: expression.speaks)

    def count_time(self) -> None:
        """Compute what tells how long the interview has taken."""
        self._again(lambda expression: expression.calls(LASTING))

    def calculate_again(self, node: Live) -> None:
        """What the form computes of the node is to take the place of an answer."""
        for target in node.definition.targets:
            if target.aspect == "calculate":
                self.agenda.push(target, node)

    def _again(self, concerned: Callable[[Expression], bool]) -> None:
        for target in self.graph.targets:
            if any(concerned(expression) for expression in target.expressions):
                for node in self.agenda.homes_of(target):
                    self.agenda.push(target, node)
        self.run()

    def run(self) -> None:
        """Evaluate until nothing waits; what has a lower rank and comes up meanwhile goes first."""
        due, all_waiting, steps = self.agenda.due, self.agenda.waiting, self._steps
        lowest, evaluations = due.find, 0
        rounds: dict[tuple[Target, Live], int] = {}
        while (rank := lowest(1)) >= 0:
            waiting = all_waiting[rank]
            if waiting is None:
                due[rank] = 0
                evaluations += 1
                (steps[rank] or self._step(rank))()
            else:
                evaluations += self._compute(self.graph.targets[rank], waiting, rounds)
                due[rank] = waiting.is_called
            if evaluations > MOST_EVALUATIONS:
                self.agenda.clear()
                return
        self.fresh.clear()

    def _compute(self, target: Target, waiting: Waiting, rounds: dict[tuple[Target, Live], int]) -> int:
        """Computes a target where it waits, until something of a lower rank does; how many times it was computed."""
        if target.aspect == "calculate":
            return self._calculate_all(target, waiting)
        gone, rank, lower, evaluate = self.gone, target.rank, self.agenda.due.find, self._evaluate[target.aspect]
        nodes, known, circular = waiting.nodes, waiting.known, target.circular
        evaluations = 0
        while nodes and lower(1, 0, rank) < 0:
            node = nodes.popleft()
            known.discard(node)
            if node not in gone and not (circular and _is_settled(rounds, target, node)):
                evaluations += 1
                evaluate(target, node)
        return evaluations

    def _step(self, rank: int) -> Callable[[], object]:
        """What computes the target of a rank that has one home."""
        target, home = self.graph.targets[rank], self.agenda.homes[rank]
        assert home is not None
        if target.aspect == "calculate":
            calculate = self._calculation(target)
            step: Callable[[], object] = partial(calculate, home)
        else:
            step = partial(self._evaluate[target.aspect], target, home)
        self._steps[rank] = step
        return step

    def _look_at_columns(self, target: Target, waiting: Waiting) -> None:
        """Everywhere, if what is remembered of a column is no longer what the target knows."""
        columns, waiting.columns = waiting.columns, {}
        homes = self.surroundings.at(target.home)
        if homes and any(self._differ(*column, homes[0]) for column in columns.items()):
            self.agenda.push_everywhere(target)

    def _differ(self, definition: Definition, known: Mapping[object, object], home: Live) -> bool:
        """Whether values of a column are others now. They are remembered, and told apart to the sign of a zero."""
        now = self.surroundings.remembered.setdefault(definition, {})
        try:
            for run in known:
                if run not in now:
                    now[run] = run(home, self.context(home))  # type: ignore[operator]
        except (XPathError, RecursionError):
            return True
        return any(repr(now[run]) != repr(value) for run, value in known.items())

    def put(self, node: Live, text: str) -> bool:
        """Write a value; whether it was another one."""
        if text == node.kept:
            return False
        node.write(text)
        self.writes[node] = None
        if node.relevant:
            self.agenda.teller(node.definition)(node)
            if node.definition in self.watched:
                self.changed.append(node)
        return True

    def context(self, node: Node) -> Context:
        """The context of an evaluation at `node`: one and the same object, good until the next call."""
        self._context.current = node
        return self._context

    def _calculate_all(self, target: Target, waiting: Waiting) -> int:
        """As `_compute`, for a calculation."""
        if waiting.columns:
            self._look_at_columns(target, waiting)
        homes, left_out = self.surroundings.at(target.home), self._left_out()
        calculate = self._calculation(target, many=len(homes) >= MANY)
        if target in self._running:
            return calculate_onward(waiting, homes, calculate, self.agenda.teller(target.definition), left_out)
        nodes, discard, rank, lower = waiting.nodes, waiting.known.discard, target.rank, self.agenda.due.find
        evaluations = 0
        while nodes and lower(1, 0, rank) < 0:
            node = nodes.popleft()
            discard(node)
            if not left_out or node not in left_out:
                evaluations += 1
                calculate(node)
        return evaluations

    def _left_out(self) -> Collection[Node]:
        """What is not computed; put together only where it must, for rows of two columns may be computed in turn."""
        if self._staying and self.gone:
            return self.gone | self._staying
        return self.gone or self._staying

    def _calculation(self, target: Target, *, many: bool = False) -> Callable[[Live], bool]:
        """What calculates a target at a node, and says whether that gave another value: here every call less counts."""
        known = self._calculations.get((target, many))
        if known is None:
            known = self._calculations[target, many] = self._make_calculation(target, many)
        return known

    def _make_calculation(self, target: Target, many: bool) -> Callable[[Live], bool]:
        definition, expression = target.definition, target.expressions[0]
        if self.agenda.runs_on(target):
            self._running.add(target)
        writes, context, zone = self.writes, self._context, self.surroundings.zone
        kind, run, tell = definition.bind.type, _run_of(expression, many), self.agenda.teller(definition)
        ending, whole_only, tells = ENDINGS.get(kind), kind in INTEGERS, target not in self._running

        def calculate(node: Live) -> bool:
            if not node.relevant:
                return False
            context.current = node
            try:
                value = run(node, context)
            except RecursionError:
                value = self._deep(expression, node)
            except XPathError as error:
                expression.fails(node, context, error)
                value = ""
            number = None
            if ending is not None and type(value) is float and LEAST <= value <= MOST:
                if value.is_integer():
                    text, number = str(int(value)) + ending, value or None
                elif whole_only:
                    text = str(int(value))
                else:
                    text, number = repr(value), value
                    if "e" in text:
                        text = number_to_text(value)
            else:
                text = computed(value, kind, zone)
            if text == node.kept:
                return False
            node.kept = node.text = text
            node._number = number
            writes[node] = None
            if tells:
                tell(node)
            if self.watched and definition in self.watched:
                self.changed.append(node)
            return True

        return calculate

    def _deep(self, expression: Expression, node: Live) -> Value:
        """The value of an expression that is nested too deep for the ordinary way; empty where it fails."""
        try:
            return expression.value(node, self.context(node))
        except XPathError as error:
            expression.fails(node, self._context, error)
            return ""

    def _relevant(self, target: Target, node: Live) -> None:
        included = target.expressions[0].truth(node, self.context(node))
        if included is not node.included:
            node.included = included
            self.spread(node)

    def spread(self, top: Live) -> None:
        """Relevance goes down from `top` to everything below it."""
        waiting: list[Node] = [top]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            parent = node.parent
            relevant = node.included and (not isinstance(parent, Live) or parent.relevant)
            if relevant is node.relevant:
                continue
            node.show(relevant)
            self.agenda.notify(node)
            if relevant:
                self._wake(node)
            waiting.extend(node.attributes)
            waiting.extend(node.children)

    def _wake(self, node: Live) -> None:
        for target in node.definition.targets:
            if target.aspect in ("calculate", "choices"):
                self.agenda.push(target, node)

    def _repeat_count(self, target: Target, parent: Live) -> None:
        phantom = self.phantom(parent, target.definition)
        number = target.expressions[0].number(phantom, self.context(phantom))
        counted = math.isfinite(number)  # not where nobody has answered, nor where something is divided by nought
        if counted or self._new or self._is_fresh(parent):
            self.resize(parent, target.definition, int(min(max(number, 0), MOST_INSTANCES)) if counted else 0)

    def _is_fresh(self, node: Live) -> bool:
        return bool(self.fresh) and any(above in self.fresh for above in (node, *ancestors(node)))

    def phantom(self, parent: Live, repeat: Definition) -> Live:
        """A stand-in for a repeat, from where its count is evaluated even without an instance."""
        key = (parent, repeat)
        if key not in self._phantoms:
            stand_in = StandIn(repeat)
            stand_in.parent = parent
            self._phantoms[key] = stand_in
        return self._phantoms[key]

    def _choices(self, _target: Target, node: Live) -> None:
        self.looks[node] = None
        if node.relevant and (given := self.admission.given(node)):
            self.put(node, self.admission.admitted(node, given, chosen=False))

    def enter(self, instance: Live) -> None:
        """Nodes were added: everything that reads their kind, and all they compute themselves, waits for evaluation."""
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            self.agenda.notify(node)
            for target in node.definition.targets:
                if target.aspect != "count":
                    self.agenda.push(target, node)
            for child in node.definition.children:
                for target in child.targets:
                    if target.aspect == "count":
                        self.agenda.push(target, node)
            waiting.extend(node.attributes)
            waiting.extend(reversed(node.children))

    def leave(self, instance: Live, before: list[Live]) -> None:
        """Nodes were removed: what read them waits for evaluation. `before`: the instances in front of the removed."""
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            self.agenda.leave(node, before)
            self.writes.pop(node, None)
            waiting.extend(node.attributes)
            waiting.extend(node.children)
