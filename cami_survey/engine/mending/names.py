"""Names of questions: there, legal, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import LABEL, NAME, TYPE, Columns
from cami_survey.engine.mending.draft import END, Draft
from cami_survey.engine.mending.types import write_setting

BEGIN = re.compile(r"begin[\s_](group|repeat|loop|lgroup|looped group)\b")
UNNAMED = frozenset({"note", "audit"})
PRINTED = ("label", "hint", "guidance_hint", "image", "audio", "video", "big-image")


@dataclass(slots=True)
class Scope:
    """A group that is open while the rows are read."""

    row: int
    kind: str
    names: dict[str, int] = field(default_factory=dict)


def is_legal(name: str) -> bool:
    """Whether the conversion takes the name."""
    from pyxform.parsing.expression import is_xml_tag

    return bool(is_xml_tag(name))


def legal(name: str) -> str:
    """The nearest name that is legal."""
    made = re.sub(r"[^\w.-]+", "_", name.strip()).strip("_.-")
    if not made:
        return "question"
    made = made if made[0].isalpha() or made[0] == "_" else f"q_{made}"
    return made if is_legal(made) else "question"


def check_names(draft: Draft) -> None:
    """Go through the rows with the groups that are open."""
    columns = draft.columns()
    kind, name = columns.named(TYPE), columns.named(NAME)
    if not kind:
        return
    scopes = [Scope(1, "")]
    repeats: dict[str, int] = {}
    for number, row in list(draft.rows()):
        written = " ".join(row.get(kind, "").split()).lower()
        if not written or draft.full:
            continue
        if END.match(written):
            _close(draft, scopes, number, kind, written)
            continue
        if name or written not in UNNAMED:
            _check_name(draft, columns, number, written, scopes[-1], repeats)
        begins = BEGIN.match(written)
        if begins is not None:
            scopes.append(Scope(number, begins.group(1)))
    for scope in scopes[1:]:
        _never_ends(draft, scope, kind)


def _close(draft: Draft, scopes: list[Scope], number: int, kind: str, written: str) -> None:
    found = END.match(written)
    ends = found.group(1) if found is not None else ""
    if len(scopes) > 1 and _same(scopes[-1].kind, ends):
        scopes.pop()
        return
    text = _("This row ends a {type}, but the one that is open here is another, or none is open.")
    problem = FormProblem(text.format(type=ends), "form.unmatched-group", "survey", number, kind)
    draft.left(problem, lambda: _clear(draft, number))


def _same(one: str, other: str) -> bool:
    repeats = {"repeat", "lgroup", "looped group"}
    return one == other or {one, other} <= repeats


def _clear(draft: Draft, number: int) -> None:
    for header in list(draft.workbook.rows["survey"][number - 2]):
        draft.workbook.put("survey", number, header, "")


def _never_ends(draft: Draft, scope: Scope, kind: str) -> None:
    text = _("The {type} begins here and never ends.").format(type=scope.kind)
    problem = FormProblem(text, "form.unmatched-group", "survey", scope.row, kind)
    draft.left(problem)
    draft.workbook.append("survey", {kind: f"end {scope.kind}"})


def _check_name(
    draft: Draft, columns: Columns, number: int, written: str, scope: Scope, repeats: dict[str, int]
) -> None:
    header = columns.named(NAME)
    row = draft.workbook.rows["survey"][number - 2]
    if not row.get(header):
        if written in UNNAMED or written.startswith(("set form", "form_")):
            return
        header = _give_name(draft, columns, number, written)
    name = row[header]
    if not is_legal(name):
        name = _make_legal(draft, number, header, name)
    if name == "meta":
        name = _rename(draft, number, header, name, _reserved("meta"), "form.reserved-name")
    if name in scope.names:
        name = _second(draft, number, header, name, scope.names[name])
    repeat = BEGIN.match(written)
    if repeat is not None and _same(repeat.group(1), "repeat"):
        name = _check_repeat(draft, number, header, name, repeats)
        repeats[name] = number
    elif name == root_name(draft) and draft.refers_to(name) and len(draft.names()[name]) == 1:
        reason = _("“{name}” is the name of the form's root too, so that a reference to it has two meanings.")
        repair = _("The root is called “{root}” (sheet “settings”, column name); the question keeps its name.")
        _name_root(draft, number, header, name, reason, repair)
    scope.names[name] = number


def _reserved(name: str) -> str:
    return _("The name “{name}” belongs to the form itself.").format(name=name)


def _give_name(draft: Draft, columns: Columns, number: int, written: str) -> str:
    header = columns.named(NAME)
    if not header:
        draft.workbook.add_column("survey", "name")
        header = "name"
    row = draft.workbook.rows["survey"][number - 2]
    label = next((row[column] for column in columns.starting("label") if row.get(column)), "")
    begins = BEGIN.match(written)
    plain = begins.group(1).split(" ")[0] if begins else "_".join(re.findall(r"[a-z0-9]+", label.lower())[:4])
    name = draft.free_name(f"{plain}_{number}" if begins or not plain else legal(plain))
    name = name if is_legal(name) else f"question_{number}"
    problem = FormProblem(
        _("The question has no name."), "form.missing-name", "survey", number, header,
        repair=_("It is called “{name}”.").format(name=name),
    )  # fmt: skip
    draft.repaired(problem)
    draft.workbook.put("survey", number, header, name)
    return header


def _make_legal(draft: Draft, number: int, header: str, name: str) -> str:
    text = _("The name “{name}” is not possible: a name begins with a letter or _, and has only letters, digits,"
             " “_”, “-” and “.” after that.")  # fmt: skip
    return _rename(draft, number, header, name, text.format(name=name), "form.illegal-name", legal(name))


def _rename(draft: Draft, number: int, header: str, old: str, reason: str, code: str, wanted: str = "") -> str:
    """Another name, followed by every reference to it."""
    new = draft.free_name(wanted or f"{old}_")
    repair = _("It becomes “{name}”.").format(name=new)
    if draft.refers_to(old):
        repair += " " + _("What refers to it follows.")
    draft.workbook.put("survey", number, header, new)
    problem = FormProblem(reason, code, "survey", number, header)
    if draft.mentions_path(old):
        draft.left(problem)
    else:
        draft.repaired(FormProblem(reason, code, "survey", number, header, repair=repair))
    draft.rename(old, new)
    return new


def _second(draft: Draft, number: int, header: str, name: str, first: int) -> str:
    text = _("The name “{name}” is there twice in the same group, first in row {row}.").format(name=name, row=first)
    problem = (text, "form.duplicate-name", "survey", number, header)
    new = draft.free_name(name)
    draft.workbook.put("survey", number, header, new)
    if draft.refers_to(name) or draft.mentions_path(name):
        draft.left(FormProblem(*problem))
    else:
        repair = _("The second becomes “{name}”; nothing refers to it.").format(name=new)
        draft.repaired(FormProblem(*problem, repair=repair))
    return new


def _check_repeat(draft: Draft, number: int, header: str, name: str, repeats: dict[str, int]) -> str:
    if name in repeats:
        text = _("There are two repeats of the name “{name}”, the first in row {row}.")
        return _rename_alone(draft, number, header, name, text.format(name=name, row=repeats[name]))
    if name == root_name(draft):
        reason = _("The repeat “{name}” has the name of the form's root.")
        repair = _("The root is called “{root}” (sheet “settings”, column name); the repeat keeps its name.")
        _name_root(draft, number, header, name, reason, repair)
    return name


def _rename_alone(draft: Draft, number: int, header: str, name: str, reason: str) -> str:
    new = draft.free_name(name)
    draft.workbook.put("survey", number, header, new)
    problem = FormProblem(reason, "form.duplicate-name", "survey", number, header)
    if draft.refers_to(name) or draft.mentions_path(name):
        draft.left(problem)
    else:
        repair = _("It becomes “{name}”.").format(name=new)
        draft.repaired(FormProblem(reason, problem.code, "survey", number, header, repair=repair))
    return new


def root_name(draft: Draft) -> str:
    """What the form's root element is called."""
    settings = draft.columns("settings")
    header = settings.named(("name",))
    rows = draft.workbook.rows.get("settings", [])
    return (rows[0].get(header, "") if rows and header else "") or "data"


