"""XLSForm to XForm XML through pyxform, with every problem found and its place in the sheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cami_survey.base.collecting import paused
from cami_survey.base.texts import _
from cami_survey.engine.cells import unreadable
from cami_survey.engine.errors import FormError, FormProblem, refuse
from cami_survey.engine.form import Form
from cami_survey.engine.long_lists import CHOICES, LongList, lengthened, long_lists, shortened
from cami_survey.engine.places import placed
from cami_survey.engine.reading import read_form
from cami_survey.engine.repeat_choices import several, single
from cami_survey.engine.reviews import REVIEWER, mark_reviews
from cami_survey.engine.reviews import SHEET as REVIEWS
from cami_survey.engine.secondary import MOST_IN_A_CELL, UTF_16_MARKS, Media
from cami_survey.engine.wording import in_words, warning_in_words
from cami_survey.engine.workbook import SHEETS, Workbook, read_workbook

# Names of languages need no code here; texts that are missing are counted one by one by the lint.
UNHEEDED = frozenset({"form.language-code", "form.missing-texts"})
# A picture or a program has a zero byte soon after what is no text.
BINARY = 4096
CRASHES = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AssertionError,
    RecursionError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Converted:
    """XForm XML, what the conversion noticed, and files it made (`itemsets.csv`)."""

    xml: bytes
    noticed: tuple[FormProblem, ...]
    media: dict[str, bytes]


def read_workbook_form(workbook: Workbook, name: str, media: Media) -> Form:
    """The form of these sheets. RefusedError where pyxform stops, FormError for what the form itself has wrong."""
    unread = unreadable(workbook)
    if unread:
        raise UnreadableError(unread)
    converted = convert(workbook, name)
    try:
        form = read_form(converted.xml, media, noticed=converted.noticed, made=converted.media)
    except FormError as error:
        raise FormError(placed(error.problems, workbook)) from error
    if form.noticed:
        form.noticed = tuple(placed(form.noticed, workbook))
    return form


def convert(workbook: Workbook, name: str) -> Converted:
    """The XForm of these sheets; RefusedError where pyxform stops."""
    if workbook.doubled:
        raise RefusedError(_("A column appears twice."))
    xml, warnings, itemsets = _pyxform(workbook, name)
    media = {"itemsets.csv": itemsets.encode()} if itemsets else {}
    noticed = tuple(dict.fromkeys(problem for text in warnings if (problem := _noticed(text, workbook)) is not None))
    return Converted(_reviewed(xml.encode(), workbook), noticed, media)


def _reviewed(xml: bytes, workbook: Workbook) -> bytes:
    told = REVIEWER in workbook.headers.get(REVIEWS, ())
    return mark_reviews(xml, workbook.rows[REVIEWS]) if told else xml


def _noticed(message: str, workbook: Workbook) -> FormProblem | None:
    """A warning with its place; None for those that mean nothing here."""
    code, reason = warning_in_words(message)
    if code in UNHEEDED:
        return None
    return replace(located(message, workbook), code=code, reason=reason)


class UnreadableError(FormError):
    """Expressions that cannot be read, found before the conversion."""


class RefusedError(Exception):
    """pyxform does not take the sheets; `message` is in its words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_sheets(content: bytes, ending: str, name: str) -> Workbook:
    """The sheets of an XLSForm; FormError if there are none with questions."""
    with paused():
        workbook = _read(content, ending, name)
    if not workbook.rows.get("survey"):
        raise refuse(_("The workbook has no sheet “survey” with questions in it."), "form.no-survey")
    return workbook


def _read(content: bytes, ending: str, name: str) -> Workbook:
    if ending in (".csv", ".md") or (
        ending not in (".xlsx", ".xls", ".xlsm") and content[:2] not in (b"PK", b"\xd0\xcf")
    ):
        table = ending != ".csv" and re.search(rb"(?m)^[ \t]*\|", content)
        return _read_text(content, ".md" if table else ".csv", name)
    return read_workbook(content)


