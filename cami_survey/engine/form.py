"""A form: read once, never changed, opened as often as needed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.collecting import paused
from cami_survey.engine.definitions import Action, Definition, Languages
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.graph import Aspect, Graph
from cami_survey.engine.hanging import hanging_on
from cami_survey.engine.model_reader import CAMI
from cami_survey.engine.reviews import Review
from cami_survey.engine.secondary import Media, Outside, find_media
from cami_survey.engine.static_nodes import StaticFormNode, static_nodes
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.compiler import Compiler

if TYPE_CHECKING:
    from cami_survey.base.records import Answers
    from cami_survey.engine.migration import Migration
    from cami_survey.engine.session import Session


LARGE = 50_000  # bytes of XML


@dataclass(slots=True, weakref_slot=True, eq=False)
class Form:
    """`xml` is the XForm as read, `noticed` what an import noticed, `languages` in the order of the form.

    `questions` counts what a person may be asked: controls that take an answer (not notes, not read-only for ever),
    each once, also inside repeats. `made_media` are files that the conversion made and the form needs beside its XML.
    `keyed` are the counted repeats whose instances are about the values of a selection. `submission` holds how the form
    wants to be sent: `action`, `base64RsaPublicKey` (it wants to be encrypted), `auto-send`, `auto-delete`. `beside`
    holds the files that came with the form, `outside` names the lists that come from them. `reviews` says which
    languages are drafts and who has read the others. `preloaded` are the nodes that are filled when a form is opened.
    `opened`: an interview was opened with it. A form is the same as itself alone: what it says can be kept beside it.
    """

    id: str
    version: str
    title: str
    xml: bytes
    root: Definition
    written: Node
    languages: tuple[str, ...]
    default_language: str
    texts: Languages
    instances: Mapping[str, Node]
    actions: tuple[Action, ...]
    graph: Graph
    compiler: Compiler
    namespaces: Mapping[str, str]
    made_media: Mapping[str, bytes]
    body_class: tuple[str, ...] = ()
    noticed: tuple[FormProblem, ...] = ()
    by_path: Mapping[str, Definition] = field(default_factory=dict)
    templates: Mapping[Definition, Node] = field(default_factory=dict)
    first_instances: Mapping[Definition, list[Node]] = field(default_factory=dict)
    last_saved_names: tuple[str, ...] = ()
    keyed: tuple[Definition, ...] = ()
    submission: Mapping[str, str] = field(default_factory=dict)
    beside: Media = None
    reviews: Mapping[str, Review] = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
    preloaded: tuple[Definition, ...] = ()
    opened: bool = field(default=False, init=False)

    def open(
        self,
        answers: bytes | Mapping[str, str] | None = None,
        *,
        language: str | None = None,
        clock: Callable[[], datetime] | None = None,
        device: Mapping[str, str] | None = None,
        last_saved: bytes | None = None,
        edit: bool = False,
        locate: Callable[[], str] | None = None,
        record: Callable[[str, str], None] | None = None,
    ) -> Session:
        """A running interview: new, or with `answers` (submission XML, or field -> text as `Session.values()` gives).

        `device` answers preloads such as `deviceid`, `username`, `phonenumber`, `email`. `last_saved` is the XML of the
        submission that `jr://instance/last-saved` reads. `edit`: the answers were submitted before, so they get a new
        instanceID and remember the old one. `locate` gives the place of the device ("latitude longitude altitude
        accuracy") when the form asks for it; `record` is told the node and the quality of a sound that the form wants
        recorded in the background. FormError if the XML cannot be read or is of another form.
        """
        from cami_survey.engine.session import Session

        with paused() as collected:
            session = Session(
                self,
                answers,
                language=language,
                clock=clock or system_clock,
                device=device,
                last_saved=last_saved,
                edit=edit,
                locate=locate,
                record=record,
            )
            if not self.opened and len(self.xml) > LARGE:
                self._get_ready(collected)
        self.opened = True
        return session

    def _get_ready(self, collected: bool) -> None:
        """What a large form would otherwise do in the middle of an answer: compile what nobody has computed so far, and
        have the collector, where there is one, look at what was made.
        """
        self.graph.compile()
        if collected:
            gc.collect(1)

    def migrate(
        self,
        answers: bytes | Mapping[str, str] | Answers,
        *,
        before: Form | None = None,
        clock: Callable[[], datetime] | None = None,
        device: Mapping[str, str] | None = None,
    ) -> Migration:
        """What becomes of the answers of another version of this form: submission XML, field -> text, or a record's.

        A question in another group is found by its name if that is unique in both versions. `before` is the form that
        the answers are of; without it, questions that nobody answered count as new and calculations as answers.
        Nothing is changed; `open` the report's `answers`. FormError if XML cannot be read or has another root.
        """
        from cami_survey.engine.migrating import migrate

        return migrate(self, answers, before, clock or system_clock, device)

    def place_of(self, field: str) -> str:
        """The field of a question of any version in this one, found as `migrate` finds it; empty if it has no place."""
        from cami_survey.engine.migrating import place_of

        return place_of(self, field)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an import noticed, each in a sentence with its place."""
        return tuple(
            f"{problem.reason} ({problem.where})" if problem.where else problem.reason for problem in self.noticed
        )

    @property
    def marks(self) -> Mapping[str, str]:
        """What the form says of itself to this program alone: `attribute::cami:NAME` of its settings, NAME -> text."""
        return {own.name[1:]: own.text for own in self.root.attributes if own.uri == CAMI}

    def hanging_on(self, paths: Iterable[str]) -> dict[str, frozenset[Aspect]]:
        """What may become another when the answers at `paths` do: path -> calculate, relevant, choices or count.

        Also what hangs on that in turn, and all that lies in what is hidden or counted so.
        """
        return hanging_on(self, paths)

    def media(self, name: str) -> bytes | None:
        """The file of this name that came with the form (a picture or a sound of a label); None where there is none."""
        try:
            return find_media(self.beside, name.rpartition("/")[2]) if name else None
        except (OSError, ValueError):
            return None

    @property
    def nodes(self) -> Iterator[StaticFormNode]:
        """The definitions of all nodes that can hold an answer, group or repeat, in the order of the data."""
        return static_nodes(self)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The languages that no native speaker has reviewed, as far as the form tells."""
        return tuple(
            language for language in self.languages if language in self.reviews and self.reviews[language].draft
        )

    @property
    def questions(self) -> int:
        return sum(node.asks for node in self.nodes)
