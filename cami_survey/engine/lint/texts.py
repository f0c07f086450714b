"""Texts: in every language, and short enough to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cami_survey.base.texts import _, ngettext
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.mending.columns import TYPE, Columns
from cami_survey.engine.workbook import Workbook

LONG_QUESTION = 500
MANY_QUESTIONS = 4
QUESTION_MARKS = re.compile(r"[?？؟⸮︖](?=\s|$|[\"'»”)*_])")
LOST = re.compile("\ufffd|\u00ef\u00bf\u00bd|(?:\\?{2,}[ ,.]+){2,}\\?{2,}")
MARKUP = re.compile(r"<[^>]*>|\$\{[^}]*\}|https?://\S+|!\[[^\]]*\]\([^)]*\)")
SILENT = re.compile(r"(?:begin|end)[\s_]|note$|calculate$|hidden$")
TEXTS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")


def missing_texts(workbook: Workbook) -> Iterator[FormProblem]:
    """One notice for each language and sheet that lacks texts others have."""
    for sheet in ("survey", "choices"):
        columns = Columns(workbook, sheet)
        families = _families(columns)
        spoken = list(dict.fromkeys(language for family in families.values() for language in family if language))
        used = [language for language in spoken if _is_used(workbook, sheet, families, language)]
        if len(spoken) < 2:
            continue
        for language in used:
            lacking = list(_lacking(workbook, sheet, families, language))
            if lacking:
                row, header = lacking[0]
                text = ngettext(
                    "{language} lacks {n} text that another language has, the first here.",
                    "{language} lacks {n} texts that another language has, the first here.",
                    len(lacking),
                )
                yield FormProblem(
                    text.format(language=language, n=len(lacking)), "form.missing-texts", sheet, row, header
                )


def _families(columns: Columns) -> dict[str, dict[str, str]]:
    """Kind of text -> language -> header."""
    found: dict[str, dict[str, str]] = {}
    for header, meaning in columns.meanings.items():
        if meaning[0] in TEXTS:
            found.setdefault(meaning[0], {})[meaning[1] if len(meaning) > 1 else ""] = header
        elif len(meaning) > 1 and meaning[1] in ("jr:constraintMsg", "jr:requiredMsg"):
            found.setdefault(meaning[1], {})[meaning[2] if len(meaning) > 2 else ""] = header
    # A kind of text without any language is the same in all of them.
    return {kind: family for kind, family in found.items() if set(family) != {""}}


def _is_used(workbook: Workbook, sheet: str, families: dict[str, dict[str, str]], language: str) -> bool:
    """Whether a language has labels at all; one with an empty column is a plan, told once as a whole."""
    header = families.get("label", {}).get(language, "")
    return not header or any(header in row for row in workbook.rows.get(sheet, ())) or sheet == "survey"


def _lacking(
    workbook: Workbook, sheet: str, families: dict[str, dict[str, str]], language: str
) -> Iterator[tuple[int, str]]:  # fmt: skip
    default = _default_language(workbook)
    for number, row in enumerate(workbook.rows.get(sheet, ()), 2):
        for family in families.values():
            header = family.get(language) or (family.get("", "") if language == default else "")
            others = [other for name, other in family.items() if name != language]
            said = [row[other] for other in others if other in row]
            if said and header not in row and any(any(letter.isalpha() for letter in text) for text in said):
                yield number, header or next(other for other in others if other in row)


def _default_language(workbook: Workbook) -> str:
    """Texts without a language are said to be in this one."""
    rows = workbook.rows.get("settings") or [{}]
    return rows[0].get("default_language", "")


def missing_translations(form: Form) -> Iterator[FormProblem]:
    """The same for an XForm: texts of one language that are `-` or not there."""
    known = {key for texts in form.texts.values() for key in texts}
    for language, texts in form.texts.items():
        lacking = [key for key in sorted(known) if _is_empty(texts.get(key)) and _is_said(form, key)]
        if lacking and len(lacking) < len(known):
            text = ngettext(
                "{language} lacks {n} text that another language has.",
                "{language} lacks {n} texts that another language has.",
                len(lacking),
            )
            path = lacking[0].partition(":")[0] if lacking[0].startswith("/") else ""
            yield FormProblem(text.format(language=language, n=len(lacking)), "form.missing-texts", path=path)


def _is_empty(forms: object) -> bool:
    if not isinstance(forms, dict) or not forms:
        return True
    return all(all(isinstance(part, str) and part.strip() in ("", "-") for part in parts) for parts in forms.values())


def _is_said(form: Form, key: str) -> bool:
    return any(not _is_empty(texts.get(key)) for texts in form.texts.values())


def hard_texts(workbook: Workbook) -> Iterator[FormProblem]:
    """Questions that are too long to be read out, or that ask for several things at once."""
    columns = Columns(workbook, "survey")
    kind = columns.named(TYPE)
    headers = columns.starting("label")
    for number, row in enumerate(workbook.rows.get("survey", ()), 2):
        if not row.get(kind) or SILENT.match(row[kind].lower()):
            continue
        problem = next((found for header in headers for found in _hard(row.get(header, ""), number, header)), None)
        if problem is not None:
            yield problem


def lost_letters(workbook: Workbook) -> Iterator[FormProblem]:
    """Texts that a wrong encoding has turned into question marks or worse; one notice for each column."""
    for sheet in ("survey", "choices"):
        headers = Columns(workbook, sheet).starting(*TEXTS)
        for header in headers:
            broken = [
                number for number, row in enumerate(workbook.rows.get(sheet, ()), 2) if LOST.search(row.get(header, ""))
            ]
            if broken:
                text = ngettext(
                    "Letters of {n} text were lost when it was saved in a wrong encoding, the first here.",
                    "Letters of {n} texts were lost when they were saved in a wrong encoding, the first here.",
                    len(broken),
                )
                yield FormProblem(text.format(n=len(broken)), "form.lost-letters", sheet, broken[0], header)


def _hard(text: str, number: int, header: str) -> Iterator[FormProblem]:
    bare = " ".join(MARKUP.sub(" ", text).split()) if not LOST.search(text) else ""
    if len(QUESTION_MARKS.findall(bare)) >= MANY_QUESTIONS:
        reason = _("The question asks {n} things at once. One at a time is easier to answer.")
        yield FormProblem(
            reason.format(n=len(QUESTION_MARKS.findall(bare))), "form.many-questions", "survey", number, header
        )
    if len(bare) > LONG_QUESTION:
        reason = _("The question has {n} characters. Long questions are hard to follow when read out.")
        yield FormProblem(reason.format(n=len(bare)), "form.long-question", "survey", number, header)