def _decoded(content: bytes, name: str) -> str:
    """Text of a file in UTF-8, or in UTF-16 as Excel's “Unicode text” is; other encodings cannot be told apart."""
    try:
        return content.decode("utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in content[: error.start + BINARY]:
            sentence = _(
                "{name} is no form. A form is a workbook, a .csv, .md or .xml file, or a folder or zip with one."
            )
            raise refuse(sentence.format(name=name), "form.another-kind") from error
        line = content[: error.start].count(b"\n") + 1
        sentence = _("{name} is not in UTF-8 (line {line}). Save it again as “CSV UTF-8”, or as a workbook.")
        raise refuse(sentence.format(name=name, line=line), "form.encoding") from error


def _read_text(content: bytes, ending: str, name: str) -> Workbook:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    text = _decoded(content, name)
    csv.field_size_limit(MOST_IN_A_CELL)
    try:
        data = get_xlsform(text.encode(), file_type=ending)
    except (PyXFormError, csv.Error, *CRASHES) as error:
        sentence = _("{name} is no form: in a table as text, the name of a sheet (survey) stands alone in its line.")
        raise refuse(sentence.format(name=name or ending), "form.damaged") from error
    workbook = Workbook(names=list(data.sheet_names or ()))
    for sheet in SHEETS:
        rows, header = getattr(data, sheet), getattr(data, f"{sheet}_header")
        if rows is not None:
            workbook.rows[sheet] = [{str(key): str(text) for key, text in row.items() if text} for row in rows]
            workbook.headers[sheet] = [str(key) for first in (header or ())[:1] for key in first]
            workbook.columns[sheet] = {key: place for place, key in enumerate(workbook.headers[sheet])}
            workbook.titles[sheet] = sheet
    return workbook


Made = tuple[str, list[str], str | None]


def _pyxform(workbook: Workbook, name: str) -> Made:
    """XForm, warnings and `itemsets.csv` as pyxform gives them."""
    workbook, names = single(workbook)
    with paused():
        lists = long_lists(workbook)
    made = (_with_short_lists(workbook, name, lists) if lists else None) or _all_by_pyxform(workbook, name)
    return (several(made[0], names), *made[1:]) if names else made


def _with_short_lists(workbook: Workbook, name: str, lists: list[LongList]) -> Made | None:
    """As pyxform gives it, though it is shown a few rows of long lists; None where it stops or names a row of them."""
    short = replace(workbook, rows={**workbook.rows, CHOICES: shortened(workbook.rows[CHOICES], lists)})
    try:
        xml, warnings, itemsets = _all_by_pyxform(short, name)
    except RefusedError:
        return None
    misplaced = any(ROW.search(warning) and CHOICES in warning for warning in warnings)
    whole = None if misplaced else lengthened(xml, lists)
    return None if whole is None else (whole, warnings, itemsets)


def _all_by_pyxform(workbook: Workbook, name: str) -> Made:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    source: dict[str, Any] = {"sheet_names": workbook.names, "fallback_form_name": _stem(name)}
    for sheet in (sheet for sheet in SHEETS if sheet in workbook.rows):
        source[sheet] = [dict(row) for row in workbook.rows[sheet]]
        source[f"{sheet}_header"] = [dict.fromkeys(workbook.headers[sheet])]
    try:
        with paused():
            result = pyxform_convert(source, validate=False, pretty_print=False)
    except PyXFormError as error:
        raise RefusedError(str(error)) from error
    except CRASHES as error:
        raise RefusedError(_crash(error)) from error
    return result.xform, list(result.warnings), result.itemsets


def _crash(error: BaseException) -> str:
    return f"crash: {type(error).__name__}: {error}"


def _stem(name: str) -> str:
    return re.sub(r"\W+", "_", name.rpartition(".")[0] or name).strip("_") or "form"


ROW = re.compile(r"\[?\s*row\s*:\s*(\d+)\s*\]?|\brow (?:number )?(\d+)", re.IGNORECASE)
SHEET = re.compile(r"(?:sheet:?\s*'(\w+)'|'(\w+)' sheet|\bon the (\w+) sheet)", re.IGNORECASE)
COLUMN = re.compile(r"the '([^']+)' (?:value|column)|column:? '([^']+)'", re.IGNORECASE)
REFERENCE = re.compile(r"\$\{([^}]*)\}")
QUOTED = re.compile(r"'([^']+)'|“([^”]+)”|\"([^\"]+)\"")
UNKNOWN_TYPE = re.compile(r"Unknown question type '([^']*)'")
SECOND_FILE = re.compile(r"Duplicate URI: 'jr://[^']*/([^'/]+)'")
MISSING_LIST = re.compile(
    r"List name not in (?:external )?choices sheet: (\S+)|list name '([^']+)'.*not.*choices", re.IGNORECASE
)
SELECT = re.compile(r"(?:select|rank)[ _](?!\S*from_file)")
NO_CHOICES = re.compile(r"There should be a choices sheet")
NO_ELEMENT = re.compile(r"There is no survey element named '([^']*)'|Could not find the name '([^']*)'")


def _first(match: re.Match[str] | None) -> str:
    return next((group for group in match.groups() if group), "") if match is not None else ""


def located(message: str, workbook: Workbook) -> FormProblem:
    """The problem of a pyxform message with its sheet, row and column, as far as they can be found."""
    row = _first(ROW.search(message))
    sheet = _first(SHEET.search(message)).lower()
    column = _first(COLUMN.search(message))
    code, reason = in_words(message)
    if row:
        sheet = sheet or "survey"
        column = column or _column_of(message, sheet, int(row), workbook)
        return FormProblem(reason, code, sheet, int(row), column)
    for find in (_by_file, _by_reference, _by_type, _by_select, _by_quoted):
        found = find(message, workbook)
        if found is not None:
            return FormProblem(reason, code, *found)
    return FormProblem(reason, code, sheet, None, column)


Place = tuple[str, int | None, str]


def _column_of(message: str, sheet: str, number: int, workbook: Workbook) -> str:
    rows = workbook.rows.get(sheet, [])
    row = rows[number - 2] if 2 <= number < len(rows) + 2 else {}
    quoted = {text for groups in QUOTED.findall(message) for text in groups if text}
    if MISSING_LIST.search(message):
        return next((header for header in row if header.lower() == "type"), "")
    return next(
        (header for header, text in row.items() if text in quoted or any(word in quoted for word in text.split())), ""
    )


def _by_file(message: str, workbook: Workbook) -> Place | None:
    """The question with the second of two files of one name."""
    name = _first(SECOND_FILE.search(message))
    return _where(workbook, ("survey",), lambda text: name in text.split()) if name else None


def _by_reference(message: str, workbook: Workbook) -> Place | None:
    missing = _first(NO_ELEMENT.search(message)) or _first(REFERENCE.search(message))
    if not missing:
        return None
    wanted = re.compile(r"\$\{\s*(?:last-saved#)?" + re.escape(missing) + r"\s*\}")
    return _where(workbook, ("survey", "choices", "settings", "entities"), lambda text: wanted.search(text) is not None)


def _by_type(message: str, workbook: Workbook) -> Place | None:
    word = _first(UNKNOWN_TYPE.search(message)) or _first(MISSING_LIST.search(message)).strip(".,;'\"")
    if not word:
        return None
    return _where(workbook, ("survey",), lambda text: text == word or word in text.split(), column="type")


def _by_select(message: str, workbook: Workbook) -> Place | None:
    """The first question that chooses from a list, where there are no lists at all."""
    if not NO_CHOICES.search(message):
        return None
    return _where(workbook, ("survey",), lambda text: SELECT.match(text) is not None, column="type")


def _by_quoted(message: str, workbook: Workbook) -> Place | None:
    for groups in QUOTED.findall(message):
        quoted = next(text for text in groups if text)
        for sheet, headers in workbook.headers.items():
            if quoted in headers:
                return sheet, 1, quoted
        found = _where(workbook, ("survey", "choices", "settings"), _equals(quoted))
        if found is not None:
            return found
    return None


def _equals(wanted: str) -> Callable[[str], bool]:
    return lambda text: text == wanted


def _where(
    workbook: Workbook, sheets: tuple[str, ...], accepts: Callable[[str], bool], column: str = ""
) -> Place | None:
    for sheet in sheets:
        for number, header, text in workbook.cells(sheet):
            if (not column or header.lower() == column) and accepts(text):
                return sheet, number, header
    return None


def take_out(message: str, problem: FormProblem, workbook: Workbook) -> bool:
    """Take the problem out of the copy in memory, so that the conversion can go on and find the next one."""
    if problem.row is None or not 2 <= problem.row < len(workbook.rows.get(problem.sheet, ())) + 2:
        return False
    row = workbook.rows[problem.sheet][problem.row - 2]
    if problem.code == "form.unknown-type":
        row[problem.column] = "hidden"
        return True
    if problem.code == "form.missing-list" and problem.column:
        row[problem.column] = "text"
        return True
    missing = _first(NO_ELEMENT.search(message))
    if missing and problem.column in row:
        row[problem.column] = row[problem.column].replace(f"${{{missing}}}", "''")
        return missing not in row[problem.column]
    if problem.sheet == "choices":
        row.clear()
        return True
    return False
