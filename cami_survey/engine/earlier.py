"""Answers of an earlier form as plain fields, wherever they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from cami_survey.base.records import Answers
from cami_survey.engine.definitions import Repeat
from cami_survey.engine.form import Form
from cami_survey.engine.model_reader import JAVAROSA
from cami_survey.engine.received import MOST_ANSWERS, read_submission, too_many
from cami_survey.engine.xml import is_element, split_tag

PART = re.compile(r"/([^/\[\]]+)(?:\[([^\]]*)\])?")
TEXT = "@text"
TEMPLATE = f"{{{JAVAROSA}}}template"
# In these namespaces clients keep what they need for themselves, such as the order of rows (enk:ordinal).
BOOKKEEPING = frozenset({JAVAROSA, "http://enketo.org/xforms"})


@dataclass(slots=True)
class Earlier:
    """`values`: field -> text. `known`: paths the earlier form had, answered or not. `computed`: what it worked out,
    None where that is not known. `complete`: whether `known` holds all of its paths. What stands directly in an
    instance, or again in an element that is there once, is the value of its `@text`.
    """

    values: dict[str, str]
    known: set[str]
    computed: frozenset[str] | None = None
    complete: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def earlier(form: Form, answers: bytes | Mapping[str, str] | Answers, before: Form | None) -> Earlier:
    """The fields of the form in `answers`; those of the record (`@state`) are not the form's business.

    FormError for XML that cannot be read.
    """
    if isinstance(answers, Answers):
        values = {**answers.computed, **answers.fields}
        found = Earlier(_of_form(values), set(), frozenset(answers.computed))
    elif isinstance(answers, Mapping):
        found = Earlier(_of_form(answers), set())
    else:
        found = _Submission(form, before).read(answers)
    found.known |= {path_of(name) for name in found.values}
    if before is not None:
        found.known |= set(before.by_path)
        found.complete = True
        found.computed = frozenset(name for name in found.values if _computed(before, path_of(name)))
    return found


def _of_form(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if name.startswith("/") and PART.sub("", name) == ""}


def path_of(name: str) -> str:
    """The path of a field, keys left out."""
    return "".join(f"/{part}" for part, _key in PART.findall(name))


def _computed(form: Form, path: str) -> bool:
    definition = form.by_path.get(path)
    return definition is not None and definition.computed


class _Submission:
    """Reads every element of a submission, known or not."""

    def __init__(self, form: Form, before: Form | None) -> None:
        self._form = form
        self._before = before
        self._found = Earlier({}, set(), complete=False)

    def read(self, xml: bytes) -> Earlier:
        root = read_submission(self._form, xml)
        self._found.attributes = {split_tag(str(name))[1]: str(text) for name, text in root.attrib.items()}
        path = f"/{self._form.root.name}"
        self._element(root, path, path)
        return self._found

    def _element(self, element: etree._Element, name: str, path: str) -> None:
        found = self._found
        found.known.add(path)
        if len(found.known) + len(found.values) > MOST_ANSWERS:
            raise too_many()
        if path.count("/") > 1:
            self._attributes(element, name, path)
        inner = [child for child in element if is_element(child) and child.get(TEMPLATE) is None]
        text = element.text or "" if not inner else "".join([element.text or "", *(each.tail or "" for each in inner)])
        if text.strip() or (text and not inner):
            found.values[f"{name}/{TEXT}" if name.endswith("]") else name] = text
        times = Counter(split_tag(child.tag)[1] for child in inner)
        places: Counter[str] = Counter()
        for child in inner:
            local = split_tag(child.tag)[1]
            places[local] += 1
            below = f"{path}/{local}"
            key = self._key(below, places[local], several=times[local] > 1)
            rows = len(child) > 0 or self._repeat(below) is not None
            if key and rows:
                found.values[f"{name}/{local}[{key}]"] = str(places[local])
            elif places[local] == 1:
                key = ""  # of several answers where one has room, the first is the one
            self._element(child, f"{name}/{local}[{key}]" if key else f"{name}/{local}", below)

    def _attributes(self, element: etree._Element, name: str, path: str) -> None:
        for tag, text in element.attrib.items():
            uri, local = split_tag(str(tag))
            definition = self._form.by_path.get(f"{path}/@{local}")
            constant = definition is not None and not definition.is_given
            if text and uri not in BOOKKEEPING and not constant:
                self._found.values[f"{name}/@{local}"] = str(text)

    def _key(self, path: str, place: int, *, several: bool) -> str:
        """The key of an instance, as a session gives it; empty where the element is none."""
        repeat = self._repeat(path)
        if repeat is not None and repeat.count is not None:
            return str(place)
        return f"k{place:08x}" if repeat is not None or several else ""

    def _repeat(self, path: str) -> Repeat | None:
        forms = [form for form in (self._before, self._form) if form is not None]
        return next((known.repeat for form in forms if (known := form.by_path.get(path)) and known.repeat), None)
