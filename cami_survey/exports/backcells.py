"""From the cells of a table back to answers as a form writes them: the way an export made them, the other way round."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from cami_survey.analysis.columns import BETWEEN_LABELS
from cami_survey.analysis.definitions import Question
from cami_survey.analysis.values import READERS
from cami_survey.base.clock import local
from cami_survey.base.texts import _
from cami_survey.exports.cells import visible
from cami_survey.exports.sheetcells import LONGEST_TEXT
from cami_survey.exports.spelleddates import spelled
from cami_survey.exports.spreadsheets import Cell

MIDNIGHT = time()
SOON = timedelta(seconds=1)
# What stays of a text that was too long for a cell before the mark that says so.
KEPT_OF_LONG = LONGEST_TEXT - 500
YES, NO = ("1", "true", "yes", "x"), ("0", "false", "no")


class UnfitError(Exception):
    """A cell that is no answer to its question; its text says why."""


def plain(text: str) -> str:
    """A text as a workbook keeps it."""
    return visible(text).replace("\r\n", "\n").replace("\r", "\n")


def text_of(cell: Cell) -> str:
    """What stands in a cell, as text: whole numbers without a point, ISO dates."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return plain(str(cell))


def same(question: Question, raw: str, cell: Cell) -> bool:
    """Whether the cell says what the answer `raw` is, however it was exported: in any language, as code or label."""
    text = text_of(cell)
    if not raw or not text:
        return not raw and not text.strip()
    if text == plain(raw) or (len(raw) > KEPT_OF_LONG and plain(raw).startswith(text[:KEPT_OF_LONG])):
        return True
    if question.shape in ("choice", "choices", "ranking"):
        return text in _shown(question, raw)
    if isinstance(cell, bool) or question.kind == "boolean":
        return _truth(text) == _truth(raw) != ""
    if isinstance(cell, (int, float)):
        return _float(raw) == cell
    if isinstance(cell, (date, time)):
        return _same_moment(raw, cell)
    try:
        return lexical(question, cell, raw) == raw
    except UnfitError:
        return False


def _shown(question: Question, raw: str) -> Iterator[str]:
    labels = _labels_by_language(question)
    for spoken in labels:
        if question.shape == "choice":
            yield spoken.get(raw, raw)
        else:
            yield BETWEEN_LABELS.join(spoken.get(code, code) for code in raw.split())


def _labels_by_language(question: Question) -> list[dict[str, str]]:
    """Code -> label, in each language."""
    found: dict[str, dict[str, str]] = {}
    for choice in question.choices:
        for language, label in choice.labels.items():
            if label:
                found.setdefault(language, {})[choice.code] = plain(label)
    return list(found.values())


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _same_moment(raw: str, cell: date | time) -> bool:
    if isinstance(cell, datetime):
        there = READERS["datetime"](raw)
        if isinstance(there, datetime):
            return abs(there.replace(tzinfo=None) - cell) < SOON
        return cell.time() == MIDNIGHT and raw[:10] == cell.date().isoformat()
    if isinstance(cell, date):
        return raw[:10] == cell.isoformat() and (len(raw) <= 16 or raw[10:19] == "T00:00:00")
    there = READERS["time"](raw)
    return isinstance(there, time) and abs(_seconds(there) - _seconds(cell)) < 1


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


def lexical(question: Question, cell: Cell, before: str = "", language: str = "") -> str:
    """The cell as an answer; `before` lends its time zone and its order of choices. UnfitError where it is none.

    A label that means another choice in another language is read in `language`.
    """
    text = text_of(cell).strip() if question.kind != "text" else text_of(cell)
    if not text:
        return ""
    if question.shape == "choice":
        return _code(question, text, language)
    if question.shape in ("choices", "ranking"):
        return _codes(question, text, before, language)
    if question.kind == "boolean":
        return _truth(text) or _refuse(_("“{text}” is neither yes nor no.").format(text=text))
    if question.kind in ("integer", "decimal"):
        return _number(question, text)
    if question.kind in ("date", "datetime", "time"):
        return _moment(question, cell, text, before)
    if not isinstance(cell, str):
        raise UnfitError(
            _("the spreadsheet made a number or date of a text ({text}): format the cell as text and write it again.")
            .format(text=text)
        )  # fmt: skip
    return text


def _refuse(reason: str) -> str:
    raise UnfitError(reason)


def _truth(text: str) -> str:
    word = text.strip().casefold()
    if word in (*YES, _("yes").casefold()):
        return "true"
    return "false" if word in (*NO, _("no").casefold()) else ""


def _number(question: Question, text: str) -> str:
    number = _float(text)
    if number is None or not math.isfinite(number) or "_" in text:
        raise UnfitError(_("“{text}” is not a number.").format(text=text))
    if question.kind == "integer" and not number.is_integer():
        raise UnfitError(_("“{text}” is not a whole number.").format(text=text))
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return text


