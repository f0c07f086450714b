"""From the rows of tables of others to the answers of interviews, those of repeats among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cami_survey.base.clock import is_everywhere, local
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.returned_rows import counted, field_of
from cami_survey.operations.table_columns import PLACE_PARTS

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.exports.foreign import ForeignSheet, Line
    from cami_survey.exports.spreadsheets import Cell
    from cami_survey.operations.table_columns import Matched, Matching

FILES = ("image", "audio", "video", "file")
# How many rows of a sheet tell the language of its labels.
TELLING = 200
# The states of review by which ODK Central and KoboToolbox say no.
REJECTED = {"ReviewState": ("rejected",), "_validation_status": ("validation_status_not_approved", "Not Approved")}
YES, NO = ("1", "true", "yes", "x"), ("0", "false", "no")
# What the keys of our own instances are made of; anything else was typed into the file.
_KEY = re.compile(r"[A-Za-z0-9_.%~-]{1,200}")
_LAST_KEY = re.compile(r"\[([^\[\]]+)\]$")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that is refused or missing, in which question, what stands there, and why it cannot be."""

    cell: str
    question: str
    text: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.cell, self.question, self.reason)))


@dataclass(slots=True)
class Gathered:
    """An interview as the file has it. `places`: field -> cell; `instance` is its ID there, `identity` what names it.

    `sent` is when it came to the other program, None where the file does not say. `attached`: field -> where a file
    lies that came along; `files` counts those that did not.
    """

    number: int
    identity: str
    instance: str = ""
    sent: datetime | None = None
    values: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Question] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    attached: dict[str, str] = field(default_factory=dict)
    files: int = 0


