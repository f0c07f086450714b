"""From texts to words: itext, outputs, media and choice lists in a language, seen from a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cami_survey.base.sealed import shown
from cami_survey.engine.choices import Choice
from cami_survey.engine.definitions import Control, Itemset, Part, Text
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import Expression
from cami_survey.engine.instance import Live
from cami_survey.engine.secondary import TableRow, cell, cells
from cami_survey.engine.texts import say, tidy
from cami_survey.engine.tree import Node, element_name, relevant
from cami_survey.engine.xpath.context import Context, Environment
from cami_survey.engine.xpath.syntax import Call, Path, Step
from cami_survey.engine.xpath.values import text_to_number

if TYPE_CHECKING:
    from cami_survey.engine.form import Form

PLAIN = ("", "long", "short")
# The appearance that shows choices on a map, and the column that says where they lie.
MAP, GEOMETRY = "map", "geometry"
MEDIA = ("image", "big-image", "audio", "video")


class Speaker:
    """Says the texts of a form with the surroundings of a session or of the bare form.

    `filtering`: the questions whose lists are being filtered.
    """

    def __init__(self, form: Form, environment: Environment) -> None:
        self.form = form
        self.environment = environment
        self.filtering: set[Node] = set()
        self._fixed_values: dict[int, list[str]] = {}
        self._fixed_choices: dict[tuple[int, str, bool], list[Choice]] = {}

    def forms(self, text: Text | None, node: Node, language: str) -> Mapping[str, Sequence[Part]]:
        """The forms of a text ("" the words, image, audio, guidance ...)."""
        if text is None:
            return {}
        if text.reference is None:
            return {"": text.parts}
        key = text.reference.string(node, Context(self.environment, node))
        known = any(key in table for table in self.form.texts.values())
        return {"": text.parts} if text.parts and not known else self.form_texts(key, language)

    def has(self, text: Text | None, node: Node, language: str) -> bool:
        """Whether a text is written in a language; one that is not translated at all is written in each."""
        if text is None or text.reference is None or not self.form.texts:
            return text is not None
        key = text.reference.string(node, Context(self.environment, node))
        return key in self.form.texts.get(language, {}) or not any(key in table for table in self.form.texts.values())

    def form_texts(self, key: str, language: str) -> Mapping[str, Sequence[Part]]:
        texts = self.form.texts
        for name in (language, self.form.default_language):
            found = texts.get(name, {}).get(key)
            if found is not None:
                return found
        return {"": (key,)} if texts and not any(key in table for table in texts.values()) else {}

    def words(self, text: Text | None, node: Node, language: str) -> str:
        """The text itself."""
        return self.say(self.forms(text, node, language), node)

    def say(
        self, forms: Mapping[str, Sequence[Part]], node: Node, wanted: tuple[str, ...] = PLAIN, language: str = ""
    ) -> str:
        """The first of the wanted forms; answers in it are said in `language`, else in that of the session."""
        for name in wanted:
            if name in forms:
                parts = forms[name]
                if len(parts) == 1 and isinstance(parts[0], str):
                    return tidy(parts[0])
                if language and language != self.environment.language:
                    return shown(tidy(self._said_in(language, parts, node)))
                return shown(tidy(say(parts, node, Context(self.environment, node))))
        return ""

    def _said_in(self, language: str, parts: Sequence[Part], node: Node) -> str:
        environment, own = self.environment, self.environment.language
        environment.language = language
        try:
            return "".join(part if isinstance(part, str) else self._shown(part, node) for part in parts)
        finally:
            environment.language = own

    def _shown(self, part: Expression, node: Node) -> str:
        """An output. A calculation that depends on the language is kept in the session's: it is worked out anew."""
        found: object = None
        if isinstance(part.tree, Path):
            with suppress(XPathError):
                found = part.value(node, Context(self.environment, node))
        shown = found[0] if isinstance(found, list) and len(found) == 1 else None
        if isinstance(shown, Live) and shown.relevant:
            calculation = shown.definition.bind.calculate
            if calculation is not None and calculation.speaks and not calculation.volatile:
                return calculation.string(shown, Context(self.environment, shown))
        return part.string(node, Context(self.environment, node))

    def media(self, forms: Mapping[str, Sequence[Part]], node: Node) -> dict[str, str]:
        """File names of the media that come with a text."""
        names = {name: self.say(forms, node, (name,)) for name in MEDIA if name in forms}
        return {name: said.rpartition("/")[2] for name, said in names.items() if said}

    def itext(self, key: str, node: Node) -> str:
        """`jr:itext(key)` in the current language."""
        return self.say(self.form_texts(key, self.environment.language), node)

    def choices(self, control: Control, node: Node, language: str, *, unfiltered: bool = False) -> list[Choice]:
        """The choices of a control, written out and from its itemset; `unfiltered` leaves the predicates out.

        The list must not be changed: one that no answer can change is read once.
        """
        written = [self._written(item.value, item.label, node, language) for item in control.items]
        if control.itemset is None:
            return written
        listed = self._listed(control, control.itemset, node, language, unfiltered)
        return [*written, *listed] if written else listed

    def _listed(self, control: Control, itemset: Itemset, node: Node, language: str, unfiltered: bool) -> list[Choice]:
        key = (id(control), language, unfiltered)
        known = self._fixed_choices.get(key)
        if known is not None:
            return known
        found = list(self._from_itemset(itemset, node, language, unfiltered, placed=MAP in control.appearance))
        whole = replace(itemset, nodes=without_predicates(itemset.nodes)) if unfiltered else itemset
        if whole.fixed and self._says_the_same(whole, node, language):
            self._fixed_choices[key] = found
        return found

    def _says_the_same(self, itemset: Itemset, node: Node, language: str) -> bool:
        """Whether no text of the choices shows an answer."""
        if not itemset.translated or itemset.label is None:
            return True
        context = Context(self.environment, node)
        label_of = _reader(itemset.label, context)
        texts = (self.form_texts(label_of(item), language) for item in self._items(itemset.nodes, node, context))
        return all(isinstance(part, str) for forms in texts for parts in forms.values() for part in parts)

    def _written(self, value: str, label: Text | None, node: Node, language: str) -> Choice:
        forms = self.forms(label, node, language)
        return Choice(value, self.say(forms, node), self.media(forms, node))

    def _from_itemset(
        self, itemset: Itemset, node: Node, language: str, unfiltered: bool, *, placed: bool
    ) -> Iterator[Choice]:
        nodes = without_predicates(itemset.nodes) if unfiltered else itemset.nodes
        context = Context(self.environment, node)
        value_of = _reader(itemset.value, context)
        label_of = _reader(itemset.label, context) if itemset.label is not None else value_of
        columns = _columns(language)
        if itemset.columns is not None:
            named = self.words(itemset.columns, node, language)
            yield from _joined(_ordered(itemset, self._items(nodes, node, context), context), value_of, named)
            return
        for item in _ordered(itemset, self._items(nodes, node, context), context):
            place = cell(item, GEOMETRY) or "" if placed else ""
            if itemset.translated:
                forms = self.form_texts(label_of(item), language)
                yield Choice(value_of(item), self.say(forms, item), self.media(forms, item), place)
            else:
                label = next((text for text in (cell(item, column) for column in columns) if text), None)
                words = label_of(item) if label is None else label
                yield Choice(value_of(item), words, _media_columns(item), place)

    def values(self, control: Control, node: Node) -> list[str]:
        """The values of the choices alone; the list must not be changed."""
        if control.itemset is None:
            return [item.value for item in control.items]
        known = self._fixed_values.get(id(control))
        if known is not None:
            return known
        context = Context(self.environment, node)
        found = [item.value for item in control.items]
        items = _ordered(control.itemset, self._items(control.itemset.nodes, node, context), context)
        found += _texts(control.itemset.value, items, context)
        if control.itemset.fixed:
            self._fixed_values[id(control)] = found
        return found

    def _items(self, expression: Expression, node: Node, context: Context) -> list[Node]:
        """The nodes that make the choices of a question; what the interview hides is none."""
        first = node not in self.filtering
        self.filtering.add(node)
        try:
            found = expression.nodes(node, context)
        finally:
            if first:
                self.filtering.remove(node)
        return relevant(found) if found and isinstance(found[0], Live) else found

    def fixed_values(self, control: Control, node: Node) -> list[str]:
        """The values of all choices, whatever the answers; none for a list that the answers themselves make."""
        if control.itemset is None:
            return [item.value for item in control.items]
        nodes = without_predicates(control.itemset.nodes)
        tree = nodes.tree
        if not isinstance(tree, Path) or not isinstance(tree.start, Call) or tree.start.name != "instance":
            return []
        context = Context(self.environment, node)
        items = _ordered(control.itemset, nodes.nodes(node, context), context)
        return [*(item.value for item in control.items), *_texts(control.itemset.value, items, context)]


