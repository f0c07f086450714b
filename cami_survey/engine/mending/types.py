"""Question types: which exist, and what those of other tools and older days are called now."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import CALCULATE, DEFAULT, LIST, NAME, TYPE
from cami_survey.engine.mending.draft import Draft

# Types of SurveyCTO, CommCare-like health tools (db:) and early XLSForms, with what keeps their answers here.
# https://docs.surveycto.com/02-designing-forms/01-core-concepts/03c.field-types.html
OTHER_NAMES = {
    "caseid": "hidden",
    "comments": "hidden",
    "text audit": "hidden",
    "audio audit": "hidden",
    "sensor_statistic": "hidden",
    "sensor_stream": "hidden",
    "calculate_here": "calculate",
    "numeric": "decimal",
    "number": "decimal",
    "numeric integer": "integer",
    "boolean": "acknowledge",
    "picture": "image",
    "signature": "image",
    "phone": "text",
    "free text": "text",
    "string": "text",
    "str": "text",
    "varchar": "text",
    "datetime": "dateTime",
    "date_time": "dateTime",
    "geo point": "geopoint",
    "gps point": "geopoint",
    "lat long": "geopoint",
}
PATTERNS = (
    (re.compile(r"speed violations\b.*"), "hidden"),
    (re.compile(r"hidden (?:string|text|int|integer|decimal|date|datetime|geopoint|boolean)"), "hidden"),
    (re.compile(r"db:\S+"), "text"),
    (re.compile(r"barcode_?scan(?:ner)?"), "barcode"),
)
CHOOSE, FROM = r"(?:select|choose)[\s_-]*", r"(?:[\s_-]*(?:from|using))?\s+(\S+.*)"
SPELLINGS = (
    (re.compile(r"(begin|end)[\s_.-]*(group|repeat|loop)", re.IGNORECASE), r"\1_\2"),
    (re.compile(rf"{CHOOSE}(?:one|1){FROM}", re.IGNORECASE), r"select_one \1"),
    (re.compile(rf"{CHOOSE}(?:multiple|many|all|all that apply){FROM}", re.IGNORECASE), r"select_multiple \1"),
)
SETTINGS_TYPE = re.compile(r"(?:set )?form[ _](title|id)")


@lru_cache(maxsize=1)
def known_types() -> frozenset[str]:
    """Every type of question the conversion has a name for."""
    from pyxform.aliases import _type_alias_map
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return frozenset({*QUESTION_TYPE_DICT, *_type_alias_map})


@lru_cache(maxsize=1)
def _structures() -> tuple[re.Pattern[str], ...]:
    from pyxform import xls2json

    return (xls2json.RE_BEGIN_CONTROL, xls2json.RE_END_CONTROL, xls2json.RE_SELECT, xls2json.RE_OSM)


def is_known(text: str) -> bool:
    """Whether the conversion knows the type."""
    from pyxform.aliases import settings_header

    return (
        text in known_types()
        or text in settings_header
        or text.startswith("cascading")
        or any(pattern.search(text) for pattern in _structures())
    )


def check_types(draft: Draft) -> None:
    """Each row that has a name has a type that exists."""
    columns = draft.columns()
    header = columns.named(TYPE)
    for number, row in list(draft.rows()):
        written = " ".join(row.get(header, "").split())
        if written and not is_known(written) and not draft.full:
            _check(draft, number, header, written)
        elif not written and row.get(columns.named(NAME)) and header:
            _without_type(draft, number, header)


def _without_type(draft: Draft, number: int, header: str) -> None:
    problem = FormProblem(_("The question has no type."), "form.missing-type", "survey", number, header)
    draft.left(problem, lambda: draft.workbook.put("survey", number, header, "hidden"))


def _check(draft: Draft, number: int, header: str, written: str) -> None:
    setting = SETTINGS_TYPE.fullmatch(written.lower())
    if setting is not None:
        _move_to_settings(draft, number, header, setting.group(1))
        return
    now = today_called(written)
    reason = _("There is no question type “{type}”.").format(type=written)
    place = (reason, "form.unknown-type", "survey", number, header)
    if now and not (now == "calculate" and not _calculates(draft, number)):
        draft.repaired(FormProblem(*place, repair=_told(written, now)))
        draft.workbook.put("survey", number, header, now)
        return
    if written in _lists(draft):
        reason += " " + _("There is a list of that name: is “select_one {list}” meant?").format(list=written)
        place = (reason, *place[1:])
    draft.left(FormProblem(*place), _put(draft, number, header, "hidden"))


def _lists(draft: Draft) -> set[str]:
    header = draft.columns("choices").named(LIST)
    return {row[header] for row in draft.workbook.rows.get("choices", ()) if header in row}


def _put(draft: Draft, number: int, header: str, text: str) -> Callable[[], None]:
    return lambda: draft.workbook.put("survey", number, header, text)


def _calculates(draft: Draft, number: int) -> bool:
    return bool(draft.workbook.rows["survey"][number - 2].get(draft.columns().named(CALCULATE)))


def _told(written: str, now: str) -> str:
    if written == "calculate_here":
        return _("The type becomes “calculate”: it is computed all the time, not only where the question stands.")
    if now == "hidden":
        return _("The type becomes “hidden”: the column stays in the answers and is filled by what the form computes.")
    return _("The type becomes “{type}”.").format(type=now)


def today_called(written: str) -> str:
    """What a type is called now, "" if nobody can know."""
    lower = written.lower().replace("’", "'")
    if lower in OTHER_NAMES:
        return OTHER_NAMES[lower]
    for pattern, name in PATTERNS:
        if pattern.fullmatch(lower):
            return name
    for pattern, spelling in SPELLINGS:
        made = pattern.sub(spelling, written) if pattern.fullmatch(written) else ""
        made = re.sub(r"^\w+", lambda word: word.group().lower(), made)
        if made and is_known(made):
            return made
    if is_known(lower) and lower != written:
        return lower
    return _nearest(lower)


COMMON = (
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "image", "audio", "video", "file", "geopoint",
    "geotrace", "geoshape", "barcode", "calculate", "acknowledge", "range", "hidden", "begin_group", "end_group",
    "begin_repeat", "end_repeat",
)  # fmt: skip


def _nearest(written: str) -> str:
    """The one common type that is a slip of a finger away."""
    found = get_close_matches(written, [name.lower() for name in COMMON], n=2, cutoff=0.85)
    if len(found) != 1 or abs(len(found[0]) - len(written)) > 1:
        return ""
    return next(name for name in COMMON if name.lower() == found[0])


def _move_to_settings(draft: Draft, number: int, header: str, which: str) -> None:
    """Early forms said their title and id in rows of the sheet “survey”, as a name or a label."""
    columns = draft.columns()
    row = draft.workbook.rows["survey"][number - 2]
    text = next((row[column] for column in (*columns.starting("label"), columns.named(NAME)) if row.get(column)), "")
    name = f"form_{which}"
    reason = _("The form's title or id no longer stands among the questions.")
    problem = FormProblem(
        reason, "form.setting-in-survey", "survey", number, header,
        repair=_("It goes to the sheet “settings”, column {column}: “{text}”.").format(column=name, text=text),
    )  # fmt: skip
    for column in list(row):
        draft.workbook.put("survey", number, column, "")
    write_setting(draft, name, text)
    draft.repaired(problem)


def write_setting(draft: Draft, name: str, text: str) -> None:
    """Put a setting where none is yet."""
    settings = draft.columns("settings")
    header = settings.named((name,)) or next((h for h, m in settings.meanings.items() if name in (h, m[0])), "")
    if not header:
        draft.workbook.add_column("settings", name)
        header = name
    if not draft.workbook.rows["settings"]:
        draft.workbook.append("settings", {header: text})
    elif not draft.workbook.rows["settings"][0].get(header):
        draft.workbook.put("settings", 2, header, text)


def check_calculations(draft: Draft) -> None:
    """A calculation without anything to calculate is an empty column."""
    columns = draft.columns()
    header, formula, default = columns.named(TYPE), columns.named(CALCULATE), columns.named(DEFAULT)
    for number, row in list(draft.rows()):
        if row.get(header) == "calculate" and not row.get(formula) and not row.get(default):
            problem = FormProblem(
                _("There is nothing to calculate."), "form.missing-calculation", "survey", number, formula or header,
                repair=_("The type becomes “hidden”: the column stays and is empty."),
            )  # fmt: skip
            draft.repaired(problem)
            draft.workbook.put("survey", number, header, "hidden")
