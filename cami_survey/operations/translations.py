"""The languages of a form: out to a translator as a workbook, and back into a copy of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import Clock, system_clock
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.reference import places

if TYPE_CHECKING:
    from cami_survey.engine.api import Form, FormProblem, Workbook
    from cami_survey.exports.formtexts import Text
    from cami_survey.exports.translation import Translation

NAMED = re.compile(r"\S.*\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)")


@dataclass(frozen=True, slots=True)
class Sent:
    """A workbook that went out: the language, its texts, and how many of them have no translation yet."""

    path: Path
    language: str
    texts: int
    missing: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A translation that came back. With `problems` nothing was written."""

    path: Path
    language: str
    texts: int
    missing: tuple[str, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    reviewer: str = ""
    version: str = ""

    @property
    def ok(self) -> bool:
        """Whether the copy was written."""
        return not self.problems


def send(form: Path, language: str, target: Path) -> Outcome[Sent]:
    """Write the texts of the form at `form` to a workbook for a translator of `language`.

    `language` is one of the form's, by name or code, or a new one as "Turkmen (tk)"; a code alone does where the
    language is known.
    """
    from cami_survey.exports import formtexts, translation

    loaded, book = _read(form)
    source = formtexts.default_language(book)
    chosen = _language(language, formtexts.languages_of(book))
    if chosen == source:
        raise UserError(
            "translation.source",
            _("{language} is the language that the others are translated from.").format(language=chosen),
            advice=_("Choose another language."),
        )
    texts = formtexts.Texts(book, source, chosen).all()
    review = loaded.reviews.get(chosen)
    translation.write_out(target, texts, source, chosen, (review.reviewer, review.day) if review else ("", ""))
    return Outcome(Sent(target, chosen, len(texts), sum(not text.target for text in texts)))


def take(
    form: Path, translated: Path, target: Path, *, partial: bool = False, clock: Clock = system_clock
) -> Outcome[Returned]:
    """Check a workbook that came back and write a copy of the form with its language to `target`.

    The form itself is never changed. What is missing refuses the workbook too, unless `partial` lets it pass. The copy
    gets a new version and has to pass our own import.
    """
    from cami_survey.engine.api import load_form
    from cami_survey.exports import formtexts, translation
    from cami_survey.exports import translated as copies
    from cami_survey.exports.target import replacing

    if target.resolve() in (form.resolve(), translated.resolve()):
        raise UserError(
            "translation.same-file",
            _("The copy cannot be written over {name}.").format(name=target.name),
            advice=_("Choose another name for the copy."),
            where=str(target),
        )
    loaded, book = _read(form)
    back = translation.read_back(_bytes(translated), translated.name)
    source = formtexts.default_language(book)
    texts = formtexts.Texts(book, source, back.language).all()
    lacking = translation.missing(back, texts)
    problems = [*translation.check(back, texts), *([] if partial else map(_lacking, lacking))]
    missing = tuple(text.key for text in lacking)
    result = Returned(target, back.language, len(texts), missing, tuple(problems), back.reviewer, loaded.version)
    if problems:
        return Outcome(result)
    version = next_version(loaded.version, clock().date())
    with replacing(target) as partial_file:
        copies.write_copy(form, partial_file, texts, back, {"version": version})
        checked = load_form(partial_file.read_bytes(), media=form.parent, name=target.name)
    written = Returned(target, back.language, len(texts), missing, (), back.reviewer, checked.version)
    return Outcome(written, notices=(*_doubtful(back), *_notices(written, loaded, checked)))


def next_version(version: str, today: date) -> str:
    """A version after `version`: of the day where it is a number of year, month, day and two digits, else one more."""
    if not version.isdecimal():
        return version
    of_today = f"{today:%Y%m%d}01"
    return max(str(int(version) + 1), of_today) if len(version) == len(of_today) else str(int(version) + 1)


def _notices(result: Returned, before: Form, after: Form) -> list[Notice]:
    notices = []
    if result.missing:
        text = ngettext("{n} text has no translation yet.", "{n} texts have no translation yet.", len(result.missing))
        notices.append(Notice("translation.missing", text.format(n=len(result.missing)), "warning"))
    if not result.reviewer:
        text = _("{language} stays a draft: no reviewer is named on the sheet “languages”.")
        notices.append(Notice("translation.draft", text.format(language=result.language)))
    if after.version == before.version:
        text = _("Give the copy a new version in its settings sheet before you add it to a survey that has the form.")
        notices.append(Notice("translation.version", text, "warning"))
    return [*notices, *(Notice("form.warning", text, "warning", result.path.name) for text in after.warnings)]


def _doubtful(back: Translation) -> Iterator[Notice]:
    """What a translator may have overlooked, though it could be meant."""
    from cami_survey.exports import translation

    if rows := translation.untouched(back):
        text = ngettext(
            "{n} text says the same as its source: row {row}.",
            "{n} texts say the same as their sources, the first in row {row}.",
            len(rows),
        )
        yield Notice("translation.untouched", text.format(n=len(rows), row=rows[0]), "warning")
    if rows := translation.lengthy(back):
        text = ngettext(
            "{n} text is more than twice as long as its source: row {row}.",
            "{n} texts are more than twice as long as their sources, the first in row {row}.",
            len(rows),
        )
        yield Notice("translation.lengthy", text.format(n=len(rows), row=rows[0]), "warning")


def _lacking(text: Text) -> FormProblem:
    from cami_survey.engine.api import FormProblem

    reason = _("There is no translation of {key}: “{text}”.").format(key=text.key, text=text.source)
    return FormProblem(reason, "translation.missing", text.sheet, text.row, text.kind)


def _read(form: Path) -> tuple[Form, Workbook]:
    """The form and its sheets; only workbooks have a place for a further language."""
    from cami_survey.engine.api import load_form, read_workbook

    content = _bytes(form)
    if form.suffix.casefold() != ".xlsx":
        raise UserError(
            "translation.no-workbook",
            _("{name} is no Excel workbook (.xlsx), so no language can be written into it.").format(name=form.name),
            advice=_("Save the form as .xlsx first."),
            where=str(form),
        )
    return load_form(content, media=form.parent, name=form.name), read_workbook(content)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UserError("file.not-found", _("There is no file {name}.").format(name=path), where=str(path))
    return path.read_bytes()


def _language(wish: str, known: Sequence[str]) -> str:
    for language in known:
        if wish in (language, language.partition("(")[0].strip(), _code(language)):
            return language
    if NAMED.fullmatch(wish):
        return wish
    named = {language.code: f"{language.name} ({language.code})" for language in places.languages()}
    if wish in named:
        return named[wish]
    near = nearest(wish, {*known, *named, *named.values()})
    raise UserError(
        "translation.language",
        _("“{language}” is no name of a language with its code.").format(language=wish),
        advice=_("Did you mean “{name}”?").format(name=near) if near else _("Write it like this: Turkmen (tk)"),
    )


def _code(language: str) -> str:
    found = NAMED.fullmatch(language)
    return found.group(1) if found else ""
