"""Instances of repeats that come and go: added and removed by people, counted by the form."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from decimal import Decimal

from cami_survey.engine.calculation import Calculator
from cami_survey.engine.changes import every, inside
from cami_survey.engine.definitions import NEW_REPEAT, Definition
from cami_survey.engine.events import Events
from cami_survey.engine.form import Form
from cami_survey.engine.instance import Live, plant
from cami_survey.engine.lexical import normal, received
from cami_survey.engine.preloads import preloaded
from cami_survey.engine.restoring import order_number
from cami_survey.engine.rows import Rows
from cami_survey.engine.surroundings import Surroundings


class Growth:
    """`created`: the instances that came, `removed`: the fields that went, in order, until somebody clears them."""

    calculator: Calculator
    events: Events

    def __init__(self, form: Form, surroundings: Surroundings, rows: Rows) -> None:
        self.form = form
        self.surroundings = surroundings
        self.rows = rows
        self.removed: dict[str, None] = {}
        self.created: dict[Live, None] = {}
        # Instances whose value was taken back, should it be given again.
        self._away: dict[tuple[Live, Definition, str], Live] = {}

    def join(self, calculator: Calculator, events: Events) -> None:
        """Who computes, and runs events, when instances come and go."""
        self.calculator = calculator
        self.events = events

    def take_in(self, top: Live) -> None:
        """Defaults and restored answers at or below `top` take the form that answers of their type have."""
        for node in every(top):
            if node.kept:
                kind = node.definition.bind.type
                text = received(node.kept, kind, node.definition.control)
                text = normal(text, kind, self.surroundings.zone)
                if text != node.kept:
                    node.write(text)
                self.calculator.admission.remember(node)

    def add(self, parent: Live, repeat: Definition, key: str) -> None:
        """A new instance behind the others; without a key it gets a random one."""
        siblings = parent.instances(repeat)
        instance = self._planted(repeat, len(siblings) if key else None)
        instance.key = key or f"k{secrets.token_hex(4)}"
        instance.order = self.rows.order(parent, repeat, key) if key else str(_after(siblings))
        if key and siblings and not order_number(siblings[-1].order) < order_number(instance.order):
            instance.order = str(_after(siblings))
        self._begin_instance(parent, instance, len(siblings))

    def _planted(self, repeat: Definition, place: int | None) -> Live:
        """A new instance; one that a count asks for is as the form itself brings it at this place."""
        brought = self.form.first_instances.get(repeat, []) if place is not None else []
        known = place is not None and place < len(brought)
        return plant(repeat, brought[place] if known and place is not None else self.form.templates.get(repeat))

    def _begin_instance(self, parent: Live, instance: Live, place: int) -> None:
        instance.parent = parent
        self.take_in(instance)
        self.rows.plant(instance)
        self._put_in(parent, instance, place)
        if not parent.relevant:
            self.calculator.spread(instance)
        self._preload_in(instance)
        self.calculator.fresh.add(instance)
        self.calculator.enter(instance)
        self.events.at(NEW_REPEAT, instance)

    def _put_in(self, parent: Live, instance: Live, place: int) -> None:
        """Into the tree, `place` others before it."""
        repeat = instance.definition
        siblings = parent.instances(repeat)
        last = place == len(siblings)
        parent.insert(parent.place_for(repeat) if last else parent.position_of(siblings[place]), instance)
        if last and (repeat.parent is None or repeat.parent.nearest_repeat is None):
            self.surroundings.extend(instance)
        else:
            self.surroundings.forget(repeat)
        self.created[instance] = None
        self.calculator.looks[parent] = None

    def _preload_in(self, instance: Live) -> None:
        now = self.surroundings.now()
        for node in _leaves(instance):
            bind = node.definition.bind
            if bind.preload and bind.preload != "uid":
                text = preloaded(bind, now, self.surroundings.device)
                if text is not None:
                    node.write(text)

    def remove(self, instance: Live) -> None:
        parent, repeat = instance.parent, instance.definition
        if not isinstance(parent, Live):
            return
        place = instance.place
        if instance in self.created:
            del self.created[instance]
        else:
            self.removed.update(dict.fromkeys([instance.field, *(node.field for node in inside(instance))]))
        parent.remove(instance)
        self.surroundings.forget(repeat)
        others = parent.instances(repeat)
        self.calculator.leave(instance, others[: place - 1])
        self.calculator.looks[parent] = None
        for moved in others[place - 1 :]:
            self.calculator.agenda.notify(moved, place=True)

    def resize(self, parent: Live, repeat: Definition, count: int) -> None:
        source = repeat.repeat.rows if repeat.repeat is not None else None
        if source is not None:
            self._arrange(parent, repeat, self.rows.keys(parent, source, count))
            return
        instances = parent.instances(repeat)
        taken = {instance.key for instance in instances}
        free = (str(place) for place in itertools.count(1) if str(place) not in taken)
        for _place in range(len(instances), count):
            self.add(parent, repeat, next(free))
        for instance in reversed(instances[count:]):
            self.remove(instance)

    def _arrange(self, parent: Live, repeat: Definition, keys: list[str]) -> None:
        """Instances with these keys in this order; each keeps what was answered for its key, or gets it back."""
        before = {instance: place for place, instance in enumerate(parent.instances(repeat))}
        if [instance.key for instance in before] == keys:
            return
        wanted = set(keys)
        for instance in reversed([*before]):
            if instance.key not in wanted:
                self.remove(instance)
                if not instance.key.isdigit():
                    self._away[parent, repeat, instance.key] = instance
        left = {instance.key: instance for instance in parent.instances(repeat)}
        parent.arrange([left[key] for key in keys if key in left])
        self.surroundings.forget(repeat)
        for place, key in enumerate(keys):
            if key not in left:
                self._bring(parent, repeat, key, place)
        for place, instance in enumerate(parent.instances(repeat)):
            if before.get(instance, place) != place:
                self._moved(instance)

    def _bring(self, parent: Live, repeat: Definition, key: str, place: int) -> None:
        """The instance about a value: the one that went away with it, or a new one."""
        instance = self._away.pop((parent, repeat, key), None)
        if instance is None:
            instance = self._planted(repeat, place)
            instance.key, instance.order = key, self.rows.order(parent, repeat, key)
            self._begin_instance(parent, instance, place)
            return
        self._put_in(parent, instance, place)
        self.calculator.gone.difference_update(every(instance))
        self.calculator.spread(instance)
        self.calculator.enter(instance)

    def _moved(self, instance: Live) -> None:
        """The instance has another position: who reads positions, or nodes in their order, waits for evaluation."""
        self.calculator.agenda.notify(instance, place=True)
        for node in every(instance):
            self.calculator.agenda.notify(node)


def _leaves(top: Live) -> Iterator[Live]:
    return (node for node in every(top) if not node.children)


def _after(siblings: list[Live]) -> int:
    """An order behind all others; siblings stand in the order of their numbers, those without one last."""
    orders = (order_number(sibling.order) for sibling in reversed(siblings))
    return int(next((order for order in orders if order.is_finite()), Decimal(len(siblings)))) + 1
