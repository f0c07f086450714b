"""The translator's workbook: it goes out with every text of a form, and comes back checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.engine.api import FormProblem, Workbook, read_workbook
from cami_survey.exports.formbook import Sheet, write
from cami_survey.exports.formtexts import Text, placeholders

TEXTS, LANGUAGES = "texts", "languages"
SOURCE, TARGET = "source: ", "target: "
LANGUAGE, REVIEWER, DAY = "language", "reviewed by", "reviewed on"
LONGEST = 4000
WORD = re.compile(r"[^\W\d_]{4,}")
# So many letters more than twice those of the source are still no long text: short words grow most.
ROOM = 20


@dataclass(frozen=True, slots=True)
class Translation:
    """What came back: key -> row, source and target text; who reviewed it, if anybody did,
    and in which row of its sheet that stands."""

    language: str
    lines: Sequence[tuple[int, str, str, str]]
    reviewer: str = ""
    day: str = ""
    reviewed_in: int = 0


def write_out(path: Path, texts: Sequence[Text], source: str, target: str, review: tuple[str, str] = ("", "")) -> None:
    """Write the workbook for a translation from `source` to `target`; `review` is who has read it so far, and when."""
    columns = ["key", "context", SOURCE + source, TARGET + target, "length"]
    rows: list[dict[str, str | int]] = [
        {
            "key": text.key,
            "context": text.context,
            SOURCE + source: text.source,
            TARGET + target: text.target,
            "length": len(text.source),
        }
        for text in texts
    ]
    named: dict[str, str | int] = {LANGUAGE: target, REVIEWER: review[0], DAY: review[1]}
    guide: list[dict[str, str | int]] = [{"how to": line} for line in _guide()]
    write(
        path,
        [
            Sheet(TEXTS, columns, rows),
            Sheet(LANGUAGES, [LANGUAGE, REVIEWER, DAY], [named]),
            Sheet("how to", ["how to"], guide),
        ],
    )


def _guide() -> list[str]:
    return [
        _("Write the translation beside each text, in the column “target”. Change nothing else."),
        _("Short sentences, one idea each, as you would say them to an older person you respect."),
        _("Leave ${…} as it is; an answer is put in there. It may stand where your language needs it."),
        _("Answers of one list must differ from each other."),
        _("The column “length” counts the letters of the source. A much longer text does not fit a small screen."),
        _("If this is your mother tongue and you have read everything, write your name on the sheet “languages”."),
    ]


def read_back(content: bytes, name: str) -> Translation:
    """The translation in a workbook; UserError if it is none. `name` is what the file is called."""
    book = read_workbook(content, (TEXTS, LANGUAGES))
    headers = book.headers.get(TEXTS, [])
    source = next((header for header in headers if header.startswith(SOURCE.strip())), "")
    target = next((header for header in headers if header.startswith(TARGET.strip())), "")
    language = target.removeprefix(TARGET.strip()).strip()
    if "key" not in headers or not source or not language:
        raise UserError(
            "translation.foreign",
            _("{name} is no translator's workbook.").format(name=name),
            advice=_("Make one with: form translate-out"),
            where=name,
        )
    lines = [
        (number, row["key"], row.get(source, ""), row.get(target, ""))
        for number, row in enumerate(book.rows[TEXTS], 2)
        if row.get("key")
    ]
    return Translation(language, lines, *_review(book, language))


def _review(book: Workbook, language: str) -> tuple[str, str, int]:
    rows = enumerate(book.rows.get(LANGUAGES, ()), 2)
    number, row = next(((number, row) for number, row in rows if row.get(LANGUAGE) == language), (0, {}))
    return row.get(REVIEWER, ""), row.get(DAY, "").removesuffix(" 00:00:00"), number


def check(translation: Translation, texts: Sequence[Text]) -> Iterator[FormProblem]:
    """What is wrong with a translation, row by row. What is only missing is told by `missing`."""
    known = {text.key: text for text in texts}
    seen: set[str] = set()
    for row, key, source, target in translation.lines:
        text = known.get(key)
        if text is None:
            yield _problem(row, "key", "translation.unknown", _("The form has no text {key}.").format(key=key))
        elif key in seen:
            yield _problem(row, "key", "translation.twice", _("The text {key} stands twice.").format(key=key))
        elif _plain(source) != _plain(text.source):
            yield _problem(
                row, "source", "translation.stale",
                _("The form says something else by now: “{text}”.").format(text=text.source),
            )  # fmt: skip
        elif target and placeholders(target) != text.placeholders:
            yield _problem(row, "target", "translation.placeholders", _placeholders(text, target))
        elif target.count("${") > len(text.placeholders):
            reason = _("A reference is ${{ and the name of a question and }}.").format()
            yield _problem(row, "target", "translation.placeholders", reason)
        elif len(target) > LONGEST:
            reason = _("The text is longer than {count} characters.").format(count=LONGEST)
            yield _problem(row, "target", "translation.too-long", reason)
        seen.add(key)
    yield from _alike(translation, known)
    if translation.day and not _is_day(translation.day):
        reason = _("“{text}” is not a date such as 2026-05-31.").format(text=translation.day)
        yield FormProblem(reason, "translation.day", LANGUAGES, translation.reviewed_in, DAY)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _alike(translation: Translation, known: dict[str, Text]) -> Iterator[FormProblem]:
    """Answers of one list that nobody could tell apart, though they differ in the source."""
    first: dict[tuple[str, str], Text] = {}
    for row, key, _source, target in translation.lines:
        text = known.get(key)
        if text is None or not text.group or not target:
            continue
        other = first.setdefault((text.group, _plain(target).casefold()), text)
        if _plain(other.source).casefold() != _plain(text.source).casefold():
            reason = _("“{text}” is the translation of two answers of one list: “{first}” and “{second}”.")
            yield _problem(
                row, "target", "translation.alike",
                reason.format(text=target, first=other.source, second=text.source),
            )  # fmt: skip


def missing(translation: Translation, texts: Sequence[Text]) -> list[Text]:
    """The texts of the form that have no translation yet."""
    given = {key for _row, key, _source, target in translation.lines if target}
    return [text for text in texts if text.key not in given]


def untouched(translation: Translation) -> list[int]:
    """The rows whose translation is the source again, words and all."""
    return [row for row, _key, source, target in translation.lines if source == target and WORD.search(target)]


def lengthy(translation: Translation) -> list[int]:
    """The rows whose translation is more than twice as long as the source."""
    return [row for row, _key, source, target in translation.lines if len(target) > 2 * len(source) + ROOM]


def _placeholders(text: Text, target: str) -> str:
    wanted, found = Counter(text.placeholders), Counter(placeholders(target))
    lost, added = sorted((wanted - found).elements()), sorted((found - wanted).elements())
    parts = [
        *([_("lacks {names}").format(names=_written(lost))] if lost else []),
        *([_("has {names} too much").format(names=_written(added))] if added else []),
    ]
    return _("The translation {what}.").format(what=_(" and ").join(parts))


def _written(names: Sequence[str]) -> str:
    return ", ".join(f"${{{name}}}" for name in names)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _problem(row: int, column: str, code: str, reason: str) -> FormProblem:
    return FormProblem(reason, code, TEXTS, row, column)
