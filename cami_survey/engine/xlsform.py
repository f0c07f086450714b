"""XLSForm to XForm XML through pyxform, with every problem found and its place in the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, FormProblem, refuse
from cami_survey.engine.reviews import REVIEWER, mark_reviews
from cami_survey.engine.reviews import SHEET as REVIEWS
from cami_survey.engine.workbook import SHEETS, Workbook, read_workbook

MOST_PROBLEMS = 25
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
    """XForm XML, what the conversion noticed, files it made (`itemsets.csv`), and the sheets for naming places."""

    xml: bytes
    warnings: tuple[str, ...]
    media: dict[str, bytes] = field(default_factory=dict)
    workbook: Workbook = field(default_factory=Workbook)


def convert(content: bytes, ending: str, name: str) -> Converted:
    """The XForm of an XLSForm in any of its files; FormError with all problems."""
    workbook = _read(content, ending, name)
    if not workbook.rows.get("survey"):
        raise refuse(_("The workbook has no sheet “survey” with questions in it."), "form.no-survey")
    problems: list[FormProblem] = []
    while len(problems) < MOST_PROBLEMS:
        try:
            xml, warnings, itemsets = _pyxform(workbook, name)
        except _RefusedError as refused:
            problem = located(refused.message, workbook)
            if problem in problems or not _mend(refused.message, problem, workbook):
                raise FormError(_in_order({*problems, problem})) from refused
            problems.append(problem)
        else:
            if problems:
                raise FormError(_in_order(problems))
            media = {"itemsets.csv": itemsets.encode()} if itemsets else {}
            return Converted(_reviewed(xml.encode(), workbook), tuple(warnings), media, workbook)
    raise FormError(_in_order(problems))


def _reviewed(xml: bytes, workbook: Workbook) -> bytes:
    told = REVIEWER in workbook.headers.get(REVIEWS, ())
    return mark_reviews(xml, workbook.rows[REVIEWS]) if told else xml


def _in_order(problems: Iterable[FormProblem]) -> list[FormProblem]:
    """As they stand in the sheets, those without a place last."""
    return sorted(problems, key=lambda problem: (not problem.sheet, problem.sheet, problem.row or 0, problem.column))


class _RefusedError(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def _read(content: bytes, ending: str, name: str) -> Workbook:
    if ending in (".csv", ".md") or (
        ending not in (".xlsx", ".xls", ".xlsm") and content[:2] not in (b"PK", b"\xd0\xcf")
    ):
        table = ending != ".csv" and re.search(rb"(?m)^[ \t]*\|", content)
        return _read_text(content, ".md" if table else ".csv", name)
    return read_workbook(content)


def _read_text(content: bytes, ending: str, name: str) -> Workbook:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    try:
        data = get_xlsform(content.decode("utf-8-sig").encode(), file_type=ending)
    except (PyXFormError, *CRASHES) as error:
        raise refuse(
            _("{name} cannot be read as a form: {reason}").format(name=name, reason=error), "form.damaged"
        ) from error
    workbook = Workbook(names=list(data.sheet_names or ()))
    for sheet in SHEETS:
        rows, header = getattr(data, sheet), getattr(data, f"{sheet}_header")
        if rows is not None:
            workbook.rows[sheet] = [{str(key): str(text) for key, text in row.items() if text} for row in rows]
            workbook.headers[sheet] = [str(key) for first in (header or ())[:1] for key in first]
    return workbook


def _pyxform(workbook: Workbook, name: str) -> tuple[str, list[str], str | None]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    source: dict[str, Any] = {"sheet_names": workbook.names, "fallback_form_name": _stem(name)}
    for sheet in (sheet for sheet in SHEETS if sheet in workbook.rows):
        source[sheet] = [dict(row) for row in workbook.rows[sheet]]
        source[f"{sheet}_header"] = [dict.fromkeys(workbook.headers[sheet])]
    try:
        result = pyxform_convert(source, validate=False, pretty_print=False)
    except PyXFormError as error:
        raise _RefusedError(str(error)) from error
    except CRASHES as error:
        raise _RefusedError(_crash(error)) from error
    return result.xform, list(result.warnings), result.itemsets


def _crash(error: BaseException) -> str:
    return _("The form cannot be converted ({kind}: {reason}).").format(kind=type(error).__name__, reason=error)


def _stem(name: str) -> str:
    return re.sub(r"\W+", "_", name.rpartition(".")[0] or name).strip("_") or "form"


ROW = re.compile(r"\[?\s*row\s*:\s*(\d+)\s*\]?|\brow (?:number )?(\d+)", re.IGNORECASE)
SHEET = re.compile(r"(?:sheet:?\s*'(\w+)'|'(\w+)' sheet|\bon the (\w+) sheet)", re.IGNORECASE)
COLUMN = re.compile(r"the '([^']+)' (?:value|column)|column:? '([^']+)'", re.IGNORECASE)
REFERENCE = re.compile(r"\$\{([^}]*)\}")
QUOTED = re.compile(r"'([^']+)'|“([^”]+)”|\"([^\"]+)\"")
UNKNOWN_TYPE = re.compile(r"Unknown question type '([^']*)'")
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
    if row:
        sheet = sheet or "survey"
        return FormProblem(
            _plain(message), _code(message), sheet, int(row), column or _column_of(message, sheet, int(row), workbook)
        )
    for find in (_by_reference, _by_type, _by_select, _by_quoted):
        found = find(message, workbook)
        if found is not None:
            return FormProblem(_plain(message), _code(message), *found)
    return FormProblem(_plain(message), _code(message), sheet, None, column)


def _plain(message: str) -> str:
    return " ".join(ROW.sub("", message, count=1).split()) if message.startswith("[") else " ".join(message.split())


def _code(message: str) -> str:
    if UNKNOWN_TYPE.search(message):
        return "form.unknown-type"
    if MISSING_LIST.search(message) or NO_CHOICES.search(message):
        return "form.missing-list"
    if NO_ELEMENT.search(message):
        return "form.unknown-reference"
    if "header" in message.lower():
        return "form.header"
    return "form.invalid"


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


def _mend(message: str, problem: FormProblem, workbook: Workbook) -> bool:
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


COLUMNS = {
    "relevant": ("relevant", "relevance"),
    "constraint": ("constraint",),
    "calculate": ("calculation", "calculate"),
    "required": ("required",),
    "readonly": ("read_only", "readonly"),
    "itemset": ("choice_filter", "type"),
    "label": ("label",),
    "hint": ("hint",),
    "setvalue": ("trigger", "default", "calculation"),
    "jr:count": ("repeat_count", "jr:count"),
}


def placed(problem: FormProblem, workbook: Workbook) -> FormProblem:
    """A problem of the XForm with the sheet row that its node came from."""
    name = problem.path.rstrip("/").rpartition("/")[2]
    use = problem.reason.partition(" ")[0]
    for number, row in enumerate(workbook.rows.get("survey", ()), 2):
        if name and row.get("name") == name:
            wanted = COLUMNS.get(use, ())
            column = next((header for header in row if header.lower().partition("::")[0] in wanted), "")
            return FormProblem(problem.reason, problem.code, "survey", number, column, problem.path)
    return problem
