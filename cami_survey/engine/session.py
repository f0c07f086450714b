"""A running interview."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone, tzinfo

from cami_survey.base.clock import local
from cami_survey.base.records import Answers
from cami_survey.engine.calculation import Calculator
from cami_survey.engine.changes import References, every, is_answer, told
from cami_survey.engine.definitions import CHANGED, FIRST_LOAD, LOAD, READY, REVALIDATE, Definition
from cami_survey.engine.errors import UnknownNode
from cami_survey.engine.events import Events
from cami_survey.engine.form import Form
from cami_survey.engine.growth import Growth
from cami_survey.engine.instance import Live, plant
from cami_survey.engine.lexical import normal, to_lexical
from cami_survey.engine.nodes import FormNode
from cami_survey.engine.preloads import is_end, new_instance_id, preloaded
from cami_survey.engine.restoring import from_fields, from_xml
from cami_survey.engine.results import Changed, Failure, Finalised, Problem, Problems
from cami_survey.engine.rows import Rows
from cami_survey.engine.submission import attachments, to_xml
from cami_survey.engine.surroundings import Surroundings
from cami_survey.engine.tree import DOCUMENT, ELEMENT, Node
from cami_survey.engine.xml import full_document
from cami_survey.engine.xpath.context import device_key
from cami_survey.reference.coordinates import SHAPES

MOST_CHANGES = 1000
SEGMENT = re.compile(r"/([^/\[\]]+)(?:\[\s*([^\]]+?)\s*\])?")


def _zone_of(moment: datetime) -> tzinfo | None:
    """The zone of the clock; None (the machine's own rules) where the clock only knows the machine's offset of now."""
    zone = moment.tzinfo
    own = local(moment).utcoffset()
    return None if isinstance(zone, timezone) and zone.utcoffset(None) == own else zone


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
        if form.last_saved_names:
            saved = _unsaved(form) if last_saved is None else full_document(last_saved)
            surroundings.instances.update(dict.fromkeys(form.last_saved_names, saved))
        rows = Rows(form.keyed, surroundings.speaker)
        if answers is None:
            rows.plant(self.root)
        else:
            rows.read(self.root, named=isinstance(answers, Mapping))
        self.growth = Growth(form, surroundings, rows)
        self.calculator = Calculator(form, surroundings, self.growth.resize)
        self.events = Events(form.actions, self.calculator, surroundings)
        self.growth.join(self.calculator, self.events)
        self._references = References()
        # Unusual answers that were given a reason: node -> the answer it holds for.
        self.excused: dict[Live, str] = {}
        self._begin(new=answers is None, edit=edit)
        self._take_changes()

    def _begin(self, *, new: bool, edit: bool) -> None:
        self.growth.take_in(self.root)
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
    def failures(self) -> tuple[Failure, ...]:
        """What the form could not evaluate since the interview was opened, in the order of time: each stayed empty (or
        false), the first time for each definition and expression.
        """
        return tuple(self.surroundings.failures.values())

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
        """The node at a reference, with the repeat at it that the reference ends with; UnknownNode without one."""
        definition = self.form.by_path.get(ref)
        if definition is not None and definition.nearest_repeat is None:
            found = self.surroundings.at(definition)
            if found:
                return found[0], None
        return self._follow(ref)

    def _follow(self, ref: str) -> tuple[Live, Definition | None]:
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
        for node in every(self.root):
            if node.relevant and node.kept and node.definition.controls and node.definition.bind.calculate is None:
                self.calculator.put(node, self.calculator.admission.admitted(node, node.kept, chosen=False))
        self.calculator.run()
        return self._take_changes()

    def set(self, ref: str, value: object) -> Changed:
        """Answer a question. A value that is none of its type leaves it empty; an answer in place of a calculation that
        is taken back leaves what the form computes, as when it is read again.
        """
        live, repeat = self._find(ref)
        if repeat is not None:
            raise UnknownNode(ref)
        if live.definition.is_leaf:
            text = normal(to_lexical(value), live.definition.bind.type, self.surroundings.zone)
            text = self.calculator.admission.admitted(live, text)
            self.calculator.changed.clear()
            self.events.follow(live)
            if self.calculator.put(live, text):
                if not text:
                    self.calculator.calculate_again(live)
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
        self.growth.add(parent, repeat, "")
        self.calculator.run()
        return self._take_changes()

    def remove_repeat(self, ref: str) -> Changed:
        """Remove the instance of a repeat that `ref` names."""
        instance, repeat = self._find(ref)
        if repeat is not None or instance.definition.repeat is None:
            raise UnknownNode(ref)
        self.growth.remove(instance)
        self.calculator.run()
        return self._take_changes()

    def set_language(self, name: str) -> Changed:
        """Labels, hints and messages are in this language from now on."""
        self.surroundings.language = name
        self.version += 1
        self.calculator.say_again()
        for node in every(self.root):
            self.calculator.looks[node] = None
        return self._take_changes()

    def _take_changes(self) -> Changed:
        """What has happened since the last call."""
        self.version += 1
        changed = told(self.calculator, self._references, self.growth.created, self.growth.removed)
        self.growth.created.clear()
        self.growth.removed.clear()
        return changed

    def problems(self) -> list[Problem]:
        """Every relevant answer that is missing or not allowed, in the order of the form.

        What nobody is asked cannot be put right by anybody, so it is no problem.
        """
        found = []
        for live in every(self.root):
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
        self.events.load(REVALIDATE)
        now = self.surroundings.now()
        for node in every(self.root):
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
        for node in every(self.root):
            if node.key:
                yield node.field, node.order, node
            if node.kept and is_answer(node):
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


def _unsaved(form: Form) -> Node:
    """What is looked at while no interview has been saved: every node that is no repeat, empty."""
    document = Node(DOCUMENT)
    waiting: list[tuple[Definition, Node]] = [(form.root, document)]
    for definition, parent in waiting:
        node = Node(ELEMENT, definition.name, definition.uri, definition.prefix)
        parent.append(node)
        waiting.extend((child, node) for child in definition.children if child.repeat is None)
    return document


def _chosen(parent: Live, definition: Definition, index: str, ref: str) -> Live:
    if definition.is_attribute:
        found = parent.child(definition)
        if found is None:
            raise UnknownNode(ref)
        return found
    if index and not index.isdigit():
        by_key = parent.instance(definition, index)
        if by_key is not None:
            return by_key
        raise UnknownNode(ref)
    instances = parent.instances(definition)
    place = int(index) if index else 1
    if not 1 <= place <= len(instances):
        raise UnknownNode(ref)
    return instances[place - 1]
