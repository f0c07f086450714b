"""Finds a place in a form for the answers of another version of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from cami_survey.base.records import Answers
from cami_survey.base.texts import _
from cami_survey.engine.definitions import SELECTS, Definition
from cami_survey.engine.earlier import PART, TEXT, Earlier, earlier, path_of
from cami_survey.engine.errors import UnknownNode
from cami_survey.engine.form import Form
from cami_survey.engine.lexical import INTEGERS, received
from cami_survey.engine.migration import (
    Carried,
    Migration,
    no_question,
    no_room,
    no_row,
    no_single_place,
    unsure_question,
)
from cami_survey.engine.restoring import order_number
from cami_survey.engine.session import Session
from cami_survey.engine.static_nodes import static_nodes
from cami_survey.engine.xpath.values import NUMBER


def migrate(
    form: Form,
    answers: bytes | Mapping[str, str] | Answers,
    before: Form | None,
    clock: Callable[[], datetime],
    device: Mapping[str, str] | None,
) -> Migration:
    """See `Form.migrate`."""
    found = earlier(form, answers, before)
    placed = _Places(form, found)
    session = form.open(placed.values, clock=clock, device=device)
    session.admit()
    report = Migration(
        form_id=found.attributes.get("id", before.id if before else ""),
        version=found.attributes.get("version", before.version if before else ""),
        calculations=tuple(placed.calculations),
        new=tuple(_new(form, found, placed)),
        answers=session.values(),
    )
    return _sorted(report, placed, _Outcome(session, found))


def place_of(form: Form, field: str) -> str:
    """See `Form.place_of`."""
    if path_of(field) in form.by_path:
        return field
    around = {field[: at + 1]: "1" for at, letter in enumerate(field) if letter == "]"}
    placed = _Places(form, earlier(form, {**around, field: "1"}, None))
    return placed.targets.get(field, "")


class _Places:
    """Where each earlier field goes (`targets`), what is there then (`values`), and what has no place."""

    def __init__(self, form: Form, found: Earlier) -> None:
        self._form = form
        self._found = found
        self._keys = _Keys(found.values)
        self._by_name = _unique_names(form, found)
        self.targets: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.lost: list[Carried] = []
        self.calculations: list[Carried] = []
        self.moved_to: set[str] = set()
        self._times = _times(found.values)
        for name, text in found.values.items():
            if text and not name.endswith("]"):
                self._place(name, text)
        self._instances()
        self._defaults()

    def _place(self, name: str, text: str) -> None:
        path = path_of(name)
        definition = self._form.by_path.get(path)
        if definition is None or not definition.is_leaf or definition.repeat is not None:
            definition = self._by_name.get(path)
        if definition is None:
            self._without(name, text, self._why_none(path))
            return
        target = self._field(name, definition)
        if target is None or target in self.values:
            self._without(name, text, no_single_place(definition.name))
            return
        self.targets[name] = target
        self.values[target] = text
        if definition.path != path:
            self.moved_to.add(definition.path)

    def _why_none(self, path: str) -> str:
        above, _slash, name = path.rpartition("/")
        if name == TEXT:
            return no_room(above.rpartition("/")[2])
        fresh = (path for path, other in self._form.by_path.items() if other.name == name and other.is_leaf)
        elsewhere = any(path not in self._found.known for path in fresh)
        return unsure_question(name) if elsewhere else no_question(name)

    def _without(self, name: str, text: str, reason: str) -> None:
        computed = self._found.computed is not None and name in self._found.computed
        (self.calculations if computed else self.lost).append(Carried(name, text, reason=reason))

    def _field(self, name: str, definition: Definition) -> str | None:
        """The new field; None where rows and places do not go together."""
        rows = self._keys.rows(name)
        repeats = [above for above in (*reversed(list(definition.lineage())), definition) if above.repeat is not None]
        if not repeats and rows and self._times[path_of(name)] > 1:
            return None
        if repeats and rows and len(rows) != len(repeats):
            rows = [row for row in rows if row.name in {repeat.name for repeat in repeats}]
            if len(rows) != len(repeats):
                return None
        given = rows if repeats else []
        keys = {repeat: self._keys.adapted(repeat, row) for repeat, row in zip(repeats, given, strict=False)}
        return self._written(definition, keys, {row.key: row.order for row in given})

    def _written(self, definition: Definition, keys: dict[Definition, str], orders: Mapping[str, str]) -> str:
        field = ""
        for above in (*reversed(list(definition.lineage())), definition):
            field += f"/{above.name}"
            if above.repeat is not None:
                key = keys.get(above) or ("1" if above.repeat.count is not None else FIRST_KEY)
                field += f"[{key}]"
                self.values.setdefault(field, orders.get(key, "1"))
        return field

    def _instances(self) -> None:
        """Rows without an answer stay as well."""
        for name, order in self._found.values.items():
            definition = self._form.by_path.get(path_of(name)) if name.endswith("]") else None
            if definition is not None and definition.repeat is not None:
                field = self._field(name, definition)
                if field is not None and order_number(order).is_finite():
                    self.values[field] = order

    def _defaults(self) -> None:
        """A question that the earlier form surely did not have begins as in a new interview."""
        sure = self._found.complete or self._found.attributes
        for definition in self._form.root.walk():
            fresh = sure and definition.is_leaf and not definition.is_attribute and definition.text
            if fresh and definition.nearest_repeat is None and definition.path not in self._found.known:
                self.values.setdefault(definition.path, definition.text)


FIRST_KEY = "k00000001"


class _Row:
    """One instance of a repeat around an earlier field."""

    __slots__ = ("key", "name", "order", "place")

    def __init__(self, name: str, key: str, order: str, place: int) -> None:
        self.name, self.key, self.order, self.place = name, key, order, place


class _Keys:
    """The rows of the earlier answers, and their keys in this form."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        keys: dict[str, dict[str, None]] = defaultdict(dict)
        for name in values:
            for repeat, key in _brackets(name):
                keys[repeat][key] = None
        self._places = {
            (repeat, key): place
            for repeat, found in keys.items()
            for place, key in enumerate(sorted(found, key=lambda key: self._order(repeat, key)), 1)
        }

    def _order(self, repeat: str, key: str) -> tuple[object, ...]:
        return order_number(self._values.get(f"{repeat}[{key}]", "")), order_number(key), key

    def rows(self, name: str) -> list[_Row]:
        """The rows around a field, outermost first."""
        return [
            _Row(
                repeat.rpartition("/")[2],
                key,
                self._values.get(f"{repeat}[{key}]", str(self._places[repeat, key])),
                self._places[repeat, key],
            )
            for repeat, key in _brackets(name)
        ]

    @staticmethod
    def adapted(repeat: Definition, row: _Row) -> str:
        """The key of the row here: a position or value where rows are counted, its own where people add them."""
        counted = repeat.repeat is not None and repeat.repeat.count is not None
        if counted and row.key.startswith("k") and not row.key[1:].strip("0123456789abcdef"):
            row.key = str(row.place)
        elif not counted and row.key.isdigit():
            row.key = f"k{int(row.key):08x}"
        return row.key


