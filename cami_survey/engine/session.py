"""A running interview."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone, tzinfo
from decimal import Decimal

from cami_survey.base.records import Answers
from cami_survey.engine.calculation import Calculator
from cami_survey.engine.definitions import CHANGED, FIRST_LOAD, LOAD, NEW_REPEAT, READY, Definition
from cami_survey.engine.errors import UnknownNode
from cami_survey.engine.events import Events
from cami_survey.engine.form import Form
from cami_survey.engine.instance import Live, plant
from cami_survey.engine.lexical import normal, to_lexical
from cami_survey.engine.nodes import FormNode
from cami_survey.engine.preloads import device_key, is_end, new_instance_id, preloaded
from cami_survey.engine.restoring import from_fields, from_xml, order_number
from cami_survey.engine.results import Changed, Finalised, Problem, Problems
from cami_survey.engine.rows import Rows
from cami_survey.engine.submission import attachments, to_xml
from cami_survey.engine.surroundings import Surroundings
from cami_survey.engine.tree import ATTRIBUTE, Node
from cami_survey.engine.xml import full_document
from cami_survey.reference.coordinates import SHAPES

MOST_CHANGES = 1000
SEGMENT = re.compile(r"/([^/\[\]]+)(?:\[\s*([^\]]+?)\s*\])?")


def _zone_of(moment: datetime) -> tzinfo | None:
    """The zone of the clock; None (the machine's own rules) where the clock only knows the machine's offset of now."""
    zone = moment.tzinfo
    local = moment.astimezone().utcoffset()
    return None if isinstance(zone, timezone) and zone.utcoffset(None) == local else zone


class Session:
    """One form being filled. Single-threaded. References are paths with a position or a key on each repeat."""

    def __init__(
        self,
        form: Form,
        answers: bytes | Mapping[str, str] | None,
        *,
        language: str | None,
        clock: Callable[[], datetime],
        device: Mapping[str, str] | None,
        last_saved: bytes | None,
        edit: bool,
        locate: Callable[[], str] | None = None,
        record: Callable[[str, str], None] | None = None,
    ) -> None:
        self.form = form
        self.root = _root(form, answers)
        self.version = 0
        surroundings = Surroundings(form, self.root, clock, _zone_of(clock()))
        surroundings.language = language or form.default_language
        surroundings.device = {device_key(name): text for name, text in (device or {}).items()}
        surroundings.locate = locate
        surroundings.record = record
        self.surroundings = surroundings
        if last_saved is not None:
            surroundings.instances.update(_last_saved(form, last_saved))
        self.rows = Rows(form.keyed, surroundings.speaker)
        if answers is None:
            self.rows.plant(self.root)
        else:
            self.rows.read(self.root, named=isinstance(answers, Mapping))
        self.calculator = Calculator(form, surroundings, self._resize)
        self.events = Events(form.actions, self.calculator, surroundings)
        # Unusual answers that were given a reason: node -> the answer it holds for.
        self.excused: dict[Live, str] = {}
        self._removed: dict[str, None] = {}
        self._created: dict[Live, None] = {}
        # Instances whose value was taken back, should it be given again.
        self._away: dict[tuple[Live, Definition, str], Live] = {}
        self._begin(new=answers is None, edit=edit)
        self._take_changes()

    def _begin(self, *, new: bool, edit: bool) -> None:
        self._normalise()
        if new:
            self._preload()
        elif edit:
            self._renew_identity()
        self.calculator.everything(new=new)
        if new:
            self.events.load(FIRST_LOAD)
            self.events.load(READY)
        self.events.load(LOAD)
        self.calculator.run()
        self.calculator.watched = self.events.watched(CHANGED)

    def _normalise(self) -> None:
        """Defaults and restored answers take the form that answers of their type have."""
        for node in _every(self.root):
            if node.kept:
                text = normal(node.kept, node.definition.bind.type, self.surroundings.zone)
                if text != node.kept:
                    node.write(text)
                self.calculator.remember(node)

    def _preload(self) -> None:
        now = self.surroundings.now()
        for definition in self.form.preloaded:
            for node in self.surroundings.at(definition):
                text = preloaded(definition.bind, now, self.surroundings.device)
                if text is not None:
                    self.calculator.put(node, text)
        for node in self._meta("instanceID"):
            if not node.kept and node.definition.bind.calculate is None:
                self.calculator.put(node, new_instance_id())

    def _renew_identity(self) -> None:
        for node in self._meta("instanceID"):
            for before in self._meta("deprecatedID"):
                self.calculator.put(before, node.kept)
            self.calculator.put(node, new_instance_id())

    def _meta(self, name: str) -> list[Live]:
        meta = self.form.root.by_name.get("meta")
        definition = meta.by_name.get(name) if meta is not None else None
        return self.surroundings.at(definition) if definition is not None else []

    @property
    def instance_id(self) -> str:
        """The instanceID; empty if the form has none."""
        return next((node.kept for node in self._meta("instanceID")), "")

    @property
    def language(self) -> str:
        return self.surroundings.language

    @property
    def top(self) -> FormNode:
        """The root node."""
        return FormNode(self, self.root)

    def node(self, ref: str) -> FormNode:
        """The node at a reference; UnknownNode if there is none."""
        live, repeat = self._find(ref)
        return FormNode(self, live, repeat)

    def _find(self, ref: str) -> tuple[Live, Definition | None]:
        steps = SEGMENT.findall(ref)
        if not steps or "".join(SEGMENT.sub("", ref)).strip() or steps[0][0].rpartition(":")[2] != self.root.name:
            raise UnknownNode(ref)
        node = self.root
        for place, (written, index) in enumerate(steps[1:], 2):
            name = written if written.startswith("@") else written.rpartition(":")[2]
            definition = node.definition.by_name.get(name)
            if definition is None:
                raise UnknownNode(ref)
            if definition.repeat is not None and not index:
                if place == len(steps):
                    return node, definition
                raise UnknownNode(ref)
            node = _chosen(node, definition, index, ref)
        return node, None

    def kept(self, ref: str) -> tuple[Definition, str]:
        """The definition at a reference and the text kept there, also while it is hidden; UnknownNode without one."""
        live, repeat = self._find(ref)
        return repeat or live.definition, "" if repeat else live.kept

    def admit(self) -> Changed:
        """Take away what the choices and ranges of relevant questions do not allow, as when it is answered."""
        for node in _every(self.root):
            if node.relevant and node.kept and node.definition.controls and node.definition.bind.calculate is None:
                self.calculator.put(node, self.calculator.admitted(node, node.kept, chosen=False))
        self.calculator.run()
        return self._take_changes()

    def set(self, ref: str, value: object) -> Changed:
        """Answer a question. A value that is none of its type leaves it empty."""
        live, repeat = self._find(ref)
        if repeat is not None:
            raise UnknownNode(ref)
        if live.definition.is_leaf:
            text = normal(to_lexical(value), live.definition.bind.type, self.surroundings.zone)
            text = self.calculator.admitted(live, text)
            self.calculator.changed.clear()
            if self.calculator.put(live, text):
                self.calculator.run()
                self._fire_changed()
        return self._take_changes()

    def _fire_changed(self) -> None:
        """What waits for changed values, also for those that such an action or a calculation changed."""
        changed = self.calculator.changed
        for _round in range(MOST_CHANGES):
            if not changed:
                return
            self.events.at(CHANGED, changed.pop(0))
            self.calculator.run()

    def excuse(self, ref: str, excused: bool = True) -> Changed:
        """Let an answer that breaks a soft constraint stand (or no longer), for as long as it is this answer."""
        live, repeat = self._find(ref)
        if repeat is not None:
            raise UnknownNode(ref)
        self.excused.pop(live, None)
        if excused:
            self.excused[live] = live.kept
        self.calculator.looks[live] = None
        return self._take_changes()

    def add_repeat(self, ref: str) -> Changed:
        """Add an instance at the end of a repeat, or after the instance that `ref` names."""
        parent, repeat = self._find(ref)
        if repeat is None:
            if parent.definition.repeat is None or not isinstance(parent.parent, Live):
                raise UnknownNode(ref)
            parent, repeat = parent.parent, parent.definition
        self._add(parent, repeat, "")
        self.calculator.run()
        return self._take_changes()

    def remove_repeat(self, ref: str) -> Changed:
        """Remove the instance of a repeat that `ref` names."""
        instance, repeat = self._find(ref)
        if repeat is not None or instance.definition.repeat is None:
            raise UnknownNode(ref)
        self._remove(instance)
        self.calculator.run()
        return self._take_changes()

    def _add(self, parent: Live, repeat: Definition, key: str) -> None:
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
        self.rows.plant(instance)
        self._put_in(parent, instance, place)
        if not parent.relevant:
            self.calculator.spread(instance)
        self._preload_in(instance)
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
        self._created[instance] = None
        self.calculator.looks[parent] = None

    def _preload_in(self, instance: Live) -> None:
        now = self.surroundings.now()
        for node in _leaves(instance):
            bind = node.definition.bind
            if bind.preload and bind.preload != "uid":
                text = preloaded(bind, now, self.surroundings.device)
                if text is not None:
                    node.write(text)

    def _remove(self, instance: Live) -> None:
        parent, repeat = instance.parent, instance.definition
        if not isinstance(parent, Live):
            return
        place = instance.place
        if instance in self._created:
            del self._created[instance]
        else:
            self._removed.update(dict.fromkeys([instance.field, *(node.field for node in _inside(instance))]))
        parent.remove(instance)
        self.surroundings.forget(repeat)
        others = parent.instances(repeat)
        self.calculator.leave(instance, others[: place - 1])
        self.calculator.looks[parent] = None
        for moved in others[place - 1 :]:
            self.calculator.notify(moved, place=True)

    def _resize(self, parent: Live, repeat: Definition, count: int) -> None:
        source = repeat.repeat.rows if repeat.repeat is not None else None
        if source is not None:
            self._arrange(parent, repeat, self.rows.keys(parent, source, count))
            return
        instances = parent.instances(repeat)
        taken = {instance.key for instance in instances}
        free = (str(place) for place in itertools.count(1) if str(place) not in taken)
        for _place in range(len(instances), count):
            self._add(parent, repeat, next(free))
        for instance in reversed(instances[count:]):
            self._remove(instance)

    def _arrange(self, parent: Live, repeat: Definition, keys: list[str]) -> None:
        """Instances with these keys in this order; each keeps what was answered for its key, or gets it back."""
        before = {instance: place for place, instance in enumerate(parent.instances(repeat))}
        if [instance.key for instance in before] == keys:
            return
        wanted = set(keys)
        for instance in reversed([*before]):
            if instance.key not in wanted:
                self._remove(instance)
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
        self.calculator.gone.difference_update(_every(instance))
        self.calculator.spread(instance)
        self.calculator.enter(instance)

    def _moved(self, instance: Live) -> None:
        """The instance has another position: who reads positions, or nodes in their order, waits for evaluation."""
        self.calculator.notify(instance, place=True)
        for node in _every(instance):
            self.calculator.notify(node)

    def set_language(self, name: str) -> Changed:
        """Labels, hints and messages are in this language from now on."""
        self.surroundings.language = name
        self.version += 1
        self.calculator.say_again()
        for node in _every(self.root):
            self.calculator.looks[node] = None
        return self._take_changes()

    def _take_changes(self) -> Changed:
        """What has happened since the last call."""
        calculator = self.calculator
        self.version += 1
        values: dict[str, str | None] = dict.fromkeys(self._removed)
        for instance in (instance for instance in self._created if instance not in calculator.gone):
            values[instance.field] = instance.order
            for node in _inside(instance):
                if node.definition.repeat is not None:
                    values[node.field] = node.order
                elif _is_answer(node) and node.kept:
                    values[node.field] = node.kept
        for node in calculator.writes:
            if _is_answer(node):
                values[node._field or node.field] = node.kept or None
        looked = (node for node in calculator.looks if isinstance(node, Live) and node not in calculator.gone)
        refs = frozenset(_refs(looked))
        calculator.looks.clear()
        calculator.writes.clear()
        calculator.gone.clear()
        self._removed.clear()
        self._created.clear()
        return Changed(refs, values)

    def problems(self) -> list[Problem]:
        """Every relevant answer that is missing or not allowed, in the order of the form.

        What nobody is asked cannot be put right by anybody, so it is no problem.
        """
        found = []
        for live in _every(self.root):
            bind = live.definition.bind
            conditions = bind.required, bind.constraint, bind.soft
            judged = bind.type in SHAPES or any(one is not None for one in conditions)
            if live.relevant and live.definition.controls and judged:
                node = FormNode(self, live)
                condition = node.violation
                if condition is not None:
                    found.append(Problem(node.ref, node.field, condition, node.problem, node.label))
        return found

    def finalise(self) -> Finalised | Problems:
        """Complete the interview: the submission, or what stands in the way."""
        problems = self.problems()
        if problems:
            return Problems(tuple(problems))
        now = self.surroundings.now()
        for node in _every(self.root):
            if is_end(node.definition.bind):
                text = normal(now.isoformat(timespec="milliseconds"), node.definition.bind.type, self.surroundings.zone)
                self.calculator.put(node, text)
        self.calculator.run()
        self.calculator.count_time()
        return Finalised(self.to_xml(), self.instance_id, self._take_changes())

    def to_xml(self, *, draft: bool = False) -> bytes:
        """The submission XML of the relevant answers; of a draft, of the hidden ones too."""
        return to_xml(self.root, self.form.namespaces, draft=draft)

    def attachments(self) -> tuple[str, ...]:
        """The names of the files that go with the submission, in the order of the form."""
        return attachments(self.root)

    def values(self) -> dict[str, str]:
        """Field -> text of every answer and repeat instance; `form.open(values)` gives this session again."""
        return {field: text for field, text, _live in self._fields()}

    def _fields(self) -> Iterator[tuple[str, str, Live]]:
        for node in _every(self.root):
            if node.key:
                yield node.field, node.order, node
            if node.kept and _is_answer(node):
                yield node.field, node.kept, node

    def answers(self, relevant_only: bool = False) -> Answers:
        """The answers, what a person gave apart from what the form computed."""
        fields: dict[str, str] = {}
        computed: dict[str, str] = {}
        for field, text, node in self._fields():
            if node.relevant or not relevant_only:
                (computed if node.definition.computed and not node.key else fields)[field] = text
        return Answers(fields, computed)


def _root(form: Form, answers: bytes | Mapping[str, str] | None) -> Live:
    if answers is None:
        return plant(form.root, form.written)
    return from_xml(form, answers) if isinstance(answers, (bytes, str)) else from_fields(form, answers)


def _last_saved(form: Form, xml: bytes) -> dict[str, Node]:
    return dict.fromkeys(form.last_saved_names, full_document(xml))


def _chosen(parent: Live, definition: Definition, index: str, ref: str) -> Live:
    if definition.is_attribute:
        found = parent.child(definition)
        if found is None:
            raise UnknownNode(ref)
        return found
    instances = parent.instances(definition)
    if index and not index.isdigit():
        by_key = next((instance for instance in instances if instance.key == index), None)
        if by_key is not None:
            return by_key
        raise UnknownNode(ref)
    place = int(index) if index else 1
    if not 1 <= place <= len(instances):
        raise UnknownNode(ref)
    return instances[place - 1]


def _every(root: Live) -> Iterator[Live]:
    """The node and all below it, in document order."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Live):
            yield node
            waiting.extend(reversed(node.children))
            waiting.extend(reversed(node.attributes))


def _inside(top: Live) -> Iterator[Live]:
    return (node for node in _every(top) if node is not top)


def _leaves(top: Live) -> Iterator[Live]:
    return (node for node in _every(top) if not node.children)


def _after(siblings: list[Live]) -> int:
    """An order behind all others; siblings stand in the order of their numbers, those without one last."""
    orders = (order_number(sibling.order) for sibling in reversed(siblings))
    return int(next((order for order in orders if order.is_finite()), Decimal(len(siblings)))) + 1


def _refs(nodes: Iterable[Live]) -> Iterator[str]:
    """The references of nodes and of the repeats that lie at them."""
    known: dict[Live, str] = {}
    for node in nodes:
        definition = node.definition
        ref = definition.path if definition.nearest_repeat is None else _ref(node, known)
        yield ref
        if definition.children:
            yield from (f"{ref}/{child.name}" for child in definition.children if child.repeat is not None)


def _ref(node: Live, known: dict[Live, str]) -> str:
    """The reference of a node; those of groups are kept in `known`, since many nodes lie in one."""
    definition, parent = node.definition, node.parent
    if parent is None or definition.nearest_repeat is None:
        return definition.path
    above = known.get(parent)
    if above is None:
        above = known[parent] = _ref(parent, known)
    ref = f"{above}/{definition.name}"
    return ref if definition.repeat is None else f"{ref}[{node.place}]"


def _is_answer(node: Live) -> bool:
    """Whether the node holds an answer rather than other nodes or a fixed attribute of the form."""
    definition = node.definition
    if node.kind == ATTRIBUTE:
        return definition.is_given
    return not definition.children and not node.key
