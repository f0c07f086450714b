"""Lists of choices: there, each choice with a name, each name once."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import CHOICE_NAME, FILTER, LIST, TYPE, Columns
from cami_survey.engine.mending.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable

YES_NO = frozenset({"yes_no", "yesno", "yn", "y_n", "no_yes", "yes_or_no"})
COMMON = {"yes": "Yes", "no": "No"}


def list_of(written: str) -> tuple[str, str]:
    """Sheet and name of the list a question chooses from; empty texts for another type, or a list in a file."""
    from pyxform.aliases import select, select_from_file
    from pyxform.xls2json import RE_SELECT

    found = RE_SELECT.search(" ".join(written.split()))
    if found is None or found.group("select_command") in select_from_file or "${" in written:
        return "", ""
    external = select[found.group("select_command")] == "select one external"
    return ("external_choices" if external else "choices"), found.group("list_name")


def check_lists(draft: Draft) -> None:
    """Each list that is chosen from is there."""
    kind = draft.columns().named(TYPE)
    for number, row in list(draft.rows()):
        sheet, name = list_of(row.get(kind, ""))
        if not sheet or draft.full:
            continue
        known = list_names(draft, sheet)
        if name not in known:
            _missing(draft, number, kind, sheet, name, known)


def check_filters(draft: Draft) -> None:
    """A choice filter with a reference means nothing where nothing is chosen."""
    columns = draft.columns()
    kind, header = columns.named(TYPE), columns.named(FILTER)
    for number, row in list(draft.rows()):
        chooses = re.match(r"(?:add |q )?(?:select|rank|cascading)", row.get(kind, ""))
        if "${" in row.get(header, "") and not chooses and not draft.full:
            repair = _("The filter is taken away.")
            reason = _("The question chooses nothing, but has a choice filter.")
            draft.repaired(FormProblem(reason, "form.needless-filter", "survey", number, header, repair=repair))
            draft.workbook.put("survey", number, header, "")


def list_names(draft: Draft, sheet: str = "choices") -> list[str]:
    """The lists of a sheet."""
    header = draft.columns(sheet).named(LIST)
    return list(dict.fromkeys(row[header] for _number, row in draft.rows(sheet) if header in row))


def _missing(draft: Draft, number: int, kind: str, sheet: str, name: str, known: list[str]) -> None:
    if sheet in draft.workbook.rows:
        reason = _("There is no list “{list}” in the sheet “{sheet}”.").format(list=name, sheet=sheet)
    else:
        reason = _("The question chooses from the list “{list}”, but there is no sheet “{sheet}”.").format(
            list=name, sheet=sheet
        )
    place = (reason, "form.missing-list", "survey", number, kind)
    like = like_list(name, known)
    written = draft.workbook.rows["survey"][number - 2][kind]
    if like:
        draft.repaired(FormProblem(*place, repair=_("It chooses from “{list}”.").format(list=like)))
        draft.workbook.put("survey", number, kind, re.sub(rf"(?<=\s){re.escape(name)}(?=\s|$)", like, written))
    elif sheet == "choices" and name.casefold() in YES_NO:
        _add_yes_no(draft, name)
        draft.repaired(FormProblem(*place, repair=_("The list is added with the choices “yes” and “no”.")))
    else:
        draft.left(FormProblem(*place), lambda: _set_aside(draft, number, kind))


def _set_aside(draft: Draft, number: int, kind: str) -> None:
    """What follows is looked at as if the question chose nothing."""
    draft.workbook.put("survey", number, kind, "hidden")
    header = draft.columns().named(FILTER)
    if header in draft.workbook.headers["survey"]:
        draft.workbook.put("survey", number, header, "")


def like_list(name: str, known: list[str]) -> str:
    """The one list that must be meant: the same but for capitals, spaces and dashes, or a slip of a finger away."""
    same = [other for other in known if _bare(other) == _bare(name)]
    near = same or get_close_matches(name, known, n=2, cutoff=0.9)
    return near[0] if len(near) == 1 else ""


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _add_yes_no(draft: Draft, name: str) -> None:
    for wanted, header in ((LIST, "list_name"), (CHOICE_NAME, "name"), (("label",), "label")):
        columns = draft.columns("choices")
        if not columns.named(wanted) and not (header == "label" and columns.starting("label")):
            draft.workbook.add_column("choices", header)
    columns = draft.columns("choices")
    labels = [columns.named(("label",))] if columns.named(("label",)) else columns.starting("label")
    for value, label in COMMON.items():
        row = {columns.named(LIST): name, columns.named(CHOICE_NAME): value, **dict.fromkeys(labels, label)}
        draft.workbook.append("choices", row)


def check_choices(draft: Draft) -> None:
    """Each choice has a name, and each name is there once in its list."""
    columns = draft.columns("choices")
    listed, named = columns.named(LIST), columns.named(CHOICE_NAME)
    if not listed or not named or _allows_duplicates(draft):
        return
    seen: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    filtered: list[tuple[int, str]] = []
    for number, row in list(draft.rows("choices")):
        if listed not in row or draft.full:
            continue
        if named not in row:
            _without_name(draft, number, named)
            continue
        key = (row[listed], row[named])
        first = seen.setdefault(key, (number, row))
        if first[0] == number:
            continue
        if first[1] == row or _same_texts(first[1], row):
            _remove(draft, number, named, first[0])
        elif _tells_apart(columns, first[1], row):
            filtered.append((number, row[named]))
        else:
            _give_other_name(draft, number, columns, first[0])
    if filtered:
        _allow(draft, filtered, named)


def _allows_duplicates(draft: Draft) -> bool:
    rows = draft.workbook.rows.get("settings", [])
    header = next((h for h in draft.workbook.headers.get("settings", ()) if h.strip() == "allow_choice_duplicates"), "")
    return bool(rows) and rows[0].get(header, "").lower() in ("yes", "true", "true()")


def _without_name(draft: Draft, number: int, named: str) -> None:
    problem = FormProblem(_("The choice has no name."), "form.missing-name", "choices", number, named)
    draft.left(problem, lambda: _clear(draft, number))


def _clear(draft: Draft, number: int) -> None:
    for header in list(draft.workbook.rows["choices"][number - 2]):
        draft.workbook.put("choices", number, header, "")


def _same_texts(first: dict[str, str], row: dict[str, str]) -> bool:
    """Whether the second says nothing that the first does not say too."""
    return all(_bare(first.get(header, "")) == _bare(text) and _bare(text) for header, text in row.items())


def _twice(named: str, number: int, name: str, first: int) -> FormProblem:
    reason = _("The choice “{name}” is in its list twice, first in row {row}.").format(name=name, row=first)
    return FormProblem(reason, "form.duplicate-choice", "choices", number, named)


def _remove(draft: Draft, number: int, named: str, first: int) -> None:
    name = draft.workbook.rows["choices"][number - 2][named]
    repair = _("The second is taken away: it says nothing else than the first.")
    draft.repaired(replace(_twice(named, number, name, first), repair=repair))
    _clear(draft, number)


def _tells_apart(columns: Columns, first: dict[str, str], row: dict[str, str]) -> bool:
    """Whether a column for filters differs: the same choice for two districts."""
    texts = {*columns.starting("label", "image", "audio", "video", "media", "big-image")}
    others = [header for header in {**first, **row} if header not in texts and header in columns.meanings]
    return any(first.get(header) != row.get(header) for header in others)


def _allow(draft: Draft, filtered: Iterable[tuple[int, str]], named: str) -> None:
    from cami_survey.engine.mending.types import write_setting

    repair = _("The setting allow_choice_duplicates says that it is meant so: other columns tell the choices apart.")
    for number, name in filtered:
        reason = _("The choice “{name}” is in its list more than once.").format(name=name)
        draft.repaired(FormProblem(reason, "form.duplicate-choice", "choices", number, named, repair=repair))
    write_setting(draft, "allow_choice_duplicates", "yes")


def _give_other_name(draft: Draft, number: int, columns: Columns, first: int) -> None:
    """Another name, where no expression asks for the old one."""
    listed, named = columns.named(LIST), columns.named(CHOICE_NAME)
    row = draft.workbook.rows["choices"][number - 2]
    name = row[named]
    problem = _twice(named, number, name, first)
    problem = replace(problem, reason=problem.reason + " " + _("They have different labels."))
    if _is_asked_for(draft, name):
        draft.left(problem, lambda: _clear(draft, number))
        return
    taken = {other[named] for _n, other in draft.rows("choices") if other.get(listed) == row[listed] and named in other}
    count = 2
    while f"{name}_{count}" in taken:
        count += 1
    repair = _("The second is called “{name}”; no expression asks for it.").format(name=f"{name}_{count}")
    draft.repaired(replace(problem, repair=repair))
    draft.workbook.put("choices", number, named, f"{name}_{count}")


def _is_asked_for(draft: Draft, name: str) -> bool:
    """Whether an expression names the choice, in quotes or as a number."""
    word = re.compile(rf"""(['"]\s*{re.escape(name)}\s*['"]|(?<![\w.]){re.escape(name)}(?![\w.]))""")
    headers = draft.columns().expressions
    return any(
        word.search(re.sub(r"\$\{[^}]*\}", " ", row[header]))
        for _number, row in draft.rows()
        for header in headers
        if header in row
    )


def check_spaces(draft: Draft) -> None:
    """Selections of several are kept with spaces between them, so their names have none."""
    kind = draft.columns().named(TYPE)
    several = {
        list_of(row[kind])[1]
        for _number, row in draft.rows()
        if re.match(r"(?:add )?select(?:[ _]multiple| all)", row.get(kind, ""))
    } - {""}
    columns = draft.columns("choices")
    listed, named = columns.named(LIST), columns.named(CHOICE_NAME)
    for number, row in list(draft.rows("choices")):
        if row.get(listed) in several and " " in row.get(named, "").strip() and not draft.full:
            _close_space(draft, number, named, row[named])


def _close_space(draft: Draft, number: int, named: str, name: str) -> None:
    reason = _("The choice “{name}” has a space in its name, but selections of several have spaces between them.")
    place = (reason.format(name=name), "form.choice-with-space", "choices", number, named)
    new = "_".join(name.split())
    if _is_asked_for(draft, name):
        draft.left(FormProblem(*place), lambda: draft.workbook.put("choices", number, named, new))
    else:
        draft.repaired(FormProblem(*place, repair=_("It becomes “{name}”.").format(name=new)))
        draft.workbook.put("choices", number, named, new)
