"""Answers back into a live instance: from a draft's fields, or from submission XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from cami_survey.engine.definitions import Definition
from cami_survey.engine.form import Form
from cami_survey.engine.instance import Live, plant
from cami_survey.engine.received import Known, read_submission
from cami_survey.engine.rows import keys_of, source_field
from cami_survey.engine.tree import ATTRIBUTE, Node

LARGEST_ORDER = 10**15


def from_xml(form: Form, xml: bytes) -> Live:
    """The instance a submission holds; leaves it leaves out have the form's default. FormError for another form.

    Attributes that nothing in the form gives a value, such as its id and version, are as this form has them.
    """
    source = Known(form).tree(form.root, read_submission(form, xml))
    root = plant(form.root, source)
    _complete(form, root, source, form.graph.settling, in_repeat=False)
    return root


def _complete(form: Form, node: Live, source: Node | None, settling: frozenset[Definition], *, in_repeat: bool) -> None:
    """Inside repeats, leaves the source leaves out are empty; fixed repeats have all their instances.

    What is hidden once stays hidden (`settling`) was hidden if the source leaves it out.
    """
    if source is None and in_repeat and node.definition.is_leaf:
        node.write("")
    for attribute in node.attributes:
        if isinstance(attribute, Live) and not attribute.definition.is_given:
            attribute.write(attribute.definition.text)
    for definition in node.definition.children:
        written = [] if source is None else source.children_named(definition.name)
        instances = node.instances(definition)
        repeat = definition.repeat
        missing = len(form.first_instances.get(definition, ())) - len(instances)
        if repeat is not None and repeat.fixed and missing > 0:
            instances = [*instances, *(_blank(node, definition) for _place in range(missing))]
        for place, child in enumerate(instances):
            beside = written[place] if place < len(written) else None
            _complete(form, child, beside, settling, in_repeat=in_repeat or repeat is not None)
            if beside is None and definition in settling:
                child.leave_out()


def _blank(parent: Live, definition: Definition) -> Live:
    instance = plant(definition)
    place = len(parent.instances(definition)) + 1
    instance.key, instance.order = f"k{place:08x}", str(place)
    parent.insert(parent.place_for(definition), instance)
    return instance


class _Fields:
    """Fields sorted by the repeat they are in."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.keys: dict[str, dict[str, str]] = {}
        self._sort()

    def _sort(self) -> None:
        self.keys.clear()
        values = self.values
        for field in values:
            at = field.find("]")
            while at > 0:
                repeat, _bracket, key = field[:at].rpartition("[")
                if key:
                    self.keys.setdefault(repeat, {}).setdefault(key, values.get(field[: at + 1], ""))
                at = field.find("]", at + 1)

    def instances(self, repeat: str, rows: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Key and order of the instances of a repeat, in order; among equals that of `rows`, a list of keys.

        Where the order is none, the instance comes behind the others.
        """
        found = self.keys.get(repeat, {}).items()
        place = {key: index for index, key in enumerate(rows)}
        instances = sorted(
            found,
            key=lambda item: (order_number(item[1]), place.get(item[0], len(place)), order_number(item[0]), item[0]),
        )
        known = [(key, order) for key, order in instances if order_number(order).is_finite()]
        last = int(order_number(known[-1][1])) if known else 0
        return [*known, *((key, str(last + behind)) for behind, (key, _order) in enumerate(instances[len(known) :], 1))]

    def name_rows(self, repeat: str, rows: Sequence[str]) -> None:
        """Instances keyed by their position, as in older files, take their key from `rows`; newer fields go first."""
        renamed = {
            f"{repeat}[{place}]": f"{repeat}[{key}]"
            for place, key in enumerate(rows, 1)
            if key != str(place) and str(place) in self.keys.get(repeat, ())
        }
        if renamed:
            moved = {field: _moved(field, len(repeat), renamed) for field in self.values}
            known = {new: self.values[field] for field, new in moved.items()}
            self.values = {**known, **{field: text for field, text in self.values.items() if moved[field] == field}}
            self._sort()


def _moved(field: str, start: int, renamed: Mapping[str, str]) -> str:
    """The field with another name for the instance whose bracket opens at `start`."""
    end = field.find("]", start) + 1
    return renamed.get(field[:end], field[:end]) + field[end:]


def order_number(text: str) -> Decimal:
    """The number of an instance's order; infinite where the text is none that an order can have."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")
    return number if number.is_finite() and abs(number) < LARGEST_ORDER else Decimal("Infinity")


def from_fields(form: Form, values: Mapping[str, str]) -> Live:
    """The instance that `values` (field -> text) describes; fields the form does not know are left out."""
    return _grow(form.root, None, "", "", _Fields(values))


def _grow(definition: Definition, parent: Live | None, key: str, order: str, fields: _Fields) -> Live:
    node = Live(definition)
    node.key, node.order = key, order
    if parent is not None:
        parent.append(node)
    for attribute in definition.attributes:
        live = Live(attribute, ATTRIBUTE)
        node.set_attribute(live)
        fallback = "" if attribute.is_given else attribute.text
        live.write(fields.values.get(live.field, fallback))
    if definition.is_leaf and definition.repeat is None:
        node.write(fields.values.get(node.field, ""))
    for child in definition.children:
        if child.repeat is None:
            _grow(child, node, "", "", fields)
            continue
        repeat = f"{node.field}/{child.name}"
        rows = _rows(node, child, fields)
        fields.name_rows(repeat, rows)
        for found, place in fields.instances(repeat, rows):
            _grow(child, node, found, place, fields)
    return node


def _rows(parent: Live, definition: Definition, fields: _Fields) -> list[str]:
    """The keys of the rows that the values name, for a repeat that shows the values of another node."""
    source = definition.repeat.rows if definition.repeat is not None else None
    if source is None:
        return []
    text = fields.values.get(source_field(parent, source), "")
    return keys_of(text, len(text.split()))
