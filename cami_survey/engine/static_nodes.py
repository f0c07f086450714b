"""The form without answers: what an exporter or a preview needs to know of each node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cami_survey.engine.choices import Choice
from cami_survey.engine.definitions import SELECTS, Control, Definition, Part, Text
from cami_survey.engine.instance import live_document, plant
from cami_survey.engine.speaking import Speaker
from cami_survey.engine.tree import TEXT, Node
from cami_survey.engine.xpath.context import Environment
from cami_survey.engine.xpath.syntax import Call, NameTest, Path

if TYPE_CHECKING:
    from cami_survey.engine.form import Form


class _BareForm(Environment):
    """The surroundings of a form that nobody has opened."""

    def __init__(self, form: Form) -> None:
        super().__init__(live_document(plant(form.root)))
        self.form = form

    def instance(self, name: str) -> Node | None:
        return self.form.instances.get(name)

    def text(self, key: str) -> Node:
        return Node(TEXT, text=Speaker(self.form, self).itext(key, self.root))


class StaticFormNode:
    """One definition. `path` is without indices; `repeat` the path of the repeat it is inside of, "" outside.

    `kind` is root, group, repeat or question (a leaf without control is a question of control "").
    """

    def __init__(self, definition: Definition, speaker: Speaker) -> None:
        self._definition = definition
        self._speaker = speaker
        self.path = definition.path
        self.name = definition.name
        self.kind = node_kind(definition)
        self.type = definition.bind.type if definition.is_leaf else ""
        self.computed = definition.computed

    @property
    def _control(self) -> Control | None:
        definition = self._definition
        return definition.control or definition.group or (definition.repeat.control if definition.repeat else None)

    @property
    def control(self) -> str:
        """input, select, select1, rank, upload, trigger, range, group, repeat; "" without one."""
        return self._control.kind if self._control else ""

    @property
    def appearance(self) -> str:
        return " ".join(self._control.appearance) if self._control else ""

    @property
    def attributes(self) -> Mapping[str, str]:
        """The attributes of the control and of the bind as written (start, end, mediatype, ...)."""
        return {**self._definition.bind.attributes, **(self._control.attributes if self._control else {})}

    @property
    def repeat(self) -> str:
        above = next((node for node in self._definition.lineage() if node.repeat is not None), None)
        return above.path if above else ""

    @property
    def counted(self) -> bool:
        """Whether a repeat gets its instances from a count."""
        return self._definition.repeat is not None and self._definition.repeat.count is not None

    @property
    def asks(self) -> bool:
        """Whether a person may answer here: a control that is neither a note nor read-only for ever."""
        readonly = self._definition.bind.readonly
        fixed = readonly is not None and readonly.text.replace(" ", "") in ("true()", "'true'", "1=1")
        return self.kind == "question" and self._definition.control is not None and not fixed

    def label(self, language: str = "") -> str:
        """The label; an output in it is the name of the field it shows in guillemets, or an ellipsis."""
        return self._say(self._control.label if self._control else None, language)

    def hint(self, language: str = "") -> str:
        return self._say(self._control.hint if self._control else None, language)

    def _say(self, text: Text | None, language: str) -> str:
        speaker = self._speaker
        node = speaker.environment.root.children[0]
        forms = speaker.forms(text, node, language or speaker.form.default_language)
        return speaker.say({name: tuple(map(_without_answers, parts)) for name, parts in forms.items()}, node)

    def choices(self, language: str = "") -> list[Choice]:
        """All choices of a select, filters left out."""
        control = self._definition.control
        if control is None or control.kind not in SELECTS:
            return []
        speaker = self._speaker
        node = speaker.environment.root.children[0]
        return speaker.choices(control, node, language or speaker.form.default_language, unfiltered=True)

    @property
    def filtered(self) -> bool:
        """Whether the choices depend on other answers."""
        control = self._definition.control
        itemset = control.itemset if control is not None else None
        return itemset is not None and (itemset.columns is not None or "[" in itemset.nodes.text)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.path}>"


def _without_answers(part: Part) -> Part:
    """A part of a text nobody has answered: `${stock_name}` is «stock_name», any other output an ellipsis."""
    if isinstance(part, str):
        return part
    tree = part.tree
    test = tree.steps[-1].test if isinstance(tree, Path) and tree.steps else None
    field = isinstance(tree, Path) and (tree.start is None or tree.start == Call("current", ()))
    return f"«{test.local}»" if field and isinstance(test, NameTest) else "…"


def node_kind(definition: Definition) -> str:
    """root, repeat, group or question."""
    if definition.parent is None:
        return "root"
    if definition.repeat is not None:
        return "repeat"
    return "question" if definition.is_leaf and definition.group is None else "group"


def static_nodes(form: Form) -> Iterator[StaticFormNode]:
    """A static node for each definition below the root, attributes left out."""
    speaker = Speaker(form, _BareForm(form))
    for definition in form.root.walk():
        if definition.parent is not None and not definition.is_attribute:
            yield StaticFormNode(definition, speaker)
