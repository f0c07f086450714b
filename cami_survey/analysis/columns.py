"""From questions to columns, and from the texts of a row to its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cami_survey.analysis.definitions import Choice, Definition, Question
from cami_survey.analysis.layout import Sheet
from cami_survey.analysis.model import Column, Table, Value
from cami_survey.analysis.names import distinct
from cami_survey.analysis.rows import Reader, ReadRows, Rest
from cami_survey.analysis.tally import Tally
from cami_survey.analysis.values import READERS, integer, number
from cami_survey.base.texts import _

_SLASH = re.compile("/")
BETWEEN_LABELS = "; "
# What says which interview it is stays when columns are chosen.
LASTING = ("@code",)


@dataclass(frozen=True, slots=True)
class Options:
    """How answers become cells: in which language, codes instead of labels, one column per choice.

    `together`: the one column too where there is one per choice. `beside`: languages in which choices have further
    columns with their labels. `only`: names or paths of questions and groups, all if empty; the columns that name a row
    stay. `missing`: path of a question -> its codes for "refused" and "does not know".
    """

    language: str = ""
    codes: bool = False
    split_multiple: bool = False
    together: bool = False
    beside: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, form: Definition) -> Options:
        """The same, in a language that the form has."""
        return replace(self, language=form.language(self.language))

    def wants(self, path: str) -> bool:
        """Whether the question at `path` is to have a column."""
        return not self.only or any(
            name in self.only or f"{start}/{name}" in self.only
            for start, _slash, name in (step.rpartition("/") for step in _steps(path))
        )


@dataclass(frozen=True, slots=True)
class _Planned:
    """A column before its name is known to be distinct: the slot it reads and how."""

    slot: int
    short: str
    long: str
    column: Column
    read: Reader | None


class Checked:
    """Reads the answers at `path` as `typed` does; `tally` learns what is no such value and stays text."""

    __slots__ = ("_path", "_tally", "typed")

    def __init__(self, typed: Reader, path: str, tally: Tally) -> None:
        self.typed = typed
        self._path = path
        self._tally = tally

    def __call__(self, text: str) -> Value:
        value = self.typed(text)
        if value.__class__ is str:
            self._tally.misfits[self._path].add(text)
        return value


def _steps(path: str) -> list[str]:
    """The path and those of the groups around it."""
    return [path, *(path[: at.start()] for at in _SLASH.finditer(path) if at.start())]


def text_in(labels: Mapping[str, str], language: str) -> str:
    """The label in `language`, else in the first language that has one, else an empty string."""
    return labels.get(language) or next((text for text in labels.values() if text), "")


def table_of(
    sheet: Sheet, name: str, options: Options, tally: Tally, form: str = "", rest: Rest | None = None
) -> Table:
    """The sheet of a form as a table; `tally` learns what the naming and later the reading of rows meet.

    `rest` has the rows that follow those of the sheet.
    """
    planned = [
        item for slot, question in enumerate(sheet.questions) for item in _plan(sheet, slot, question, options, tally)
    ]
    names = distinct([(item.short, item.long) for item in planned])
    tally.renamed.extend((name, new) for item, new in zip(planned, names, strict=True) if new != item.short)
    columns = tuple(replace(item.column, name=new) for item, new in zip(planned, names, strict=True))
    places = sheet.places or range(len(sheet.questions))
    width = max(places) + 1
    rows = ReadRows(sheet.rows, width, [(places[item.slot], item.read) for item in planned], rest)
    return Table(name, sheet.title, columns, rows, sheet.keys, form, sheet.repeats)


def _plan(sheet: Sheet, slot: int, question: Question, options: Options, tally: Tally) -> list[_Planned]:
    if question.path.startswith("@"):
        wanted = slot < sheet.keys or question.path in LASTING or options.wants(question.path)
        return [_record_column(slot, question, options)] if wanted else []
    if not options.wants(question.path):
        return []
    several = question.shape in ("choices", "ranking")
    split = _split(sheet, slot, question, options) if options.split_multiple and several else []
    whole = [] if split and not options.together else [_whole(sheet, slot, question, options, tally)]
    beside = options.beside if question.choices else ()
    return [*whole, *split, *(_labelled(slot, question, language, options, tally) for language in beside)]


def _whole(sheet: Sheet, slot: int, question: Question, options: Options, tally: Tally) -> _Planned:
    """The answer in one column."""
    kind = "decimal" if sheet.numeric.get(slot) else question.kind
    labels = labels_of(question.choices, options.language)
    column = Column(
        "",
        text_in(question.labels, options.language),
        kind,
        text_in(question.group, options.language),
        question.path,
        question.type,
        tuple((choice.code, labels.get(choice.code, "")) for choice in question.choices),
        options.missing.get(question.path, ()),
    )
    reader = _reader(question, options, tally) if kind == question.kind else number
    return _Planned(slot, question.name, _long(question), column, reader)


def _labelled(slot: int, question: Question, language: str, options: Options, tally: Tally) -> _Planned:
    """The labels of the answer in a further language."""
    told = replace(options, language=language, codes=False)
    label = " ".join(filter(None, (text_in(question.labels, language), f"[{language}]" if language else "")))
    column = Column("", label, "text", text_in(question.group, language), question.path, question.type)
    reader = _reader(question, told, tally)
    tail = f"::{language}" if language else "::label"
    return _Planned(slot, question.name + tail, _long(question) + tail, column, reader)


def _long(question: Question) -> str:
    """The path below the form's root, which tells apart questions of one name."""
    return question.path.lstrip("/").partition("/")[2] or question.name