class Gathering:
    """The rows of all sheets as interviews. `orphans` are rows of repeats that belong to no interview of the file."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._below: dict[str, list[tuple[Matched, Line]]] = {}
        for matched in matching.inner:
            for line in matched.sheet.lines:
                self._below.setdefault(line.parent, []).append((matched, line))
        self._mains = [(matched, line) for matched in matching.mains for line in matched.sheet.lines]
        # The names of all submissions: a file in the folder of one is never taken for another's.
        self._names = {self._named(matched.sheet, line) for matched, line in self._mains}
        self._hashes: dict[str, int] = {}
        # Most cells of a question with choices say one of few things.
        self._chosen: dict[tuple[str, str], str] = {}
        self._language = self._spoken()

    def __len__(self) -> int:
        return len(self._mains)

    def _spoken(self) -> str:
        """The language of the labels in the file."""
        from cami_survey.exports.backcells import language_of

        return language_of(
            (question, line.cells[at])
            for matched in self._matching.sheets
            for at, (question, part) in matched.targets.items()
            if question.shape == "choice" and not part
            for line in matched.sheet.lines[:TELLING]
        )

    def __iter__(self) -> Iterator[Gathered]:
        self._hashes.clear()
        for matched, line in self._mains:
            yield self._gathered(matched, line)

    def orphans(self) -> list[str]:
        """Rows of repeats whose interview is not in the file."""
        known = {line.name for _matched, line in self._mains}
        known |= {line.name for matched in self._matching.inner for line in matched.sheet.lines}
        return [
            f"{matched.sheet.name}!{line.number}"
            for parent, below in self._below.items()
            for matched, line in below
            if parent not in known
        ]

    def rejected(self) -> list[str]:
        """Interviews that a reviewer of the other program did not let pass."""
        return [
            f"{matched.sheet.name}!{line.number}"
            for matched, line in self._mains
            for title, words in REJECTED.items()
            if title in matched.sheet.titles and line.cells[matched.sheet.titles.index(title)] in words
        ]

    # ---- one interview

    def _gathered(self, matched: Matched, line: Line) -> Gathered:
        from cami_survey.exports.backcells import text_of

        sheet = matched.sheet
        identity, instance = (
            text_of(line.cells[at]).strip() if at is not None else "" for at in (sheet.identity, sheet.instance)
        )
        moment = sheet.moment
        made = Gathered(line.number, identity.removeprefix("uuid:") or self._hash(line))
        made.instance = f"uuid:{instance}" if _is_uuid(instance) else instance
        made.sent = _moment(line.cells[moment]) if moment is not None else None
        self._refuse_closed(made, sheet, line)
        self._answers(made, matched, line, ())
        self._instances(made, line, ())
        return made

    def _refuse_closed(self, made: Gathered, sheet: ForeignSheet, line: Line) -> None:
        """A submission that was never decrypted has no answers to take."""
        if self._matching.book.program == "odk" and "Status" in sheet.titles:
            at = sheet.titles.index("Status")
            if status := str(line.cells[at] or "").strip():
                reason = _("ODK Central could not read this submission: decrypt it there and export again.")
                made.flaws.append(Flaw(f"{sheet.name}!{_letters(at)}{line.number}", "Status", status, reason))

    @staticmethod
    def _named(sheet: ForeignSheet, line: Line) -> str:
        from cami_survey.exports.backcells import text_of

        at = sheet.identity
        return text_of(line.cells[at]).strip().removeprefix("uuid:") if at is not None else ""

    def _hash(self, line: Line) -> str:
        """A row without a name is known by what it says; of several that say the same, each is one of its own."""
        texts = "\x1f".join("" if cell is None else str(cell) for cell in line.cells)
        made = sha256(texts.encode()).hexdigest()
        self._hashes[made] = self._hashes.get(made, 0) + 1
        return made if self._hashes[made] == 1 else f"{made}-{self._hashes[made]}"

    def _instances(self, made: Gathered, line: Line, keys: tuple[str, ...]) -> None:
        places: dict[tuple[str, ...], int] = {}
        for matched, inner in self._below.get(line.name, ()) if line.name else ():
            if len(matched.repeats) != len(keys) + 1:
                continue
            places[matched.repeats] = place = places.get(matched.repeats, 0) + 1
            own = (*keys, self._key(matched, inner, place))
            made.values[_instance(matched.repeats, own)] = str(place)
            self._answers(made, matched, inner, own)
            self._instances(made, inner, own)

    def _key(self, matched: Matched, line: Line, place: int) -> str:
        """The key of an instance: the one it had, if it is ours; rows about values get theirs from their place."""
        book, repeat = self._matching.book, self._matching.form.by_path[matched.repeats[-1]].repeat
        own = line.name.rpartition("\n")[2] if book.program == "cami" else ""
        if not own and (found := _LAST_KEY.search(line.name)) and not found[1].isdecimal():
            own = found[1]
        if _KEY.fullmatch(own):
            return own
        return str(place) if repeat is not None and repeat.rows is not None else f"k{place:08x}"

    def _answers(self, made: Gathered, matched: Matched, line: Line, keys: tuple[str, ...]) -> None:
        from cami_survey.exports.backcells import text_of

        cells: dict[str, dict[str, tuple[Cell, str]]] = {}
        asked: dict[str, Question] = {}
        for at, (question, part) in matched.targets.items():
            place = f"{matched.sheet.name}!{_letters(at)}{line.number}"
            cells.setdefault(question.path, {})[part] = line.cells[at], place
            asked[question.path] = question
        for path, parts in cells.items():
            question = asked[path]
            if question.type in FILES:
                self._attached(made, field_of(question, keys), [text_of(cell).strip() for cell, _at in parts.values()])
                continue
            text, place = self._answer(made, question, parts)
            if text.strip():
                name = field_of(question, keys)
                made.values[name], made.fields[name], made.places[name] = text, question, place

    def _attached(self, made: Gathered, name: str, files: list[str]) -> None:
        media = self._matching.book.media
        for file in filter(None, files):
            own = {made.identity, made.instance.removeprefix("uuid:")}
            # ODK Briefcase names the folder too.
            plain = file.replace("\\", "/").removeprefix("media/")
            if media is not None and (member := media.find(plain, own, self._names)):
                made.values[name], made.attached[name] = plain, member
            else:
                made.files += 1

    def _answer(self, made: Gathered, question: Question, parts: Mapping[str, tuple[Cell, str]]) -> tuple[str, str]:
        """The answer that the cells of a question give, and the cell it stands in; a flaw where they give none."""
        from cami_survey.exports.backcells import UnfitError, text_of

        single = {part: found for part, found in parts.items() if part}
        place = next(iter(parts.values()))[1]
        reason, cell = "", parts.get("", (None, ""))[0]
        if "" in parts:
            cell, place = parts[""]
            try:
                text = self._lexical(question, cell)
            except UnfitError as unfit:
                text, reason = spaced(question, text_of(cell)), str(unfit.args[0])
            if text:
                return text, place
        if single and question.type == "geopoint":
            return _point(single), place
        for _code, (one, its_place) in single.items():
            word = text_of(one).strip().casefold()
            if word and word not in (*YES, *NO):
                reason, cell, place = (
                    _("“{text}” is neither 1 (chosen) nor 0 (not chosen).").format(text=word),
                    one,
                    its_place,
                )
                break
        else:
            # Labels that are joined by spaces cannot be told apart; the columns of single choices can.
            if single:
                chosen = [code for code, (one, _place) in single.items() if text_of(one).strip().casefold() in YES]
                return " ".join(chosen), place
        if reason:
            made.flaws.append(Flaw(place, label_of(question), text_of(cell), reason))
        return "", place

    def _lexical(self, question: Question, cell: Cell) -> str:
        from cami_survey.exports.backcells import lexical, text_of

        if question.kind not in ("text", "choice"):
            return lexical(question, cell)
        text = text_of(cell)
        if question.kind == "text":
            return lexical(question, text)
        if (question.path, text) not in self._chosen:
            self._chosen[question.path, text] = lexical(question, text, language=self._language)
        return self._chosen[question.path, text]


def label_of(question: Question) -> str:
    """What the question is called, in a line."""
    from cami_survey.analysis.columns import text_in

    return " ".join(text_in(question.labels, "").split()) or question.name


def spaced(question: Question, text: str) -> str:
    """The codes of labels that are joined by spaces, as KoboToolbox does; empty where they can be read in two ways."""
    languages = {language for choice in question.choices for language in choice.labels}
    found = {codes for language in languages for codes in _readings(question, language, " ".join(text.split()))}
    return found.pop() if question.shape in ("choices", "ranking") and len(found) == 1 else ""


def _readings(question: Question, language: str, text: str) -> set[str]:
    labels: dict[str, list[str]] = {}
    for choice in question.choices:
        label = " ".join((choice.labels.get(language) or choice.code).split())
        labels.setdefault(label, []).append(choice.code)
    # What can be read up to each place, from the end backwards; two readings are as bad as many.
    readings: dict[int, list[tuple[str, ...]]] = {len(text) + 1: [()]}
    for start in range(len(text) - 1, -1, -1):
        if start and text[start - 1] != " ":
            continue
        readings[start] = [
            (code, *rest)
            for label, codes in labels.items()
            if text.startswith(label, start) and text[start + len(label) :][:1] in ("", " ")
            for rest in readings.get(start + len(label) + 1, ())
            for code in codes
            if code not in rest
        ][:2]
    found = {" ".join(codes) for codes in readings.get(0, ())}
    if question.shape == "choices":
        order = [choice.code for choice in question.choices]
        found = {" ".join(sorted(codes.split(), key=order.index)) for codes in found}
    return found


def _point(parts: Mapping[str, tuple[Cell, str]]) -> str:
    from cami_survey.exports.backcells import text_of

    texts = [text_of(parts.get(part, (None, ""))[0]).strip() for part in PLACE_PARTS]
    return " ".join(text or "0" for text in texts) if texts[0] and texts[1] else ""


def _letters(at: int) -> str:
    from cami_survey.exports.spreadsheets import column_letters

    return column_letters(at)


def _instance(repeats: tuple[str, ...], keys: tuple[str, ...]) -> str:
    """The field of a repeat instance."""
    made, done = "", ""
    for repeat, key in zip(repeats, keys, strict=True):
        made, done = f"{made}{repeat[len(done) :]}[{key}]", repeat
    return made


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def _moment(cell: Cell) -> datetime | None:
    """When that was, with a time zone: what names none is UTC as servers write it, spelled out it is of this place."""
    from datetime import UTC

    from cami_survey.exports.spelleddates import spelled

    try:
        found = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell or "").strip())
    except ValueError:
        told = spelled(str(cell))
        if not isinstance(told, datetime):
            return None
        found = local(told)
    if not is_everywhere(found):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def told(matching: Matching, gathering: Gathering, files: int) -> Iterator[str]:
    """What of the file is left out, a sentence each."""
    unmatched = [column.name for column in matching.columns() if not column.path and not column.about]
    if unmatched:
        text = ngettext(
            "{n} column answers no question of the form and is left out: {names}.",
            "{n} columns answer no question of the form and are left out: {names}.",
            len(unmatched),
        )
        yield counted(text, unmatched)
    if matching.lacks_repeats:
        yield _(
            "The file has no rows of repeats, and answers that hang on them are refused: export them too, from "
            "KoboToolbox as a workbook, from ODK with all files of the form."
        )
    if others := [*matching.book.others, *matching.left]:
        text = ngettext(
            "{n} more sheet belongs to no interviews of this form and is left out: {names}.",
            "{n} more sheets belong to no interviews of this form and are left out: {names}.",
            len(others),
        )
        yield counted(text, others)
    if orphans := gathering.orphans():
        text = ngettext(
            "{n} row of a repeat belongs to no interview of the file and is left out: {names}.",
            "{n} rows of repeats belong to no interview of the file and are left out: {names}.",
            len(orphans),
        )
        yield counted(text, orphans)
    if rejected := gathering.rejected():
        text = ngettext(
            "{n} row was rejected by a reviewer in the other program and comes in all the same: {names}.",
            "{n} rows were rejected by a reviewer in the other program and come in all the same: {names}.",
            len(rejected),
        )
        yield counted(text, rejected)
    if files:
        text = ngettext(
            "{n} attached file is left out: tables have only its name.",
            "{n} attached files are left out: tables have only their names.",
            files,
        )
        yield text.format(n=files)