def _brackets(name: str) -> Iterator[tuple[str, str]]:
    """The field of each repeat around a field, without its own key, and that key."""
    for match in PART.finditer(name):
        if match[2] is not None:
            yield name[: match.start(2) - 1], match[2]


def _times(values: Mapping[str, str]) -> dict[str, int]:
    """How many answers there are at each path."""
    times: dict[str, int] = defaultdict(int)
    for name, text in values.items():
        if text and not name.endswith("]"):
            times[path_of(name)] += 1
    return times


def _unique_names(form: Form, found: Earlier) -> dict[str, Definition]:
    """Earlier path -> the one question of this form that has its name, where the earlier form had the name once too."""
    here: dict[str, list[Definition]] = defaultdict(list)
    for definition in form.root.walk():
        asked = definition.is_leaf and not definition.is_attribute and not definition.computed
        if asked and definition.repeat is None and definition.path not in found.known:
            here[definition.name].append(definition)
    gone: dict[str, set[str]] = defaultdict(set)
    for path in found.known:
        known = form.by_path.get(path)
        if known is None or not known.is_leaf:
            gone[path.rpartition("/")[2]].add(path)
    return {
        paths.pop(): here[name][0] for name, paths in gone.items() if len(paths) == 1 and len(here.get(name, ())) == 1
    }


class _Outcome:
    """What the session made of an answer that had a place."""

    def __init__(self, session: Session, found: Earlier) -> None:
        self._session = session
        self._computed = found.computed

    def of(self, name: str, text: str, target: str) -> Carried:
        """`new` is the text now; with a reason where that is not what was given."""
        try:
            definition, new = self._session.kept(target)
        except UnknownNode:
            return Carried(name, text, reason=no_row(name.rpartition("/")[2]))
        carried = Carried(name, text, self._session.node(target).field, new)
        if _same(definition, text, new):
            return carried
        if definition.computed:
            given = self._computed is not None and name not in self._computed
            return replace(carried, reason=_("This version works it out.")) if given else carried
        return replace(carried, reason=_why(definition, text, new))


def _same(definition: Definition, text: str, new: str) -> bool:
    kind = definition.bind.type
    if received(text, kind, definition.control).strip() == new.strip():
        return True
    if kind == "decimal" or kind in INTEGERS:
        return bool(NUMBER.match(text) and NUMBER.match(new)) and float(text) == float(new)
    if any(control.kind in ("select", "rank") for control in definition.controls):
        return set(text.split()) <= set(new.split())
    return bool(new) and _letters(text) == _letters(new)


def _letters(text: str) -> str:
    from cami_survey.engine.lexical import normal

    return normal(text, "string", None)


def _why(definition: Definition, text: str, new: str) -> str:
    if any(control.kind in SELECTS for control in definition.controls):
        gone = ", ".join(word for word in text.split() if word not in new.split())
        return _("Not among the choices now: {values}.").format(values=gone or text)
    for control in definition.controls:
        if control.kind == "range" and NUMBER.match(text):
            least, most = control.attributes.get("start", ""), control.attributes.get("end", "")
            return _("Not on the scale now, which goes from {least} to {most}.").format(least=least, most=most)
    return _("This question takes another kind of answer now.")


def _sorted(report: Migration, placed: _Places, outcome: _Outcome) -> Migration:
    kept, moved, changed, lost = [], [], [], [*placed.lost]
    for name, target in placed.targets.items():
        carried = outcome.of(name, placed.values[target], target)
        if not carried.to:
            lost.append(carried)
        elif carried.reason:
            changed.append(carried)
        elif path_of(carried.to) == path_of(name):
            kept.append(carried)
        else:
            moved.append(carried)
    return replace(report, kept=tuple(kept), moved=tuple(moved), changed=tuple(changed), lost=tuple(lost))


def _new(form: Form, found: Earlier, placed: _Places) -> Iterator[str]:
    for node in static_nodes(form):
        if node.asks and node.path not in found.known and node.path not in placed.moved_to:
            yield node.path
