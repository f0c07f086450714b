"""Actions that wait for events: `setvalue`, `setgeopoint` and `recordaudio`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import CHANGED, NEW_REPEAT, Action, Definition
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import Expression
from cami_survey.engine.instance import Live
from cami_survey.engine.lexical import computed, normal
from cami_survey.engine.surroundings import Surroundings
from cami_survey.engine.xpath.values import Value

if TYPE_CHECKING:
    from cami_survey.engine.calculation import Calculator


MOST_ROUNDS = 10


class Events:
    """Runs the actions of a form on its live instance.

    Actions may wait for each other (pounds set kilograms, kilograms pounds). While one answer is followed up, what a
    person has just answered is set by none but its own actions, once, and any other node 10 times by one action.
    """

    def __init__(self, actions: tuple[Action, ...], calculator: Calculator, surroundings: Surroundings) -> None:
        self.calculator = calculator
        self.surroundings = surroundings
        self._by_event: dict[tuple[str, Definition | None], list[Action]] = {}
        self._without_place: dict[str, list[Action]] = {}
        self._answered: Live | None = None
        self._rounds: Counter[tuple[int, Live]] = Counter()
        for action in actions:
            for event in action.events:
                self._by_event.setdefault((event, _place(event, action)), []).append(action)
                self._without_place.setdefault(event, []).append(action)

    def load(self, event: str) -> None:
        """Events of the whole form."""
        for action in self._without_place.get(event, ()):
            for target in self._targets(action, None):
                self._perform(action, target)

    def at(self, event: str, node: Live) -> None:
        """Events of one node: its value changed, or it is a new repeat instance."""
        for action in self._by_event.get((event, node.definition), ()):
            for target in self._targets(action, node)[:1]:
                if event != CHANGED or self._may_set(action, node, target):
                    self._perform(action, target)

    def follow(self, answered: Live) -> None:
        """A person has answered this node; what changes from now on follows from it."""
        self._answered = answered
        self._rounds.clear()

    def _may_set(self, action: Action, source: Live, target: Live) -> bool:
        self._rounds[id(action), target] += 1
        rounds = self._rounds[id(action), target]
        return rounds <= MOST_ROUNDS if target is not self._answered else source is target and rounds == 1

    def watched(self, event: str) -> frozenset[Definition]:
        """The definitions at whose nodes an action waits for the event."""
        return frozenset(place for found, place in self._by_event if found == event and place is not None)

    def _targets(self, action: Action, source: Live | None) -> list[Live]:
        """The nodes to write: those a predicate picks, otherwise those in the source's own repeat instance."""
        if "[" in action.target.text:
            start = source or self.surroundings.primary
            found = action.target.nodes(start, self.calculator.context(start))
            return [node for node in found if isinstance(node, Live)]
        if source is None:
            return self.surroundings.at(action.definition)
        return self.surroundings.nearest(action.definition, source)

    def _perform(self, action: Action, target: Live) -> None:
        if not target.relevant and not action.events & {CHANGED, NEW_REPEAT}:
            return
        if action.kind == "recordaudio":
            if self.surroundings.record is not None:
                self.surroundings.record(target.ref, action.text)
            return
        zone = self.surroundings.zone
        value: Value = action.text
        if action.kind == "setgeopoint":
            value = normal(self.surroundings.locate() if self.surroundings.locate else "", "geopoint", zone)
        elif action.value is not None:
            value = self._value(action.value, target)
        self.calculator.put(target, computed(value, target.definition.bind.type, zone))

    def _value(self, expression: Expression, target: Live) -> Value:
        """What an expression gives at the target; an empty text where it fails."""
        try:
            return expression.value(target, self.calculator.context(target))
        except XPathError as error:
            expression.fails(target, self.calculator.context(target), error)
            return ""


def _place(event: str, action: Action) -> Definition | None:
    """Where the event happens that an action waits for: its node, or the repeat around it."""
    trigger = action.trigger
    return trigger.nearest_repeat if event == NEW_REPEAT and trigger is not None else trigger
