"""References to questions: written as they must be, and to questions that exist."""

from __future__ import annotations

import re
from difflib import get_close_matches

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import TRIGGER
from cami_survey.engine.mending.draft import REFERENCE, Draft

OPEN = re.compile(r"\$\{([^{}]*)(?=\$\{|$)|\$\{(\s*)\}")
ROUND = re.compile(r"\$\{\s*([\w.-]+)\s*\)|\$\(\s*([\w.-]+)\s*\}")
COMPARED = re.compile(r"\$\{\s*([\w.-]+)\s*((?:!=|<=|>=|[=<>])\s*(?:[\w.-]+|'[^'{}]*'|\"[^\"{}]*\"))\s*\}")
SPELT = re.compile(r"\$\s+\{|\$\{\{|\$\{\s*\$?\{")
BAD = re.compile(r"\$\{(?!\s*(?:last-saved#)?[^\W\d][\w.:-]*\s*\})")
TRANSLATED = frozenset({"label", "hint", "guidance_hint", "media"})


def check_references(draft: Draft) -> None:
    """Every `${…}` of every sheet."""
    names = {name: rows for name, rows in draft.names().items() if name}
    for sheet, number, header, text in list(draft.expressions()):
        if draft.full or header not in draft.columns(sheet).meanings:
            continue
        text = _written_right(draft, sheet, number, header, text, names)
        for name in dict.fromkeys(REFERENCE.findall(text)):
            if name and name not in names:
                text = _unknown(draft, (sheet, number, header), name, text, names)
    _check_triggers(draft)


def _written_right(
    draft: Draft, sheet: str, number: int, header: str, text: str, names: dict[str, list[int]]
) -> str:  # fmt: skip
    """The cell with its references closed properly."""
    if not BAD.search(text):
        return text
    made = COMPARED.sub(lambda found: f"${{{found.group(1)}}} {found.group(2).strip()}", text)
    made = ROUND.sub(lambda found: f"${{{found.group(1) or found.group(2)}}}", made)
    made = SPELT.sub("${", made)
    made = re.sub(r"(\$\{[\w.-]+\})\}", r"\1", made)
    place = (
        _("A reference is ${{ and the name of a question and }}.").format(),
        "form.broken-reference",
        sheet,
        number,
        header,
    )
    fine = not BAD.search(made) and all(name in names for name in REFERENCE.findall(made))
    if fine:
        draft.repaired(FormProblem(*place, repair=_("It becomes {text}.").format(text=_short(made))))
        draft.workbook.put(sheet, number, header, made)
        return made
    closed = BAD.sub("", text)
    draft.left(FormProblem(*place), lambda: draft.workbook.put(sheet, number, header, closed))
    return closed


def _short(text: str) -> str:
    return " ".join(text.split()) if len(text) <= 80 else f"{' '.join(text.split())[:79]}…"


Cell = tuple[str, int, str]


def _unknown(draft: Draft, cell: Cell, name: str, text: str, names: dict[str, list[int]]) -> str:
    reason = _("There is no question “{q}”.").format(q=name)
    like = like_name(name, list(names))
    pattern = re.compile(r"(\$\{\s*(?:last-saved#)?)" + re.escape(name) + r"(\s*\})")
    if like:
        made = pattern.sub(lambda found: found.group(1) + like + found.group(2), text)
        repair = _("It becomes “{name}”, the one question of nearly that name.").format(name=like)
        draft.repaired(FormProblem(reason, "form.unknown-reference", *cell, repair=repair))
    else:
        meaning = draft.columns(cell[0]).meanings.get(cell[2], ("",))
        is_trigger = meaning == TRIGGER
        made = "" if is_trigger or meaning == ("save_to",) else pattern.sub("''", text)
        near = get_close_matches(name, names, n=3, cutoff=0.6)
        if near:
            reason += " " + _("Did you mean one of these: {names}?").format(names=", ".join(near))
        draft.left(FormProblem(reason, "form.unknown-reference", *cell))
    draft.workbook.put(*cell, made)
    return made


def like_name(name: str, known: list[str]) -> str:
    """The one name that must be meant: the same but for capitals and signs, or a slip of a finger away."""
    same = [other for other in known if _bare(other) == _bare(name)]
    if same:
        return same[0] if len(same) == 1 else ""
    if len(name) < 4:
        return ""
    near = [other for other in get_close_matches(name, known, n=3, cutoff=0.8) if _one_slip(name, other)]
    return near[0] if len(near) == 1 else ""


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, too many, another, or two stand the wrong way round; digits are no slips."""
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, end = one[start:], other[start:]
    while rest and end and rest[-1] == end[-1]:
        rest, end = rest[:-1], end[:-1]
    return max(len(rest), len(end)) <= 1 or (len(rest) == 2 and rest == end[::-1])


def _check_triggers(draft: Draft) -> None:
    """A trigger is one question or several with commas between."""
    header = draft.columns().named(TRIGGER)
    for number, row in list(draft.rows()):
        text = row.get(header, "")
        if text and not re.fullmatch(r"\s*\$\{[^}]+\}(?:\s*,\s*\$\{[^}]+\})*\s*", text):
            reason = _("A trigger is the name of a question in ${ }.")
            place = (reason, "form.broken-reference", "survey", number, header)
            name = text.strip()
            if name in draft.names():
                draft.repaired(FormProblem(*place, repair=_("It becomes {text}.").format(text=f"${{{name}}}")))
                draft.workbook.put("survey", number, header, f"${{{name}}}")
            else:
                draft.left(FormProblem(*place), lambda number=number: draft.workbook.put("survey", number, header, ""))  # type: ignore[misc]