def _record_column(slot: int, question: Question, options: Options) -> _Planned:
    name = "_" + question.path[1:]
    reader: Reader | None = READERS.get(question.kind)
    if question.path == "@state" and not options.codes:
        reader = {"draft": _("draft"), "final": _("final")}.get
    column = Column(name, _record_label(question.path), question.kind, path=question.path)
    return _Planned(slot, name, name, column, reader)


def _record_label(path: str) -> str:
    labels = {
        "@record": _("Record"),
        "@code": _("Code"),
        "@state": _("State"),
        "@conflicts": _("Has unsettled conflicts"),
        "@device": _("Device"),
        "@facilitator": _("Facilitator"),
        "@form_version": _("Form version"),
        "@started": _("First saved"),
        "@changed": _("Last changed"),
    }
    return labels.get(path) or _("Key of {repeat}").format(repeat=path[1:].removesuffix("_key"))


def _reader(question: Question, options: Options, tally: Tally) -> Reader | None:
    if question.shape == "choice":
        return _choice_reader(question, options, tally)
    if question.shape in ("choices", "ranking"):
        return None if options.codes else _choices_reader(question, options, tally)
    typed = READERS.get(question.kind)
    return Checked(typed, question.path, tally) if typed else None


def _choice_reader(question: Question, options: Options, tally: Tally) -> Reader | None:
    if options.codes:
        return integer if all_numbers(question.choices) else None
    return _label_reader(question, options, tally)


def _choices_reader(question: Question, options: Options, tally: Tally) -> Reader:
    label = _label_reader(question, options, tally)
    return lambda text: BETWEEN_LABELS.join(map(label, text.split()))


def _label_reader(question: Question, options: Options, tally: Tally) -> Callable[[str], str]:
    labels = labels_of(question.choices, options.language)

    def read(code: str) -> str:
        label = labels.get(code)
        if label is None:
            tally.unlabelled[question.path].add(code)
            return code
        return label

    return read


def labels_of(choices: tuple[Choice, ...], language: str) -> dict[str, str]:
    """Code -> label, without the codes that have none or stand for several different ones."""
    found: dict[str, set[str]] = {}
    for choice in choices:
        found.setdefault(choice.code, set()).add(text_in(choice.labels, language))
    return {code: next(iter(labels)) for code, labels in found.items() if len(labels) == 1 and labels != {""}}


def all_numbers(choices: tuple[Choice, ...]) -> bool:
    """Whether every code is a whole number written plainly, so that codes can be numbers in cells."""
    return bool(choices) and all(
        choice.code.isascii() and str(integer(choice.code)) == choice.code and choice.code.lstrip("-").isdigit()
        for choice in choices
    )


def _split(sheet: Sheet, slot: int, question: Question, options: Options) -> list[_Planned]:
    labels = labels_of(question.choices, options.language)
    title = text_in(question.labels, options.language)
    group = text_in(question.group, options.language)
    reader_for = _rank_of if question.shape == "ranking" else _is_picked
    return [
        _Planned(
            slot,
            f"{question.name}/{code}",
            f"{_long(question)}/{code}",
            Column("", ": ".join(filter(None, (title, labels.get(code, code)))), "integer", group, question.path),
            reader_for(code),
        )
        for code in sheet.codes[slot]
    ]


def _is_picked(code: str) -> Reader:
    return lambda text: 1 if code in text.split() else 0


def _rank_of(code: str) -> Reader:
    def read(text: str) -> Value:
        codes = text.split()
        return codes.index(code) + 1 if code in codes else None

    return read