def _moment(question: Question, cell: Cell, text: str, before: str) -> str:
    if question.kind == "date":
        if isinstance(cell, datetime) and cell.time() == MIDNIGHT:
            return cell.date().isoformat()
        if isinstance(cell, str) and isinstance(READERS["date"](text), date) and len(text) == 10:
            return text
        if isinstance(cell, str) and (day := _day(spelled(text))):
            return day.isoformat()
        return text if isinstance(cell, date) and not isinstance(cell, datetime) else _refuse(_no_date(text))
    if question.kind == "time":
        moment = cell if isinstance(cell, time) else READERS["time"](text)
        if isinstance(cell, str) and not isinstance(moment, time):
            moment = spelled(text)
        if not isinstance(moment, time) or isinstance(cell, (date, float, int, timedelta)):
            raise UnfitError(_("“{text}” is not a time such as 14:30.").format(text=text))
        return moment.isoformat("milliseconds") + ("" if moment.tzinfo else _zone(before, datetime.now()))
    if isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime.combine(cell, MIDNIGHT)
    when = cell if isinstance(cell, datetime) else READERS["datetime"](text.replace(" ", "T", 1))
    if not isinstance(when, datetime) and isinstance(cell, str):
        when = spelled(text)
    if not isinstance(when, datetime) or isinstance(cell, (int, float)):
        raise UnfitError(_no_date(text))
    return when.isoformat("T", "milliseconds") + ("" if when.tzinfo else _zone(before, when))


def _day(found: date | datetime | time | None) -> date | None:
    """The day that was spelled, alone or as its first moment."""
    if isinstance(found, datetime):
        return found.date() if found.time() == MIDNIGHT else None
    return found if isinstance(found, date) else None


def _no_date(text: str) -> str:
    return _("“{text}” is not a date such as 2026-05-31.").format(text=text)


def _zone(before: str, when: datetime) -> str:
    """The time zone as the answer before had it; of a new one, that of this computer at that moment."""
    tail = before[-6:]
    if before.endswith("Z"):
        return "Z"
    if len(tail) == 6 and tail[0] in "+-" and tail[3] == ":":
        return tail
    return local(when).isoformat()[-6:]


def _code(question: Question, text: str, language: str) -> str:
    """The choice with this label or code; a label of several is read in this language."""
    if any(choice.code == text for choice in question.choices):
        labelled = {c.code for c in question.choices for label in c.labels.values() if plain(label).strip() == text}
        if labelled - {text}:
            raise UnfitError(_("“{text}” is the label of one choice and the code of another.").format(text=text))
        return text
    wanted = text.casefold()
    said = [
        (choice.code, spoken)
        for choice in question.choices
        for spoken, label in choice.labels.items()
        if plain(label).strip().casefold() == wanted
    ]
    codes = {code for code, _spoken in said}
    if len(codes) > 1:
        codes = {code for code, spoken in said if spoken == language} or codes
    if len(codes) == 1:
        return codes.pop()
    if codes:
        names = ", ".join(sorted(codes))
        raise UnfitError(
            _("“{text}” is the label of several choices: write one of {names}.").format(text=text, names=names)
        )
    if not question.choices:
        return text
    raise UnfitError(_("“{text}” is none of the choices.").format(text=text))


def _codes(question: Question, text: str, before: str, language: str) -> str:
    known = {choice.code for choice in question.choices}
    words = text.split()
    parts = words if known and set(words) <= known else _parts(question, text)
    codes = parts if parts is words else [_code(question, part, language) for part in parts]
    if len(set(codes)) < len(codes):
        raise UnfitError(_("“{text}” names a choice twice.").format(text=text))
    return " ".join(codes if question.shape == "ranking" else in_order(question, codes, before))


def _parts(question: Question, text: str) -> list[str]:
    """The labels in a cell; one that holds the sign between labels itself is found whole."""
    labels = sorted({label for spoken in _labels_by_language(question) for label in spoken.values()}, key=len)
    parts: list[str] = []
    rest = text.strip()
    while rest:
        found = next((one for one in reversed(labels) if rest == one or rest.startswith(one + BETWEEN_LABELS)), None)
        part = found if found is not None else rest.split(";", 1)[0]
        parts.append(part.strip())
        rest = rest[len(part) :].removeprefix(BETWEEN_LABELS).removeprefix(";").strip()
    return [part for part in parts if part]


def in_order(question: Question, codes: Sequence[str], before: str) -> list[str]:
    """The codes as they stood before, new ones behind them in the order of the form."""
    old = [code for code in before.split() if code in codes]
    order = list(dict.fromkeys([*(choice.code for choice in question.choices), *codes]))
    return old + [code for code in order if code in codes and code not in old]


def language_of(cells: Iterable[tuple[Question, Cell]]) -> str:
    """The language whose labels most of these cells are written in; empty where two are as likely."""
    said = Counter(
        spoken
        for question, cell in cells
        for choice in question.choices
        for spoken, label in choice.labels.items()
        if label and plain(label).strip().casefold() == text_of(cell).strip().casefold()
    )
    first, *more = [*said.most_common(2), ("", 0)]
    return first[0] if not more or first[1] > more[0][1] else ""