def _ordered(itemset: Itemset, items: list[Node], context: Context) -> list[Node]:
    """The choices in the order that the form asks for: by number where all have one, otherwise by text."""
    if itemset.sort is None:
        return items
    texts = _texts(itemset.sort, items, context)
    numbers = [text_to_number(text, context.environment.zone) for text in texts]
    keys: list[Any] = numbers if all(number == number for number in numbers) else [text.casefold() for text in texts]
    places = sorted(range(len(items)), key=keys.__getitem__, reverse=itemset.descending)
    return [items[place] for place in places]


def _reader(expression: Expression, context: Context) -> Callable[[Node], str]:
    """How to read a text from a choice node, without evaluation where a child's name is enough."""
    name = expression.child_name
    if name:
        return lambda item: cell(item, name) or ""
    return lambda item: expression.string(item, context)


def _texts(expression: Expression, items: list[Node], context: Context) -> list[str]:
    """The text that an expression gives of each choice node."""
    name = expression.child_name
    return cells(items, name) if name else [expression.string(item, context) for item in items]


def _joined(items: list[Node], value_of: Callable[[Node], str], named: str) -> Iterator[Choice]:
    """Each value once, labelled by the columns that are named, with commas between."""
    names = [element_name(name) for name in named.split(",")]
    known: set[str] = set()
    for item in items:
        value = value_of(item)
        if value not in known:
            known.add(value)
            yield Choice(value, ", ".join(text for text in (cell(item, name) for name in names) if text))


def _columns(language: str) -> tuple[str, ...]:
    """How a language may be written in the header of an external list: `label::Russian (ru)` became an element name."""
    if not language:
        return ()
    return ("label__" + "".join(letter if letter.isalnum() or letter in "_.-" else "_" for letter in language),)


def _media_columns(item: Node) -> dict[str, str]:
    if isinstance(item, TableRow) and not item.table.has_media:
        return {}
    names = {name: cell(item, name) for name in MEDIA}
    return {name: text for name, text in names.items() if text}


def without_predicates(expression: Expression) -> Expression:
    """The same list without its filter."""
    tree = expression.tree
    if isinstance(tree, Call) and tree.name == "randomize":
        tree = tree.arguments[0]
    if not isinstance(tree, Path):
        return expression
    steps = tuple(Step(step.axis, step.test) for step in tree.steps)
    return Expression(expression.text, expression.compiler, Path(tree.absolute, tree.start, steps))
