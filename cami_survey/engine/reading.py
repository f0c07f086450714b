"""XForm XML to `Form`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lxml import etree

from cami_survey.base.collecting import paused
from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.engine.body_reader import BodyReader
from cami_survey.engine.contextual import contextualise
from cami_survey.engine.definitions import CHANGED, NEW_REPEAT, SELECTS, Action, Definition
from cami_survey.engine.errors import OF_A_FILE, FormProblem
from cami_survey.engine.file_columns import missing_columns
from cami_survey.engine.fixed_geometry import broken_geometry
from cami_survey.engine.form import Form
from cami_survey.engine.graph import Graph, Ordering
from cami_survey.engine.model_reader import (
    ModelReader,
    Problems,
    children_of,
    find_model,
    first_child,
    read_primary,
)
from cami_survey.engine.reviews import read_reviews
from cami_survey.engine.row_sources import mark_row_sources
from cami_survey.engine.secondary import ITEMSETS, Media, read_listed
from cami_survey.engine.templates import first_instances, templates
from cami_survey.engine.texts import read_languages
from cami_survey.engine.tree import Node
from cami_survey.engine.xml import parse_xml, split_tag
from cami_survey.engine.xpath.compiler import Compiler
from cami_survey.engine.xpath.parser import room_for_nesting
from cami_survey.engine.xpath.syntax import Literal, walk


def read_form(
    xml: bytes,
    media: Media = None,
    *,
    noticed: tuple[FormProblem, ...] = (),
    made: Mapping[str, bytes] | None = None,
) -> Form:
    """The form of an XForm document; FormError with all problems found."""
    with paused(), room_for_nesting():
        return _Reading(xml, media, noticed, made or {}).form()


class _Reading:
    def __init__(self, xml: bytes, media: Media, noticed: tuple[FormProblem, ...], made: Mapping[str, bytes]) -> None:
        self.xml = xml
        self.media = media
        self.made = made
        self.noticed = noticed
        self.problems = Problems()
        self.body_class: tuple[str, ...] = ()
        self.html = parse_xml(xml)
        self.model = find_model(self.html)
        self.namespaces = _namespaces(self.html, xml)
        self.compiler = Compiler(self.namespaces)
        instance = first_child(self.model, "instance")
        self.compiler.primary = (instance.get("id") or "") if instance is not None else ""

    def form(self) -> Form:
        root, written = read_primary(self.model)
        reader = ModelReader(root, self.compiler, self.problems)
        self._read_texts()
        reader.read_binds(self.model)
        instances = reader.read_instances(self.model, self.media)
        body = self._read_body(reader)
        actions = [*reader.read_actions(self.model, None), *body.actions]
        instances.update(self._listed(reader, body.queried - set(instances)))
        for name in sorted(body.searched - set(instances)):
            instances[name] = reader.file_list(name, f"{name}.csv", self.media)
        repeated = _mark_repeats(reader.by_path.values())
        keyed = self._finish(root, repeated)
        computed = self._computed(reader)
        self._check_geometry(computed, written)
        self._check_columns(root, instances, reader)
        self._check(reader, actions, instances)
        self._check_submission()
        self.problems.stop_if_any()
        graph = self._graph(root, computed)
        return Form(
            id=written.attribute("id") or root.name,
            version=next((item.text for item in written.attributes if item.name == "version"), ""),
            title=self._title(),
            xml=self.xml,
            root=root,
            written=written,
            languages=tuple(self.texts),
            default_language=self.default_language,
            texts=self.texts,
            instances=instances,
            actions=tuple(actions),
            graph=graph,
            compiler=self.compiler,
            namespaces=self.namespaces,
            made_media=self.made,
            beside=self.media,
            body_class=self.body_class,
            noticed=(*self.noticed, *(self._used_at(problem, reader, root) for problem in self.problems.noticed)),
            by_path=reader.by_path,
            templates=templates(root, written) if repeated else {},
            first_instances=first_instances(root, written) if repeated else {},
            last_saved_names=_last_saved_names(self.model),
            keyed=keyed,
            submission=self._submission(),
            reviews=read_reviews(self.model),
            outside=reader.outside,
            preloaded=tuple(definition for definition in reader.by_path.values() if definition.bind.preload),
        )

    def _read_texts(self) -> None:
        itext = first_child(self.model, "itext")
        found = self.problems.expression("", "", "itext", lambda: read_languages(itext, self.compiler))
        self.problems.stop_if_any()
        self.texts, self.default_language = found or ({}, "")

    def _read_body(self, reader: ModelReader) -> BodyReader:
        body = BodyReader(reader)
        element = first_child(self.html, "body")
        if element is not None:
            self.body_class = tuple((element.get("class") or "").split())
            body.read(element)
        return body

    def _finish(self, root: Definition, repeated: list[Definition]) -> tuple[Definition, ...]:
        for definition in repeated:
            contextualise(definition)
        return mark_row_sources(root) if repeated else ()

    def _check(self, reader: ModelReader, actions: list[Action], instances: dict[str, Node]) -> None:
        self._check_actions(actions)
        self._check_instances(instances)
        self.problems.stop_if_any()
        self._check_choice_names(reader)

    def _check_geometry(self, computed: list[Definition], written: Node) -> None:
        for definition, text, error in broken_geometry(computed, written, self.compiler):
            self.problems.refused(text, definition.path, "calculate", error)

    def _check_columns(self, root: Definition, instances: dict[str, Node], reader: ModelReader) -> None:
        listed = frozenset(reader.outside.listed)
        files = {**reader.outside.files, **dict.fromkeys(listed, ITEMSETS)}
        self.problems.noticed += missing_columns(root, instances, files, listed)

    def _computed(self, reader: ModelReader) -> list[Definition]:
        """The nodes that have an expression, in the order of the data."""
        computed = self.problems.computed
        return [definition for path, definition in reader.by_path.items() if path in computed]

    def _graph(self, root: Definition, computed: list[Definition]) -> Graph:
        ordering = Ordering(root, computed, self.texts)
        problem = ordering.problem()
        if problem is not None:
            self.problems.found.append(problem)
        self.problems.stop_if_any()
        for text in ordering.warnings:
            self.problems.notice(text)
        return ordering.graph

    def _used_at(self, problem: FormProblem, reader: ModelReader, root: Definition) -> FormProblem:
        """A file that is missing, or cannot be read whole, is noticed by the first node that uses a list of it."""
        if problem.code not in OF_A_FILE:
            return problem
        lists = {listed for listed, name in reader.outside.files.items() if name == problem.expression}
        user = next((definition for definition in root.walk() if _uses(definition, lists)), None)
        return problem if user is None else replace(problem, path=user.path)

    def _title(self) -> str:
        head = first_child(self.html, "head")
        title = first_child(head, "title") if head is not None else None
        return (title.text or "").strip() if title is not None else ""

    def _listed(self, reader: ModelReader, names: set[str]) -> dict[str, Node]:
        if not names:
            return {}
        reader.outside.listed = tuple(sorted(names))
        return read_listed(names, self.made.get(ITEMSETS) or reader.outside.find(ITEMSETS, self.media))

    def _check_choice_names(self, reader: ModelReader) -> None:
        for path in sorted(self.compiler.choice_paths):
            named = reader.find(path) if path.startswith("/") and "[" not in path else None
            if path.startswith("/") and "[" not in path and named is None:
                self._problem_of_choice_name(_("which the form's data does not have"), path)
            elif named is not None and not any(control.kind in SELECTS for control in named.controls):
                self._problem_of_choice_name(_("which has no choices"), path)

    def _problem_of_choice_name(self, why: str, path: str) -> None:
        text = _("jr:choice-name asks for the choices of {path}, {why}.").format(path=path, why=why)
        self.problems.add(text, path, "form.choice-name")

    def _check_actions(self, actions: list[Action]) -> None:
        if any(action.kind == "recordaudio" for action in actions):
            self.problems.notice(_("The form wants sound recorded in the background; this program does not."))
        for action in actions:
            action.definition.targeted = True
            path = action.definition.path
            if NEW_REPEAT in action.events and (action.trigger is None or action.trigger.nearest_repeat is None):
                self.problems.add(_("odk-new-repeat is only possible inside a repeat."), path, "form.event-place")
            if CHANGED in action.events and action.trigger is None:
                self.problems.add(
                    _("xforms-value-changed is only possible inside a question."), path, "form.event-place"
                )

    def _check_submission(self) -> None:
        element = first_child(self.model, "submission")
        if element is None:
            return
        method = element.get("method") or "post"
        if method not in ("post", "form-data-post"):
            self.problems.add(
                _("The form wants to be sent by “{method}”, only post is possible.").format(method=method),
                code="form.submission-method",
            )

    def _submission(self) -> dict[str, str]:
        element = first_child(self.model, "submission")
        if element is None:
            return {}
        return {split_tag(str(name))[1]: str(text) for name, text in element.attrib.items()}

    def _check_instances(self, instances: dict[str, Node]) -> None:
        for used in sorted(self.compiler.used_instances - set(instances)):
            text = _("An expression asks for the list “{name}”, which the form does not have.").format(name=used)
            like = nearest(used, instances)
            self.problems.add(
                text + (" " + _("Did you mean {name}?").format(name=like) if like else ""),
                used,
                "form.unknown-instance",
            )


# The word first and the blank before it then: what begins with a plain word is searched ten times as fast.
DECLARATION = re.compile(rb"""xmlns(?<=\sxmlns)(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _namespaces(html: etree._Element, xml: bytes) -> dict[str, str]:
    """Prefix -> namespace, wherever in the document it is declared; the first declaration counts."""
    found = {prefix or "": str(uri) for prefix, uri in html.nsmap.items()}
    for prefix, quoted, single in DECLARATION.findall(xml):
        found.setdefault(prefix.decode(), (quoted or single).decode(errors="replace"))
    return found


def _mark_repeats(definitions: Iterable[Definition]) -> list[Definition]:
    """Tells each definition, in the order of the data, the nearest repeat it is in; gives those that are in one."""
    found = []
    for definition in definitions:
        parent = definition.parent
        inherited = parent.nearest_repeat if parent is not None else None
        nearest = definition if definition.repeat is not None else inherited
        if nearest is not None:
            definition.nearest_repeat = nearest
            found.append(definition)
    return found


def _uses(definition: Definition, lists: set[str]) -> bool:
    """Whether choices or expressions of a node name one of the lists."""
    bind = definition.bind
    used = [bind.relevant, bind.readonly, bind.required, bind.constraint, bind.calculate]
    used += [control.itemset.nodes for control in definition.controls if control.itemset is not None]
    trees = [expression.tree for expression in used if expression is not None]
    return any(isinstance(part, Literal) and part.text in lists for tree in trees for part in walk(tree))


def _last_saved_names(model: etree._Element) -> tuple[str, ...]:
    found = (
        instance for instance in children_of(model, "instance") if instance.get("src") == "jr://instance/last-saved"
    )
    return tuple(instance.get("id") or "" for instance in found)
