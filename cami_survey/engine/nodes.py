"""A node of a running interview as screens see it."""

from __future__ import annotations

from cami_survey.base.sealed import is_sealed
from cami_survey.base.texts import _
from cami_survey.engine.choices import Choice
from cami_survey.engine.definitions import SELECTS, Text
from cami_survey.engine.instance import Live
from cami_survey.engine.lexical import Answer, to_python
from cami_survey.engine.node_view import NodeView
from cami_survey.engine.results import Condition
from cami_survey.engine.speaking import PLAIN
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.context import Context
from cami_survey.reference.coordinates import SHAPES, unfinished


class FormNode(NodeView):
    """A view of one node: nothing is kept here, every attribute tells how things are now.

    A repeat (`kind` "repeat") stands for all its instances and lies at their parent.
    """

    __slots__ = ()

    @property
    def text_value(self) -> str:
        """The answer in XForms lexical form; empty while not relevant."""
        return self._live.text if self._repeat is None and self._definition.is_leaf else ""

    @property
    def value(self) -> Answer:
        """The answer as a Python value: None if empty; a tuple of choices for a selection of several."""
        return to_python(self.text_value, self.type, self.control, self._session.surroundings.zone.zone)

    @property
    def relevant(self) -> bool:
        if self._repeat is None:
            return self._live.relevant
        condition = self._repeat.bind.relevant
        if not self._live.relevant or condition is None:
            return self._live.relevant
        instances = self._live.instances(self._repeat)
        if instances:
            return any(instance.relevant for instance in instances)
        return condition.truth(self._at, self._context(self._at))

    def _context(self, node: Node) -> Context:
        return Context(self._session.surroundings, node)

    @property
    def readonly(self) -> bool:
        """Also where a group around it is read-only, and while the answer is sealed."""
        if is_sealed(self._live.text):
            return True
        current: Live | None = self._at
        while isinstance(current, Live):
            condition = current.definition.bind.readonly
            if condition is not None and condition.truth(current, self._context(current)):
                return True
            current = current.parent
        return False

    @property
    def required(self) -> bool:
        condition = self._definition.bind.required
        return condition is not None and condition.truth(self._at, self._context(self._at))

    @property
    def computed(self) -> bool:
        """Whether the form gives the value: by a calculation, a preload, or as metadata."""
        return self._definition.computed

    @property
    def violation(self) -> Condition | None:
        """What the answer breaks: required, unfinished, constraint, soft unless excused; nothing where not relevant."""
        live = self._live
        if self._repeat is not None or not live.relevant or not self._definition.is_leaf:
            return None
        if not live.text:
            return "required" if self.required else None
        if is_sealed(live.text):
            # It was judged where it was given; here nobody can.
            return None
        bind = self._definition.bind
        if bind.type in SHAPES and unfinished(bind.type, live.text):
            return "unfinished"
        if bind.constraint is not None and not bind.constraint.truth(live, self._context(live)):
            return "constraint"
        if bind.soft is None or self._session.excused.get(live) == live.kept:
            return None
        return None if bind.soft.truth(live, self._context(live)) else "soft"

    @property
    def valid(self) -> bool:
        return self.violation is None

    @property
    def problem(self) -> str:
        """What is wrong with the answer, in words; empty if nothing is."""
        condition = self.violation
        return "" if condition is None else self.message(condition) or _GENERAL[condition]()

    def message(self, condition: Condition) -> str:
        """The form's own message for a condition that is broken now; empty if it has none or is not broken."""
        if self.violation != condition:
            return ""
        if condition == "unfinished":
            return unfinished(self.type, self.text_value)
        bind = self._definition.bind
        texts = {
            "required": bind.required_message, "constraint": bind.constraint_message, "soft": bind.soft_message
        }  # fmt: skip
        text = texts[condition]
        return self._speaker.words(text, self._at, self._session.language)

    def _say(self, text: Text | None, language: str, *wanted: str) -> str:
        forms = self._speaker.forms(text, self._at, language)
        return self._speaker.say(forms, self._at, wanted or PLAIN, language)

    @property
    def label(self) -> str:
        return self.label_in(self._session.language)

    @property
    def hint(self) -> str:
        return self.hint_in(self._session.language)

    @property
    def guidance(self) -> str:
        """The longer explanation for the interviewer."""
        return self.guidance_in(self._session.language)

    def label_in(self, language: str) -> str:
        return self._say(self._body.label if self._body else None, language)

    def hint_in(self, language: str) -> str:
        return self._say(self._body.hint if self._body else None, language)

    def guidance_in(self, language: str) -> str:
        return self._say(self._body.hint if self._body else None, language, "guidance", "print")

    def speaks(self, language: str) -> bool:
        """Whether the label has words of its own in a language, rather than those of the default language."""
        return self._speaker.has(self._body.label if self._body else None, self._at, language)

    @property
    def media(self) -> dict[str, str]:
        """File names of image, audio, video of the label."""
        forms = self._speaker.forms(self._body.label if self._body else None, self._at, self._session.language)
        return self._speaker.media(forms, self._at)

    @property
    def choices(self) -> list[Choice]:
        """The choices that are open now, in the order to show them."""
        return self.choices_in(self._session.language)

    def choices_in(self, language: str) -> list[Choice]:
        control = self._body
        if control is None or control.kind not in SELECTS or self._repeat is not None:
            return []
        return self._speaker.choices(control, self._live, language)

    @property
    def ticks(self) -> list[Choice]:
        """The values of a range that have words, with these."""
        control = self._body
        if control is None or control.kind != "range":
            return []
        return self._speaker.choices(control, self._live, self._session.language)

    @property
    def parent(self) -> FormNode | None:
        """The node above: an instance's repeat, the repeat's group, None above the root."""
        if self._repeat is not None:
            return FormNode(self._session, self._live)
        above = self._live.parent
        if not isinstance(above, Live):
            return None
        return FormNode(self._session, above, self._definition if self._definition.repeat is not None else None)

    def instance(self, place: int) -> FormNode | None:
        """The instance of a repeat at a place from 0 on, from the end if negative; None where there is none."""
        found = self._live.instances(self._repeat) if self._repeat is not None else []
        return FormNode(self._session, found[place]) if -len(found) <= place < len(found) else None

    @property
    def children(self) -> list[FormNode]:
        """The nodes below, in the order of the data; those of a repeat are its instances."""
        if self._repeat is not None:
            return [FormNode(self._session, live) for live in self._live.instances(self._repeat)]
        found: list[FormNode] = []
        for definition in self._definition.children:
            if definition.repeat is not None:
                found.append(FormNode(self._session, self._live, definition))
            else:
                found.extend(FormNode(self._session, live) for live in self._live.instances(definition))
        return found


_GENERAL = {
    "required": lambda: _("An answer is needed here."),
    "unfinished": lambda: _("This answer is not complete."),
    "constraint": lambda: _("This answer is not possible here."),
    "soft": lambda: _("This answer is unusual here."),
}
