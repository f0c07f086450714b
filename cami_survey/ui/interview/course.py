"""The course of one interview: its pages, where the person was, what was said to be wrong, what to come back to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.engine.api import UnknownNode
from cami_survey.operations import chapters
from cami_survey.operations.progress import Tally, added, how_far, leaves_open, state_of
from cami_survey.ui.interview import flow
from cami_survey.ui.interview.answers.choice_list import Option
from cami_survey.ui.interview.counts import Counts, place_of
from cami_survey.ui.interview.flow import INSTANCES, Stop
from cami_survey.ui.interview.grid import words_of
from cami_survey.ui.interview.head import label_of, named_in, plain, said, spoken
from cami_survey.ui.interview.notes import Back
from cami_survey.ui.interview.outline import Item
from cami_survey.ui.interview.panels import Trouble
from cami_survey.ui.interview.reading import Reading
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.engine.api import Node, Session

AsTable = Callable[["Node"], bool]


class Course:
    """Knows the session and nothing of widgets."""

    def __init__(self, session: Session, title: str) -> None:
        self.session = session
        # The languages in which questions and pages are named.
        self.reading = Reading()
        self.title = title
        self.pages = chapters.pages_of(session)
        self._page_of = {member: number for number, page in enumerate(self.pages) for member in page.members}
        self.at = 0
        self.visited: set[str] = set()
        self.visited_pages: set[int] = set()
        # Field -> what was said to be wrong at it.
        self.told: dict[str, str] = {}
        self.marked: list[str] = []
        # Show what was answered and nothing else.
        self.given_only = False
        self._tallies: dict[int, Tally] = {}
        self._counts = Counts(self)
        # What instances of repeats are called in a reading.
        self._names: dict[str, str] = {}
        self._named_in = self.reading
        self._repeats = [node.path for node in session.form.nodes if node.kind == "repeat"]
        # What stands in the instances of repeats as long as nothing in them changes.
        self._laid: dict[str, tuple[Stop, ...]] = {}
        # Which repeats and grids have the room to be tables, as it was said last.
        self._as_table: AsTable | None = None
        # Grows with each change, for whatever is kept until the next one.
        self.turn = 0

    # Nodes

    def node(self, ref: str) -> Node | None:
        """The node of a field or reference; None where it is gone."""
        try:
            return self.session.node(ref)
        except UnknownNode:
            return None

    def members(self, page: chapters.Page) -> list[Node]:
        """The nodes that stand on a page."""
        return [node for member in page.members if (node := self.node(member)) is not None]

    def page_of(self, field: str) -> int:
        """The number of the page that `field` stands on, -1 if there is none."""
        around = field
        while around:
            if around in self._page_of:
                return self._page_of[around]
            around = around[: max(around.rfind("/"), around.rfind("["), 0)]
        return -1

    def stops(self, number: int, as_table: AsTable) -> list[Stop]:
        """What stands on a page at present."""
        self._as_table = as_table
        found = list(flow.among(self.members(self.pages[number]), as_table=as_table, laid=self._laid))
        return [stop for stop in found if self._is_given(stop)] if self.given_only else found

    def _is_given(self, stop: Stop) -> bool:
        nodes = [node for field in stop.rows or (stop.field,) if (node := self.node(field)) is not None]
        return stop.kind != "add" and any(map(flow.holds_answers, nodes))

    def is_asked(self, number: int) -> bool:
        """Whether anything on a page is asked at present, or answered where only that is shown."""
        nodes = [node for node in self.members(self.pages[number]) if node.relevant]
        return any(map(flow.holds_answers, nodes)) if self.given_only else bool(nodes)

    def neighbour(self, number: int, *, backwards: bool = False) -> int:
        """The next page on which something is asked, -1 at the end."""
        way = range(number - 1, -1, -1) if backwards else range(number + 1, len(self.pages))
        return next((at for at in way if self.is_asked(at) and (self.tally(at).asked or self._has_notes(at))), -1)

    def _has_notes(self, number: int) -> bool:
        """Notes alone make a page as well."""
        return any(True for node in self.members(self.pages[number]) for _stop in flow.stops(node))

    # Words

    def label(self, number: int) -> str:
        """The name of a page in the leading language."""
        page = self.pages[number]
        node = self.node(page.field) if page.field else None
        if node is None:
            return self.title
        words, language = label_of(flow.named_by(node), self.reading)
        return named_in(words, language, self.reading) if words else self.title

    def has_title(self, number: int) -> bool:
        """Whether a page has a name of its own."""
        node = self.node(self.pages[number].field) if self.pages[number].field else None
        return node is not None and bool(label_of(node, self.reading)[0])

    def small_label(self, number: int, reading: Reading) -> str:
        """The name of a page in the second language, empty if it is not shown or the same."""
        page = self.pages[number]
        node = self.node(page.field) if page.field else None
        if node is None or not reading.small:
            return ""
        words = plain(flow.named_by(node).label_in(reading.small))
        return "" if words == self.label(number) else words

    def instance_name(self, instance: Node, reading: Reading) -> tuple[str, str]:
        """What an instance of a repeat is called, and which of how many it is."""
        repeat = instance.parent
        place, total = place_of(instance), max(repeat.count if repeat is not None else 0, 1)
        count = _("{number} of {total}").format(number=counted(place), total=counted(total))
        return self._name(instance, reading) or _("Entry {n}").format(n=counted(place)), count

    def _name(self, instance: Node, reading: Reading) -> str:
        """What an instance is called, empty for nothing; looked up as long as nothing in it changes."""
        if reading != self._named_in:
            self._named_in = reading
            self._names.clear()
        field = instance.field
        if field not in self._names:
            repeat = instance.parent
            label = plain(repeat.label if repeat is not None else "") or plain(instance.label)
            named = _given_name(instance) or _first_answer(instance, reading)
            self._names[field] = f"{label}: {named}" if label and named else named or label
        return self._names[field]

    # How far

    def touched(self, fields: Iterable[str]) -> None:
        """These fields changed: count their pages anew."""
        self.turn += 1
        self._count_again(fields)

    def _count_again(self, fields: Iterable[str]) -> None:
        for field in fields:
            self._tallies.pop(self.page_of(field), None)
            self._forget_around(field)
            if self._holds_repeats(field):
                self._forget_in(field)

    def _holds_repeats(self, field: str) -> bool:
        """Whether repeats lie in a field; one of its own instances does not hold the repeat."""
        path = INSTANCES.sub("", field)
        return any(
            flow.within(repeat, path) and not (repeat == path and field.endswith("]")) for repeat in self._repeats
        )

    def _forget_in(self, field: str) -> None:
        """Something changed that repeats lie in: nothing that is known of their instances holds."""
        self._counts.forget_in(field)
        for kept in (self._laid, self._names):
            for known in [known for known in kept if flow.within(known, field)]:
                del kept[known]

    def grown(self, repeat: str, fields: Iterable[str]) -> None:
        """An instance came to a repeat or left it and these fields changed: other instances stay as counted."""
        whole, fields = self._laid.get(repeat), list(fields)
        self.touched(field for field in fields if not flow.within(repeat, field))
        self._tallies.pop(self.page_of(repeat), None)
        self._forget_around(repeat)
        if whole is not None:
            self._lay_last(repeat, whole, fields)

    def _lay_last(self, repeat: str, whole: tuple[Stop, ...], fields: list[str]) -> None:
        """If nothing in a repeat changed but that an instance came at its end, the others stand as they stood."""
        node = self.node(repeat)
        last = node.instance(-1) if node is not None else None
        if node is None or last is None or not whole or not last.relevant:
            return
        inside = [field for field in fields if field.startswith(f"{repeat}[")]
        known = flow.within(whole[-1].field, last.field)
        if not known and all(flow.within(field, last.field) for field in inside):
            depth = whole[0].depth - 1
            self._laid[repeat] = (*whole, *flow.instance_stops(last, depth, self._as_table, self._laid))

    def _forget_around(self, field: str) -> None:
        around = flow.instance_of(field)
        while around:
            self._counts.forget(around)
            self._laid.pop(around, None)
            self._names.pop(around, None)
            around = around.rpartition("[")[0]
            self._laid.pop(around, None)
            around = flow.instance_of(around)

    def lay_anew(self) -> None:
        """There is other room: find out anew what stands where."""
        self._laid.clear()

    def count_anew(self) -> None:
        """Count everything anew."""
        self.turn += 1
        self._laid.clear()
        self._tallies.clear()
        self._names.clear()
        self._counts.clear()

    def tally(self, number: int) -> Tally:
        """The questions of a page."""
        if number not in self._tallies:
            self._tallies[number] = added(self._counts.count(node) for node in self.members(self.pages[number]))
        return self._tallies[number]

    def undecided(self, number: int) -> bool:
        """Whether a page that is not asked may still be: a required answer before it is missing."""
        return any(leaves_open(self.tally(at)) for at in range(number))

    def may_go_on(self) -> bool:
        """Whether a page behind this one may still be asked."""
        return any(self.undecided(number) for number in range(self.at + 1, len(self.pages)))

    def progress(self) -> tuple[int, int]:
        """Answered questions and those that are asked or will probably be."""
        return how_far(map(self.tally, range(len(self.pages))))

    def outline(self, reading: Reading, inner: Iterable[Stop] = ()) -> tuple[list[Item], str]:
        """The lines of the outline, with the instances of the current page, and how many pages are done."""
        items: list[Item] = []
        done = asked = 0
        for number in range(len(self.pages)):
            item = self._item(number, reading)
            items.append(item)
            asked += item.state != "skipped"
            done += item.state == "done"
            if number == self.at:
                items += self._inner(inner, reading)
        return items, _("{done} of {total}").format(done=counted(done), total=counted(asked))

    def _item(self, number: int, reading: Reading) -> Item:
        page = self.tally(number)
        relevant = self.is_asked(number) or self.undecided(number)
        # Whoever is still on a page is not done with what is open there.
        left = number in self.visited_pages and number != self.at
        state = state_of(page, visited=left, relevant=relevant)
        total = page.asked or page.hidden
        begun = state in ("begun", "wrong") and page.answered
        count = f"{page.answered}/{total}" if begun else str(total) if relevant and total else ""
        small = self.small_label(number, reading)
        if state == "skipped":
            why = _("nothing was answered") if self.given_only else _("not asked")
            # First, for the end is cut where there is little room.
            small = " · ".join(part for part in (why, small) if part)
        return Item(f"page {number}", self.label(number), small, counted(count), state)

    def _inner(self, stops: Iterable[Stop], reading: Reading) -> list[Item]:
        found = []
        for stop in stops:
            node = self.node(stop.field) if stop.kind == "instance" else None
            if node is None:
                continue
            name = _given_name(node) or self._name(node, reading) or self.instance_name(node, reading)[0]
            parts = self._counts.instance(node)
            found.append(
                Item(stop.key, name, "", "", state_of(parts, visited=False, relevant=node.relevant), inner=True)
            )
        return found

    # What is wrong

    def judge(self, field: str) -> str:
        """What is wrong with the answer of a field that was left, in words; empty when nothing is."""
        node = self.node(field)
        if node is None or node.kind != "question" or not node.relevant:
            return ""
        return node.problem

    def is_soft(self, field: str) -> bool:
        """Whether what is wrong with an answer is only that it is unusual."""
        node = self.node(field)
        return node is not None and node.violation == "soft"

    def mark_told(self, field: str, words: str) -> bool:
        """Remember what was said at a field; whether that is new."""
        if self.told.get(field, "") == words:
            return False
        if words:
            self.told[field] = words
        else:
            self.told.pop(field, None)
        self._count_again([field])
        return True

    def turn_mark(self, field: str) -> None:
        """Mark a question to come back to, or no longer."""
        if field in self.marked:
            self.marked.remove(field)
        elif field:
            self.marked.append(field)

    def troubles(self, reading: Reading) -> list[Trouble]:
        """Everything that stands in the way of finishing."""
        return [
            Trouble(node.field, self.where(node, reading), self.question(node), self._trouble(node))
            for node in map(self.node, self.problem_fields())
            if node is not None
        ]

    def _trouble(self, node: Node) -> str:
        """What is wrong; in an instance that holds nothing, also how to be rid of it."""
        instance = self.node(flow.instance_of(node.field)) if flow.instance_of(node.field) else None
        if instance is None or instance.parent is None or not instance.parent.can_add:
            return node.problem
        if not flow.is_untouched(instance):
            return node.problem
        return " ".join((node.problem, _("Nothing to report? Go there and press Ctrl+Delete.")))

    def where(self, node: Node, reading: Reading) -> str:
        """The page of a question, and which instance of a repeat it belongs to."""
        page = self.label(max(self.page_of(node.field), 0))
        instance = self.node(flow.instance_of(node.field)) if flow.instance_of(node.field) else None
        if instance is None:
            return page
        name, count = self.instance_name(instance, reading)
        return f"{page} · {_given_name(instance) or f'{name} ({count})'}"

    def problem_fields(self) -> list[str]:
        """The fields of everything that stands in the way, in the order of the form."""
        return [problem.field for problem in self.session.problems()]

    def question(self, node: Node) -> str:
        """The words of a question."""
        return named_in(*said(node, self.reading), self.reading)

    def come_back(self, reading: Reading, queries: Mapping[str, str] | None = None) -> Iterator[Back]:
        """What to come back to: what is wrong, what a reviewer asks, and what the person marked."""
        said = [(field, words, "wrong") for field, words in self.told.items()]
        said += [(field, words, "query") for field, words in (queries or {}).items()]
        said += [(field, "", "flag") for field in self.marked if field not in self.told]
        backs = (self._back(*one, reading) for one in said)
        return (one for one in backs if one is not None)

    def _back(self, field: str, words: str, kind: str, reading: Reading) -> Back | None:
        node = self.node(field)
        if node is None or not node.relevant:
            return None
        return Back(field, self.question(node), words or self.where(node, reading), kind)

    # Finding a question

    def asked(self) -> Iterable[Node]:
        """Every question that is asked at present, in the order of the form."""
        for page in self.pages:
            for member in self.members(page):
                yield from _asked(member)

    def next_open(self, field: str) -> str:
        """The question behind `field` that has no answer, from the beginning after the end; empty if all have one."""
        asked = list(self.asked())
        at = next((at for at, node in enumerate(asked) if node.field == field), -1)
        return next((node.field for node in asked[at + 1 :] + asked[: at + 1] if _is_open(node)), "")

    def unanswered(self) -> int:
        """How many questions that are asked at present have no answer."""
        return sum(map(_is_open, self.asked()))

    def questions(self, reading: Reading) -> list[Option]:
        """Every question that is asked at present, to be found by its words or its answer."""
        return [
            Option(
                node.field, self.question(node), " · ".join(part for part in (words_of(node, reading), small) if part)
            )
            for node in self.asked()
            if (small := spoken(node, reading).small) is not None
        ]


def _is_open(node: Node) -> bool:
    return not (node.text_value or node.readonly or chapters.is_note(node))


def _asked(node: Node) -> Iterable[Node]:
    if not node.relevant:
        return
    if node.kind == "question":
        if chapters.is_asked(node):
            yield node
        return
    for child in node.children:
        yield from _asked(child)


def _given_name(instance: Node) -> str:
    """The last of the calculations that lead an instance: forms keep the name of what it is about there."""
    name = ""
    for child in instance.children:
        if chapters.is_asked(child) or child.kind != "question":
            break
        name = shown(child.text_value) or name
    return name


def _first_answer(instance: Node, reading: Reading) -> str:
    first = next((child for child in instance.children if chapters.is_asked(child)), None)
    return words_of(first, reading) if first is not None else ""
