"""From a form of the engine to what tables need to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cami_survey.analysis.definitions import Choice, Definition, Question, Repeat, Shape
from cami_survey.analysis.model import Kind

if TYPE_CHECKING:
    from cami_survey.engine.api import Form, StaticFormNode

KINDS: dict[str, Kind] = {
    "int": "integer",
    "integer": "integer",
    "long": "integer",
    "decimal": "decimal",
    "double": "decimal",
    "date": "date",
    "dateTime": "datetime",
    "time": "time",
    "boolean": "boolean",
}
SHAPES: dict[str, Shape] = {"select1": "choice", "select": "choices", "rank": "ranking", "odk:rank": "ranking"}
XLSFORM_NAMES = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "odk:rank": "rank",
    "range": "range",
}
TYPE_NAMES = {"string": "text", "int": "integer", "dateTime": "datetime"}
PRIVATE = "private"
DISCLOSURE = "disclosure"
IDENTITY = "identity"


# Every table, preview and paper begins with the definitions of its forms.
_defined: WeakKeyDictionary[Form, Definition] = WeakKeyDictionary()


def definition_of(form: Form) -> Definition:
    """The questions, repeats and choices of a form version in all its languages, the default language first.

    It is read once as long as the form is there, and must not be changed.
    """
    found = _defined.get(form)
    if found is None:
        found = _defined[form] = _read(form)
    return found


def _read(form: Form) -> Definition:
    languages = tuple(dict.fromkeys((form.default_language, *form.languages))) if form.languages else ("",)
    groups: dict[str, Mapping[str, str]] = {}
    repeats: dict[str, tuple[str, ...]] = {}
    found: list[Repeat] = []
    questions: list[Question] = []
    for node in form.nodes:
        around = repeats.get(node.repeat, ())
        if node.kind == "question":
            questions.append(_question(node, around, _group(node.path, groups), languages))
            continue
        labels = _labels(node, languages)
        groups[node.path] = labels if any(labels.values()) else _group(node.path, groups)
        if node.kind == "repeat":
            repeats[node.path] = (*around, node.path)
            found.append(Repeat(node.path, repeats[node.path], labels))
    return Definition(form.id, form.version, form.title, languages, tuple(questions), tuple(found))


def _group(path: str, groups: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return groups.get(path.rpartition("/")[0], {})


def _labels(node: StaticFormNode, languages: Iterable[str]) -> dict[str, str]:
    return {language: node.label(language) for language in languages}


def _question(
    node: StaticFormNode, repeats: tuple[str, ...], group: Mapping[str, str], languages: tuple[str, ...]
) -> Question:
    shape = SHAPES.get(node.control, "computed" if node.computed and not node.asks else "single")
    kind: Kind = "choice" if shape in ("choice", "choices", "ranking") else KINDS.get(node.type, "text")
    silent = bool(node.control) and not node.asks and not node.computed
    return Question(
        path=node.path,
        type="note" if silent and node.control == "input" and kind == "text" else _type_name(node),
        kind=kind,
        shape=shape,
        labels=_labels(node, languages),
        group=group,
        repeats=repeats,
        choices=_choices(node, languages) if kind == "choice" else (),
        private=_mark(node.attributes, PRIVATE) == "yes",
        disclosure=_mark(node.attributes, DISCLOSURE),
        identity=_mark(node.attributes, IDENTITY) == "yes",
        quiet=silent or _is_meta(node),
    )


def _is_meta(node: StaticFormNode) -> bool:
    """Whether it is of the submission's own data: instanceID, instanceName, deprecatedID."""
    return node.computed and node.path.split("/")[2] == "meta"


def _type_name(node: StaticFormNode) -> str:
    """The type as a form's author would write it."""
    if node.control in XLSFORM_NAMES:
        return XLSFORM_NAMES[node.control]
    if node.control == "upload":
        return node.attributes.get("mediatype", "file").partition("/")[0].replace("application", "file")
    if node.computed and not node.control:
        return "calculate"
    return TYPE_NAMES.get(node.type, node.type)


def _mark(attributes: Mapping[str, str], mark: str) -> str:
    """What the bind says as `cami:MARK`, however the name is written; empty where it says nothing."""
    return next((said for name, said in attributes.items() if name.rpartition("}")[2].rpartition(":")[2] == mark), "")


def _choices(node: StaticFormNode, languages: tuple[str, ...]) -> tuple[Choice, ...]:
    """The choices in the order of the form; what is not written in the form (choices from answers) is left out."""
    spoken = [node.choices(language) for language in languages]
    return tuple(
        Choice(alike[0].value, {language: choice.label for language, choice in zip(languages, alike, strict=True)})
        for alike in zip(*spoken, strict=True)
        if alike[0].value
    )