def _name_root(draft: Draft, number: int, header: str, name: str, reason: str, repair: str) -> None:
    """The root gets another name, so that what is called so too keeps its own in the answers."""
    place = (reason.format(name=name), "form.duplicate-name", "survey", number, header)
    if draft.columns("settings").named(("name",)) or draft.mentions_path(name):
        new = draft.free_name(name)
        draft.left(FormProblem(*place))
        draft.workbook.put("survey", number, header, new)
        draft.rename(name, new)
        return
    root = draft.free_name("form")
    draft.repaired(FormProblem(*place, repair=repair.format(root=root)))
    write_setting(draft, "name", root)


def check_labels(draft: Draft) -> None:
    """What is asked has words."""
    columns = draft.columns()
    kind, name = columns.named(TYPE), columns.named(NAME)
    printed = columns.starting(*PRINTED)
    calculated = columns.named(("bind", "calculate"))
    for number, row in list(draft.rows()):
        if not _is_asked(row.get(kind, "")) or row.get(calculated) or any(row.get(header) for header in printed):
            continue
        header = columns.named(LABEL) or next(iter(columns.starting("label")), "")
        if not header:
            draft.workbook.add_column("survey", "label")
            columns, header = draft.columns(), "label"
            printed = [*printed, header]
        words = row.get(name, "").replace("_", " ")
        problem = FormProblem(
            _("The question “{name}” has neither a label nor a hint.").format(name=row.get(name, "")),
            "form.missing-label", "survey", number, header,
            repair=_("Its label is “{label}” until a better one is written.").format(label=words),
        )  # fmt: skip
        draft.repaired(problem)
        draft.workbook.put("survey", number, header, words or "…")


def _is_asked(written: str) -> bool:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    from cami_survey.engine.mending.lists import list_of

    if list_of(written)[1]:
        return True
    tag = QUESTION_TYPE_DICT.get(written, {}).get("control", {}).get("tag")
    return tag in ("input", "upload", "range", "trigger") and written != "background-geopoint"
